/* Six divers share two bottles: a semaphore as a pool, waits of its own kind; a named one; nobody hangs.
 * expect: exit 0
 * expect: object semaphore 2
 * expect: state last wait-semaphore 60 -
 * expect: nofinding deadlock
 * expect: nofinding stuck
 * expect: nofinding lost-wakeup
 * expect: lost 0
 */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>
static sem_t bottles;
static void dive(void) {
  sem_wait(&bottles);
  usleep(50000);
  sem_post(&bottles);
}
static void *diver(void *p) {
  dive();
  return p;
}
static void *last(void *p) {
  usleep(10000);
  dive();
  return p;
}
int main(void) {
  char name[64];
  pthread_t t[6];
  snprintf(name, sizeof name, "/heddle-accept-%d", (int)getpid());
  sem_t *gate = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
  if (gate == SEM_FAILED) return 1;
  sem_unlink(name);
  sem_wait(gate);
  sem_init(&bottles, 0, 2);
  for (int i = 0; i < 6; i++) pthread_create(&t[i], NULL, i == 5 ? last : diver, NULL);
  for (int i = 0; i < 6; i++) pthread_join(t[i], NULL);
  sem_post(gate);
  sem_close(gate);
}
