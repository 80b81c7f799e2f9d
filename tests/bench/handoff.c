/* What it takes to have something done by another thread, or process, and to get the result: an executor with one worker against a bare
 * hand-off (a mutex and a condition, there and back), in nanoseconds of wall time, the median over rounds that take turns.
 *
 * usage: handoff COUNT [heddle]
 *   heddle  only the executors, for a run that is recorded
 * prints: the bare hand-off's, the executor's of a thread, of a process, and the median of the first two's ratios (0 for what was not
 * measured) */
#include <heddle/executor.h>
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
  pthread_cond_t asked, answered;
  long question, answer;
  bool has_question, has_answer;
} bare = {.mutex = PTHREAD_MUTEX_INITIALIZER, .asked = PTHREAD_COND_INITIALIZER, .answered = PTHREAD_COND_INITIALIZER};

static void *answer(void *unused) {
  pthread_mutex_lock(&bare.mutex);
  for (;;) {
    while (!bare.has_question) pthread_cond_wait(&bare.asked, &bare.mutex);
    bare.has_question = false;
    long question = bare.question;
    pthread_mutex_unlock(&bare.mutex);
    if (question < 0) return unused;
    pthread_mutex_lock(&bare.mutex);
    bare.answer = question + 1;
    bare.has_answer = true;
    pthread_cond_signal(&bare.answered);
  }
}
static void ask(long question) {
  pthread_mutex_lock(&bare.mutex);
  bare.question = question;
  bare.has_question = true;
  pthread_cond_signal(&bare.asked);
  while (question >= 0 && !bare.has_answer) pthread_cond_wait(&bare.answered, &bare.mutex);
  bare.has_answer = false;
  pthread_mutex_unlock(&bare.mutex);
}
static void by_hand(struct hd_executor *unused) {
  for (long i = 0; i < count; i++) ask(i);
}

static int add_one(const void *argument, void *result) {
  *(long *)result = *(const long *)argument + 1;
  return 0;
}
static void by_executor(struct hd_executor *executor) {
  for (long i = 0, result; i < count; i++) {
    struct hd_future future;
    if (hd_executor_submit(executor, add_one, &i, sizeof i, sizeof result, &future) != HD_OK) exit(1);
    if (hd_future_result(&future, &result, HD_FOREVER) != HD_OK || result != i + 1) exit(1);
    hd_future_release(&future);
  }
}

static double measure_ns(void (*work)(struct hd_executor *), struct hd_executor *executor) {
  double began_ns = now_ns();
  work(executor);
  return (now_ns() - began_ns) / (double)count;
}

int main(int argc, char **argv) {
  struct hd_executor threads, processes;
  double bare_ns[ROUNDS] = {0}, thread_ns[ROUNDS], process_ns[ROUNDS], ratio[ROUNDS] = {0};
  pthread_t other;
  if (argc < 2 || (count = atol(argv[1])) <= 0) return 2;
  if (hd_executor_init_threads(&threads, 1, "thread") != HD_OK || hd_executor_init_processes(&processes, 1, "process") != HD_OK) return 1;
  by_executor(&processes); /* forked before the others begin */
  by_executor(&threads);
  bool compared = argc == 2;
  if (compared && pthread_create(&other, NULL, answer, NULL) != 0) return 1;
  for (int i = 0; i < ROUNDS; i++) {
    thread_ns[i] = measure_ns(by_executor, &threads);
    process_ns[i] = measure_ns(by_executor, &processes);
    if (!compared) continue;
    bare_ns[i] = measure_ns(by_hand, NULL);
    ratio[i] = thread_ns[i] / bare_ns[i];
  }
  if (compared) {
    ask(-1);
    pthread_join(other, NULL);
  }
  printf("%.1f %.1f %.1f %.3f\n", median(bare_ns), median(thread_ns), median(process_ns), median(ratio));
  return 0;
}
