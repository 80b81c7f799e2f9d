/* A process forks while another of its threads holds a lock; the child has the lock held, but nobody who could release it.
 * expect: interrupt 2
 * expect: finding held-by-exited occurred orphan
 * expect: processes 2
 */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void *holder(void *p) {
  pthread_mutex_lock(&m);
  usleep(300000);
  pthread_mutex_unlock(&m);
  return p;
}
int main(void) {
  pthread_t t;
  pthread_create(&t, NULL, holder, NULL);
  usleep(100000);
  pid_t pid = fork();
  if (pid == 0) {
    pthread_setname_np(pthread_self(), "orphan");
    pthread_mutex_lock(&m);
    _exit(0);
  }
  pthread_join(t, NULL);
  waitpid(pid, NULL, 0);
}
