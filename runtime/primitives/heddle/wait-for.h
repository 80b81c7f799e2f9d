/* One task, awaited otherwise than by hd_await: not longer than some time, or without handing a cancellation on.
 *
 * hd_await hands a cancellation of the task that waits on to the one that is awaited. hd_wait_for does, too, and besides cancels it when it
 * takes too long. hd_shield keeps it safe from both: what it does goes on, whatever becomes of who waits.
 */
#ifndef HEDDLE_WAIT_FOR_H
#define HEDDLE_WAIT_FOR_H
#include <heddle/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As hd_await; but when the task is not over within timeout_ns it is cancelled, and awaited to its end: HD_ERROR_TIMEOUT when it was ended
 * by that; when it had a result or failed all the same, that is told. HD_ERROR_INVALID, HD_ERROR_NO_MEMORY. */
#define hd_wait_for(task, result, timeout_ns) hd_wait_for_at((task), (result), (timeout_ns), HD_HERE)
HD_API int hd_wait_for_at(struct hd_task *task, void *result, int64_t timeout_ns, const struct hd_source *source);

/* As hd_await; but when the task that waits is cancelled it gets HD_ERROR_CANCELLED at once, and the other one goes on. */
#define hd_shield(task, result) hd_shield_timed_at((task), (result), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it is not over within timeout_ns, and goes on; HD_ERROR_INVALID, HD_ERROR_NO_MEMORY. */
#define hd_shield_timed(task, result, timeout_ns) hd_shield_timed_at((task), (result), (timeout_ns), HD_HERE)
HD_API int hd_shield_timed_at(struct hd_task *task, void *result, int64_t timeout_ns, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
