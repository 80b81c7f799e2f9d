#include "async-wait.h"
#include <heddle/async-event.h>

void hd_async_event_init_at(struct hd_async_event *event, const char *name, const struct hd_source *source) {
  *event = (struct hd_async_event)HD_ASYNC_EVENT_INIT;
  hd_trace_begin(hd_reference(event), HD_KIND_EVENT, -1, name, source);
}

int hd_async_event_destroy_at(struct hd_async_event *event, const struct hd_source *source) {
  return hd_async_destroy(event, hd_async_has_waiters(&event->waiters), source);
}

int hd_async_event_set_at(struct hd_async_event *event, const struct hd_source *source) {
  int result = hd_async_check(&event->waiters, event, HD_OPERATION_EVENT_SET, source);
  if (result != HD_OK) return result;
  hd_async_tell(event, HD_OPERATION_EVENT_SET, 1, source);
  event->set = true;
  hd_async_wake(&event->waiters, SIZE_MAX, HD_OK, source);
  return HD_OK;
}

void hd_async_event_clear_at(struct hd_async_event *event, const struct hd_source *source) {
  hd_async_tell(event, HD_OPERATION_EVENT_CLEAR, 1, source);
  event->set = false;
}

bool hd_async_event_is_set(const struct hd_async_event *event) { return event->set; }

int hd_async_event_wait_timed_at(struct hd_async_event *event, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  if (event->set) {
    hd_async_tell(event, timeout_ns == HD_FOREVER ? HD_OPERATION_EVENT_WAIT : HD_OPERATION_EVENT_WAIT_TIMED, 1, source);
    return HD_OK;
  }
  struct hd_async_waiter waiter;
  int result = hd_async_check(&event->waiters, event, HD_OPERATION_ASYNC_EVENT_AWAIT, source);
  if (result != HD_OK) return result;
  return hd_task_await(&event->waiters, &waiter, HD_OPERATION_ASYNC_EVENT_AWAIT, hd_reference(event), hd_deadline_after(timeout_ns),
                       source);
}
