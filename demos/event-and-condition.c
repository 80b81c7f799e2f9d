/* An event for what is said once, a condition for what goes on.
 *
 * Two shoppers wait for a shop to open: that is an event. It is set once, all who wait for it go on, and who comes later finds it set and
 * does not wait. Inside they wait for bread, again and again: that is a condition. The baker puts a loaf on the counter and notifies one of
 * those who wait; a notification that finds nobody waiting is gone, which does no harm, since a shopper first looks whether there is bread.
 *
 * What to look at: one set, two arrows from it to both shoppers at the same moment. Then one arrow for each loaf, from the baker to the one
 * who was notified. The last shopper comes late: no wait for the event at all.
 * What to try: notify_all for each loaf: both wake up, one of them for nothing.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 5
 * expect: objects event 1
 * expect: objects condition 1
 * expect: state anna wait-event 150 -
 * expect: state ben wait-event 150 -
 * expect: state anna wait-condition 100 -
 * expect: state late wait-event - 20
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define LOAVES 12
static struct hd_event shop_open;
static struct hd_lock counter_lock;
static struct hd_condition bread;
static int loaves, eaten;

static void shop(void *name) {
  hd_event_wait(&shop_open);
  for (int bought = 0; bought < LOAVES / 3; bought++) {
    hd_lock_acquire(&counter_lock);
    while (loaves == 0) hd_condition_wait(&bread);
    loaves--, eaten++;
    hd_lock_release(&counter_lock);
    printf("%s has a loaf\n", (const char *)name);
    usleep(20000);
  }
}

static void bake(void *unused) {
  usleep(250000);
  hd_event_set(&shop_open);
  for (int i = 0; i < LOAVES; i++) {
    usleep(60000);
    hd_lock_acquire(&counter_lock);
    loaves++;
    hd_condition_notify(&bread, 1);
    hd_lock_release(&counter_lock);
  }
}

int main(void) {
  struct hd_thread baker, anna, ben, late;
  hd_event_init(&shop_open, "shop_open");
  hd_lock_init(&counter_lock, "counter_lock");
  hd_condition_init(&bread, &counter_lock, "bread");
  hd_thread_create(&anna, shop, "anna", "anna");
  hd_thread_create(&ben, shop, "ben", "ben");
  hd_thread_create(&baker, bake, NULL, "baker");
  usleep(500000);
  hd_thread_create(&late, shop, "late", "late");
  hd_thread_join(&baker);
  hd_thread_join(&anna);
  hd_thread_join(&ben);
  hd_thread_join(&late);
  return 0;
}
