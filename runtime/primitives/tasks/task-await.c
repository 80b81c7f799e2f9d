/* Awaiting, waking and cancelling: how a task stops and why it goes on. */
#include "task-core.h"

int hd_task_refuse(uint64_t object, enum hd_operation operation, const struct hd_source *source, int error) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_misuse(emit, object, operation, source, error);
  hd_trace_leave(emit);
  return error;
}

/* A callback of libuv is muted, but whom it wakes is told. */
static struct hd_emit *enter(const struct hd_task_state *task) {
  bool muted = task->loop->polling;
  if (muted) hd_emit_unmute();
  struct hd_emit *emit = hd_trace_enter_if(task->reference);
  if (muted) hd_emit_mute();
  return emit;
}

static void tell(const struct hd_task_state *task, enum hd_operation operation, const struct hd_source *source, uint32_t value) {
  struct hd_emit *emit = enter(task);
  hd_trace_instant(emit, task->reference, operation, source, value);
  hd_trace_leave(emit);
}

static void stand(struct hd_async_waiters *waiters, struct hd_async_waiter *waiter) {
  waiter->waiters = waiters;
  waiter->next = NULL;
  waiter->previous = waiters ? waiters->last : NULL;
  if (!waiters) return;
  *(waiters->last ? &waiters->last->next : &waiters->first) = waiter;
  waiters->last = waiter;
}

static void leave(struct hd_async_waiter *waiter) {
  struct hd_async_waiters *waiters = waiter->waiters;
  if (!waiters) return;
  *(waiter->previous ? &waiter->previous->next : &waiters->first) = waiter->next;
  *(waiter->next ? &waiter->next->previous : &waiters->last) = waiter->previous;
  waiter->waiters = NULL;
}

/* Its await is over: the task goes on when its turn comes. */
static void make_ready(struct hd_async_waiter *waiter, int outcome, enum hd_wait_result why, const struct hd_source *source) {
  struct hd_task_state *task = waiter->task;
  leave(waiter);
  waiter->outcome = outcome;
  waiter->ready = true;
  task->phase = HD_TASK_READY;
  tell(task, HD_OPERATION_TASK_READY, source, why);
  hd_loop_push(task->loop, &task->entry);
}

static enum hd_wait_result result_of(int outcome) {
  return outcome == HD_OK                ? HD_WAIT_RESULT_OK
         : outcome == HD_ERROR_TIMEOUT   ? HD_WAIT_RESULT_TIMEOUT
         : outcome == HD_ERROR_CANCELLED ? HD_WAIT_RESULT_CANCELLED
         : outcome == HD_ERROR_BROKEN    ? HD_WAIT_RESULT_BROKEN
                                         : HD_WAIT_RESULT_ERROR;
}

bool hd_async_wake_one(struct hd_async_waiter *waiter, int outcome, const struct hd_source *source) {
  if (waiter->ready) return false;
  waiter->woken = true;
  make_ready(waiter, outcome, result_of(outcome), source);
  return true;
}

size_t hd_async_wake(struct hd_async_waiters *waiters, size_t count, int outcome, const struct hd_source *source) {
  size_t woken = 0;
  for (; woken < count && waiters->first; woken++) hd_async_wake_one(waiters->first, outcome, source);
  return woken;
}

/* Of a wait with a deadline: beside the waiter on the task's stack. */
struct limit {
  struct hd_loop_timer timer;
  struct hd_async_waiter *waiter;
};

static void run_out(struct hd_loop_timer *timer) {
  struct hd_async_waiter *waiter = ((struct limit *)timer)->waiter;
  if (!waiter->ready) make_ready(waiter, HD_ERROR_TIMEOUT, HD_WAIT_RESULT_TIMEOUT, waiter->task->at);
}

/* When it will end by itself, as an await's value says it. */
static uint32_t told_limit(hd_deadline deadline) {
  if (deadline == HD_NEVER) return 0;
  int64_t left_us = (hd_deadline_left_ns(deadline) + HD_MICROSECOND_NS - 1) / HD_MICROSECOND_NS;
  return left_us > 1 && left_us <= UINT32_MAX ? (uint32_t)left_us : 1;
}

/* An await at whose deadline something is done. */
static inline int await(struct hd_async_waiters *waiters, struct hd_async_waiter *waiter, enum hd_operation operation, uint64_t object,
                        hd_deadline deadline, void (*at_deadline)(struct hd_loop_timer *timer), const struct hd_source *source) {
  struct hd_task_state *task = hd_task_running();
  waiter->task = task;
  waiter->waiters = NULL;
  waiter->outcome = HD_OK;
  waiter->ready = waiter->woken = false;
  if (!task) return hd_task_refuse(object, operation, source, HD_ERROR_NO_TASK);
  if (task->must_cancel) {
    task->must_cancel = false;
    return HD_ERROR_CANCELLED;
  }
  if (deadline == 0) return HD_ERROR_TIMEOUT;
  struct limit limit = {.timer = {.fire = at_deadline}, .waiter = waiter};
  if (deadline != HD_NEVER && hd_loop_timer_add(task->loop, &limit.timer, deadline) != HD_OK) return HD_ERROR_NO_MEMORY;
  stand(waiters, waiter);
  task->phase = HD_TASK_AWAITING;
  task->waiter = waiter;
  task->at = source;
  struct hd_emit *emit = enter(task);
  if (emit) hd_trace_instant(emit, object, operation, source, told_limit(deadline));
  hd_trace_leave(emit);
  hd_task_leave_step(task);
  task->waiter = NULL;
  if (deadline != HD_NEVER) hd_loop_timer_remove(task->loop, &limit.timer);
  bool cancelled = task->must_cancel;
  task->must_cancel = false;
  return cancelled ? HD_ERROR_CANCELLED : waiter->outcome;
}

int hd_task_await_with(struct hd_async_waiters *waiters, struct hd_async_waiter *waiter, enum hd_operation operation, uint64_t object,
                       hd_deadline deadline, const struct hd_source *source) {
  return await(waiters, waiter, operation, object, deadline, run_out, source);
}

int hd_task_await(struct hd_async_waiters *waiters, struct hd_async_waiter *waiter, enum hd_operation operation, uint64_t object,
                  hd_deadline deadline, const struct hd_source *source) {
  waiter->cancel = NULL;
  waiter->awaited = NULL;
  return await(waiters, waiter, operation, object, deadline, run_out, source);
}

static inline int yield(const struct hd_source *source) {
  struct hd_task_state *task = hd_task_running();
  if (!task) return hd_task_refuse(0, HD_OPERATION_TASK_YIELD, source, HD_ERROR_NO_TASK);
  if (!task->must_cancel) {
    task->phase = HD_TASK_READY;
    task->at = source;
    tell(task, HD_OPERATION_TASK_YIELD, source, 0);
    hd_loop_push(task->loop, &task->entry);
    hd_task_leave_step(task);
  }
  bool cancelled = task->must_cancel;
  task->must_cancel = false;
  return cancelled ? HD_ERROR_CANCELLED : HD_OK;
}

int hd_task_yield(const struct hd_source *source) { return yield(source); }

/* The time that a sleep was for is no time-out: it has got what it awaited. */
static void wake_up(struct hd_loop_timer *timer) {
  struct hd_async_waiter *waiter = ((struct limit *)timer)->waiter;
  hd_async_wake_one(waiter, HD_OK, waiter->task->at);
}

int hd_task_sleep_at(int64_t duration_ns, const struct hd_source *source) {
  if (duration_ns < 0) return HD_ERROR_INVALID;
  if (!duration_ns) return yield(source);
  struct hd_async_waiter waiter = {0};
  return await(NULL, &waiter, HD_OPERATION_SLEEP_AWAIT, 0, hd_deadline_after(duration_ns), wake_up, source);
}

int hd_await_at(struct hd_task *handle, void *result, const struct hd_source *source) {
  struct hd_task_state *self = hd_task_running(), *task = handle->state;
  if (!self) return hd_task_refuse(task->reference, HD_OPERATION_TASK_AWAIT, source, HD_ERROR_NO_TASK);
  if (task == self) return hd_task_refuse(task->reference, HD_OPERATION_TASK_AWAIT, source, HD_ERROR_SELF_AWAIT);
  if (hd_task_is_over(task)) return hd_task_collect(task, result);
  if (task->loop != self->loop) return hd_task_refuse(task->reference, HD_OPERATION_TASK_AWAIT, source, HD_ERROR_INVALID);
  struct hd_async_waiter waiter = {.awaited = hd_task_ref(task)};
  int outcome = await(&task->waiters, &waiter, HD_OPERATION_TASK_AWAIT, task->reference, HD_NEVER, run_out, source);
  if (outcome == HD_OK) outcome = hd_task_collect(task, result);
  hd_task_unref(task);
  return outcome;
}

/* Whom a cancellation of the task is handed on to; NULL: to nobody. */
static struct hd_task_state *next_of(const struct hd_task_state *task) {
  struct hd_task_state *awaited = task->phase == HD_TASK_AWAITING ? task->waiter->awaited : NULL;
  return awaited && !hd_task_is_over(awaited) ? awaited : NULL;
}

static void deliver(struct hd_task_state *task, enum hd_wait_result why, const struct hd_source *source) {
  if (task->phase != HD_TASK_AWAITING) {
    task->must_cancel = true;
    return;
  }
  struct hd_async_waiter *waiter = task->waiter;
  bool handed_on = false;
  if (waiter->cancel && !task->cancel_passes) {
    task->cancel_passes = true;
    handed_on = waiter->cancel(waiter, source);
    task->cancel_passes = false;
  }
  if (!handed_on && !waiter->ready) make_ready(waiter, HD_ERROR_CANCELLED, why, source);
}

/* Along the tasks that await one another to the last one; where they await in a circle, once around. */
bool hd_task_cancel_because(struct hd_task_state *task, enum hd_wait_result why, const struct hd_source *source) {
  if (hd_task_is_over(task)) return false;
  struct hd_task_state *last = task;
  for (struct hd_task_state *next = task; next && !next->cancel_passes; next = next_of(next)) {
    last = next;
    last->cancel_passes = true;
    last->cancel_count++;
    if (why == HD_WAIT_RESULT_CANCELLED || next != task) tell(last, HD_OPERATION_TASK_CANCEL, source, 0);
  }
  for (struct hd_task_state *next = task; next; next = next == last ? NULL : next_of(next)) next->cancel_passes = false;
  deliver(last, last == task ? why : HD_WAIT_RESULT_CANCELLED, source);
  return true;
}

bool hd_task_cancel_state(struct hd_task_state *task, const struct hd_source *source) {
  return hd_task_cancel_because(task, HD_WAIT_RESULT_CANCELLED, source);
}
