/* Process semaphore: permits for the threads of several processes. It lies in shared memory (heddle/process-memory.h).
 *
 * Nobody owns a permit: anyone may release, and the permit of a process that is killed is not given back by itself. A bounded semaphore
 * refuses a release that would give it more permits than it was made with. Otherwise as a semaphore (heddle/semaphore.h).
 *
 * Threads: any thread of any process that shares the memory may call anything here, once init has returned. Fairness: none is promised.
 */
#ifndef HEDDLE_PROCESS_SEMAPHORE_H
#define HEDDLE_PROCESS_SEMAPHORE_H
#include <heddle/process-memory.h>
#include <heddle/semaphore.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_process_semaphore {
  uint32_t state;     /* permits; top bit: somebody may sleep for one */
  uint32_t bound;     /* permits that it may have at most */
  uint64_t reference; /* of the object in the recording; 0: not recorded */
};

/* permits: 0 to HD_SEMAPHORE_MAX, else HD_ERROR_INVALID. name: for the recording, copied; may be NULL. */
#define hd_process_semaphore_init(semaphore, permits, name) hd_process_semaphore_init_at((semaphore), (permits), (name), HD_HERE)
HD_API int hd_process_semaphore_init_at(struct hd_process_semaphore *semaphore, uint32_t permits, const char *name,
                                        const struct hd_source *source);
#define hd_process_semaphore_init_bounded(semaphore, permits, name)                                                                        \
  hd_process_semaphore_init_bounded_at((semaphore), (permits), (name), HD_HERE)
HD_API int hd_process_semaphore_init_bounded_at(struct hd_process_semaphore *semaphore, uint32_t permits, const char *name,
                                                const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_process_semaphore_destroy(semaphore) hd_process_semaphore_destroy_at((semaphore), HD_HERE)
HD_API int hd_process_semaphore_destroy_at(struct hd_process_semaphore *semaphore, const struct hd_source *source);

/* Takes a permit. Always HD_OK. */
#define hd_process_semaphore_acquire(semaphore) hd_process_semaphore_acquire_timed_at((semaphore), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when there was none within timeout_ns; HD_ERROR_INVALID. */
#define hd_process_semaphore_acquire_timed(semaphore, timeout_ns) hd_process_semaphore_acquire_timed_at((semaphore), (timeout_ns), HD_HERE)
HD_API int hd_process_semaphore_acquire_timed_at(struct hd_process_semaphore *semaphore, int64_t timeout_ns,
                                                 const struct hd_source *source);
/* HD_ERROR_WOULD_BLOCK when there is none. */
#define hd_process_semaphore_try(semaphore) hd_process_semaphore_try_at((semaphore), HD_HERE)
HD_API int hd_process_semaphore_try_at(struct hd_process_semaphore *semaphore, const struct hd_source *source);
/* Gives count permits and wakes as many. All or none: HD_ERROR_OVER_RELEASE beyond the bound of a bounded semaphore,
 * HD_ERROR_OVERFLOW beyond HD_SEMAPHORE_MAX, HD_ERROR_INVALID for a count of 0. */
#define hd_process_semaphore_release(semaphore, count) hd_process_semaphore_release_at((semaphore), (count), HD_HERE)
HD_API int hd_process_semaphore_release_at(struct hd_process_semaphore *semaphore, uint32_t count, const struct hd_source *source);

/* Permits that are free at this moment. */
HD_API uint32_t hd_process_semaphore_permits(const struct hd_process_semaphore *semaphore);

#ifdef __cplusplus
}
#endif
#endif
