/* The program locks through wrappers, inlined ones and a library-like one: the blame names who called them.
 * expect: exit 0
 * expect: culprit rebuild_index 70
 * expect: nofinding deadlock
 */
#include <pthread.h>
#include <unistd.h>
struct guard {
  pthread_mutex_t mutex;
};
static inline __attribute__((always_inline)) void guard_enter(struct guard *guard) { pthread_mutex_lock(&guard->mutex); }
static inline __attribute__((always_inline)) void guard_leave(struct guard *guard) { pthread_mutex_unlock(&guard->mutex); }
static struct guard index_guard = {PTHREAD_MUTEX_INITIALIZER};
static volatile int stop;
__attribute__((noinline)) static void rebuild_index(void) {
  guard_enter(&index_guard);
  usleep(30000);
  guard_leave(&index_guard);
}
__attribute__((noinline)) static void look_up(void) {
  guard_enter(&index_guard);
  usleep(100);
  guard_leave(&index_guard);
}
static void *rebuilder(void *p) {
  for (int i = 0; i < 20; i++) {
    rebuild_index();
    usleep(1000);
  }
  stop = 1;
  return p;
}
static void *reader(void *p) {
  while (!stop) {
    look_up();
    usleep(500);
  }
  return p;
}
int main(void) {
  pthread_t t[3];
  pthread_create(&t[0], NULL, rebuilder, NULL);
  pthread_create(&t[1], NULL, reader, NULL);
  pthread_create(&t[2], NULL, reader, NULL);
  for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
}
