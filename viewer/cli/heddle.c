/* heddle: finds the program of a command and becomes it, as git does. It links nothing, so that no command starts slower than it
 * must. The programs lie in libexec, or uninstalled in their layers' folders of the build, beside this one. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
  const char *name, *folder, *text;
} commands[] = {
    {"record", "tracer", "run a program and record what its threads and processes do to each other"},
    {"view", "viewer/ui", "open the window, on a recording or the start page"},
    {"report", "viewer/cli", "findings and tables as text, or --json"},
    {"check", "viewer/cli", "for CI: exit 1 when there is a deadlock or what else was asked for"},
    {"render", "viewer/cli", "the timeline as PNG, SVG or PDF, without a screen"},
    {"demo", "viewer/cli", "record a demonstration and open it; --list tells which there are"},
    {"explore", "viewer/cli", "run a program of the runtime in many orders of events, until one hangs or loses an update"},
    {"info", "viewer/cli", "counts, duration, losses, what was observed"},
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void usage(FILE *to) {
  fprintf(to, "usage: heddle COMMAND [ARGUMENT…]\n\n");
  for (int i = 0; i < COMMAND_COUNT; i++) fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].text);
  fprintf(to, "\n'heddle COMMAND --help' tells more. Exit codes: 0 fine, 1 findings (check), 2 usage, 3 bad input;\n"
              "'heddle record' ends as the recorded program did.\n");
}

int main(int argument_count, char **arguments) {
  if (argument_count < 2) {
    usage(stderr);
    return 2;
  }
  const char *name = arguments[1];
  if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
    if (argument_count < 3) {
      usage(stdout);
      return 0;
    }
    static char help[] = "--help";
    name = arguments[2];
    arguments[2] = help;
    arguments[3] = NULL;
  }
  if (strcmp(name, "--version") == 0) {
    printf("heddle %s\n", HEDDLE_VERSION);
    return 0;
  }
  int index = 0;
  while (index < COMMAND_COUNT && strcmp(commands[index].name, name) != 0) index++;
  if (index == COMMAND_COUNT) {
    fprintf(stderr, "heddle: no command '%s'; 'heddle help' lists them\n", name);
    return 2;
  }
  char self[PATH_MAX], path[PATH_MAX + 64];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length <= 0) {
    perror("heddle: /proc/self/exe");
    return 2;
  }
  self[length] = 0;
  *strrchr(self, '/') = 0;
  snprintf(path, sizeof path, "%s/%s/heddle-%s", self, commands[index].folder, name);
  if (access(path, X_OK) != 0) snprintf(path, sizeof path, "%s/" HEDDLE_LIBEXEC_FROM_BIN "/heddle-%s", self, name);
  arguments[1] = path;
  execv(path, arguments + 1);
  fprintf(stderr, "heddle: '%s' is not part of this installation (%s): %m\n", name, path);
  return 2;
}
