/* Process lock: one at a time, among the threads of several processes. It lies in shared memory (heddle/process-memory.h).
 *
 * Not re-entrant; anyone may release it, another thread or process too. When the process that holds it is killed (or ends otherwise), the
 * lock is not lost: one of those who wait, or the next to acquire it, gets it together with HD_ERROR_OWNER_DIED. That one holds it, and
 * should repair what the lock protects. To find out takes up to 50 ms.
 *
 *     switch (hd_process_lock_acquire(&table->lock)) {
 *     case HD_ERROR_OWNER_DIED: repair(table); // falls through: the lock is held
 *     case HD_OK: …
 *     }
 *     hd_process_lock_release(&table->lock);
 *
 * Threads: any thread of any process that shares the memory may call anything here, once init has returned. Fairness: none is promised.
 * Taken and given back without waiting it makes no system call. A process that replaces itself by exec while it holds a lock keeps it.
 * All processes must be of one pid namespace, and see it in /proc.
 */
#ifndef HEDDLE_PROCESS_LOCK_H
#define HEDDLE_PROCESS_LOCK_H
#include <heddle/error.h>
#include <heddle/process-memory.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_process_lock {
  uint64_t state;      /* the process that holds it, of a re-entrant one the thread, and whether somebody sleeps for it; no owner: free */
  uint64_t holder;     /* the thread that acquired it last */
  uint64_t reference;  /* of the object in the recording, the same in all processes; 0: not recorded */
  uint32_t by_thread;  /* a thread owns it, not its process */
  uint32_t given_away; /* somebody who did not hold it has released it, while recorded */
};

/* Makes a lock that is free. name: for the recording, copied; may be NULL. */
#define hd_process_lock_init(lock, name) hd_process_lock_init_at((lock), (name), HD_HERE)
HD_API void hd_process_lock_init_at(struct hd_process_lock *lock, const char *name, const struct hd_source *source);
/* Says that the lock ends. HD_ERROR_BUSY while it is held. */
#define hd_process_lock_destroy(lock) hd_process_lock_destroy_at((lock), HD_HERE)
HD_API int hd_process_lock_destroy_at(struct hd_process_lock *lock, const struct hd_source *source);

/* Waits until it is free and takes it. HD_OK or HD_ERROR_OWNER_DIED: it is held now in both cases. */
#define hd_process_lock_acquire(lock) hd_process_lock_acquire_at((lock), HD_HERE)
HD_API int hd_process_lock_acquire_at(struct hd_process_lock *lock, const struct hd_source *source);
/* The same; HD_ERROR_WOULD_BLOCK when somebody who lives holds it. */
#define hd_process_lock_try(lock) hd_process_lock_try_at((lock), HD_HERE)
HD_API int hd_process_lock_try_at(struct hd_process_lock *lock, const struct hd_source *source);
/* The same; HD_ERROR_TIMEOUT when it was not free within timeout_ns; HD_ERROR_INVALID. */
#define hd_process_lock_acquire_timed(lock, timeout_ns) hd_process_lock_acquire_timed_at((lock), (timeout_ns), HD_HERE)
HD_API int hd_process_lock_acquire_timed_at(struct hd_process_lock *lock, int64_t timeout_ns, const struct hd_source *source);
/* HD_ERROR_NOT_LOCKED when nobody holds it. */
#define hd_process_lock_release(lock) hd_process_lock_release_at((lock), HD_HERE)
HD_API int hd_process_lock_release_at(struct hd_process_lock *lock, const struct hd_source *source);

/* Whether somebody holds it at this moment, dead or alive. */
HD_API bool hd_process_lock_is_held(const struct hd_process_lock *lock);

#ifdef __cplusplus
}
#endif
#endif
