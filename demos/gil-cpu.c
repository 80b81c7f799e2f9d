/* Three that compute, one interpreter lock.
 *
 * Three threads count primes. They share nothing and wait for nothing; but the program has turned the interpreter lock on, and only who
 * holds it may run. So they take turns of five milliseconds, and all three together take as long as one after the other would.
 *
 * What to look at: in the lane of the interpreter lock there is never a gap, and never more than one holder. Each counter runs for a third
 * of its life and waits for the other two thirds: it asks after five milliseconds, and who has it drops it at its next check.
 * What to try: HEDDLE_GIL=0 runs the same program without it, as gil-off does; lay the two above each other with
 * `heddle render --compare`. gil-processes shows how a program escapes from it.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 4
 * expect: actor thread counter-3
 * expect: objects gil 1
 * expect: state counter-1 wait-gil 150 -
 * expect: state counter-2 wait-gil 150 -
 * expect: state counter-3 wait-gil 150 -
 * expect: finding gil-serialization occurred -
 */
#include "count-primes.h"
#include <stdio.h>

#define COUNTERS 3

int main(void) {
  struct hd_thread threads[COUNTERS];
  struct count counts[COUNTERS];
  hd_gil_enable(0);
  for (int i = 0; i < COUNTERS; i++) {
    char name[16];
    counts[i] = (struct count){.limit = 3000000};
    snprintf(name, sizeof name, "counter-%d", i + 1);
    hd_thread_create(&threads[i], count_primes, &counts[i], name);
  }
  for (int i = 0; i < COUNTERS; i++) hd_thread_join(&threads[i]);
  printf("%d primes, three times; the interpreter lock changed hands %lu times\n", counts[0].primes + 1,
         (unsigned long)hd_gil_switch_count());
  return 0;
}
