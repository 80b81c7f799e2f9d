/* From tasks to threads: futures awaited, jobs run in executors, contexts handed on, cancellation. */
#include "async.h"
#include <heddle/timeout.h>

static struct hd_event may_end = HD_EVENT_INIT;
static int begun;
static int square(const void *argument, void *result) {
  int number = *(const int *)argument;
  if (result) *(int *)result = number * number;
  return number < 0 ? -number : 0;
}
static int stay(const void *argument, void *result) {
  COUNT(begun);
  return hd_event_wait(&may_end);
}

static struct hd_executor threads, processes;

static int futures(void *unused, void *result) {
  struct hd_future future;
  int number = 7, error = 0;
  CHECK_OK(hd_executor_submit(&threads, square, &number, sizeof number, sizeof number, &future));
  CHECK_OK(hd_await_future(&future, &number));
  CHECK(number == 49);
  CHECK_OK(hd_await_future(&future, &number)); /* it is done: at once */
  hd_future_release(&future);
  number = -3;
  CHECK_OK(hd_executor_submit(&threads, square, &number, sizeof number, sizeof number, &future));
  CHECK_ERROR(hd_await_future(&future, &number), HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_future_error(&future, &error, 0));
  CHECK(error == 3);
  hd_future_release(&future);
  number = 5;
  CHECK_OK(hd_executor_submit(&processes, square, &number, sizeof number, sizeof number, &future));
  CHECK_OK(hd_await_future(&future, &number));
  CHECK(number == 25);
  hd_future_release(&future);
  return 0;
}

static int run_in_executor(void *unused, void *result) {
  for (int i = 0; i < 20; i++) {
    int number = -1;
    CHECK_OK(hd_run_in_executor(&threads, square, &i, sizeof i, &number, sizeof number));
    CHECK(number == i * i);
    CHECK_OK(hd_run_in_executor(NULL, square, &i, sizeof i, NULL, sizeof number));
    CHECK_OK(hd_to_thread(square, &i, sizeof i, &number, sizeof number));
    CHECK(number == i * i);
    CHECK_OK(hd_to_thread(square, &i, 0, NULL, 0));
  }
  int bad = -1;
  CHECK_ERROR(hd_to_thread(square, &bad, sizeof bad, NULL, 0), HD_ERROR_JOB_FAILED);
  return 0;
}

/* While a job blocks its thread, the other tasks go on; and the jobs of several tasks run beside each other. */
static int await_stay(void *unused, void *result) { return hd_to_thread(stay, NULL, 0, NULL, 0); }
static int the_loop_stays_free(void *unused, void *result) {
  struct hd_task tasks[3];
  begun = 0;
  hd_event_clear(&may_end);
  for (int i = 0; i < 3; i++) CHECK_OK(hd_task_create(&tasks[i], await_stay, NULL, 0, 0, "stays"));
  while (LOAD(begun) < 3) CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  rounds(5);
  hd_event_set(&may_end);
  for (int i = 0; i < 3; i++) {
    CHECK_OK(hd_await(&tasks[i], NULL));
    hd_task_release(&tasks[i]);
  }
  return 0;
}

static int await_one(void *executor, void *result) { return hd_run_in_executor(executor, stay, NULL, 0, NULL, 0); }
static int cancellation(void *unused, void *result) {
  struct hd_executor single;
  struct hd_task runs, waits;
  begun = 0;
  hd_event_clear(&may_end);
  CHECK_OK(hd_executor_init_threads(&single, 1, "single"));
  CHECK_OK(hd_task_create(&runs, await_one, &single, 0, 0, "runs"));
  CHECK_OK(hd_task_create(&waits, await_one, &single, 0, 0, "waits"));
  while (!LOAD(begun)) CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  CHECK_OK(hd_task_cancel(&runs));  /* its job goes on, but nobody waits for it */
  CHECK_OK(hd_task_cancel(&waits)); /* its job has not begun, and never will */
  CHECK_ERROR(hd_await(&runs, NULL), HD_ERROR_CANCELLED);
  CHECK_ERROR(hd_await(&waits, NULL), HD_ERROR_CANCELLED);
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, 5 * HD_MILLISECOND_NS));
  int error = hd_run_in_executor(&single, stay, NULL, 0, NULL, 0);
  CHECK_ERROR(hd_timeout_end(&timeout, error), HD_ERROR_TIMEOUT);
  hd_event_set(&may_end);
  hd_executor_shutdown(&single, true, false);
  CHECK(LOAD(begun) == 1);
  CHECK_ERROR(hd_run_in_executor(&single, stay, NULL, 0, NULL, 0), HD_ERROR_SHUT_DOWN);
  hd_executor_release(&single);
  hd_task_release(&runs);
  hd_task_release(&waits);
  return 0;
}

static int futures_cancelled_by_others(void *unused, void *result) {
  struct hd_executor single;
  struct hd_future blocking, pending;
  struct hd_task canceller;
  hd_event_clear(&may_end);
  CHECK_OK(hd_executor_init_threads(&single, 1, "single"));
  CHECK_OK(hd_executor_submit(&single, stay, NULL, 0, 0, &blocking));
  CHECK_OK(hd_executor_submit(&single, stay, NULL, 0, 0, &pending));
  CHECK_OK(hd_task_create(&canceller, nap, NULL, 0, 0, "naps"));
  CHECK_OK(hd_await(&canceller, NULL));
  CHECK(hd_future_cancel(&pending));
  CHECK_ERROR(hd_await_future(&pending, NULL), HD_ERROR_CANCELLED);
  hd_event_set(&may_end);
  CHECK_OK(hd_await_future(&blocking, NULL));
  hd_executor_shutdown(&single, true, false);
  hd_executor_release(&single);
  hd_future_release(&blocking);
  hd_future_release(&pending);
  hd_task_release(&canceller);
  return 0;
}

/* Many tasks await many jobs, which end in any order, some while they begin to wait. */
static int await_many(void *argument, void *result) {
  int number = (int)(intptr_t)argument, squared = -1;
  for (int i = 0; i < 20; i++) {
    int error = hd_run_in_executor(&threads, square, &number, sizeof number, &squared, sizeof squared);
    if (error != HD_OK) return error;
    CHECK(squared == number * number);
  }
  return 0;
}
static int many(void *unused, void *result) {
  enum { TASKS = 50 };
  struct hd_task tasks[TASKS];
  for (int i = 0; i < TASKS; i++) CHECK_OK(hd_task_create(&tasks[i], await_many, (void *)(intptr_t)i, 0, 0, NULL));
  for (int i = 0; i < TASKS; i++) {
    if (i % 3 == 0) hd_task_cancel(&tasks[i]);
    int outcome = hd_await(&tasks[i], NULL);
    CHECK(outcome == HD_OK || (i % 3 == 0 && outcome == HD_ERROR_CANCELLED));
    hd_task_release(&tasks[i]);
  }
  return 0;
}

/* The job sees the task's context, in a copy. */
static struct hd_context_var request = HD_CONTEXT_VAR("request");
static int see_request(const void *argument, void *result) {
  const char *seen = hd_context_get_or(&request, "none");
  int error = strcmp(seen, argument) == 0 ? 0 : 1;
  CHECK_OK(hd_context_set_text(&request, "changed by the job", NULL));
  return error;
}
static int contexts(void *unused, void *result) {
  CHECK_OK(hd_to_thread(see_request, "none", 5, NULL, 0));
  CHECK_OK(hd_context_set_text(&request, "r1", NULL));
  CHECK_OK(hd_to_thread(see_request, "r1", 3, NULL, 0));
  CHECK_OK(hd_to_thread(see_request, "r1", 0, NULL, 0));
  CHECK(strcmp(hd_context_get_or(&request, "none"), "r1") == 0);
  CHECK_ERROR(hd_run_in_executor(NULL, see_request, "r1", 3, NULL, 0), HD_ERROR_JOB_FAILED); /* the thread's own */
  return 0;
}

/* A loop waits for its own executor when it is closed; who awaited is cancelled. */
static int leave_running(void *unused, void *result) {
  struct hd_task task;
  begun = 0;
  hd_event_clear(&may_end);
  CHECK_OK(hd_task_create(&task, await_stay, NULL, 0, 0, "stays"));
  hd_task_release(&task);
  while (!LOAD(begun)) CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  return 0;
}
static void *end_it_later(void *unused) {
  usleep(20000);
  hd_event_set(&may_end);
  return unused;
}

/* A future whose end comes when the loop is closed already. */
static struct hd_future late;
static int await_late(void *unused, void *result) { return hd_await_future(&late, NULL); }
static int leave_late(void *unused, void *result) {
  struct hd_task task;
  begun = 0;
  hd_event_clear(&may_end);
  CHECK_OK(hd_executor_submit(&threads, stay, NULL, 0, 0, &late));
  CHECK_OK(hd_task_create(&task, await_late, NULL, 0, 0, "late"));
  hd_task_release(&task);
  while (!LOAD(begun)) CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  return 0;
}

int main(void) {
  int number = 1;
  struct bunch bunch;
  CHECK_OK(hd_executor_init_processes(&processes, 1, "processes"));
  CHECK_OK(hd_executor_init_threads(&threads, 4, "threads"));
  struct hd_future future;
  CHECK_OK(hd_executor_submit(&processes, square, &number, sizeof number, 0, &future)); /* forks before there are many threads */
  CHECK_OK(hd_future_result(&future, NULL, LONG_NS));
  CHECK_ERROR(hd_await_future(&future, NULL), HD_ERROR_NO_TASK);
  hd_future_release(&future);
  CHECK_ERROR(hd_run_in_executor(&threads, square, &number, sizeof number, NULL, 0), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_to_thread(square, &number, sizeof number, NULL, 0), HD_ERROR_NO_TASK);
  in_loop(futures, NULL);
  in_loop(run_in_executor, NULL);
  in_loop(the_loop_stays_free, NULL);
  in_loop(cancellation, NULL);
  in_loop(futures_cancelled_by_others, NULL);
  in_loop(many, NULL);
  in_loop(contexts, NULL);
  bunch_start(&bunch, 1, end_it_later, NULL);
  in_loop(leave_running, NULL);
  CHECK(hd_event_is_set(&may_end));
  bunch_join(&bunch);
  in_loop(leave_late, NULL);
  hd_event_set(&may_end);
  CHECK_OK(hd_future_result(&late, NULL, LONG_NS));
  hd_future_release(&late);
  hd_executor_shutdown(&threads, true, false);
  hd_executor_shutdown(&processes, true, false);
  hd_executor_release(&threads);
  hd_executor_release(&processes);
  return 0;
}
