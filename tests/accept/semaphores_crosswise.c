/* Two binary semaphores used as locks, taken in opposite order.
 * expect: interrupt 2
 * expect: finding deadlock occurred ebb,flow
 * expect: objects semaphore 2
 * expect: state ebb wait-semaphore 100 -
 */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
static sem_t s, t;
static void *ebb(void *p) {
  for (int i = 0; i < 3; i++) {
    sem_wait(&s);
    sem_wait(&t);
    sem_post(&t);
    sem_post(&s);
  }
  usleep(100000);
  sem_wait(&s);
  usleep(200000);
  sem_wait(&t);
  sem_post(&t);
  sem_post(&s);
  return p;
}
static void *flow(void *p) {
  usleep(100000);
  sem_wait(&t);
  usleep(200000);
  sem_wait(&s);
  sem_post(&s);
  sem_post(&t);
  return p;
}
int main(void) {
  pthread_t a, b;
  sem_init(&s, 0, 1);
  sem_init(&t, 0, 1);
  pthread_create(&a, NULL, ebb, NULL);
  pthread_create(&b, NULL, flow, NULL);
  pthread_join(a, NULL);
  pthread_join(b, NULL);
}
