/* Process rlock: a process lock (heddle/process-lock.h) that its owner may acquire again and must release as often.
 *
 * Its owner is a thread of a process; only that one may release it. When that thread has ended, or its process, the next to acquire it gets
 * it with HD_ERROR_OWNER_DIED, at depth 1. Everything else is as of a process lock.
 */
#ifndef HEDDLE_PROCESS_RLOCK_H
#define HEDDLE_PROCESS_RLOCK_H
#include <heddle/process-lock.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_process_rlock {
  struct hd_process_lock lock;
  uint32_t depth; /* how often its owner has acquired it; only the owner reads it */
};

#define hd_process_rlock_init(rlock, name) hd_process_rlock_init_at((rlock), (name), HD_HERE)
HD_API void hd_process_rlock_init_at(struct hd_process_rlock *rlock, const char *name, const struct hd_source *source);
#define hd_process_rlock_destroy(rlock) hd_process_rlock_destroy_at((rlock), HD_HERE)
HD_API int hd_process_rlock_destroy_at(struct hd_process_rlock *rlock, const struct hd_source *source);

/* Acquires it once more, waiting while another thread owns it. HD_OK, HD_ERROR_OWNER_DIED; HD_ERROR_OVERFLOW at a depth of 2^32 - 1. */
#define hd_process_rlock_acquire(rlock) hd_process_rlock_acquire_at((rlock), HD_HERE)
HD_API int hd_process_rlock_acquire_at(struct hd_process_rlock *rlock, const struct hd_source *source);
/* The same; HD_ERROR_WOULD_BLOCK while another thread that lives owns it. */
#define hd_process_rlock_try(rlock) hd_process_rlock_try_at((rlock), HD_HERE)
HD_API int hd_process_rlock_try_at(struct hd_process_rlock *rlock, const struct hd_source *source);
/* The same; HD_ERROR_TIMEOUT, HD_ERROR_INVALID. */
#define hd_process_rlock_acquire_timed(rlock, timeout_ns) hd_process_rlock_acquire_timed_at((rlock), (timeout_ns), HD_HERE)
HD_API int hd_process_rlock_acquire_timed_at(struct hd_process_rlock *rlock, int64_t timeout_ns, const struct hd_source *source);
/* Undoes one acquisition. HD_ERROR_NOT_OWNER, also when nobody holds it. */
#define hd_process_rlock_release(rlock) hd_process_rlock_release_at((rlock), HD_HERE)
HD_API int hd_process_rlock_release_at(struct hd_process_rlock *rlock, const struct hd_source *source);

/* Whether somebody holds it at this moment; how deep the calling thread does (0: not). */
HD_API bool hd_process_rlock_is_held(const struct hd_process_rlock *rlock);
HD_API uint32_t hd_process_rlock_depth(const struct hd_process_rlock *rlock);

#ifdef __cplusplus
}
#endif
#endif
