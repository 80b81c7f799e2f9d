/* Times uncontended lock/unlock pairs of a pthread mutex, COUNT of them, and prints nanoseconds of the thread's processor time a pair (not
 * of the wall's clock: what else the machine does shall not count). THREADS beyond one sleep meanwhile: with a second thread alive the C
 * library's fast path for single-threaded programs is off.
 *
 * usage: mutex-pair COUNT [THREADS] */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, gate = PTHREAD_MUTEX_INITIALIZER;

static void *idle(void *argument) {
  pthread_mutex_lock(&gate);
  pthread_mutex_unlock(&gate);
  return argument;
}

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argument_count, char **arguments) {
  long count = argument_count > 1 ? atol(arguments[1]) : 1000000;
  int threads = argument_count > 2 ? atoi(arguments[2]) : 2;
  pthread_t handles[8];
  pthread_mutex_lock(&gate);
  for (int i = 1; i < threads && i < 8; i++) pthread_create(&handles[i], NULL, idle, NULL);
  usleep(20000);
  double began_ns = now_ns();
  for (long i = 0; i < count; i++) {
    pthread_mutex_lock(&mutex);
    __asm__ volatile("" ::: "memory");
    pthread_mutex_unlock(&mutex);
  }
  printf("%.3f\n", (now_ns() - began_ns) / (double)count);
  pthread_mutex_unlock(&gate);
  for (int i = 1; i < threads && i < 8; i++) pthread_join(handles[i], NULL);
  return 0;
}
