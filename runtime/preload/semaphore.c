/* POSIX semaphores, named and unnamed. */
#include "preload.h"
#include <stdarg.h>

/* The C library's sem_t on 64-bit machines: the second word tells private (0) from shared. */
static bool is_shared(const sem_t *semaphore) { return ((const int *)semaphore)[2] != 0; }

static uint64_t object_of(struct hd_emit *emit, const sem_t *semaphore) {
  return is_shared(semaphore) ? hd_emit_shared_object(emit, semaphore, HD_KIND_SEMAPHORE) : (uintptr_t)semaphore;
}

static int really_take(sem_t *semaphore, const struct hd_request *request) {
  switch (request->patience) {
  case HD_TIMED:
    return REAL(sem_timedwait)(semaphore, request->until);
  case HD_TIMED_BY_CLOCK:
    return REAL(sem_clockwait)(semaphore, request->clock, request->until);
  default:
    return REAL(sem_wait)(semaphore);
  }
}

static int take(sem_t *semaphore, const struct hd_request *request, const void *return_address) {
  bool timed = request->patience != HD_BLOCK;
  if (timed && !hd_is_time(request->until)) return really_take(semaphore, request);
  pthread_testcancel(); /* a cancellation point even when it need not wait */
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return really_take(semaphore, request);
  uint64_t object = object_of(emit, semaphore);
  uint32_t site = hd_emit_site(emit, timed ? HD_OPERATION_SEMAPHORE_TIMED : HD_OPERATION_SEMAPHORE_ACQUIRE, return_address);
  if (REAL(sem_trywait)(semaphore) == 0) {
    hd_emit_instant(emit, object, site, hd_emit_now(), 0);
    hd_emit_leave(emit);
    return 0;
  }
  HD_CALL(call);
  call.wait = (struct hd_emit_wait){.object = object, .site = site, .descriptor = -1};
  hd_wait_begin(&call, emit);
  int result = really_take(semaphore, request);
  hd_wait_end(&call, hd_wait_result_of(result ? errno : 0));
  hd_emit_leave(emit);
  return result;
}

static void begins(const sem_t *semaphore, unsigned permits, const char *name, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  uint32_t site = hd_emit_site(emit, HD_OPERATION_OBJECT_INIT, return_address);
  hd_emit_object_begin(emit, object_of(emit, semaphore), HD_KIND_SEMAPHORE, is_shared(semaphore) ? 1 : 0, permits, site, name);
  hd_emit_leave(emit);
}

HD_WRAP int sem_init(sem_t *semaphore, int shared, unsigned permits) {
  int result = REAL(sem_init)(semaphore, shared, permits);
  if (hd_emit_is_recording() && result == 0) begins(semaphore, permits, NULL, HERE);
  return result;
}

HD_WRAP int sem_destroy(sem_t *semaphore) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (emit) {
    hd_emit_object_end(emit, object_of(emit, semaphore), hd_emit_site(emit, HD_OPERATION_OBJECT_DESTROY, HERE));
    hd_emit_leave(emit);
  }
  return REAL(sem_destroy)(semaphore);
}

/* Whoever opens a named semaphore may find it in use already: it only gets its name, never a new life. */
static void opened(const sem_t *semaphore, const char *name) {
  struct hd_emit *emit = hd_emit_enter();
  if (!emit) return;
  hd_emit_object_name(emit, object_of(emit, semaphore), name);
  hd_emit_leave(emit);
}

HD_WRAP sem_t *sem_open(const char *name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
  unsigned permits = flags & O_CREAT ? va_arg(arguments, unsigned) : 0;
  va_end(arguments);
  sem_t *semaphore = REAL(sem_open)(name, flags, mode, permits);
  if (!hd_emit_is_recording() || semaphore == SEM_FAILED) return semaphore;
  if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
    begins(semaphore, permits, name, HERE);
  else
    opened(semaphore, name);
  return semaphore;
}

HD_WRAP int sem_close(sem_t *semaphore) {
  if (hd_emit_is_recording()) hd_emit_forget_mapping(semaphore, sizeof *semaphore);
  return REAL(sem_close)(semaphore);
}

HD_WRAP int sem_wait(sem_t *semaphore) {
  if (!hd_emit_is_recording()) return REAL(sem_wait)(semaphore);
  struct hd_request request = {.patience = HD_BLOCK};
  return take(semaphore, &request, HERE);
}

HD_WRAP int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
  if (!hd_emit_is_recording()) return REAL(sem_timedwait)(semaphore, until);
  struct hd_request request = {.patience = HD_TIMED, .until = until};
  return take(semaphore, &request, HERE);
}

HD_WRAP int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *until) {
  if (!hd_emit_is_recording() || !hd_is_clock(clock)) return REAL(sem_clockwait)(semaphore, clock, until);
  struct hd_request request = {.patience = HD_TIMED_BY_CLOCK, .clock = clock, .until = until};
  return take(semaphore, &request, HERE);
}

HD_WRAP int sem_trywait(sem_t *semaphore) {
  int result = REAL(sem_trywait)(semaphore);
  struct hd_emit *emit = hd_emit_is_recording() && result == 0 ? hd_enter(HERE) : NULL;
  if (!emit) return result;
  uint64_t now_ns = hd_emit_now();
  hd_emit_instant(emit, object_of(emit, semaphore), hd_emit_site(emit, HD_OPERATION_SEMAPHORE_TRY, HERE), now_ns, 0);
  hd_emit_leave(emit);
  return result;
}

HD_WRAP int sem_post(sem_t *semaphore) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (emit) {
    hd_emit_instant(emit, object_of(emit, semaphore), hd_emit_site(emit, HD_OPERATION_SEMAPHORE_POST, HERE), hd_emit_now(), 0);
    hd_emit_leave(emit);
  }
  return REAL(sem_post)(semaphore);
}
