/* Cancelling what has not begun.
 *
 * Ten searches are handed to two workers. After 250 ms the first one finds what was looked for, so the others are not needed any more:
 * those still in the queue are cancelled, and never run. The one that is running cannot be cancelled: it is too late.
 *
 * What to look at: ten submissions at the start, but three jobs on the lanes of the workers. The executor's queue, drawn below, falls to
 * nothing at once where main cancels the other seven. Main asks for the result of one of these all the same: a mistake, and a mark.
 * What to try: three workers; hd_executor_shutdown with cancel_pending, which does the same in one call.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 3
 * expect: objects executor 1
 * expect: state searcher-1 blocked 200 -
 * expect: nofinding stuck
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define SEARCHES 10

static int search(const void *argument, void *result) {
  usleep(*(const unsigned *)argument * 1000);
  return 0;
}

int main(void) {
  struct hd_executor executor;
  struct hd_future searches[SEARCHES];
  hd_executor_init_threads(&executor, 2, "searcher");
  for (int i = 0; i < SEARCHES; i++) {
    unsigned milliseconds = i == 0 ? 250 : 600;
    hd_executor_submit(&executor, search, &milliseconds, sizeof milliseconds, 0, &searches[i]);
  }
  hd_future_wait(searches, SEARCHES, HD_UNTIL_FIRST, HD_FOREVER);
  usleep(50000);
  for (int i = 1; i < SEARCHES; i++) printf("search %d: %s\n", i, hd_future_cancel(&searches[i]) ? "cancelled" : "too late");
  int outcome = hd_future_result(&searches[9], NULL, HD_FOREVER);
  printf("result of search 9: %s\n", hd_error_text(outcome));

  for (int i = 0; i < SEARCHES; i++) hd_future_release(&searches[i]);
  hd_executor_shutdown(&executor, true, false);
  hd_executor_release(&executor);
  return 0;
}
