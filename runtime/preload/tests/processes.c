/* Processes: forks, execs with an environment of their own, spawns, waits, ends, and programs that close everything. Run with
 * an argument, it is the program that is exec'd.
 * log: process_begin fork
 * log: process_fork
 * log: process_spawn .*processes
 * log: process_exec .*processes
 * log: process_status 3
 * log: process_status 4
 * log: process_status 5
 * log: process_status 6
 * log: process_status -9
 * log: process_end 4 returned
 * log: process_end 6 quick
 * log: wait process_wait ok
 * log: wait process_wait error
 * nolog: unobserved
 */
#include "check.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char *self;
static char *const arguments[] = {"processes", "child", NULL};
static char *const no_environment[] = {NULL};

static int status_of(pid_t child) {
  int status = -1;
  CHECK(child > 0 && waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Whether the preload is there, and whether it was for the parent. */
static int child_main(void) { return getenv("PRELOADED") && !getenv("LD_PRELOAD") ? 50 : 3; }

static void execs(void) {
  pid_t child;
#define IN_CHILD(call)                                                                                                                     \
  if (!(child = fork())) {                                                                                                                 \
    call;                                                                                                                                  \
    _exit(99);                                                                                                                             \
  }                                                                                                                                        \
  CHECK(status_of(child) == 3)
  IN_CHILD(execve(self, arguments, no_environment));
  IN_CHILD(execv(self, arguments));
  IN_CHILD(execvp(self, arguments));
  IN_CHILD(execvpe(self, arguments, no_environment));
  IN_CHILD(execl(self, "processes", "child", NULL));
  IN_CHILD(execlp(self, "processes", "child", NULL));
  IN_CHILD(execle(self, "processes", "child", NULL, no_environment));
  IN_CHILD(fexecve(open(self, O_RDONLY | O_CLOEXEC), arguments, no_environment));
  IN_CHILD(clearenv(); execv(self, arguments));
#undef IN_CHILD
  CHECK_ERRNO(execve("/does/not/exist", arguments, no_environment), ENOENT);
  CHECK_ERRNO(execvp("does-not-exist-either", arguments), ENOENT);

  volatile int from_child = 0;
  if (!(child = vfork())) {
    from_child = 17;
    execve(self, arguments, no_environment);
    _exit(98);
  }
  CHECK(from_child == 17 && status_of(child) == 3);
  if (!(child = vfork())) _exit(12);
  CHECK(status_of(child) == 12);
}

static void spawns(void) {
  pid_t child;
  CHECK(posix_spawn(&child, self, NULL, NULL, arguments, no_environment) == 0 && status_of(child) == 3);
  CHECK(posix_spawnp(&child, self, NULL, NULL, arguments, environ) == 0 && status_of(child) == 3);
  CHECK(posix_spawn(&child, "/does/not/exist", NULL, NULL, arguments, environ) == ENOENT);
  CHECK(posix_spawn(NULL, self, NULL, NULL, arguments, NULL) == 0 && wait(NULL) > 0);
  CHECK(WEXITSTATUS(system("exit 5")) == 5);
  FILE *stream = popen("echo out; exit 6", "r");
  char line[16] = "";
  CHECK(stream && fgets(line, sizeof line, stream) && strcmp(line, "out\n") == 0 && WEXITSTATUS(pclose(stream)) == 6);
}

static void ends_quickly(void) { _exit(7); }

static void ends(void) {
  pid_t child;
  if (!(child = fork())) exit(4);
  CHECK(status_of(child) == 4);
  if (!(child = fork())) _exit(5);
  CHECK(status_of(child) == 5);
  if (!(child = fork())) {
    at_quick_exit(ends_quickly);
    quick_exit(6);
  }
  CHECK(status_of(child) == 7);
  if (!(child = _Fork())) _Exit(6);
  CHECK(status_of(child) == 6);
}

static void waits(void) {
  int status;
  siginfo_t info = {0};
  struct rusage usage;
  CHECK_ERRNO(wait(&status), ECHILD);
  CHECK_ERRNO(waitpid(-1, &status, WNOHANG), ECHILD);
  pid_t child = fork();
  if (!child) {
    pause();
    _exit(1);
  }
  CHECK(waitpid(child, &status, WNOHANG) == 0 && kill(child, SIGKILL) == 0);
  CHECK(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0 && info.si_pid == child && info.si_code == CLD_KILLED);
  CHECK(wait4(child, &status, 0, &usage) == child && WTERMSIG(status) == SIGKILL);
  if (!(child = fork())) _exit(5);
  CHECK(waitid(P_ALL, 0, NULL, WEXITED) == 0);
  if (!(child = fork())) _exit(5);
  CHECK(wait3(NULL, 0, NULL) == child);
}

/* After all is closed, threads and locks still work, and the program ends as it should. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *lock_twice(void *unused) {
  for (int i = 0; i < 1000; i++) pthread_mutex_lock(&mutex), pthread_mutex_unlock(&mutex);
  return NULL;
}
static void goes_on(void) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, lock_twice, NULL) == 0);
  lock_twice(NULL);
  pthread_join(thread, NULL);
  exit(4);
}

static void closes(void) {
  pid_t child;
  if (!(child = fork())) {
    for (int i = 3; i < 1024; i++) close(i);
    goes_on();
  }
  CHECK(status_of(child) == 4);
  if (!(child = fork())) {
    int opened = open("/dev/null", O_RDONLY);
    CHECK(close_range(3, ~0u, 0) == 0 && fcntl(opened, F_GETFD) == -1);
    CHECK_ERRNO(close_range(5, 4, 0), EINVAL);
    goes_on();
  }
  CHECK(status_of(child) == 4);
  if (!(child = fork())) {
    closefrom(3);
    goes_on();
  }
  CHECK(status_of(child) == 4);
}

static int handler_count;
static void handler(void) { handler_count++; }
static void locks_mutex(void) { pthread_mutex_lock(&mutex), handler(); }
static void unlocks_mutex(void) { pthread_mutex_unlock(&mutex), handler(); }

static void handlers(void) {
  CHECK(pthread_atfork(locks_mutex, unlocks_mutex, unlocks_mutex) == 0);
  pid_t child = fork();
  if (!child) _exit(handler_count + 1);
  CHECK(status_of(child) == 3 && handler_count == 2 && pthread_mutex_trylock(&mutex) == 0);
}

int main(int argument_count, char **given) {
  if (argument_count > 1) return child_main();
  self = realpath("/proc/self/exe", NULL);
  execs();
  spawns();
  waits();
  ends();
  closes();
  handlers();
}
