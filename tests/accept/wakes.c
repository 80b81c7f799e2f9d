/* Condition waits that end as they should, of every kind: signal, broadcast, timeout, a predicate set before; a hand-off by futex; a loop
 * of sched_yield. Nothing to find.
 * expect: exit 0
 * expect: lost 0
 * expect: nofinding lost-wakeup
 * expect: nofinding stuck
 * expect: nofinding deadlock
 * expect: state consumer wait-condition 150 -
 * expect: state timed wait-condition 80 -
 * expect: state yielder wait-lock 0 20
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, all = PTHREAD_COND_INITIALIZER, nobody = PTHREAD_COND_INITIALIZER;
static int items, open_gate;
static atomic_int flag;
static void *consumer(void *p) {
  for (int i = 0; i < 10; i++) {
    pthread_mutex_lock(&m);
    while (!items) pthread_cond_wait(&filled, &m);
    items--;
    pthread_mutex_unlock(&m);
  }
  return p;
}
static void *gate(void *p) {
  pthread_mutex_lock(&m);
  while (!open_gate) pthread_cond_wait(&all, &m);
  pthread_mutex_unlock(&m);
  return p;
}
static void *timed(void *p) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 100000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  pthread_mutex_lock(&m);
  int error = pthread_cond_timedwait(&nobody, &m, &until);
  pthread_mutex_unlock(&m);
  return error == ETIMEDOUT ? NULL : p;
}
static void *yielder(void *p) {
  while (!atomic_load(&flag)) sched_yield();
  return p;
}
int main(void) {
  void *(*const routines[])(void *) = {consumer, gate, gate, gate, timed, yielder};
  pthread_t t[6];
  void *wrong = NULL, *result;
  pthread_mutex_lock(&m);
  pthread_cond_signal(&filled); /* nobody waits yet, and nothing is lost: the predicate says so */
  pthread_mutex_unlock(&m);
  for (int i = 0; i < 6; i++) pthread_create(&t[i], NULL, routines[i], i == 4 ? &wrong : NULL);
  for (int i = 0; i < 10; i++) {
    usleep(25000);
    pthread_mutex_lock(&m);
    items++;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&m);
  }
  pthread_mutex_lock(&m);
  open_gate = 1;
  pthread_cond_broadcast(&all);
  pthread_mutex_unlock(&m);
  atomic_store(&flag, 1);
  for (int i = 0; i < 6; i++) {
    pthread_join(t[i], &result);
    if (i == 4) wrong = result;
  }
  return wrong != NULL;
}
