/* Time-out scopes, after asyncio.timeout: a cancellation of one's own that is taken back at the end. */
#include "task-core.h"

static void expire(struct hd_loop_timer *timer) {
  struct hd_timeout *timeout = (struct hd_timeout *)timer;
  timeout->expired = true;
  hd_task_cancel_because(timeout->task, HD_WAIT_RESULT_TIMEOUT, timeout->source);
}

int hd_timeout_reschedule(struct hd_timeout *timeout, int64_t timeout_ns) {
  if (!hd_timeout_is_valid(timeout_ns) || !timeout->task) return HD_ERROR_INVALID;
  if (timeout->expired) return HD_ERROR_TIMEOUT;
  hd_loop_timer_remove(timeout->task->loop, &timeout->timer);
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  return deadline == HD_NEVER ? HD_OK : hd_loop_timer_add(timeout->task->loop, &timeout->timer, deadline);
}

int hd_timeout_begin_at(struct hd_timeout *timeout, int64_t timeout_ns, const struct hd_source *source) {
  struct hd_task_state *task = hd_task_running();
  *timeout = (struct hd_timeout){.timer = {.fire = expire}, .task = task, .source = source};
  if (!task) return hd_task_refuse(0, HD_OPERATION_SLEEP_AWAIT, source, HD_ERROR_NO_TASK);
  timeout->cancel_count = task->cancel_count;
  int error = hd_timeout_reschedule(timeout, timeout_ns);
  if (error != HD_OK) timeout->task = NULL;
  return error;
}

int hd_timeout_end(struct hd_timeout *timeout, int result) {
  struct hd_task_state *task = timeout->task;
  if (!task) return result;
  hd_loop_timer_remove(task->loop, &timeout->timer);
  timeout->task = NULL;
  if (!timeout->expired) return result;
  struct hd_task handle = {task};
  uint32_t left = hd_task_uncancel(&handle);
  return left <= timeout->cancel_count && result == HD_ERROR_CANCELLED ? HD_ERROR_TIMEOUT : result;
}

bool hd_timeout_is_expired(const struct hd_timeout *timeout) { return timeout->expired; }
