/* A process is killed while it holds two shared locks. The robust one goes on with its next user; the plain one is lost for good.
 * expect: interrupt 2
 * expect: finding held-by-exited occurred victim
 * expect: nofinding deadlock
 * expect: processes 2
 * expect: objects lock 2
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  pthread_mutex_t *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&m[0], &attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&m[1], &attributes);
  pid_t victim = fork();
  if (victim == 0) {
    pthread_setname_np(pthread_self(), "victim");
    pthread_mutex_lock(&m[0]);
    pthread_mutex_lock(&m[1]);
    pause();
  }
  usleep(200000);
  kill(victim, SIGKILL);
  waitpid(victim, NULL, 0);
  if (pthread_mutex_lock(&m[1]) != EOWNERDEAD || pthread_mutex_consistent(&m[1]) || pthread_mutex_unlock(&m[1])) return 1;
  pthread_mutex_lock(&m[0]);
}
