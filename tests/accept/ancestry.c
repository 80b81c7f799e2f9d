/* Every way to start a process: fork and exec, posix_spawn, vfork and exec, system, popen, and a daemon that outlives the program.
 * expect: exit 0
 * expect: processes 8
 * expect: actor process true
 * expect: actor process sh
 * expect: actor thread daemon
 * expect: lost 0
 * expect: nofinding deadlock
 */
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
extern char **environ;
static int failed;
static void reap(pid_t pid) {
  int status;
  if (waitpid(pid, &status, 0) != pid || status != 0) failed = 1;
}
int main(void) {
  char *arguments[] = {"true", NULL};
  char line[16] = "";
  pid_t pid = fork();
  if (pid == 0) {
    execvp("true", arguments);
    _exit(127);
  }
  reap(pid);
  if (posix_spawnp(&pid, "true", NULL, NULL, arguments, environ)) return 1;
  reap(pid);
  pid = vfork();
  if (pid == 0) {
    execvp("true", arguments);
    _exit(127);
  }
  reap(pid);
  if (system("exit 7") != 7 << 8) return 2;
  FILE *pipe = popen("echo woven", "r");
  if (!pipe || !fgets(line, sizeof line, pipe) || strcmp(line, "woven\n") != 0 || pclose(pipe) != 0) return 3;
  pid = fork();
  if (pid == 0) { /* its child is nobody's, and lives on */
    if (fork() == 0) {
      pthread_setname_np(pthread_self(), "daemon");
      setsid();
      close(0), close(1), close(2);
      sleep(2);
      _exit(0);
    }
    usleep(50000);
    _exit(0);
  }
  reap(pid);
  return failed ? 4 : 0;
}
