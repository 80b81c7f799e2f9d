/* A writer waits because of readers that read for long.
 * expect: exit 0
 * expect: culprit read_report 80
 * expect: state writer wait-lock 300 -
 * expect: objects rwlock 1
 * expect: nofinding deadlock
 */
#include <pthread.h>
#include <unistd.h>
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static volatile int stop;
__attribute__((noinline)) static void read_report(void) {
  pthread_rwlock_rdlock(&rw);
  usleep(40000);
  pthread_rwlock_unlock(&rw);
}
__attribute__((noinline)) static void write_number(void) {
  pthread_rwlock_wrlock(&rw);
  pthread_rwlock_unlock(&rw);
}
static void *reader(void *p) {
  while (!stop) {
    read_report();
    usleep(3000);
  }
  return p;
}
static void *writer(void *p) {
  for (int i = 0; i < 20; i++) {
    write_number();
    usleep(5000);
  }
  stop = 1;
  return p;
}
int main(void) {
  pthread_t t[3];
  pthread_create(&t[0], NULL, reader, NULL);
  pthread_create(&t[1], NULL, reader, NULL);
  pthread_create(&t[2], NULL, writer, NULL);
  for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
}
