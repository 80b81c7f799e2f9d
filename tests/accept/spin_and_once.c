/* Waits that never enter the kernel, or that no lock function makes: spin locks, a slow pthread_once with waiters, call_once.
 * expect: exit 0
 * expect: state spinner wait-lock 150 -
 * expect: state waits_once wait-lock 150 -
 * expect: state waits_call_once wait-lock 150 -
 * expect: nofinding deadlock
 * expect: lost 0
 */
#include <pthread.h>
#include <threads.h>
#include <unistd.h>
static pthread_spinlock_t spin;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static once_flag call = ONCE_FLAG_INIT;
static void slow(void) { usleep(300000); }
static void *spinner(void *p) {
  usleep(100000);
  pthread_spin_lock(&spin);
  pthread_spin_unlock(&spin);
  return p;
}
static void *does_once(void *p) {
  pthread_once(&once, slow);
  return p;
}
static void *waits_once(void *p) {
  usleep(100000);
  pthread_once(&once, slow);
  return p;
}
static void *does_call_once(void *p) {
  call_once(&call, slow);
  return p;
}
static void *waits_call_once(void *p) {
  usleep(100000);
  call_once(&call, slow);
  return p;
}
int main(void) {
  void *(*const all[])(void *) = {spinner, does_once, waits_once, does_call_once, waits_call_once};
  pthread_t t[5];
  pthread_spin_init(&spin, 0);
  pthread_spin_lock(&spin);
  for (int i = 0; i < 5; i++) pthread_create(&t[i], NULL, all[i], NULL);
  usleep(300000);
  pthread_spin_unlock(&spin);
  for (int i = 0; i < 5; i++) pthread_join(t[i], NULL);
}
