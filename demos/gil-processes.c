/* Three that compute, each in a process of its own.
 *
 * The work of gil-cpu once more, and the interpreter lock is on; but now each counter is a process. Each process has an interpreter lock of
 * its own, which nobody else in it wants: so all of them run whenever a processor is free, as without one.
 *
 * What to look at: four interpreter locks, one a process. The counters hold theirs from beginning to end, and never wait. A child sees
 * only its own copy of the program's memory: what it has counted comes back through memory that the processes share.
 * What to try: give one of the children a second thread that counts, too: those two wait for each other, the other children do not.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 4
 * expect: actor process counter-3
 * expect: ended counter-1 0
 * expect: objects gil 4
 * expect: state counter-1 wait-gil - 0
 * expect: state counter-2 wait-gil - 0
 * expect: state main wait-process 100 -
 * expect: nofinding gil-serialization
 */
#include "count-primes.h"
#include <stdio.h>

#define COUNTERS 3

static int count_in_child(void *count) {
  count_primes(count);
  return 0;
}

int main(void) {
  struct hd_process processes[COUNTERS];
  struct count *counts = hd_process_memory_new(COUNTERS * sizeof *counts);
  hd_gil_enable(0);
  for (int i = 0; i < COUNTERS; i++) {
    char name[16];
    counts[i] = (struct count){.limit = 3000000};
    snprintf(name, sizeof name, "counter-%d", i + 1);
    hd_process_create(&processes[i], count_in_child, &counts[i], name);
  }
  for (int i = 0; i < COUNTERS; i++) hd_process_join(&processes[i]);
  printf("%d primes, three times\n", counts[0].primes + 1);
  return counts[0].primes != counts[2].primes;
}
