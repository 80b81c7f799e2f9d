/* A reader of one lock wants to write the other, a writer of the other wants to write the first.
 * expect: interrupt 2
 * expect: finding deadlock occurred reads_first,writes_second
 * expect: nofinding self-deadlock
 */
#include <pthread.h>
#include <unistd.h>
static pthread_rwlock_t one = PTHREAD_RWLOCK_INITIALIZER, two = PTHREAD_RWLOCK_INITIALIZER;
static void *reads_first(void *p) {
  pthread_rwlock_rdlock(&one);
  usleep(200000);
  pthread_rwlock_rdlock(&two);
  return p;
}
static void *writes_second(void *p) {
  pthread_rwlock_wrlock(&two);
  usleep(200000);
  pthread_rwlock_wrlock(&one);
  return p;
}
static void *reads_only(void *p) {
  for (;;) {
    if (pthread_rwlock_tryrdlock(&one) == 0) pthread_rwlock_unlock(&one);
    usleep(10000);
  }
  return p;
}
int main(void) {
  pthread_t t[3];
  pthread_create(&t[0], NULL, reads_first, NULL);
  pthread_create(&t[1], NULL, writes_second, NULL);
  pthread_create(&t[2], NULL, reads_only, NULL);
  for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
}
