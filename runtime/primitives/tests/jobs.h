/* Jobs for the tests of executors and pools. */
#ifndef HEDDLE_CHECK_JOBS_H
#define HEDDLE_CHECK_JOBS_H
#include "check.h"
#include <stdint.h>

/* It cannot bear new threads in a child of a process that has some. */
#ifdef __SANITIZE_THREAD__
#define THREAD_SANITIZER 1
#else
#define THREAD_SANITIZER 0
#endif

struct pair {
  int left, right;
};

static inline int multiply(const void *argument, void *result) {
  const struct pair *pair = argument;
  *(int *)result = pair->left * pair->right;
  return 0;
}
/* Fails with its argument's number, when that is not 0. */
static inline int fail_with(const void *argument, void *result) {
  if (result) *(int *)result = 5;
  return *(const int *)argument;
}
static inline int square(const void *argument, void *result) {
  int number = *(const int *)argument;
  if (number < 0) return 1000 - number;
  *(int *)result = number * number;
  return 0;
}
static inline int nothing(const void *argument, void *result) { return 0; }

/* Waits for an event of the same process, whose address is the argument. */
static inline int wait_for_event(const void *argument, void *result) {
  CHECK_OK(hd_event_wait((struct hd_event *)argument));
  return 0;
}

static inline void submit_multiply(struct hd_executor *executor, int left, int right, struct hd_future *future) {
  struct pair pair = {left, right};
  CHECK_OK(hd_executor_submit(executor, multiply, &pair, sizeof pair, sizeof(int), future));
}
static inline int int_result(struct hd_future *future) {
  int result = -1;
  CHECK_OK(hd_future_result(future, &result, LONG_NS));
  return result;
}
static inline void close_executor(struct hd_executor *executor) {
  CHECK_OK(hd_executor_shutdown(executor, true, false));
  hd_executor_release(executor);
}

#endif
