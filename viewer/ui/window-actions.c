#include "window-actions.h"
#include "window-private.h"

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

static void run_demo(HdWindow *window, const char *name, gint64 seed, gboolean without_gil) {
  const HdCatalog *catalog = hd_catalog_installed();
  HdDemoWish wish = {catalog ? hd_catalog_find(catalog, name) : NULL, seed, without_gil};
  if (wish.demo) hd_window_run_demo(window, &wish);
}

static void demo(GSimpleAction *action, GVariant *parameter, gpointer window) {
  run_demo(window, g_variant_get_string(parameter, NULL), -1, FALSE);
}

static void demo_as(GSimpleAction *action, GVariant *parameter, gpointer window) {
  const char *name;
  gint64 seed;
  gboolean without_gil;
  g_variant_get(parameter, "(&sxb)", &name, &seed, &without_gil);
  run_demo(window, name, seed, without_gil);
}

static void gallery(GSimpleAction *action, GVariant *parameter, gpointer window) { hd_window_show_gallery(window); }

static void back(GSimpleAction *action, GVariant *parameter, gpointer window) { hd_window_back(window); }

static void lesson(GSimpleAction *action, GVariant *parameter, gpointer window) {
  HdTracePage *page = hd_window_trace_page(window);
  if (page) hd_trace_page_set_lesson_open(page, !hd_trace_page_lesson_open(page));
}

void hd_window_add_actions(HdWindow *window) {
  static const GActionEntry entries[] = {
      {"open", open, NULL, NULL, NULL, {0}},          {"open-file", open_file, NULL, NULL, NULL, {0}},
      {"open-path", open_path, "s", NULL, NULL, {0}}, {"record", record, NULL, NULL, NULL, {0}},
      {"demo", demo, "s", NULL, NULL, {0}},           {"demo-as", demo_as, "(sxb)", NULL, NULL, {0}},
      {"gallery", gallery, NULL, NULL, NULL, {0}},    {"lesson", lesson, NULL, NULL, NULL, {0}},
      {"back", back, NULL, NULL, NULL, {0}},          {"find", find, NULL, NULL, NULL, {0}},
      {"close", close_window, NULL, NULL, NULL, {0}},
  };
  g_action_map_add_action_entries(G_ACTION_MAP(window), entries, G_N_ELEMENTS(entries), window);
}

GMenuModel *hd_window_menu(void) {
  g_autoptr(GMenu) menu = g_menu_new(), theme = g_menu_new(), files = g_menu_new(), help = g_menu_new();
  g_menu_append(files, "Open a _file…", "win.open-file");
  g_menu_append(files, "_Demonstrations", "win.gallery");
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
