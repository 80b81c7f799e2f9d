#include "application.h"
#include "appearance.h"
#include "measure.h"
#include "screenshot.h"
#include "window.h"

#define EXIT_USAGE 2
#define EXIT_BAD_INPUT 3
#define SCREENSHOT_SETTLE_MS 250
#define SCREENSHOT_POLL_MS 40

/* Of the one run; options point in here. */
typedef struct {
  char **paths;
  char *screenshot, *size, *theme;
  gboolean version, measure;
  gint64 started_us;
  int width_px, height_px;
  int exit_code;
  gint64 quiet_since_us; /* a screenshot is taken when nothing has changed for a while */
  guint screenshot_timer;
} Run;

static const char *const theme_names[] = {"system", "light", "dark"};

static int theme_by_name(const char *name) {
  for (int i = 0; i < (int)G_N_ELEMENTS(theme_names); i++)
    if (g_strcmp0(name, theme_names[i]) == 0) return i;
  return -1;
}

static char *settings_path(void) { return g_build_filename(g_get_user_config_dir(), "heddle", "view.ini", NULL); }

static int remembered_theme(void) {
  g_autofree char *path = settings_path();
  g_autoptr(GKeyFile) file = g_key_file_new();
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL)) return HD_THEME_CHOICE_SYSTEM;
  g_autofree char *name = g_key_file_get_string(file, "view", "theme", NULL);
  return MAX(theme_by_name(name), 0);
}

static void theme_changed(GSimpleAction *action, GVariant *value, gpointer user_data) {
  const char *name = g_variant_get_string(value, NULL);
  int choice = theme_by_name(name);
  if (choice < 0) return;
  g_simple_action_set_state(action, value);
  hd_appearance_choose(choice);
  g_autofree char *path = settings_path(), *folder = g_path_get_dirname(path);
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_key_file_set_string(file, "view", "theme", name);
  /* A choice that cannot be remembered holds for this run. */
  if (g_mkdir_with_parents(folder, 0700) == 0) g_key_file_save_to_file(file, path, NULL);
}

static void about(GSimpleAction *action, GVariant *parameter, gpointer application) {
  gtk_show_about_dialog(
      gtk_application_get_active_window(application), "program-name", "Heddle", "version", HEDDLE_VERSION, "comments",
      "Records what threads and processes do to each other, and shows who waited, for what, because of whom, and what would hang.",
      "license-type", GTK_LICENSE_MIT_X11, "logo-icon-name", HD_APPLICATION_ID, NULL);
}

static void quit(GSimpleAction *action, GVariant *parameter, gpointer application) {
  for (GList *windows = gtk_application_get_windows(application); windows; windows = gtk_application_get_windows(application))
    gtk_window_destroy(windows->data);
}

static void startup(GtkApplication *application, Run *run) {
  hd_appearance_init();
  int choice = run->theme ? theme_by_name(run->theme) : remembered_theme();
  hd_appearance_choose(choice);
  static const GActionEntry entries[] = {{"about", about, NULL, NULL, NULL, {0}}, {"quit", quit, NULL, NULL, NULL, {0}}};
  g_action_map_add_action_entries(G_ACTION_MAP(application), entries, G_N_ELEMENTS(entries), application);
  g_autoptr(GSimpleAction) theme = g_simple_action_new_stateful("theme", G_VARIANT_TYPE_STRING, g_variant_new_string(theme_names[choice]));
  g_signal_connect(theme, "change-state", G_CALLBACK(theme_changed), NULL);
  g_action_map_add_action(G_ACTION_MAP(application), G_ACTION(theme));
  static const struct {
    const char *action;
    const char *keys[2];
  } keys[] = {{"win.open", {"<Control>o"}},   {"win.record", {"<Control>r"}}, {"win.find", {"<Control>f"}},
              {"win.gallery", {"<Alt>Home"}}, {"win.close", {"<Control>w"}},  {"app.quit", {"<Control>q"}}};
  for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
    gtk_application_set_accels_for_action(application, keys[i].action, (const char *[]){keys[i].keys[0], NULL});
}

static gboolean take_screenshot(gpointer user_data) {
  HdWindow *window = user_data;
  Run *run = g_object_get_data(G_OBJECT(window), "run");
  HdTracePage *page = hd_window_trace_page(window);
  gboolean loading = g_strcmp0(hd_window_page(window), "loading") == 0;
  HdGallery *gallery = g_strcmp0(hd_window_page(window), "start") == 0 ? hd_window_gallery(window) : NULL;
  gboolean ready = !loading && (!gallery || hd_gallery_complete(gallery)) &&
                   (!page || (hd_trace_page_is_placed(page) && hd_document_analysis(hd_view_state_document(hd_trace_page_state(page))) &&
                              hd_timeline_complete(hd_trace_page_timeline(page))));
  gint64 now_us = g_get_monotonic_time();
  if (!ready || gtk_widget_get_width(GTK_WIDGET(window)) < run->width_px / 2) {
    run->quiet_since_us = now_us;
    return G_SOURCE_CONTINUE;
  }
  if (now_us - run->quiet_since_us < SCREENSHOT_SETTLE_MS * 1000) return G_SOURCE_CONTINUE;
  g_autoptr(GError) error = NULL;
  if (!hd_screenshot_save(GTK_WIDGET(window), run->screenshot, &error)) {
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PENDING)) return G_SOURCE_CONTINUE;
    g_printerr("heddle view: %s\n", error->message);
    run->exit_code = EXIT_BAD_INPUT;
  }
  run->screenshot_timer = 0;
  gtk_window_destroy(GTK_WINDOW(window));
  return G_SOURCE_REMOVE;
}

/* The window may go before there is a picture: what it was to show cannot be read. */
static void stop_screenshot(GtkWidget *window, Run *run) { g_clear_handle_id(&run->screenshot_timer, g_source_remove); }

/* Only of what stood on the command line: later a window says it on its own page. */
static void failed(HdWindow *window, const char *line, Run *run) {
  if (hd_window_was_opened(window)) return;
  g_printerr("heddle view: %s\n", line);
  run->exit_code = EXIT_BAD_INPUT;
  gtk_window_destroy(GTK_WINDOW(window));
}

static void activate(GtkApplication *application, Run *run) {
  GtkWidget *window = hd_window_new(application);
  g_object_set_data(G_OBJECT(window), "run", run);
  gtk_window_set_default_size(GTK_WINDOW(window), run->width_px, run->height_px);
  g_signal_connect(window, "failed", G_CALLBACK(failed), run);
  if (run->paths && run->paths[0]) hd_window_open(HD_WINDOW(window), run->paths[0]);
  gtk_window_present(GTK_WINDOW(window));
  run->quiet_since_us = g_get_monotonic_time();
  if (run->measure) hd_measure(HD_WINDOW(window), run->started_us);
  if (run->screenshot) gtk_widget_add_css_class(window, "screenshot");
  if (!run->screenshot) return;
  run->screenshot_timer = g_timeout_add(SCREENSHOT_POLL_MS, take_screenshot, window);
  g_signal_connect(window, "destroy", G_CALLBACK(stop_screenshot), run);
}

static int usage(const char *line) {
  g_printerr("heddle view: %s\n", line);
  return EXIT_USAGE;
}

static int parse(int *argument_count, char ***arguments, Run *run) {
  const GOptionEntry entries[] = {
      {"theme", 0, 0, G_OPTION_ARG_STRING, &run->theme, "light, dark, or as the system says", "THEME"},
      {"size", 0, 0, G_OPTION_ARG_STRING, &run->size, "size of the window in pixels", "WIDTHxHEIGHT"},
      {"screenshot", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &run->screenshot, "write a picture of the window and quit",
       "FILE.png"},
      {"measure", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &run->measure, "print what a picture costs and quit", NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &run->version, "print the version", NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &run->paths, NULL, "[RECORDING]"},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr(GOptionContext) context = g_option_context_new("- look at a recording");
  g_autoptr(GError) error = NULL;
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, argument_count, arguments, &error)) return usage(error->message);
  if (run->paths && run->paths[0] && run->paths[1]) return usage("one recording at a time");
  if (run->theme && theme_by_name(run->theme) < 0) return usage("--theme is light, dark or system");
  if (run->size && (sscanf(run->size, "%dx%d", &run->width_px, &run->height_px) != 2 || run->width_px < 300 || run->height_px < 200 ||
                    run->width_px > 16000 || run->height_px > 16000))
    return usage("--size is WIDTHxHEIGHT in pixels, such as 1600x1000");
  return 0;
}

int hd_application_run(int argument_count, char **arguments) {
  Run run = {.width_px = 1600, .height_px = 1000, .started_us = g_get_monotonic_time()};
  int code = parse(&argument_count, &arguments, &run);
  if (code) return code;
  if (run.version) {
    g_print("heddle view %s\n", HEDDLE_VERSION);
    return 0;
  }
  if (!gtk_init_check()) return usage("no display; 'heddle render RECORDING -o FILE.png' draws a picture without one");
  /* Each run is a process of its own: a crash of one window is not another's. */
  g_autoptr(GtkApplication) application = gtk_application_new(HD_APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
  g_signal_connect(application, "startup", G_CALLBACK(startup), &run);
  g_signal_connect(application, "activate", G_CALLBACK(activate), &run);
  code = g_application_run(G_APPLICATION(application), 0, NULL);
  g_strfreev(run.paths);
  g_free(run.screenshot);
  g_free(run.size);
  g_free(run.theme);
  return run.exit_code ? run.exit_code : code;
}
