/* pthread conditions. A wait is three things: the mutex is released, the condition is waited for, the mutex is acquired
 * again. The C library does them in one call, so the hold of the mutex ends before it and begins after it, and in between
 * stands one wait whose partner is the mutex. */
#include "preload.h"

static uint64_t object_of(struct hd_emit *emit, const pthread_cond_t *condition) {
  bool shared = __atomic_load_n(&condition->__data.__wrefs, __ATOMIC_RELAXED) & 1;
  return shared ? hd_emit_shared_object(emit, condition, HD_KIND_CONDITION) : (uintptr_t)condition;
}

static int really_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct hd_request *request) {
  switch (request->patience) {
  case HD_TIMED:
    return REAL(pthread_cond_timedwait)(condition, mutex, request->until);
  case HD_TIMED_BY_CLOCK:
    return REAL(pthread_cond_clockwait)(condition, mutex, request->clock, request->until);
  default:
    return REAL(pthread_cond_wait)(condition, mutex);
  }
}

/* A wait that is going on, for the clean-up: a cancelled wait acquires the mutex again before the thread unwinds. */
struct waiting {
  struct hd_call call;
  uint64_t mutex;
  uint32_t reacquire_site;
};

static void end(struct waiting *waiting, enum hd_wait_result result, bool holds) {
  struct hd_emit *emit = waiting->call.emit;
  if (!emit) return;
  hd_wait_end(&waiting->call, result);
  if (holds) hd_emit_acquired(emit, waiting->mutex, waiting->reacquire_site, hd_emit_now());
  hd_emit_leave(emit);
}

static void abandon(struct waiting *waiting) { end(waiting, HD_WAIT_RESULT_ABANDONED, true); }

__attribute__((noinline)) int hd_condition_wait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct hd_request *request,
                                                const void *return_address) {
  bool timed = request->patience != HD_BLOCK;
  struct waiting waiting __attribute__((cleanup(abandon))) = {.mutex = 0};
  /* An invalid time is refused before the mutex is released. */
  struct hd_emit *emit = timed && !hd_is_time(request->until) ? NULL : hd_enter(return_address);
  if (!emit) return really_wait(condition, mutex, request);
  uint64_t object = object_of(emit, condition);
  uint32_t site = hd_emit_site(emit, timed ? HD_OPERATION_CONDITION_WAIT_TIMED : HD_OPERATION_CONDITION_WAIT, return_address);
  waiting.mutex = hd_mutex_object(emit, mutex);
  waiting.reacquire_site = hd_emit_site(emit, HD_OPERATION_CONDITION_REACQUIRE, return_address);
  waiting.call.wait = (struct hd_emit_wait){.object = object, .partner = waiting.mutex, .site = site, .descriptor = -1};
  if (!hd_mutex_say_released(emit, mutex, return_address)) {
    int error = really_wait(condition, mutex, request); /* EPERM at once */
    hd_emit_misuse(emit, object, site, error);
    hd_emit_leave(emit);
    return error;
  }
  hd_wait_begin(&waiting.call, emit);
  int error = really_wait(condition, mutex, request);
  end(&waiting, hd_wait_result_of(error), error != ENOTRECOVERABLE);
  return error;
}

void hd_condition_notifies(pthread_cond_t *condition, enum hd_operation operation, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  hd_emit_instant(emit, object_of(emit, condition), hd_emit_site(emit, operation, return_address), hd_emit_now(), 0);
  hd_emit_leave(emit);
}

void hd_condition_began(pthread_cond_t *condition, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  uint32_t site = hd_emit_site(emit, HD_OPERATION_OBJECT_INIT, return_address);
  hd_emit_object_begin(emit, object_of(emit, condition), HD_KIND_CONDITION, condition->__data.__wrefs & 1, -1, site, NULL);
  hd_emit_leave(emit);
}

void hd_condition_ends(pthread_cond_t *condition, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  hd_emit_object_end(emit, object_of(emit, condition), hd_emit_site(emit, HD_OPERATION_OBJECT_DESTROY, return_address));
  hd_emit_leave(emit);
}

HD_WRAP int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes) {
  int error = REAL(pthread_cond_init)(condition, attributes);
  if (hd_emit_is_recording() && !error) hd_condition_began(condition, HERE);
  return error;
}

HD_WRAP int pthread_cond_destroy(pthread_cond_t *condition) {
  if (hd_emit_is_recording()) hd_condition_ends(condition, HERE);
  return REAL(pthread_cond_destroy)(condition);
}

HD_WRAP int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
  if (!hd_emit_is_recording()) return REAL(pthread_cond_wait)(condition, mutex);
  struct hd_request request = {.patience = HD_BLOCK};
  return hd_condition_wait(condition, mutex, &request, HERE);
}

HD_WRAP int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
  if (!hd_emit_is_recording()) return REAL(pthread_cond_timedwait)(condition, mutex, until);
  struct hd_request request = {.patience = HD_TIMED, .until = until};
  return hd_condition_wait(condition, mutex, &request, HERE);
}

HD_WRAP int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until) {
  if (!hd_emit_is_recording() || !hd_is_clock(clock)) return REAL(pthread_cond_clockwait)(condition, mutex, clock, until);
  struct hd_request request = {.patience = HD_TIMED_BY_CLOCK, .clock = clock, .until = until};
  return hd_condition_wait(condition, mutex, &request, HERE);
}

HD_WRAP int pthread_cond_signal(pthread_cond_t *condition) {
  if (hd_emit_is_recording()) hd_condition_notifies(condition, HD_OPERATION_CONDITION_NOTIFY, HERE);
  return REAL(pthread_cond_signal)(condition);
}

HD_WRAP int pthread_cond_broadcast(pthread_cond_t *condition) {
  if (hd_emit_is_recording()) hd_condition_notifies(condition, HD_OPERATION_CONDITION_NOTIFY_ALL, HERE);
  return REAL(pthread_cond_broadcast)(condition);
}
