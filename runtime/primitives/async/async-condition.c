#include "async-hold.h"
#include <heddle/async-condition.h>

void hd_async_condition_init_at(struct hd_async_condition *condition, struct hd_async_lock *lock, const char *name,
                                const struct hd_source *source) {
  *condition = (struct hd_async_condition)HD_ASYNC_CONDITION_INIT(lock);
  hd_trace_begin(hd_reference(condition), HD_KIND_CONDITION, -1, name, source);
}

int hd_async_condition_destroy_at(struct hd_async_condition *condition, const struct hd_source *source) {
  return hd_async_destroy(condition, hd_async_has_waiters(&condition->waiters), source);
}

int hd_async_condition_wait_timed_at(struct hd_async_condition *condition, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_CONDITION_WAIT : HD_OPERATION_CONDITION_WAIT_TIMED;
  if (!hd_async_hold_is_mine(condition->lock)) return hd_task_refuse(hd_reference(condition), operation, source, HD_ERROR_NOT_OWNER);
  if (!hd_task_running()) return hd_task_refuse(hd_reference(condition), operation, source, HD_ERROR_NO_TASK);
  if (timeout_ns == 0) return HD_ERROR_TIMEOUT;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  int result = hd_async_lock_release_at(condition->lock, source);
  if (result != HD_OK) return result;

  struct hd_async_waiter waiter;
  result = hd_task_await(&condition->waiters, &waiter, HD_OPERATION_ASYNC_CONDITION_AWAIT, hd_reference(condition), deadline, source);
  int again;
  while ((again = hd_async_hold_acquire(condition->lock, HD_OPERATION_CONDITION_REACQUIRE, HD_NEVER, source)) == HD_ERROR_CANCELLED)
    result = HD_ERROR_CANCELLED; /* it has the lock before it hears of that */
  if (again != HD_OK) result = again;
  /* Who does not use what it was notified of leaves it to the next. */
  if (result != HD_OK && waiter.woken) hd_async_wake(&condition->waiters, 1, HD_OK, source);
  return result;
}

int hd_async_condition_wait_for_at(struct hd_async_condition *condition, bool (*predicate)(void *argument), void *argument,
                                   int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  int result = HD_OK;
  while (!predicate(argument)) {
    if (result != HD_OK) return result;
    result = hd_async_condition_wait_timed_at(condition, hd_deadline_left_ns(deadline), source);
    if (result != HD_OK && result != HD_ERROR_TIMEOUT) return result;
  }
  return HD_OK;
}

static int notify(struct hd_async_condition *condition, enum hd_operation operation, uint32_t count, const struct hd_source *source) {
  if (!hd_async_hold_is_mine(condition->lock)) return hd_task_refuse(hd_reference(condition), operation, source, HD_ERROR_NOT_OWNER);
  int result = hd_async_check(&condition->waiters, condition, operation, source);
  if (result != HD_OK) return result;
  hd_async_tell(condition, operation, operation == HD_OPERATION_CONDITION_NOTIFY_ALL ? 1 : count, source);
  hd_async_wake(&condition->waiters, count, HD_OK, source);
  return HD_OK;
}

int hd_async_condition_notify_at(struct hd_async_condition *condition, uint32_t count, const struct hd_source *source) {
  return notify(condition, HD_OPERATION_CONDITION_NOTIFY, count, source);
}

int hd_async_condition_notify_all_at(struct hd_async_condition *condition, const struct hd_source *source) {
  return notify(condition, HD_OPERATION_CONDITION_NOTIFY_ALL, UINT32_MAX, source);
}
