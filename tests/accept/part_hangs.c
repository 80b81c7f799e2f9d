/* Two threads hang in each other's locks, the rest finishes and the program ends by exit: the deadlock is found all the same.
 * expect: exit 3
 * expect: finding deadlock occurred left,right
 * expect: lost 0
 * expect: actors thread 4
 */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER, work = PTHREAD_MUTEX_INITIALIZER;
static void *left(void *p) {
  pthread_mutex_lock(&a);
  usleep(100000);
  pthread_mutex_lock(&b);
  return p;
}
static void *right(void *p) {
  pthread_mutex_lock(&b);
  usleep(100000);
  pthread_mutex_lock(&a);
  return p;
}
static void *worker(void *p) {
  for (int i = 0; i < 500; i++) {
    pthread_mutex_lock(&work);
    pthread_mutex_unlock(&work);
    usleep(1000);
  }
  return p;
}
int main(void) {
  pthread_t t[3];
  pthread_create(&t[0], NULL, left, NULL);
  pthread_create(&t[1], NULL, right, NULL);
  pthread_create(&t[2], NULL, worker, NULL);
  pthread_join(t[2], NULL);
  exit(3);
}
