/* pthread barriers. Every party waits; the wait of the last to arrive is nearly nothing long. */
#include "preload.h"

/* The C library's pthread_barrier_t: in, round, count, shared, out. */
static const unsigned *words_of(const pthread_barrier_t *barrier) { return (const unsigned *)barrier; }

static uint64_t object_of(struct hd_emit *emit, const pthread_barrier_t *barrier) {
  return words_of(barrier)[3] ? hd_emit_shared_object(emit, barrier, HD_KIND_BARRIER) : (uintptr_t)barrier;
}

HD_WRAP int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attributes, unsigned parties) {
  int error = REAL(pthread_barrier_init)(barrier, attributes, parties);
  struct hd_emit *emit = hd_emit_is_recording() && !error ? hd_enter(HERE) : NULL;
  if (!emit) return error;
  uint32_t site = hd_emit_site(emit, HD_OPERATION_OBJECT_INIT, HERE);
  hd_emit_object_begin(emit, object_of(emit, barrier), HD_KIND_BARRIER, words_of(barrier)[3] ? 1 : 0, parties, site, NULL);
  hd_emit_leave(emit);
  return error;
}

HD_WRAP int pthread_barrier_destroy(pthread_barrier_t *barrier) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (emit) {
    hd_emit_object_end(emit, object_of(emit, barrier), hd_emit_site(emit, HD_OPERATION_OBJECT_DESTROY, HERE));
    hd_emit_leave(emit);
  }
  return REAL(pthread_barrier_destroy)(barrier);
}

HD_WRAP int pthread_barrier_wait(pthread_barrier_t *barrier) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  if (!emit) return REAL(pthread_barrier_wait)(barrier);
  HD_CALL(call);
  uint32_t site = hd_emit_site(emit, HD_OPERATION_BARRIER_WAIT, HERE);
  call.wait = (struct hd_emit_wait){.object = object_of(emit, barrier), .site = site, .descriptor = -1};
  hd_wait_begin(&call, emit);
  int result = REAL(pthread_barrier_wait)(barrier);
  hd_wait_end(&call, result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD ? HD_WAIT_RESULT_OK : HD_WAIT_RESULT_ERROR);
  hd_emit_leave(emit);
  return result;
}
