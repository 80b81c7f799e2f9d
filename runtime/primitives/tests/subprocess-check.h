/* What the tests of subprocesses share. */
#ifndef HEDDLE_SUBPROCESS_CHECK_H
#define HEDDLE_SUBPROCESS_CHECK_H
#include "check.h"
#include "descriptors.h"
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define OPTIONS(...) (&(struct hd_subprocess_options){__VA_ARGS__})
#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline struct hd_subprocess spawned(const struct hd_subprocess_options *options) {
  struct hd_subprocess subprocess;
  CHECK_OK(hd_subprocess_spawn(&subprocess, options));
  return subprocess;
}
static inline int code_of(struct hd_subprocess *subprocess) {
  int code = 999;
  CHECK_OK(hd_subprocess_wait(subprocess, &code));
  return code;
}

#endif
