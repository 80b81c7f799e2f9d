/* Time-out scopes: nested, with cancellations of others, with results in time. */
#include "async.h"

static int in_time(void *argument, void *result) {
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, LONG_NS));
  int error = hd_task_sleep(HD_MILLISECOND_NS);
  CHECK_OK(hd_timeout_end(&timeout, error));
  CHECK(!hd_timeout_is_expired(&timeout));
  CHECK_OK(hd_timeout_begin(&timeout, HD_FOREVER));
  CHECK(hd_timeout_end(&timeout, 7) == 7); /* any result passes */
  return 0;
}

static int too_late(void *argument, void *result) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  for (int64_t time_ns = 0; time_ns < 3; time_ns++) {
    struct hd_timeout timeout;
    CHECK_OK(hd_timeout_begin(&timeout, time_ns * HD_MILLISECOND_NS));
    int error = hd_task_sleep(LONG_NS);
    CHECK_ERROR(error, HD_ERROR_CANCELLED);
    CHECK(hd_timeout_is_expired(&timeout) && hd_task_cancelling(&self) == 1);
    CHECK_ERROR(hd_timeout_reschedule(&timeout, LONG_NS), HD_ERROR_TIMEOUT);
    CHECK_ERROR(hd_timeout_end(&timeout, error), HD_ERROR_TIMEOUT);
    CHECK(hd_timeout_is_expired(&timeout) && hd_task_cancelling(&self) == 0);
  }
  CHECK_OK(hd_task_sleep(0));
  hd_task_release(&self);
  return 0;
}

/* The outer time is over first: the inner scope hands the cancellation on. */
static int outer_first(void *argument, void *result) {
  struct hd_timeout outer, inner;
  CHECK_OK(hd_timeout_begin(&outer, HD_MILLISECOND_NS));
  CHECK_OK(hd_timeout_begin(&inner, LONG_NS));
  int error = hd_timeout_end(&inner, hd_task_sleep(LONG_NS));
  CHECK_ERROR(error, HD_ERROR_CANCELLED);
  CHECK_ERROR(hd_timeout_end(&outer, error), HD_ERROR_TIMEOUT);
  CHECK(!hd_timeout_is_expired(&inner) && hd_timeout_is_expired(&outer));
  return 0;
}

static int inner_first(void *argument, void *result) {
  struct hd_timeout outer, inner;
  CHECK_OK(hd_timeout_begin(&outer, LONG_NS));
  CHECK_OK(hd_timeout_begin(&inner, HD_MILLISECOND_NS));
  CHECK_ERROR(hd_timeout_end(&inner, hd_task_sleep(LONG_NS)), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_timeout_end(&outer, hd_task_sleep(HD_MILLISECOND_NS)));
  CHECK(!hd_timeout_is_expired(&outer));
  return 0;
}

/* Both at once: the inner one leaves the outer's cancellation as it is. */
static int both(void *argument, void *result) {
  struct hd_timeout outer, inner;
  CHECK_OK(hd_timeout_begin(&outer, 0));
  CHECK_OK(hd_timeout_begin(&inner, 0));
  int error = hd_timeout_end(&inner, hd_task_sleep(LONG_NS));
  CHECK(hd_timeout_is_expired(&inner) && hd_timeout_is_expired(&outer));
  CHECK_ERROR(error, HD_ERROR_CANCELLED);
  CHECK_ERROR(hd_timeout_end(&outer, error), HD_ERROR_TIMEOUT);
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  CHECK(hd_task_cancelling(&self) == 0);
  hd_task_release(&self);
  CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  return 0;
}

static int scope_that_is_cancelled(void *argument, void *result) {
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, argument ? HD_MILLISECOND_NS : LONG_NS));
  int error = hd_task_sleep(LONG_NS);
  if (argument) { /* its own time came first, then somebody else while it cleaned up */
    CHECK(hd_timeout_is_expired(&timeout));
    note("cleans");
    CHECK_ERROR(hd_task_sleep(LONG_NS), HD_ERROR_CANCELLED);
  }
  return hd_timeout_end(&timeout, error);
}

/* A cancellation from outside stays one. */
static int from_outside(void *argument, void *result) {
  for (intptr_t late = 0; late < 2; late++) {
    struct hd_task task;
    CHECK_OK(hd_task_create(&task, scope_that_is_cancelled, (void *)late, 0, 0, NULL));
    rounds(2);
    while (late && !*happened) CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
    CHECK_OK(hd_task_cancel(&task));
    CHECK_ERROR(hd_await(&task, NULL), HD_ERROR_CANCELLED);
    CHECK(hd_task_cancelling(&task) == 1);
    hd_task_release(&task);
  }
  CHECK_HAPPENED("cleans");
  return 0;
}

/* Cancelled before the scope: the scope does not take that back. */
static int cancelled_before(void *argument, void *result) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  CHECK_OK(hd_task_cancel(&self));
  CHECK_ERROR(hd_task_sleep(0), HD_ERROR_CANCELLED);
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, HD_MILLISECOND_NS));
  CHECK_ERROR(hd_timeout_end(&timeout, hd_task_sleep(LONG_NS)), HD_ERROR_TIMEOUT);
  CHECK(hd_task_cancelling(&self) == 1);
  CHECK(hd_task_uncancel(&self) == 0);
  hd_task_release(&self);
  return 0;
}

static int cleans_long(void *argument, void *result) {
  int error = hd_task_sleep(LONG_NS);
  CHECK_ERROR(error, HD_ERROR_CANCELLED);
  CHECK_OK(hd_task_sleep(2 * HD_MILLISECOND_NS));
  note("inner is clean");
  return error;
}

/* The task that is awaited within the scope is cancelled, and waited for. */
static int awaited_task(void *argument, void *result) {
  struct hd_task inner;
  struct hd_timeout timeout;
  CHECK_OK(hd_task_create(&inner, cleans_long, NULL, 0, 0, NULL));
  CHECK_OK(hd_timeout_begin(&timeout, HD_MILLISECOND_NS));
  CHECK_ERROR(hd_timeout_end(&timeout, hd_await(&inner, NULL)), HD_ERROR_TIMEOUT);
  CHECK(hd_task_is_cancelled(&inner));
  CHECK_HAPPENED("inner is clean");
  hd_task_release(&inner);
  return 0;
}

static int catches(void *argument, void *result) {
  CHECK_ERROR(hd_task_sleep(LONG_NS), HD_ERROR_CANCELLED);
  return 0;
}

/* What catches the cancellation has its result, and the request is taken back. */
static int caught_inside(void *argument, void *result) {
  struct hd_task inner, self;
  struct hd_timeout timeout;
  CHECK_OK(hd_task_create(&inner, catches, NULL, 0, 0, NULL));
  CHECK_OK(hd_timeout_begin(&timeout, HD_MILLISECOND_NS));
  CHECK_OK(hd_timeout_end(&timeout, hd_await(&inner, NULL)));
  CHECK(hd_timeout_is_expired(&timeout));
  CHECK_OK(hd_task_current(&self));
  CHECK(hd_task_cancelling(&self) == 0);
  hd_task_release(&self);
  hd_task_release(&inner);
  return 0;
}

static int rescheduled(void *argument, void *result) {
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, LONG_NS));
  CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  CHECK_ERROR(hd_timeout_reschedule(&timeout, -7), HD_ERROR_INVALID);
  CHECK_OK(hd_timeout_reschedule(&timeout, HD_MILLISECOND_NS));
  CHECK_ERROR(hd_timeout_end(&timeout, hd_task_sleep(LONG_NS)), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_timeout_begin(&timeout, 5 * HD_MILLISECOND_NS));
  CHECK_OK(hd_timeout_reschedule(&timeout, HD_FOREVER));
  CHECK_OK(hd_timeout_end(&timeout, hd_task_sleep(20 * HD_MILLISECOND_NS)));
  CHECK_ERROR(hd_timeout_reschedule(&timeout, 1), HD_ERROR_INVALID); /* it is ended */
  return 0;
}

/* Time that was over while the task computed is told at its next await; one that never awaits keeps its result. */
static int without_await(void *argument, void *result) {
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, HD_MILLISECOND_NS));
  for (int64_t until = now_ns() + 3 * HD_MILLISECOND_NS; now_ns() < until;) {}
  CHECK_OK(hd_timeout_end(&timeout, HD_OK));
  CHECK(!hd_timeout_is_expired(&timeout));
  CHECK_OK(hd_timeout_begin(&timeout, HD_MILLISECOND_NS));
  for (int64_t until = now_ns() + 3 * HD_MILLISECOND_NS; now_ns() < until;) {}
  CHECK_ERROR(hd_timeout_end(&timeout, hd_task_sleep(LONG_NS)), HD_ERROR_TIMEOUT);
  return 0;
}

int main(void) {
  in_loop(in_time, NULL);
  in_loop(too_late, NULL);
  in_loop(outer_first, NULL);
  in_loop(inner_first, NULL);
  in_loop(both, NULL);
  in_loop(from_outside, NULL);
  in_loop(cancelled_before, NULL);
  in_loop(awaited_task, NULL);
  in_loop(caught_inside, NULL);
  in_loop(rescheduled, NULL);
  in_loop(without_await, NULL);
  struct hd_timeout timeout;
  CHECK_ERROR(hd_timeout_begin(&timeout, 5), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_timeout_end(&timeout, HD_ERROR_CANCELLED), HD_ERROR_CANCELLED);
  return 0;
}
