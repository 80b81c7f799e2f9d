/* A pool: map, and a result that does not come in time.
 *
 * Three worker processes develop twelve photographs with a map, handed over two at a time: it waits for all of them. Then each of four
 * photographs is a job of its own (apply-async). One of them takes long; after 150 ms main stops waiting for it, goes on with
 * another, and asks again later.
 *
 * What to look at: during the map the three lanes of the pool are filled evenly; main waits for one result after the other. In the second
 * half one of main's waits ends without an arrow: the time ran out. The job itself goes on, nobody has told it to stop.
 * What to try: end the program with hd_pool_terminate before the slow job is done.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 4
 * expect: objects pool 1
 * expect: actor thread darkroom-manager
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

static int develop(const void *argument, void *result) {
  int milliseconds = *(const int *)argument;
  usleep((unsigned)milliseconds * 1000);
  *(int *)result = milliseconds;
  return 0;
}

int main(void) {
  struct hd_pool darkroom;
  int times[12] = {40, 60, 50, 40, 60, 50, 40, 60, 50, 40, 60, 50}, results[12];
  struct hd_map map = {times, sizeof *times, results, sizeof *results, 12, .chunk_count = 2};
  hd_pool_init(&darkroom, 3, "darkroom");
  hd_pool_map(&darkroom, develop, &map, HD_FOREVER);

  struct hd_future photographs[4];
  int slow[4] = {50, 500, 50, 50}, result;
  for (int i = 0; i < 4; i++) hd_pool_apply_async(&darkroom, develop, &slow[i], sizeof *slow, sizeof result, &photographs[i]);
  for (int i = 0; i < 4; i++)
    if (hd_future_result(&photographs[i], &result, 150 * HD_MILLISECOND_NS) == HD_ERROR_TIMEOUT)
      printf("photograph %d is not ready yet\n", i);
  hd_future_result(&photographs[1], &result, HD_FOREVER);
  printf("photograph 1 took %d ms\n", result);

  for (int i = 0; i < 4; i++) hd_future_release(&photographs[i]);
  hd_pool_close(&darkroom);
  hd_pool_join(&darkroom);
  hd_pool_release(&darkroom);
  return 0;
}
