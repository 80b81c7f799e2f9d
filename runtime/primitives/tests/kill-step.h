/* A child that is killed at a chosen instruction of what it does: so that "at any moment" is tried moment by moment, not by luck. */
#ifndef HEDDLE_KILL_STEP_H
#define HEDDLE_KILL_STEP_H
#include "children.h"
#include <sys/ptrace.h>

/* Not where a sanitizer makes hundreds of instructions of each, or where nobody may trace. */
static inline bool can_kill_by_step(void) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  return false;
#else
  IN_CHILD(child) _exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0);
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  return status == 0;
#endif
}

/* Lets a child do it, and kills it after `steps` instructions; false when it was done by then. */
static inline bool kill_after(long steps, void (*act)(void *argument), void *argument) {
  IN_CHILD(child) {
    CHECK(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
    raise(SIGSTOP);
    act(argument);
    raise(SIGSTOP);
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
  bool done = false;
  for (long i = 0; i < steps && !done; i++) {
    CHECK(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) == 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFSTOPPED(status));
    done = WSTOPSIG(status) == SIGSTOP;
  }
  CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status));
  return !done;
}

#endif
