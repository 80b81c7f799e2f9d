#include "tasks.h"

static int give_seven(void *turn_count, void *result) {
  for (intptr_t i = (intptr_t)turn_count; i; i--) {
    int slept = hd_task_sleep(0);
    if (slept != HD_OK) return slept;
  }
  *(intptr_t *)result = 7;
  return 0;
}
static int fail(void *unused, void *nothing) { return hd_task_sleep(0) == HD_OK ? 77 : 1; }
static int sleep_long(void *unused, void *nothing) {
  int result = hd_task_sleep(LONG_NS);
  note(result == HD_ERROR_CANCELLED ? 'x' : '?');
  return result;
}
/* Cleans up for some turns. */
static int end_slowly(void *unused, void *nothing) {
  int result = hd_task_sleep(LONG_NS);
  note('(');
  hd_task_sleep(HD_MILLISECOND_NS);
  note(')');
  return result;
}
static int end_with_a_result(void *unused, void *result) {
  *(intptr_t *)result = 9;
  return hd_task_sleep(LONG_NS) == HD_ERROR_CANCELLED ? 0 : 1;
}
static int end_with_an_error(void *unused, void *nothing) { return hd_task_sleep(LONG_NS) == HD_ERROR_CANCELLED ? 55 : 1; }

static int in_time(void *unused, void *nothing) {
  intptr_t value = 0;
  struct hd_task task = spawn(give_seven, (void *)3);
  CHECK_OK(hd_wait_for(&task, &value, LONG_NS));
  CHECK(value == 7);
  CHECK_OK(hd_wait_for(&task, &value, 0)); /* over already */
  hd_task_release(&task);
  task = spawn(give_seven, (void *)1);
  CHECK_OK(hd_wait_for(&task, NULL, HD_FOREVER));
  CHECK_ERROR(hd_wait_for(&task, NULL, -2), HD_ERROR_INVALID);
  hd_task_release(&task);
  task = spawn(fail, NULL);
  CHECK_ERROR(hd_wait_for(&task, NULL, LONG_NS), HD_ERROR_JOB_FAILED);
  hd_task_release(&task);
  return 0;
}

/* It is cancelled, and awaited to its end. */
static int out_of_time(void *unused, void *nothing) {
  intptr_t value = 0;
  int error = 0;
  struct hd_task task = spawn(end_slowly, NULL);
  CHECK_ERROR(hd_wait_for(&task, &value, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_HAPPENED("()");
  CHECK(hd_task_is_cancelled(&task));
  hd_task_release(&task);
  task = spawn(sleep_long, NULL);
  CHECK_ERROR(hd_wait_for(&task, NULL, 0), HD_ERROR_TIMEOUT);
  CHECK(hd_task_is_cancelled(&task));
  CHECK_HAPPENED(""); /* it never began */
  hd_task_release(&task);
  task = spawn(end_with_a_result, NULL); /* what it did all the same is told */
  CHECK_OK(hd_wait_for(&task, &value, SHORT_NS));
  CHECK(value == 9);
  hd_task_release(&task);
  task = spawn(end_with_an_error, NULL);
  CHECK_ERROR(hd_wait_for(&task, NULL, SHORT_NS), HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_task_error(&task, &error));
  CHECK(error == 55);
  hd_task_release(&task);
  return 0;
}

struct patience {
  struct hd_task *task;
  int64_t timeout_ns;
};
static int wait_for_it(void *argument, void *nothing) {
  const struct patience *patience = argument;
  int result = hd_wait_for(patience->task, NULL, patience->timeout_ns);
  note(result == HD_ERROR_CANCELLED ? 'c' : result == HD_ERROR_TIMEOUT ? 't' : result == HD_OK ? 'o' : 'f');
  return result;
}
/* A cancellation of who waits is handed on, and waits for the end, too. */
static int who_waits_is_cancelled(void *unused, void *nothing) {
  struct hd_task task = spawn(end_slowly, NULL);
  struct patience patience = {&task, LONG_NS};
  struct hd_task waiter = spawn(wait_for_it, &patience);
  turns(2);
  CHECK_OK(hd_task_cancel(&waiter));
  CHECK_ERROR(end_of(&waiter), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("()c");
  CHECK(hd_task_is_cancelled(&task));
  hd_task_release(&task);

  task = spawn(end_with_a_result, NULL);
  waiter = spawn(wait_for_it, &patience);
  turns(2);
  CHECK_OK(hd_task_cancel(&waiter));
  CHECK_OK(end_of(&waiter)); /* as of an await: what the other did counts */
  CHECK_HAPPENED("o");
  hd_task_release(&task);

  /* Cancelled while it waits for the end of what it has cancelled itself: that goes before the time-out. */
  task = spawn(end_slowly, NULL);
  patience.timeout_ns = HD_MILLISECOND_NS;
  waiter = spawn(wait_for_it, &patience);
  while (!strchr(happened, '(')) turn();
  CHECK(hd_task_cancel(&waiter) == HD_OK || hd_task_is_done(&waiter));
  int outcome = end_of(&waiter);
  CHECK(outcome == HD_ERROR_CANCELLED);
  hd_task_release(&task);
  forget();
  return 0;
}
/* The result is there and the time runs out, or a cancellation comes, before who waits goes on. */
static int at_the_last_moment(void *unused, void *nothing) {
  struct hd_task task = spawn(give_seven, (void *)4);
  struct patience patience = {&task, LONG_NS};
  struct hd_task waiter = spawn(wait_for_it, &patience);
  while (!hd_task_is_done(&task)) turn();
  if (!hd_task_is_done(&waiter)) {
    CHECK_OK(hd_task_cancel(&waiter));
    CHECK_ERROR(hd_await(&waiter, NULL), HD_ERROR_CANCELLED);
  }
  CHECK_OK(hd_task_result(&task, NULL));
  hd_task_release(&waiter);
  hd_task_release(&task);
  forget();
  return 0;
}

static int shield_it(void *task, void *result) {
  int outcome = hd_shield((struct hd_task *)task, result);
  note(outcome == HD_OK ? 'o' : outcome == HD_ERROR_CANCELLED ? 'c' : 'f');
  return outcome;
}
static int shields(void *unused, void *nothing) {
  intptr_t value = 0;
  struct hd_task task = spawn(give_seven, (void *)5), waiter = spawn(shield_it, &task);
  CHECK_OK(hd_await(&waiter, &value));
  CHECK(value == 7);
  hd_task_release(&waiter);
  waiter = spawn(shield_it, &task); /* over already */
  CHECK_OK(end_of(&waiter));
  CHECK_HAPPENED("oo");
  hd_task_release(&task);

  task = spawn(give_seven, (void *)5); /* who waits is cancelled at once, the other goes on */
  waiter = spawn(shield_it, &task);
  turns(2);
  CHECK_OK(hd_task_cancel(&waiter));
  CHECK_ERROR(end_of(&waiter), HD_ERROR_CANCELLED);
  CHECK(!hd_task_is_done(&task));
  CHECK_OK(end_of(&task));
  CHECK_HAPPENED("c");

  task = spawn(sleep_long, NULL); /* the other is cancelled */
  waiter = spawn(shield_it, &task);
  turns(2);
  CHECK_OK(hd_task_cancel(&task));
  CHECK_ERROR(end_of(&waiter), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("xc");
  hd_task_release(&task);

  task = spawn(fail, NULL);
  waiter = spawn(shield_it, &task);
  CHECK_ERROR(end_of(&waiter), HD_ERROR_JOB_FAILED);
  CHECK_HAPPENED("f");
  hd_task_release(&task);

  task = spawn(give_seven, (void *)1000000);
  CHECK_ERROR(hd_shield_timed(&task, NULL, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_shield_timed(&task, NULL, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_shield_timed(&task, NULL, -2), HD_ERROR_INVALID);
  CHECK(!hd_task_is_done(&task));
  CHECK_OK(hd_task_cancel(&task));
  CHECK_ERROR(end_of(&task), HD_ERROR_CANCELLED);
  return 0;
}

/* A scope around a shield: the scope's time is over, what is shielded goes on. */
static int with_a_scope(void *unused, void *nothing) {
  struct hd_task task = spawn(give_seven, (void *)1000000);
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, SHORT_NS));
  CHECK_ERROR(hd_timeout_end(&timeout, hd_shield(&task, NULL)), HD_ERROR_TIMEOUT);
  CHECK(!hd_task_is_done(&task));
  CHECK_OK(hd_timeout_begin(&timeout, SHORT_NS)); /* the outer time is shorter than that of wait_for */
  CHECK_ERROR(hd_timeout_end(&timeout, hd_wait_for(&task, NULL, LONG_NS)), HD_ERROR_TIMEOUT);
  CHECK(hd_task_is_cancelled(&task));
  hd_task_release(&task);
  task = spawn(give_seven, (void *)1000000);
  CHECK_OK(hd_timeout_begin(&timeout, LONG_NS)); /* and longer */
  CHECK_ERROR(hd_timeout_end(&timeout, hd_wait_for(&task, NULL, SHORT_NS)), HD_ERROR_TIMEOUT);
  CHECK(!hd_timeout_is_expired(&timeout));
  hd_task_release(&task);
  return 0;
}

static struct hd_task made_outside;
static int await_oneself(void *unused, void *nothing) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  CHECK_ERROR(hd_wait_for(&self, NULL, LONG_NS), HD_ERROR_SELF_AWAIT);
  CHECK_ERROR(hd_shield(&self, NULL), HD_ERROR_SELF_AWAIT);
  hd_task_release(&self);
  CHECK_ERROR(hd_wait_for(&made_outside, NULL, LONG_NS), HD_ERROR_INVALID);
  return 0;
}

int main(void) {
  struct hd_loop loop;
  CHECK_OK(hd_loop_new(&loop, NULL));
  CHECK_OK(hd_task_create_in(&loop, &made_outside, give_seven, NULL, &(struct hd_task_options){.result_bytes = sizeof(intptr_t)}));
  CHECK_ERROR(hd_wait_for(&made_outside, NULL, LONG_NS), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_shield(&made_outside, NULL), HD_ERROR_NO_TASK);
  in_loop(await_oneself);
  CHECK_OK(hd_loop_run_until_complete(&loop, &made_outside, NULL));
  hd_task_release(&made_outside);
  CHECK_OK(hd_loop_close(&loop));
  hd_loop_release(&loop);
  in_loop(in_time);
  in_loop(out_of_time);
  in_loop(who_waits_is_cancelled);
  in_loop(at_the_last_moment);
  in_loop(shields);
  in_loop(with_a_scope);
  return 0;
}
