/* Two threads with a loop each, whose tasks call each other's loop and run into time-outs. Under a seed its recording is the same each time
 * (tests/explore.py).
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 3
 * expect: actors task 42
 * expect: objects loop 2
 * expect: actor task knead
 */
#include <errno.h>
#include <heddle/heddle.h>
#include <stdint.h>

enum { ROUNDS = 20 };

static struct hd_loop loops[2];
static int rung_count[2];

static void ring(void *bell) { ++*(int *)bell; }

static int rest(void *argument, void *result) { return hd_task_sleep(HD_MILLISECOND_NS); }

static int knead(void *argument, void *result) {
  intptr_t me = (intptr_t)argument;
  for (int i = 0; i < ROUNDS; i++) {
    struct hd_task task;
    struct hd_timeout timeout;
    hd_task_create(&task, rest, NULL, 0, 0, "rest");
    hd_loop_call_soon_threadsafe(&loops[!me], ring, &rung_count[!me], NULL);
    hd_timeout_begin(&timeout, i % 2 ? HD_SECOND_NS : HD_MILLISECOND_NS / 4);
    hd_timeout_end(&timeout, hd_await(&task, NULL));
    hd_task_release(&task);
  }
  while (rung_count[me] < ROUNDS) hd_task_sleep(HD_MILLISECOND_NS);
  return 0;
}

static void bake(void *argument) {
  struct hd_loop *loop = &loops[(intptr_t)argument];
  struct hd_task_options options = {.name = "knead"};
  struct hd_task task;
  hd_task_create_in(loop, &task, knead, argument, &options);
  hd_loop_run_until_complete(loop, &task, NULL);
  hd_task_release(&task);
}

int main(void) {
  struct hd_thread bakers[2];
  struct hd_loop_options options[] = {{.name = "oven"}, {.name = "stove"}};
  for (intptr_t i = 0; i < 2; i++) hd_loop_new(&loops[i], &options[i]);
  for (intptr_t i = 0; i < 2; i++) hd_thread_create(&bakers[i], bake, (void *)i, i ? "cook" : "baker");
  for (int i = 0; i < 2; i++) {
    hd_thread_join(&bakers[i]);
    hd_thread_release(&bakers[i]);
  }
  for (int i = 0; i < 2; i++) {
    hd_loop_close(&loops[i]);
    hd_loop_release(&loops[i]);
  }
  return rung_count[0] == ROUNDS && rung_count[1] == ROUNDS ? 0 : EINVAL;
}
