#include "window.h"
#include "record-dialog.h"
#include "recorder.h"
#include "render.h"
#include "shortcuts.h"
#include "start-page.h"
#include "window-actions.h"

enum { KEY_N = 57, KEY_P = 33, KEY_SLASH = 61 };

struct _HdWindow {
  GtkApplicationWindow parent;
  GtkWidget *title, *subtitle, *search, *search_status, *findings_button, *bottom_button;
  GtkWidget *stack, *progress, *progress_text, *error;
  HdTracePage *trace; /* the stack's, NULL when none */
  HdLoader *loader;   /* NULL when nothing is loading */
  char *path;
  gboolean was_opened;
};

G_DEFINE_TYPE(HdWindow, hd_window, GTK_TYPE_APPLICATION_WINDOW)

HdTracePage *hd_window_trace_page(HdWindow *window) { return window->trace; }
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
  GtkWidget *parts[] = {window->search, window->search_status, window->findings_button, window->bottom_button};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) gtk_widget_set_visible(parts[i], trace);
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
  GtkWidget *old = gtk_stack_get_child_by_name(GTK_STACK(window->stack), "start");
  if (old) gtk_stack_remove(GTK_STACK(window->stack), old);
  gtk_stack_add_named(GTK_STACK(window->stack), hd_start_page_new(), "start");
  say_title(window, "Heddle", NULL);
  show_page(window, "start");
}

static void cancel(HdWindow *window) {
  stop_loading(window);
  if (window->trace)
    show_page(window, "trace");
  else
    show_start(window);
}

/* Search */

static void say_search(HdWindow *window, char *status) {
  gtk_label_set_text(GTK_LABEL(window->search_status), status);
  gtk_accessible_update_property(GTK_ACCESSIBLE(window->search), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, status, -1);
  g_free(status);
}

static void search_changed(HdWindow *window) {
  if (window->trace) say_search(window, hd_trace_page_search(window->trace, gtk_editable_get_text(GTK_EDITABLE(window->search))));
}

static void search_next(HdWindow *window) {
  if (window->trace) say_search(window, hd_trace_page_search_step(window->trace, 1));
}

static void search_previous(HdWindow *window) {
  if (window->trace) say_search(window, hd_trace_page_search_step(window->trace, -1));
}

static void stop_search(HdWindow *window) {
  gtk_editable_set_text(GTK_EDITABLE(window->search), "");
  if (window->trace) gtk_widget_grab_focus(GTK_WIDGET(hd_trace_page_timeline(window->trace)));
}

/* Loading */

static void update_toggles(HdWindow *window) {
  if (!window->trace) return;
  gboolean drawer = hd_trace_page_drawer_open(window->trace), bottom = hd_trace_page_bottom_open(window->trace);
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(window->findings_button), drawer);
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(window->bottom_button), bottom);
}

void hd_window_show_document(HdWindow *window, HdDocument *document) {
  close_document(window);
  window->trace = HD_TRACE_PAGE(hd_trace_page_new(document));
  gtk_stack_add_named(GTK_STACK(window->stack), GTK_WIDGET(window->trace), "trace");
  g_signal_connect_object(window->trace, "clear-filter", G_CALLBACK(stop_search), window, G_CONNECT_SWAPPED);
  g_signal_connect_object(window->trace, "layout-changed", G_CALLBACK(update_toggles), window, G_CONNECT_SWAPPED);
  gtk_editable_set_text(GTK_EDITABLE(window->search), "");
  g_autofree char *title = hd_document_title(document), *subtitle = hd_recording_line(hd_document_model(document));
  say_title(window, title, subtitle);
  show_page(window, "trace");
  update_toggles(window);
  gtk_widget_grab_focus(GTK_WIDGET(hd_trace_page_timeline(window->trace)));
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
  show_error(window, line);
}

static void recorded(const char *path, gpointer window) { hd_window_open(window, path); }

void hd_window_record(HdWindow *window, const char *command_line) {
  hd_record_dialog_show(GTK_WINDOW(window), command_line, recorded, window);
}

/* Keys */

gboolean hd_window_key(HdWindow *window, guint key, guint key_code, GdkModifierType modifiers) {
  if (!window->trace || g_strcmp0(hd_window_page(window), "trace") != 0) return FALSE;
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

static void findings_toggled(GtkToggleButton *button, HdWindow *window) {
  gboolean open = gtk_toggle_button_get_active(button);
  if (window->trace && open != hd_trace_page_drawer_open(window->trace)) hd_trace_page_set_drawer_open(window->trace, open);
}

static void bottom_toggled(GtkToggleButton *button, HdWindow *window) {
  if (window->trace) hd_trace_page_set_bottom_open(window->trace, gtk_toggle_button_get_active(button));
}

/* Parts */

static GtkWidget *icon_toggle_new(const char *icon, const char *name, GCallback toggled, HdWindow *window) {
  GtkWidget *button = gtk_toggle_button_new();
  gtk_button_set_icon_name(GTK_BUTTON(button), icon);
  gtk_widget_set_tooltip_text(button, name);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object(button, "toggled", toggled, window, 0);
  return button;
}

static GtkWidget *header_new(HdWindow *window) {
  GtkWidget *header = gtk_header_bar_new(), *titles = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *open = gtk_button_new_with_mnemonic("_Open"), *record = gtk_button_new_with_mnemonic("_Record…"),
            *menu = gtk_menu_button_new();
  gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "win.open");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(record), "win.record");
  window->title = gtk_label_new("Heddle");
  window->subtitle = gtk_label_new(NULL);
  gtk_label_set_ellipsize(GTK_LABEL(window->title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_ellipsize(GTK_LABEL(window->subtitle), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class(window->title, "title");
  gtk_widget_add_css_class(window->subtitle, "subtitle");
  gtk_widget_set_valign(titles, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(titles), window->title);
  gtk_box_append(GTK_BOX(titles), window->subtitle);
  gtk_header_bar_set_title_widget(GTK_HEADER_BAR(header), titles);

  window->search = gtk_search_entry_new();
  g_object_set(window->search, "placeholder-text", "Search names, sites, state:wait-lock > 5ms", NULL);
  gtk_editable_set_width_chars(GTK_EDITABLE(window->search), 18);
  gtk_editable_set_max_width_chars(GTK_EDITABLE(window->search), 36);
  gtk_accessible_update_property(GTK_ACCESSIBLE(window->search), GTK_ACCESSIBLE_PROPERTY_LABEL, "Search", -1);
  window->search_status = gtk_label_new(NULL);
  gtk_widget_add_css_class(window->search_status, "dim-text");
  gtk_label_set_ellipsize(GTK_LABEL(window->search_status), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars(GTK_LABEL(window->search_status), 9);
  gtk_label_set_max_width_chars(GTK_LABEL(window->search_status), 24);
  g_signal_connect_object(window->search, "search-changed", G_CALLBACK(search_changed), window, G_CONNECT_SWAPPED);
  g_signal_connect_object(window->search, "activate", G_CALLBACK(search_next), window, G_CONNECT_SWAPPED);
  g_signal_connect_object(window->search, "next-match", G_CALLBACK(search_next), window, G_CONNECT_SWAPPED);
  g_signal_connect_object(window->search, "previous-match", G_CALLBACK(search_previous), window, G_CONNECT_SWAPPED);
  g_signal_connect_object(window->search, "stop-search", G_CALLBACK(stop_search), window, G_CONNECT_SWAPPED);

  window->findings_button = icon_toggle_new("view-list-symbolic", "Findings", G_CALLBACK(findings_toggled), window);
  window->bottom_button = icon_toggle_new("view-continuous-symbolic", "Panels below the timeline", G_CALLBACK(bottom_toggled), window);
  gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(menu), "open-menu-symbolic");
  gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(menu), hd_window_menu());
  gtk_menu_button_set_primary(GTK_MENU_BUTTON(menu), TRUE);
  gtk_widget_set_tooltip_text(menu, "Menu");
  gtk_accessible_update_property(GTK_ACCESSIBLE(menu), GTK_ACCESSIBLE_PROPERTY_LABEL, "Menu", -1);

  gtk_header_bar_pack_start(GTK_HEADER_BAR(header), open);
  gtk_header_bar_pack_start(GTK_HEADER_BAR(header), record);
  GtkWidget *ends[] = {menu, window->findings_button, window->bottom_button, window->search, window->search_status};
  for (guint i = 0; i < G_N_ELEMENTS(ends); i++) gtk_header_bar_pack_end(GTK_HEADER_BAR(header), ends[i]);
  return header;
}

static GtkWidget *message_page(const char *css_class) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_halign(box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign(box, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class(box, css_class);
  return box;
}

static GtkWidget *loading_new(HdWindow *window) {
  GtkWidget *box = message_page("message"), *button = gtk_button_new_with_mnemonic("_Cancel");
  window->progress = gtk_progress_bar_new();
  window->progress_text = gtk_label_new(NULL);
  gtk_widget_set_size_request(window->progress, 320, -1);
  gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property(GTK_ACCESSIBLE(window->progress), GTK_ACCESSIBLE_PROPERTY_LABEL, "Loading", -1);
  g_signal_connect_object(button, "clicked", G_CALLBACK(cancel), window, G_CONNECT_SWAPPED);
  gtk_box_append(GTK_BOX(box), window->progress_text);
  gtk_box_append(GTK_BOX(box), window->progress);
  gtk_box_append(GTK_BOX(box), button);
  return box;
}

static GtkWidget *error_new(HdWindow *window) {
  GtkWidget *box = message_page("message"), *title = gtk_label_new("This cannot be opened"),
            *button = gtk_button_new_with_mnemonic("_Open another…");
  window->error = gtk_label_new(NULL);
  gtk_label_set_wrap(GTK_LABEL(window->error), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(window->error), 80);
  gtk_label_set_selectable(GTK_LABEL(window->error), TRUE);
  gtk_widget_add_css_class(title, "heading");
  gtk_widget_set_halign(button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open");
  gtk_box_append(GTK_BOX(box), title);
  gtk_box_append(GTK_BOX(box), window->error);
  gtk_box_append(GTK_BOX(box), button);
  return box;
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
  gtk_window_set_titlebar(GTK_WINDOW(window), header_new(window));
  window->stack = gtk_stack_new();
  gtk_stack_add_named(GTK_STACK(window->stack), loading_new(window), "loading");
  gtk_stack_add_named(GTK_STACK(window->stack), error_new(window), "error");
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
