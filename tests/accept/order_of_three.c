/* Three orders that close a circle, one after the other by luck; in children of a fork, too, with a shared pair of locks.
 * expect: exit 0
 * expect: nofinding deadlock
 * expect: finding lock-order predicted|potential rock,paper,scissors
 * expect: finding lock-order predicted|potential child_ab,child_ba
 * expect: lost 0
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER, c = PTHREAD_MUTEX_INITIALIZER;
static void both(pthread_mutex_t *x, pthread_mutex_t *y) {
  pthread_mutex_lock(x);
  pthread_mutex_lock(y);
  pthread_mutex_unlock(y);
  pthread_mutex_unlock(x);
}
static void *rock(void *p) {
  both(&a, &b);
  return p;
}
static void *paper(void *p) {
  usleep(50000);
  both(&b, &c);
  return p;
}
static void *scissors(void *p) {
  usleep(100000);
  both(&c, &a);
  return p;
}
int main(void) {
  pthread_t t[3];
  pthread_create(&t[0], NULL, rock, NULL);
  pthread_create(&t[1], NULL, paper, NULL);
  pthread_create(&t[2], NULL, scissors, NULL);
  for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
  pthread_mutex_t *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&m[0], &attributes);
  pthread_mutex_init(&m[1], &attributes);
  if (fork() == 0) {
    pthread_setname_np(pthread_self(), "child_ab");
    both(&m[0], &m[1]);
    _exit(0);
  }
  if (fork() == 0) {
    pthread_setname_np(pthread_self(), "child_ba");
    usleep(100000);
    both(&m[1], &m[0]);
    _exit(0);
  }
  while (wait(NULL) > 0) {}
}
