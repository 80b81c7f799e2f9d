/* For programs that are run under the preload: each checks that the wrapped functions do what the C library's do. They are run
 * three times, bare, preloaded and recorded, and must succeed each time. Comment lines `log: PATTERN` and `nolog: PATTERN`
 * say which lines of the recorded run's log (log-provider.c) must and must not be there. */
#ifndef HEDDLE_PRELOAD_TESTS_CHECK_H
#define HEDDLE_PRELOAD_TESTS_CHECK_H
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CHECK(condition)                                                                                                                   \
  do {                                                                                                                                     \
    if (!(condition)) {                                                                                                                    \
      fprintf(stderr, "%s:%d: failed: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno);                                            \
      _Exit(1);                                                                                                                            \
    }                                                                                                                                      \
  } while (0)
/* A call that must fail with -1 and this errno. */
#define CHECK_ERRNO(call, error) CHECK((errno = 0, (call) == -1) && errno == (error))

static inline struct timespec after_ms(clockid_t clock, long ms) {
  struct timespec time;
  clock_gettime(clock, &time);
  time.tv_nsec += ms * 1000000;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

static inline void pause_ms(long ms) { nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL); }

static const struct timespec no_time = {0, 1000000000};
#endif
