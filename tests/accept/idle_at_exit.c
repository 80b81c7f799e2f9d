/* Pool threads that are idle when main returns, with a lock held for good by a thread that lives: an orderly end, nothing to find.
 * expect: exit 0
 * expect: nofinding deadlock
 * expect: nofinding stuck
 * expect: nofinding lost-wakeup
 * expect: nofinding held-by-exited
 * expect: lost 0
 */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, service = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static sem_t jobs;
static void *idle(void *p) {
  pthread_mutex_lock(&m);
  for (;;) pthread_cond_wait(&work, &m);
  return p;
}
static void *taker(void *p) {
  for (;;) sem_wait(&jobs);
  return p;
}
static void *keeper(void *p) {
  pthread_mutex_lock(&service);
  for (;;) pause();
  return p;
}
int main(void) {
  pthread_t t[4];
  sem_init(&jobs, 0, 3);
  pthread_create(&t[0], NULL, idle, NULL);
  pthread_create(&t[1], NULL, idle, NULL);
  pthread_create(&t[2], NULL, taker, NULL);
  pthread_create(&t[3], NULL, keeper, NULL);
  usleep(300000);
  pthread_mutex_lock(&m);
  pthread_cond_broadcast(&work);
  pthread_mutex_unlock(&m);
  usleep(100000);
  return 0;
}
