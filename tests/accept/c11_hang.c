/* C11 threads in a deadlock, one of them after a timed lock gave up.
 * expect: interrupt 2
 * expect: finding deadlock occurred warp,weft
 * expect: nofinding self-deadlock
 */
#include <threads.h>
#include <time.h>
static mtx_t a, b;
static void rest(long milliseconds) { thrd_sleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL); }
static int warp(void *p) {
  mtx_lock(&a);
  rest(200);
  mtx_lock(&b);
  return 0;
}
static int weft(void *p) {
  struct timespec until;
  mtx_lock(&b);
  rest(100);
  timespec_get(&until, TIME_UTC);
  until.tv_sec += 0, until.tv_nsec = until.tv_nsec < 800000000 ? until.tv_nsec + 100000000 : until.tv_nsec;
  if (mtx_timedlock(&a, &until) == thrd_success) return 1;
  return mtx_lock(&a);
}
int main(void) {
  thrd_t t, u;
  mtx_init(&a, mtx_timed);
  mtx_init(&b, mtx_plain | mtx_recursive);
  thrd_create(&t, warp, NULL);
  thrd_create(&u, weft, NULL);
  thrd_join(t, NULL);
  thrd_join(u, NULL);
  return 0;
}
