/* Process: a function that runs beside its creator in a process of its own, a copy of the creator's at the moment of the start.
 *
 * A struct hd_process is a handle: the process's state lives apart from it, as long as the handle or the process does. A process is
 * started once; what its routine returns, cut to 8 bits, is its exit code. The child begins with the calling thread alone, and with all
 * memory as it was: what it changes the parent does not see, unless it lies in shared memory (heddle/process-memory.h).
 * Other threads of the parent may hold locks at that moment, which nobody will ever release in the child: shared objects are safe.
 *
 *     struct hd_process child;
 *     hd_process_create(&child, count_primes, &range, "primes-1");
 *     hd_process_join(&child);
 *     hd_process_exit_code(&child, &code);
 *     hd_process_release(&child);
 *
 * The end of a child, as in Python: when the routine returns (or calls exit), its exit handlers run, but not those of its parent; it waits
 * for its threads but daemons; its own daemon children are terminated, all children joined; stdio is flushed. At the exit of any
 * other program the same is done for its children. What other streams than stdout and stderr hold unwritten at the start
 * is written by both: flush it before.
 *
 * Threads: any thread of the parent may use a handle; init and release are for one. In other processes (the child itself, its
 * siblings) a handle is only a name: join, terminate and kill give HD_ERROR_NOT_CHILD. Nobody else's children are reaped; if the program
 * reaps one itself, its exit code is not known here.
 */
#ifndef HEDDLE_PROCESS_H
#define HEDDLE_PROCESS_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What it returns is the exit code. */
typedef int hd_process_routine(void *argument);

struct hd_process_state;
/* The field is the runtime's own. */
struct hd_process {
  struct hd_process_state *state; /* a reference is owned */
};

/* Makes a process that is not started. name: copied; NULL: a made-up one. HD_ERROR_NO_MEMORY. */
HD_API int hd_process_init(struct hd_process *process, hd_process_routine *routine, void *argument, const char *name);
/* Before the start: whether it is a daemon, which is terminated when its parent exits, and may not have children itself; at first it is
 * none. HD_ERROR_STARTED. */
#define hd_process_set_daemon(process, daemon) hd_process_set_daemon_at((process), (daemon), HD_HERE)
HD_API int hd_process_set_daemon_at(struct hd_process *process, bool daemon, const struct hd_source *source);
/* HD_ERROR_STARTED when it was started before, also when it has ended; HD_ERROR_NOT_CHILD: made by another process;
 * HD_ERROR_DAEMON_CHILDREN: the calling process is a daemon; HD_ERROR_NO_RESOURCES: it may be tried again. */
#define hd_process_start(process) hd_process_start_at((process), HD_HERE)
HD_API int hd_process_start_at(struct hd_process *process, const struct hd_source *source);
/* init and start; on failure there is nothing to release. */
#define hd_process_create(process, routine, argument, name) hd_process_create_at((process), (routine), (argument), (name), HD_HERE)
HD_API int hd_process_create_at(struct hd_process *process, hd_process_routine *routine, void *argument, const char *name,
                                const struct hd_source *source);
/* Gives up the handle; the process, if it runs, runs on. */
HD_API void hd_process_release(struct hd_process *process);

/* Waits for its end. HD_ERROR_NOT_STARTED, HD_ERROR_SELF_JOIN, HD_ERROR_NOT_CHILD. */
#define hd_process_join(process) hd_process_join_timed_at((process), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it has not ended within timeout_ns; HD_ERROR_INVALID. */
#define hd_process_join_timed(process, timeout_ns) hd_process_join_timed_at((process), (timeout_ns), HD_HERE)
HD_API int hd_process_join_timed_at(struct hd_process *process, int64_t timeout_ns, const struct hd_source *source);
/* Asks it to end (SIGTERM), or ends it (SIGKILL); nothing when it has ended. HD_ERROR_NOT_STARTED, HD_ERROR_NOT_CHILD. */
#define hd_process_terminate(process) hd_process_terminate_at((process), HD_HERE)
HD_API int hd_process_terminate_at(struct hd_process *process, const struct hd_source *source);
#define hd_process_kill(process) hd_process_kill_at((process), HD_HERE)
HD_API int hd_process_kill_at(struct hd_process *process, const struct hd_source *source);

/* At any time; the child keeps the name that it had at its start, until it gives itself another. HD_ERROR_NO_MEMORY. */
HD_API int hd_process_set_name(struct hd_process *process, const char *name);
/* Copies the name, cut to fit; the result is always terminated when bytes is not 0. Returns the length of the whole name. */
HD_API size_t hd_process_get_name(const struct hd_process *process, char *name, size_t bytes);
/* The process id, kept after the end (it may then be somebody else's, too); 0 before the start. */
HD_API uint32_t hd_process_pid(const struct hd_process *process);
/* From the start until the end; in other processes than parent and child false. */
HD_API bool hd_process_is_alive(const struct hd_process *process);
HD_API bool hd_process_is_daemon(const struct hd_process *process);
/* How it ended: 0 to 255, or minus the signal that ended it. HD_ERROR_NOT_STARTED, HD_ERROR_WOULD_BLOCK: it has not ended;
 * HD_ERROR_NOT_CHILD, also when somebody else has reaped it. */
HD_API int hd_process_exit_code(const struct hd_process *process, int *exit_code);

/* A further handle of the calling process; the caller releases it. HD_ERROR_INVALID when it was not started by hd_process. */
HD_API int hd_process_current(struct hd_process *process);
/* Children that are alive: how many, of which the first `room` come as further handles, which the caller releases. */
HD_API uint32_t hd_process_active(struct hd_process *processes, uint32_t room);

#ifdef __cplusplus
}
#endif
#endif
