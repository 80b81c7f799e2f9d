#include "jobs.h"
#include <string.h>

static struct hd_executor executor;
static struct hd_event go = HD_EVENT_INIT;

/* One that runs until go. */
static void submit_blocked(struct hd_future *future) { CHECK_OK(hd_executor_submit(&executor, wait_for_event, &go, 0, 0, future)); }
static void submit_failing(int error, struct hd_future *future) {
  CHECK_OK(hd_executor_submit(&executor, fail_with, &error, sizeof error, sizeof(int), future));
}
static void begin(uint32_t worker_count) {
  CHECK_OK(hd_executor_init_threads(&executor, worker_count, "future-test"));
  hd_event_clear(&go);
}
static void end(void) {
  hd_event_set(&go);
  close_executor(&executor);
}

static void has_states(void) {
  struct hd_future running, pending, cancelled;
  begin(1);
  submit_blocked(&running);
  UNTIL(hd_future_is_running(&running));
  submit_blocked(&pending);
  submit_blocked(&cancelled);
  CHECK(!hd_future_is_done(&running) && !hd_future_is_cancelled(&running));
  CHECK(!hd_future_is_running(&pending) && !hd_future_is_done(&pending));
  CHECK(!hd_future_cancel(&running));
  CHECK(hd_future_cancel(&cancelled));
  CHECK(hd_future_cancel(&cancelled)); /* again */
  CHECK(hd_future_is_cancelled(&cancelled) && hd_future_is_done(&cancelled) && !hd_future_is_running(&cancelled));
  hd_event_set(&go);
  CHECK_OK(hd_future_result(&running, NULL, LONG_NS));
  CHECK_OK(hd_future_result(&pending, NULL, LONG_NS));
  CHECK(hd_future_is_done(&running) && !hd_future_is_running(&running) && !hd_future_is_cancelled(&running));
  CHECK(!hd_future_cancel(&running));
  CHECK_ERROR(hd_future_result(&cancelled, NULL, LONG_NS), HD_ERROR_CANCELLED);
  hd_future_release(&running);
  hd_future_release(&pending);
  hd_future_release(&cancelled);
  end();
}

static void gives_results_and_errors(void) {
  struct hd_future good, bad, blocked;
  int result = -1, error = -1;
  begin(2);
  submit_multiply(&executor, 6, 7, &good);
  CHECK(int_result(&good) == 42);
  CHECK(int_result(&good) == 42); /* as often as one likes */
  CHECK_OK(hd_future_result(&good, NULL, 0));
  CHECK_OK(hd_future_error(&good, &error, 0));
  CHECK(error == 0);
  submit_failing(-77, &bad);
  CHECK_ERROR(hd_future_result(&bad, &result, LONG_NS), HD_ERROR_JOB_FAILED);
  CHECK(result == -1);
  CHECK_OK(hd_future_error(&bad, &error, LONG_NS));
  CHECK(error == -77);
  submit_blocked(&blocked);
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_future_result(&blocked, &result, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK_ERROR(hd_future_result(&blocked, &result, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_future_error(&blocked, &error, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_future_result(&blocked, &result, -2), HD_ERROR_INVALID);
  CHECK_ERROR(hd_future_error(&blocked, &error, -7), HD_ERROR_INVALID);
  hd_event_set(&go);
  CHECK_OK(hd_future_error(&blocked, &error, HD_FOREVER));
  hd_future_release(&good);
  hd_future_release(&bad);
  hd_future_release(&blocked);
  end();
}

/* Many threads wait for one future, and all learn its end. */
static struct hd_future awaited;
static int waiting, told[4]; /* ok, failed, cancelled, else */
static void *await(void *unused) {
  COUNT(waiting);
  int result = hd_future_result(&awaited, NULL, LONG_NS);
  COUNT(told[result == HD_OK ? 0 : result == HD_ERROR_JOB_FAILED ? 1 : result == HD_ERROR_CANCELLED ? 2 : 3]);
  return unused;
}
static void wakes_all_who_wait(void) {
  struct bunch bunch;
  struct hd_future blocker;
  int error = 9;
  begin(1);
  submit_blocked(&blocker);
  submit_failing(error, &awaited);
  bunch_start(&bunch, 5, await, NULL);
  UNTIL(LOAD(waiting) == 5);
  hd_event_set(&go);
  bunch_join(&bunch);
  CHECK(told[1] == 5);
  hd_future_release(&awaited);
  hd_future_release(&blocker);

  hd_event_clear(&go);
  submit_blocked(&blocker);
  submit_blocked(&awaited);
  bunch_start(&bunch, 5, await, NULL);
  UNTIL(LOAD(waiting) == 10);
  usleep(2000);
  CHECK(hd_future_cancel(&awaited));
  bunch_join(&bunch);
  CHECK(told[2] == 5 && told[0] == 0 && told[3] == 0);
  hd_future_release(&awaited);
  hd_future_release(&blocker);
  end();
}

/* Callbacks. */
static int calls, order[8], callback_errors[8];
static pthread_t called_in[8];
static void note(struct hd_future *future, void *argument) {
  int call = LOAD(calls);
  CHECK(hd_future_is_done(future));
  order[call] = *(int *)argument;
  called_in[call] = pthread_self();
  callback_errors[call] = hd_future_is_cancelled(future) ? HD_ERROR_CANCELLED : hd_future_result(future, NULL, 0);
  STORE(calls, call + 1);
}

static void calls_back_once_in_order(void) {
  static int numbers[] = {0, 1, 2, 3};
  struct hd_future future;
  begin(1);
  submit_blocked(&future);
  UNTIL(hd_future_is_running(&future));
  for (int i = 0; i < 3; i++) CHECK_OK(hd_future_add_callback(&future, note, &numbers[i]));
  CHECK(LOAD(calls) == 0);
  hd_event_set(&go);
  UNTIL(LOAD(calls) == 3);
  for (int i = 0; i < 3; i++) CHECK(order[i] == i && callback_errors[i] == HD_OK && !pthread_equal(called_in[i], pthread_self()));
  CHECK_OK(hd_future_add_callback(&future, note, &numbers[3])); /* at once, here */
  CHECK(calls == 4 && order[3] == 3 && pthread_equal(called_in[3], pthread_self()));
  hd_future_release(&future);
  end();
}

static void calls_back_for_failures_and_cancellations(void) {
  static int number = 5;
  struct hd_future blocked, failing, cancelled;
  begin(1);
  submit_blocked(&blocked);
  submit_failing(3, &failing);
  submit_blocked(&cancelled);
  STORE(calls, 0);
  CHECK_OK(hd_future_add_callback(&cancelled, note, &number));
  CHECK(hd_future_cancel(&cancelled));
  CHECK(calls == 1 && callback_errors[0] == HD_ERROR_CANCELLED && pthread_equal(called_in[0], pthread_self()));
  CHECK(hd_future_cancel(&cancelled));
  CHECK(calls == 1);
  CHECK_OK(hd_future_add_callback(&cancelled, note, &number));
  CHECK(calls == 2 && callback_errors[1] == HD_ERROR_CANCELLED);
  CHECK_OK(hd_future_add_callback(&failing, note, &number));
  hd_event_set(&go);
  UNTIL(LOAD(calls) == 3);
  CHECK(callback_errors[2] == HD_ERROR_JOB_FAILED);
  hd_future_release(&blocked);
  hd_future_release(&failing);
  hd_future_release(&cancelled);
  end();
}

/* A callback submits another job, and the last of a chain says so. */
static int chain_length;
static struct hd_event chain_over = HD_EVENT_INIT;
static void submit_next(struct hd_future *future, void *unused) {
  struct hd_future next;
  int length = 0;
  CHECK_OK(hd_future_result(future, &length, 0));
  if (length == chain_length) {
    hd_event_set(&chain_over);
    return;
  }
  submit_multiply(&executor, length + 1, 1, &next);
  CHECK_OK(hd_future_add_callback(&next, submit_next, NULL));
  hd_future_release(&next);
}
static void callbacks_may_submit(void) {
  struct hd_future first;
  for (chain_length = 10; chain_length <= 100; chain_length *= 10) {
    begin(2);
    hd_event_clear(&chain_over);
    submit_multiply(&executor, 1, 1, &first);
    CHECK_OK(hd_future_add_callback(&first, submit_next, NULL));
    CHECK_OK(hd_event_wait_timed(&chain_over, LONG_NS));
    hd_future_release(&first);
    end();
  }
}

static void may_be_copied_and_left_alone(void) {
  struct hd_future future, copy;
  begin(1);
  submit_blocked(&future);
  hd_future_copy(&future, &copy);
  hd_future_release(&future);
  CHECK_OK(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL)); /* nobody will ask */
  hd_event_set(&go);
  CHECK_OK(hd_future_result(&copy, NULL, LONG_NS));
  submit_multiply(&executor, 2, 3, &future);
  end();
  CHECK(int_result(&future) == 6); /* longer than its executor */
  hd_future_release(&future);
  hd_future_release(&copy);
}

/* One thread cancels what workers are about to begin: each job runs or is cancelled, never both. */
static int ran;
static int count_run(const void *argument, void *result) {
  COUNT(ran);
  return 0;
}
static void cancellation_races_are_won_once(void) {
  enum { COUNT_OF_JOBS = 2000 };
  static struct hd_future futures[COUNT_OF_JOBS];
  int cancelled = 0;
  begin(2);
  STORE(ran, 0);
  STORE(calls, 0);
  for (int i = 0; i < COUNT_OF_JOBS; i++) CHECK_OK(hd_executor_submit(&executor, count_run, NULL, 0, 0, &futures[i]));
  for (int i = COUNT_OF_JOBS - 1; i >= 0; i--) cancelled += hd_future_cancel(&futures[i]);
  CHECK_OK(hd_future_wait(futures, COUNT_OF_JOBS, HD_UNTIL_ALL, LONG_NS));
  int done = 0;
  for (int i = 0; i < COUNT_OF_JOBS; i++) {
    CHECK(hd_future_is_done(&futures[i]));
    done += !hd_future_is_cancelled(&futures[i]);
    hd_future_release(&futures[i]);
  }
  CHECK(done + cancelled == COUNT_OF_JOBS);
  CHECK(LOAD(ran) == done);
  end();
}

/* Several threads cancel the same pending future: its callback is called once. */
static int callback_calls;
static void count_call(struct hd_future *future, void *unused) { COUNT(callback_calls); }
static void *cancel_awaited(void *unused) {
  CHECK(hd_future_cancel(&awaited));
  return unused;
}
static void many_may_cancel(void) {
  for (int i = 0; i < 50; i++) {
    struct bunch bunch;
    struct hd_future blocker;
    begin(1);
    STORE(callback_calls, 0);
    submit_blocked(&blocker);
    UNTIL(hd_future_is_running(&blocker));
    submit_blocked(&awaited);
    CHECK_OK(hd_future_add_callback(&awaited, count_call, NULL));
    bunch_start(&bunch, 4, cancel_awaited, NULL);
    bunch_join(&bunch);
    CHECK(LOAD(callback_calls) == 1);
    hd_future_release(&awaited);
    hd_future_release(&blocker);
    end();
  }
}

int main(void) {
  has_states();
  gives_results_and_errors();
  wakes_all_who_wait();
  calls_back_once_in_order();
  calls_back_for_failures_and_cancellations();
  callbacks_may_submit();
  may_be_copied_and_left_alone();
  cancellation_races_are_won_once();
  many_may_cancel();
  return 0;
}
