/* The same thread holds one lock at two places, long and not so long: each gets its share of the blame.
 * expect: exit 0
 * expect: culprit hold_long 55
 * expect: culprit hold_short 12
 * expect: culprit hold_ 90
 */
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t round_begins;
enum { ROUNDS = 12 };
__attribute__((noinline)) static void hold_long(void) {
  pthread_mutex_lock(&m);
  pthread_barrier_wait(&round_begins);
  usleep(35000);
  pthread_mutex_unlock(&m);
}
__attribute__((noinline)) static void hold_short(void) {
  pthread_mutex_lock(&m);
  pthread_barrier_wait(&round_begins);
  usleep(15000);
  pthread_mutex_unlock(&m);
}
static void *holder(void *p) {
  for (int i = 0; i < ROUNDS; i++) {
    if (i % 2)
      hold_long();
    else
      hold_short();
    pthread_barrier_wait(&round_begins);
  }
  return p;
}
static void *victim(void *p) {
  for (int i = 0; i < ROUNDS; i++) {
    pthread_barrier_wait(&round_begins);
    pthread_mutex_lock(&m);
    pthread_mutex_unlock(&m);
    pthread_barrier_wait(&round_begins);
  }
  return p;
}
int main(void) {
  pthread_t t, u;
  pthread_barrier_init(&round_begins, NULL, 2);
  pthread_create(&t, NULL, holder, NULL);
  pthread_create(&u, NULL, victim, NULL);
  pthread_join(t, NULL);
  pthread_join(u, NULL);
}
