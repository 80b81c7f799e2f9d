/* A thread is cancelled, another one exits in the middle, each with a lock in hand; both locks are wanted later.
 * expect: interrupt 2
 * expect: finding held-by-exited occurred cancelled
 * expect: finding held-by-exited occurred quitter
 * expect: nofinding deadlock
 */
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static void *cancelled(void *p) {
  pthread_mutex_lock(&a);
  for (;;) usleep(1000);
  return p;
}
static void deep(void) {
  pthread_mutex_lock(&b);
  pthread_exit(NULL);
}
static void *quitter(void *p) {
  deep();
  return p;
}
static void *wants(void *p) {
  pthread_mutex_lock(p);
  return p;
}
int main(void) {
  pthread_t t, u, v;
  pthread_create(&t, NULL, cancelled, NULL);
  pthread_create(&u, NULL, quitter, NULL);
  usleep(100000);
  pthread_cancel(t);
  pthread_join(t, NULL);
  pthread_join(u, NULL);
  pthread_create(&t, NULL, wants, &a);
  pthread_create(&v, NULL, wants, &b);
  pthread_join(t, NULL);
  pthread_join(v, NULL);
}
