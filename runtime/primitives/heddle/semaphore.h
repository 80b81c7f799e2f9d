/* Semaphore: a number of permits. acquire takes one and waits while there is none, release gives some back.
 *
 * Nobody owns a permit: any thread may release. A bounded semaphore refuses a release that would give it more permits than it was
 * made with: mostly a bug in the program. A semaphore has no memory of its own, may be embedded and needs no destruction; static:
 * HD_SEMAPHORE_INIT(permits), HD_SEMAPHORE_INIT_BOUNDED(permits). Threads: any thread may call anything here at any time; who
 * acquired the last permit ever needed may destroy it. Fairness: none is promised.
 */
#ifndef HEDDLE_SEMAPHORE_H
#define HEDDLE_SEMAPHORE_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HD_SEMAPHORE_MAX INT32_MAX

/* The fields are the runtime's own. */
struct hd_semaphore {
  uint64_t state; /* low half: permits; high half: how many threads sleep for one */
  uint32_t bound; /* permits that it may have at most */
};
#define HD_SEMAPHORE_INIT(permits)                                                                                                         \
  { (permits), HD_SEMAPHORE_MAX }
#define HD_SEMAPHORE_INIT_BOUNDED(permits)                                                                                                 \
  { (permits), (permits) }

/* permits: 0 to HD_SEMAPHORE_MAX, else HD_ERROR_INVALID. name: for the recording, copied; NULL: it is called by its variable. */
#define hd_semaphore_init(semaphore, permits, name) hd_semaphore_init_at((semaphore), (permits), (name), HD_HERE)
HD_API int hd_semaphore_init_at(struct hd_semaphore *semaphore, uint32_t permits, const char *name, const struct hd_source *source);
#define hd_semaphore_init_bounded(semaphore, permits, name) hd_semaphore_init_bounded_at((semaphore), (permits), (name), HD_HERE)
HD_API int hd_semaphore_init_bounded_at(struct hd_semaphore *semaphore, uint32_t permits, const char *name, const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_semaphore_destroy(semaphore) hd_semaphore_destroy_at((semaphore), HD_HERE)
HD_API int hd_semaphore_destroy_at(struct hd_semaphore *semaphore, const struct hd_source *source);

/* Takes a permit. Always HD_OK. */
#define hd_semaphore_acquire(semaphore) hd_semaphore_acquire_timed_at((semaphore), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when there was none within timeout_ns; HD_ERROR_INVALID. */
#define hd_semaphore_acquire_timed(semaphore, timeout_ns) hd_semaphore_acquire_timed_at((semaphore), (timeout_ns), HD_HERE)
HD_API int hd_semaphore_acquire_timed_at(struct hd_semaphore *semaphore, int64_t timeout_ns, const struct hd_source *source);
/* HD_ERROR_WOULD_BLOCK when there is none. */
#define hd_semaphore_try(semaphore) hd_semaphore_try_at((semaphore), HD_HERE)
HD_API int hd_semaphore_try_at(struct hd_semaphore *semaphore, const struct hd_source *source);
/* Gives count permits and wakes as many. All or none: HD_ERROR_OVER_RELEASE beyond the bound of a bounded semaphore,
 * HD_ERROR_OVERFLOW beyond HD_SEMAPHORE_MAX, HD_ERROR_INVALID for a count of 0. */
#define hd_semaphore_release(semaphore, count) hd_semaphore_release_at((semaphore), (count), HD_HERE)
HD_API int hd_semaphore_release_at(struct hd_semaphore *semaphore, uint32_t count, const struct hd_source *source);

/* Permits that are free at this moment. */
HD_API uint32_t hd_semaphore_permits(const struct hd_semaphore *semaphore);

#ifdef __cplusplus
}
#endif
#endif
