#include "hold.h"
#include <heddle/lock.h>

void hd_lock_init_at(struct hd_lock *lock, const char *name, const struct hd_source *source) {
  *lock = (struct hd_lock)HD_LOCK_INIT;
  hd_trace_begin(hd_reference(lock), HD_KIND_LOCK, -1, name, source);
}

int hd_lock_destroy_at(struct hd_lock *lock, const struct hd_source *source) {
  if (__atomic_load_n(&lock->state, __ATOMIC_ACQUIRE)) return hd_trace_busy(hd_reference(lock), source);
  hd_trace_end(hd_reference(lock), source);
  return HD_OK;
}

static int acquire(struct hd_lock *lock, enum hd_operation operation, hd_deadline deadline, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = hd_hold_acquire(lock, emit, operation, deadline, source);
  hd_trace_leave(emit);
  return result;
}

/* Whether it could be taken at once and nobody wants anything. */
static inline bool acquire_unrecorded(struct hd_lock *lock) {
  if (hd_trace_is_watched() || !hd_word_try(&lock->state)) return false;
  hd_hold_set(lock, hd_current_identity());
  return true;
}

int hd_lock_acquire_at(struct hd_lock *lock, const struct hd_source *source) {
  return acquire_unrecorded(lock) ? HD_OK : acquire(lock, HD_OPERATION_LOCK_ACQUIRE, HD_NEVER, source);
}

int hd_lock_try_at(struct hd_lock *lock, const struct hd_source *source) {
  if (acquire_unrecorded(lock) || acquire(lock, HD_OPERATION_LOCK_TRY, 0, source) == HD_OK) return HD_OK;
  return HD_ERROR_WOULD_BLOCK;
}

int hd_lock_acquire_timed_at(struct hd_lock *lock, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  if (acquire_unrecorded(lock)) return HD_OK;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_LOCK_ACQUIRE : HD_OPERATION_LOCK_TIMED;
  return acquire(lock, operation, hd_deadline_after(timeout_ns), source);
}

static int release_slowly(struct hd_lock *lock, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  if (!hd_word_is_held(&lock->state)) {
    result = hd_trace_misuse(emit, hd_reference(lock), HD_OPERATION_LOCK_RELEASE, source, HD_ERROR_NOT_LOCKED);
  } else {
    if (emit) {
      uint32_t site = hd_emit_source_site(emit, HD_OPERATION_LOCK_RELEASE, source);
      hd_hold_tell_released(lock, emit, site, hd_emit_now(), hd_word_has_sleepers(&lock->state));
    }
    if (!hd_word_release(&lock->state)) result = HD_ERROR_NOT_LOCKED;
  }
  hd_trace_leave(emit);
  return result;
}

int hd_lock_release_at(struct hd_lock *lock, const struct hd_source *source) {
  if (__builtin_expect(hd_trace_is_watched(), 0)) return release_slowly(lock, source);
  return hd_word_release(&lock->state) ? HD_OK : HD_ERROR_NOT_LOCKED;
}

bool hd_lock_is_held(const struct hd_lock *lock) {
  hd_seed_step();
  return hd_word_is_held(&lock->state);
}
