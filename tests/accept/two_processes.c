/* Two processes take two shared locks in opposite order; their parent waits for them.
 * expect: interrupt 2
 * expect: finding deadlock occurred first,second
 * expect: objects lock 2
 * expect: processes 3
 * expect: lost 0
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
static void child(const char *name, pthread_mutex_t *one, pthread_mutex_t *two) {
  pthread_setname_np(pthread_self(), name);
  pthread_mutex_lock(one);
  usleep(200000);
  pthread_mutex_lock(two);
  _exit(0);
}
int main(void) {
  pthread_mutex_t *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&m[0], &attributes);
  pthread_mutex_init(&m[1], &attributes);
  if (fork() == 0) child("first", &m[0], &m[1]);
  if (fork() == 0) child("second", &m[1], &m[0]);
  while (wait(NULL) > 0) {}
}
