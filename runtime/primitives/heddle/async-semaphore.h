/* Async semaphore: a number of permits for the tasks of one event loop.
 *
 * acquire takes a permit and awaits one while there is none, release gives some back: first to those who wait, in the order in which they
 * came. A permit that was given to a task which is cancelled before it runs goes on to the next. Nobody owns a permit: any task may
 * release, and so may a callback of the loop. A bounded semaphore refuses a release that would give it more permits than it was made with.
 *
 * A semaphore may be embedded and needs no destruction; static: HD_ASYNC_SEMAPHORE_INIT(permits), HD_ASYNC_SEMAPHORE_INIT_BOUNDED(permits).
 * Threads: only in that of the loop (HD_ERROR_OTHER_LOOP, as of heddle/async-lock.h).
 */
#ifndef HEDDLE_ASYNC_SEMAPHORE_H
#define HEDDLE_ASYNC_SEMAPHORE_H
#include <heddle/async-waiters.h>
#include <heddle/semaphore.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_async_semaphore {
  uint32_t permits; /* that nobody has, nor was given; 0 while somebody waits */
  uint32_t bound;
  struct hd_async_waiters waiters;
};
#define HD_ASYNC_SEMAPHORE_INIT(permits)                                                                                                   \
  { (permits), HD_SEMAPHORE_MAX, HD_ASYNC_WAITERS_INIT }
#define HD_ASYNC_SEMAPHORE_INIT_BOUNDED(permits)                                                                                           \
  { (permits), (permits), HD_ASYNC_WAITERS_INIT }

/* permits: 0 to HD_SEMAPHORE_MAX, else HD_ERROR_INVALID. name: for the recording, copied; NULL: it is called by its variable. */
#define hd_async_semaphore_init(semaphore, permits, name) hd_async_semaphore_init_at((semaphore), (permits), (name), HD_HERE)
HD_API int hd_async_semaphore_init_at(struct hd_async_semaphore *semaphore, uint32_t permits, const char *name,
                                      const struct hd_source *source);
#define hd_async_semaphore_init_bounded(semaphore, permits, name)                                                                          \
  hd_async_semaphore_init_bounded_at((semaphore), (permits), (name), HD_HERE)
HD_API int hd_async_semaphore_init_bounded_at(struct hd_async_semaphore *semaphore, uint32_t permits, const char *name,
                                              const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_async_semaphore_destroy(semaphore) hd_async_semaphore_destroy_at((semaphore), HD_HERE)
HD_API int hd_async_semaphore_destroy_at(struct hd_async_semaphore *semaphore, const struct hd_source *source);

/* Takes a permit. HD_ERROR_CANCELLED: the task was cancelled while it waited, and has none; HD_ERROR_NO_TASK: outside of a task it
 * cannot wait. */
#define hd_async_semaphore_acquire(semaphore) hd_async_semaphore_acquire_timed_at((semaphore), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when there was none within timeout_ns; HD_ERROR_INVALID. */
#define hd_async_semaphore_acquire_timed(semaphore, timeout_ns) hd_async_semaphore_acquire_timed_at((semaphore), (timeout_ns), HD_HERE)
HD_API int hd_async_semaphore_acquire_timed_at(struct hd_async_semaphore *semaphore, int64_t timeout_ns, const struct hd_source *source);
/* HD_ERROR_WOULD_BLOCK when there is none. */
#define hd_async_semaphore_try(semaphore) hd_async_semaphore_try_at((semaphore), HD_HERE)
HD_API int hd_async_semaphore_try_at(struct hd_async_semaphore *semaphore, const struct hd_source *source);
/* Gives count permits. All or none: HD_ERROR_OVER_RELEASE beyond the bound of a bounded semaphore, HD_ERROR_OVERFLOW beyond
 * HD_SEMAPHORE_MAX, HD_ERROR_INVALID for a count of 0. */
#define hd_async_semaphore_release(semaphore, count) hd_async_semaphore_release_at((semaphore), (count), HD_HERE)
HD_API int hd_async_semaphore_release_at(struct hd_async_semaphore *semaphore, uint32_t count, const struct hd_source *source);

/* Permits that are free at this moment. */
HD_API uint32_t hd_async_semaphore_permits(const struct hd_async_semaphore *semaphore);

#ifdef __cplusplus
}
#endif
#endif
