/* Two locks, two orders, and a good day.
 *
 * Alice locks savings, then checking; bob locks checking, then savings. Bob comes a fifth of a second after alice, so they never meet, and
 * all goes well: today, and on every day on which nobody is held up. No sleep makes them meet, so no test will see them hang.
 *
 * What to look at: two short holds of each lock, nobody waits, and still a finding: the two orders would make a deadlock.
 * What to try: `heddle explore -- build/demos/ab-ba` tries one order of events after the other until they do meet, and tells the seed of
 * that order; `heddle demo ab-ba --seed N` shows it, and shows the same every time.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actor thread alice
 * expect: actor thread bob
 * expect: objects lock 2
 * expect: finding lock-order predicted|potential alice,bob
 */
#include <heddle/heddle.h>

static struct hd_lock savings, checking;
static int savings_euros = 100, checking_euros = 100;

static void save_less(void *unused) {
  hd_lock_acquire(&savings);
  hd_lock_acquire(&checking);
  savings_euros -= 10, checking_euros += 10;
  hd_lock_release(&checking);
  hd_lock_release(&savings);
}

static void save_more(void *unused) {
  hd_thread_sleep(200 * HD_MILLISECOND_NS);
  hd_lock_acquire(&checking);
  hd_lock_acquire(&savings);
  checking_euros -= 10, savings_euros += 10;
  hd_lock_release(&savings);
  hd_lock_release(&checking);
}

int main(void) {
  struct hd_thread alice, bob;
  hd_lock_init(&savings, "savings");
  hd_lock_init(&checking, "checking");
  hd_thread_create(&alice, save_less, NULL, "alice");
  hd_thread_create(&bob, save_more, NULL, "bob");
  hd_thread_join(&alice);
  hd_thread_join(&bob);
  return 0;
}
