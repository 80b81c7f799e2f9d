/* Two locks, two orders.
 *
 * Alice moves money from savings to checking: she locks savings, then checking. Bob moves money the other way, and locks the other way
 * round. Each gets a first lock, and waits for the second for ever.
 *
 * What to look at: the two red waits at the end, each for a lock that the other holds; the arrows close a circle. Everything before
 * it looks harmless, and on a lucky day, when one is done before the other begins, nothing happens at all.
 * What to try: let bob lock savings first, too.
 *
 * expect: exit 1
 * expect: lost 0
 * expect: actor thread alice
 * expect: actor thread bob
 * expect: objects lock 2
 * expect: finding deadlock occurred alice,bob
 * expect: state alice wait-lock 700 -
 * expect: state bob wait-lock 700 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

static struct hd_lock savings, checking;
static int savings_euros = 100, checking_euros = 100;

static void save_less(void *unused) {
  hd_lock_acquire(&savings);
  hd_thread_sleep(300 * HD_MILLISECOND_NS);
  hd_lock_acquire(&checking);
  savings_euros -= 10, checking_euros += 10;
  hd_lock_release(&checking);
  hd_lock_release(&savings);
}

static void save_more(void *unused) {
  hd_lock_acquire(&checking);
  hd_thread_sleep(300 * HD_MILLISECOND_NS);
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
  if (hd_thread_join_timed(&alice, 1300 * HD_MILLISECOND_NS) == HD_ERROR_TIMEOUT) {
    fputs("deadlock: alice and bob hang; giving up\n", stderr);
    _exit(1);
  }
  hd_thread_join(&bob);
  return 0;
}
