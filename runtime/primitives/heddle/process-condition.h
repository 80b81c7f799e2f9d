/* Process condition: threads of several processes that hold a process lock wait for others to change what it protects. It lies in shared
 * memory (heddle/process-memory.h), and so must its lock.
 *
 * Waiting, notifying and their rules are as of a condition (heddle/condition.h): a notify wakes those that wait at that moment, the
 * longest-waiting first, and passes over those that were killed; there are no spurious wake-ups. A wait can return
 * HD_ERROR_OWNER_DIED, as the lock can that it acquires again: then it is held, and whether the wait was notified is not told.
 *
 * Threads: any thread of any process that shares the memory, once init has returned; wait and notify are for the thread that acquired the
 * lock, any other gets HD_ERROR_NOT_OWNER.
 */
#ifndef HEDDLE_PROCESS_CONDITION_H
#define HEDDLE_PROCESS_CONDITION_H
#include <heddle/process-guard.h>
#include <heddle/process-rlock.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many may wait at a time. */
#define HD_PROCESS_CONDITION_WAITERS 512

/* The fields are the runtime's own. */
struct hd_process_condition_waiter {
  uint64_t owner;    /* the thread that waits; 0: nobody */
  uint64_t ticket;   /* the smaller, the longer it waits */
  uint32_t notified; /* it sleeps for this */
};
struct hd_process_condition {
  struct hd_process_guard guard; /* of all that changes */
  struct hd_process_lock *lock;  /* its lock, or the one inside rlock */
  struct hd_process_rlock *rlock;
  uint64_t reference; /* of the object in the recording; 0: not recorded */
  uint64_t last_ticket;
  uint32_t used_count; /* waiters behind these were never used */
  struct hd_process_condition_waiter waiters[HD_PROCESS_CONDITION_WAITERS];
};

/* name: for the recording, copied; may be NULL. */
#define hd_process_condition_init(condition, lock, name) hd_process_condition_init_at((condition), (lock), (name), HD_HERE)
HD_API void hd_process_condition_init_at(struct hd_process_condition *condition, struct hd_process_lock *lock, const char *name,
                                         const struct hd_source *source);
#define hd_process_condition_init_rlock(condition, rlock, name) hd_process_condition_init_rlock_at((condition), (rlock), (name), HD_HERE)
HD_API void hd_process_condition_init_rlock_at(struct hd_process_condition *condition, struct hd_process_rlock *rlock, const char *name,
                                               const struct hd_source *source);
/* HD_ERROR_BUSY while somebody who lives waits. */
#define hd_process_condition_destroy(condition) hd_process_condition_destroy_at((condition), HD_HERE)
HD_API int hd_process_condition_destroy_at(struct hd_process_condition *condition, const struct hd_source *source);

/* Waits until notified. HD_ERROR_NOT_OWNER, HD_ERROR_OWNER_DIED; HD_ERROR_NO_RESOURCES: HD_PROCESS_CONDITION_WAITERS wait already. */
#define hd_process_condition_wait(condition) hd_process_condition_wait_timed_at((condition), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it was not notified within timeout_ns; the lock is held again all the same (which may take longer). */
#define hd_process_condition_wait_timed(condition, timeout_ns) hd_process_condition_wait_timed_at((condition), (timeout_ns), HD_HERE)
HD_API int hd_process_condition_wait_timed_at(struct hd_process_condition *condition, int64_t timeout_ns, const struct hd_source *source);
/* Waits until predicate(argument), called with the lock held, is true; timeout_ns is for the whole. HD_ERROR_TIMEOUT: it is still false. */
#define hd_process_condition_wait_for(condition, predicate, argument, timeout_ns)                                                          \
  hd_process_condition_wait_for_at((condition), (predicate), (argument), (timeout_ns), HD_HERE)
HD_API int hd_process_condition_wait_for_at(struct hd_process_condition *condition, bool (*predicate)(void *argument), void *argument,
                                            int64_t timeout_ns, const struct hd_source *source);
/* Wakes up to count that wait. HD_ERROR_NOT_OWNER. */
#define hd_process_condition_notify(condition, count) hd_process_condition_notify_at((condition), (count), HD_HERE)
HD_API int hd_process_condition_notify_at(struct hd_process_condition *condition, uint32_t count, const struct hd_source *source);
/* Wakes all that wait. HD_ERROR_NOT_OWNER. */
#define hd_process_condition_notify_all(condition) hd_process_condition_notify_all_at((condition), HD_HERE)
HD_API int hd_process_condition_notify_all_at(struct hd_process_condition *condition, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
