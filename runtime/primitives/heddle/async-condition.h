/* Async condition: tasks that hold an async lock wait for others to change what the lock protects.
 *
 * A condition belongs to one async lock for its life; several may share a lock. wait releases the lock, awaits a notification, and
 * acquires the lock again, whatever happens: also a task that is cancelled or out of time has the lock when wait returns. A notification
 * wakes the tasks that wait at that moment, the longest-waiting first, and is forgotten when there are none; one that was given to a task
 * which is cancelled before it could use it goes on to the next. There are no spurious wake-ups.
 *
 *     hd_async_lock_acquire(&lock);
 *     while (!ready && hd_async_condition_wait(&condition) == HD_OK) continue;
 *     hd_async_lock_release(&lock);
 *
 * A condition may be embedded and, with HD_ASYNC_CONDITION_INIT(&lock), be static; it needs no destruction. It does not own its lock.
 * Threads: only in that of the loop. wait and notify are for the task that acquired the lock; any other gets HD_ERROR_NOT_OWNER.
 */
#ifndef HEDDLE_ASYNC_CONDITION_H
#define HEDDLE_ASYNC_CONDITION_H
#include <heddle/async-lock.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_async_condition {
  struct hd_async_lock *lock;
  struct hd_async_waiters waiters;
};
#define HD_ASYNC_CONDITION_INIT(lock)                                                                                                      \
  { (lock), HD_ASYNC_WAITERS_INIT }

/* name: for the recording, copied; NULL: it is called by its variable. */
#define hd_async_condition_init(condition, lock, name) hd_async_condition_init_at((condition), (lock), (name), HD_HERE)
HD_API void hd_async_condition_init_at(struct hd_async_condition *condition, struct hd_async_lock *lock, const char *name,
                                       const struct hd_source *source);
/* HD_ERROR_BUSY while somebody waits. */
#define hd_async_condition_destroy(condition) hd_async_condition_destroy_at((condition), HD_HERE)
HD_API int hd_async_condition_destroy_at(struct hd_async_condition *condition, const struct hd_source *source);

/* Awaits a notification. HD_ERROR_NOT_OWNER; HD_ERROR_CANCELLED, also when the task is cancelled while it acquires the lock again: the
 * lock is held then, too. */
#define hd_async_condition_wait(condition) hd_async_condition_wait_timed_at((condition), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT when it was not notified within timeout_ns; HD_ERROR_INVALID. */
#define hd_async_condition_wait_timed(condition, timeout_ns) hd_async_condition_wait_timed_at((condition), (timeout_ns), HD_HERE)
HD_API int hd_async_condition_wait_timed_at(struct hd_async_condition *condition, int64_t timeout_ns, const struct hd_source *source);
/* Awaits until predicate(argument), called with the lock held, is true; timeout_ns is for the whole. HD_ERROR_TIMEOUT: it is still false.
 */
#define hd_async_condition_wait_for(condition, predicate, argument, timeout_ns)                                                            \
  hd_async_condition_wait_for_at((condition), (predicate), (argument), (timeout_ns), HD_HERE)
HD_API int hd_async_condition_wait_for_at(struct hd_async_condition *condition, bool (*predicate)(void *argument), void *argument,
                                          int64_t timeout_ns, const struct hd_source *source);
/* Wakes up to count tasks that wait. HD_ERROR_NOT_OWNER. */
#define hd_async_condition_notify(condition, count) hd_async_condition_notify_at((condition), (count), HD_HERE)
HD_API int hd_async_condition_notify_at(struct hd_async_condition *condition, uint32_t count, const struct hd_source *source);
/* Wakes all that wait. HD_ERROR_NOT_OWNER. */
#define hd_async_condition_notify_all(condition) hd_async_condition_notify_all_at((condition), HD_HERE)
HD_API int hd_async_condition_notify_all_at(struct hd_async_condition *condition, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
