/* Subprocess: another program, run as a child, with its standard input, output and error output at hand.
 *
 *     struct hd_subprocess_options options = {.shell = "ls | wc -l", .capture = true};
 *     struct hd_subprocess_result result;
 *     hd_subprocess_run(&options, HD_FOREVER, &result);
 *     puts(result.output);
 *     hd_subprocess_result_free(&result);
 *
 * hd_subprocess_run does it all: it starts the program, gives it its input, collects what it writes, waits for its end. hd_subprocess_spawn
 * starts it only; then the caller talks to it through its pipes, waits, signals. Whoever writes to a child and reads from it must do both
 * at once, or the two block each other when the pipes are full: hd_subprocess_communicate does.
 *
 * A struct hd_subprocess is a handle; its state lives apart from it, and is given up with hd_subprocess_release. A child that was not
 * waited for by then runs on; when it has ended a later spawn or release clears it away, so that it does not stay a zombie. Descriptors:
 * what is made here is close-on-exec, and the child gets none but its three streams, unless it is to keep others. No write raises SIGPIPE.
 * But a process that is forked meanwhile (heddle/process.h) has the pipes too, and a child sees the end of its input only when that one has
 * ended as well.
 * A return code is what the program ended with (0 to 255), or minus the number of the signal that killed it.
 *
 * Threads: any thread may wait for a child, ask about and signal it; one at a time writes to it, one at a time reads each of its outputs
 * or communicates. No call here is a cancellation point. A forked child that inherits a handle cannot wait: HD_ERROR_NOT_CHILD.
 *
 * Programs are started with posix_spawn, which does not copy the caller's memory map and tells why a start failed. libuv's uv_spawn does
 * no more, but only with an event loop and with a SIGCHLD handler of its own, both forced on a program that may have its own.
 * In a recording the child is a process, whether it says anything itself or not.
 */
#ifndef HEDDLE_SUBPROCESS_H
#define HEDDLE_SUBPROCESS_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a standard stream of the child is. Any other number: a descriptor of the caller's, which stays the caller's. */
#define HD_STREAM_INHERIT 0   /* the caller's own */
#define HD_STREAM_PIPE (-1)   /* a pipe to or from the caller */
#define HD_STREAM_NULL (-2)   /* /dev/null */
#define HD_STREAM_OUTPUT (-3) /* of the error output: where the output goes */

enum hd_subprocess_stream { HD_SUBPROCESS_INPUT, HD_SUBPROCESS_OUTPUT, HD_SUBPROCESS_ERROR };

/* What is 0 or NULL has its usual meaning. Nothing is kept of it after the call. */
struct hd_subprocess_options {
  const char *const *arguments; /* the program, searched for in the caller's PATH when it has no slash, and its arguments; NULL ends them */
  const char *shell;            /* instead of arguments: a line for /bin/sh */
  const char *const *environment; /* "NAME=value", NULL ends them; NULL: the caller's */
  const char *directory;          /* where the child begins */
  int input, output, error;       /* what its streams are */
  bool new_session;               /* away from the caller's terminal and process group */
  bool keep_descriptors;          /* the child keeps the caller's descriptors that are not close-on-exec */
  /* For hd_subprocess_run only. */
  bool capture;     /* output and error output are pipes, and collected */
  bool check;       /* a return code that is not 0 is an error */
  const void *text; /* not NULL: the input is a pipe, and gets this */
  size_t text_bytes;
};

/* What a child wrote to its pipes, each followed by a zero byte that is not counted. NULL: it was no pipe. */
struct hd_subprocess_result {
  char *output;
  size_t output_bytes;
  char *error;
  size_t error_bytes;
  int return_code;
};

struct hd_subprocess_state;
/* The field is the runtime's own. */
struct hd_subprocess {
  struct hd_subprocess_state *state; /* owned */
};

/* Starts a program; it runs when this returns. On failure there is nothing to release. HD_ERROR_INVALID: options that contradict each
 * other. HD_ERROR_NOT_FOUND: no such program or directory. HD_ERROR_NOT_PERMITTED: not executable, or no access. HD_ERROR_NO_MEMORY.
 * HD_ERROR_NO_RESOURCES: no further process or descriptor. */
#define hd_subprocess_spawn(subprocess, options) hd_subprocess_spawn_at((subprocess), (options), HD_HERE)
HD_API int hd_subprocess_spawn_at(struct hd_subprocess *subprocess, const struct hd_subprocess_options *options,
                                  const struct hd_source *source);
/* Gives up the handle: closes the pipes; the child, if it runs, runs on. */
HD_API void hd_subprocess_release(struct hd_subprocess *subprocess);

/* Runs a program to its end; result is always set (free it), and on failure to start it is empty. HD_ERROR_TIMEOUT: it did not end within
 * timeout_ns and was killed; result has what it wrote until then. HD_ERROR_CHILD_FAILED: asked to check, its return code is not 0. Others
 * as hd_subprocess_spawn, and HD_ERROR_INVALID for a timeout. */
#define hd_subprocess_run(options, timeout_ns, result) hd_subprocess_run_at((options), (timeout_ns), (result), HD_HERE)
HD_API int hd_subprocess_run_at(const struct hd_subprocess_options *options, int64_t timeout_ns, struct hd_subprocess_result *result,
                                const struct hd_source *source);
/* Frees what a result holds. */
HD_API void hd_subprocess_result_free(struct hd_subprocess_result *result);

/* Writes all of it to the child's input. HD_ERROR_CLOSED: the child, or the caller, has closed it; HD_ERROR_INVALID: it is no pipe. */
#define hd_subprocess_write(subprocess, data, bytes) hd_subprocess_write_timed_at((subprocess), (data), (bytes), HD_FOREVER, NULL, HD_HERE)
/* HD_ERROR_TIMEOUT: only *written bytes of it within timeout_ns. written may be NULL; it is set whatever happens. */
#define hd_subprocess_write_timed(subprocess, data, bytes, timeout_ns, written)                                                            \
  hd_subprocess_write_timed_at((subprocess), (data), (bytes), (timeout_ns), (written), HD_HERE)
HD_API int hd_subprocess_write_timed_at(struct hd_subprocess *subprocess, const void *data, size_t bytes, int64_t timeout_ns,
                                        size_t *written, const struct hd_source *source);
/* Reads what there is of an output, at least a byte and at most capacity. HD_ERROR_END_OF_FILE: the child, and whoever inherited it, has
 * closed it. HD_ERROR_CLOSED: the caller has. HD_ERROR_INVALID: it is no pipe. */
#define hd_subprocess_read(subprocess, stream, buffer, capacity, bytes)                                                                    \
  hd_subprocess_read_timed_at((subprocess), (stream), (buffer), (capacity), HD_FOREVER, (bytes), HD_HERE)
/* HD_ERROR_TIMEOUT: nothing within timeout_ns. */
#define hd_subprocess_read_timed(subprocess, stream, buffer, capacity, timeout_ns, bytes)                                                  \
  hd_subprocess_read_timed_at((subprocess), (stream), (buffer), (capacity), (timeout_ns), (bytes), HD_HERE)
HD_API int hd_subprocess_read_timed_at(struct hd_subprocess *subprocess, enum hd_subprocess_stream stream, void *buffer, size_t capacity,
                                       int64_t timeout_ns, size_t *bytes, const struct hd_source *source);
/* Closes the caller's end of a pipe; of the input it tells the child that no more will come. Closing it again does nothing. */
HD_API void hd_subprocess_close(struct hd_subprocess *subprocess, enum hd_subprocess_stream stream);
/* The caller's end, to be given to another child as its stream, or waited for; owned by the handle. -1: none. */
HD_API int hd_subprocess_descriptor(const struct hd_subprocess *subprocess, enum hd_subprocess_stream stream);

/* Writes text to the input, closes it, reads both outputs to their ends, waits for the child's end; what of these are pipes. result is set
 * on success (the caller frees it) and may be NULL. HD_ERROR_TIMEOUT: not all within timeout_ns; a later call, with the same text, goes on
 * where this one stopped, and nothing is lost. A child that does not read its input, or has ended, is no error. HD_ERROR_NO_MEMORY. */
#define hd_subprocess_communicate(subprocess, text, bytes, timeout_ns, result)                                                             \
  hd_subprocess_communicate_at((subprocess), (text), (bytes), (timeout_ns), (result), HD_HERE)
HD_API int hd_subprocess_communicate_at(struct hd_subprocess *subprocess, const void *text, size_t bytes, int64_t timeout_ns,
                                        struct hd_subprocess_result *result, const struct hd_source *source);

/* Waits for its end. return_code may be NULL. A child that writes to pipes which nobody reads may never end. HD_ERROR_NOT_CHILD: the
 * caller is not its parent, or somebody else took its status (a wait for any child, SIGCHLD ignored). */
#define hd_subprocess_wait(subprocess, return_code) hd_subprocess_wait_timed_at((subprocess), HD_FOREVER, (return_code), HD_HERE)
/* HD_ERROR_TIMEOUT: it still runs after timeout_ns. HD_ERROR_INVALID. */
#define hd_subprocess_wait_timed(subprocess, timeout_ns, return_code)                                                                      \
  hd_subprocess_wait_timed_at((subprocess), (timeout_ns), (return_code), HD_HERE)
HD_API int hd_subprocess_wait_timed_at(struct hd_subprocess *subprocess, int64_t timeout_ns, int *return_code,
                                       const struct hd_source *source);
/* Whether it has ended. HD_ERROR_WOULD_BLOCK: it runs. HD_ERROR_NOT_CHILD. */
HD_API int hd_subprocess_poll(struct hd_subprocess *subprocess, int *return_code);

/* Sends it a signal; one that has ended gets none, and that is no error. terminate: SIGTERM, which it may handle; kill: SIGKILL.
 * HD_ERROR_INVALID: no such signal. HD_ERROR_NOT_PERMITTED. */
#define hd_subprocess_signal(subprocess, number) hd_subprocess_signal_at((subprocess), (number), HD_HERE)
#define hd_subprocess_terminate(subprocess) hd_subprocess_signal_at((subprocess), 15, HD_HERE)
#define hd_subprocess_kill(subprocess) hd_subprocess_signal_at((subprocess), 9, HD_HERE)
HD_API int hd_subprocess_signal_at(struct hd_subprocess *subprocess, int number, const struct hd_source *source);

/* Its pid. It may be another's once this one has ended. */
HD_API pid_t hd_subprocess_process_id(const struct hd_subprocess *subprocess);

#ifdef __cplusplus
}
#endif
#endif
