/* Tasks, loops and interpreter locks in a real window: hover, click, the table of tasks, search by context variables, very many lanes. */
#include "../../draw/tests/fixture.h"
#include "appearance.h"
#include "harness.h"

static Harness *async_new(void) {
  static HdSource source; /* built once */
  if (!source.model) hd_fixture_async(&source);
  Harness *h = harness_new_source(source, TRUE);
  harness_settle(h);
  return h;
}

static void point_in_row(Harness *h, const HdRow *row, gint64 at_ns, double y_px, double *x, double *y) {
  *x = hd_scene_x(hd_timeline_scene(h->timeline), at_ns);
  for (*y = 0; *y < gtk_widget_get_height(GTK_WIDGET(h->timeline)); *y += 1) {
    double found_y_px;
    const HdRow *found = hd_timeline_row_at(h->timeline, *x, *y, &found_y_px);
    if (found && found->id == row->id && found_y_px >= y_px) return;
  }
  g_error("%s is out of sight", row->name);
}

static void find_heading(GtkWidget *widget, gpointer found) {
  if (GTK_IS_LABEL(widget) && gtk_widget_has_css_class(widget, "heading") && gtk_label_get_selectable(GTK_LABEL(widget)) &&
      gtk_widget_get_mapped(widget))
    *(GtkWidget **)found = widget;
}

static const char *heading(Harness *h) {
  GtkWidget *found = NULL;
  harness_visit(GTK_WIDGET(h->window), find_heading, &found);
  return found ? gtk_label_get_text(GTK_LABEL(found)) : "";
}

/* Without a finding the wait that somebody is to blame for is selected. */
static void test_first_sight(void) {
  Harness *h = async_new();
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, HD_ASYNC_FETCH_2);
  harness_picture(h, "tasks-light.png");
  g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", TRUE, NULL);
  harness_picture(h, "tasks-dark.png");
  g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", FALSE, NULL);
  harness_free(h);
}

/* A step on the loop's lane is the task's: a click selects it there. */
static void test_step(void) {
  Harness *h = async_new();
  double x, y;
  const HdRow *loop = hd_lanes_row_of_object(hd_timeline_scene(h->timeline)->lanes, HD_ASYNC_LOOP);
  g_assert_cmpuint(loop->kind, ==, HD_ROW_TURNS);
  point_in_row(h, loop, 250000000, 10, &x, &y);
  harness_move_to(h, x, y);
  g_assert_true(g_str_has_prefix(hd_timeline_hover_words(h->timeline), "parse runs on main\nstep 1 of 1, 312 ms: it blocks the loop"));
  harness_click(h, x, y, 1);
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, HD_ASYNC_PARSER);
  g_assert_cmpstr(heading(h), ==, "parse: running, 312 ms");
  harness_picture(h, "step.png");
  const HdRow *fetch = hd_lanes_row_of_actor(hd_timeline_scene(h->timeline)->lanes, HD_ASYNC_FETCH_1);
  point_in_row(h, fetch, 250000000, 10, &x, &y);
  harness_click(h, x, y, 1);
  g_assert_cmpstr(heading(h), ==, "fetch #1: ready, but its loop is blocked, 262 ms");
  hd_view_state_select_object(h->state, HD_ASYNC_LOOP);
  g_assert_cmpstr(heading(h), ==, "loop");
  harness_picture(h, "loop.png");
  harness_free(h);
}

/* For a projector, and small: the lanes of turns keep their two parts. */
static void test_sizes(void) {
  Harness *h = async_new();
  HdScene *scene = hd_timeline_scene(h->timeline);
  harness_key(h, GDK_KEY_F11, 95);
  harness_settle(h);
  const HdRow *loop = hd_lanes_row_of_object(scene->lanes, HD_ASYNC_LOOP), *task = hd_lanes_row_of_actor(scene->lanes, HD_ASYNC_PARSER);
  g_assert_cmpfloat(hd_row_scale(loop), ==, HD_PROJECTOR_SCALE);
  g_assert_cmpint(loop->height_px - loop->jobs_px, ==, task->height_px);
  harness_picture(h, "tasks-projector.png");
  harness_key(h, GDK_KEY_F11, 95);
  gtk_window_set_default_size(GTK_WINDOW(h->window), 1000, 650);
  harness_until(gtk_widget_get_width(GTK_WIDGET(h->window)) < 1200);
  hd_lanes_set_density(scene->lanes, HD_DENSITY_TINY);
  hd_timeline_rows_changed(h->timeline);
  harness_settle(h);
  loop = hd_lanes_row_of_object(scene->lanes, HD_ASYNC_LOOP);
  g_assert_cmpint(loop->height_px, <=, 10);
  harness_picture(h, "tasks-tiny.png");
  harness_free(h);
}

static void find_notebook(GtkWidget *widget, gpointer found) {
  if (GTK_IS_NOTEBOOK(widget)) *(GtkWidget **)found = widget;
}
static void find_table(GtkWidget *widget, gpointer found) {
  if (GTK_IS_COLUMN_VIEW(widget)) *(GtkWidget **)found = widget;
}

static GtkWidget *tasks_table(Harness *h) {
  GtkWidget *notebook = NULL, *table = NULL;
  harness_visit(GTK_WIDGET(h->window), find_notebook, &notebook);
  for (int i = 0; i < gtk_notebook_get_n_pages(GTK_NOTEBOOK(notebook)); i++) {
    GtkWidget *page = gtk_notebook_get_nth_page(GTK_NOTEBOOK(notebook), i);
    if (g_strcmp0(gtk_notebook_get_tab_label_text(GTK_NOTEBOOK(notebook), page), "Tasks") != 0) continue;
    gtk_notebook_set_current_page(GTK_NOTEBOOK(notebook), i);
    harness_visit(page, find_table, &table);
  }
  harness_settle(h);
  return table;
}

static guint row_count(GtkWidget *table) {
  return g_list_model_get_n_items(G_LIST_MODEL(gtk_column_view_get_model(GTK_COLUMN_VIEW(table))));
}

static void test_table(void) {
  Harness *h = async_new();
  GtkWidget *tasks = tasks_table(h);
  g_assert_cmpuint(row_count(tasks), ==, 5);
  g_signal_emit_by_name(tasks, "activate", 0); /* the longest step first */
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, HD_ASYNC_PARSER);
  harness_picture(h, "tasks-table.png");
  harness_free(h);
  h = harness_new(TRUE);
  g_assert_null(tasks_table(h)); /* no tasks, no table */
  harness_free(h);
}

static void test_search(void) {
  Harness *h = async_new();
  g_autofree char *found = hd_trace_page_search(h->page, "request=42"), *first = hd_trace_page_search_step(h->page, 1);
  g_assert_cmpstr(first, ==, "1 of 1");
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, HD_ASYNC_FETCH_1);
  guint count;
  HdScene *scene = hd_timeline_scene(h->timeline);
  hd_lanes_rows(scene->lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 2); /* the process and the one task are left */
  harness_settle(h);
  harness_picture(h, "label.png");
  g_autofree char *all = hd_trace_page_search(h->page, "request=");
  g_assert_cmpstr(all, ==, "2");
  g_autofree char *none = hd_trace_page_search(h->page, "");
  hd_lanes_rows(scene->lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 8);
  harness_free(h);
}

static void test_gil(void) {
  static HdSource source;
  if (!source.model) hd_fixture_gil(&source);
  Harness *h = harness_new_source(source, TRUE);
  double x, y;
  harness_settle(h);
  const HdRow *gil = hd_lanes_row_of_object(hd_timeline_scene(h->timeline)->lanes, 0);
  point_in_row(h, gil, 4000000, 10, &x, &y);
  harness_click(h, x, y, 1);
  g_assert_cmpuint(hd_view_state_selection(h->state).hold, ==, 0);
  g_assert_cmpstr(heading(h), ==, "counter-a held gil 9 ms");
  harness_picture(h, "gil.png");
  hd_view_state_select_object(h->state, 0);
  harness_settle(h);
  harness_picture(h, "gil-figures.png");
  harness_free(h);
}

/* Ten thousand tasks: folded, one called out, all in the table. */
static void test_crowd(void) {
  enum { COUNT = 10000 };
  static HdSource source;
  if (!source.model) hd_fixture_task_crowd(COUNT, &source);
  Harness *h = harness_new_source(source, TRUE);
  harness_settle(h);
  guint count;
  HdScene *scene = hd_timeline_scene(h->timeline);
  hd_lanes_rows(scene->lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 4);
  g_autofree char *found = hd_trace_page_search(h->page, "request=42"), *first = hd_trace_page_search_step(h->page, 1);
  g_assert_cmpstr(first, ==, "1 of 1");
  harness_settle(h);
  hd_lanes_rows(scene->lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 3);
  g_autofree char *none = hd_trace_page_search(h->page, "");
  harness_settle(h);
  hd_lanes_rows(scene->lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 5); /* it was called out of its fold */
  g_assert_cmpuint(row_count(tasks_table(h)), ==, COUNT);
  harness_picture(h, "crowd.png");
  harness_free(h);
}

int main(int argument_count, char **arguments) {
  gtk_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/tasks/first-sight", test_first_sight);
  g_test_add_func("/tasks/step", test_step);
  g_test_add_func("/tasks/sizes", test_sizes);
  g_test_add_func("/tasks/table", test_table);
  g_test_add_func("/tasks/search", test_search);
  g_test_add_func("/tasks/gil", test_gil);
  g_test_add_func("/tasks/crowd", test_crowd);
  return g_test_run();
}
