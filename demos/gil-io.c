/* Four that wait, one interpreter lock.
 *
 * Four threads fetch pages: they wait 120 milliseconds for an answer, then read it, which takes one. The interpreter lock is on,
 * but whoever waits gives it up for as long: so all four wait at the same time, and only the reading is done one after the other.
 *
 * What to look at: the long waits lie above each other, and the interpreter lock is free for most of the time. When two answers come at the
 * same moment, one of the threads waits a little for the lock before it reads its own.
 * What to try: usleep instead of hd_thread_sleep. It is not a function of the runtime, so the interpreter lock is kept while it sleeps,
 * and the four take four times as long, unless it stands between hd_gil_release and hd_gil_acquire.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 5
 * expect: actor thread fetcher-4
 * expect: objects gil 1
 * expect: state fetcher-1 blocked 900 -
 * expect: state fetcher-4 blocked 900 -
 * expect: state fetcher-1 wait-gil - 400
 * expect: nofinding gil-serialization
 * expect: nofinding convoy
 */
#include "count-primes.h"
#include <stdio.h>

#define FETCHERS 4
#define PAGES 8

static void fetch(void *words) {
  for (int page = 0; page < PAGES; page++) {
    hd_thread_sleep(120 * HD_MILLISECOND_NS); /* the answer is on its way */
    struct count count = {.limit = 60000};
    count_primes(&count);
    *(int *)words += count.primes;
  }
}

int main(void) {
  struct hd_thread fetchers[FETCHERS];
  int words[FETCHERS] = {0};
  hd_gil_enable(0);
  for (int i = 0; i < FETCHERS; i++) {
    char name[16];
    snprintf(name, sizeof name, "fetcher-%d", i + 1);
    hd_thread_create(&fetchers[i], fetch, &words[i], name);
  }
  for (int i = 0; i < FETCHERS; i++) hd_thread_join(&fetchers[i]);
  printf("%d words on each of %d pages\n", words[0] / PAGES, FETCHERS * PAGES);
  return 0;
}
