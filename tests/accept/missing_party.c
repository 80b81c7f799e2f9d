/* Two come to a barrier for three; the third has ended.
 * expect: interrupt 2
 * expect: finding stuck occurred early,late
 * expect: nofinding lost-wakeup
 * expect: state early wait-barrier 100 -
 */
#include <pthread.h>
#include <unistd.h>
static pthread_barrier_t barrier;
static void *early(void *p) {
  pthread_barrier_wait(&barrier);
  return p;
}
static void *late(void *p) {
  usleep(200000);
  pthread_barrier_wait(&barrier);
  return p;
}
static void *never(void *p) { return p; }
int main(void) {
  pthread_t t[3];
  pthread_barrier_init(&barrier, NULL, 3);
  pthread_create(&t[0], NULL, early, NULL);
  pthread_create(&t[1], NULL, late, NULL);
  pthread_create(&t[2], NULL, never, NULL);
  for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
}
