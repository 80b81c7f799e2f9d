#include "async-hold.h"

/* Between the release and the next step of who waits longest the lock is GIVEN: nobody holds it, and nobody else can get it. */
enum { FREE, HELD, GIVEN };

void hd_async_lock_init_at(struct hd_async_lock *lock, const char *name, const struct hd_source *source) {
  *lock = (struct hd_async_lock)HD_ASYNC_LOCK_INIT;
  hd_trace_begin(hd_reference(lock), HD_KIND_LOCK, -1, name, source);
}

int hd_async_lock_destroy_at(struct hd_async_lock *lock, const struct hd_source *source) {
  return hd_async_destroy(lock, lock->state != FREE, source);
}

bool hd_async_lock_is_held(const struct hd_async_lock *lock) { return lock->state != FREE; }
bool hd_async_hold_is_mine(const struct hd_async_lock *lock) { return lock->state == HELD && lock->owner == hd_task_running(); }

/* Gives it to who waits longest. */
static void give(struct hd_async_lock *lock, const struct hd_source *source) {
  lock->owner = NULL;
  lock->state = hd_async_wake(&lock->waiters, 1, HD_OK, source) ? GIVEN : FREE;
}

int hd_async_hold_acquire(struct hd_async_lock *lock, enum hd_operation operation, hd_deadline deadline, const struct hd_source *source) {
  if (lock->state != FREE) {
    struct hd_async_waiter waiter;
    int result = hd_async_check(&lock->waiters, lock, operation, source);
    if (result != HD_OK) return result;
    result = hd_task_await(&lock->waiters, &waiter, HD_OPERATION_ASYNC_LOCK_AWAIT, hd_reference(lock), deadline, source);
    if (result != HD_OK) {
      if (waiter.woken) give(lock, source);
      return result;
    }
  }
  lock->state = HELD;
  lock->owner = hd_task_running();
  struct hd_emit *emit = hd_trace_enter();
  if (emit) hd_emit_acquired(emit, hd_reference(lock), hd_emit_source_site(emit, operation, source), hd_emit_now());
  hd_trace_leave(emit);
  return HD_OK;
}

int hd_async_lock_acquire_timed_at(struct hd_async_lock *lock, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_LOCK_ACQUIRE : HD_OPERATION_LOCK_TIMED;
  return hd_async_hold_acquire(lock, operation, hd_deadline_after(timeout_ns), source);
}

int hd_async_lock_try_at(struct hd_async_lock *lock, const struct hd_source *source) {
  return lock->state == FREE ? hd_async_hold_acquire(lock, HD_OPERATION_LOCK_TRY, 0, source) : HD_ERROR_WOULD_BLOCK;
}

int hd_async_lock_release_at(struct hd_async_lock *lock, const struct hd_source *source) {
  if (lock->state != HELD) return hd_task_refuse(hd_reference(lock), HD_OPERATION_LOCK_RELEASE, source, HD_ERROR_NOT_LOCKED);
  int result = hd_async_check(&lock->waiters, lock, HD_OPERATION_LOCK_RELEASE, source);
  if (result != HD_OK) return result;
  struct hd_emit *emit = hd_trace_enter();
  if (emit) {
    uint32_t site = hd_emit_source_site(emit, HD_OPERATION_LOCK_RELEASE, source);
    hd_emit_released(emit, hd_reference(lock), site, hd_emit_now(), hd_async_has_waiters(&lock->waiters));
  }
  hd_trace_leave(emit);
  give(lock, source);
  return HD_OK;
}
