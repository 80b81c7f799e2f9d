#include "trace.h"
#include "waiters.h"
#include <heddle/event.h>

void hd_event_init_at(struct hd_event *event, const char *name, const struct hd_source *source) {
  *event = (struct hd_event)HD_EVENT_INIT;
  hd_trace_begin(hd_reference(event), HD_KIND_EVENT, -1, name, source);
}

int hd_event_destroy_at(struct hd_event *event, const struct hd_source *source) {
  return hd_waiters_destroy(&event->waiters, event, source);
}

/* The flag changes under the guard only: a thread that sees it up and the guard free knows that nobody is busy with the event. */
static void change(struct hd_event *event, uint32_t set, enum hd_operation operation, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_instant(emit, hd_reference(event), operation, source, 1);
  hd_waiters_enter(&event->waiters);
  __atomic_store_n(&event->set, set, __ATOMIC_RELEASE);
  if (set) hd_waiters_wake(&event->waiters, UINT32_MAX, HD_OUTCOME_WOKEN);
  hd_waiters_leave(&event->waiters);
  hd_trace_leave(emit);
}

void hd_event_set_at(struct hd_event *event, const struct hd_source *source) { change(event, 1, HD_OPERATION_EVENT_SET, source); }
void hd_event_clear_at(struct hd_event *event, const struct hd_source *source) { change(event, 0, HD_OPERATION_EVENT_CLEAR, source); }
static bool is_set(const struct hd_event *event) { return __atomic_load_n(&event->set, __ATOMIC_ACQUIRE); }

bool hd_event_is_set(const struct hd_event *event) {
  hd_seed_step();
  return is_set(event);
}

int hd_event_wait_timed_at(struct hd_event *event, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_EVENT_WAIT : HD_OPERATION_EVENT_WAIT_TIMED;
  struct hd_emit *emit = hd_trace_enter();
  struct hd_waiter self;
  hd_waiters_enter(&event->waiters);
  bool set = is_set(event);
  bool sleep = !set && timeout_ns != 0;
  if (sleep) hd_waiters_add(&event->waiters, &self);
  hd_waiters_leave(&event->waiters);

  if (set) hd_trace_instant(emit, hd_reference(event), operation, source, 1);
  int result = set ? HD_OK : HD_ERROR_TIMEOUT;
  if (sleep) {
    struct hd_emit_wait wait = {.object = hd_reference(event)};
    hd_trace_wait_begin(emit, &wait, operation, source);
    enum hd_outcome outcome = hd_waiters_sleep(&event->waiters, &self, hd_deadline_after(timeout_ns));
    if (outcome == HD_OUTCOME_NONE)
      hd_waiters_remove(&event->waiters, &self);
    else
      result = HD_OK;
    hd_waiters_leave(&event->waiters);
    hd_trace_wait_end(emit, &wait, result);
  }
  hd_trace_leave(emit);
  return result;
}
