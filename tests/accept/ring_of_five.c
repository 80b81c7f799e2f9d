/* Five threads, five locks, each thread holds its own and wants its neighbour's; a sixth goes on working.
 * expect: interrupt 2
 * expect: finding deadlock occurred p0,p1,p2,p3,p4
 * expect: lost 0
 * expect: actors thread 7
 * expect: state p3 wait-lock 100 -
 * expect: state busy wait-lock 0 100
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static pthread_mutex_t forks[5];
static pthread_barrier_t all_hold_one;
static void *philosopher(void *argument) {
  long number = (long)argument;
  char name[16];
  snprintf(name, sizeof name, "p%ld", number);
  pthread_setname_np(pthread_self(), name);
  pthread_mutex_lock(&forks[number]);
  pthread_barrier_wait(&all_hold_one);
  pthread_mutex_lock(&forks[(number + 1) % 5]);
  return NULL;
}
static void *busy(void *argument) {
  static pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
  for (;;) {
    pthread_mutex_lock(&own);
    usleep(5000);
    pthread_mutex_unlock(&own);
  }
  return argument;
}
int main(void) {
  pthread_t threads[6];
  pthread_barrier_init(&all_hold_one, NULL, 5);
  for (int i = 0; i < 5; i++) pthread_mutex_init(&forks[i], NULL);
  for (long i = 0; i < 5; i++) pthread_create(&threads[i], NULL, philosopher, (void *)i);
  pthread_create(&threads[5], NULL, busy, NULL);
  for (int i = 0; i < 6; i++) pthread_join(threads[i], NULL);
}
