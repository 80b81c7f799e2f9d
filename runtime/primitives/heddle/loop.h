/* Event loop: runs the tasks and callbacks of one thread, one at a time, and sleeps while none of them is ready.
 *
 * What runs goes on until it awaits something, yields or returns: between two awaits nobody else of the loop runs, so what tasks share
 * needs no lock. In return a call that blocks, or computes for long, stalls all the others. Each round of the loop looks at what has become
 * ready, then runs what was ready at that moment, first come first served; what these make ready has its turn in the next round.
 *
 *     static int greet(void *argument, void *result) {
 *       hd_task_sleep(100 * HD_MILLISECOND_NS);
 *       return puts(argument) < 0 ? errno : 0;
 *     }
 *     hd_loop_run(greet, "hello", NULL, 0, NULL);
 *
 * A struct hd_loop is a handle; hd_loop_run needs none. In a thread one loop runs at a time, each thread may have its own.
 * Threads: a loop, its tasks and calls are for the thread that runs it (or, while none does, for the one that prepares it), but
 * hd_loop_call_soon_threadsafe and the handles of what it was given are for all. A thread cannot be cancelled while it runs a loop. In a
 * forked child no loop of the parent runs.
 */
#ifndef HEDDLE_LOOP_H
#define HEDDLE_LOOP_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A coroutine: what a task runs, on a stack of its own, so that it may await anywhere in it, also in what it calls. Reads its argument,
 * fills its result (zeroed memory of the task, NULL when it has none). 0; HD_ERROR_CANCELLED when it ends because it was cancelled; or an
 * error number of its own. */
typedef int hd_task_routine(void *argument, void *result);

struct hd_task;
struct hd_loop_state;
/* The field is the runtime's own. */
struct hd_loop {
  struct hd_loop_state *state; /* a reference is owned */
};

/* What is zero has its usual value. */
struct hd_loop_options {
  const char *name;      /* of the loop; copied */
  const char *task_name; /* hd_loop_run: of its task */
  size_t argument_bytes; /* hd_loop_run: so many bytes of the argument are copied; 0: the pointer itself is handed on */
  size_t stack_bytes;    /* of each task that does not say otherwise; 0: 64 KiB. At least 16 KiB, at most 1 GiB */
  int *error;            /* hd_loop_run: set to the routine's own error number, 0 when it did not fail */
};

/* Makes a loop, runs the routine as its first task, and, when that is over, cancels what is left, waits for it, and closes the loop. Copies
 * result_bytes of the task's result when it went well. options may be NULL. What it returned: HD_OK; HD_ERROR_JOB_FAILED, when the routine
 * gave a number of its own; HD_ERROR_CANCELLED; HD_ERROR_STOPPED. Or it did not run: HD_ERROR_LOOP_RUNNING, a misuse: a loop runs in this
 * thread; HD_ERROR_INVALID; HD_ERROR_NO_MEMORY; HD_ERROR_NO_RESOURCES. */
#define hd_loop_run(routine, argument, result, result_bytes, options)                                                                      \
  hd_loop_run_at((routine), (argument), (result), (result_bytes), (options), HD_HERE)
HD_API int hd_loop_run_at(hd_task_routine *routine, void *argument, void *result, size_t result_bytes,
                          const struct hd_loop_options *options, const struct hd_source *source);

/* A loop that does not run yet; tasks may be made for it (hd_task_create_in). HD_ERROR_INVALID, HD_ERROR_NO_MEMORY, HD_ERROR_NO_RESOURCES.
 */
#define hd_loop_new(loop, options) hd_loop_new_at((loop), (options), HD_HERE)
HD_API int hd_loop_new_at(struct hd_loop *loop, const struct hd_loop_options *options, const struct hd_source *source);
/* Runs it in the calling thread until the task is over; gives the task's outcome, as hd_task_result. Or HD_ERROR_STOPPED;
 * HD_ERROR_LOOP_RUNNING (this loop or another runs in this thread), HD_ERROR_CLOSED, HD_ERROR_INVALID (a task of another loop): misuses. */
#define hd_loop_run_until_complete(loop, task, result) hd_loop_run_until_complete_at((loop), (task), (result), HD_HERE)
HD_API int hd_loop_run_until_complete_at(struct hd_loop *loop, struct hd_task *task, void *result, const struct hd_source *source);
/* Runs it until somebody stops it: HD_OK, and errors as above. */
#define hd_loop_run_forever(loop) hd_loop_run_forever_at((loop), HD_HERE)
HD_API int hd_loop_run_forever_at(struct hd_loop *loop, const struct hd_source *source);
/* Lets it end its round, then return from what runs it; it may be run again. One that does not run ends the first round of its next run. */
HD_API void hd_loop_stop(struct hd_loop *loop);
/* Cancels the tasks that are left and runs them to their ends; what was to be called is forgotten. Nothing can be given to it then.
 * HD_OK, also when it is closed; HD_ERROR_LOOP_RUNNING (this one or another in this thread), a misuse. */
#define hd_loop_close(loop) hd_loop_close_at((loop), HD_HERE)
HD_API int hd_loop_close_at(struct hd_loop *loop, const struct hd_source *source);
/* A further handle of the loop that runs in the calling thread: HD_OK or HD_ERROR_NO_LOOP. */
HD_API int hd_loop_current(struct hd_loop *loop);
HD_API void hd_loop_copy(const struct hd_loop *loop, struct hd_loop *copy);
/* Gives up the handle; a loop is to be closed before the last one goes. */
HD_API void hd_loop_release(struct hd_loop *loop);

HD_API bool hd_loop_is_running(const struct hd_loop *loop);
HD_API bool hd_loop_is_closed(const struct hd_loop *loop);
/* The clock of its deadlines: CLOCK_MONOTONIC, ns. */
HD_API int64_t hd_loop_time_ns(void);

/* Calls. A function that the loop calls once, outside of any task; it must not await or block. A struct hd_loop_call is a handle, by
 * which it can be cancelled. */
typedef void hd_loop_callback(void *argument);
struct hd_loop_call_state;
/* The field is the runtime's own. */
struct hd_loop_call {
  struct hd_loop_call_state *state; /* a reference is owned */
};

/* Calls callback(argument) in the next round; after a delay (0: in the next round); at a time of hd_loop_time_ns. loop NULL: the one that
 * runs in this thread. call NULL: nobody will cancel it; else the caller releases it. Calls of one time are called in the order in which
 * they were made. HD_ERROR_NO_LOOP, HD_ERROR_CLOSED, HD_ERROR_INVALID (a delay below 0), HD_ERROR_NO_MEMORY; HD_ERROR_WRONG_THREAD,
 * a misuse. */
#define hd_loop_call_soon(loop, callback, argument, call) hd_loop_call_soon_at((loop), (callback), (argument), (call), HD_HERE)
HD_API int hd_loop_call_soon_at(struct hd_loop *loop, hd_loop_callback *callback, void *argument, struct hd_loop_call *call,
                                const struct hd_source *source);
#define hd_loop_call_later(loop, delay_ns, callback, argument, call)                                                                       \
  hd_loop_call_later_at((loop), (delay_ns), (callback), (argument), (call), HD_HERE)
HD_API int hd_loop_call_later_at(struct hd_loop *loop, int64_t delay_ns, hd_loop_callback *callback, void *argument,
                                 struct hd_loop_call *call, const struct hd_source *source);
#define hd_loop_call_at(loop, time_ns, callback, argument, call)                                                                           \
  hd_loop_call_at_at((loop), (time_ns), (callback), (argument), (call), HD_HERE)
HD_API int hd_loop_call_at_at(struct hd_loop *loop, int64_t time_ns, hd_loop_callback *callback, void *argument, struct hd_loop_call *call,
                              const struct hd_source *source);
/* The same as call_soon from any thread: wakes the loop when it sleeps. loop is not NULL. */
#define hd_loop_call_soon_threadsafe(loop, callback, argument, call)                                                                       \
  hd_loop_call_soon_threadsafe_at((loop), (callback), (argument), (call), HD_HERE)
HD_API int hd_loop_call_soon_threadsafe_at(struct hd_loop *loop, hd_loop_callback *callback, void *argument, struct hd_loop_call *call,
                                           const struct hd_source *source);

/* It will not be called, unless it has been, or is just being called. In the loop's thread, or, of a threadsafe call, in any. */
#define hd_loop_call_cancel(call) hd_loop_call_cancel_at((call), HD_HERE)
HD_API void hd_loop_call_cancel_at(struct hd_loop_call *call, const struct hd_source *source);
HD_API bool hd_loop_call_is_cancelled(const struct hd_loop_call *call);
/* When it is due, on the clock of hd_loop_time_ns; of call_soon 0. */
HD_API int64_t hd_loop_call_when_ns(const struct hd_loop_call *call);
HD_API void hd_loop_call_release(struct hd_loop_call *call);

#ifdef __cplusplus
}
#endif
#endif
