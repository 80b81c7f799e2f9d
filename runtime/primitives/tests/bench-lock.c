/* What an uncontended pair costs a program that is not recorded: hd_lock against a pthread mutex, with a second thread alive (glibc is
 * faster without one). Prints the two and their ratio: the median over rounds that alternate between them, in
 * processor time. */
#include <heddle/heddle.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PAIRS 1000000
#define ROUNDS 31

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct hd_lock lock = HD_LOCK_INIT;

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double mutex_pair_ns(void) {
  double began_s = now_s();
  for (int i = 0; i < PAIRS; i++) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
  }
  return (now_s() - began_s) * 1e9 / PAIRS;
}

static double lock_pair_ns(void) {
  double began_s = now_s();
  for (int i = 0; i < PAIRS; i++) {
    hd_lock_acquire(&lock);
    hd_lock_release(&lock);
  }
  return (now_s() - began_s) * 1e9 / PAIRS;
}

static int compare(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static void print_medians(const char *what) {
  double mutex_ns[ROUNDS], lock_ns[ROUNDS], ratio[ROUNDS];
  for (int i = 0; i < ROUNDS; i++) {
    mutex_ns[i] = mutex_pair_ns();
    lock_ns[i] = lock_pair_ns();
    ratio[i] = lock_ns[i] / mutex_ns[i];
  }
  qsort(mutex_ns, ROUNDS, sizeof *mutex_ns, compare);
  qsort(lock_ns, ROUNDS, sizeof *lock_ns, compare);
  qsort(ratio, ROUNDS, sizeof *ratio, compare);
  printf("%s: pthread mutex %.1f ns, hd_lock %.1f ns a pair, ratio %.2f\n", what, mutex_ns[ROUNDS / 2], lock_ns[ROUNDS / 2],
         ratio[ROUNDS / 2]);
}

static void *stay(void *unused) {
  pause();
  return unused;
}

int main(void) {
  print_medians("one thread");
  pthread_t other;
  if (pthread_create(&other, NULL, stay, NULL) != 0) return 1;
  print_medians("second thread alive");
  return 0;
}
