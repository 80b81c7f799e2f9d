#include "start-page.h"
#include "appearance.h"
#include "model.h"
#include "recorder.h"
#include <json-glib/json-glib.h>

#define RECENT_MAX 6
#define COLUMNS_MAX 3
#define CARD_CHARS 34
#define ICON_PX 72

static GtkWidget *text_new(const char *text, const char *css_class) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_widget_add_css_class(label, css_class);
  return label;
}

/* A card of a few lines that is a button; kind may be NULL. */
static GtkWidget *card_new(const char *kind, const char *title, const char *line, const char *action, const char *argument) {
  GtkWidget *button = gtk_button_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 3);
  g_autofree char *name = hd_display_name(title, 80), *more = hd_display_name(line, 160);
  GtkWidget *title_label = text_new(name, "title"), *detail = text_new(more, "dim-text");
  gtk_label_set_wrap(GTK_LABEL(title_label), FALSE);
  gtk_label_set_ellipsize(GTK_LABEL(title_label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_lines(GTK_LABEL(detail), 3);
  gtk_label_set_ellipsize(GTK_LABEL(detail), kind ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_wrap(GTK_LABEL(detail), kind != NULL); /* a path is cut in its middle, a sentence is wrapped */
  gtk_label_set_width_chars(GTK_LABEL(detail), CARD_CHARS);
  gtk_label_set_max_width_chars(GTK_LABEL(detail), CARD_CHARS);
  if (kind) gtk_box_append(GTK_BOX(box), text_new(kind, "kind"));
  gtk_box_append(GTK_BOX(box), title_label);
  gtk_box_append(GTK_BOX(box), detail);
  gtk_button_set_child(GTK_BUTTON(button), box);
  gtk_widget_add_css_class(button, "card");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), action);
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "s", argument);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, more,
                                 -1);
  return button;
}

static GtkWidget *section_new(const char *title) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append(GTK_BOX(box), text_new(title, "heading"));
  return box;
}

/* Cards beside each other, as many as there is room for. */
static GtkWidget *cards_new(GtkWidget *section) {
  GtkWidget *cards = gtk_flow_box_new();
  gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(cards), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous(GTK_FLOW_BOX(cards), TRUE);
  gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(cards), COLUMNS_MAX);
  gtk_flow_box_set_column_spacing(GTK_FLOW_BOX(cards), 10);
  gtk_flow_box_set_row_spacing(GTK_FLOW_BOX(cards), 10);
  gtk_box_append(GTK_BOX(section), cards);
  return cards;
}

/* The button takes the focus, not what it stands in. */
static void add_card(GtkWidget *cards, GtkWidget *card) {
  GtkWidget *child = gtk_flow_box_child_new();
  gtk_widget_set_focusable(child, FALSE);
  gtk_flow_box_child_set_child(GTK_FLOW_BOX_CHILD(child), card);
  gtk_flow_box_append(GTK_FLOW_BOX(cards), child);
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
  GtkWidget *section = section_new("Demonstrations"), *cards = cards_new(section);
  JsonArray *demos = json_node_get_array(root);
  for (guint i = 0; i < json_array_get_length(demos); i++) {
    JsonNode *node = json_array_get_element(demos, i);
    if (!JSON_NODE_HOLDS_OBJECT(node)) continue;
    JsonObject *demo = json_node_get_object(node);
    const char *name = json_object_get_string_member_with_default(demo, "name", NULL);
    if (!name) continue;
    add_card(cards, card_new(json_object_get_string_member_with_default(demo, "theme", "demonstration"),
                             json_object_get_string_member_with_default(demo, "title", name),
                             json_object_get_string_member_with_default(demo, "text", ""), "win.demo", name));
  }
  return section;
}

static GtkWidget *recent_new(void) {
  GtkWidget *section = section_new("Recent"), *cards = NULL;
  GList *items = gtk_recent_manager_get_items(gtk_recent_manager_get_default());
  guint count = 0;
  for (GList *item = items; item && count < RECENT_MAX; item = item->next) {
    if (!gtk_recent_info_has_application(item->data, "heddle-view") || !gtk_recent_info_exists(item->data)) continue;
    g_autofree char *path = g_filename_from_uri(gtk_recent_info_get_uri(item->data), NULL, NULL);
    if (!path) continue;
    g_autofree char *name = g_path_get_basename(path), *folder = g_path_get_dirname(path);
    if (!cards) cards = cards_new(section);
    add_card(cards, card_new(NULL, name, folder, "win.open-path", path));
    count++;
  }
  g_list_free_full(items, (GDestroyNotify)gtk_recent_info_unref);
  if (count == 0) gtk_box_append(GTK_BOX(section), text_new("Recordings that you open are listed here.", "dim-text"));
  return section;
}

static GtkWidget *terminal_new(void) {
  GtkWidget *section = section_new("From a terminal");
  GtkWidget *command = text_new("heddle record -- ./program arguments\nheddle view program-1.heddle", "command");
  gtk_label_set_selectable(GTK_LABEL(command), TRUE);
  gtk_box_append(GTK_BOX(section), command);
  return section;
}

static GtkWidget *head_new(void) {
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 20), *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *icon = gtk_image_new_from_icon_name(HD_APPLICATION_ID);
  gtk_image_set_pixel_size(GTK_IMAGE(icon), ICON_PX);
  gtk_accessible_update_state(GTK_ACCESSIBLE(icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_widget_set_valign(words, GTK_ALIGN_CENTER);
  gtk_box_append(GTK_BOX(words), text_new("Heddle", "start-title"));
  gtk_box_append(GTK_BOX(words), text_new("Who waited, for what, because of whom — and what would hang.", "start-line"));
  gtk_box_append(GTK_BOX(head), icon);
  gtk_box_append(GTK_BOX(head), words);
  return head;
}

GtkWidget *hd_start_page_new(void) {
  GtkWidget *page = gtk_box_new(GTK_ORIENTATION_VERTICAL, 26), *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class(page, "start-page");
  gtk_widget_set_halign(page, GTK_ALIGN_CENTER);
  GtkWidget *open = gtk_button_new_with_mnemonic("_Open a recording…"), *record = gtk_button_new_with_mnemonic("_Record a program…");
  GtkWidget *drop = text_new("or drop a recording's folder on this window", "dim-text");
  gtk_label_set_natural_wrap_mode(GTK_LABEL(drop), GTK_NATURAL_WRAP_NONE);
  gtk_widget_add_css_class(open, "suggested-action");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(open), "win.open");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(record), "win.record");
  GtkWidget *side_by_side[] = {open, record, drop};
  for (guint i = 0; i < G_N_ELEMENTS(side_by_side); i++) gtk_box_append(GTK_BOX(buttons), side_by_side[i]);
  GtkWidget *sections[] = {head_new(), buttons, recent_new(), demos_new(), terminal_new()};
  for (guint i = 0; i < G_N_ELEMENTS(sections); i++)
    if (sections[i]) gtk_box_append(GTK_BOX(page), sections[i]);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), page);
  return scroller;
}
