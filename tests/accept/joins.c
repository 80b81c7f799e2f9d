/* Three threads join each other in a circle.
 * expect: interrupt 2
 * expect: finding deadlock occurred one,two,three
 * expect: says join
 * expect: state one wait-join 100 -
 */
#include <pthread.h>
#include <unistd.h>
static pthread_t t[3];
static pthread_barrier_t created;
static void *one(void *p) {
  pthread_barrier_wait(&created);
  pthread_join(t[1], NULL);
  return p;
}
static void *two(void *p) {
  pthread_barrier_wait(&created);
  pthread_join(t[2], NULL);
  return p;
}
static void *three(void *p) {
  pthread_barrier_wait(&created);
  usleep(100000);
  pthread_join(t[0], NULL);
  return p;
}
int main(void) {
  pthread_barrier_init(&created, NULL, 4);
  pthread_create(&t[0], NULL, one, NULL);
  pthread_create(&t[1], NULL, two, NULL);
  pthread_create(&t[2], NULL, three, NULL);
  pthread_barrier_wait(&created);
  pthread_exit(NULL);
}
