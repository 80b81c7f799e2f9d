/* The child fills the pipe that its parent would read only after the child's end.
 * expect: interrupt 2
 * expect: finding deadlock occurred writer,reaper
 * expect: state writer wait-pipe 100 -
 * expect: state reaper wait-process 100 -
 */
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  int ends[2];
  char bytes[4096];
  memset(bytes, 'x', sizeof bytes);
  if (pipe(ends)) return 1;
  pid_t pid = fork();
  if (pid == 0) {
    pthread_setname_np(pthread_self(), "writer");
    for (int i = 0; i < 100; i++)
      if (write(ends[1], bytes, sizeof bytes) < 0) _exit(1);
    _exit(0);
  }
  pthread_setname_np(pthread_self(), "reaper");
  close(ends[1]);
  waitpid(pid, NULL, 0);
  while (read(ends[0], bytes, sizeof bytes) > 0) {}
}
