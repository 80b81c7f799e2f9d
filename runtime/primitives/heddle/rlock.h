/* Re-entrant lock: one thread at a time, which may acquire it again and must release it as often.
 *
 * Only its owner may release it. Memory, moving, threads and fairness as of a lock (heddle/lock.h). Works from HD_RLOCK_INIT on.
 */
#ifndef HEDDLE_RLOCK_H
#define HEDDLE_RLOCK_H
#include <heddle/lock.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_rlock {
  struct hd_lock lock;
  uint32_t depth; /* how often its owner has acquired it; only the owner reads it */
};
#define HD_RLOCK_INIT                                                                                                                      \
  { HD_LOCK_INIT, 0 }

/* As hd_lock_init and hd_lock_destroy. */
#define hd_rlock_init(rlock, name) hd_rlock_init_at((rlock), (name), HD_HERE)
HD_API void hd_rlock_init_at(struct hd_rlock *rlock, const char *name, const struct hd_source *source);
#define hd_rlock_destroy(rlock) hd_rlock_destroy_at((rlock), HD_HERE)
HD_API int hd_rlock_destroy_at(struct hd_rlock *rlock, const struct hd_source *source);

/* Acquires it once more, waiting while another thread owns it. HD_ERROR_OVERFLOW at a depth of 2^32 - 1. */
#define hd_rlock_acquire(rlock) hd_rlock_acquire_at((rlock), HD_HERE)
HD_API int hd_rlock_acquire_at(struct hd_rlock *rlock, const struct hd_source *source);
/* HD_ERROR_WOULD_BLOCK while another thread owns it. */
#define hd_rlock_try(rlock) hd_rlock_try_at((rlock), HD_HERE)
HD_API int hd_rlock_try_at(struct hd_rlock *rlock, const struct hd_source *source);
/* HD_ERROR_TIMEOUT, HD_ERROR_INVALID as hd_lock_acquire_timed. */
#define hd_rlock_acquire_timed(rlock, timeout_ns) hd_rlock_acquire_timed_at((rlock), (timeout_ns), HD_HERE)
HD_API int hd_rlock_acquire_timed_at(struct hd_rlock *rlock, int64_t timeout_ns, const struct hd_source *source);
/* Undoes one acquisition. HD_ERROR_NOT_OWNER, also when nobody holds it. */
#define hd_rlock_release(rlock) hd_rlock_release_at((rlock), HD_HERE)
HD_API int hd_rlock_release_at(struct hd_rlock *rlock, const struct hd_source *source);

/* Whether somebody holds it at this moment; how deep the calling thread does (0: not). */
HD_API bool hd_rlock_is_held(const struct hd_rlock *rlock);
HD_API uint32_t hd_rlock_depth(const struct hd_rlock *rlock);

#ifdef __cplusplus
}
#endif
#endif
