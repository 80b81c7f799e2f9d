/* One thread, two threads, two processes.
 *
 * The same work three times: counting the primes below a limit by trial division. First main does it alone; then two threads take a
 * half each; then two processes. The second and third are faster when there are two processors, and as slow as the first when there is one.
 *
 * What to look at: three parts one after the other. In the second two lanes run side by side in the one process; in the third each
 * lane is a process of its own, started by main, with an exit code at its end. A child's count comes back through memory that the
 * processes share: what a child writes elsewhere only the child sees.
 * What to try: split the numbers into halves at limit / 2; who has the larger ones works longer, and main waits for that one.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 3
 * expect: actors thread 5
 * expect: actor thread thread-odd
 * expect: actor process process-odd
 * expect: actor process process-even
 * expect: ended process-odd 0
 * expect: ended process-even 0
 * expect: state main wait-join 30 -
 * expect: state main wait-process 30 -
 */
#include <heddle/heddle.h>
#include <stdio.h>

#define LIMIT 4000000

/* Every second of the numbers that are worth trying. */
struct share {
  int first;
  int step;
  int count;
};

static bool is_prime(int number) {
  for (int divisor = 3; divisor * divisor <= number; divisor += 2)
    if (number % divisor == 0) return false;
  return true;
}

static void count_primes(void *argument) {
  struct share *share = argument;
  for (int number = share->first; number < LIMIT; number += share->step) share->count += is_prime(number);
}

static int count_in_child(void *share) {
  count_primes(share);
  return 0;
}

int main(void) {
  struct share all = {3, 2, 0}, halves[2] = {{3, 4, 0}, {5, 4, 0}};
  count_primes(&all);

  struct hd_thread threads[2];
  hd_thread_create(&threads[0], count_primes, &halves[0], "thread-odd");
  hd_thread_create(&threads[1], count_primes, &halves[1], "thread-even");
  for (int i = 0; i < 2; i++) hd_thread_join(&threads[i]);

  struct share *shared = hd_process_memory_new(2 * sizeof *shared);
  struct hd_process processes[2];
  shared[0] = (struct share){3, 4, 0};
  shared[1] = (struct share){5, 4, 0};
  hd_process_create(&processes[0], count_in_child, &shared[0], "process-odd");
  hd_process_create(&processes[1], count_in_child, &shared[1], "process-even");
  for (int i = 0; i < 2; i++) hd_process_join(&processes[i]);

  int by_threads = halves[0].count + halves[1].count, by_processes = shared[0].count + shared[1].count;
  printf("primes below %d: %d alone, %d by threads, %d by processes\n", LIMIT, all.count + 1, by_threads + 1, by_processes + 1);
  return by_threads != all.count || by_processes != all.count;
}
