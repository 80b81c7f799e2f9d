/* Tasks recorded: a cook awaits two helpers, cancels one, blocks the loop, runs out of time; another fails and nobody asks.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 1
 * expect: actors thread 1
 * expect: actors task 4
 * expect: actor task cook
 * expect: actor task chopper
 * expect: actor task stirrer
 * expect: actor task burner
 * expect: objects loop 1
 * expect: state chopper blocked 20 -
 * expect: state chopper wait-task - 0
 * expect: state stirrer blocked 20 -
 * expect: state cook wait-task 20 -
 * expect: state cook blocked 95 -
 * expect: state burner blocked - 0
 * expect: misuse -1049 1
 * expect: misuse -1047 1
 * expect: misuse -1050 1
 * expect: misuse -1046 1
 */
#include <errno.h>
#include <heddle/heddle.h>

static int chop(void *argument, void *result) {
  hd_task_sleep(20 * HD_MILLISECOND_NS);
  hd_task_sleep(0);
  *(int *)result = 3;
  return 0;
}

static int stir(void *argument, void *result) { return hd_task_sleep(10 * HD_SECOND_NS); }

static int burn(void *argument, void *result) { return EIO; }

static void ring(void *argument) {}

static int cook(void *argument, void *result) {
  struct hd_task chopper, stirrer;
  int pieces = 0;
  hd_task_create(&chopper, chop, NULL, 0, sizeof pieces, "chopper");
  hd_task_create(&stirrer, stir, NULL, 0, 0, "stirrer");
  hd_task_create(NULL, burn, NULL, 0, 0, "burner");
  hd_loop_call_soon(NULL, ring, NULL, NULL);
  hd_loop_call_later(NULL, 5 * HD_MILLISECOND_NS, ring, NULL, NULL);
  int error = hd_await(&chopper, &pieces);
  hd_task_cancel(&stirrer);
  hd_await(&stirrer, NULL);
  for (int i = 0; i < 3; i++) hd_thread_sleep(30 * HD_MILLISECOND_NS); /* blocks the loop, told once */
  struct hd_timeout timeout;
  hd_timeout_begin(&timeout, 5 * HD_MILLISECOND_NS);
  error = hd_timeout_end(&timeout, hd_task_sleep(HD_SECOND_NS));
  struct hd_task self;
  hd_task_current(&self);
  hd_await(&self, NULL);
  hd_task_release(&self);
  hd_task_cancel(&chopper);
  hd_task_release(&chopper);
  hd_task_release(&stirrer);
  return error == HD_ERROR_TIMEOUT && pieces == 3 ? 0 : EINVAL;
}

int main(void) {
  struct hd_loop_options options = {.name = "kitchen", .task_name = "cook"};
  return hd_loop_run(cook, NULL, NULL, 0, &options) == HD_OK ? 0 : 1;
}
