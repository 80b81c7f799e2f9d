/* The header bar: titles, buttons, search. */
#include "window-actions.h"
#include "window-private.h"

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

void hd_window_stop_search(HdWindow *window) {
  gtk_editable_set_text(GTK_EDITABLE(window->search), "");
  if (window->trace) gtk_widget_grab_focus(GTK_WIDGET(hd_trace_page_timeline(window->trace)));
}

void hd_window_update_toggles(HdWindow *window) {
  if (!window->trace) return;
  gboolean drawer = hd_trace_page_drawer_open(window->trace), bottom = hd_trace_page_bottom_open(window->trace);
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(window->findings_button), drawer);
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(window->bottom_button), bottom);
  gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(window->lesson_button), hd_trace_page_lesson_open(window->trace));
}

static void findings_toggled(GtkToggleButton *button, HdWindow *window) {
  gboolean open = gtk_toggle_button_get_active(button);
  if (window->trace && open != hd_trace_page_drawer_open(window->trace)) hd_trace_page_set_drawer_open(window->trace, open);
}

static void bottom_toggled(GtkToggleButton *button, HdWindow *window) {
  if (window->trace) hd_trace_page_set_bottom_open(window->trace, gtk_toggle_button_get_active(button));
}

static void lesson_toggled(GtkToggleButton *button, HdWindow *window) {
  if (window->trace) hd_trace_page_set_lesson_open(window->trace, gtk_toggle_button_get_active(button));
}

static GtkWidget *icon_toggle_new(const char *icon, const char *name, GCallback toggled, HdWindow *window) {
  GtkWidget *button = gtk_toggle_button_new();
  gtk_button_set_icon_name(GTK_BUTTON(button), icon);
  gtk_widget_set_tooltip_text(button, name);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object(button, "toggled", toggled, window, 0);
  return button;
}

GtkWidget *hd_window_header_new(HdWindow *window) {
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
  g_signal_connect_object(window->search, "stop-search", G_CALLBACK(hd_window_stop_search), window, G_CONNECT_SWAPPED);

  window->findings_button = icon_toggle_new("view-list-symbolic", "Findings", G_CALLBACK(findings_toggled), window);
  window->bottom_button = icon_toggle_new("view-continuous-symbolic", "Panels below the timeline", G_CALLBACK(bottom_toggled), window);
  window->lesson_button = icon_toggle_new("accessories-dictionary-symbolic", "Lesson (L)", G_CALLBACK(lesson_toggled), window);
  window->home_button = gtk_button_new_from_icon_name("view-grid-symbolic");
  gtk_widget_set_tooltip_text(window->home_button, "Demonstrations and recent recordings");
  gtk_accessible_update_property(GTK_ACCESSIBLE(window->home_button), GTK_ACCESSIBLE_PROPERTY_LABEL, "Demonstrations and recent recordings",
                                 -1);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(window->home_button), "win.gallery");
  gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(menu), "open-menu-symbolic");
  gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(menu), hd_window_menu());
  gtk_menu_button_set_primary(GTK_MENU_BUTTON(menu), TRUE);
  gtk_widget_set_tooltip_text(menu, "Menu");
  gtk_accessible_update_property(GTK_ACCESSIBLE(menu), GTK_ACCESSIBLE_PROPERTY_LABEL, "Menu", -1);

  gtk_header_bar_pack_start(GTK_HEADER_BAR(header), window->home_button);
  gtk_header_bar_pack_start(GTK_HEADER_BAR(header), open);
  gtk_header_bar_pack_start(GTK_HEADER_BAR(header), record);
  GtkWidget *ends[] = {menu, window->findings_button, window->bottom_button, window->lesson_button, window->search, window->search_status};
  for (guint i = 0; i < G_N_ELEMENTS(ends); i++) gtk_header_bar_pack_end(GTK_HEADER_BAR(header), ends[i]);
  return header;
}
