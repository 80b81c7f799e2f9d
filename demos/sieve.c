/* The same sieve, by threads and by processes.
 *
 * All primes below sixty million are counted, in forty segments. Each segment is a job; an executor of two threads runs them, then one of
 * two processes. The code that submits and asks for results is the same.
 *
 * What to look at: first two lanes of threads with twenty jobs each; then two lanes of processes, forked by the executor's manager. The
 * processes begin later (a fork is more than a new thread), and their results come by way of the manager. On a lane of a worker each job is
 * a span, with little between two.
 * What to try: four workers; one segment in ten as long as the others together.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 3
 * expect: objects executor 2
 * expect: actor thread threads-1
 * expect: actor thread threads-2
 * expect: actor thread processes-manager
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include <errno.h>
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>

#define LIMIT 60000000
#define SEGMENTS 40
#define SEGMENT_LENGTH (LIMIT / SEGMENTS)

/* Counts the primes of one segment: strikes out the multiples of all small numbers. */
static int count_primes(const void *argument, void *result) {
  char *composite = calloc(SEGMENT_LENGTH, 1);
  if (!composite) return ENOMEM;
  long first = *(const long *)argument, last = first + SEGMENT_LENGTH, count = 0;
  for (long factor = 2; factor * factor < last; factor++) {
    long multiple = (first + factor - 1) / factor * factor;
    for (multiple = multiple > factor ? multiple : 2 * factor; multiple < last; multiple += factor) composite[multiple - first] = 1;
  }
  for (long number = first; number < last; number++) count += number > 1 && !composite[number - first];
  free(composite);
  *(long *)result = count;
  return 0;
}

static long count_by(struct hd_executor *executor) {
  long firsts[SEGMENTS], counts[SEGMENTS], total = 0;
  for (int i = 0; i < SEGMENTS; i++) firsts[i] = (long)i * SEGMENT_LENGTH;
  struct hd_map map = {firsts, sizeof *firsts, counts, sizeof *counts, SEGMENTS};
  hd_executor_map(executor, count_primes, &map, HD_FOREVER);
  for (int i = 0; i < SEGMENTS; i++) total += counts[i];
  hd_executor_shutdown(executor, true, false);
  hd_executor_release(executor);
  return total;
}

int main(void) {
  struct hd_executor threads, processes;
  hd_executor_init_threads(&threads, 2, "threads");
  printf("threads: %ld primes below %d\n", count_by(&threads), LIMIT);
  hd_executor_init_processes(&processes, 2, "processes");
  printf("processes: %ld primes below %d\n", count_by(&processes), LIMIT);
  return 0;
}
