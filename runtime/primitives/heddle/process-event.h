/* Process event: a flag that the threads of several processes wait for. It lies in shared memory (heddle/process-memory.h).
 *
 * set raises the flag and wakes all that wait, even if it is cleared again before they run; while it is up nobody waits.
 *
 * Threads: any thread of any process that shares the memory may call anything here, once init has returned.
 */
#ifndef HEDDLE_PROCESS_EVENT_H
#define HEDDLE_PROCESS_EVENT_H
#include <heddle/error.h>
#include <heddle/process-memory.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_process_event {
  uint32_t state;     /* bit 0: set; bit 1: somebody may sleep; above: counts how often it was set */
  uint64_t reference; /* of the object in the recording; 0: not recorded */
};

/* Makes an event that is not set. name: for the recording, copied; may be NULL. */
#define hd_process_event_init(event, name) hd_process_event_init_at((event), (name), HD_HERE)
HD_API void hd_process_event_init_at(struct hd_process_event *event, const char *name, const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_process_event_destroy(event) hd_process_event_destroy_at((event), HD_HERE)
HD_API int hd_process_event_destroy_at(struct hd_process_event *event, const struct hd_source *source);

#define hd_process_event_set(event) hd_process_event_set_at((event), HD_HERE)
HD_API void hd_process_event_set_at(struct hd_process_event *event, const struct hd_source *source);
#define hd_process_event_clear(event) hd_process_event_clear_at((event), HD_HERE)
HD_API void hd_process_event_clear_at(struct hd_process_event *event, const struct hd_source *source);
HD_API bool hd_process_event_is_set(const struct hd_process_event *event);

/* Waits until it is set. Always HD_OK. */
#define hd_process_event_wait(event) hd_process_event_wait_timed_at((event), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it was not set within timeout_ns; HD_ERROR_INVALID. */
#define hd_process_event_wait_timed(event, timeout_ns) hd_process_event_wait_timed_at((event), (timeout_ns), HD_HERE)
HD_API int hd_process_event_wait_timed_at(struct hd_process_event *event, int64_t timeout_ns, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
