/* The convoy effect: a quick one behind one that computes.
 *
 * A server answers a hundred requests. For each it waits two milliseconds, then works for a tenth of one. Alone it is done within a quarter
 * of a second. Then it does the same beside a thread that only computes. Whenever the server waits it gives the interpreter lock up; the
 * other one takes it, and has it for a whole switch interval, five milliseconds: for each answer anew.
 *
 * What to look at: in its second half the server spends nearly all its time waiting for the interpreter lock, behind one and the same
 * thread, though what it asks for is a fiftieth of that time. The thread that computes hardly notices.
 * What to try: HEDDLE_GIL_INTERVAL_MS=1 makes it better for the server. A process for the one that computes ends it.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 4
 * expect: actor thread server-alone
 * expect: objects gil 1
 * expect: state server-alone wait-gil - 50
 * expect: state server wait-gil 200 -
 * expect: finding convoy occurred server
 * expect: finding gil-serialization occurred -
 */
#include "count-primes.h"
#include <stdio.h>

static bool over;

static void compute(void *numbers) {
  while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
    struct count count = {.limit = 1000};
    count_primes(&count);
    *(long *)numbers += count.primes;
  }
}

static void answer(void *answers) {
  for (int request = 0; request < 100; request++) {
    hd_thread_sleep(2 * HD_MILLISECOND_NS); /* until it is there */
    struct count count = {.limit = 14000};
    count_primes(&count);
    *(long *)answers += count.primes;
  }
}

int main(void) {
  struct hd_thread server, computer;
  long answers = 0, numbers = 0;
  hd_gil_enable(0);
  hd_thread_create(&server, answer, &answers, "server-alone");
  hd_thread_join(&server);
  hd_thread_release(&server);

  hd_thread_create(&computer, compute, &numbers, "computer");
  hd_thread_create(&server, answer, &answers, "server");
  hd_thread_join(&server);
  __atomic_store_n(&over, true, __ATOMIC_RELAXED);
  hd_thread_join(&computer);
  printf("%ld primes in answers, %ld computed beside them\n", answers, numbers);
  return 0;
}
