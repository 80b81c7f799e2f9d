/* Thread: a function that runs beside its creator.
 *
 * A struct hd_thread is a handle: the thread's state lives apart from it, as long as the handle or the thread does. So it may be
 * embedded, and given up with hd_thread_release while the thread runs on. A thread is started once; any number of threads may join
 * it, also after its end. As in Python, the process waits at exit (when main returns or exit is called) for all threads but daemons;
 * daemons are ended with the process, wherever they are.
 *
 *     struct hd_thread alice;
 *     hd_thread_create(&alice, serve, &table, "alice");
 *     hd_thread_join(&alice);
 *     hd_thread_release(&alice);
 *
 * Threads: any thread may use a handle; init and release are for one. In a forked child the other threads do not exist: their handles
 * say that they have ended.
 */
#ifndef HEDDLE_THREAD_H
#define HEDDLE_THREAD_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void hd_thread_routine(void *argument);

struct hd_thread_state;
/* The field is the runtime's own. */
struct hd_thread {
  struct hd_thread_state *state; /* a reference is owned */
};

/* Makes a thread that is not started. name: copied; NULL: a made-up one. HD_ERROR_NO_MEMORY. */
HD_API int hd_thread_init(struct hd_thread *thread, hd_thread_routine *routine, void *argument, const char *name);
/* Before the start: whether it is a daemon; at first it is one when its creator is. HD_ERROR_STARTED. */
#define hd_thread_set_daemon(thread, daemon) hd_thread_set_daemon_at((thread), (daemon), HD_HERE)
HD_API int hd_thread_set_daemon_at(struct hd_thread *thread, bool daemon, const struct hd_source *source);
/* HD_ERROR_STARTED when it was started before, also when it has ended; HD_ERROR_NO_RESOURCES: it may be tried again. */
#define hd_thread_start(thread) hd_thread_start_at((thread), HD_HERE)
HD_API int hd_thread_start_at(struct hd_thread *thread, const struct hd_source *source);
/* init and start; on failure there is nothing to release. */
#define hd_thread_create(thread, routine, argument, name) hd_thread_create_at((thread), (routine), (argument), (name), HD_HERE)
HD_API int hd_thread_create_at(struct hd_thread *thread, hd_thread_routine *routine, void *argument, const char *name,
                               const struct hd_source *source);
/* A thread without a handle, to which nobody needs to attend: a daemon that nobody joins. HD_ERROR_NO_MEMORY, HD_ERROR_NO_RESOURCES. */
#define hd_thread_start_new(routine, argument) hd_thread_start_new_at((routine), (argument), HD_HERE)
HD_API int hd_thread_start_new_at(hd_thread_routine *routine, void *argument, const struct hd_source *source);
/* Gives up the handle; the thread, if it runs, runs on. */
HD_API void hd_thread_release(struct hd_thread *thread);

/* Waits for its end. HD_ERROR_NOT_STARTED, HD_ERROR_SELF_JOIN. */
#define hd_thread_join(thread) hd_thread_join_timed_at((thread), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it has not ended within timeout_ns; HD_ERROR_INVALID. */
#define hd_thread_join_timed(thread, timeout_ns) hd_thread_join_timed_at((thread), (timeout_ns), HD_HERE)
HD_API int hd_thread_join_timed_at(struct hd_thread *thread, int64_t timeout_ns, const struct hd_source *source);

/* Sleeps so long; a blocking call of the calling thread. HD_ERROR_INVALID: less than 0. */
#define hd_thread_sleep(duration_ns) hd_thread_sleep_at((duration_ns), HD_HERE)
HD_API int hd_thread_sleep_at(int64_t duration_ns, const struct hd_source *source);

/* At any time, before the start and after the end too. The kernel shows the first 15 bytes of a running thread's name.
 * HD_ERROR_NO_MEMORY. */
HD_API int hd_thread_set_name(struct hd_thread *thread, const char *name);
/* Copies the name, cut to fit; the result is always terminated when bytes is not 0. Returns the length of the whole name. */
HD_API size_t hd_thread_get_name(const struct hd_thread *thread, char *name, size_t bytes);
/* From the return of start until the routine has ended. */
HD_API bool hd_thread_is_alive(const struct hd_thread *thread);
HD_API bool hd_thread_is_daemon(const struct hd_thread *thread);
/* The kernel's thread id, kept after the end (it may then be somebody else's, too); 0 before the start. */
HD_API uint32_t hd_thread_ident(const struct hd_thread *thread);

/* The calling thread's ident, whoever created it. */
HD_API uint32_t hd_thread_current_ident(void);
/* A further handle of the calling thread; the caller releases it. HD_ERROR_INVALID when the thread was not made by hd_thread. */
HD_API int hd_thread_current(struct hd_thread *thread);
/* How many hd_threads are alive, daemons too, and the main thread. */
HD_API uint32_t hd_thread_active_count(void);
/* Fills in handles, at most capacity, of the hd_threads that are alive at this moment, daemons too, the one started last first; the caller
 * releases them. Returns how many are alive, which may be more. The main thread, and others that hd_thread did not make, have no handles.
 */
HD_API size_t hd_thread_enumerate(struct hd_thread *threads, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
