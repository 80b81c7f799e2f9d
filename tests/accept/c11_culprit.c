/* C11 threads: a slow holder behind a mtx_t, quick ones that suffer, a cnd_t to end it.
 * expect: exit 0
 * expect: culprit slow_step 80
 * expect: nofinding deadlock
 * expect: actors thread 4
 * expect: object condition 1
 * expect: state waits_end wait-condition 300 -
 */
#include <threads.h>
#include <time.h>
static mtx_t state_lock, end_lock;
static cnd_t at_end;
static volatile int stop;
static void rest(long milliseconds) { thrd_sleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL); }
__attribute__((noinline)) static void slow_step(void) {
  mtx_lock(&state_lock);
  rest(30);
  mtx_unlock(&state_lock);
}
__attribute__((noinline)) static void quick_step(void) {
  mtx_lock(&state_lock);
  mtx_unlock(&state_lock);
}
static int slow(void *p) {
  for (int i = 0; i < 20; i++) {
    slow_step();
    rest(2);
  }
  mtx_lock(&end_lock);
  stop = 1;
  cnd_broadcast(&at_end);
  mtx_unlock(&end_lock);
  return 0;
}
static int quick(void *p) {
  while (!stop) {
    quick_step();
    rest(1);
  }
  return 0;
}
static int waits_end(void *p) {
  mtx_lock(&end_lock);
  while (!stop) cnd_wait(&at_end, &end_lock);
  mtx_unlock(&end_lock);
  return 0;
}
int main(void) {
  thrd_t t[3];
  mtx_init(&state_lock, mtx_plain);
  mtx_init(&end_lock, mtx_plain);
  cnd_init(&at_end);
  thrd_create(&t[0], slow, NULL);
  thrd_create(&t[1], quick, NULL);
  thrd_create(&t[2], waits_end, NULL);
  for (int i = 0; i < 3; i++) thrd_join(t[i], NULL);
  return 0;
}
