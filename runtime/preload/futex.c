/* futex() through syscall(), as runtimes use it that make their own locks. Every other system call is passed on as it is. */
#include "preload.h"
#include <linux/futex.h>
#include <stdarg.h>
#include <sys/syscall.h>

enum { PRIORITY_WAIT_2 = 13 }; /* FUTEX_LOCK_PI2, in newer headers only */

/* A waiting operation that compares sleeps only while the word has the expected value. */
static bool would_wait(int command, const int *word, int expected) {
  switch (command) {
  case FUTEX_WAIT:
  case FUTEX_WAIT_BITSET:
  case FUTEX_WAIT_REQUEUE_PI:
    return __atomic_load_n(word, __ATOMIC_RELAXED) == expected;
  case FUTEX_LOCK_PI:
  case PRIORITY_WAIT_2:
    return true;
  default:
    return false;
  }
}

static bool wakes(int command) {
  return command == FUTEX_WAKE || command == FUTEX_WAKE_BITSET || command == FUTEX_WAKE_OP || command == FUTEX_REQUEUE ||
         command == FUTEX_CMP_REQUEUE || command == FUTEX_UNLOCK_PI;
}

static uint64_t object_of(struct hd_emit *emit, const int *word, int operation) {
  return operation & FUTEX_PRIVATE_FLAG ? (uintptr_t)word : hd_emit_shared_object(emit, word, HD_KIND_FUTEX);
}

static long futex(const long a[6], const void *return_address) {
  const int *word = (const int *)a[0];
  int operation = (int)a[1], command = operation & FUTEX_CMD_MASK;
  bool waits = would_wait(command, word, (int)a[2]);
  struct hd_emit *emit = waits || wakes(command) ? hd_enter(return_address) : NULL;
  if (!emit) return REAL(syscall)(SYS_futex, a[0], a[1], a[2], a[3], a[4], a[5]);
  uint64_t object = object_of(emit, word, operation);
  if (!waits) {
    hd_emit_instant(emit, object, hd_emit_site(emit, HD_OPERATION_FUTEX_WAKE, return_address), hd_emit_now(), 0);
    hd_emit_leave(emit);
    return REAL(syscall)(SYS_futex, a[0], a[1], a[2], a[3], a[4], a[5]);
  }
  HD_CALL(call);
  uint32_t site = hd_emit_site(emit, a[3] ? HD_OPERATION_FUTEX_WAIT_TIMED : HD_OPERATION_FUTEX_WAIT, return_address);
  call.wait = (struct hd_emit_wait){.object = object, .site = site, .descriptor = -1};
  hd_wait_begin(&call, emit);
  long result = REAL(syscall)(SYS_futex, a[0], a[1], a[2], a[3], a[4], a[5]);
  hd_wait_end(&call, hd_wait_result_of(result < 0 ? errno : 0));
  hd_emit_leave(emit);
  return result;
}

HD_WRAP long syscall(long number, ...) {
  long a[6];
  va_list arguments;
  va_start(arguments, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(arguments, long);
  va_end(arguments);
  if (number == SYS_futex && hd_emit_is_recording()) return futex(a, HERE);
  return REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
