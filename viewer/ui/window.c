#include "record-dialog.h"
#include "recorder.h"
#include "render.h"
#include "shortcuts.h"
#include "window-actions.h"
#include "window-private.h"

enum { KEY_N = 57, KEY_P = 33, KEY_SLASH = 61, KEY_L = 46 };

G_DEFINE_TYPE(HdWindow, hd_window, GTK_TYPE_APPLICATION_WINDOW)

HdTracePage *hd_window_trace_page(HdWindow *window) { return window->trace; }
HdGallery *hd_window_gallery(HdWindow *window) { return hd_start_page_gallery(HD_START_PAGE(window->start)); }
const char *hd_window_page(HdWindow *window) { return gtk_stack_get_visible_child_name(GTK_STACK(window->stack)); }
gboolean hd_window_was_opened(HdWindow *window) { return window->was_opened; }
const char *hd_window_error(HdWindow *window) { return gtk_label_get_text(GTK_LABEL(window->error)); }

static void say_title(HdWindow *window, const char *title, const char *subtitle) {
  gtk_label_set_text(GTK_LABEL(window->title), title);
  gtk_label_set_text(GTK_LABEL(window->subtitle), subtitle ? subtitle : "");
  gtk_widget_set_visible(window->subtitle, subtitle != NULL);
  g_autofree char *whole = g_strdup_printf("%s — Heddle", title);
  gtk_window_set_title(GTK_WINDOW(window), subtitle ? whole : title);
}

static void show_page(HdWindow *window, const char *page) {
  gtk_stack_set_visible_child_name(GTK_STACK(window->stack), page);
  gboolean trace = g_strcmp0(page, "trace") == 0;
  GtkWidget *parts[] = {window->search, window->search_status, window->findings_button, window->bottom_button, window->home_button};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) gtk_widget_set_visible(parts[i], trace);
  gtk_widget_set_visible(window->lesson_button, trace && hd_trace_page_has_lesson(window->trace));
}

static void stop_loading(HdWindow *window) {
  if (!window->loader) return;
  g_signal_handlers_disconnect_by_data(window->loader, window);
  hd_loader_cancel(window->loader);
  g_clear_object(&window->loader);
}

static void close_document(HdWindow *window) {
  if (!window->trace) return;
  gtk_stack_remove(GTK_STACK(window->stack), GTK_WIDGET(window->trace));
  window->trace = NULL;
}

static void show_start(HdWindow *window) {
  HdGallery *gallery = hd_window_gallery(window);
  hd_start_page_refresh(HD_START_PAGE(window->start));
  say_title(window, "Heddle", NULL);
  show_page(window, "start");
  if (gallery) gtk_widget_grab_focus(hd_gallery_field(gallery));
}

/* Back to the recording that is open. */
static void show_trace(HdWindow *window) {
  HdDocument *document = hd_view_state_document(hd_trace_page_state(window->trace));
  g_autofree char *title = hd_document_title(document), *subtitle = hd_recording_line(hd_document_model(document));
  say_title(window, title, subtitle);
  show_page(window, "trace");
  hd_window_update_toggles(window);
  gtk_widget_grab_focus(GTK_WIDGET(hd_trace_page_timeline(window->trace)));
}

void hd_window_cancel(HdWindow *window) {
  stop_loading(window);
  if (window->trace)
    show_trace(window);
  else
    show_start(window);
}

void hd_window_show_gallery(HdWindow *window) {
  stop_loading(window);
  hd_demo_run_stop(HD_DEMO_RUN(window->demo_run));
  show_start(window);
}

void hd_window_run_demo(HdWindow *window, const HdDemoWish *wish) {
  stop_loading(window);
  g_autofree char *name = hd_demo_wish_name(wish);
  say_title(window, name, "recording");
  show_page(window, "recording");
  hd_demo_run_start(HD_DEMO_RUN(window->demo_run), wish);
}

/* Loading */

void hd_window_show_document(HdWindow *window, HdDocument *document) {
  close_document(window);
  window->trace = HD_TRACE_PAGE(hd_trace_page_new(document));
  gtk_stack_add_named(GTK_STACK(window->stack), GTK_WIDGET(window->trace), "trace");
  g_signal_connect_object(window->trace, "clear-filter", G_CALLBACK(hd_window_stop_search), window, G_CONNECT_SWAPPED);
  g_signal_connect_object(window->trace, "layout-changed", G_CALLBACK(hd_window_update_toggles), window, G_CONNECT_SWAPPED);
  gtk_editable_set_text(GTK_EDITABLE(window->search), "");
  show_trace(window);
}

static void remember_recent(const char *path) {
  g_autofree char *absolute = g_canonicalize_filename(path, NULL), *uri = g_filename_to_uri(absolute, NULL, NULL);
  GtkRecentData recent = {NULL, NULL, "application/x-heddle-recording", "heddle-view", "heddle view %f", NULL, TRUE};
  if (uri) gtk_recent_manager_add_full(gtk_recent_manager_get_default(), uri, &recent);
}

static void loaded(HdWindow *window, HdDocument *document) {
  if (hd_document_path(document)) remember_recent(hd_document_path(document));
  window->was_opened = TRUE;
  hd_window_show_document(window, document);
}

static void progressed(HdWindow *window, double fraction, const char *what) {
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(window->progress), CLAMP(fraction, 0, 1));
  gtk_label_set_text(GTK_LABEL(window->progress_text), what ? what : "");
}

static void show_error(HdWindow *window, const char *line) {
  close_document(window);
  gtk_label_set_text(GTK_LABEL(window->error), line);
  say_title(window, "Heddle", NULL);
  show_page(window, "error");
  g_signal_emit_by_name(window, "failed", line);
}

static void failed(HdWindow *window, GError *error) {
  g_clear_object(&window->loader);
  show_error(window, error->message);
}

void hd_window_open_with(HdWindow *window, const char *path, HdLoader *loader) {
  stop_loading(window);
  hd_demo_run_stop(HD_DEMO_RUN(window->demo_run));
  window->loader = g_object_ref(loader);
  g_free(window->path);
  window->path = g_strdup(path);
  g_signal_connect_object(loader, "progress", G_CALLBACK(progressed), window, G_CONNECT_SWAPPED);
  g_signal_connect_object(loader, "loaded", G_CALLBACK(loaded), window, G_CONNECT_SWAPPED);
  g_signal_connect_object(loader, "failed", G_CALLBACK(failed), window, G_CONNECT_SWAPPED);
  g_autofree char *base = g_path_get_basename(path), *name = hd_display_name(base, 80);
  progressed(window, 0, name);
  say_title(window, name, "loading");
  show_page(window, "loading");
  hd_loader_start(loader, path);
}

void hd_window_open(HdWindow *window, const char *path) {
  g_autoptr(HdLoader) loader = hd_loader_new(NULL);
  hd_window_open_with(window, path, loader);
}

void hd_window_open_file(HdWindow *window, GFile *file) {
  g_autofree char *path = g_file_get_path(file);
  if (path) return hd_window_open(window, path);
  g_autofree char *address = g_file_get_uri(file), *name = hd_display_name(address, 120);
  g_autofree char *line = g_strdup_printf("%s is not on this machine's disks: copy it here first.", name);
  stop_loading(window);
  hd_demo_run_stop(HD_DEMO_RUN(window->demo_run));
  show_error(window, line);
}

static void recorded(const char *path, gpointer window) { hd_window_open(window, path); }

void hd_window_record(HdWindow *window, const char *command_line) {
  hd_record_dialog_show(GTK_WINDOW(window), command_line, recorded, window);
}

/* Keys */

gboolean hd_window_back(HdWindow *window) {
  HdGallery *gallery = hd_window_gallery(window);
  if (g_strcmp0(hd_window_page(window), "start") == 0) {
    if (gallery && hd_gallery_escape(gallery)) return TRUE;
    if (window->trace) show_trace(window);
    return window->trace != NULL;
  }
  if (g_strcmp0(hd_window_page(window), "recording") == 0)
    hd_demo_run_stop(HD_DEMO_RUN(window->demo_run));
  else if (!window->loader)
    return FALSE;
  hd_window_cancel(window);
  return TRUE;
}

gboolean hd_window_key(HdWindow *window, guint key, guint key_code, GdkModifierType modifiers) {
  if (g_strcmp0(hd_window_page(window), "trace") != 0) return key == GDK_KEY_Escape && hd_window_back(window);
  HdViewState *state = hd_trace_page_state(window->trace);
  if (key == GDK_KEY_F11) {
    gboolean projector = !hd_view_state_projector(state);
    hd_view_state_set_projector(state, projector);
    if (projector) {
      gtk_widget_add_css_class(GTK_WIDGET(window), "projector");
      gtk_window_fullscreen(GTK_WINDOW(window));
    } else {
      gtk_widget_remove_css_class(GTK_WIDGET(window), "projector");
      gtk_window_unfullscreen(GTK_WINDOW(window));
    }
    return TRUE;
  }
  if (modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) return FALSE;
  switch (key_code) {
  case KEY_N:
    return hd_findings_panel_step(hd_trace_page_findings(window->trace), 1);
  case KEY_P:
    return hd_findings_panel_step(hd_trace_page_findings(window->trace), -1);
  case KEY_SLASH:
    return gtk_widget_grab_focus(window->search);
  case KEY_L:
    return gtk_widget_activate_action(GTK_WIDGET(window), "win.lesson", NULL);
  default:
    return hd_timeline_key(hd_trace_page_timeline(window->trace), key, key_code, modifiers);
  }
}

static gboolean key_pressed(GtkEventControllerKey *controller, guint key, guint key_code, GdkModifierType modifiers, HdWindow *window) {
  GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(window));
  if (focus && GTK_IS_EDITABLE(focus) && key != GDK_KEY_F11) return FALSE;
  return hd_window_key(window, key, key_code, modifiers);
}

/* Drag and drop */

static gboolean dropped(GtkDropTarget *target, const GValue *value, double x, double y, HdWindow *window) {
  GSList *files = g_value_get_boxed(value);
  if (files) hd_window_open_file(window, files->data);
  return files != NULL;
}

static void dispose(GObject *object) {
  HdWindow *window = HD_WINDOW(object);
  stop_loading(window);
  window->trace = NULL;
  g_clear_pointer(&window->path, g_free);
  G_OBJECT_CLASS(hd_window_parent_class)->dispose(object);
}

static void hd_window_class_init(HdWindowClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  g_signal_new("failed", HD_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void hd_window_init(HdWindow *window) {
  GtkWidget *widget = GTK_WIDGET(window);
  gtk_widget_add_css_class(widget, "heddle");
  gtk_window_set_default_size(GTK_WINDOW(window), 1600, 1000);
  gtk_window_set_titlebar(GTK_WINDOW(window), hd_window_header_new(window));
  window->stack = gtk_stack_new();
  gtk_stack_add_named(GTK_STACK(window->stack), hd_window_loading_new(window), "loading");
  gtk_stack_add_named(GTK_STACK(window->stack), hd_window_error_new(window), "error");
  window->start = hd_start_page_new();
  window->demo_run = hd_demo_run_new();
  gtk_stack_add_named(GTK_STACK(window->stack), window->start, "start");
  gtk_stack_add_named(GTK_STACK(window->stack), window->demo_run, "recording");
  g_signal_connect_object(window->demo_run, "done", G_CALLBACK(hd_window_open), window, G_CONNECT_SWAPPED);
  g_signal_connect_object(window->demo_run, "cancelled", G_CALLBACK(hd_window_cancel), window, G_CONNECT_SWAPPED);
  gtk_window_set_child(GTK_WINDOW(window), window->stack);
  show_start(window);

  GtkEventController *keys = gtk_event_controller_key_new();
  gtk_event_controller_set_name(keys, "heddle-keys");
  g_signal_connect(keys, "key-pressed", G_CALLBACK(key_pressed), window);
  gtk_widget_add_controller(widget, keys);
  GtkDropTarget *drop = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect(drop, "drop", G_CALLBACK(dropped), window);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(drop));
  hd_window_add_actions(window);
}

GtkWidget *hd_window_new(GtkApplication *application) {
  HdWindow *window = g_object_new(HD_TYPE_WINDOW, "application", application, NULL);
  gtk_application_window_set_help_overlay(GTK_APPLICATION_WINDOW(window), hd_shortcuts_window_new());
  return GTK_WIDGET(window);
}
