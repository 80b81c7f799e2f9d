#include "finish.h"
#include "message.h"
#include "places.h"
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static bool run(const char *program, const char *recording) {
  sigset_t waited;
  sigemptyset(&waited);
  sigaddset(&waited, SIGCHLD);
  sigaddset(&waited, SIGINT);
  sigaddset(&waited, SIGTERM);
  pid_t child = fork();
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(STDERR_FILENO, STDOUT_FILENO); /* stdout is the program's */
    execl(program, "heddle-finish", recording, NULL);
    _exit(127);
  }
  if (child < 0) return false;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    int number = sigwaitinfo(&waited, NULL);
    if (number == SIGINT || number == SIGTERM) kill(child, SIGTERM);
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void finish_run(const struct recording *recording) {
  char program[PATH_MAX];
  if (place_find(PLACE_FINISH, program) && run(program, recording->path)) return;
  say("recorded %s: %.3f s in %s", recording->arguments[0], (double)(recording->ended_ns - recording->started_ns) / 1e9, recording->shown);
  for (unsigned i = 0; i < recording->note_count; i++) say("note: %s", recording->notes[i]);
  if (!recording->schedule_observed) say("not observed: the CPU schedule (%s)", recording->schedule_reason);
  say("heddle view %s", recording->shown);
}
