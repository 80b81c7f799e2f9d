/* The lost update.
 *
 * Two cashiers put money into one account, a dozen times a euro each. Each reads the balance, adds a euro, and writes what came out. In
 * between the other may do the same, from the same balance: then both write the same number, and one euro is gone. At the end there are
 * fewer than 24.
 *
 * What to look at: on the lane of balance every read and write, with the version that it saw or made. The finding names a pair: one
 * cashier reads a version, the other writes a newer one, and the first overwrites it without having seen it.
 * What to try: hd_shared_update(&balance, 1): reads, adds and writes in one step. Or a lock around the three lines.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 3
 * expect: objects shared 1
 * expect: finding lost-update occurred anna,ben
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define DEPOSITS 12
static struct hd_shared balance;

static void deposit(void *pause_ns) {
  for (int i = 0; i < DEPOSITS; i++) {
    int64_t euros = hd_shared_read(&balance);
    hd_thread_sleep(25 * HD_MILLISECOND_NS); /* counts the coins; without it the same would happen, seldom enough to pass every test */
    hd_shared_write(&balance, euros + 1);
    hd_thread_sleep(*(int64_t *)pause_ns);
  }
}

int main(void) {
  struct hd_thread anna, ben;
  int64_t short_ns = 40 * HD_MILLISECOND_NS, long_ns = 65 * HD_MILLISECOND_NS;
  hd_shared_init(&balance, 0, "balance");
  hd_thread_create(&anna, deposit, &short_ns, "anna");
  hd_thread_sleep(12 * HD_MILLISECOND_NS);
  hd_thread_create(&ben, deposit, &long_ns, "ben");
  hd_thread_join(&anna);
  hd_thread_join(&ben);
  printf("%d euros were paid in, and there are %d\n", 2 * DEPOSITS, (int)hd_shared_read(&balance));
  return 0;
}
