/* A broadcast meets nobody; the two who come later, without a look at a predicate, sleep for ever.
 * expect: interrupt 2
 * expect: finding lost-wakeup occurred tardy
 * expect: nofinding deadlock
 */
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t go = PTHREAD_COND_INITIALIZER;
static void *early(void *p) { return p; }
static void *tardy(void *p) {
  usleep(300000);
  pthread_mutex_lock(&m);
  pthread_cond_wait(&go, &m);
  pthread_mutex_unlock(&m);
  return p;
}
int main(void) {
  pthread_t t[3];
  pthread_create(&t[0], NULL, early, NULL);
  pthread_create(&t[1], NULL, tardy, NULL);
  pthread_create(&t[2], NULL, tardy, NULL);
  usleep(100000);
  pthread_mutex_lock(&m);
  pthread_cond_broadcast(&go);
  pthread_mutex_unlock(&m);
  for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
}
