#include "process-hold.h"
#include <heddle/process-rlock.h>

void hd_process_rlock_init_at(struct hd_process_rlock *rlock, const char *name, const struct hd_source *source) {
  *rlock = (struct hd_process_rlock){.lock = {.by_thread = 1}};
  rlock->lock.reference = hd_trace_begin_shared(HD_KIND_RLOCK, HD_TRACE_ROBUST, -1, name, source);
}

int hd_process_rlock_destroy_at(struct hd_process_rlock *rlock, const struct hd_source *source) {
  return hd_process_lock_destroy_at(&rlock->lock, source);
}

static int acquire(struct hd_process_rlock *rlock, enum hd_operation operation, hd_deadline deadline, const struct hd_source *source) {
  bool mine = hd_process_hold_is_mine(&rlock->lock);
  if (mine && rlock->depth == UINT32_MAX) return HD_ERROR_OVERFLOW;
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  if (!mine)
    result = hd_process_hold_acquire(&rlock->lock, emit, operation, deadline, source);
  else if (emit)
    hd_process_hold_tell_acquired(&rlock->lock, emit, hd_emit_source_site(emit, operation, source), hd_emit_now());
  if (result != HD_ERROR_TIMEOUT) rlock->depth = mine ? rlock->depth + 1 : 1;
  hd_trace_leave(emit);
  return result;
}

int hd_process_rlock_acquire_at(struct hd_process_rlock *rlock, const struct hd_source *source) {
  return acquire(rlock, HD_OPERATION_RLOCK_ACQUIRE, HD_NEVER, source);
}

int hd_process_rlock_try_at(struct hd_process_rlock *rlock, const struct hd_source *source) {
  int result = acquire(rlock, HD_OPERATION_RLOCK_TRY, 0, source);
  return result == HD_ERROR_TIMEOUT ? HD_ERROR_WOULD_BLOCK : result;
}

int hd_process_rlock_acquire_timed_at(struct hd_process_rlock *rlock, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_RLOCK_ACQUIRE : HD_OPERATION_RLOCK_TIMED;
  return acquire(rlock, operation, hd_deadline_after(timeout_ns), source);
}

int hd_process_rlock_release_at(struct hd_process_rlock *rlock, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  if (!hd_process_hold_is_mine(&rlock->lock)) {
    result = hd_trace_misuse(emit, rlock->lock.reference, HD_OPERATION_RLOCK_RELEASE, source, HD_ERROR_NOT_OWNER);
  } else {
    bool last = rlock->depth == 1;
    if (emit) {
      uint32_t site = hd_emit_source_site(emit, HD_OPERATION_RLOCK_RELEASE, source);
      hd_process_hold_tell_released(&rlock->lock, emit, site, hd_emit_now(), last && hd_process_hold_has_sleepers(&rlock->lock));
    }
    rlock->depth--;
    if (last) hd_process_hold_give(&rlock->lock);
  }
  hd_trace_leave(emit);
  return result;
}

bool hd_process_rlock_is_held(const struct hd_process_rlock *rlock) { return hd_process_hold_is_held(&rlock->lock); }
uint32_t hd_process_rlock_depth(const struct hd_process_rlock *rlock) { return hd_process_hold_is_mine(&rlock->lock) ? rlock->depth : 0; }
