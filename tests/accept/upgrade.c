/* Two readers of one read-write lock both want to write, and neither lets go of reading.
 * expect: interrupt 2
 * expect: finding deadlock occurred upgrade_one,upgrade_two
 * expect: objects rwlock 1
 */
#include <pthread.h>
#include <unistd.h>
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t both_read;
static void upgrade(void) {
  pthread_rwlock_rdlock(&rw);
  pthread_barrier_wait(&both_read);
  pthread_rwlock_wrlock(&rw);
}
static void *upgrade_one(void *p) {
  upgrade();
  return p;
}
static void *upgrade_two(void *p) {
  upgrade();
  return p;
}
int main(void) {
  pthread_t t[2];
  pthread_barrier_init(&both_read, NULL, 2);
  pthread_create(&t[0], NULL, upgrade_one, NULL);
  pthread_create(&t[1], NULL, upgrade_two, NULL);
  pthread_join(t[0], NULL);
  pthread_join(t[1], NULL);
}
