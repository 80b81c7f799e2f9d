/* A job that waits for a job.
 *
 * A kitchen has two cooks, an executor with two workers. A dinner is a job; in its middle it orders a sauce from the same kitchen, another
 * job, and waits for it. With two dinners at once both cooks wait for a sauce, and nobody is left to make one.
 *
 * What to look at: both cooks wait for a future at the end. Their sauces were submitted, and lie in the kitchen's queue for ever: there is
 * no circle of locks, but no way on either. With a single dinner, or a third cook, the program ends.
 * What to try: three cooks; a second executor for the sauces.
 *
 * expect: exit -14
 * expect: lost 0
 * expect: actors thread 3
 * expect: objects executor 1
 * expect: finding executor-starvation occurred kitchen-1,kitchen-2
 * expect: state kitchen-1 wait-future 700 -
 * expect: state kitchen-2 wait-future 700 -
 */
#include <heddle/heddle.h>
#include <unistd.h>

static struct hd_executor kitchen;

static int make_sauce(const void *argument, void *result) {
  usleep(50000);
  return 0;
}

static int make_dinner(const void *argument, void *result) {
  struct hd_future sauce;
  usleep(300000);
  hd_executor_submit(&kitchen, make_sauce, NULL, 0, 0, &sauce);
  hd_future_result(&sauce, NULL, HD_FOREVER);
  hd_future_release(&sauce);
  return 0;
}

int main(void) {
  struct hd_future dinners[2];
  hd_executor_init_threads(&kitchen, 2, "kitchen");
  for (int i = 0; i < 2; i++) hd_executor_submit(&kitchen, make_dinner, NULL, 0, 0, &dinners[i]);
  alarm(2); /* ends the program if it hangs */
  hd_future_wait(dinners, 2, HD_UNTIL_ALL, HD_FOREVER);
  for (int i = 0; i < 2; i++) hd_future_release(&dinners[i]);
  hd_executor_shutdown(&kitchen, true, false);
  hd_executor_release(&kitchen);
  return 0;
}
