/* Cancellation: where it is delivered, who hands it on, how it is caught. */
#include "async.h"
#include <errno.h>

static int cancelled_sleep(void *argument, void *result) {
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, sleep_long, NULL, 0, 0, NULL));
  rounds(2);
  CHECK(hd_task_cancelling(&task) == 0);
  CHECK_OK(hd_task_cancel(&task));
  CHECK(hd_task_cancelling(&task) == 1 && !hd_task_is_done(&task));
  CHECK_ERROR(hd_await(&task, NULL), HD_ERROR_CANCELLED);
  CHECK(hd_task_is_done(&task) && hd_task_is_cancelled(&task));
  CHECK_ERROR(hd_task_result(&task, NULL), HD_ERROR_CANCELLED);
  int error;
  CHECK_ERROR(hd_task_error(&task, &error), HD_ERROR_CANCELLED);
  CHECK_ERROR(hd_task_cancel(&task), HD_ERROR_DONE);
  hd_task_release(&task);
  return 0;
}

static int never_runs(void *argument, void *result) {
  note("ran");
  return 0;
}

/* One that has not begun never runs. */
static int before_it_began(void *argument, void *result) {
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, never_runs, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_cancel(&task));
  CHECK_ERROR(hd_await(&task, NULL), HD_ERROR_CANCELLED);
  CHECK(hd_task_is_cancelled(&task));
  CHECK_HAPPENED("");
  hd_task_release(&task);
  return 0;
}

static int cancel_self(void *argument, void *result) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  CHECK_OK(hd_task_cancel(&self));
  CHECK_OK(hd_task_cancel(&self));
  CHECK(hd_task_cancelling(&self) == 2);
  hd_task_release(&self);
  note("goes on");
  int error = argument ? hd_task_sleep(0) : hd_task_sleep(LONG_NS);
  CHECK_ERROR(error, HD_ERROR_CANCELLED);
  CHECK_OK(hd_task_sleep(0)); /* delivered once */
  return error;
}

/* Delivered at the next await. */
static int by_itself(void *argument, void *result) {
  for (intptr_t yields = 0; yields < 2; yields++) {
    struct hd_task task;
    CHECK_OK(hd_task_create(&task, cancel_self, (void *)yields, 0, 0, NULL));
    CHECK_ERROR(hd_await(&task, NULL), HD_ERROR_CANCELLED);
    CHECK_HAPPENED("goes on");
    hd_task_release(&task);
  }
  return 0;
}

static int cancel_self_and_end(void *argument, void *result) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  CHECK_OK(hd_task_cancel(&self));
  hd_task_release(&self);
  return (int)(intptr_t)argument;
}

/* Too late to be delivered: as in Python it is cancelled then, unless it failed. */
static int at_its_end(void *argument, void *result) {
  struct hd_task ends, fails;
  CHECK_OK(hd_task_create(&ends, cancel_self_and_end, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_create(&fails, cancel_self_and_end, (void *)(intptr_t)EIO, 0, 0, NULL));
  CHECK_ERROR(hd_await(&ends, NULL), HD_ERROR_CANCELLED);
  CHECK_ERROR(hd_await(&fails, NULL), HD_ERROR_JOB_FAILED);
  hd_task_release(&ends);
  hd_task_release(&fails);
  return 0;
}

/* Cancelled between its wake-up and its step: the cancellation wins, and is delivered once. */
static int while_ready(void *argument, void *result) {
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, sleep_long, NULL, 0, 0, NULL));
  rounds(1);
  CHECK_OK(hd_task_cancel(&task));
  CHECK_OK(hd_task_cancel(&task));
  CHECK(hd_task_cancelling(&task) == 2);
  CHECK_ERROR(hd_await(&task, NULL), HD_ERROR_CANCELLED);
  hd_task_release(&task);
  return 0;
}

static int catches(void *argument, void *result) {
  CHECK_ERROR(hd_task_sleep(LONG_NS), HD_ERROR_CANCELLED);
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  CHECK(hd_task_cancelling(&self) == 1);
  CHECK(hd_task_uncancel(&self) == 0);
  CHECK(hd_task_uncancel(&self) == 0); /* not below */
  hd_task_release(&self);
  CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS)); /* awaits as before */
  *(int *)result = 42;
  return 0;
}

static int caught(void *argument, void *result) {
  struct hd_task task;
  int number = 0;
  CHECK_OK(hd_task_create(&task, catches, NULL, 0, sizeof number, NULL));
  rounds(1);
  CHECK_OK(hd_task_cancel(&task));
  CHECK_OK(hd_await(&task, &number));
  CHECK(number == 42 && !hd_task_is_cancelled(&task));
  hd_task_release(&task);
  return 0;
}

/* Taking the last request back before it was delivered calls it off. */
static int called_off(void *argument, void *result) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  CHECK_OK(hd_task_cancel(&self));
  CHECK_OK(hd_task_cancel(&self));
  CHECK(hd_task_uncancel(&self) == 1);
  CHECK(hd_task_uncancel(&self) == 0);
  CHECK_OK(hd_task_sleep(0));
  hd_task_release(&self);
  return 0;
}

static int await_it(void *argument, void *result) {
  int error = hd_await(argument, NULL);
  note(hd_error_name(error));
  return error;
}

/* Cancelling who awaits a task cancels that one, however long the chain is. */
static int handed_on(void *argument, void *result) {
  struct hd_task inner, middle, outer;
  CHECK_OK(hd_task_create(&inner, sleep_long, NULL, 0, 0, "inner"));
  CHECK_OK(hd_task_create(&middle, await_it, &inner, 0, 0, "middle"));
  CHECK_OK(hd_task_create(&outer, await_it, &middle, 0, 0, "outer"));
  rounds(2);
  CHECK_OK(hd_task_cancel(&outer));
  CHECK(hd_task_cancelling(&outer) == 1 && hd_task_cancelling(&middle) == 1 && hd_task_cancelling(&inner) == 1);
  CHECK_ERROR(hd_await(&outer, NULL), HD_ERROR_CANCELLED);
  CHECK(hd_task_is_cancelled(&inner) && hd_task_is_cancelled(&middle));
  CHECK_HAPPENED("HD_ERROR_CANCELLED HD_ERROR_CANCELLED");
  hd_task_release(&inner);
  hd_task_release(&middle);
  hd_task_release(&outer);
  return 0;
}

/* When the inner one catches it, who awaits it is not cancelled at all. */
static int caught_by_the_inner(void *argument, void *result) {
  struct hd_task inner, outer;
  CHECK_OK(hd_task_create(&inner, catches, NULL, 0, sizeof(int), NULL));
  CHECK_OK(hd_task_create(&outer, await_it, &inner, 0, 0, NULL));
  rounds(2);
  CHECK_OK(hd_task_cancel(&outer));
  CHECK_OK(hd_await(&outer, NULL));
  CHECK(!hd_task_is_cancelled(&outer) && hd_task_cancelling(&outer) == 1);
  CHECK_HAPPENED("HD_OK");
  hd_task_release(&inner);
  hd_task_release(&outer);
  return 0;
}

/* Others that await the same one see its cancellation, too. */
static int several_awaiters(void *argument, void *result) {
  struct hd_task inner, one, two;
  CHECK_OK(hd_task_create(&inner, sleep_long, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_create(&one, await_it, &inner, 0, 0, NULL));
  CHECK_OK(hd_task_create(&two, await_it, &inner, 0, 0, NULL));
  rounds(2);
  CHECK_OK(hd_task_cancel(&two));
  CHECK_ERROR(hd_await(&one, NULL), HD_ERROR_CANCELLED);
  CHECK_ERROR(hd_await(&two, NULL), HD_ERROR_CANCELLED);
  CHECK(hd_task_cancelling(&one) == 0);
  CHECK_HAPPENED("HD_ERROR_CANCELLED HD_ERROR_CANCELLED");
  hd_task_release(&inner);
  hd_task_release(&one);
  hd_task_release(&two);
  return 0;
}

/* What the awaited one ends with after the cancellation reaches who awaits it. */
static int fails_when_cancelled(void *argument, void *result) {
  CHECK_ERROR(hd_task_sleep(LONG_NS), HD_ERROR_CANCELLED);
  return EPIPE;
}

static int failure_instead(void *argument, void *result) {
  struct hd_task inner, outer;
  CHECK_OK(hd_task_create(&inner, fails_when_cancelled, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_create(&outer, await_it, &inner, 0, 0, NULL));
  rounds(2);
  CHECK_OK(hd_task_cancel(&outer));
  CHECK_ERROR(hd_await(&outer, NULL), HD_ERROR_JOB_FAILED);
  CHECK_HAPPENED("HD_ERROR_JOB_FAILED");
  hd_task_release(&inner);
  hd_task_release(&outer);
  return 0;
}

/* Three that await one another in a circle: a cancellation goes around once and ends all. */
static int in_a_circle(void *argument, void *result) {
  struct hd_task tasks[3];
  for (int i = 0; i < 3; i++) CHECK_OK(hd_task_create(&tasks[i], await_it, &tasks[(i + 1) % 3], 0, 0, NULL));
  rounds(2);
  CHECK_OK(hd_task_cancel(&tasks[1]));
  for (int i = 0; i < 3; i++) {
    CHECK_ERROR(hd_await(&tasks[i], NULL), HD_ERROR_CANCELLED);
    CHECK(hd_task_cancelling(&tasks[i]) == 1);
    hd_task_release(&tasks[i]);
  }
  CHECK_HAPPENED("HD_ERROR_CANCELLED HD_ERROR_CANCELLED HD_ERROR_CANCELLED");
  return 0;
}

static int chain_link(void *argument, void *result) {
  if (!argument) return hd_task_sleep(LONG_NS);
  struct hd_task next;
  CHECK_OK(hd_task_create(&next, chain_link, (void *)((intptr_t)argument - 1), 0, 0, NULL));
  int error = hd_await(&next, NULL);
  hd_task_release(&next);
  return error;
}

/* A long chain needs no more stack than a short one. */
static int long_chain(void *argument, void *result) {
  enum { LENGTH = 1500 };
  struct hd_task first;
  CHECK_OK(hd_task_create(&first, chain_link, (void *)(intptr_t)LENGTH, 0, 0, NULL));
  rounds(LENGTH + 2);
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(hd_await(&first, NULL), HD_ERROR_CANCELLED);
  CHECK(hd_task_all(NULL, NULL, 0) == 1);
  hd_task_release(&first);
  return 0;
}

static int cleans_up(void *argument, void *result) {
  int error = hd_task_sleep(LONG_NS);
  CHECK_ERROR(error, HD_ERROR_CANCELLED);
  CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS)); /* cleaning up may await */
  note("clean");
  return error;
}

/* Cancelled again while it cleans up. */
static int again_while_cleaning(void *argument, void *result) {
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, cleans_up, NULL, 0, 0, NULL));
  rounds(1);
  CHECK_OK(hd_task_cancel(&task));
  CHECK_ERROR(hd_await(&task, NULL), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("clean");
  hd_task_release(&task);
  return 0;
}

static int leaves_others(void *argument, void *result) {
  CHECK_OK(hd_task_create(NULL, cleans_up, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_create(NULL, sleep_long, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_create(NULL, never_runs, NULL, 0, 0, NULL)); /* begins with the awaits of the end */
  rounds(1);
  return 0;
}

static int makes_more(void *argument, void *result) {
  int error = hd_task_sleep(LONG_NS);
  CHECK_OK(hd_task_create(NULL, cleans_up, NULL, 0, 0, NULL));
  return error;
}

static int leaves_a_maker(void *argument, void *result) {
  CHECK_OK(hd_task_create(NULL, makes_more, NULL, 0, 0, NULL));
  rounds(1);
  return 0;
}

static int is_cancelled(void *argument, void *result) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  CHECK_OK(hd_task_cancel(&self));
  hd_task_release(&self);
  return hd_task_sleep(0);
}

int main(void) {
  in_loop(cancelled_sleep, NULL);
  in_loop(before_it_began, NULL);
  in_loop(by_itself, NULL);
  in_loop(at_its_end, NULL);
  in_loop(while_ready, NULL);
  in_loop(caught, NULL);
  in_loop(called_off, NULL);
  in_loop(handed_on, NULL);
  in_loop(caught_by_the_inner, NULL);
  in_loop(several_awaiters, NULL);
  in_loop(failure_instead, NULL);
  in_loop(in_a_circle, NULL);
  in_loop(long_chain, NULL);
  in_loop(again_while_cleaning, NULL);
  in_loop(leaves_others, NULL);
  CHECK_HAPPENED("ran clean"); /* the loop's end waited for it */
  in_loop(leaves_a_maker, NULL);
  CHECK_HAPPENED(""); /* what is made at the end is cancelled before it begins */
  CHECK_ERROR(hd_loop_run(is_cancelled, NULL, NULL, 0, NULL), HD_ERROR_CANCELLED);
  return 0;
}
