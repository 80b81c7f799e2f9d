/* What the tests of processes share. */
#ifndef HEDDLE_PROCESS_CHECK_H
#define HEDDLE_PROCESS_CHECK_H
#include "begin-test.h"

static inline int exit_code(const struct hd_process *process) {
  int code = 1000;
  CHECK_OK(hd_process_exit_code(process, &code));
  return code;
}

/* A process that must end by itself with 0. */
static inline void finish(struct hd_process *process) {
  CHECK_OK(hd_process_join_timed(process, LONG_NS));
  CHECK(exit_code(process) == 0);
  hd_process_release(process);
}
/* A process that must be killed, by itself or somebody. */
static inline void finish_killed(struct hd_process *process) {
  CHECK_OK(hd_process_join_timed(process, LONG_NS));
  CHECK(exit_code(process) == -SIGKILL);
  hd_process_release(process);
}
/* A process that must not have ended by itself. */
static inline void kill_and_release(struct hd_process *process) {
  CHECK_OK(hd_process_kill(process));
  finish_killed(process);
}

#endif
