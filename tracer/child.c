#include "child.h"
#include "seed-report.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t mask_at_start, ignored_at_start;

void signals_take(sigset_t *taken) {
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT, SIGTSTP, SIGWINCH, SIGCHLD};
  sigemptyset(taken);
  sigemptyset(&ignored_at_start);
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
    struct sigaction action;
    sigaction(signals[i], NULL, &action);
    if (action.sa_handler == SIG_IGN) sigaddset(&ignored_at_start, signals[i]);
    sigaddset(taken, signals[i]);
  }
  signal(SIGCHLD, SIG_DFL); /* ignored, it would take the program's exit status away */
  sigset_t blocked = *taken;
  sigaddset(&blocked, SIGPIPE); /* a reader of stderr that went away must not end the recorder */
  sigprocmask(SIG_BLOCK, &blocked, &mask_at_start);
}

bool signals_ignored_at_start(int signal) { return sigismember(&ignored_at_start, signal) == 1; }

int signals_end_asked(void) {
  sigset_t pending;
  if (sigpending(&pending) < 0) return 0;
  if (sigismember(&pending, SIGINT) == 1 && !signals_ignored_at_start(SIGINT)) return SIGINT;
  return sigismember(&pending, SIGTERM) == 1 && !signals_ignored_at_start(SIGTERM) ? SIGTERM : 0;
}

/* In a seeded run everything repeats, addresses too: so does what depends on them, and objects have the same references. */
static void fix_addresses(void) {
  const char *text = getenv("HEDDLE_SEED");
  int64_t seed;
  if (text && hd_seed_parse(text, &seed)) personality((unsigned long)personality(0xffffffff) | ADDR_NO_RANDOMIZE);
}

static void become_program(const char *path, char **arguments, char **environment, int gate, int failure) {
  char word;
  if (read(gate, &word, 1) != 1) _exit(127);
  if (signals_ignored_at_start(SIGCHLD)) signal(SIGCHLD, SIG_IGN);
  sigprocmask(SIG_SETMASK, &mask_at_start, NULL);
  fix_addresses();
  execvpe(path, arguments, environment); /* with a slash in path no search, but a script without #! runs as in a shell */
  int error = errno;
  if (write(failure, &error, sizeof error) < 0) _exit(126);
  _exit(error == ENOENT ? 127 : 126);
}

int child_make(struct child *child, const char *path, char **arguments, char **environment) {
  int gate[2], failure[2];
  if (pipe2(gate, O_CLOEXEC) < 0 || pipe2(failure, O_CLOEXEC) < 0) return -errno;
  child->process = fork();
  if (child->process < 0) return -errno;
  if (child->process == 0) {
    close(gate[1]);
    become_program(path, arguments, environment, gate[0], failure[1]);
  }
  close(gate[0]);
  close(failure[1]);
  child->gate = gate[1];
  child->failure = failure[0];
  return 0;
}

int child_go(struct child *child) {
  int error = 0;
  if (write(child->gate, "", 1) != 1) error = errno; /* it was killed meanwhile: seen by its status */
  close(child->gate);
  /* The end of the pipe is closed by a successful exec. */
  ssize_t length = read(child->failure, &error, sizeof error);
  close(child->failure);
  return length == sizeof error ? error : 0;
}

void die_as(int wait_status) {
  if (!WIFSIGNALED(wait_status)) exit(WEXITSTATUS(wait_status));
  int number = WTERMSIG(wait_status);
  struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_DUMPABLE, 0); /* a core that goes to a pipe does not ask for the limit */
  signal(number, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  kill(getpid(), number);
  sigprocmask(SIG_UNBLOCK, &only, NULL);
  exit(128 + number);
}
