/* Event: a flag that threads wait for.
 *
 * set raises the flag and wakes all that wait, even if it is cleared again before they run; while it is up nobody waits. An event has no
 * memory of its own, may be embedded and needs no destruction; static: HD_EVENT_INIT. Threads: any thread may call anything
 * here at any time. When all that waited have returned the event may be freed; whoever set it has let go of it by then.
 */
#ifndef HEDDLE_EVENT_H
#define HEDDLE_EVENT_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <heddle/waiters.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_event {
  uint32_t set;
  struct hd_waiters waiters;
};
#define HD_EVENT_INIT                                                                                                                      \
  { 0, HD_WAITERS_INIT }

/* Makes an event that is not set. name: for the recording, copied; NULL: it is called by its variable. */
#define hd_event_init(event, name) hd_event_init_at((event), (name), HD_HERE)
HD_API void hd_event_init_at(struct hd_event *event, const char *name, const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_event_destroy(event) hd_event_destroy_at((event), HD_HERE)
HD_API int hd_event_destroy_at(struct hd_event *event, const struct hd_source *source);

#define hd_event_set(event) hd_event_set_at((event), HD_HERE)
HD_API void hd_event_set_at(struct hd_event *event, const struct hd_source *source);
#define hd_event_clear(event) hd_event_clear_at((event), HD_HERE)
HD_API void hd_event_clear_at(struct hd_event *event, const struct hd_source *source);
HD_API bool hd_event_is_set(const struct hd_event *event);

/* Waits until it is set. Always HD_OK. */
#define hd_event_wait(event) hd_event_wait_timed_at((event), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it was not set within timeout_ns; HD_ERROR_INVALID. */
#define hd_event_wait_timed(event, timeout_ns) hd_event_wait_timed_at((event), (timeout_ns), HD_HERE)
HD_API int hd_event_wait_timed_at(struct hd_event *event, int64_t timeout_ns, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
