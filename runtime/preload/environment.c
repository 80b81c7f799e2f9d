/* What makes Heddle see a program is in its environment. A program that starts others with an environment of its own making
 * (empty, cleaned, a preload library of its own) would hide them; so it is put back. */
#include "preload.h"
#include <string.h>

static const char *const names[] = {"LD_PRELOAD", "HEDDLE_CONTROL", "HEDDLE_PROVIDER", "LTTNG_HOME", "LTTNG_UST_REGISTER_TIMEOUT"};
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

/* Pointers for all, and a text for both preload lists joined. */
size_t hd_environment_bytes(char *const environment[]) {
  if (!hd_emit_is_recording()) return 1;
  size_t count = count_of(environment), bytes = (count + VARIABLE_COUNT + 1) * sizeof(char *) + VARIABLE_BYTES;
  for (size_t i = 0; i < count; i++)
    if (value_in(environment[i], names[0])) bytes += strlen(environment[i]) + 1;
  return bytes;
}

char *const *hd_environment_complete(char *const environment[], void *room) {
  if (!hd_emit_is_recording()) return environment;
  size_t count = count_of(environment), kept = 0;
  char **completed = room, *text = (char *)(completed + count + VARIABLE_COUNT + 1);
  bool present[VARIABLE_COUNT] = {false};
  for (size_t i = 0; i < count; i++) {
    const char *libraries = value_in(environment[i], names[0]);
    completed[kept++] = environment[i];
    if (libraries && *variables[0] && !present[0] && !strstr(libraries, value_in(variables[0], names[0]))) {
      completed[kept - 1] = text;
      stpcpy(stpcpy(stpcpy(text, variables[0]), ":"), libraries);
    }
    for (unsigned v = 0; v < VARIABLE_COUNT; v++) present[v] |= value_in(environment[i], names[v]) != NULL;
  }
  for (unsigned v = 0; v < VARIABLE_COUNT; v++)
    if (!present[v] && *variables[v]) completed[kept++] = variables[v];
  completed[kept] = NULL;
  return completed;
}
