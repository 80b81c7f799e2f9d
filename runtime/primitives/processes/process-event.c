#include "process-guard.h"
#include "trace.h"
#include <heddle/process-event.h>

/* The flag, and how often it was raised, change in one word: who waits sees that it was raised even if it is down again. */
#define SET 1u
#define SLEEPERS 2u
#define RAISED 4u
static uint32_t times_raised(uint32_t state) { return state / RAISED; }

void hd_process_event_init_at(struct hd_process_event *event, const char *name, const struct hd_source *source) {
  *event = (struct hd_process_event){.reference = hd_trace_begin_shared(HD_KIND_EVENT, HD_TRACE_SHARED, -1, name, source)};
}

int hd_process_event_destroy_at(struct hd_process_event *event, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  bool busy = __atomic_load_n(&event->state, __ATOMIC_RELAXED) & SLEEPERS && hd_process_futex_wake(&event->state, UINT32_MAX) > 0;
  hd_trace_leave(emit);
  if (busy) return hd_trace_busy(event->reference, source);
  hd_trace_end(event->reference, source);
  return HD_OK;
}

void hd_process_event_set_at(struct hd_process_event *event, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_instant(emit, event->reference, HD_OPERATION_EVENT_SET, source, 1);
  uint32_t seen = __atomic_load_n(&event->state, __ATOMIC_RELAXED);
  while (!(seen & SET) && !__atomic_compare_exchange_n(&event->state, &seen, (times_raised(seen) + 1) * RAISED | SET, false,
                                                       __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {}
  if (!(seen & SET) && seen & SLEEPERS) hd_process_futex_wake(&event->state, UINT32_MAX);
  hd_trace_leave(emit);
}

void hd_process_event_clear_at(struct hd_process_event *event, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_instant(emit, event->reference, HD_OPERATION_EVENT_CLEAR, source, 1);
  __atomic_and_fetch(&event->state, ~SET, __ATOMIC_RELEASE);
  hd_trace_leave(emit);
}

bool hd_process_event_is_set(const struct hd_process_event *event) { return __atomic_load_n(&event->state, __ATOMIC_ACQUIRE) & SET; }

/* Looks from time to time: who sets it may be killed before it wakes anybody. */
static int sleep_until_raised(struct hd_process_event *event, uint32_t first, hd_deadline deadline) {
  for (uint32_t seen = first;;) {
    if (seen & SET || times_raised(seen) != times_raised(first)) return HD_OK;
    if (hd_deadline_left_ns(deadline) == 0) return HD_ERROR_TIMEOUT;
    if (!(seen & SLEEPERS)) {
      if (!__atomic_compare_exchange_n(&event->state, &seen, seen | SLEEPERS, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) continue;
      seen |= SLEEPERS;
    }
    hd_process_futex_wait(&event->state, seen, hd_deadline_sooner(deadline, HD_PROCESS_LOOK_NS));
    seen = __atomic_load_n(&event->state, __ATOMIC_ACQUIRE);
  }
}

int hd_process_event_wait_timed_at(struct hd_process_event *event, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_EVENT_WAIT : HD_OPERATION_EVENT_WAIT_TIMED;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_emit *emit = hd_trace_enter();
  uint32_t first = __atomic_load_n(&event->state, __ATOMIC_ACQUIRE);
  int result = HD_OK;
  if (first & SET) {
    hd_trace_instant(emit, event->reference, operation, source, 1);
  } else if (timeout_ns == 0) {
    result = HD_ERROR_TIMEOUT;
  } else {
    struct hd_emit_wait wait = {.object = event->reference};
    hd_trace_wait_begin(emit, &wait, operation, source);
    result = sleep_until_raised(event, first, deadline);
    hd_trace_wait_end(emit, &wait, result);
  }
  hd_trace_leave(emit);
  return result;
}
