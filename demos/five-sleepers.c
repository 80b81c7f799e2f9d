/* Five sleepers and their joins.
 *
 * Five threads sleep for 1, 2, 3, 4 and 5 fifths of a second. The main thread waits for each of them, in another order: first for the one
 * that sleeps longest.
 *
 * What to look at: five arrows where main creates them, all at the same moment. All five sleep at the same time: it takes one second, not
 * three. Main's first wait lasts as long as the longest sleep; the other four joins find a thread that has ended, and do not wait at all.
 * What to try: join them in the order of their sleeps: then main waits five times, a fifth of a second each. It takes no longer.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 6
 * expect: actor thread sleeps-5
 * expect: state main wait-join 800 -
 * expect: state sleeps-1 blocked 180 -
 * expect: state sleeps-5 blocked 900 -
 */
#include <heddle/heddle.h>
#include <stdio.h>
#include <unistd.h>

#define SLEEPERS 5

static void sleep_well(void *fifths) { usleep(*(int *)fifths * 200000u); }

int main(void) {
  struct hd_thread sleepers[SLEEPERS];
  int fifths[SLEEPERS];
  for (int i = 0; i < SLEEPERS; i++) {
    char name[16];
    fifths[i] = i + 1;
    snprintf(name, sizeof name, "sleeps-%d", fifths[i]);
    hd_thread_create(&sleepers[i], sleep_well, &fifths[i], name);
  }
  for (int i = SLEEPERS - 1; i >= 0; i--) hd_thread_join(&sleepers[i]);
  return 0;
}
