/* Two hundred threads alive at once, a hundred locks held by one thread, in one order.
 * expect: exit 0
 * expect: actors thread 201
 * expect: objects lock 101
 * expect: lost 0
 * expect: nofinding lock-order
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include <pthread.h>
static pthread_mutex_t many[100], count_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t all;
static int count;
static void *member(void *p) {
  pthread_mutex_lock(&count_lock);
  count++;
  pthread_mutex_unlock(&count_lock);
  pthread_barrier_wait(&all);
  return p;
}
int main(void) {
  static pthread_t t[200];
  pthread_barrier_init(&all, NULL, 201);
  for (int i = 0; i < 100; i++) pthread_mutex_init(&many[i], NULL);
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 100; i++) pthread_mutex_lock(&many[i]);
    for (int i = 0; i < 100; i++) pthread_mutex_unlock(&many[round % 2 ? i : 99 - i]);
  }
  for (int i = 0; i < 200; i++)
    if (pthread_create(&t[i], NULL, member, NULL)) return 1;
  pthread_barrier_wait(&all);
  for (int i = 0; i < 200; i++) pthread_join(t[i], NULL);
  return count == 200 ? 0 : 2;
}
