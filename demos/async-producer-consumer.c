/* Producers and consumers that are tasks.
 *
 * A baker puts loaves on a shelf for three, one every 25 ms; two customers take them, and each needs 100 ms to go home and come again. When
 * the baker is done, the shelf is shut: who waits for another loaf goes home without.
 *
 * What to look at: the arrow from each loaf's put to its get. First the customers wait for loaves, then the shelf fills up and it is the
 * baker who waits. There is no lock: between two awaits nobody else of the loop runs, so nobody can see the shelf half changed. What to
 * try: a third customer.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 1
 * expect: actors task 4
 * expect: objects queue 1
 * expect: passed 20 20 shelf
 * expect: state baker wait-queue 150 -
 * expect: state anna blocked 800 -
 * expect: state carl wait-queue 20 -
 * expect: nofinding stuck
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define LOAVES 20
static struct hd_async_queue shelf;

static int bake(void *unused, void *nothing) {
  static int loaves[LOAVES];
  for (int i = 0; i < LOAVES; i++) {
    hd_task_sleep(25 * HD_MILLISECOND_NS);
    loaves[i] = i + 1;
    hd_async_queue_put(&shelf, &loaves[i]);
  }
  return 0;
}

static int buy(void *name, void *nothing) {
  void *loaf;
  while (hd_async_queue_get(&shelf, &loaf) == HD_OK) {
    printf("%s takes loaf %d\n", (const char *)name, *(int *)loaf);
    hd_task_sleep(100 * HD_MILLISECOND_NS);
    hd_async_queue_task_done(&shelf);
  }
  return 0;
}

static int day(void *unused, void *nothing) {
  struct hd_task baker, customers[2];
  hd_async_queue_init(&shelf, HD_QUEUE_FIFO, 3, "shelf");
  hd_task_create(&customers[0], buy, "anna", 0, 0, "anna");
  hd_task_create(&customers[1], buy, "carl", 0, 0, "carl");
  hd_task_create(&baker, bake, NULL, 0, 0, "baker");
  hd_await(&baker, NULL);
  hd_async_queue_join(&shelf);            /* until all loaves are at home */
  hd_async_queue_shutdown(&shelf, false); /* nobody waits for another */
  hd_gather(customers, 2, NULL, NULL);
  hd_task_release(&baker);
  for (int i = 0; i < 2; i++) hd_task_release(&customers[i]);
  return hd_async_queue_destroy(&shelf);
}

int main(void) { return hd_loop_run(day, NULL, NULL, 0, &(struct hd_loop_options){.task_name = "day"}) != HD_OK; }
