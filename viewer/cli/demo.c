/* heddle demo: records a demonstration and opens it, or draws it when there is no display.
 *
 * The demonstrations are programs of their own; demos/catalog.json says which there are. A demonstration that hangs ends itself, so its
 * status is no error of this command. */
#include "catalog.h"
#include "demo-list.h"
#include "places.h"
#include "seed-report.h"
#include <errno.h>
#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_FINE = 0, EXIT_USAGE = 2 };

static HdCatalog *read_catalog(void) {
  g_autoptr(GError) error = NULL;
  HdCatalog *catalog = hd_catalog_read(NULL, &error);
  if (catalog) return catalog;
  fprintf(stderr, "heddle: %s\n", error->message);
  exit(EXIT_USAGE);
}

/* The demonstration of that name, without a name the first; prints what there is and ends when there is none. */
static const HdDemo *choose(const HdCatalog *catalog, const char *name) {
  const HdDemo *demo = name ? hd_catalog_find(catalog, name) : &catalog->demos[0];
  if (demo) return demo;
  fprintf(stderr, "heddle: no demonstration '%s'; there are:\n", name);
  hd_demo_list(catalog, NULL, stderr);
  exit(EXIT_USAGE);
}

/* Runs a command with this one's input and output; its status as waitpid gives it. A Ctrl-C is the command's. */
static int run(char *const *arguments) {
  void (*interrupt)(int) = signal(SIGINT, SIG_IGN);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGINT, interrupt);
    execv(arguments[0], arguments);
    _exit(127);
  }
  int status = 127 << 8;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  signal(SIGINT, interrupt);
  return status;
}

/* NAME-1.heddle, or the first number that is free, in the working folder; in a temporary one when that cannot be written to. */
static char *new_recording(const char *name) {
  g_autofree char *folder = g_get_current_dir();
  if (access(folder, W_OK) != 0) {
    g_free(folder);
    folder = g_dir_make_tmp("heddle-demo-XXXXXX", NULL);
  }
  for (guint number = 1;; number++) {
    g_autofree char *file = g_strdup_printf("%s-%u.heddle", name, number);
    char *path = g_build_filename(folder ? folder : g_get_tmp_dir(), file, NULL);
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) return path;
    g_free(path);
  }
}

static gboolean has_display(void) {
  const char *wayland = g_getenv("WAYLAND_DISPLAY"), *x = g_getenv("DISPLAY");
  return (wayland && *wayland) || (x && *x);
}

static int record_and_show(const HdDemo *demo, const char *program) {
  g_autofree char *heddle = hd_place_heddle();
  g_autofree char *recording = new_recording(demo->name);
  if (!heddle) {
    fprintf(stderr, "heddle: the command heddle is not part of this installation\n");
    return EXIT_USAGE;
  }
  printf("%s: %s\n", demo->title, demo->text);
  fflush(stdout);
  char *record[] = {heddle, "record", "-o", recording, "--", (char *)program, NULL};
  run(record);
  if (!g_file_test(recording, G_FILE_TEST_IS_DIR)) {
    fprintf(stderr, "heddle: nothing was recorded\n");
    return EXIT_USAGE;
  }
  if (has_display()) {
    execl(heddle, heddle, "view", recording, NULL);
    perror("heddle: view");
    return EXIT_USAGE;
  }
  g_autofree char *picture = g_strconcat(recording, ".png", NULL);
  char *render[] = {heddle, "render", recording, "-o", picture, NULL};
  int status = run(render);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_USAGE;
  printf("no display: the picture is %s\nit shows: %s: %s\n", picture, demo->title, demo->text);
  return EXIT_FINE;
}

int main(int argument_count, char **arguments) {
  gboolean only_list = FALSE;
  g_autofree char *seed = NULL;
  const GOptionEntry entries[] = {
      {"list", 'l', 0, G_OPTION_ARG_NONE, &only_list, "Print which demonstrations there are, with a NAME only those of that theme or word",
       NULL},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &seed, "Run it in the order of events that this number stands for", "N"},
      {NULL}};
  g_autoptr(GOptionContext) context = g_option_context_new("[NAME] - record a demonstration and open it");
  g_autoptr(GError) error = NULL;
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, &argument_count, &arguments, &error) || argument_count > 2) {
    fprintf(stderr, "heddle: %s; 'heddle demo --help' tells more\n", error ? error->message : "one demonstration at a time");
    return EXIT_USAGE;
  }
  if (seed && !hd_seed_parse(seed, &(gint64){0})) {
    fprintf(stderr, "heddle: --seed '%s': wanted is a number from 0 to %" G_GINT64_FORMAT "\n", seed, G_MAXINT64);
    return EXIT_USAGE;
  }
  if (seed) g_setenv("HEDDLE_SEED", seed, TRUE);
  g_autoptr(HdCatalog) catalog = read_catalog();
  const char *name = argument_count > 1 ? arguments[1] : NULL;
  if (only_list) return hd_demo_list(catalog, name, stdout) ? EXIT_FINE : EXIT_USAGE;
  const HdDemo *demo = choose(catalog, name);
  g_autofree char *program = hd_place_demo(demo->name);
  if (!program) {
    fprintf(stderr, "heddle: the demonstration %s is not part of this installation\n", demo->name);
    return EXIT_USAGE;
  }
  return record_and_show(demo, program);
}
