/* Sleeps, pauses and waits for signals. */
#include "preload.h"

HD_BLOCKING(int, nanosleep, (const struct timespec *duration, struct timespec *left), (duration, left),
            hd_call_begin(&call, HD_OPERATION_CALL_SLEEP, -1, HERE))
HD_BLOCKING(int, usleep, (useconds_t duration_us), (duration_us), hd_call_begin(&call, HD_OPERATION_CALL_SLEEP, -1, HERE))
HD_BLOCKING(int, thrd_sleep, (const struct timespec *duration, struct timespec *left), (duration, left),
            hd_call_begin(&call, HD_OPERATION_CALL_SLEEP, -1, HERE))
HD_BLOCKING(unsigned, sleep, (unsigned duration_s), (duration_s), hd_call_begin(&call, HD_OPERATION_CALL_SLEEP, -1, HERE))
HD_BLOCKING(int, pause, (void), (), hd_call_begin(&call, HD_OPERATION_CALL_PAUSE, -1, HERE))
HD_BLOCKING(int, sigsuspend, (const sigset_t *mask), (mask), hd_call_begin(&call, HD_OPERATION_CALL_PAUSE, -1, HERE))
HD_BLOCKING(int, sigwaitinfo, (const sigset_t *set, siginfo_t *info), (set, info), hd_call_begin(&call, HD_OPERATION_CALL_PAUSE, -1, HERE))
HD_BLOCKING(int, sigtimedwait, (const sigset_t *set, siginfo_t *info, const struct timespec *timeout), (set, info, timeout),
            hd_call_begin(&call, timeout ? HD_OPERATION_CALL_SLEEP : HD_OPERATION_CALL_PAUSE, -1, HERE))

/* These return an error number. */
HD_WRAP int clock_nanosleep(clockid_t clock, int flags, const struct timespec *duration, struct timespec *left) {
  if (!hd_emit_is_recording()) return REAL(clock_nanosleep)(clock, flags, duration, left);
  HD_CALL(call);
  hd_call_begin(&call, HD_OPERATION_CALL_SLEEP, -1, HERE);
  int error = REAL(clock_nanosleep)(clock, flags, duration, left);
  hd_call_end(&call, -error);
  return error;
}

HD_WRAP int sigwait(const sigset_t *set, int *signal_number) {
  if (!hd_emit_is_recording()) return REAL(sigwait)(set, signal_number);
  HD_CALL(call);
  hd_call_begin(&call, HD_OPERATION_CALL_PAUSE, -1, HERE);
  int error = REAL(sigwait)(set, signal_number);
  hd_call_end(&call, -error);
  return error;
}
