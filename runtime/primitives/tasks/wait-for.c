#include "task-bunch.h"
#include <heddle/wait-for.h>

/* Awaits the task, handing cancellations on to it. HD_OK: it is over. */
static int await_over(struct hd_task_state *task, struct hd_async_waiter *waiter, hd_deadline deadline, const struct hd_source *source) {
  if (hd_task_is_over(task)) return HD_OK;
  *waiter = (struct hd_async_waiter){.awaited = task};
  return hd_task_await_with(&task->waiters, waiter, HD_OPERATION_TASK_AWAIT, task->reference, deadline, source);
}

/* As hd_task_collect, but of a task that was cancelled because the time ran out: that. */
static int wait_for(struct hd_task_state *task, void *result, hd_deadline deadline, const struct hd_source *source) {
  const struct hd_task_state *self = hd_task_running();
  uint32_t cancel_count = self->cancel_count;
  struct hd_async_waiter waiter = {0};
  int waited = await_over(task, &waiter, deadline, source);
  if (waited == HD_ERROR_NO_MEMORY || (waited == HD_ERROR_CANCELLED && waiter.woken)) return waited;
  bool timed_out = waited == HD_ERROR_TIMEOUT;
  while (waited != HD_OK && !hd_task_is_over(task)) {
    hd_task_cancel_state(task, source);
    waited = await_over(task, &waiter, HD_NEVER, source);
  }
  int outcome = hd_task_collect(task, result);
  return outcome == HD_ERROR_CANCELLED && timed_out && self->cancel_count == cancel_count ? HD_ERROR_TIMEOUT : outcome;
}

int hd_wait_for_at(struct hd_task *handle, void *result, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  int outcome = hd_task_may_await(handle->state, HD_OPERATION_TASK_AWAIT, source);
  if (outcome != HD_OK) return outcome;
  struct hd_task_state *task = hd_task_ref(handle->state); /* the handle may be released meanwhile */
  outcome = wait_for(task, result, deadline, source);
  hd_task_unref(task);
  return outcome;
}

int hd_shield_timed_at(struct hd_task *handle, void *result, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  int outcome = hd_task_may_await(handle->state, HD_OPERATION_TASK_AWAIT, source);
  if (outcome != HD_OK) return outcome;
  struct hd_task_state *task = hd_task_ref(handle->state);
  if (!hd_task_is_over(task)) {
    struct hd_async_waiter waiter;
    outcome = hd_task_await(&task->waiters, &waiter, HD_OPERATION_TASK_AWAIT, task->reference, deadline, source);
  }
  if (outcome == HD_OK) outcome = hd_task_collect(task, result);
  hd_task_unref(task);
  return outcome;
}
