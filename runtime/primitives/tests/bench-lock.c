/* What an uncontended pair costs: hd_lock against a pthread mutex, with a second thread alive (glibc is faster without one), and
 * hd_process_lock against a mutex that processes share, plain and robust. Prints each two and their ratio: the median over rounds that
 * alternate between them, in processor time.
 *
 * usage: bench-lock [ROUNDS [PAIRS]] */
#include <heddle/heddle.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 31

static int rounds = ROUNDS_MAX, pairs = 1000000;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct hd_lock lock = HD_LOCK_INIT;
static struct shared {
  pthread_mutex_t mutex, robust_mutex;
  struct hd_process_lock lock;
} * shared;

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* A function that times a pair. */
#define PAIR(name, acquire, release)                                                                                                       \
  static double name(void) {                                                                                                               \
    double began_s = now_s();                                                                                                              \
    for (int i = 0; i < pairs; i++) {                                                                                                      \
      acquire;                                                                                                                             \
      release;                                                                                                                             \
    }                                                                                                                                      \
    return (now_s() - began_s) * 1e9 / pairs;                                                                                              \
  }
PAIR(mutex_pair_ns, pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex))
PAIR(lock_pair_ns, hd_lock_acquire(&lock), hd_lock_release(&lock))
PAIR(shared_mutex_pair_ns, pthread_mutex_lock(&shared->mutex), pthread_mutex_unlock(&shared->mutex))
PAIR(robust_mutex_pair_ns, pthread_mutex_lock(&shared->robust_mutex), pthread_mutex_unlock(&shared->robust_mutex))
PAIR(process_lock_pair_ns, hd_process_lock_acquire(&shared->lock), hd_process_lock_release(&shared->lock))

static int compare(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static double median(double *values) {
  qsort(values, (size_t)rounds, sizeof *values, compare);
  return values[rounds / 2];
}

static void print_medians(const char *what, const char *mutex_name, double (*mutex_pair)(void), const char *lock_name,
                          double (*lock_pair)(void)) {
  double mutex_ns[ROUNDS_MAX], lock_ns[ROUNDS_MAX], ratio[ROUNDS_MAX];
  for (int i = 0; i < rounds; i++) {
    mutex_ns[i] = mutex_pair();
    lock_ns[i] = lock_pair();
    ratio[i] = lock_ns[i] / mutex_ns[i];
  }
  printf("%s: %s %.1f ns, %s %.1f ns a pair, ratio %.2f\n", what, mutex_name, median(mutex_ns), lock_name, median(lock_ns), median(ratio));
}

static void make_shared(void) {
  pthread_mutexattr_t attributes;
  shared = hd_process_memory_new(sizeof *shared);
  hd_process_lock_init(&shared->lock, NULL);
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared->mutex, &attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&shared->robust_mutex, &attributes);
}

static void *stay(void *unused) {
  pause();
  return unused;
}

int main(int count, char **arguments) {
  if (count > 1) rounds = atoi(arguments[1]);
  if (count > 2) pairs = atoi(arguments[2]);
  if (rounds < 1 || rounds > ROUNDS_MAX || pairs < 1) return 2;
  make_shared();
  print_medians("one thread", "pthread mutex", mutex_pair_ns, "hd_lock", lock_pair_ns);
  pthread_t other;
  if (pthread_create(&other, NULL, stay, NULL) != 0) return 1;
  print_medians("second thread alive", "pthread mutex", mutex_pair_ns, "hd_lock", lock_pair_ns);
  print_medians("shared", "process-shared pthread mutex", shared_mutex_pair_ns, "hd_process_lock", process_lock_pair_ns);
  print_medians("robust", "robust process-shared pthread mutex", robust_mutex_pair_ns, "hd_process_lock", process_lock_pair_ns);
  return 0;
}
