/* The parent holds a shared lock and waits for its child to end; the child wants the lock.
 * expect: interrupt 2
 * expect: finding deadlock occurred parent,child
 * expect: processes 2
 * expect: says waits for the end of
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  pthread_mutex_t *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(m, &attributes);
  pthread_mutex_lock(m);
  pid_t pid = fork();
  if (pid == 0) {
    pthread_setname_np(pthread_self(), "child");
    pthread_mutex_lock(m);
    _exit(0);
  }
  pthread_setname_np(pthread_self(), "parent");
  waitpid(pid, NULL, 0);
  pthread_mutex_unlock(m);
}
