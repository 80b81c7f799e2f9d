#include "window-actions.h"
#include "recorder.h"

static void chosen(GtkNativeDialog *dialog, int response, HdWindow *window) {
  g_autoptr(GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog)) : NULL;
  if (file) hd_window_open_file(window, file);
  g_object_unref(dialog);
}

static void choose(HdWindow *window, GtkFileChooserAction action, const char *title) {
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(title, GTK_WINDOW(window), action, "_Open", "_Cancel");
  g_signal_connect_object(dialog, "response", G_CALLBACK(chosen), window, 0);
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static void open(GSimpleAction *action, GVariant *parameter, gpointer window) {
  choose(window, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, "Open a recording (a folder NAME.heddle)");
}
static void open_file(GSimpleAction *action, GVariant *parameter, gpointer window) {
  choose(window, GTK_FILE_CHOOSER_ACTION_OPEN, "Open a packed recording or another trace");
}
static void open_path(GSimpleAction *action, GVariant *parameter, gpointer window) {
  hd_window_open(window, g_variant_get_string(parameter, NULL));
}
static void record(GSimpleAction *action, GVariant *parameter, gpointer window) { hd_window_record(window, NULL); }
static void find(GSimpleAction *action, GVariant *parameter, gpointer window) { hd_window_key(window, GDK_KEY_slash, 61, 0); }
static void close_window(GSimpleAction *action, GVariant *parameter, gpointer window) { gtk_window_close(window); }

static void demo(GSimpleAction *action, GVariant *parameter, gpointer window) {
  g_autofree char *heddle = hd_find_heddle(), *folder = heddle ? g_path_get_dirname(heddle) : g_strdup(".");
  const char *name = g_variant_get_string(parameter, NULL);
  const char *const places[] = {"demos", "../libexec/heddle/demos"};
  for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
    g_autofree char *path = g_build_filename(folder, places[i], name, NULL);
    if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE)) continue;
    g_autofree char *quoted = g_shell_quote(path);
    return hd_window_record(window, quoted);
  }
  hd_window_record(window, name);
}

void hd_window_add_actions(HdWindow *window) {
  static const GActionEntry entries[] = {
      {"open", open, NULL, NULL, NULL, {0}},          {"open-file", open_file, NULL, NULL, NULL, {0}},
      {"open-path", open_path, "s", NULL, NULL, {0}}, {"record", record, NULL, NULL, NULL, {0}},
      {"demo", demo, "s", NULL, NULL, {0}},           {"find", find, NULL, NULL, NULL, {0}},
      {"close", close_window, NULL, NULL, NULL, {0}},
  };
  g_action_map_add_action_entries(G_ACTION_MAP(window), entries, G_N_ELEMENTS(entries), window);
}

GMenuModel *hd_window_menu(void) {
  g_autoptr(GMenu) menu = g_menu_new(), theme = g_menu_new(), files = g_menu_new(), help = g_menu_new();
  g_menu_append(files, "Open a _file…", "win.open-file");
  g_menu_append(theme, "As the _system", "app.theme::system");
  g_menu_append(theme, "_Light", "app.theme::light");
  g_menu_append(theme, "_Dark", "app.theme::dark");
  g_menu_append(help, "_Keyboard shortcuts", "win.show-help-overlay");
  g_menu_append(help, "_About Heddle", "app.about");
  g_menu_append_section(menu, NULL, G_MENU_MODEL(files));
  g_menu_append_section(menu, "Theme", G_MENU_MODEL(theme));
  g_menu_append_section(menu, NULL, G_MENU_MODEL(help));
  return G_MENU_MODEL(g_steal_pointer(&menu));
}
