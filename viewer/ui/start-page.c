#include "start-page.h"
#include "model.h"
#include "recorder.h"
#include <json-glib/json-glib.h>

#define RECENT_MAX 8

static GtkWidget *text_new(const char *text, const char *css_class) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_widget_add_css_class(label, css_class);
  return label;
}

/* A row of two lines that is a button. */
static GtkWidget *entry_new(const char *title, const char *line, const char *action, const char *argument) {
  GtkWidget *button = gtk_button_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *name = hd_display_name(title, 80), *more = hd_display_name(line, 120);
  GtkWidget *detail = text_new(more, "dim-text");
  gtk_label_set_ellipsize(GTK_LABEL(detail), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_wrap(GTK_LABEL(detail), FALSE);
  gtk_box_append(GTK_BOX(box), text_new(name, "title"));
  gtk_box_append(GTK_BOX(box), detail);
  gtk_button_set_child(GTK_BUTTON(button), box);
  gtk_widget_add_css_class(button, "entry-row");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", argument);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, more,
                                 -1);
  return button;
}

static GtkWidget *section_new(const char *title) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append(GTK_BOX(box), text_new(title, "heading"));
  gtk_widget_set_hexpand(box, TRUE);
  gtk_widget_set_size_request(box, 240, -1);
  return box;
}

/* The catalogue of demonstrations lies beside the heddle command that runs them: in the build folder, or under share. */
static GtkWidget *demos_new(void) {
  g_autofree char *heddle = hd_find_heddle(), *folder = heddle ? g_path_get_dirname(heddle) : NULL;
  if (!folder) return NULL;
  const char *const places[] = {"demos/catalog.json", "../demos/catalog.json", "../share/heddle/demos/catalog.json"};
  g_autoptr(JsonParser) parser = json_parser_new_immutable();
  gboolean found = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(places) && !found; i++) {
    g_autofree char *path = g_build_filename(folder, places[i], NULL);
    found = json_parser_load_from_file(parser, path, NULL);
  }
  JsonNode *root = found ? json_parser_get_root(parser) : NULL;
  if (!root) return NULL;
  if (JSON_NODE_HOLDS_OBJECT(root)) root = json_object_get_member(json_node_get_object(root), "demos");
  if (!root || !JSON_NODE_HOLDS_ARRAY(root)) return NULL;
  GtkWidget *section = section_new("Demonstrations");
  JsonArray *demos = json_node_get_array(root);
  for (guint i = 0; i < json_array_get_length(demos); i++) {
    JsonNode *node = json_array_get_element(demos, i);
    if (!JSON_NODE_HOLDS_OBJECT(node)) continue;
    JsonObject *demo = json_node_get_object(node);
    const char *name = json_object_get_string_member_with_default(demo, "name", NULL);
    if (!name) continue;
    const char *title = json_object_get_string_member_with_default(demo, "title", name);
    gtk_box_append(GTK_BOX(section), entry_new(title, json_object_get_string_member_with_default(demo, "text", ""), "win.demo", name));
  }
  return section;
}

static GtkWidget *recent_new(void) {
  GtkWidget *section = section_new("Recent");
  GList *items = gtk_recent_manager_get_items(gtk_recent_manager_get_default());
  guint count = 0;
  for (GList *item = items; item && count < RECENT_MAX; item = item->next) {
    if (!gtk_recent_info_has_application(item->data, "heddle-view") || !gtk_recent_info_exists(item->data)) continue;
    g_autofree char *path = g_filename_from_uri(gtk_recent_info_get_uri(item->data), NULL, NULL);
    if (!path) continue;
    g_autofree char *name = g_path_get_basename(path), *folder = g_path_get_dirname(path);
    gtk_box_append(GTK_BOX(section), entry_new(name, folder, "win.open-path", path));
    count++;
  }
  g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
  if (count == 0) gtk_box_append(GTK_BOX(section), text_new("Recordings that you open are listed here.", "dim-text"));
  return section;
}

GtkWidget *hd_start_page_new(void) {
  GtkWidget *page = gtk_box_new(GTK_ORIENTATION_VERTICAL, 18), *columns = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 36);
  gtk_widget_add_css_class(page, "start-page");
  gtk_widget_set_halign(page, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(page), text_new("Heddle", "start-title"));
  gtk_box_append(GTK_BOX(page), text_new("Who waited, for what, because of whom — and what would hang.", "start-line"));

  GtkWidget *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *open = gtk_button_new_with_mnemonic("_Open a recording…"), *record = gtk_button_new_with_mnemonic("_Record a program…");
  gtk_widget_add_css_class(open, "suggested-action");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "win.open");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(record), "win.record");
  gtk_box_append(GTK_BOX(buttons), open);
  gtk_box_append(GTK_BOX(buttons), record);
  gtk_box_append(GTK_BOX(page), buttons);
  gtk_box_append(GTK_BOX(page), text_new("Or drop a recording's folder on this window. From a terminal:", "dim-text"));
  GtkWidget *command = text_new("heddle record -- ./program arguments\nheddle view program-1.heddle", "command");
  gtk_label_set_selectable(GTK_LABEL(command), TRUE);
  gtk_box_append(GTK_BOX(page), command);

  GtkWidget *demos = demos_new();
  if (demos) gtk_box_append(GTK_BOX(columns), demos);
  gtk_box_append(GTK_BOX(columns), recent_new());
  gtk_box_append(GTK_BOX(page), columns);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), page);
  return scroller;
}
