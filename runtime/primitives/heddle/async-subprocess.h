/* Async subprocess: another program, run as a child, that tasks talk to and wait for; the other tasks of the loop go on meanwhile.
 *
 *     struct hd_async_subprocess child;
 *     struct hd_subprocess_options options = {.shell = "ls | wc -l", .output = HD_STREAM_PIPE};
 *     hd_async_subprocess_spawn(&child, &options);
 *     hd_async_subprocess_communicate(&child, NULL, 0, &result);
 *     hd_async_subprocess_release(&child);
 *
 * It is started as any other child (heddle/subprocess.h, which see for the options, the result and the codes). Its pipes are streams
 * (heddle/async-stream.h); a limit of time is a scope around what waits (heddle/timeout.h): the child lives on then, unless it is killed.
 * All functions are for tasks of the loop that it was started in: HD_ERROR_NO_TASK, HD_ERROR_NO_LOOP. All that wait give
 * HD_ERROR_CANCELLED when their task is cancelled meanwhile. Several tasks may wait for one child. No handler of SIGCHLD is needed, nor
 * set: the loop looks at a pidfd.
 */
#ifndef HEDDLE_ASYNC_SUBPROCESS_H
#define HEDDLE_ASYNC_SUBPROCESS_H
#include <heddle/async-stream.h>
#include <heddle/subprocess.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hd_async_subprocess_state;
/* The field is the runtime's own. */
struct hd_async_subprocess {
  struct hd_async_subprocess_state *state; /* owned */
};

/* Starts a program. On failure there is nothing to release. As hd_subprocess_spawn, and HD_ERROR_NO_LOOP. */
#define hd_async_subprocess_spawn(subprocess, options) hd_async_subprocess_spawn_at((subprocess), (options), HD_HERE)
HD_API int hd_async_subprocess_spawn_at(struct hd_async_subprocess *subprocess, const struct hd_subprocess_options *options,
                                        const struct hd_source *source);
/* Gives up the handle: closes the pipes; the child, if it runs, runs on. Nothing of an empty one. */
HD_API void hd_async_subprocess_release(struct hd_async_subprocess *subprocess);

/* The stream of a pipe; lent. NULL: it is no pipe. */
HD_API struct hd_async_stream *hd_async_subprocess_stream(struct hd_async_subprocess *subprocess, enum hd_subprocess_stream stream);

/* Writes text to the input, closes it, reads both outputs to their ends, and awaits the child's end; what of these are pipes. The result is
 * set on success (hd_subprocess_result_free frees it), and may be NULL. A child that does not read its input, or has ended, is no error.
 * After HD_ERROR_CANCELLED a later call, with the same text, goes on where this one stopped, and nothing is lost. HD_ERROR_BUSY: another
 * task reads one of the pipes, or communicates; HD_ERROR_NOT_CHILD, HD_ERROR_NO_MEMORY. */
#define hd_async_subprocess_communicate(subprocess, text, bytes, result)                                                                   \
  hd_async_subprocess_communicate_at((subprocess), (text), (bytes), (result), HD_HERE)
HD_API int hd_async_subprocess_communicate_at(struct hd_async_subprocess *subprocess, const void *text, size_t bytes,
                                              struct hd_subprocess_result *result, const struct hd_source *source);

/* Starts a program, communicates, as hd_subprocess_run: and when the task is cancelled meanwhile (or its time is over), kills the child,
 * waits for its end, and gives HD_ERROR_CANCELLED. The result is always set; free it. */
#define hd_async_subprocess_run(options, result) hd_async_subprocess_run_at((options), (result), HD_HERE)
HD_API int hd_async_subprocess_run_at(const struct hd_subprocess_options *options, struct hd_subprocess_result *result,
                                      const struct hd_source *source);

/* Awaits its end. return_code may be NULL. A child that writes to pipes which nobody reads may never end. HD_ERROR_NOT_CHILD. */
#define hd_async_subprocess_wait(subprocess, return_code) hd_async_subprocess_wait_at((subprocess), (return_code), HD_HERE)
HD_API int hd_async_subprocess_wait_at(struct hd_async_subprocess *subprocess, int *return_code, const struct hd_source *source);
/* Whether it has ended. HD_ERROR_WOULD_BLOCK: it runs. HD_ERROR_NOT_CHILD. */
HD_API int hd_async_subprocess_poll(struct hd_async_subprocess *subprocess, int *return_code);

/* As hd_subprocess_signal. */
#define hd_async_subprocess_signal(subprocess, number) hd_async_subprocess_signal_at((subprocess), (number), HD_HERE)
#define hd_async_subprocess_terminate(subprocess) hd_async_subprocess_signal_at((subprocess), 15, HD_HERE)
#define hd_async_subprocess_kill(subprocess) hd_async_subprocess_signal_at((subprocess), 9, HD_HERE)
HD_API int hd_async_subprocess_signal_at(struct hd_async_subprocess *subprocess, int number, const struct hd_source *source);
/* Its pid. It may be another's once this one has ended. */
HD_API pid_t hd_async_subprocess_process_id(const struct hd_async_subprocess *subprocess);

#ifdef __cplusplus
}
#endif
#endif
