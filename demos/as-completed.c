/* Results in the order in which they come.
 *
 * Six parcels go on their way at the same time, the slowest first. The clerk takes them as they are completed, whichever it is, and
 * writes each into the book, which takes 40 ms.
 *
 * What to look at: the clerk's waits are not for a certain future, but for the executor: for any of its jobs. Each ends with the end of
 * the job that happens to be next. When two parcels come at once there is no wait for the second.
 * What to try: take them in the order of their numbers with hd_future_result, and compare when the first line is in the book.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 7
 * expect: objects executor 1
 * expect: state main wait-future 300 -
 * expect: nofinding stuck
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define PARCELS 6

static int deliver(const void *argument, void *result) {
  usleep(*(const unsigned *)argument * 1000);
  return 0;
}

int main(void) {
  static const unsigned milliseconds[PARCELS] = {700, 600, 480, 250, 240, 60};
  struct hd_executor carriers;
  struct hd_future parcels[PARCELS];
  hd_executor_init_threads(&carriers, PARCELS, "carrier");
  for (int i = 0; i < PARCELS; i++) hd_executor_submit(&carriers, deliver, &milliseconds[i], sizeof *milliseconds, 0, &parcels[i]);

  struct hd_as_completed arrivals;
  hd_as_completed_begin(&arrivals, parcels, PARCELS, HD_FOREVER);
  for (size_t i; hd_as_completed_next(&arrivals, &i) == HD_OK;) {
    printf("parcel %zu has arrived\n", i);
    usleep(40000);
  }
  hd_as_completed_end(&arrivals);

  for (int i = 0; i < PARCELS; i++) hd_future_release(&parcels[i]);
  hd_executor_shutdown(&carriers, true, false);
  hd_executor_release(&carriers);
  return 0;
}
