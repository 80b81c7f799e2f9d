/* What a loop is asked to call: soon, later, or by another thread. And the handles of loops. */
#include "current.h"
#include "task-core.h"
#include <stdlib.h>

enum phase { PENDING, CALLED, CANCELLED };

struct hd_loop_call_state {
  struct hd_loop_entry entry;
  struct hd_loop_timer timer;
  struct hd_loop_state *loop;
  uint32_t references; /* the handle, and the loop until it is called */
  uint32_t number;     /* in the recording, 0 while not recorded */
  uint32_t phase;      /* enum phase */
  int64_t when_ns;
  hd_loop_callback *callback;
  void *argument;
  const struct hd_source *source;
};

static struct hd_loop_call_state *of_entry(struct hd_loop_entry *entry) { return (struct hd_loop_call_state *)entry; }
static struct hd_loop_call_state *of_timer(struct hd_loop_timer *timer) {
  return (struct hd_loop_call_state *)(void *)((char *)timer - offsetof(struct hd_loop_call_state, timer));
}

static void unref(struct hd_loop_call_state *call) {
  if (!call || __atomic_sub_fetch(&call->references, 1, __ATOMIC_ACQ_REL)) return;
  hd_loop_unref(call->loop);
  free(call);
}

static void tell(const struct hd_loop_call_state *call, enum hd_operation operation, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter_if(call->number);
  hd_trace_instant(emit, call->loop->reference, operation, source, call->number);
  hd_trace_leave(emit);
}

static bool leave_pending(struct hd_loop_call_state *call, enum phase phase) {
  uint32_t pending = PENDING;
  return __atomic_compare_exchange_n(&call->phase, &pending, phase, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void run(struct hd_loop_entry *entry) {
  struct hd_loop_call_state *call = of_entry(entry);
  if (!call->loop->closed && leave_pending(call, CALLED)) {
    tell(call, HD_OPERATION_CALLBACK_BEGIN, call->source);
    call->callback(call->argument);
    tell(call, HD_OPERATION_CALLBACK_END, call->source);
  }
  unref(call);
}

static void fire(struct hd_loop_timer *timer) { hd_loop_push(of_timer(timer)->loop, &of_timer(timer)->entry); }

/* Gives it its number and tells that it was made; before the loop can call it. */
static void tell_made(struct hd_loop_entry *entry, struct hd_emit *emit) {
  struct hd_loop_call_state *call = of_entry(entry);
  if (!emit) return;
  uint64_t loop = call->loop->reference;
  call->number = __atomic_add_fetch(&call->loop->callback_number, 1, __ATOMIC_RELAXED);
  if (!call->when_ns) {
    hd_trace_instant(emit, loop, HD_OPERATION_CALLBACK_SCHEDULE, call->source, call->number);
    return;
  }
  uint32_t site = hd_emit_source_site(emit, HD_OPERATION_CALLBACK_SCHEDULE, call->source);
  int64_t planned_ns = hd_seed_is_on() ? hd_seed_real_deadline(call->when_ns) : call->when_ns;
  hd_emit_schedule_entry(emit, loop, call->number, (uint64_t)planned_ns, 0, site, (const void *)(uintptr_t)call->callback, hd_emit_now());
}

static struct hd_loop_call_state *make(struct hd_loop_state *loop, hd_loop_callback *callback, void *argument, int64_t when_ns,
                                       const struct hd_source *source) {
  struct hd_loop_call_state *call = malloc(sizeof *call);
  if (!call) return NULL;
  *call = (struct hd_loop_call_state){.entry = {.run = run},
                                      .timer = {.fire = fire},
                                      .loop = hd_loop_ref(loop),
                                      .references = 1,
                                      .when_ns = when_ns,
                                      .callback = callback,
                                      .argument = argument,
                                      .source = source};
  return call;
}

/* Makes one for this thread's loop; when_ns 0: soon. */
static int schedule(struct hd_loop *handle, int64_t when_ns, hd_loop_callback *callback, void *argument, struct hd_loop_call *out,
                    const struct hd_source *source) {
  struct hd_loop_state *loop = handle ? handle->state : hd_loop_running();
  if (!loop) return HD_ERROR_NO_LOOP;
  if (hd_loop_is_elsewhere(loop)) return hd_task_refuse(loop->reference, HD_OPERATION_CALLBACK_SCHEDULE, source, HD_ERROR_WRONG_THREAD);
  if (loop->closed) return HD_ERROR_CLOSED;
  struct hd_loop_call_state *call = make(loop, callback, argument, when_ns, source);
  if (!call) return HD_ERROR_NO_MEMORY;
  if (when_ns && hd_loop_timer_add(loop, &call->timer, when_ns) != HD_OK) {
    unref(call);
    return HD_ERROR_NO_MEMORY;
  }
  struct hd_emit *emit = hd_trace_enter_if(loop->reference);
  tell_made(&call->entry, emit);
  hd_trace_leave(emit);
  if (!when_ns) hd_loop_push(loop, &call->entry);
  if (out) {
    call->references++;
    out->state = call;
  }
  return HD_OK;
}

int hd_loop_call_soon_at(struct hd_loop *loop, hd_loop_callback *callback, void *argument, struct hd_loop_call *call,
                         const struct hd_source *source) {
  return schedule(loop, 0, callback, argument, call, source);
}

int hd_loop_call_later_at(struct hd_loop *loop, int64_t delay_ns, hd_loop_callback *callback, void *argument, struct hd_loop_call *call,
                          const struct hd_source *source) {
  if (delay_ns < 0) return HD_ERROR_INVALID;
  int64_t now_ns = hd_clock_ns();
  return schedule(loop, delay_ns > HD_NEVER - now_ns ? HD_NEVER : now_ns + delay_ns, callback, argument, call, source);
}

int hd_loop_call_at_at(struct hd_loop *loop, int64_t time_ns, hd_loop_callback *callback, void *argument, struct hd_loop_call *call,
                       const struct hd_source *source) {
  return schedule(loop, time_ns > 0 ? time_ns : 1, callback, argument, call, source);
}

int hd_loop_call_soon_threadsafe_at(struct hd_loop *loop, hd_loop_callback *callback, void *argument, struct hd_loop_call *out,
                                    const struct hd_source *source) {
  struct hd_loop_call_state *call = make(loop->state, callback, argument, 0, source);
  if (!call) return HD_ERROR_NO_MEMORY;
  if (out) call->references++;
  if (!hd_loop_push_threadsafe(loop->state, &call->entry, tell_made)) {
    if (out) unref(call);
    unref(call);
    return HD_ERROR_CLOSED;
  }
  if (out) out->state = call;
  return HD_OK;
}

void hd_loop_call_cancel_at(struct hd_loop_call *handle, const struct hd_source *source) {
  struct hd_loop_call_state *call = handle->state;
  if (!leave_pending(call, CANCELLED)) return;
  tell(call, HD_OPERATION_CALLBACK_CANCEL, source);
  if (!call->when_ns || !call->timer.place) return;
  hd_loop_timer_remove(call->loop, &call->timer);
  unref(call);
}

bool hd_loop_call_is_cancelled(const struct hd_loop_call *call) {
  return __atomic_load_n(&call->state->phase, __ATOMIC_ACQUIRE) == CANCELLED;
}
int64_t hd_loop_call_when_ns(const struct hd_loop_call *call) { return call->state->when_ns; }

void hd_loop_call_release(struct hd_loop_call *call) {
  unref(call->state);
  call->state = NULL;
}

int64_t hd_loop_time_ns(void) { return hd_clock_look_ns(); }

int hd_loop_new_at(struct hd_loop *loop, const struct hd_loop_options *options, const struct hd_source *source) {
  static const struct hd_loop_options usual;
  int error;
  loop->state = hd_loop_make(options ? options : &usual, &error, source);
  return error;
}

int hd_loop_current(struct hd_loop *loop) {
  if (!hd_loop_running()) return HD_ERROR_NO_LOOP;
  loop->state = hd_loop_ref(hd_loop_running());
  return HD_OK;
}

void hd_loop_copy(const struct hd_loop *loop, struct hd_loop *copy) { copy->state = hd_loop_ref(loop->state); }

void hd_loop_release(struct hd_loop *loop) {
  hd_loop_unref(loop->state);
  loop->state = NULL;
}

int hd_loop_close_at(struct hd_loop *loop, const struct hd_source *source) { return hd_loop_shut(loop->state, source); }
int hd_loop_run_forever_at(struct hd_loop *loop, const struct hd_source *source) { return hd_loop_turn(loop->state, NULL, source); }
void hd_loop_stop(struct hd_loop *loop) { loop->state->stopping = true; }
bool hd_loop_is_running(const struct hd_loop *loop) { return __atomic_load_n(&loop->state->thread, __ATOMIC_ACQUIRE); }
bool hd_loop_is_closed(const struct hd_loop *loop) { return loop->state->closed; }
