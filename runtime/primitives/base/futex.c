#include "futex.h"
#include "seed.h"
#include "trace.h"
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

const uint32_t hd_nobody_wakes;

int64_t hd_real_clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * HD_SECOND_NS + now.tv_nsec;
}

int64_t hd_clock_ns(void) { return hd_seed_is_on() ? hd_seed_clock_ns() : hd_real_clock_ns(); }
int64_t hd_clock_look_ns(void) {
  if (hd_seed_is_on()) hd_seed_look();
  return hd_clock_ns();
}

hd_deadline hd_deadline_after(int64_t timeout_ns) {
  if (timeout_ns < 0) return HD_NEVER;
  if (timeout_ns == 0) return 0;
  int64_t now = hd_clock_ns();
  return timeout_ns > HD_NEVER - now ? HD_NEVER : now + timeout_ns;
}

int64_t hd_deadline_left_ns(hd_deadline deadline) {
  if (deadline == HD_NEVER) return HD_FOREVER;
  int64_t left_ns = deadline - hd_clock_ns();
  return left_ns > 0 ? left_ns : 0;
}

hd_deadline hd_deadline_sooner(hd_deadline deadline, int64_t interval_ns) {
  hd_deadline other = hd_deadline_after(interval_ns);
  return deadline < other ? deadline : other;
}

/* The preload wraps this call: what the runtime sleeps on is no object of the program's, so it is silent. */
static bool futex_wait(int operation, const uint32_t *word, uint32_t expected, int64_t deadline) {
  struct timespec until = {.tv_sec = deadline / HD_SECOND_NS, .tv_nsec = deadline % HD_SECOND_NS};
  int saved_errno = errno;
  hd_emit_mute();
  long result = syscall(SYS_futex, word, operation, expected, deadline == HD_NEVER ? NULL : &until, NULL, FUTEX_BITSET_MATCH_ANY);
  bool timed_out = result < 0 && errno == ETIMEDOUT;
  hd_emit_unmute();
  errno = saved_errno;
  return timed_out;
}

static uint32_t futex_wake(int operation, const uint32_t *word, uint32_t count) {
  int saved_errno = errno;
  hd_emit_mute();
  long woken = syscall(SYS_futex, word, operation, count > INT_MAX ? INT_MAX : (int)count, NULL, NULL, 0);
  hd_emit_unmute();
  errno = saved_errno;
  return woken > 0 ? (uint32_t)woken : 0;
}

bool hd_futex_really_wait(const uint32_t *word, uint32_t expected, int64_t deadline) {
  return futex_wait(FUTEX_WAIT_BITSET_PRIVATE, word, expected, deadline);
}
void hd_futex_really_wake(const uint32_t *word, uint32_t count) { futex_wake(FUTEX_WAKE_PRIVATE, word, count); }

static int wait_in_turn(const uint32_t *word, uint32_t expected, hd_deadline deadline) {
  bool timed_out;
  if (!hd_seed_is_on())
    timed_out = hd_futex_really_wait(word, expected, deadline);
  else if (!hd_seed_wait(word, expected, deadline, &timed_out))
    timed_out = hd_futex_really_wait(word, expected, hd_seed_real_deadline(deadline));
  return timed_out ? HD_ERROR_TIMEOUT : HD_OK;
}

int hd_futex_wait(const uint32_t *word, uint32_t expected, hd_deadline deadline) {
  hd_blocking_begin();
  return wait_in_turn(word, expected, deadline);
}
int hd_futex_wait_briefly(const uint32_t *word, uint32_t expected) { return wait_in_turn(word, expected, HD_NEVER); }

void hd_futex_wake(const uint32_t *word, uint32_t count) {
  if (!hd_seed_is_on() || hd_seed_wake(word, count)) hd_futex_really_wake(word, count);
}

int hd_process_futex_wait(const uint32_t *word, uint32_t expected, hd_deadline deadline) {
  hd_blocking_begin();
  hd_seed_leave();
  bool timed_out = futex_wait(FUTEX_WAIT_BITSET, word, expected, hd_seed_is_on() ? hd_seed_real_deadline(deadline) : deadline);
  hd_seed_return();
  return timed_out ? HD_ERROR_TIMEOUT : HD_OK;
}
uint32_t hd_process_futex_wake(const uint32_t *word, uint32_t count) { return futex_wake(FUTEX_WAKE, word, count); }
