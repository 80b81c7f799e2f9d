/* A short and a long switch interval.
 *
 * Two threads count primes under the interpreter lock, with a switch interval of 1 millisecond; then two others do the same with one of 50.
 * A short interval makes them look as if they ran at the same time, and costs many changes; a long one costs next to nothing, and lets
 * whoever has something urgent to do wait for long.
 *
 * What to look at: the lane of the interpreter lock, striped in its first half, in a few broad parts in the second. The whole takes about
 * the same time: an interval gives nobody more, it only divides.
 * What to try: HEDDLE_GIL_INTERVAL_MS cannot change this program, which sets the interval itself; try other numbers in main.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 5
 * expect: actor thread slow-2
 * expect: objects gil 1
 * expect: state quick-1 wait-gil 20 -
 * expect: state quick-2 wait-gil 20 -
 * expect: state slow-1 wait-gil 20 -
 * expect: finding gil-serialization occurred -
 */
#include "count-primes.h"
#include <stdio.h>

/* How often the interpreter lock changed hands meanwhile. */
static unsigned long count_twice(int64_t interval_ns, const char *names[2]) {
  uint64_t before = hd_gil_switch_count();
  struct hd_thread threads[2];
  struct count counts[2] = {{.limit = 3000000}, {.limit = 3000000}};
  hd_gil_set_switch_interval(interval_ns);
  for (int i = 0; i < 2; i++) hd_thread_create(&threads[i], count_primes, &counts[i], names[i]);
  for (int i = 0; i < 2; i++) hd_thread_join(&threads[i]);
  return (unsigned long)(hd_gil_switch_count() - before);
}

int main(void) {
  hd_gil_enable(0);
  unsigned long quick = count_twice(1 * HD_MILLISECOND_NS, (const char *[]){"quick-1", "quick-2"});
  unsigned long slow = count_twice(50 * HD_MILLISECOND_NS, (const char *[]){"slow-1", "slow-2"});
  printf("it changed hands %lu times with an interval of 1 ms, %lu times with one of 50 ms\n", quick, slow);
  return hd_gil_is_enabled() && quick <= slow;
}
