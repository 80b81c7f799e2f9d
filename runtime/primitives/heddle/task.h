/* Task: a coroutine that a loop runs beside others.
 *
 * A task runs until it awaits something that is not there yet: then the others of its loop go on, and it does when what it awaits is
 * there. A struct hd_task is a handle: the task lives apart from it, and goes on when the handle is released.
 *
 *     struct hd_task soup, rice;
 *     hd_task_create(&soup, cook, "soup", 0, sizeof(int), "soup");
 *     hd_task_create(&rice, cook, "rice", 0, sizeof(int), "rice");
 *     int minutes;
 *     if (hd_await(&soup, &minutes) == HD_OK) …
 *
 * How a task ended is told to who awaits it: HD_OK; HD_ERROR_JOB_FAILED, its own error number is told by hd_task_error; HD_ERROR_CANCELLED,
 * when its routine returned that. An error that nobody asked for is a mark in the recording.
 *
 * Cancellation is a request, delivered where the task awaits, or at its next await, which gives HD_ERROR_CANCELLED then. The routine cleans
 * up and returns that; or it goes on, then hd_task_uncancel says that the request was dealt with. Cancelling a task that awaits another
 * task cancels that one, and it learns of it by its end. A task that is cancelled before it began never runs. Threads: a task's handles are
 * for the thread of its loop.
 */
#ifndef HEDDLE_TASK_H
#define HEDDLE_TASK_H
#include <heddle/loop.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hd_task_state;
/* The field is the runtime's own. */
struct hd_task {
  struct hd_task_state *state; /* a reference is owned */
};

/* A task of the loop that runs in this thread; it begins in the loop's next round. argument_bytes of the argument are copied; 0: the
 * pointer itself is handed on. name: copied; NULL: a made-up one. task NULL: nobody will ask for it; else the caller releases it.
 * HD_ERROR_NO_LOOP, HD_ERROR_NO_MEMORY. When no memory is left for its stack, the task fails with that number. */
#define hd_task_create(task, routine, argument, argument_bytes, result_bytes, name)                                                        \
  hd_task_create_at((task), (routine), (argument), (argument_bytes), (result_bytes), (name), HD_HERE)
HD_API int hd_task_create_at(struct hd_task *task, hd_task_routine *routine, void *argument, size_t argument_bytes, size_t result_bytes,
                             const char *name, const struct hd_source *source);
/* The same with more choices; loop NULL: the one that runs in this thread, else one that this thread runs or will run. What is zero has its
 * usual value. HD_ERROR_INVALID (a size of the stack), HD_ERROR_CLOSED; HD_ERROR_WRONG_THREAD (another one runs the loop), a misuse. */
struct hd_task_options {
  size_t argument_bytes, result_bytes;
  const char *name;
  size_t stack_bytes; /* 0: as the loop says */
};
#define hd_task_create_in(loop, task, routine, argument, options)                                                                          \
  hd_task_create_in_at((loop), (task), (routine), (argument), (options), HD_HERE)
HD_API int hd_task_create_in_at(struct hd_loop *loop, struct hd_task *task, hd_task_routine *routine, void *argument,
                                const struct hd_task_options *options, const struct hd_source *source);
HD_API void hd_task_copy(const struct hd_task *task, struct hd_task *copy);
/* Gives up the handle; the task, if it is not over, goes on. */
HD_API void hd_task_release(struct hd_task *task);

/* Waits until the task is over; copies its result when it went well (result may be NULL). How it ended: above; HD_ERROR_CANCELLED also when
 * the awaiting task was cancelled. HD_ERROR_NO_TASK (outside of a task), HD_ERROR_SELF_AWAIT, HD_ERROR_INVALID (a task of another loop):
 * misuses. */
#define hd_await(task, result) hd_await_at((task), (result), HD_HERE)
HD_API int hd_await_at(struct hd_task *task, void *result, const struct hd_source *source);
/* Waits so long; 0 lets all that are ready go first. HD_ERROR_CANCELLED, HD_ERROR_NO_TASK, HD_ERROR_INVALID (below 0),
 * HD_ERROR_NO_MEMORY. */
#define hd_task_sleep(duration_ns) hd_task_sleep_at((duration_ns), HD_HERE)
HD_API int hd_task_sleep_at(int64_t duration_ns, const struct hd_source *source);

/* Of a task that is over: as hd_await, from anywhere. HD_ERROR_NOT_DONE, a misuse. */
#define hd_task_result(task, result) hd_task_result_at((task), (result), HD_HERE)
HD_API int hd_task_result_at(struct hd_task *task, void *result, const struct hd_source *source);
/* Its own error number, 0 when it went well: then HD_OK, also of a task that failed. HD_ERROR_CANCELLED, HD_ERROR_NOT_DONE. */
#define hd_task_error(task, error) hd_task_error_at((task), (error), HD_HERE)
HD_API int hd_task_error_at(struct hd_task *task, int *error, const struct hd_source *source);
HD_API bool hd_task_is_done(const struct hd_task *task);
HD_API bool hd_task_is_cancelled(const struct hd_task *task);

/* Requests that it ends: HD_OK. HD_ERROR_DONE (it is over), HD_ERROR_WRONG_THREAD (another one runs its loop): misuses. */
#define hd_task_cancel(task) hd_task_cancel_at((task), HD_HERE)
HD_API int hd_task_cancel_at(struct hd_task *task, const struct hd_source *source);
/* How many requests there were that have not been taken back. */
HD_API uint32_t hd_task_cancelling(const struct hd_task *task);
/* Takes one back: it was dealt with. With the last of them one that has not been delivered yet is forgotten. Gives how many are left. */
HD_API uint32_t hd_task_uncancel(struct hd_task *task);

/* Calls callback(task, argument) in the loop's next round after its end (or after now), in the order in which they were added. The handle
 * is lent. HD_ERROR_NO_MEMORY, HD_ERROR_CLOSED (it is over, and so is its loop). */
typedef void hd_task_callback(struct hd_task *task, void *argument);
#define hd_task_add_callback(task, callback, argument) hd_task_add_callback_at((task), (callback), (argument), HD_HERE)
HD_API int hd_task_add_callback_at(struct hd_task *task, hd_task_callback *callback, void *argument, const struct hd_source *source);
/* Takes back all that were added with these two and are not due yet; gives how many. */
HD_API size_t hd_task_remove_callback(struct hd_task *task, hd_task_callback *callback, void *argument);

/* At any time. HD_ERROR_NO_MEMORY. */
HD_API int hd_task_set_name(struct hd_task *task, const char *name);
/* Copies the name, cut to fit; the result is always terminated when bytes is not 0. Returns the length of the whole name. */
HD_API size_t hd_task_get_name(const struct hd_task *task, char *name, size_t bytes);

/* A further handle of the task that acts; the caller releases it. HD_ERROR_NO_TASK. */
HD_API int hd_task_current(struct hd_task *task);
/* Fills in handles, at most capacity, of the tasks of a loop that are not over, the youngest first; the caller releases them. loop NULL:
 * the one that runs in this thread. Returns how many there are, which may be more. */
HD_API size_t hd_task_all(struct hd_loop *loop, struct hd_task *tasks, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
