/* An executor of processes and a pool, to be recorded: the workers are processes, and wait for the executor.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 8
 * expect: actors thread 10
 * expect: actor thread few-manager
 * expect: actor thread crew-manager
 * expect: objects executor 1
 * expect: objects pool 1
 * expect: state few-2 wait-queue 100 -
 * expect: objects futex 0
 * expect: misuse -1029 1
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include "jobs.h"
#include <signal.h>

static int sleep_for(const void *argument, void *result) {
  usleep(*(const unsigned *)argument * 1000);
  return 0;
}
static int die(const void *argument, void *result) {
  raise(SIGKILL);
  return 0;
}

static void use_executor(void) {
  struct hd_executor executor;
  struct hd_future futures[4];
  CHECK_OK(hd_executor_init_processes(&executor, 2, "few"));
  for (unsigned i = 0; i < 4; i++) {
    unsigned milliseconds = 30 + 10 * i;
    CHECK_OK(hd_executor_submit(&executor, sleep_for, &milliseconds, sizeof milliseconds, 0, &futures[i]));
  }
  CHECK(hd_future_cancel(&futures[3]) || hd_future_is_running(&futures[3]));
  CHECK_OK(hd_future_wait(futures, 4, HD_UNTIL_ALL, LONG_NS));
  usleep(100000); /* the workers are idle */
  for (int i = 0; i < 4; i++) hd_future_release(&futures[i]);
  close_executor(&executor);
}

static void use_pool(void) {
  struct hd_pool pool;
  unsigned naps[8] = {5, 5, 5, 5, 5, 5, 5, 5};
  struct hd_map map = {.arguments = naps, .argument_bytes = sizeof *naps, .count = 8, .chunk_count = 2};
  CHECK_OK(hd_pool_init(&pool, 3, "crew"));
  CHECK_OK(hd_pool_map(&pool, sleep_for, &map, LONG_NS));
  for (int i = 0; i < 2; i++) CHECK_ERROR(hd_pool_apply(&pool, die, NULL, 0, NULL, 0, NULL), HD_ERROR_WORKER_DIED);
  CHECK_OK(hd_pool_map(&pool, sleep_for, &map, LONG_NS));
  CHECK_ERROR(hd_pool_join(&pool), HD_ERROR_NOT_CLOSED); /* misuse */
  hd_pool_close(&pool);
  CHECK_OK(hd_pool_join(&pool));
  hd_pool_release(&pool);
}

int main(void) {
  use_executor();
  use_pool();
  return 0;
}
