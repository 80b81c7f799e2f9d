/* What an item costs that is put into a queue and got out of it: hd_queue against GLib's GAsyncQueue, in nanoseconds of processor time,
 * the median over rounds that take turns.
 *
 * usage: queue pair|flow COUNT [heddle]
 *   pair    one thread puts and gets, while another is alive: nobody waits
 *   flow    two threads put, two get, as fast as they can: they get in each other's way, and wait when there is nothing to get
 *   heddle  only hd_queue, for a run that is recorded
 * prints: GAsyncQueue's, hd_queue's, and the median of their ratios (0 for what was not measured) */
#include <glib.h>
#include <heddle/queue.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 15
#include "rounds.h"
#define PAIRS_OF_THREADS 2

static long count;
static GAsyncQueue *rival;
static struct hd_queue ours;

static double now_ns(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void put_rival(void) {
  for (long i = 0; i < count; i++) g_async_queue_push(rival, &ours);
}
static void get_rival(void) {
  for (long i = 0; i < count; i++) g_async_queue_pop(rival);
}
static void pair_rival(void) {
  for (long i = 0; i < count; i++) {
    g_async_queue_push(rival, &ours);
    g_async_queue_pop(rival);
  }
}

static void put_ours(void) {
  for (long i = 0; i < count; i++) hd_queue_put(&ours, &ours);
}
static void get_ours(void) {
  void *item;
  for (long i = 0; i < count; i++) hd_queue_get(&ours, &item);
}
static void pair_ours(void) {
  void *item;
  for (long i = 0; i < count; i++) {
    hd_queue_put(&ours, &ours);
    hd_queue_get(&ours, &item);
  }
}

struct work {
  void (*pair)(void), (*put)(void), (*get)(void);
};
static const struct work of_rival = {pair_rival, put_rival, get_rival}, of_ours = {pair_ours, put_ours, get_ours};

static void *run(void *argument) {
  (*(void (*const *)(void))argument)();
  return NULL;
}

static double pair_ns(const struct work *work) {
  double began_ns = now_ns(CLOCK_THREAD_CPUTIME_ID);
  work->pair();
  return (now_ns(CLOCK_THREAD_CPUTIME_ID) - began_ns) / (double)count;
}

static double flow_ns(const struct work *work) {
  pthread_t threads[2 * PAIRS_OF_THREADS];
  double began_ns = now_ns(CLOCK_PROCESS_CPUTIME_ID);
  for (int i = 0; i < 2 * PAIRS_OF_THREADS; i++)
    if (pthread_create(&threads[i], NULL, run, (void *)(i % 2 ? &work->put : &work->get)) != 0) exit(1);
  for (int i = 0; i < 2 * PAIRS_OF_THREADS; i++) pthread_join(threads[i], NULL);
  return (now_ns(CLOCK_PROCESS_CPUTIME_ID) - began_ns) / (double)(count * PAIRS_OF_THREADS);
}

static void *stay(void *unused) {
  pause();
  return unused;
}

int main(int argument_count, char **arguments) {
  if (argument_count < 3) return 2;
  double (*const measure)(const struct work *) = strcmp(arguments[1], "pair") == 0 ? pair_ns : flow_ns;
  count = atol(arguments[2]);
  gboolean only_ours = argument_count > 3;
  double rival_ns[ROUNDS] = {0}, ours_ns[ROUNDS], ratio[ROUNDS] = {0};
  pthread_t other;
  rival = g_async_queue_new();
  hd_queue_init(&ours, HD_QUEUE_FIFO, 0, "ours");
  if (pthread_create(&other, NULL, stay, NULL) != 0) return 1;
  for (int i = 0; i < ROUNDS; i++) {
    if (!only_ours) rival_ns[i] = measure(&of_rival);
    ours_ns[i] = measure(&of_ours);
    if (!only_ours) ratio[i] = ours_ns[i] / rival_ns[i];
  }
  g_print("%.1f %.1f %.3f\n", median(rival_ns), median(ours_ns), median(ratio));
  return 0;
}
