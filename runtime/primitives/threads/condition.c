#include "hold.h"
#include "waiters.h"
#include <heddle/condition.h>

void hd_condition_init_at(struct hd_condition *condition, struct hd_lock *lock, const char *name, const struct hd_source *source) {
  *condition = (struct hd_condition)HD_CONDITION_INIT(lock);
  hd_trace_begin(hd_reference(condition), HD_KIND_CONDITION, -1, name, source);
}

void hd_condition_init_rlock_at(struct hd_condition *condition, struct hd_rlock *rlock, const char *name, const struct hd_source *source) {
  *condition = (struct hd_condition)HD_CONDITION_INIT_RLOCK(rlock);
  hd_trace_begin(hd_reference(condition), HD_KIND_CONDITION, -1, name, source);
}

int hd_condition_destroy_at(struct hd_condition *condition, const struct hd_source *source) {
  return hd_waiters_destroy(&condition->waiters, condition, source);
}

/* Gives the lock back, however deep it is held; returns how deep. */
static uint32_t release_wholly(struct hd_condition *condition, struct hd_emit *emit, const struct hd_emit_wait *wait) {
  struct hd_lock *lock = condition->lock;
  uint32_t depth = condition->rlock ? condition->rlock->depth : 1;
  for (uint32_t left = depth; emit && left; left--)
    hd_hold_tell_released(lock, emit, wait->site, wait->begin_ns, left == 1 && hd_word_has_sleepers(&lock->state));
  if (condition->rlock) {
    condition->rlock->depth = 0;
    hd_hold_set(lock, 0);
  }
  hd_word_release(&lock->state);
  return depth;
}

static void reacquire(struct hd_condition *condition, struct hd_emit *emit, uint32_t depth, const struct hd_source *source) {
  hd_hold_acquire(condition->lock, emit, HD_OPERATION_CONDITION_REACQUIRE, HD_NEVER, source);
  if (!condition->rlock) return;
  condition->rlock->depth = depth;
  if (!emit) return;
  uint32_t site = hd_emit_source_site(emit, HD_OPERATION_CONDITION_REACQUIRE, source);
  uint64_t at_ns = hd_emit_now();
  for (uint32_t more = depth - 1; more; more--) hd_hold_tell_acquired(condition->lock, emit, site, at_ns);
}

int hd_condition_wait_timed_at(struct hd_condition *condition, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_CONDITION_WAIT : HD_OPERATION_CONDITION_WAIT_TIMED;
  struct hd_emit *emit = hd_trace_enter();
  if (!hd_hold_is_mine(condition->lock)) {
    int misuse = hd_trace_misuse(emit, hd_reference(condition), operation, source, HD_ERROR_NOT_OWNER);
    hd_trace_leave(emit);
    return misuse;
  }
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_emit_wait wait = {.object = hd_reference(condition), .partner = hd_reference(condition->lock)};
  if (emit) wait.stack = hd_emit_stack(emit); /* before the stamp: the lock is held while it is taken */
  hd_trace_wait_begin(emit, &wait, operation, source);

  struct hd_waiter self;
  hd_waiters_enter(&condition->waiters);
  hd_waiters_add(&condition->waiters, &self);
  hd_waiters_leave(&condition->waiters);
  uint32_t depth = release_wholly(condition, emit, &wait);
  enum hd_outcome outcome = hd_waiters_sleep(&condition->waiters, &self, deadline);
  if (outcome == HD_OUTCOME_NONE) hd_waiters_remove(&condition->waiters, &self);
  hd_waiters_leave(&condition->waiters);

  int result = outcome == HD_OUTCOME_NONE ? HD_ERROR_TIMEOUT : HD_OK;
  hd_trace_wait_end(emit, &wait, result);
  reacquire(condition, emit, depth, source);
  hd_trace_leave(emit);
  return result;
}

int hd_condition_wait_for_at(struct hd_condition *condition, bool (*predicate)(void *argument), void *argument, int64_t timeout_ns,
                             const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  int result = HD_OK;
  while (!predicate(argument)) {
    if (result == HD_ERROR_TIMEOUT) return result;
    result = hd_condition_wait_timed_at(condition, hd_deadline_left_ns(deadline), source);
    if (result != HD_OK && result != HD_ERROR_TIMEOUT) return result;
  }
  return HD_OK;
}

static int notify(struct hd_condition *condition, enum hd_operation operation, uint32_t count, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  if (!hd_hold_is_mine(condition->lock)) {
    result = hd_trace_misuse(emit, hd_reference(condition), operation, source, HD_ERROR_NOT_OWNER);
  } else {
    hd_trace_instant(emit, hd_reference(condition), operation, source, operation == HD_OPERATION_CONDITION_NOTIFY_ALL ? 1 : count);
    hd_waiters_enter(&condition->waiters);
    hd_waiters_wake(&condition->waiters, count, HD_OUTCOME_WOKEN);
    hd_waiters_leave(&condition->waiters);
  }
  hd_trace_leave(emit);
  return result;
}

int hd_condition_notify_at(struct hd_condition *condition, uint32_t count, const struct hd_source *source) {
  return notify(condition, HD_OPERATION_CONDITION_NOTIFY, count, source);
}

int hd_condition_notify_all_at(struct hd_condition *condition, const struct hd_source *source) {
  return notify(condition, HD_OPERATION_CONDITION_NOTIFY_ALL, UINT32_MAX, source);
}
