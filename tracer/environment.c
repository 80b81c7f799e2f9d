#include "environment.h"
#include "places.h"
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* The dynamic loader takes spaces and colons for separators: such a path gets a name without them, in the daemon's folder. */
static void make_plain(char *path, const char *home, const char *name) {
  if (!strpbrk(path, " :")) return;
  char plain[PATH_MAX];
  snprintf(plain, sizeof plain, "%s/%s", home, name);
  if (symlink(path, plain) == 0) strcpy(path, plain);
}

static bool is_set_by_us(const char *variable) {
  static const char *const names[] = {"LD_PRELOAD=", "HEDDLE_CONTROL=", "LTTNG_HOME=", "LTTNG_UST_REGISTER_TIMEOUT=", "ASAN_OPTIONS="};
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (strncmp(variable, names[i], strlen(names[i])) == 0) return true;
  return false;
}

static char *join(const char *name, const char *value) {
  char *variable;
  if (asprintf(&variable, "%s=%s", name, value) < 0) abort();
  return variable;
}

/* The list for LD_PRELOAD: ours, LTTng's and what was there before. */
static char *preload_list(const char *home, const char **missing) {
  const char *before = getenv("LD_PRELOAD");
  char ours[PATH_MAX] = "", descriptors[PATH_MAX] = "", *list;
  if (place_find(PLACE_PRELOAD, ours))
    make_plain(ours, home, "preload.so");
  else
    *missing = "libheddle-preload.so is missing: only programs that link the runtime are observed";
  /* Programs that close all descriptors would close LTTng's, and be aborted by it. */
  place_find(PLACE_UST_FD, descriptors);
  if (asprintf(&list, "%s:%s:%s", ours, descriptors, before ? before : "") < 0) abort(); /* empty names are skipped by the loader */
  return list;
}

/* A program that was built with the address sanitizer would refuse to run behind any preloaded library; it works all the same. */
static char *sanitizer_options(void) {
  const char *before = getenv("ASAN_OPTIONS");
  char *options;
  if (asprintf(&options, "ASAN_OPTIONS=%s%sverify_asan_link_order=0", before ? before : "", before ? ":" : "") < 0) abort();
  return options;
}

char **environment_make(const char *home, const char *control, const char **missing) {
  char *list = preload_list(home, missing);
  unsigned count = 0;
  while (environ[count]) count++;
  char **environment = calloc(count + 6, sizeof *environment);
  if (!environment) abort();
  unsigned kept = 0;
  for (unsigned i = 0; i < count; i++)
    if (!is_set_by_us(environ[i])) environment[kept++] = environ[i];
  environment[kept++] = join("LD_PRELOAD", list);
  environment[kept++] = join("HEDDLE_CONTROL", control);
  environment[kept++] = join("LTTNG_HOME", home);
  environment[kept++] = sanitizer_options();
  /* Long enough for a busy machine; for ever could hang the program, not at all would lose its first events. */
  environment[kept] = join("LTTNG_UST_REGISTER_TIMEOUT", "3000");
  free(list);
  return environment;
}
