/* What the tests of loops and tasks share. */
#ifndef HEDDLE_TEST_ASYNC_H
#define HEDDLE_TEST_ASYNC_H
#include "check.h"
#include <string.h>

/* libuv closes descriptors by the bare system call, so ThreadSanitizer takes those that are opened after for the old ones. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void) { return "race:libuv.so"; }

/* Runs it as the first task of a loop of its own; it must go well. */
static inline void in_loop(hd_task_routine *routine, void *argument) { CHECK_OK(hd_loop_run(routine, argument, NULL, 0, NULL)); }

/* What happened, in its order. */
static char happened[4096];
static inline void note(const char *what) {
  CHECK(strlen(happened) + strlen(what) + 2 < sizeof happened);
  if (*happened) strcat(happened, " ");
  strcat(happened, what);
}
#define CHECK_HAPPENED(expected)                                                                                                           \
  do {                                                                                                                                     \
    if (strcmp(happened, (expected)) != 0) {                                                                                               \
      fprintf(stderr, "%s:%d: happened: \"%s\", not \"%s\"\n", __FILE__, __LINE__, happened, (expected));                                  \
      abort();                                                                                                                             \
    }                                                                                                                                      \
    *happened = '\0';                                                                                                                      \
  } while (0)

/* Sleeps until it is cancelled. */
static inline int sleep_long(void *argument, void *result) { return hd_task_sleep(LONG_NS); }
/* Waits a little; the argument is an error number of its own. */
static inline int nap(void *argument, void *result) {
  int error = hd_task_sleep(HD_MILLISECOND_NS);
  return error ? error : (int)(intptr_t)argument;
}
/* Lets the others run some rounds. */
static inline void rounds(int count) {
  for (int i = 0; i < count; i++) CHECK_OK(hd_task_sleep(0));
}

#endif
