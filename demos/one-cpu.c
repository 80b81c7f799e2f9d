/* At the same time, and yet one after the other.
 *
 * Three threads count primes, without an interpreter lock and without waiting for anything; but the program may use one processor only. The
 * system lets each of them run for some milliseconds in turn: they are concurrent, and not parallel.
 *
 * What to look at: the three lanes begin together and end together, but where one runs the other two are ready, which is to want a
 * processor and have none; and it is the whole time of all three, added up. No lock is to blame: there is none. (Where the system does not
 * permit to record who runs, the lanes only say that they wait for nothing.)
 * What to try: take out use_one_processor. gil-cpu looks the same from afar, and is something else: there the processors are free.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 4
 * expect: actor thread counter-3
 * expect: objects gil 0
 * expect: state main wait-join 200 -
 * expect: nofinding gil-serialization
 */
#include "count-primes.h"
#include <sched.h>
#include <stdio.h>
#include <time.h>

#define COUNTERS 3

/* The first of those that the program may use; its threads inherit that. */
static void use_one_processor(void) {
  cpu_set_t allowed, one;
  CPU_ZERO(&one);
  sched_getaffinity(0, sizeof allowed, &allowed);
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++)
    if (CPU_ISSET(i, &allowed)) CPU_SET(i, &one);
  sched_setaffinity(0, sizeof one, &one);
}

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(void) {
  struct hd_thread threads[COUNTERS];
  struct count counts[COUNTERS];
  use_one_processor();
  double began = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID);
  for (int i = 0; i < COUNTERS; i++) {
    char name[16];
    counts[i] = (struct count){.limit = 3000000};
    snprintf(name, sizeof name, "counter-%d", i + 1);
    hd_thread_create(&threads[i], count_primes, &counts[i], name);
  }
  for (int i = 0; i < COUNTERS; i++) hd_thread_join(&threads[i]);
  double took = seconds(CLOCK_MONOTONIC) - began;
  used = seconds(CLOCK_PROCESS_CPUTIME_ID) - used;
  printf("%.2f s, of which the three together ran %.2f s\n", took, used);
  return used > took * 1.05; /* nothing ran beside anything else */
}
