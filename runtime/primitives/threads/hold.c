#include "hold.h"

void hd_hold_tell_acquired(struct hd_lock *lock, struct hd_emit *emit, uint32_t site, uint64_t at_ns) {
  __atomic_store_n(&lock->holder_thread_id, hd_current_thread_id(), __ATOMIC_RELAXED);
  if (__builtin_expect(__atomic_load_n(&lock->given_away, __ATOMIC_RELAXED), 0)) {
    /* Anyone may end this hold, so it cannot wait in this thread's slot for its end. */
    hd_emit_hold_given_away(emit, hd_reference(lock));
    hd_emit_acquired_open(emit, hd_reference(lock), site, at_ns);
  } else {
    hd_emit_acquired(emit, hd_reference(lock), site, at_ns);
  }
}

void hd_hold_tell_released(struct hd_lock *lock, struct hd_emit *emit, uint32_t site, uint64_t at_ns, bool waited_for) {
  if (!hd_hold_is_mine(lock)) {
    __atomic_store_n(&lock->given_away, 1, __ATOMIC_RELAXED);
    hd_emit_hold_given_away(emit, hd_reference(lock));
  }
  hd_emit_released(emit, hd_reference(lock), site, at_ns, waited_for);
}

int hd_hold_acquire(struct hd_lock *lock, struct hd_emit *emit, enum hd_operation operation, hd_deadline deadline,
                    const struct hd_source *source) {
  uint64_t acquired_ns = 0;
  if (!hd_word_try(&lock->state)) {
    if (deadline == 0) return HD_ERROR_TIMEOUT;
    struct hd_emit_wait wait = {.object = hd_reference(lock), .owner = __atomic_load_n(&lock->holder_thread_id, __ATOMIC_RELAXED)};
    hd_trace_wait_begin(emit, &wait, operation, source);
    int result = hd_word_sleep(&lock->state, deadline);
    hd_trace_wait_end(emit, &wait, result);
    if (result != HD_OK) return result;
    acquired_ns = wait.end_ns;
  }
  hd_hold_set(lock, hd_current_identity());
  if (emit) hd_hold_tell_acquired(lock, emit, hd_emit_source_site(emit, operation, source), acquired_ns ? acquired_ns : hd_emit_now());
  return HD_OK;
}
