/* Producers, consumers and a condition.
 *
 * A baker bakes a loaf every 50 ms and puts it on a shelf that holds four. Two customers take loaves, faster than they are baked: so they
 * wait, on a condition, until the baker notifies them. Half-way the baker hurries: now the shelf is full, and the baker waits.
 *
 * What to look at: nothing is wrong here, no finding. The customers' waits end at the baker's notifications (the arrows), and the
 * wait to get the lock back is a wait of its own, of some microseconds. In the second half the arrows point the other way.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 4
 * expect: objects lock 1
 * expect: objects condition 2
 * expect: state anna wait-condition 150 -
 * expect: state ben wait-condition 150 -
 * expect: state baker wait-condition 150 -
 */
#include <heddle/heddle.h>
#include <unistd.h>

#define SHELF_CAPACITY 4
#define LOAVES 40
static struct hd_lock shelf_lock;
static struct hd_condition not_empty, not_full;
static int loaves_on_shelf, loaves_sold;

static void bake(void *unused) {
  for (int i = 0; i < LOAVES; i++) {
    usleep(i < LOAVES / 2 ? 50000 : 2000);
    hd_lock_acquire(&shelf_lock);
    while (loaves_on_shelf == SHELF_CAPACITY) hd_condition_wait(&not_full);
    loaves_on_shelf++;
    hd_condition_notify(&not_empty, 1);
    hd_lock_release(&shelf_lock);
  }
}

static void buy(void *unused) {
  for (;;) {
    hd_lock_acquire(&shelf_lock);
    while (loaves_on_shelf == 0 && loaves_sold < LOAVES) hd_condition_wait(&not_empty);
    if (loaves_sold == LOAVES) {
      hd_lock_release(&shelf_lock);
      return;
    }
    loaves_on_shelf--;
    int sold = ++loaves_sold;
    hd_condition_notify(&not_full, 1);
    if (sold == LOAVES) hd_condition_notify_all(&not_empty); /* nobody need wait for another loaf */
    hd_lock_release(&shelf_lock);
    usleep(sold < LOAVES / 2 ? 5000 : 60000); /* eats it */
  }
}

int main(void) {
  struct hd_thread baker, anna, ben;
  hd_lock_init(&shelf_lock, "shelf_lock");
  hd_condition_init(&not_empty, &shelf_lock, "not_empty");
  hd_condition_init(&not_full, &shelf_lock, "not_full");
  hd_thread_create(&anna, buy, NULL, "anna");
  hd_thread_create(&ben, buy, NULL, "ben");
  hd_thread_create(&baker, bake, NULL, "baker");
  hd_thread_join(&baker);
  hd_thread_join(&anna);
  hd_thread_join(&ben);
  return 0;
}
