/* A single thread that reads wants to write: it waits for itself.
 * expect: interrupt 2
 * expect: finding self-deadlock occurred upgrader
 * expect: nofinding deadlock
 */
#include <pthread.h>
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static void *upgrader(void *p) {
  pthread_rwlock_rdlock(&rw);
  pthread_rwlock_wrlock(&rw);
  return p;
}
int main(void) {
  pthread_t t;
  pthread_create(&t, NULL, upgrader, NULL);
  pthread_join(t, NULL);
}
