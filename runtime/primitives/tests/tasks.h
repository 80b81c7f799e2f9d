/* What the tests of what is built upon tasks share. */
#ifndef HEDDLE_CHECK_TASKS_H
#define HEDDLE_CHECK_TASKS_H
#include "check.h"
#include <string.h>

/* A test that runs as the first task of a loop. */
static inline void in_loop(hd_task_routine *routine) { CHECK_OK(hd_loop_run(routine, NULL, NULL, 0, NULL)); }
/* Lets all that are ready go first, so many times. */
static inline void turn(void) { CHECK_OK(hd_task_sleep(0)); }
static inline void turns(int count) {
  for (int i = 0; i < count; i++) turn();
}
static inline struct hd_task spawn(hd_task_routine *routine, void *argument) {
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, routine, argument, 0, sizeof(intptr_t), NULL));
  return task;
}
/* Waits for its end, gives up the handle, and gives how it ended. */
static inline int end_of(struct hd_task *task) {
  int outcome = hd_await(task, NULL);
  hd_task_release(task);
  return outcome;
}

/* What happened, in its order: each a letter. */
static char happened[256];
static inline void note(char what) {
  size_t length = strlen(happened);
  CHECK(length + 1 < sizeof happened);
  happened[length] = what;
  happened[length + 1] = 0;
}
static inline void forget(void) { happened[0] = 0; }
#define CHECK_HAPPENED(expected)                                                                                                           \
  do {                                                                                                                                     \
    if (strcmp(happened, expected)) {                                                                                                      \
      fprintf(stderr, "%s:%d: %s: what happened is \"%s\", not \"%s\"\n", __FILE__, __LINE__, __func__, happened, expected);               \
      abort();                                                                                                                             \
    }                                                                                                                                      \
    forget();                                                                                                                              \
  } while (0)

#endif
