/* Several tasks at once: all of them, some of them, or one after the other as they are over.
 *
 *     struct hd_task calls[3];
 *     double degrees[3];
 *     for (int i = 0; i < 3; i++) hd_task_create(&calls[i], ask_weather, &cities[i], 0, sizeof *degrees, cities[i].name);
 *     if (hd_gather(calls, 3, degrees, NULL) == HD_OK) …           // degrees[i] is the result of calls[i]
 *     for (int i = 0; i < 3; i++) hd_task_release(&calls[i]);
 *
 * The handles stay the caller's. All that wait are for a task of the loop of these tasks; else HD_ERROR_NO_TASK, HD_ERROR_SELF_AWAIT (the
 * task is among them) or HD_ERROR_INVALID (a task of another loop), misuses. HD_ERROR_NO_MEMORY.
 */
#ifndef HEDDLE_GATHER_H
#define HEDDLE_GATHER_H
#include <heddle/future.h>
#include <heddle/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Waits for count tasks. results: an array of their results, in their order, filled in when the task went well; NULL: not wanted. They
 * must be of one size then, else HD_ERROR_INVALID.
 * outcomes NULL: gives HD_OK when all went well; as soon as one did not it gives how that one ended (HD_ERROR_JOB_FAILED,
 * HD_ERROR_CANCELLED) and does not wait for the others, which go on. results is filled in only when it gives HD_OK.
 * Else waits for all, whatever becomes of them, gives HD_OK, and outcomes[i] tells how each ended.
 * When the task that waits is cancelled, all of them are; it waits for their end, and gives HD_ERROR_CANCELLED. */
#define hd_gather(tasks, count, results, outcomes) hd_gather_at((tasks), (count), (results), (outcomes), HD_HERE)
HD_API int hd_gather_at(const struct hd_task *tasks, size_t count, void *results, int *outcomes, const struct hd_source *source);

/* Waits until all are over, or one of them, or one has failed (else all; a cancelled one has not failed). Which they are is then asked of
 * the tasks. HD_ERROR_TIMEOUT when it is not so within timeout_ns: the tasks go on; HD_ERROR_INVALID, also for a count of 0. When the task
 * that waits is cancelled (HD_ERROR_CANCELLED), they go on, too. */
#define hd_wait_tasks(tasks, count, until, timeout_ns) hd_wait_tasks_at((tasks), (count), (until), (timeout_ns), HD_HERE)
HD_API int hd_wait_tasks_at(const struct hd_task *tasks, size_t count, enum hd_future_until until, int64_t timeout_ns,
                            const struct hd_source *source);

/* Goes through tasks in the order in which they are over. The handles may be released meanwhile.
 *
 *     struct hd_tasks_as_completed iteration;
 *     hd_tasks_as_completed_begin(&iteration, tasks, count, HD_FOREVER);
 *     for (size_t i; hd_tasks_as_completed_next(&iteration, &i) == HD_OK;) hd_task_result(&tasks[i], &results[i]);
 *     hd_tasks_as_completed_end(&iteration);
 */
struct hd_task_bunch;
/* The field is the runtime's own. An iteration is for one task at a time. */
struct hd_tasks_as_completed {
  struct hd_task_bunch *bunch;
};
/* timeout_ns: for the whole, from now on. On any error there is nothing to end. */
#define hd_tasks_as_completed_begin(iteration, tasks, count, timeout_ns)                                                                   \
  hd_tasks_as_completed_begin_at((iteration), (tasks), (count), (timeout_ns), HD_HERE)
HD_API int hd_tasks_as_completed_begin_at(struct hd_tasks_as_completed *iteration, const struct hd_task *tasks, size_t count,
                                          int64_t timeout_ns, const struct hd_source *source);
/* Waits for the next that is over, and gives its index. HD_ERROR_NO_MORE after the last; HD_ERROR_TIMEOUT, HD_ERROR_CANCELLED (then it
 * may be asked again); HD_ERROR_BUSY: another task waits in it. */
#define hd_tasks_as_completed_next(iteration, index) hd_tasks_as_completed_next_at((iteration), (index), HD_HERE)
HD_API int hd_tasks_as_completed_next_at(struct hd_tasks_as_completed *iteration, size_t *index, const struct hd_source *source);
#define hd_tasks_as_completed_end(iteration) hd_tasks_as_completed_end_at((iteration), HD_HERE)
HD_API void hd_tasks_as_completed_end_at(struct hd_tasks_as_completed *iteration, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
