/* Cancellation, and what comes after it.
 *
 * An expedition: the leader waits for a climber, the base waits for both. A storm comes, and the base cancels the leader. Cancelling is
 * asking: the request goes on from the leader to whom he waits for, the climber, and is delivered there, where she sleeps. She packs the
 * tent first, which takes a while, and only then ends; only then the leader does, and only then the base goes on. The reporter listens to
 * the news in a shield: he is cancelled, too, and ends at once, but the news go on.
 *
 * What to look at: the arrow of the cancellation comes to the climber, not only to the leader. Between it and the end of her lane lies her
 * cleanup. The reporter's lane ends with his arrow, the news' lane does not.
 * What to try: hd_await instead of hd_shield. Or let the climber return 0: she has reached the top after all, and the leader is not
 * cancelled any more.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors task 5
 * expect: state climber blocked 550 -
 * expect: state leader wait-task 550 -
 * expect: state reporter wait-task 350 -
 * expect: state news blocked 850 -
 * expect: nofinding stuck
 */
#include <heddle/heddle.h>
#include <stdio.h>

static int climb(void *unused, void *nothing) {
  int result = hd_task_sleep(5 * HD_SECOND_NS);
  if (result == HD_ERROR_CANCELLED) {
    puts("climber: a storm comes, I pack the tent");
    hd_task_sleep(200 * HD_MILLISECOND_NS);
  }
  return result;
}

static int lead(void *unused, void *nothing) {
  struct hd_task climber;
  hd_task_create(&climber, climb, NULL, 0, 0, "climber");
  int result = hd_await(&climber, NULL);
  hd_task_release(&climber);
  puts("leader: we are back");
  return result;
}

static int tell_news(void *unused, void *nothing) { return hd_task_sleep(900 * HD_MILLISECOND_NS); }
static int report(void *news, void *nothing) {
  int result = hd_shield((struct hd_task *)news, NULL);
  printf("reporter: %s\n", hd_error_text(result));
  return result;
}

static int base(void *unused, void *nothing) {
  struct hd_task leader, reporter, news;
  hd_task_create(&news, tell_news, NULL, 0, 0, "news");
  hd_task_create(&reporter, report, &news, 0, 0, "reporter");
  hd_task_create(&leader, lead, NULL, 0, 0, "leader");
  hd_task_sleep(400 * HD_MILLISECOND_NS);
  hd_task_cancel(&reporter);
  hd_task_cancel(&leader);
  printf("base: the leader %s\n", hd_await(&leader, NULL) == HD_ERROR_CANCELLED ? "came back early" : "reached the top");
  hd_await(&news, NULL);
  hd_task_release(&leader);
  hd_task_release(&reporter);
  hd_task_release(&news);
  return 0;
}

int main(void) { return hd_loop_run(base, NULL, NULL, 0, &(struct hd_loop_options){.task_name = "base"}) != HD_OK; }
