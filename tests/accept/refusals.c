/* What the library refuses or ends by itself is no hang: error-checking and re-entrant relocks, a second write lock, a join of oneself,
 * a cycle that a timed lock resolves, two threads that only ever try.
 * expect: exit 0
 * expect: nofinding deadlock
 * expect: nofinding self-deadlock
 * expect: nofinding stuck
 * expect: nofinding held-by-exited
 * expect: lost 0
 * expect: state timed wait-lock 150 -
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER, c = PTHREAD_MUTEX_INITIALIZER,
                       d = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP, again = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static pthread_barrier_t both;
static void *timed(void *p) {
  struct timespec until;
  pthread_mutex_lock(&a);
  pthread_barrier_wait(&both);
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += 200000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  int error = pthread_mutex_timedlock(&b, &until);
  pthread_mutex_unlock(&a);
  return error == ETIMEDOUT ? NULL : p;
}
static void *patient(void *p) {
  pthread_mutex_lock(&b);
  pthread_barrier_wait(&both);
  pthread_mutex_lock(&a);
  pthread_mutex_unlock(&a);
  pthread_mutex_unlock(&b);
  return p;
}
static void *tries(void *p) {
  pthread_mutex_t *mine = p ? &c : &d, *other = p ? &d : &c;
  for (int i = 0; i < 100; i++) {
    pthread_mutex_lock(mine);
    usleep(1000);
    if (pthread_mutex_trylock(other) == 0) pthread_mutex_unlock(other);
    pthread_mutex_unlock(mine);
  }
  return NULL;
}
int main(void) {
  pthread_t t, u;
  void *wrong;
  pthread_barrier_init(&both, NULL, 2);
  if (pthread_mutex_lock(&checking) || pthread_mutex_lock(&checking) != EDEADLK || pthread_mutex_unlock(&checking)) return 1;
  if (pthread_mutex_unlock(&checking) != EPERM) return 2;
  if (pthread_mutex_lock(&again) || pthread_mutex_lock(&again) || pthread_mutex_unlock(&again) || pthread_mutex_unlock(&again)) return 3;
  if (pthread_rwlock_wrlock(&rw) || pthread_rwlock_wrlock(&rw) != EDEADLK || pthread_rwlock_rdlock(&rw) != EDEADLK ||
      pthread_rwlock_unlock(&rw))
    return 4;
  if (pthread_join(pthread_self(), NULL) != EDEADLK) return 5;
  pthread_create(&t, NULL, timed, &both);
  pthread_create(&u, NULL, patient, NULL);
  pthread_join(t, &wrong);
  pthread_join(u, NULL);
  if (wrong) return 6;
  pthread_create(&t, NULL, tries, &both);
  pthread_create(&u, NULL, tries, NULL);
  pthread_join(t, NULL);
  pthread_join(u, NULL);
}
