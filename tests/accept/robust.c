/* Owners die with robust locks in hand, one by the end of its thread, one by the end of its process: no hang, no finding.
 * expect: exit 0
 * expect: nofinding held-by-exited
 * expect: nofinding deadlock
 * expect: nofinding stuck
 * expect: lost 0
 * expect: objects lock 2
 */
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static void *leaves(void *m) {
  pthread_mutex_lock(m);
  return NULL;
}
static void *waits(void *m) {
  int error = pthread_mutex_lock(m);
  if (error == EOWNERDEAD) pthread_mutex_consistent(m);
  pthread_mutex_unlock(m);
  return (void *)(long)error;
}
int main(void) {
  pthread_mutex_t *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pthread_t t, u;
  void *error;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&m[0], &attributes);
  pthread_mutex_init(&m[1], &attributes);
  pthread_create(&t, NULL, leaves, &m[0]);
  pthread_join(t, NULL);
  pthread_create(&u, NULL, waits, &m[0]);
  pthread_join(u, &error);
  if ((long)error != EOWNERDEAD) return 1;
  if (fork() == 0) {
    pthread_mutex_lock(&m[1]);
    usleep(200000);
    _exit(0);
  }
  usleep(100000);
  if ((long)waits(&m[1]) != EOWNERDEAD) return 2;
  return wait(NULL) < 0;
}
