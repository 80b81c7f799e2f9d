/* Lock: one thread at a time.
 *
 * Not re-entrant: a thread that acquires a lock it holds waits for ever (and a recording shows a self-deadlock). Any thread may
 * release a lock, not only the one that acquired it. A lock is a word and its holder, no memory besides: it may be embedded anywhere,
 * needs no destruction, and works from HD_LOCK_INIT (or zeroed memory) on; hd_lock_init also gives it a name for the recording.
 * It must not move while it is in use. Not for memory shared between processes.
 *
 *     static struct hd_lock log_lock = HD_LOCK_INIT;
 *     hd_lock_acquire(&log_lock);
 *     …
 *     hd_lock_release(&log_lock);
 *
 * Threads: any thread may call anything here at any time. Fairness: none is promised; a running thread may overtake a waiting one.
 * What the releasing thread wrote before the release is seen by who acquires after.
 */
#ifndef HEDDLE_LOCK_H
#define HEDDLE_LOCK_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_lock {
  uint32_t state;            /* bit 0: held; above: how many threads sleep for it */
  uint32_t holder_thread_id; /* of the holder, while recorded: a hint for those who wait */
  uintptr_t holder;          /* which thread acquired it last */
  uint32_t given_away;       /* somebody who did not hold it has released it, while recorded */
};
#define HD_LOCK_INIT                                                                                                                       \
  { 0, 0, 0, 0 }

/* Makes a lock that is free. name: for the recording, copied; NULL: it is called by its variable. */
#define hd_lock_init(lock, name) hd_lock_init_at((lock), (name), HD_HERE)
HD_API void hd_lock_init_at(struct hd_lock *lock, const char *name, const struct hd_source *source);
/* Says that the lock ends; what comes later at its address is another one. HD_ERROR_BUSY while it is held. */
#define hd_lock_destroy(lock) hd_lock_destroy_at((lock), HD_HERE)
HD_API int hd_lock_destroy_at(struct hd_lock *lock, const struct hd_source *source);

/* Waits until it is free and takes it. Always HD_OK. */
#define hd_lock_acquire(lock) hd_lock_acquire_at((lock), HD_HERE)
HD_API int hd_lock_acquire_at(struct hd_lock *lock, const struct hd_source *source);
/* HD_ERROR_WOULD_BLOCK when it is held. */
#define hd_lock_try(lock) hd_lock_try_at((lock), HD_HERE)
HD_API int hd_lock_try_at(struct hd_lock *lock, const struct hd_source *source);
/* HD_ERROR_TIMEOUT when it was not free within timeout_ns; HD_ERROR_INVALID. */
#define hd_lock_acquire_timed(lock, timeout_ns) hd_lock_acquire_timed_at((lock), (timeout_ns), HD_HERE)
HD_API int hd_lock_acquire_timed_at(struct hd_lock *lock, int64_t timeout_ns, const struct hd_source *source);
/* HD_ERROR_NOT_LOCKED when nobody holds it. */
#define hd_lock_release(lock) hd_lock_release_at((lock), HD_HERE)
HD_API int hd_lock_release_at(struct hd_lock *lock, const struct hd_source *source);

/* Whether somebody holds it at this moment. */
HD_API bool hd_lock_is_held(const struct hd_lock *lock);

#ifdef __cplusplus
}
#endif
#endif
