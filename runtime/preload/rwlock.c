/* pthread read-write locks. */
#include "preload.h"

/* Bits of the C library's reader word, below the count of readers: while readers hold the lock, a writer that waits has set the second. */
enum { WORD_WRITER = 2, WORD_READERS_SHIFT = 3 };

static uint64_t object_of(struct hd_emit *emit, const pthread_rwlock_t *lock) {
  return lock->__data.__shared ? hd_emit_shared_object(emit, lock, HD_KIND_RWLOCK) : (uintptr_t)lock;
}

static pid_t writer_of(const pthread_rwlock_t *lock) { return __atomic_load_n(&lock->__data.__cur_writer, __ATOMIC_RELAXED); }

static bool is_waited_for(const pthread_rwlock_t *lock) {
  unsigned word = __atomic_load_n(&lock->__data.__readers, __ATOMIC_RELAXED);
  if (writer_of(lock) != hd_thread_id()) return word & WORD_WRITER;
  return word >> WORD_READERS_SHIFT || __atomic_load_n(&lock->__data.__writers, __ATOMIC_RELAXED);
}

static int try(pthread_rwlock_t *lock, bool write) {
  return write ? REAL(pthread_rwlock_trywrlock)(lock) : REAL(pthread_rwlock_tryrdlock)(lock);
}

static int really_acquire(pthread_rwlock_t *lock, bool write, const struct hd_request *request) {
  switch (request->patience) {
  case HD_TIMED:
    return write ? REAL(pthread_rwlock_timedwrlock)(lock, request->until) : REAL(pthread_rwlock_timedrdlock)(lock, request->until);
  case HD_TIMED_BY_CLOCK:
    return write ? REAL(pthread_rwlock_clockwrlock)(lock, request->clock, request->until)
                 : REAL(pthread_rwlock_clockrdlock)(lock, request->clock, request->until);
  default:
    return write ? REAL(pthread_rwlock_wrlock)(lock) : REAL(pthread_rwlock_rdlock)(lock);
  }
}

static int acquire(pthread_rwlock_t *lock, bool write, const struct hd_request *request, const void *return_address) {
  bool timed = request->patience != HD_BLOCK;
  /* An invalid time is refused before the lock is looked at. */
  struct hd_emit *emit = timed && !hd_is_time(request->until) ? NULL : hd_enter(return_address);
  if (!emit) return really_acquire(lock, write, request);
  enum hd_operation operation = write   ? timed ? HD_OPERATION_RWLOCK_WRITE_TIMED : HD_OPERATION_RWLOCK_WRITE
                                : timed ? HD_OPERATION_RWLOCK_READ_TIMED
                                        : HD_OPERATION_RWLOCK_READ;
  uint64_t object = object_of(emit, lock);
  uint32_t site = hd_emit_site(emit, operation, return_address);
  int error = try(lock, write);
  if (error == EBUSY && writer_of(lock) == hd_thread_id()) {
    error = really_acquire(lock, write, request); /* EDEADLK at once */
  } else if (error == EBUSY) {
    HD_CALL(call);
    call.wait = (struct hd_emit_wait){.object = object, .site = site, .owner = (uint32_t)writer_of(lock), .descriptor = -1};
    hd_wait_begin(&call, emit);
    error = really_acquire(lock, write, request);
    hd_wait_end(&call, hd_wait_result_of(error));
    if (!error) hd_emit_acquired(emit, object, site, call.wait.end_ns);
  } else if (!error) {
    hd_emit_acquired(emit, object, site, hd_emit_now());
  }
  if (error && error != ETIMEDOUT) hd_emit_misuse(emit, object, site, error);
  hd_emit_leave(emit);
  return error;
}

static int acquire_if_free(pthread_rwlock_t *lock, bool write, const void *return_address) {
  int error = try(lock, write);
  struct hd_emit *emit = error ? NULL : hd_enter(return_address);
  if (!emit) return error;
  uint64_t now_ns = hd_emit_now();
  uint32_t site = hd_emit_site(emit, write ? HD_OPERATION_RWLOCK_WRITE_TRY : HD_OPERATION_RWLOCK_READ_TRY, return_address);
  hd_emit_acquired(emit, object_of(emit, lock), site, now_ns);
  hd_emit_leave(emit);
  return error;
}

static int release(pthread_rwlock_t *lock, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return REAL(pthread_rwlock_unlock)(lock);
  uint64_t object = object_of(emit, lock);
  uint32_t site = hd_emit_site(emit, HD_OPERATION_RWLOCK_RELEASE, return_address);
  hd_emit_released(emit, object, site, hd_emit_now(), is_waited_for(lock));
  hd_emit_leave(emit);
  return REAL(pthread_rwlock_unlock)(lock);
}

HD_WRAP int pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes) {
  int error = REAL(pthread_rwlock_init)(lock, attributes);
  struct hd_emit *emit = hd_emit_is_recording() && !error ? hd_enter(HERE) : NULL;
  if (!emit) return error;
  uint32_t site = hd_emit_site(emit, HD_OPERATION_OBJECT_INIT, HERE);
  hd_emit_object_begin(emit, object_of(emit, lock), HD_KIND_RWLOCK, lock->__data.__shared ? 1 : 0, -1, site, NULL);
  hd_emit_leave(emit);
  return error;
}

HD_WRAP int pthread_rwlock_destroy(pthread_rwlock_t *lock) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (emit) {
    hd_emit_object_end(emit, object_of(emit, lock), hd_emit_site(emit, HD_OPERATION_OBJECT_DESTROY, HERE));
    hd_emit_leave(emit);
  }
  return REAL(pthread_rwlock_destroy)(lock);
}

static const struct hd_request block = {.patience = HD_BLOCK};

#define LOCK(name, write)                                                                                                                  \
  HD_WRAP int name(pthread_rwlock_t *lock) { return hd_emit_is_recording() ? acquire(lock, write, &block, HERE) : REAL(name)(lock); }
#define LOCK_IF_FREE(name, write)                                                                                                          \
  HD_WRAP int name(pthread_rwlock_t *lock) { return hd_emit_is_recording() ? acquire_if_free(lock, write, HERE) : REAL(name)(lock); }
#define LOCK_TIMED(name, write)                                                                                                            \
  HD_WRAP int name(pthread_rwlock_t *lock, const struct timespec *until) {                                                                 \
    if (!hd_emit_is_recording()) return REAL(name)(lock, until);                                                                           \
    struct hd_request request = {.patience = HD_TIMED, .until = until};                                                                    \
    return acquire(lock, write, &request, HERE);                                                                                           \
  }
#define LOCK_BY_CLOCK(name, write)                                                                                                         \
  HD_WRAP int name(pthread_rwlock_t *lock, clockid_t clock, const struct timespec *until) {                                                \
    if (!hd_emit_is_recording() || !hd_is_clock(clock)) return REAL(name)(lock, clock, until);                                             \
    struct hd_request request = {.patience = HD_TIMED_BY_CLOCK, .clock = clock, .until = until};                                           \
    return acquire(lock, write, &request, HERE);                                                                                           \
  }
LOCK(pthread_rwlock_rdlock, false)
LOCK(pthread_rwlock_wrlock, true)
LOCK_IF_FREE(pthread_rwlock_tryrdlock, false)
LOCK_IF_FREE(pthread_rwlock_trywrlock, true)
LOCK_TIMED(pthread_rwlock_timedrdlock, false)
LOCK_TIMED(pthread_rwlock_timedwrlock, true)
LOCK_BY_CLOCK(pthread_rwlock_clockrdlock, false)
LOCK_BY_CLOCK(pthread_rwlock_clockwrlock, true)

HD_WRAP int pthread_rwlock_unlock(pthread_rwlock_t *lock) {
  return hd_emit_is_recording() ? release(lock, HERE) : REAL(pthread_rwlock_unlock)(lock);
}
