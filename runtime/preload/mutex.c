/* pthread mutexes of every type. A lock is tried first: what succeeds made nobody wait.
 *
 * What must be known before the real call is read from the C library's structure (its layout is part of the ABI, since
 * static initializers are compiled into programs): the kind, the owner, and whether somebody sleeps on the lock word. */
#include "preload.h"

enum { KIND_TYPE = 3, KIND_ROBUST = 16, KIND_INHERIT = 32, KIND_PROTECT = 64, KIND_SHARED = 128 };
/* In robust and priority-inheriting mutexes the lock word holds the owner's tid; in priority-protecting ones a ceiling above the state. */
enum { WORD_OWNER = 0x3fffffff, PROTECT_STATE = 0x7ffff };
/* The owner that a robust mutex has once it was unlocked without being made consistent. */
enum { NOT_RECOVERABLE = 0x7ffffffe };

/* Read plainly, so that it is read once for several questions: while a mutex lives, only bits that nobody here asks for change. */
static int kind_of(const pthread_mutex_t *mutex) { return mutex->__data.__kind; }
static unsigned word_of(const pthread_mutex_t *mutex) { return (unsigned)__atomic_load_n(&mutex->__data.__lock, __ATOMIC_RELAXED); }

static bool is_recursive(const pthread_mutex_t *mutex) { return (kind_of(mutex) & KIND_TYPE) == PTHREAD_MUTEX_RECURSIVE; }

/* An operation on a plain lock is followed by its recursive twin at the same distance. */
static enum hd_operation operation_of(const pthread_mutex_t *mutex, enum hd_operation plain) {
  return is_recursive(mutex) ? plain + (HD_OPERATION_RLOCK_ACQUIRE - HD_OPERATION_LOCK_ACQUIRE) : plain;
}
_Static_assert(HD_OPERATION_RLOCK_RELEASE - HD_OPERATION_LOCK_RELEASE == HD_OPERATION_RLOCK_ACQUIRE - HD_OPERATION_LOCK_ACQUIRE, "twins");

static enum hd_object_kind object_kind_of(const pthread_mutex_t *mutex) { return is_recursive(mutex) ? HD_KIND_RLOCK : HD_KIND_LOCK; }

uint64_t hd_mutex_object(struct hd_emit *emit, const pthread_mutex_t *mutex) {
  return kind_of(mutex) & KIND_SHARED ? hd_emit_shared_object(emit, mutex, object_kind_of(mutex)) : (uintptr_t)mutex;
}

static pid_t owner_of(const pthread_mutex_t *mutex) {
  if (kind_of(mutex) & (KIND_ROBUST | KIND_INHERIT)) return (pid_t)(word_of(mutex) & WORD_OWNER);
  return __atomic_load_n(&mutex->__data.__owner, __ATOMIC_RELAXED);
}

/* Plain mutexes may be unlocked by anyone; of the others only by their owner. */
static bool release_will_fail(const pthread_mutex_t *mutex) {
  int type = kind_of(mutex) & KIND_TYPE;
  bool checked = type == PTHREAD_MUTEX_RECURSIVE || type == PTHREAD_MUTEX_ERRORCHECK || kind_of(mutex) & (KIND_ROBUST | KIND_INHERIT);
  return checked && owner_of(mutex) != hd_thread_id();
}

static bool is_waited_for(const pthread_mutex_t *mutex) {
  if (is_recursive(mutex) && mutex->__data.__count > 1) return false;
  if (kind_of(mutex) & (KIND_ROBUST | KIND_INHERIT)) return word_of(mutex) >> 31;
  return (kind_of(mutex) & KIND_PROTECT ? word_of(mutex) & PROTECT_STATE : word_of(mutex)) > 1;
}

static int acquire(pthread_mutex_t *mutex, const struct hd_request *request) {
  switch (request->patience) {
  case HD_TIMED:
    return REAL(pthread_mutex_timedlock)(mutex, request->until);
  case HD_TIMED_BY_CLOCK:
    return REAL(pthread_mutex_clocklock)(mutex, request->clock, request->until);
  default:
    return REAL(pthread_mutex_lock)(mutex);
  }
}

/* The C library's trylock leaves a robust mutex that is not recoverable locked, so that a later lock would hang: there, only lock. */
static int try(pthread_mutex_t *mutex) {
  bool lost = kind_of(mutex) & KIND_ROBUST && __atomic_load_n(&mutex->__data.__owner, __ATOMIC_RELAXED) == NOT_RECOVERABLE;
  return lost ? REAL(pthread_mutex_lock)(mutex) : REAL(pthread_mutex_trylock)(mutex);
}

static bool got(int error) { return error == 0 || error == EOWNERDEAD; }

/* A dead owner is worth a wait of no length, which has a result. */
static __attribute__((noinline)) void say_owner_died(struct hd_emit *emit, uint64_t object, uint32_t site) {
  struct hd_emit_wait wait = {.object = object, .site = site, .descriptor = -1};
  hd_emit_wait_begin(emit, &wait);
  hd_emit_wait_end(emit, &wait, HD_WAIT_RESULT_OWNER_DIED);
}

static inline void say_acquired(struct hd_emit *emit, uint64_t object, uint32_t site, int error) {
  if (__builtin_expect(error == EOWNERDEAD, 0)) say_owner_died(emit, object, site);
  hd_emit_acquired(emit, object, site, hd_emit_now());
}

/* The mutex could not be had at once. */
static __attribute__((noinline)) int wait_for(pthread_mutex_t *mutex, const struct hd_request *request, struct hd_emit *emit,
                                              uint64_t object, uint32_t site) {
  pid_t owner = owner_of(mutex);
  if ((kind_of(mutex) & KIND_TYPE) == PTHREAD_MUTEX_ERRORCHECK && owner == hd_thread_id())
    return acquire(mutex, request); /* EDEADLK at once */
  HD_CALL(call);
  call.wait = (struct hd_emit_wait){.object = object, .site = site, .owner = (uint32_t)owner, .descriptor = -1};
  hd_wait_begin(&call, emit);
  int error = acquire(mutex, request);
  hd_wait_end(&call, hd_wait_result_of(error));
  if (got(error)) hd_emit_acquired(emit, object, site, call.wait.end_ns);
  return error;
}

__attribute__((noinline)) int hd_mutex_acquire(pthread_mutex_t *mutex, const struct hd_request *request, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (__builtin_expect(!emit, 0)) return acquire(mutex, request);
  enum hd_operation plain = request->patience == HD_BLOCK ? HD_OPERATION_LOCK_ACQUIRE : HD_OPERATION_LOCK_TIMED;
  uint64_t object = hd_mutex_object(emit, mutex);
  uint32_t site = hd_emit_site(emit, operation_of(mutex, plain), return_address);
  int error = try(mutex);
  if (__builtin_expect(error == EBUSY, 0))
    error = wait_for(mutex, request, emit, object, site);
  else if (got(error))
    say_acquired(emit, object, site, error);
  if (__builtin_expect(!got(error) && error != ETIMEDOUT, 0)) hd_emit_misuse(emit, object, site, error);
  hd_emit_leave(emit);
  return error;
}

__attribute__((noinline)) int hd_mutex_try(pthread_mutex_t *mutex, const void *return_address) {
  int error = REAL(pthread_mutex_trylock)(mutex);
  struct hd_emit *emit = got(error) ? hd_enter(return_address) : NULL;
  if (!emit) return error;
  uint32_t site = hd_emit_site(emit, operation_of(mutex, HD_OPERATION_LOCK_TRY), return_address);
  say_acquired(emit, hd_mutex_object(emit, mutex), site, error);
  hd_emit_leave(emit);
  return error;
}

static __attribute__((noinline)) void say_released_otherwise(struct hd_emit *emit, const pthread_mutex_t *mutex, const void *return_address,
                                                             uint64_t object, uint64_t at_ns) {
  uint32_t site = hd_emit_site(emit, operation_of(mutex, HD_OPERATION_LOCK_RELEASE), return_address);
  hd_emit_released_otherwise(emit, object, site, at_ns, is_waited_for(mutex));
}

static inline bool say_released(struct hd_emit *emit, const pthread_mutex_t *mutex, const void *return_address) {
  if (__builtin_expect(release_will_fail(mutex), 0)) return false;
  uint64_t object = hd_mutex_object(emit, mutex), now_ns = hd_emit_now();
  if (__builtin_expect(is_waited_for(mutex) || !hd_emit_released_last(emit, object, now_ns), 0))
    say_released_otherwise(emit, mutex, return_address, object, now_ns);
  return true;
}

bool hd_mutex_say_released(struct hd_emit *emit, const pthread_mutex_t *mutex, const void *return_address) {
  return say_released(emit, mutex, return_address);
}

static __attribute__((noinline)) int release_in_vain(pthread_mutex_t *mutex, struct hd_emit *emit, const void *return_address) {
  int error = REAL(pthread_mutex_unlock)(mutex);
  uint32_t site = hd_emit_site(emit, operation_of(mutex, HD_OPERATION_LOCK_RELEASE), return_address);
  if (error) hd_emit_misuse(emit, hd_mutex_object(emit, mutex), site, error);
  hd_emit_leave(emit);
  return error;
}

__attribute__((noinline)) int hd_mutex_release(pthread_mutex_t *mutex, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (__builtin_expect(!emit, 0)) return REAL(pthread_mutex_unlock)(mutex);
  if (__builtin_expect(!say_released(emit, mutex, return_address), 0)) return release_in_vain(mutex, emit, return_address);
  hd_emit_leave(emit);
  return REAL(pthread_mutex_unlock)(mutex);
}

void hd_mutex_began(pthread_mutex_t *mutex, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  int kind = kind_of(mutex);
  uint64_t object = hd_mutex_object(emit, mutex); /* the C library calls all robust mutexes shared; where it lies decides */
  unsigned flags = (object & HD_OBJECT_SHARED_BIT ? 1u : 0) | (kind & KIND_ROBUST ? 2u : 0) |
                   ((kind & KIND_TYPE) == PTHREAD_MUTEX_ERRORCHECK ? 4u : 0) | (kind & KIND_INHERIT ? 8u : 0);
  uint32_t site = hd_emit_site(emit, HD_OPERATION_OBJECT_INIT, return_address);
  hd_emit_object_begin(emit, object, object_kind_of(mutex), flags, -1, site, NULL);
  hd_emit_leave(emit);
}

void hd_mutex_ends(pthread_mutex_t *mutex, const void *return_address) {
  bool refused = !(kind_of(mutex) & KIND_ROBUST) && mutex->__data.__nusers != 0;
  struct hd_emit *emit = refused ? NULL : hd_enter(return_address);
  if (!emit) return;
  hd_emit_object_end(emit, hd_mutex_object(emit, mutex), hd_emit_site(emit, HD_OPERATION_OBJECT_DESTROY, return_address));
  hd_emit_leave(emit);
}

HD_WRAP int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
  int error = REAL(pthread_mutex_init)(mutex, attributes);
  if (hd_emit_is_recording() && !error) hd_mutex_began(mutex, HERE);
  return error;
}

HD_WRAP int pthread_mutex_destroy(pthread_mutex_t *mutex) {
  if (hd_emit_is_recording()) hd_mutex_ends(mutex, HERE);
  return REAL(pthread_mutex_destroy)(mutex);
}

HD_WRAP int pthread_mutex_lock(pthread_mutex_t *mutex) {
  if (!hd_emit_is_recording()) return REAL(pthread_mutex_lock)(mutex);
  static const struct hd_request request = {.patience = HD_BLOCK};
  return hd_mutex_acquire(mutex, &request, HERE);
}

HD_WRAP int pthread_mutex_trylock(pthread_mutex_t *mutex) {
  if (!hd_emit_is_recording()) return REAL(pthread_mutex_trylock)(mutex);
  return hd_mutex_try(mutex, HERE);
}

HD_WRAP int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until) {
  if (!hd_emit_is_recording()) return REAL(pthread_mutex_timedlock)(mutex, until);
  struct hd_request request = {.patience = HD_TIMED, .until = until};
  return hd_mutex_acquire(mutex, &request, HERE);
}

HD_WRAP int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until) {
  if (!hd_emit_is_recording() || !hd_is_clock(clock)) return REAL(pthread_mutex_clocklock)(mutex, clock, until);
  struct hd_request request = {.patience = HD_TIMED_BY_CLOCK, .clock = clock, .until = until};
  return hd_mutex_acquire(mutex, &request, HERE);
}

HD_WRAP int pthread_mutex_unlock(pthread_mutex_t *mutex) {
  if (!hd_emit_is_recording()) return REAL(pthread_mutex_unlock)(mutex);
  return hd_mutex_release(mutex, HERE);
}
