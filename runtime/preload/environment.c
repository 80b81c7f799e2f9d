/* What makes Heddle see a program is in its environment. A program that starts others with an environment of its own making
 * (empty, cleaned, a preload library of its own) would hide them; so it is put back. */
#include "preload.h"
#include <string.h>

/* The first ones are lists, joined with those of the program. */
enum { LIST_COUNT = 2 };
static const char *const names[] = {"LD_PRELOAD",      "ASAN_OPTIONS", "HEDDLE_CONTROL",
                                    "HEDDLE_PROVIDER", "LTTNG_HOME",   "LTTNG_UST_REGISTER_TIMEOUT"};
#define VARIABLE_COUNT (sizeof names / sizeof *names)
#define VARIABLE_BYTES 4096

/* As this process got them, NAME=value; it may change its own environment. Empty: it had none. */
static char variables[VARIABLE_COUNT][VARIABLE_BYTES];

__attribute__((constructor(101))) static void keep(void) {
  for (unsigned i = 0; i < VARIABLE_COUNT; i++) {
    const char *value = getenv(names[i]);
    if (value && strlen(names[i]) + strlen(value) + 2 <= VARIABLE_BYTES) stpcpy(stpcpy(stpcpy(variables[i], names[i]), "="), value);
  }
}

static const char *value_in(const char *variable, const char *name) {
  size_t length = strlen(name);
  return strncmp(variable, name, length) == 0 && variable[length] == '=' ? variable + length + 1 : NULL;
}

static size_t count_of(char *const environment[]) {
  size_t count = 0;
  while (environment && environment[count]) count++;
  return count;
}

/* Of a variable of the program that is a list without ours: which one; else LIST_COUNT. */
static unsigned list_to_join(const char *variable) {
  for (unsigned v = 0; v < LIST_COUNT; v++) {
    const char *theirs = value_in(variable, names[v]);
    if (theirs && *variables[v] && !strstr(theirs, value_in(variables[v], names[v]))) return v;
  }
  return LIST_COUNT;
}

/* It names a recording of its own, or none, as a recorder does that is itself recorded: then what it makes is meant so. */
static bool is_meant(char *const environment[]) {
  for (size_t i = 0; environment && environment[i]; i++) {
    const char *control = value_in(environment[i], names[1]);
    if (control && strcmp(control, value_in(variables[1], names[1])) != 0) return true;
  }
  return false;
}

/* Pointers for all, and texts for the joined lists. */
size_t hd_environment_bytes(char *const environment[]) {
  if (!hd_emit_is_recording()) return 1;
  size_t count = count_of(environment), bytes = (count + VARIABLE_COUNT + 1) * sizeof(char *);
  for (size_t i = 0; i < count; i++)
    if (list_to_join(environment[i]) < LIST_COUNT) bytes += VARIABLE_BYTES + strlen(environment[i]) + 1;
  return bytes;
}

char *const *hd_environment_complete(char *const environment[], void *room) {
  if (!hd_emit_is_recording() || is_meant(environment)) return environment;
  size_t count = count_of(environment), kept = 0;
  char **completed = room, *text = (char *)(completed + count + VARIABLE_COUNT + 1);
  bool present[VARIABLE_COUNT] = {false};
  for (size_t i = 0; i < count; i++) {
    unsigned list = list_to_join(environment[i]);
    completed[kept++] = list < LIST_COUNT ? text : environment[i];
    if (list < LIST_COUNT) text = stpcpy(stpcpy(stpcpy(text, variables[list]), ":"), value_in(environment[i], names[list])) + 1;
    for (unsigned v = 0; v < VARIABLE_COUNT; v++) present[v] |= value_in(environment[i], names[v]) != NULL;
  }
  for (unsigned v = 0; v < VARIABLE_COUNT; v++)
    if (!present[v] && *variables[v]) completed[kept++] = variables[v];
  completed[kept] = NULL;
  return completed;
}
