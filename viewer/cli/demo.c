/* heddle demo: records a demonstration and opens it, or draws it when there is no display.
 *
 * The demonstrations are programs of their own; demos/catalog.json says which there are. A demonstration that hangs ends itself, so its
 * status is no error of this command. */
#include "seed-report.h"
#include <errno.h>
#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_FINE = 0, EXIT_USAGE = 2 };

typedef struct {
  const char *name, *title, *text, *theme; /* of the catalog */
} Demo;

/* The folder that this program lies in. */
static char *own_folder(void) {
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  return self ? g_path_get_dirname(self) : g_strdup(".");
}

/* The first of the places, relative to this program, that exists; NULL: none does. Uninstalled, then installed. */
static char *find(const char *uninstalled, const char *installed) {
  g_autofree char *folder = own_folder();
  const char *const places[] = {uninstalled, installed};
  for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
    g_autofree char *path = g_build_filename(folder, places[i], NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS)) return g_canonicalize_filename(path, NULL);
  }
  return NULL;
}

static JsonParser *read_catalog(void) {
  g_autofree char *path = find("../../demos/catalog.json", HEDDLE_CATALOG_FROM_LIBEXEC);
  g_autoptr(JsonParser) parser = json_parser_new();
  g_autoptr(GError) error = NULL;
  if (!path) {
    fprintf(stderr, "heddle: the demonstrations are not part of this installation\n");
    exit(EXIT_USAGE);
  }
  if (!json_parser_load_from_file(parser, path, &error) || !JSON_NODE_HOLDS_ARRAY(json_parser_get_root(parser))) {
    fprintf(stderr, "heddle: %s: %s\n", path, error ? error->message : "not a catalog");
    exit(EXIT_USAGE);
  }
  return g_steal_pointer(&parser);
}

static Demo demo_at(JsonArray *catalog, guint index) {
  JsonNode *node = json_array_get_element(catalog, index);
  if (!JSON_NODE_HOLDS_OBJECT(node)) return (Demo){"", "", "", ""};
  JsonObject *entry = json_node_get_object(node);
  return (Demo){
      json_object_get_string_member_with_default(entry, "name", ""), json_object_get_string_member_with_default(entry, "title", ""),
      json_object_get_string_member_with_default(entry, "text", ""), json_object_get_string_member_with_default(entry, "theme", "")};
}

static void list(JsonArray *catalog, FILE *to) {
  for (guint i = 0; i < json_array_get_length(catalog); i++) {
    Demo demo = demo_at(catalog, i);
    fprintf(to, "%-20s %-11s %s: %s\n", demo.name, demo.theme, demo.title, demo.text);
  }
}

/* The demonstration of that name, without a name the first; prints what there is and ends when there is none. */
static Demo choose(JsonArray *catalog, const char *name) {
  for (guint i = 0; i < json_array_get_length(catalog); i++) {
    Demo demo = demo_at(catalog, i);
    if (*demo.name && (!name || strcmp(demo.name, name) == 0)) return demo;
  }
  fprintf(stderr, "heddle: no demonstration '%s'; there are:\n", name ? name : "");
  list(catalog, stderr);
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

static int record_and_show(const Demo *demo, const char *program) {
  g_autofree char *heddle = find("../../heddle", HEDDLE_FROM_LIBEXEC);
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
      {"list", 'l', 0, G_OPTION_ARG_NONE, &only_list, "Print which demonstrations there are", NULL},
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
  g_autoptr(JsonParser) parser = read_catalog();
  JsonArray *catalog = json_node_get_array(json_parser_get_root(parser));
  if (only_list) {
    list(catalog, stdout);
    return EXIT_FINE;
  }
  Demo demo = choose(catalog, argument_count > 1 ? arguments[1] : NULL);
  g_autofree char *uninstalled = g_build_filename("../../demos", demo.name, NULL), *installed = g_build_filename("demos", demo.name, NULL);
  g_autofree char *program = find(uninstalled, installed);
  if (!program) {
    fprintf(stderr, "heddle: the demonstration %s is not part of this installation\n", demo.name);
    return EXIT_USAGE;
  }
  return record_and_show(&demo, program);
}
