/* Children of a test, by plain fork. */
#ifndef HEDDLE_CHILDREN_H
#define HEDDLE_CHILDREN_H
#include "check.h"
#include <signal.h>
#include <sys/wait.h>

/* What follows runs in a child, and must end it: by _exit(0), else by a check that fails. */
#define IN_CHILD(child)                                                                                                                    \
  pid_t child = fork();                                                                                                                    \
  CHECK(child >= 0);                                                                                                                       \
  if (child == 0)

static inline void ends_well(pid_t child) {
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
}
static inline void kill_child(pid_t child) { CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child); }

#endif
