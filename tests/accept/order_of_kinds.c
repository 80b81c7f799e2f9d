/* Orders through other kinds of locks: a reader and a writer, spin locks, the lock that a condition wait takes back.
 * expect: exit 0
 * expect: nofinding deadlock
 * expect: finding lock-order predicted|potential reads_then_writes,writes_then_writes
 * expect: finding lock-order predicted|potential spins_ab,spins_ba
 * expect: finding lock-order predicted|potential waits_inside,locks_outside
 */
#include <pthread.h>
#include <unistd.h>
static pthread_rwlock_t r = PTHREAD_RWLOCK_INITIALIZER, w = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t s, t;
static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER, inner = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static int awake;
static void *reads_then_writes(void *p) {
  pthread_rwlock_rdlock(&r);
  pthread_rwlock_wrlock(&w);
  pthread_rwlock_unlock(&w);
  pthread_rwlock_unlock(&r);
  return p;
}
static void *writes_then_writes(void *p) {
  usleep(50000);
  pthread_rwlock_wrlock(&w);
  pthread_rwlock_wrlock(&r);
  pthread_rwlock_unlock(&r);
  pthread_rwlock_unlock(&w);
  return p;
}
static void *spins_ab(void *p) {
  pthread_spin_lock(&s);
  pthread_spin_lock(&t);
  pthread_spin_unlock(&t);
  pthread_spin_unlock(&s);
  return p;
}
static void *spins_ba(void *p) {
  usleep(50000);
  pthread_spin_lock(&t);
  pthread_spin_lock(&s);
  pthread_spin_unlock(&s);
  pthread_spin_unlock(&t);
  return p;
}
/* Takes inner before outer as everybody does, but asks for inner again, when it is woken, while it holds outer. */
static void *waits_inside(void *p) {
  usleep(50000);
  pthread_mutex_lock(&inner);
  pthread_mutex_lock(&outer);
  while (!awake) pthread_cond_wait(&wake, &inner);
  pthread_mutex_unlock(&outer);
  pthread_mutex_unlock(&inner);
  return p;
}
static void *locks_outside(void *p) {
  pthread_mutex_lock(&inner);
  pthread_mutex_lock(&outer);
  pthread_mutex_unlock(&outer);
  pthread_mutex_unlock(&inner);
  return p;
}
int main(void) {
  void *(*const all[])(void *) = {reads_then_writes, writes_then_writes, spins_ab, spins_ba, waits_inside, locks_outside};
  pthread_t threads[6];
  pthread_spin_init(&s, 0);
  pthread_spin_init(&t, 0);
  for (int i = 0; i < 6; i++) pthread_create(&threads[i], NULL, all[i], NULL);
  usleep(200000);
  pthread_mutex_lock(&inner);
  awake = 1;
  pthread_cond_signal(&wake);
  pthread_mutex_unlock(&inner);
  for (int i = 0; i < 6; i++) pthread_join(threads[i], NULL);
}
