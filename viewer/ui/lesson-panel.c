#include "lesson-panel.h"
#include "model.h"

#define TEXT_CHARS 30
#define SEED_MAX 4294967295.0

static GtkWidget *text_new(const char *text, const char *css_class) {
  GtkWidget *label = gtk_label_new(text);
  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_label_set_max_width_chars(GTK_LABEL(label), TEXT_CHARS);
  if (css_class) gtk_widget_add_css_class(label, css_class);
  return label;
}

/* Words that can be copied; Tab passes them by. What stands between `` is code. */
static GtkWidget *paragraph_new(const char *text) {
  GtkWidget *label = text_new(NULL, "paragraph");
  g_autofree char *escaped = g_markup_escape_text(text, -1);
  g_auto(GStrv) parts = g_strsplit(escaped, "`", -1);
  g_autoptr(GString) markup = g_string_new(parts[0]);
  for (guint i = 1; parts[i]; i++)
    g_string_append_printf(markup, i % 2 && parts[i + 1] ? "<span font_family=\"monospace\" size=\"smaller\">%s</span>" : "%s", parts[i]);
  gtk_label_set_markup(GTK_LABEL(label), markup->str);
  gtk_label_set_selectable(GTK_LABEL(label), TRUE);
  gtk_widget_set_focusable(label, FALSE);
  return label;
}

/* A button whose words wrap. */
static GtkWidget *button_new(const char *words) {
  GtkWidget *button = gtk_button_new(), *label = text_new(NULL, NULL);
  gtk_label_set_text_with_mnemonic(GTK_LABEL(label), words);
  gtk_label_set_xalign(GTK_LABEL(label), 0.5);
  gtk_label_set_mnemonic_widget(GTK_LABEL(label), button);
  gtk_button_set_child(GTK_BUTTON(button), label);
  return button;
}

static GtkWidget *run_button_new(const char *words, const char *name, gint64 seed, gboolean without_gil) {
  GtkWidget *button = button_new(words);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.demo-as");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "(sxb)", name, seed, without_gil);
  return button;
}

static void seed_changed(GtkSpinButton *spin, GtkWidget *button) {
  const char *name = g_object_get_data(G_OBJECT(button), "demo");
  gtk_actionable_set_action_target(GTK_ACTIONABLE(button), "(sxb)", name, (gint64)gtk_spin_button_get_value(spin), FALSE);
}

/* Enter in the field. */
static void seed_typed(GtkText *text, GtkWidget *button) {
  gtk_spin_button_update(GTK_SPIN_BUTTON(gtk_widget_get_ancestor(GTK_WIDGET(text), GTK_TYPE_SPIN_BUTTON)));
  gtk_widget_activate(button);
}

/* After a run with a seed it offers the one behind. */
static GtkWidget *seed_row_new(const HdDemo *demo, const HdLogInfo *info) {
  gint64 seed = info && info->seed ? (gint64)MIN(g_ascii_strtoull(info->seed, NULL, 10), (guint64)SEED_MAX - 1) + 1 : 1;
  GtkWidget *row = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6), *spin = gtk_spin_button_new_with_range(0, SEED_MAX, 1);
  GtkWidget *button = run_button_new("Run again with _seed", demo->name, seed, FALSE);
  gtk_spin_button_set_numeric(GTK_SPIN_BUTTON(spin), TRUE);
  gtk_editable_set_width_chars(GTK_EDITABLE(spin), 4);
  gtk_editable_set_max_width_chars(GTK_EDITABLE(spin), 10);
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(spin), seed);
  gtk_accessible_update_property(GTK_ACCESSIBLE(spin), GTK_ACCESSIBLE_PROPERTY_LABEL, "Seed", -1);
  gtk_widget_set_tooltip_text(spin, "The same seed gives the same order of events");
  g_object_set_data(G_OBJECT(button), "demo", demo->name);
  g_signal_connect_object(spin, "value-changed", G_CALLBACK(seed_changed), button, 0);
  g_signal_connect_object(gtk_editable_get_delegate(GTK_EDITABLE(spin)), "activate", G_CALLBACK(seed_typed), button, 0);
  gtk_widget_set_hexpand(button, TRUE);
  gtk_box_append(GTK_BOX(row), button);
  gtk_box_append(GTK_BOX(row), spin);
  return row;
}

static GtkWidget *buttons_new(const HdCatalog *catalog, const HdDemo *demo, const HdLogInfo *info) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  const HdDemo *next = hd_catalog_next(catalog, demo);
  gtk_widget_add_css_class(box, "lesson-buttons");
  gtk_box_append(GTK_BOX(box), run_button_new("_Run again", demo->name, -1, FALSE));
  if (demo->uses_seed) gtk_box_append(GTK_BOX(box), seed_row_new(demo, info));
  if (demo->uses_gil) gtk_box_append(GTK_BOX(box), run_button_new("Run again without the _interpreter lock", demo->name, -1, TRUE));
  GtkWidget *gallery = button_new("_All demonstrations");
  gtk_actionable_set_action_name(GTK_ACTIONABLE(gallery), "win.gallery");
  gtk_box_append(GTK_BOX(box), gallery);
  if (next) {
    g_autofree char *words = g_strdup_printf("Next: %s", next->title);
    GtkWidget *button = run_button_new(words, next->name, -1, FALSE);
    gtk_box_append(GTK_BOX(box), button);
  }
  return box;
}

static GtkWidget *head_new(const HdDemo *demo) {
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6), *close = gtk_button_new_from_icon_name("window-close-symbolic");
  GtkWidget *kind = text_new(demo->theme_title, "kind");
  gtk_widget_set_hexpand(kind, TRUE);
  gtk_widget_add_css_class(close, "flat");
  gtk_widget_set_tooltip_text(close, "Close the lesson (L)");
  gtk_accessible_update_property(GTK_ACCESSIBLE(close), GTK_ACCESSIBLE_PROPERTY_LABEL, "Close the lesson", -1);
  gtk_actionable_set_action_name(GTK_ACTIONABLE(close), "win.lesson");
  gtk_widget_add_css_class(head, "lesson-head");
  gtk_box_append(GTK_BOX(head), kind);
  gtk_box_append(GTK_BOX(head), close);
  return head;
}

/* "This run: seed 7"; NULL for a run like any other. */
static GtkWidget *run_note_new(const HdDemo *demo, const HdLogInfo *info) {
  gboolean seed = info && info->seed && demo->uses_seed, without_gil = info && g_strcmp0(info->gil, "0") == 0 && demo->uses_gil;
  if (!seed && !without_gil) return NULL;
  g_autofree char *number = seed ? hd_display_name(info->seed, 20) : NULL;
  g_autofree char *words = g_strdup_printf("This run: %s%s%s%s", seed ? "seed " : "", seed ? number : "", seed && without_gil ? ", " : "",
                                           without_gil ? "without the interpreter lock" : "");
  return text_new(words, "dim-text");
}

static GtkWidget *words_new(const HdDemo *demo, const HdLogInfo *info) {
  GtkWidget *words = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class(words, "lesson-words");
  gtk_box_append(GTK_BOX(words), text_new(demo->title, "heading"));
  GtkWidget *run_note = run_note_new(demo, info);
  if (run_note) gtk_box_append(GTK_BOX(words), run_note);
  for (guint i = 0; i < demo->paragraph_count; i++) {
    if (demo->paragraphs[i].head) gtk_box_append(GTK_BOX(words), text_new(demo->paragraphs[i].head, "heading-small"));
    gtk_box_append(GTK_BOX(words), paragraph_new(demo->paragraphs[i].text));
  }
  return words;
}

GtkWidget *hd_lesson_panel_new(const HdCatalog *catalog, const HdDemo *demo, const HdLogInfo *info) {
  GtkWidget *panel = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), *scroller = gtk_scrolled_window_new();
  gtk_widget_add_css_class(panel, "lesson");
  gtk_widget_set_size_request(panel, HD_LESSON_WIDTH_PX, -1);
  gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), words_new(demo, info));
  gtk_scrolled_window_set_propagate_natural_height(GTK_SCROLLED_WINDOW(scroller), TRUE); /* the buttons follow the words */
  gtk_widget_set_hexpand(panel, FALSE);
  gtk_box_append(GTK_BOX(panel), head_new(demo));
  gtk_box_append(GTK_BOX(panel), scroller);
  gtk_box_append(GTK_BOX(panel), buttons_new(catalog, demo, info));
  gtk_accessible_update_property(GTK_ACCESSIBLE(panel), GTK_ACCESSIBLE_PROPERTY_LABEL, "Lesson", -1);
  return panel;
}
