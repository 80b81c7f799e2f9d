/* How a test begins that starts processes: whatever becomes of it, none of them outlives it, and how it was started does not matter to it.
 *
 * The test itself goes on in a child. Its parent, the guardian, adopts every process that loses its own parent, kills all that are left
 * when the test has ended, hangs, or is to end, and ends as the test did. */
#ifndef HEDDLE_BEGIN_TEST_H
#define HEDDLE_BEGIN_TEST_H
#include "check.h"
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static inline void kill_children(void) {
  char path[64];
  int child;
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *children = fopen(path, "r");
  while (children && fscanf(children, "%d", &child) == 1) kill(child, SIGKILL);
  if (children) fclose(children);
}

/* Until the test has ended, or a signal says that it must; then until nobody is left. Returns the test's status. */
static inline int guard_test(pid_t test, const sigset_t *awaited) {
  int status = 0, number = 0, end_status = SIGKILL;
  while (number != SIGALRM && number != SIGTERM && number != SIGINT && number != SIGHUP) {
    pid_t ended;
    do ended = waitpid(-1, &status, WNOHANG);
    while (ended > 0 && ended != test);
    if (ended == test) {
      end_status = status;
      break;
    }
    number = sigtimedwait(awaited, NULL, &(struct timespec){.tv_nsec = 100 * HD_MILLISECOND_NS});
  }
  if (number == SIGALRM) fprintf(stderr, "the test hangs: it is killed, with all that it has started\n");
  for (pid_t ended = 0; ended >= 0;) {
    kill_children();
    ended = waitpid(-1, &status, 0); /* others may have been adopted meanwhile */
  }
  return end_status;
}

/* First of all in main. seconds: as long as it may take, a bound against hangs. */
static inline void begin_test_of(unsigned seconds) {
  static const int inherited[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGCHLD}; /* a shell's background job ignores some */
  sigset_t awaited, none;
  sigemptyset(&none);
  sigemptyset(&awaited);
  for (size_t i = 0; i < sizeof inherited / sizeof *inherited; i++) {
    signal(inherited[i], SIG_DFL);
    if (inherited[i] != SIGPIPE && inherited[i] != SIGQUIT) sigaddset(&awaited, inherited[i]);
  }
  sigprocmask(SIG_SETMASK, &awaited, NULL);
  pid_t guardian = getpid(), test = fork();
  CHECK(test >= 0);
  if (test == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != guardian) _exit(1);
    sigprocmask(SIG_SETMASK, &none, NULL);
    return;
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  alarm(seconds);
  int status = guard_test(test, &awaited);
  if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
  fflush(stderr);
  signal(WTERMSIG(status), SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  kill(getpid(), WTERMSIG(status));
  _exit(1);
}
static inline void begin_test(void) { begin_test_of(80); }

#endif
