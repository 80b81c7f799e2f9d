/* A consumer waits for a condition with the inner lock, which the wait gives back, while it keeps the outer one, without which the
 * producer cannot come to the signal.
 * expect: interrupt 2
 * expect: finding deadlock occurred consumer,producer
 * expect: nofinding lost-wakeup
 * expect: state consumer wait-condition 100 -
 * expect: state producer wait-lock 100 -
 */
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items;
static void *consumer(void *p) {
  pthread_mutex_lock(&outer);
  pthread_mutex_lock(&inner);
  while (!items) pthread_cond_wait(&filled, &inner);
  pthread_mutex_unlock(&inner);
  pthread_mutex_unlock(&outer);
  return p;
}
static void *producer(void *p) {
  usleep(200000);
  pthread_mutex_lock(&outer);
  pthread_mutex_lock(&inner);
  items++;
  pthread_cond_signal(&filled);
  pthread_mutex_unlock(&inner);
  pthread_mutex_unlock(&outer);
  return p;
}
int main(void) {
  pthread_t t, u;
  pthread_create(&t, NULL, consumer, NULL);
  pthread_create(&u, NULL, producer, NULL);
  pthread_join(t, NULL);
  pthread_join(u, NULL);
}
