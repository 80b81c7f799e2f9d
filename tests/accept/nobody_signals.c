/* Waits properly, with a predicate, for what nobody will ever do: stuck, but no wake-up was lost.
 * expect: interrupt 2
 * expect: finding stuck occurred waiter
 * expect: nofinding lost-wakeup
 * expect: nofinding deadlock
 */
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int ready;
static void *waiter(void *p) {
  pthread_mutex_lock(&m);
  while (!ready) pthread_cond_wait(&c, &m);
  pthread_mutex_unlock(&m);
  return p;
}
int main(void) {
  pthread_t t;
  pthread_create(&t, NULL, waiter, NULL);
  pthread_join(t, NULL);
}
