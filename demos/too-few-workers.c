/* Too few workers.
 *
 * Twenty requests arrive within 200 ms. Each takes 60 ms to answer; but there are only two workers, so most requests spend much
 * longer in the queue than being answered.
 *
 * What to look at: the queue of the executor grows while the requests arrive, and shrinks slowly. The two workers have no gap: they are
 * what everybody waits for. Compare, of a late request, the time from its submission to its begin with the time it runs. What to try: ten
 * workers: the work, a sleep, overlaps, and no request waits.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 3
 * expect: objects executor 1
 * expect: state main wait-future 250 -
 * expect: state clerk-1 wait-queue - 250
 * expect: nofinding stuck
 */
#include <heddle/heddle.h>
#include <unistd.h>

#define REQUESTS 20

static int answer(const void *argument, void *result) {
  usleep(60000);
  return 0;
}

int main(void) {
  struct hd_executor executor;
  struct hd_future requests[REQUESTS];
  hd_executor_init_threads(&executor, 2, "clerk");
  for (int i = 0; i < REQUESTS; i++) {
    hd_executor_submit(&executor, answer, NULL, 0, 0, &requests[i]);
    usleep(10000);
  }
  hd_future_wait(requests, REQUESTS, HD_UNTIL_ALL, HD_FOREVER);
  for (int i = 0; i < REQUESTS; i++) hd_future_release(&requests[i]);
  hd_executor_shutdown(&executor, true, false);
  hd_executor_release(&executor);
  return 0;
}
