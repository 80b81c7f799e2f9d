/* Three hundred short processes, and a tree of them, each with a lock and a thread.
 * expect: exit 0
 * expect: processes 332
 * expect: lost 0
 * expect: actors thread 663
 * expect: nofinding deadlock
 * expect: nofinding held-by-exited
 */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void *touch(void *p) {
  pthread_mutex_lock(&m);
  pthread_mutex_unlock(&m);
  return p;
}
static void work(void) {
  pthread_t t;
  pthread_create(&t, NULL, touch, NULL);
  touch(NULL);
  pthread_join(t, NULL);
}
/* A complete binary tree below and with this process: 2^depth - 1 of them. */
static void grow(int depth) {
  for (int i = 0; i < 2 && depth > 1; i++)
    if (fork() == 0) {
      grow(depth - 1);
      work();
      _exit(0);
    }
  while (wait(NULL) > 0) {}
}
int main(void) {
  for (int i = 0; i < 300; i++) {
    if (fork() == 0) {
      work();
      _exit(0);
    }
    if (i % 8 == 7)
      while (wait(NULL) > 0) {}
  }
  while (wait(NULL) > 0) {}
  if (fork() == 0) {
    grow(5);
    work();
    _exit(0);
  }
  wait(NULL);
}
