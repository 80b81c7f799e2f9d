/* Future: the result of a job that may still be running, or waiting to be run.
 *
 * An executor or pool gives one for each job that is submitted. A struct hd_future is a handle: what it stands for lives apart from it, as
 * long as a handle or the job does, so a handle may be copied (hd_future_copy) and given up (hd_future_release) at any time.
 *
 *     struct hd_future sum;
 *     hd_executor_submit(&executor, add, &numbers, sizeof numbers, sizeof total, &sum);
 *     …
 *     if (hd_future_result(&sum, &total, HD_FOREVER) == HD_OK) …
 *     hd_future_release(&sum);
 *
 * A job is pending, then running, then done; or it is cancelled while it is pending, which is another way to be done. How a future ended
 * is told by hd_future_result: HD_OK; HD_ERROR_JOB_FAILED (the job's own error number: hd_future_error); HD_ERROR_CANCELLED;
 * HD_ERROR_BROKEN_POOL, HD_ERROR_WORKER_DIED (nobody was left to finish it).
 * Threads: any thread may use a handle; copying into one and releasing it are for one. In a forked child the futures of its parent that are
 * not done stay so.
 */
#ifndef HEDDLE_FUTURE_H
#define HEDDLE_FUTURE_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A job: reads its argument, fills its result (zeroed memory, NULL when it has none). 0, or an error number of its own, which reaches
 * whoever asks for the result. It runs in a thread or in another process, so it must not keep either pointer. */
typedef int hd_job(const void *argument, void *result);

struct hd_future_state;
/* The field is the runtime's own. */
struct hd_future {
  struct hd_future_state *state; /* a reference is owned */
};

/* Makes copy a further handle of the same future. */
HD_API void hd_future_copy(const struct hd_future *future, struct hd_future *copy);
/* Gives up the handle; the job, if it is not done, goes on. */
HD_API void hd_future_release(struct hd_future *future);

/* Cancels it while it is pending; then its job will never run. True when it is cancelled, now or before; false when it is too late. Its
 * callbacks are called by the thread that cancels. */
#define hd_future_cancel(future) hd_future_cancel_at((future), HD_HERE)
HD_API bool hd_future_cancel_at(struct hd_future *future, const struct hd_source *source);
HD_API bool hd_future_is_cancelled(const struct hd_future *future);
HD_API bool hd_future_is_running(const struct hd_future *future);
/* Whether it has a result or an error, or is cancelled. */
HD_API bool hd_future_is_done(const struct hd_future *future);

/* Waits until it is done, and copies its result; result may be NULL. What else it may give: above, and HD_ERROR_TIMEOUT,
 * HD_ERROR_INVALID. Asking for the result of a future that was cancelled before is a misuse. */
#define hd_future_result(future, result, timeout_ns) hd_future_result_at((future), (result), (timeout_ns), HD_HERE)
HD_API int hd_future_result_at(struct hd_future *future, void *result, int64_t timeout_ns, const struct hd_source *source);
/* The same, but gives the job's own error number, 0 when it went well: then HD_OK, also of a job that failed. */
#define hd_future_error(future, error, timeout_ns) hd_future_error_at((future), (error), (timeout_ns), HD_HERE)
HD_API int hd_future_error_at(struct hd_future *future, int *error, int64_t timeout_ns, const struct hd_source *source);

/* Calls callback(future, argument) once when it is done: in the thread that completes it, in the order in which they were added; or at
 * once, in this thread, when it is done already. The handle is lent. Callbacks may do anything but wait for long: who completed the future
 * has others to serve. HD_ERROR_NO_MEMORY. */
typedef void hd_future_callback(struct hd_future *future, void *argument);
HD_API int hd_future_add_callback(struct hd_future *future, hd_future_callback *callback, void *argument);

/* Waits until all of count futures are done, or one of them, or one has failed (else all; a cancelled one has not failed). Which they are
 * is then asked of the futures. HD_ERROR_TIMEOUT: it is not so within timeout_ns; HD_ERROR_INVALID, HD_ERROR_NO_MEMORY. */
enum hd_future_until { HD_UNTIL_ALL, HD_UNTIL_FIRST, HD_UNTIL_FIRST_ERROR };
#define hd_future_wait(futures, count, until, timeout_ns) hd_future_wait_at((futures), (count), (until), (timeout_ns), HD_HERE)
HD_API int hd_future_wait_at(const struct hd_future *futures, size_t count, enum hd_future_until until, int64_t timeout_ns,
                             const struct hd_source *source);

/* Goes through futures in the order in which they are done. The handles may be released meanwhile.
 *
 *     struct hd_as_completed iteration;
 *     hd_as_completed_begin(&iteration, futures, count, HD_FOREVER);
 *     for (size_t i; hd_as_completed_next(&iteration, &i) == HD_OK;) hd_future_result(&futures[i], &results[i], 0);
 *     hd_as_completed_end(&iteration);
 */
struct hd_watch;
/* The field is the runtime's own. An iteration is for one thread. */
struct hd_as_completed {
  struct hd_watch *watch;
};
/* timeout_ns: for the whole, from now on. HD_ERROR_INVALID, HD_ERROR_NO_MEMORY: there is nothing to end. */
HD_API int hd_as_completed_begin(struct hd_as_completed *iteration, const struct hd_future *futures, size_t count, int64_t timeout_ns);
/* The index of the next future that is done. HD_ERROR_NO_MORE after the last; HD_ERROR_TIMEOUT. */
#define hd_as_completed_next(iteration, index) hd_as_completed_next_at((iteration), (index), HD_HERE)
HD_API int hd_as_completed_next_at(struct hd_as_completed *iteration, size_t *index, const struct hd_source *source);
HD_API void hd_as_completed_end(struct hd_as_completed *iteration);

#ifdef __cplusplus
}
#endif
#endif
