/* Every way to end, in a process of its own; the last is a signal, and heddle record dies by the same.
 * expect: exit -15
 * expect: processes 9
 * expect: lost 0
 * expect: nofinding deadlock
 * expect: nofinding held-by-exited
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void touch(void) {
  pthread_mutex_lock(&m);
  pthread_mutex_unlock(&m);
}
static void *waits(void *p) {
  touch();
  pause();
  return p;
}
static void *ends_all(void *p) {
  usleep(10000);
  exit(13);
  return p;
}
int main(void) {
  int status[8];
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  for (int way = 0; way < 8; way++) {
    pid_t pid = fork();
    if (pid == 0) {
      pthread_t t;
      touch();
      pthread_create(&t, NULL, waits, NULL);
      switch (way) {
      case 0:
        return 10;
      case 1:
        exit(11);
      case 2:
        _exit(12);
      case 3:
        pthread_create(&t, NULL, ends_all, NULL);
        pthread_join(t, NULL);
        break;
      case 4:
        quick_exit(14);
      case 5:
        abort();
      case 6:
        raise(SIGSEGV);
        break;
      case 7:
        pthread_mutex_lock(&m);
        raise(SIGKILL);
        break;
      }
      _exit(99);
    }
    waitpid(pid, &status[way], 0);
  }
  for (int way = 0; way < 5; way++)
    if (!WIFEXITED(status[way]) || WEXITSTATUS(status[way]) != 10 + way) return 1;
  if (WTERMSIG(status[5]) != SIGABRT || WTERMSIG(status[6]) != SIGSEGV || WTERMSIG(status[7]) != SIGKILL) return 2;
  raise(SIGTERM);
  return 3;
}
