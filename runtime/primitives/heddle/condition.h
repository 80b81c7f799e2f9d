/* Condition: threads that hold a lock wait for others to change what the lock protects.
 *
 * A condition belongs to one lock or re-entrant lock for its life; several conditions may share a lock. wait releases the lock (an
 * rlock wholly, however deep), sleeps until it is notified, and acquires the lock again (to the same depth). A notify wakes the threads
 * that wait at that moment, the longest-waiting first, and is forgotten when there are none: so check a predicate under the lock, in a
 * loop, or use hd_condition_wait_for. There are no spurious wake-ups.
 *
 *     hd_lock_acquire(&lock);
 *     while (!ready) hd_condition_wait(&condition);
 *     hd_lock_release(&lock);
 *
 * A condition may be embedded and, with HD_CONDITION_INIT(&lock), be static; it needs no destruction, and must not move while
 * somebody waits. It does not own its lock. Threads: wait and notify are for the thread that acquired the lock; any other gets
 * HD_ERROR_NOT_OWNER.
 * In a recording the wait, and the wait to acquire the lock again, are two.
 */
#ifndef HEDDLE_CONDITION_H
#define HEDDLE_CONDITION_H
#include <heddle/rlock.h>
#include <heddle/waiters.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_condition {
  struct hd_lock *lock;   /* its lock, or the one inside rlock */
  struct hd_rlock *rlock; /* NULL: on a plain lock */
  struct hd_waiters waiters;
};
#define HD_CONDITION_INIT(lock)                                                                                                            \
  { (lock), 0, HD_WAITERS_INIT }
#define HD_CONDITION_INIT_RLOCK(rlock)                                                                                                     \
  { &(rlock)->lock, (rlock), HD_WAITERS_INIT }

/* name: for the recording, copied; NULL: it is called by its variable. */
#define hd_condition_init(condition, lock, name) hd_condition_init_at((condition), (lock), (name), HD_HERE)
HD_API void hd_condition_init_at(struct hd_condition *condition, struct hd_lock *lock, const char *name, const struct hd_source *source);
#define hd_condition_init_rlock(condition, rlock, name) hd_condition_init_rlock_at((condition), (rlock), (name), HD_HERE)
HD_API void hd_condition_init_rlock_at(struct hd_condition *condition, struct hd_rlock *rlock, const char *name,
                                       const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_condition_destroy(condition) hd_condition_destroy_at((condition), HD_HERE)
HD_API int hd_condition_destroy_at(struct hd_condition *condition, const struct hd_source *source);

/* Waits until notified. HD_ERROR_NOT_OWNER. */
#define hd_condition_wait(condition) hd_condition_wait_timed_at((condition), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it was not notified within timeout_ns; the lock is held again all the same (which may take longer). */
#define hd_condition_wait_timed(condition, timeout_ns) hd_condition_wait_timed_at((condition), (timeout_ns), HD_HERE)
HD_API int hd_condition_wait_timed_at(struct hd_condition *condition, int64_t timeout_ns, const struct hd_source *source);
/* Waits until predicate(argument), called with the lock held, is true; timeout_ns is for the whole. HD_ERROR_TIMEOUT: it is still false. */
#define hd_condition_wait_for(condition, predicate, argument, timeout_ns)                                                                  \
  hd_condition_wait_for_at((condition), (predicate), (argument), (timeout_ns), HD_HERE)
HD_API int hd_condition_wait_for_at(struct hd_condition *condition, bool (*predicate)(void *argument), void *argument, int64_t timeout_ns,
                                    const struct hd_source *source);
/* Wakes up to count threads that wait. HD_ERROR_NOT_OWNER. */
#define hd_condition_notify(condition, count) hd_condition_notify_at((condition), (count), HD_HERE)
HD_API int hd_condition_notify_at(struct hd_condition *condition, uint32_t count, const struct hd_source *source);
/* Wakes all that wait. HD_ERROR_NOT_OWNER. */
#define hd_condition_notify_all(condition) hd_condition_notify_all_at((condition), HD_HERE)
HD_API int hd_condition_notify_all_at(struct hd_condition *condition, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
