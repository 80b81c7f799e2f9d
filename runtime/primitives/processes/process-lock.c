#include "process-hold.h"

void hd_process_lock_init_at(struct hd_process_lock *lock, const char *name, const struct hd_source *source) {
  *lock = (struct hd_process_lock){.reference = hd_trace_begin_shared(HD_KIND_LOCK, HD_TRACE_ROBUST, -1, name, source)};
}

int hd_process_lock_destroy_at(struct hd_process_lock *lock, const struct hd_source *source) {
  if (hd_process_hold_is_held(lock)) return hd_trace_busy(lock->reference, source);
  hd_trace_end(lock->reference, source);
  return HD_OK;
}

static int acquire(struct hd_process_lock *lock, enum hd_operation operation, hd_deadline deadline, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = hd_process_hold_acquire(lock, emit, operation, deadline, source);
  hd_trace_leave(emit);
  return result;
}

/* Whether it could be taken at once and nobody wants to know. */
static inline bool acquire_unrecorded(struct hd_process_lock *lock) { return !hd_trace_is_watched() && hd_process_hold_try(lock); }

int hd_process_lock_acquire_at(struct hd_process_lock *lock, const struct hd_source *source) {
  return acquire_unrecorded(lock) ? HD_OK : acquire(lock, HD_OPERATION_LOCK_ACQUIRE, HD_NEVER, source);
}

int hd_process_lock_try_at(struct hd_process_lock *lock, const struct hd_source *source) {
  if (acquire_unrecorded(lock)) return HD_OK;
  int result = acquire(lock, HD_OPERATION_LOCK_TRY, 0, source);
  return result == HD_ERROR_TIMEOUT ? HD_ERROR_WOULD_BLOCK : result;
}

int hd_process_lock_acquire_timed_at(struct hd_process_lock *lock, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  if (acquire_unrecorded(lock)) return HD_OK;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_LOCK_ACQUIRE : HD_OPERATION_LOCK_TIMED;
  return acquire(lock, operation, hd_deadline_after(timeout_ns), source);
}

static int release_slowly(struct hd_process_lock *lock, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  if (!hd_process_hold_is_held(lock)) {
    result = hd_trace_misuse(emit, lock->reference, HD_OPERATION_LOCK_RELEASE, source, HD_ERROR_NOT_LOCKED);
  } else {
    if (emit) {
      uint32_t site = hd_emit_source_site(emit, HD_OPERATION_LOCK_RELEASE, source);
      hd_process_hold_tell_released(lock, emit, site, hd_emit_now(), hd_process_hold_has_sleepers(lock));
    }
    if (!hd_process_hold_give(lock)) result = HD_ERROR_NOT_LOCKED;
  }
  hd_trace_leave(emit);
  return result;
}

int hd_process_lock_release_at(struct hd_process_lock *lock, const struct hd_source *source) {
  if (__builtin_expect(hd_trace_is_watched(), 0)) return release_slowly(lock, source);
  return hd_process_hold_give(lock) ? HD_OK : HD_ERROR_NOT_LOCKED;
}

bool hd_process_lock_is_held(const struct hd_process_lock *lock) { return hd_process_hold_is_held(lock); }
