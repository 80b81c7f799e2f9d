/* How a process lock is taken and given back: shared by lock, rlock and the condition, which releases and re-acquires for its caller.
 *
 * The lock is one word: its owner (process-owner.h) and a bit that says that somebody may sleep for it, as in the second mutex of U.
 * Drepper, "Futexes Are Tricky" (2011): a bit, since a count would keep the sleepers that were killed. A sleeper looks from time to time
 * whether the owner has died, and then puts itself in the owner's place: of several who try that, the atomic word lets one succeed.
 */
#ifndef HEDDLE_PROCESS_HOLD_H
#define HEDDLE_PROCESS_HOLD_H
#include "futex.h"
#include "process-owner.h"
#include "trace.h"
#include <heddle/process-lock.h>

#define HD_PROCESS_SLEEPERS HD_OWNER_SPARE_BIT

static inline uint64_t hd_process_hold_self(const struct hd_process_lock *lock) {
  return lock->by_thread ? hd_owner_thread() : hd_owner_process();
}
static inline bool hd_process_hold_is_held(const struct hd_process_lock *lock) {
  return (__atomic_load_n(&lock->state, __ATOMIC_RELAXED) & ~HD_PROCESS_SLEEPERS) != 0;
}
static inline bool hd_process_hold_has_sleepers(const struct hd_process_lock *lock) {
  return (__atomic_load_n(&lock->state, __ATOMIC_RELAXED) & HD_PROCESS_SLEEPERS) != 0;
}
/* Whether the calling thread acquired it (and nobody released it since). */
static inline bool hd_process_hold_is_mine(const struct hd_process_lock *lock) {
  return (__atomic_load_n(&lock->state, __ATOMIC_RELAXED) & ~HD_PROCESS_SLEEPERS) == hd_process_hold_self(lock) &&
         __atomic_load_n(&lock->holder, __ATOMIC_RELAXED) == hd_owner_thread();
}

/* Takes it if nobody has it and nobody sleeps. */
static inline bool hd_process_hold_try(struct hd_process_lock *lock) {
  uint64_t free = 0;
  if (!__atomic_compare_exchange_n(&lock->state, &free, hd_process_hold_self(lock), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    return false;
  __atomic_store_n(&lock->holder, hd_owner_thread(), __ATOMIC_RELAXED);
  return true;
}
/* Gives it back, and wakes a sleeper. False when nobody held it. */
bool hd_process_hold_give(struct hd_process_lock *lock);

/* Takes the lock, waiting until the deadline, and tells the wait and the hold. HD_OK, HD_ERROR_OWNER_DIED or HD_ERROR_TIMEOUT. */
int hd_process_hold_acquire(struct hd_process_lock *lock, struct hd_emit *emit, enum hd_operation operation, hd_deadline deadline,
                            const struct hd_source *source);
/* Tells a hold that begins at at_ns, and one that is about to end. emit is not NULL. */
void hd_process_hold_tell_acquired(struct hd_process_lock *lock, struct hd_emit *emit, uint32_t site, uint64_t at_ns);
void hd_process_hold_tell_released(struct hd_process_lock *lock, struct hd_emit *emit, uint32_t site, uint64_t at_ns, bool waited_for);

#endif
