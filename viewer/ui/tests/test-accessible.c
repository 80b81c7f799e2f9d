/* Accessibility: whatever can be pressed or typed into has a name. */
#include "harness.h"
#include "record-dialog.h"

/* A button's name is its label property, else the words in it; an icon says nothing. */
static gboolean has_words(GtkWidget *widget) {
  if (GTK_IS_LABEL(widget) && *gtk_label_get_text(GTK_LABEL(widget))) return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child(widget); child; child = gtk_widget_get_next_sibling(child))
    if (has_words(child)) return TRUE;
  return FALSE;
}

static gboolean is_named(GtkWidget *widget) {
  return gtk_test_accessible_has_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL) ||
         gtk_test_accessible_has_relation(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

/* What GTK makes inside its own widgets is named by GTK. */
static gboolean inside(GtkWidget *widget, GType type) { return gtk_widget_get_ancestor(gtk_widget_get_parent(widget), type) != NULL; }

static void check(GtkWidget *widget, gpointer count) {
  gboolean ours = gtk_widget_get_parent(widget) && !inside(widget, GTK_TYPE_WINDOW_CONTROLS) && !inside(widget, GTK_TYPE_MENU_BUTTON);
  if (!ours) return;
  gboolean must = GTK_IS_BUTTON(widget) || GTK_IS_MENU_BUTTON(widget) || GTK_IS_EDITABLE(widget) || GTK_IS_DRAWING_AREA(widget) ||
                  HD_IS_TIMELINE(widget);
  if (GTK_IS_LABEL(widget) || GTK_IS_TEXT(widget) || GTK_IS_EDITABLE_LABEL(widget)) return;
  if (!must) return;
  ++*(guint *)count;
  if (is_named(widget) || (GTK_IS_BUTTON(widget) && has_words(widget))) return;
  g_test_message("%s without a name in %s", G_OBJECT_TYPE_NAME(widget), G_OBJECT_TYPE_NAME(gtk_widget_get_parent(widget)));
  g_test_fail();
}

static void test_trace_page(void) {
  Harness *h = harness_new(TRUE);
  guint count = 0;
  harness_visit(GTK_WIDGET(h->window), check, &count);
  g_assert_cmpuint(count, >, 8);
  /* The selection is told. */
  g_assert_true(gtk_test_accessible_has_property(GTK_ACCESSIBLE(h->timeline), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
  g_assert_true(gtk_widget_get_focusable(GTK_WIDGET(h->timeline)));
  harness_free(h);
}

static void test_start_page(void) {
  Harness *h = harness_new_empty();
  guint count = 0;
  harness_visit(GTK_WIDGET(h->window), check, &count);
  g_assert_cmpuint(count, >, 3);
  harness_free(h);
}

static void test_record_dialog(void) {
  Harness *h = harness_new_empty();
  GtkWidget *dialog = hd_record_dialog_show(GTK_WINDOW(h->window), NULL, NULL, NULL);
  guint count = 0;
  harness_visit(dialog, check, &count);
  g_assert_cmpuint(count, >, 2);
  gtk_window_destroy(GTK_WINDOW(dialog));
  harness_free(h);
}

static void test_shortcuts(void) {
  Harness *h = harness_new(TRUE);
  GtkShortcutsWindow *help = gtk_application_window_get_help_overlay(GTK_APPLICATION_WINDOW(h->window));
  g_assert_nonnull(help);
  g_assert_true(gtk_widget_activate_action(GTK_WIDGET(h->window), "win.show-help-overlay", NULL));
  harness_until(gtk_widget_get_mapped(GTK_WIDGET(help)));
  harness_free(h);
}

int main(int argument_count, char **arguments) {
  gtk_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/accessible/trace", test_trace_page);
  g_test_add_func("/accessible/start", test_start_page);
  g_test_add_func("/accessible/record", test_record_dialog);
  g_test_add_func("/accessible/shortcuts", test_shortcuts);
  return g_test_run();
}
