/* Opposite orders that no schedule can bring together: readers only, order by a semaphore, a barrier, a join; private copies of two
 * locks in two children; heap locks that get the address of dead ones; one lock that is destroyed and made anew.
 * expect: exit 0
 * expect: nofinding lock-order
 * expect: nofinding deadlock
 * expect: lost 0
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER, c = PTHREAD_MUTEX_INITIALIZER,
                       d = PTHREAD_MUTEX_INITIALIZER, e = PTHREAD_MUTEX_INITIALIZER, f = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t r = PTHREAD_RWLOCK_INITIALIZER, s = PTHREAD_RWLOCK_INITIALIZER;
static sem_t handed;
static pthread_barrier_t phase;
static void both(pthread_mutex_t *x, pthread_mutex_t *y) {
  pthread_mutex_lock(x);
  pthread_mutex_lock(y);
  pthread_mutex_unlock(y);
  pthread_mutex_unlock(x);
}
static void read_both(pthread_rwlock_t *x, pthread_rwlock_t *y) {
  pthread_rwlock_rdlock(x);
  pthread_rwlock_rdlock(y);
  pthread_rwlock_unlock(y);
  pthread_rwlock_unlock(x);
}
static void *forth(void *p) {
  both(&a, &b);
  sem_post(&handed);
  both(&c, &d);
  pthread_barrier_wait(&phase);
  read_both(&r, &s);
  return p;
}
static void *back(void *p) {
  sem_wait(&handed);
  both(&b, &a);
  pthread_barrier_wait(&phase);
  both(&d, &c);
  read_both(&s, &r);
  return p;
}
struct pair {
  pthread_mutex_t left, right;
};
static void *left_first(void *p) {
  struct pair *pair = p;
  both(&pair->left, &pair->right);
  return p;
}
static void *right_first(void *p) {
  struct pair *pair = p;
  both(&pair->right, &pair->left);
  return p;
}
int main(void) {
  pthread_t t, u;
  sem_init(&handed, 0, 0);
  pthread_barrier_init(&phase, NULL, 2);
  pthread_create(&t, NULL, forth, NULL);
  pthread_create(&u, NULL, back, NULL);
  pthread_join(t, NULL);
  pthread_join(u, NULL);
  for (int child = 0; child < 2; child++)
    if (fork() == 0) {
      child ? both(&e, &f) : both(&f, &e);
      _exit(0);
    }
  while (wait(NULL) > 0) {}
  for (int i = 0; i < 20; i++) { /* the allocator gives the same address again */
    struct pair *pair = malloc(sizeof *pair);
    pthread_mutex_init(&pair->left, NULL);
    pthread_mutex_init(&pair->right, NULL);
    pthread_create(&t, NULL, i % 2 ? left_first : right_first, pair);
    pthread_create(&u, NULL, i % 2 ? left_first : right_first, pair);
    pthread_join(t, NULL);
    pthread_join(u, NULL);
    pthread_mutex_destroy(&pair->left);
    pthread_mutex_destroy(&pair->right);
    free(pair);
  }
}
