/* Two wait for a semaphore that nobody will post, one of them after having taken the only permit; main joins them.
 * expect: interrupt 2
 * expect: finding stuck occurred hungry
 * expect: nofinding deadlock
 * expect: nofinding self-deadlock
 * expect: state hungry wait-semaphore 100 -
 */
#include <pthread.h>
#include <semaphore.h>
static sem_t meal;
static void *hungry(void *p) {
  sem_wait(&meal);
  sem_wait(&meal);
  return p;
}
int main(void) {
  pthread_t t, u;
  sem_init(&meal, 0, 1);
  pthread_create(&t, NULL, hungry, NULL);
  pthread_create(&u, NULL, hungry, NULL);
  pthread_join(t, NULL);
  pthread_join(u, NULL);
}
