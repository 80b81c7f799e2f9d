/* What the interpreter lock costs: two threads that wake each other in turn (so each time it goes from one to the other) against the
 * same by a mutex and a condition, and by the runtime without it; a release and acquire that nobody else wants; and a check. In
 * nanoseconds of wall time, the median over rounds.
 *
 * usage: gil COUNT [heddle]
 *   heddle  only what is under the interpreter lock, for a run that is recorded
 * prints: a round trip bare, by semaphores without the interpreter lock, with it; the median of the ratios of the last to the first (0 for
 * what was not measured); a release and acquire; a check */
#include <heddle/heddle.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 11
#include "rounds.h"

static long count;

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  long turn; /* even: the first one's */
} bare = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void take_turns(long mine) {
  pthread_mutex_lock(&bare.mutex);
  for (long i = 0; i < count; i++) {
    while (bare.turn % 2 != mine) pthread_cond_wait(&bare.changed, &bare.mutex);
    bare.turn++;
    pthread_cond_signal(&bare.changed);
  }
  pthread_mutex_unlock(&bare.mutex);
}
static void *answer_bare(void *unused) {
  take_turns(1);
  return unused;
}
static void by_hand(void) {
  pthread_t other;
  if (pthread_create(&other, NULL, answer_bare, NULL) != 0) exit(1);
  take_turns(0);
  pthread_join(other, NULL);
}

static struct hd_semaphore asked, answered;
static void answer(void *unused) {
  for (long i = 0; i < count; i++) {
    hd_semaphore_acquire(&asked);
    hd_semaphore_release(&answered, 1);
  }
}
static void by_semaphores(void) {
  struct hd_thread other;
  if (hd_thread_create(&other, answer, NULL, NULL) != HD_OK) exit(1);
  for (long i = 0; i < count; i++) {
    hd_semaphore_release(&asked, 1);
    hd_semaphore_acquire(&answered);
  }
  hd_thread_join(&other);
  hd_thread_release(&other);
}

static void by_releases(void) {
  for (long i = 0; i < count; i++)
    if (hd_gil_release() != HD_OK || hd_gil_acquire() != HD_OK) exit(1);
}
static void by_checks(void) {
  for (long i = 0; i < count; i++) hd_gil_check();
}

static double measure_ns(void (*work)(void)) {
  double began_ns = now_ns();
  work();
  return (now_ns() - began_ns) / (double)count;
}

int main(int argc, char **argv) {
  double bare_ns[ROUNDS] = {0}, without_ns[ROUNDS] = {0}, with_ns[ROUNDS], ratio[ROUNDS] = {0}, release_ns[ROUNDS], check_ns[ROUNDS];
  if (argc < 2 || (count = atol(argv[1])) <= 0) return 2;
  bool compared = argc == 2;
  hd_semaphore_init(&asked, 0, "asked");
  hd_semaphore_init(&answered, 0, "answered");
  for (int i = 0; i < ROUNDS && compared; i++) without_ns[i] = measure_ns(by_semaphores);
  if (hd_gil_enable(0) != HD_OK) return 1;
  for (int i = 0; i < ROUNDS; i++) {
    if (compared) bare_ns[i] = measure_ns(by_hand);
    with_ns[i] = measure_ns(by_semaphores);
    release_ns[i] = measure_ns(by_releases);
    check_ns[i] = measure_ns(by_checks);
    if (compared) ratio[i] = with_ns[i] / bare_ns[i];
  }
  printf("%.1f %.1f %.1f %.3f %.1f %.1f\n", median(bare_ns), median(without_ns), median(with_ns), median(ratio), median(release_ns),
         median(check_ns));
  return 0;
}
