/* Three that compute, without an interpreter lock.
 *
 * The three threads of gil-cpu, in a program that never turns the interpreter lock on: each runs whenever a processor is free.
 *
 * What to look at: the counters run side by side, as many at a time as the machine has processors, and nobody waits for anything. The whole
 * is shorter than gil-cpu by as much.
 * What to try: `heddle render --compare` lays gil-cpu and this one above each other on one scale.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 4
 * expect: objects gil 0
 * expect: state counter-1 wait-gil - 0
 * expect: nofinding gil-serialization
 */
#include "count-primes.h"
#include <stdio.h>

#define COUNTERS 3

int main(void) {
  struct hd_thread threads[COUNTERS];
  struct count counts[COUNTERS];
  for (int i = 0; i < COUNTERS; i++) {
    char name[16];
    counts[i] = (struct count){.limit = 3000000};
    snprintf(name, sizeof name, "counter-%d", i + 1);
    hd_thread_create(&threads[i], count_primes, &counts[i], name);
  }
  for (int i = 0; i < COUNTERS; i++) hd_thread_join(&threads[i]);
  printf("%d primes, three times\n", counts[0].primes + 1);
  return 0;
}
