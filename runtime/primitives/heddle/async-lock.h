/* Async lock: one task at a time.
 *
 * For the tasks of one event loop, as hd_lock is for threads: who must wait awaits, and the loop runs others meanwhile. Since tasks change
 * only at awaits, a lock is needed only around what awaits in the middle. Strictly first come first served: a release gives the lock to
 * the task that waits longest, and nobody overtakes it, even when it runs later. If that task is cancelled before it runs, the lock goes
 * on to the next. Not re-entrant: a task that acquires a lock that it holds waits for ever. Any task may release it.
 *
 *     if (hd_async_lock_acquire(&stove) == HD_OK) {
 *       hd_task_sleep(minute);
 *       hd_async_lock_release(&stove);
 *     }
 *
 * A lock may be embedded, needs no destruction, and works from HD_ASYNC_LOCK_INIT (or zeroed memory) on. It must not move while it is in
 * use. Threads: only in that of the loop; a task of another loop, or another thread, gets HD_ERROR_OTHER_LOOP while somebody waits.
 */
#ifndef HEDDLE_ASYNC_LOCK_H
#define HEDDLE_ASYNC_LOCK_H
#include <heddle/async-waiters.h>
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_async_lock {
  uint32_t state;    /* free, held, or given to a task that has not run since */
  const void *owner; /* of a held one: the task that acquired it; NULL: it was acquired outside of a task */
  struct hd_async_waiters waiters;
};
#define HD_ASYNC_LOCK_INIT                                                                                                                 \
  { 0, 0, HD_ASYNC_WAITERS_INIT }

/* Makes a lock that is free. name: for the recording, copied; NULL: it is called by its variable. */
#define hd_async_lock_init(lock, name) hd_async_lock_init_at((lock), (name), HD_HERE)
HD_API void hd_async_lock_init_at(struct hd_async_lock *lock, const char *name, const struct hd_source *source);
/* Says that the lock ends. HD_ERROR_BUSY while it is held. */
#define hd_async_lock_destroy(lock) hd_async_lock_destroy_at((lock), HD_HERE)
HD_API int hd_async_lock_destroy_at(struct hd_async_lock *lock, const struct hd_source *source);

/* Awaits until it is free and takes it. HD_ERROR_CANCELLED: the task was cancelled meanwhile, and does not have it. Outside of a task
 * HD_ERROR_NO_TASK where it would have to wait. */
#define hd_async_lock_acquire(lock) hd_async_lock_acquire_timed_at((lock), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it was not free within timeout_ns; HD_ERROR_INVALID. */
#define hd_async_lock_acquire_timed(lock, timeout_ns) hd_async_lock_acquire_timed_at((lock), (timeout_ns), HD_HERE)
HD_API int hd_async_lock_acquire_timed_at(struct hd_async_lock *lock, int64_t timeout_ns, const struct hd_source *source);
/* HD_ERROR_WOULD_BLOCK when it is held, or given to somebody already. */
#define hd_async_lock_try(lock) hd_async_lock_try_at((lock), HD_HERE)
HD_API int hd_async_lock_try_at(struct hd_async_lock *lock, const struct hd_source *source);
/* HD_ERROR_NOT_LOCKED when nobody holds it. */
#define hd_async_lock_release(lock) hd_async_lock_release_at((lock), HD_HERE)
HD_API int hd_async_lock_release_at(struct hd_async_lock *lock, const struct hd_source *source);

/* Whether somebody holds it at this moment, or will when it runs. */
HD_API bool hd_async_lock_is_held(const struct hd_async_lock *lock);

#ifdef __cplusplus
}
#endif
#endif
