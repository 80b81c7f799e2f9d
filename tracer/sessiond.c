#include "sessiond.h"
#include "processes.h"
#include "protocol.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_LIMIT_S = 10 };

static void become_sessiond(const char *log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file >= 0) {
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    close(file);
  }
  close(SESSION_SOCKET);
  close(SESSION_FOLDER);
  char *const arguments[] = {"lttng-sessiond", "--no-kernel", "--sig-parent", NULL};
  execvp(arguments[0], arguments);
  execv("/usr/bin/lttng-sessiond", arguments);
  _exit(127);
}

int sessiond_start(struct sessiond *daemon, const char *log) {
  *daemon = (struct sessiond){.process_handle = -1, .consumer_handle = -1};
  prctl(PR_SET_CHILD_SUBREAPER, 1); /* so that an orphaned consumer daemon becomes our child, and can be ended */
  sigset_t waited;
  sigemptyset(&waited);
  sigaddset(&waited, SIGUSR1);
  sigaddset(&waited, SIGCHLD);
  sigprocmask(SIG_BLOCK, &waited, NULL);
  pid_t parent = getpid();
  daemon->process = fork();
  if (daemon->process < 0) return -errno;
  if (daemon->process == 0) become_sessiond(log, parent);
  daemon->process_handle = pidfd_open(daemon->process, 0);
  for (;;) {
    struct timespec limit = {.tv_sec = START_LIMIT_S};
    int signal = sigtimedwait(&waited, NULL, &limit);
    if (signal == SIGUSR1) return 0;
    if (signal < 0 && errno == EINTR) continue;
    if (signal < 0) return -ETIMEDOUT;
    int status;
    if (waitpid(daemon->process, &status, WNOHANG) == daemon->process) {
      daemon->process = 0;
      return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? -ENOENT : -ECHILD;
    }
  }
}

static void note_consumer(const struct process *process, void *argument) {
  struct sessiond *daemon = argument;
  if (process->parent == daemon->process && strncmp(process->name, "lttng-consumerd", 15) == 0)
    daemon->consumer_handle = pidfd_open(process->id, 0);
}

void sessiond_find_consumer(struct sessiond *daemon) {
  if (daemon->consumer_handle < 0) process_each(note_consumer, daemon);
}

static void kill_child(const struct process *process, void *argument) {
  if (process->parent == getpid()) kill(process->id, SIGKILL);
}

void sessiond_end(struct sessiond *daemon) {
  /* Killing is safe: data is on disk once the session has stopped, and it writes no more packets behind the reader's back. Each death
   * hands its children to this process, until there are none. */
  do process_each(kill_child, NULL);
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
  if (daemon->process_handle >= 0) close(daemon->process_handle);
  if (daemon->consumer_handle >= 0) close(daemon->consumer_handle);
  *daemon = (struct sessiond){.process_handle = -1, .consumer_handle = -1};
}
