/* Executors of threads, to be recorded: who waits for what, and every job.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 5
 * expect: actor thread few-1
 * expect: actor thread few-2
 * expect: objects executor 2
 * expect: misuse -1017 1
 * expect: misuse -1018 1
 * expect: state main wait-future 200 -
 * expect: state few-1 wait-queue 150 -
 * expect: state few-2 wait-queue 100 -
 * expect: state asker wait-future 150 -
 * expect: objects futex 0
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include "jobs.h"

static struct hd_executor few, other;
static struct hd_future shared;

static int sleep_for(const void *argument, void *result) {
  usleep(*(const unsigned *)argument * 1000);
  return 0;
}
static void submit_sleep(unsigned milliseconds, struct hd_future *future) {
  CHECK_OK(hd_executor_submit(&few, sleep_for, &milliseconds, sizeof milliseconds, 0, future));
}
static void ask(void *unused) { CHECK_OK(hd_future_result(&shared, NULL, LONG_NS)); }
static void count_call(struct hd_future *future, void *calls) { COUNT(*(int *)calls); }

int main(void) {
  struct hd_future futures[6];
  struct hd_thread asker;
  int calls = 0, error = 17;
  CHECK_OK(hd_executor_init_threads(&few, 2, "few"));
  CHECK_OK(hd_executor_init_threads(&other, 1, "other"));

  submit_sleep(200, &shared);
  CHECK_OK(hd_thread_create(&asker, ask, NULL, "asker"));
  CHECK_OK(hd_future_result(&shared, NULL, HD_FOREVER));
  CHECK_OK(hd_thread_join(&asker));
  usleep(150000); /* the worker is idle */

  for (int i = 0; i < 5; i++) submit_sleep(20, &futures[i]);
  CHECK_OK(hd_executor_submit(&few, fail_with, &error, sizeof error, 0, &futures[5]));
  CHECK(hd_future_cancel(&futures[4]));
  CHECK_OK(hd_future_add_callback(&futures[0], count_call, &calls));
  CHECK_OK(hd_future_wait(futures, 6, HD_UNTIL_FIRST, LONG_NS));
  CHECK_OK(hd_future_wait(futures, 6, HD_UNTIL_ALL, LONG_NS));
  CHECK_ERROR(hd_future_result(&futures[4], NULL, LONG_NS), HD_ERROR_CANCELLED); /* misuse */
  CHECK_ERROR(hd_future_result(&futures[5], NULL, LONG_NS), HD_ERROR_JOB_FAILED);
  usleep(150000);

  struct pair pair = {3, 4};
  struct hd_map map = {.count = 100, .chunk_count = 7};
  CHECK_OK(hd_executor_map(&other, nothing, &map, LONG_NS));
  struct hd_future last;
  CHECK_OK(hd_executor_submit(&other, multiply, &pair, sizeof pair, sizeof(int), &last));
  CHECK(int_result(&last) == 12);
  CHECK_OK(hd_executor_shutdown(&few, true, false));
  CHECK_ERROR(hd_executor_submit(&few, nothing, NULL, 0, 0, NULL), HD_ERROR_SHUT_DOWN); /* misuse */
  close_executor(&other);
  CHECK(LOAD(calls) == 1);
  for (int i = 0; i < 6; i++) hd_future_release(&futures[i]);
  return 0;
}
