/* What the tests of the primitives share. Nothing here depends on how fast the machine is: a test waits until something is so. */
#ifndef HEDDLE_CHECK_H
#define HEDDLE_CHECK_H
#include <heddle/heddle.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CHECK(condition)                                                                                                                   \
  do {                                                                                                                                     \
    if (!(condition)) {                                                                                                                    \
      fprintf(stderr, "%s:%d: %s: failed: %s\n", __FILE__, __LINE__, __func__, #condition);                                                \
      abort();                                                                                                                             \
    }                                                                                                                                      \
  } while (0)
#define CHECK_ERROR(call, expected)                                                                                                        \
  do {                                                                                                                                     \
    int check_error = (call);                                                                                                              \
    if (check_error != (expected)) {                                                                                                       \
      fprintf(stderr, "%s:%d: %s: %s gave %d (%s), not %s\n", __FILE__, __LINE__, __func__, #call, check_error,                            \
              hd_error_name(check_error), hd_error_name(expected));                                                                        \
      abort();                                                                                                                             \
    }                                                                                                                                      \
  } while (0)
#define CHECK_OK(call) CHECK_ERROR(call, HD_OK)

/* Waits until it is so, and lets others run meanwhile; the test's own time-out ends it otherwise. */
#define UNTIL(condition)                                                                                                                   \
  while (!(condition)) {                                                                                                                   \
    bool until_held = hd_gil_is_held();                                                                                                    \
    if (until_held) hd_gil_release();                                                                                                      \
    usleep(500);                                                                                                                           \
    if (until_held) hd_gil_acquire();                                                                                                      \
  }

#define LOAD(variable) __atomic_load_n(&(variable), __ATOMIC_ACQUIRE)
#define STORE(variable, value) __atomic_store_n(&(variable), (value), __ATOMIC_RELEASE)
#define COUNT(variable) __atomic_add_fetch(&(variable), 1, __ATOMIC_ACQ_REL)

#define SHORT_NS (20 * HD_MILLISECOND_NS)
#define LONG_NS (60 * HD_SECOND_NS)

static inline int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * HD_SECOND_NS + now.tv_nsec;
}

/* Some pthreads that run the same function: the primitives are for any thread, not only for those of the runtime. */
#define BUNCH_MAX 16
struct bunch {
  pthread_t threads[BUNCH_MAX];
  int count;
};
static inline void bunch_start(struct bunch *bunch, int count, void *(*routine)(void *), void *argument) {
  CHECK(count <= BUNCH_MAX);
  bunch->count = count;
  for (int i = 0; i < count; i++) CHECK(pthread_create(&bunch->threads[i], NULL, routine, argument) == 0);
}
static inline void bunch_join(struct bunch *bunch) {
  bool held = hd_gil_is_held();
  if (held) CHECK_OK(hd_gil_release());
  for (int i = 0; i < bunch->count; i++) CHECK(pthread_join(bunch->threads[i], NULL) == 0);
  if (held) CHECK_OK(hd_gil_acquire());
}
/* Runs it in another thread, to its end. */
static inline void elsewhere(void *(*routine)(void *), void *argument) {
  struct bunch bunch;
  bunch_start(&bunch, 1, routine, argument);
  bunch_join(&bunch);
}

/* How many threads sleep for a lock, by its own count. */
static inline uint32_t lock_sleepers(const struct hd_lock *lock) { return __atomic_load_n(&lock->state, __ATOMIC_RELAXED) >> 1; }

#endif
