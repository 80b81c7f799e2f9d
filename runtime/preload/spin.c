/* pthread spin locks. A spin lock is one int and cannot tell whether it is process-shared, so the addresses of those that
 * were initialized as such are remembered; a process that did not do that itself, nor inherited it, sees a private lock. */
#include "preload.h"

#define SHARED_COUNT 256
static uintptr_t shared[SHARED_COUNT];

static uintptr_t *find(uintptr_t address) {
  for (unsigned probe = 0, i = (address >> 2) % SHARED_COUNT; probe < SHARED_COUNT; probe++, i = (i + 1) % SHARED_COUNT) {
    uintptr_t there = __atomic_load_n(&shared[i], __ATOMIC_RELAXED);
    if (there == address || !there) return &shared[i];
  }
  return NULL;
}

static void remember(uintptr_t address) {
  uintptr_t *place, empty = 0;
  while ((place = find(address)) && *place != address &&
         !__atomic_compare_exchange_n(place, &empty, address, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    empty = 0;
}

static bool is_shared(pthread_spinlock_t *lock) {
  const uintptr_t *place = find((uintptr_t)lock);
  return place && *place == (uintptr_t)lock;
}

static uint64_t object_of(struct hd_emit *emit, pthread_spinlock_t *lock) {
  return is_shared(lock) ? hd_emit_shared_object(emit, (const void *)lock, HD_KIND_LOCK) : (uintptr_t)lock;
}

HD_WRAP int pthread_spin_init(pthread_spinlock_t *lock, int how) {
  int error = REAL(pthread_spin_init)(lock, how);
  struct hd_emit *emit = hd_emit_is_recording() && !error ? hd_enter(HERE) : NULL;
  if (!emit) return error;
  if (how == PTHREAD_PROCESS_SHARED) remember((uintptr_t)lock);
  uint32_t site = hd_emit_site(emit, HD_OPERATION_OBJECT_INIT, HERE);
  hd_emit_object_begin(emit, object_of(emit, lock), HD_KIND_LOCK, is_shared(lock) ? 1 : 0, -1, site, NULL);
  hd_emit_leave(emit);
  return error;
}

HD_WRAP int pthread_spin_destroy(pthread_spinlock_t *lock) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (emit) {
    hd_emit_object_end(emit, object_of(emit, lock), hd_emit_site(emit, HD_OPERATION_OBJECT_DESTROY, HERE));
    hd_emit_leave(emit);
  }
  return REAL(pthread_spin_destroy)(lock);
}

HD_WRAP int pthread_spin_lock(pthread_spinlock_t *lock) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (!emit) return REAL(pthread_spin_lock)(lock);
  uint64_t object = object_of(emit, lock);
  uint32_t site = hd_emit_site(emit, HD_OPERATION_SPIN_ACQUIRE, HERE);
  int error = REAL(pthread_spin_trylock)(lock);
  if (error) {
    HD_CALL(call);
    call.wait = (struct hd_emit_wait){.object = object, .site = site, .descriptor = -1};
    hd_wait_begin(&call, emit);
    error = REAL(pthread_spin_lock)(lock);
    hd_wait_end(&call, hd_wait_result_of(error));
  }
  if (!error) hd_emit_acquired(emit, object, site, hd_emit_now());
  hd_emit_leave(emit);
  return error;
}

HD_WRAP int pthread_spin_trylock(pthread_spinlock_t *lock) {
  int error = REAL(pthread_spin_trylock)(lock);
  struct hd_emit *emit = hd_emit_is_recording() && !error ? hd_enter(HERE) : NULL;
  if (!emit) return error;
  uint64_t now_ns = hd_emit_now();
  hd_emit_acquired(emit, object_of(emit, lock), hd_emit_site(emit, HD_OPERATION_SPIN_TRY, HERE), now_ns);
  hd_emit_leave(emit);
  return error;
}

HD_WRAP int pthread_spin_unlock(pthread_spinlock_t *lock) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (emit) {
    uint32_t site = hd_emit_site(emit, HD_OPERATION_SPIN_RELEASE, HERE);
    hd_emit_released(emit, object_of(emit, lock), site, hd_emit_now(), false);
    hd_emit_leave(emit);
  }
  return REAL(pthread_spin_unlock)(lock);
}
