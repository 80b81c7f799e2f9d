/* How a lock is taken and given back: shared by lock, rlock and the condition, which releases and re-acquires for its caller. */
#ifndef HEDDLE_HOLD_H
#define HEDDLE_HOLD_H
#include "current.h"
#include "trace.h"
#include "word.h"
#include <heddle/lock.h>

static inline void hd_hold_set(struct hd_lock *lock, uintptr_t holder) { __atomic_store_n(&lock->holder, holder, __ATOMIC_RELAXED); }
/* Whether the calling thread acquired it (and nobody released it since). A plain lock keeps its last holder when it is released: that
 * saves a write, and for an instant a thread that has just given it back may pass for the next holder. An rlock cannot bear that, and
 * forgets its holder first. */
static inline bool hd_hold_is_mine(const struct hd_lock *lock) {
  return __atomic_load_n(&lock->holder, __ATOMIC_RELAXED) == hd_current_identity() && hd_word_is_held(&lock->state);
}

/* Takes the lock, waiting until the deadline, and tells the wait and the hold. HD_OK or HD_ERROR_TIMEOUT. */
int hd_hold_acquire(struct hd_lock *lock, struct hd_emit *emit, enum hd_operation operation, hd_deadline deadline,
                    const struct hd_source *source);
/* Tells a hold that begins at at_ns, and one that is about to end; waited_for: somebody sleeps for its end. emit is not NULL. */
void hd_hold_tell_acquired(struct hd_lock *lock, struct hd_emit *emit, uint32_t site, uint64_t at_ns);
void hd_hold_tell_released(struct hd_lock *lock, struct hd_emit *emit, uint32_t site, uint64_t at_ns, bool waited_for);

#endif
