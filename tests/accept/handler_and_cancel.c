/* A signal handler that posts while its thread is inside locks; cancellation in a condition, a semaphore and a join; a destructor of
 * thread-specific data that locks; threads that exit in odd ways. Nothing hangs, nothing is left held.
 * expect: exit 0
 * expect: lost 0
 * expect: nofinding deadlock
 * expect: nofinding stuck
 * expect: nofinding held-by-exited
 * expect: nofinding lost-wakeup
 * expect: nofinding over-release
 * expect: state in_condition wait-condition 80 -
 * expect: state in_semaphore wait-semaphore 80 -
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static sem_t never, ticks;
static pthread_key_t key;
static volatile int destroyed;
static void unlock(void *p) { pthread_mutex_unlock(p); }
static void *in_condition(void *p) {
  pthread_mutex_lock(&m);
  pthread_cleanup_push(unlock, &m);
  for (;;) pthread_cond_wait(&c, &m);
  pthread_cleanup_pop(1);
  return p;
}
static void *in_semaphore(void *p) {
  sem_wait(&never);
  return p;
}
static void *in_join(void *p) {
  pthread_join(*(pthread_t *)p, NULL);
  return p;
}
static void destroy(void *p) {
  pthread_mutex_lock(&other);
  destroyed++;
  pthread_mutex_unlock(&other);
}
static void *with_data(void *p) {
  pthread_setspecific(key, p);
  pthread_exit(p);
}
static void tick(int number) { sem_post(&ticks); }
int main(void) {
  pthread_t t, u, v, w;
  sem_init(&never, 0, 0);
  sem_init(&ticks, 0, 0);
  pthread_key_create(&key, destroy);
  pthread_create(&t, NULL, in_condition, NULL);
  pthread_create(&u, NULL, in_semaphore, NULL);
  pthread_create(&v, NULL, in_join, &u);
  pthread_create(&w, NULL, with_data, &key);
  pthread_join(w, NULL);
  signal(SIGALRM, tick);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 1000}, {0, 1000}}, NULL);
  for (int i = 0; i < 300000; i++) {
    pthread_mutex_lock(&other);
    pthread_mutex_unlock(&other);
  }
  for (int i = 0; i < 50; i++)
    while (sem_wait(&ticks)) {}
  setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
  usleep(100000);
  pthread_cancel(v);
  pthread_join(v, NULL);
  pthread_cancel(t);
  pthread_cancel(u);
  pthread_join(t, NULL);
  pthread_join(u, NULL);
  if (pthread_mutex_trylock(&m)) return 1;
  pthread_mutex_unlock(&m);
  return destroyed == 1 ? 0 : 2;
}
