/* From tasks to threads: what would block the loop is done by an executor's worker, and awaited.
 *
 *     hd_to_thread(compress, &file, sizeof file, &size, sizeof size);        // the other tasks go on meanwhile
 *
 * All of these are for tasks: HD_ERROR_NO_TASK else, a misuse. When the awaiting task is cancelled (or the time of its scope is over) it
 * goes on at once with HD_ERROR_CANCELLED; a job that has not begun then never will, one that runs goes on, and nobody learns how it ended.
 */
#ifndef HEDDLE_ASYNC_EXECUTOR_H
#define HEDDLE_ASYNC_EXECUTOR_H
#include <heddle/executor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Awaits that a future is done, whosever it is, and gives what hd_future_result gives: copies its result, which may be NULL, or tells why
 * there is none (a job's own error number: hd_future_error). HD_ERROR_CANCELLED also when the future was cancelled. HD_ERROR_NO_MEMORY. */
#define hd_await_future(future, result) hd_await_future_at((future), (result), HD_HERE)
HD_API int hd_await_future_at(struct hd_future *future, void *result, const struct hd_source *source);

/* Submits a job, as hd_executor_submit, and awaits it. executor NULL: the loop's own, of threads, which is made when it is first needed and
 * waited for when the loop is closed. result: result_bytes are copied when the job went well; may be NULL. What else it gives: as
 * hd_executor_submit and hd_await_future. */
#define hd_run_in_executor(executor, job, argument, argument_bytes, result, result_bytes)                                                  \
  hd_run_in_executor_at((executor), (job), (argument), (argument_bytes), (result), (result_bytes), HD_HERE)
HD_API int hd_run_in_executor_at(struct hd_executor *executor, hd_job *job, const void *argument, size_t argument_bytes, void *result,
                                 size_t result_bytes, const struct hd_source *source);

/* The same with the loop's own executor; the job runs in a copy of the task's context (heddle/context.h). */
#define hd_to_thread(job, argument, argument_bytes, result, result_bytes)                                                                  \
  hd_to_thread_at((job), (argument), (argument_bytes), (result), (result_bytes), HD_HERE)
HD_API int hd_to_thread_at(hd_job *job, const void *argument, size_t argument_bytes, void *result, size_t result_bytes,
                           const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
