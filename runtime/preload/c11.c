/* C11 threads. In this C library they are the pthread objects under other names, but they do not call the exported pthread
 * functions, so they are wrapped themselves: what is recorded goes through the pthread code, its error translated back. */
#include "preload.h"

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t) && sizeof(cnd_t) == sizeof(pthread_cond_t), "C11 objects are pthread objects");

static int status_of(int error) {
  switch (error) {
  case 0:
    return thrd_success;
  case ENOMEM:
    return thrd_nomem;
  case ETIMEDOUT:
    return thrd_timedout;
  case EBUSY:
    return thrd_busy;
  default:
    return thrd_error;
  }
}

HD_WRAP int mtx_init(mtx_t *mutex, int type) {
  int status = REAL(mtx_init)(mutex, type);
  if (hd_emit_is_recording() && status == thrd_success) hd_mutex_began((pthread_mutex_t *)mutex, HERE);
  return status;
}

HD_WRAP void mtx_destroy(mtx_t *mutex) {
  if (hd_emit_is_recording()) hd_mutex_ends((pthread_mutex_t *)mutex, HERE);
  REAL(mtx_destroy)(mutex);
}

HD_WRAP int mtx_lock(mtx_t *mutex) {
  if (!hd_emit_is_recording()) return REAL(mtx_lock)(mutex);
  struct hd_request request = {.patience = HD_BLOCK};
  return status_of(hd_mutex_acquire((pthread_mutex_t *)mutex, &request, HERE));
}

HD_WRAP int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until) {
  if (!hd_emit_is_recording()) return REAL(mtx_timedlock)(mutex, until);
  struct hd_request request = {.patience = HD_TIMED, .until = until};
  return status_of(hd_mutex_acquire((pthread_mutex_t *)mutex, &request, HERE));
}

HD_WRAP int mtx_trylock(mtx_t *mutex) {
  if (!hd_emit_is_recording()) return REAL(mtx_trylock)(mutex);
  return status_of(hd_mutex_try((pthread_mutex_t *)mutex, HERE));
}

HD_WRAP int mtx_unlock(mtx_t *mutex) {
  if (!hd_emit_is_recording()) return REAL(mtx_unlock)(mutex);
  return status_of(hd_mutex_release((pthread_mutex_t *)mutex, HERE));
}

HD_WRAP int cnd_init(cnd_t *condition) {
  int status = REAL(cnd_init)(condition);
  if (hd_emit_is_recording() && status == thrd_success) hd_condition_began((pthread_cond_t *)condition, HERE);
  return status;
}

HD_WRAP void cnd_destroy(cnd_t *condition) {
  if (hd_emit_is_recording()) hd_condition_ends((pthread_cond_t *)condition, HERE);
  REAL(cnd_destroy)(condition);
}

HD_WRAP int cnd_wait(cnd_t *condition, mtx_t *mutex) {
  if (!hd_emit_is_recording()) return REAL(cnd_wait)(condition, mutex);
  struct hd_request request = {.patience = HD_BLOCK};
  return status_of(hd_condition_wait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, &request, HERE));
}

HD_WRAP int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until) {
  if (!hd_emit_is_recording()) return REAL(cnd_timedwait)(condition, mutex, until);
  struct hd_request request = {.patience = HD_TIMED, .until = until};
  return status_of(hd_condition_wait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, &request, HERE));
}

HD_WRAP int cnd_signal(cnd_t *condition) {
  if (hd_emit_is_recording()) hd_condition_notifies((pthread_cond_t *)condition, HD_OPERATION_CONDITION_NOTIFY, HERE);
  return REAL(cnd_signal)(condition);
}

HD_WRAP int cnd_broadcast(cnd_t *condition) {
  if (hd_emit_is_recording()) hd_condition_notifies((pthread_cond_t *)condition, HD_OPERATION_CONDITION_NOTIFY_ALL, HERE);
  return REAL(cnd_broadcast)(condition);
}

/* A C11 routine returns int; called as one that returns a pointer its result has undefined upper bits, which the C library
 * ignores: it stores and hands on an int. So the pthread trampoline serves both. */
HD_WRAP int thrd_create(thrd_t *thread, thrd_start_t routine, void *argument) {
  struct hd_emit *emit = hd_emit_is_recording() ? hd_enter(HERE) : NULL;
  struct hd_thread_start *start = emit ? hd_thread_prepare(emit, (void *(*)(void *))(void *)routine, argument, HERE) : NULL;
  int status = start ? REAL(thrd_create)(thread, (thrd_start_t)(void *)hd_thread_run, start) : REAL(thrd_create)(thread, routine, argument);
  if (start) hd_thread_created(emit, start, thread, status != thrd_success);
  if (emit) hd_emit_leave(emit);
  return status;
}

HD_WRAP void thrd_exit(int result) {
  hd_thread_exits();
  REAL(thrd_exit)(result);
  __builtin_unreachable();
}

HD_WRAP int thrd_join(thrd_t thread, int *result) {
  if (!hd_emit_is_recording()) return REAL(thrd_join)(thread, result);
  HD_CALL(call);
  hd_join_begin(&call, thread, HD_OPERATION_THREAD_JOIN, HERE);
  int status = REAL(thrd_join)(thread, result);
  hd_join_end(&call, status == thrd_success ? 0 : EINVAL);
  return status;
}

HD_WRAP int thrd_detach(thrd_t thread) {
  if (hd_emit_is_recording()) hd_thread_detaches(thread, HERE);
  return REAL(thrd_detach)(thread);
}

HD_WRAP void call_once(once_flag *once, void (*routine)(void)) {
  if (!hd_emit_is_recording() || *(const int *)once & 2)
    REAL(call_once)(once, routine);
  else
    hd_once((pthread_once_t *)once, routine, HERE);
}
