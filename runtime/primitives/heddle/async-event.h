/* Async event: a flag that the tasks of one event loop wait for.
 *
 * set raises the flag and wakes all that wait, in the order in which they came, even if it is cleared again before they run; while it is up
 * nobody waits. An event may be embedded and needs no destruction; static: HD_ASYNC_EVENT_INIT (or zeroed memory).
 * Threads: only in that of the loop (HD_ERROR_OTHER_LOOP, as of heddle/async-lock.h). From another one ask the loop to set it:
 * hd_loop_call_soon_threadsafe.
 */
#ifndef HEDDLE_ASYNC_EVENT_H
#define HEDDLE_ASYNC_EVENT_H
#include <heddle/async-waiters.h>
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_async_event {
  bool set;
  struct hd_async_waiters waiters;
};
#define HD_ASYNC_EVENT_INIT                                                                                                                \
  { false, HD_ASYNC_WAITERS_INIT }

/* Makes an event that is not set. name: for the recording, copied; NULL: it is called by its variable. */
#define hd_async_event_init(event, name) hd_async_event_init_at((event), (name), HD_HERE)
HD_API void hd_async_event_init_at(struct hd_async_event *event, const char *name, const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_async_event_destroy(event) hd_async_event_destroy_at((event), HD_HERE)
HD_API int hd_async_event_destroy_at(struct hd_async_event *event, const struct hd_source *source);

/* HD_OK; HD_ERROR_OTHER_LOOP. */
#define hd_async_event_set(event) hd_async_event_set_at((event), HD_HERE)
HD_API int hd_async_event_set_at(struct hd_async_event *event, const struct hd_source *source);
#define hd_async_event_clear(event) hd_async_event_clear_at((event), HD_HERE)
HD_API void hd_async_event_clear_at(struct hd_async_event *event, const struct hd_source *source);
HD_API bool hd_async_event_is_set(const struct hd_async_event *event);

/* Awaits until it is set. HD_ERROR_CANCELLED; HD_ERROR_NO_TASK: outside of a task it cannot wait. */
#define hd_async_event_wait(event) hd_async_event_wait_timed_at((event), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it was not set within timeout_ns; HD_ERROR_INVALID. */
#define hd_async_event_wait_timed(event, timeout_ns) hd_async_event_wait_timed_at((event), (timeout_ns), HD_HERE)
HD_API int hd_async_event_wait_timed_at(struct hd_async_event *event, int64_t timeout_ns, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
