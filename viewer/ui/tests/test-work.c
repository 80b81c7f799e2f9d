/* Queues, jobs and variables in a real window: hover, click, walk, tables, search, what could not be recorded. */
#include "../../draw/tests/fixture.h"
#include "appearance.h"
#include "harness.h"

enum { J = 44 };

static Harness *workshop_new(void) {
  static HdSource source; /* built once */
  if (!source.model) hd_fixture_workshop(&source);
  return harness_new_source(source, TRUE);
}

/* The middle of a time in a row; y_share: of the row's height. */
static void point_in_row(Harness *h, const HdRow *row, gint64 at_ns, double y_share, double *x, double *y) {
  *x = hd_scene_x(hd_timeline_scene(h->timeline), at_ns);
  for (*y = 0; *y < gtk_widget_get_height(GTK_WIDGET(h->timeline)); *y += 1) {
    double y_px;
    const HdRow *found = hd_timeline_row_at(h->timeline, *x, *y, &y_px);
    if (found && found->id == row->id && y_px >= row->height_px * y_share) return;
  }
  g_error("%s is out of sight", row->name);
}

static const HdRow *row_of(Harness *h, const char *actor) {
  return hd_lanes_row_of_actor(hd_timeline_scene(h->timeline)->lanes, harness_actor(h, actor));
}

static void whole(Harness *h) {
  harness_key(h, GDK_KEY_Escape, 9);
  harness_key(h, GDK_KEY_Home, 110);
  harness_settle(h);
}

static void test_first_sight(void) {
  Harness *h = workshop_new();
  g_assert_cmpuint(hd_view_state_finding(h->state), ==, 0);
  harness_picture(h, "lost-update.png");
  whole(h);
  harness_picture(h, "workshop-light.png");
  g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", TRUE, NULL);
  harness_picture(h, "workshop-dark.png");
  g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", FALSE, NULL);
  harness_free(h);
}

static void find_heading(GtkWidget *widget, gpointer found) {
  if (GTK_IS_LABEL(widget) && gtk_widget_has_css_class(widget, "heading") && gtk_label_get_selectable(GTK_LABEL(widget)) &&
      gtk_widget_get_mapped(widget))
    *(GtkWidget **)found = widget;
}

/* Small, and for a projector: jobs keep their place above the states. */
static void test_sizes(void) {
  Harness *h = workshop_new();
  whole(h);
  HdScene *scene = hd_timeline_scene(h->timeline);
  harness_key(h, GDK_KEY_F11, 95);
  harness_settle(h);
  const HdRow *worker = row_of(h, "worker-1"), *consumer = row_of(h, "consumer");
  g_assert_cmpint(worker->height_px - worker->jobs_px, ==, consumer->height_px);
  g_assert_cmpfloat(hd_row_scale(worker), ==, HD_PROJECTOR_SCALE);
  g_assert_cmpfloat(hd_row_scale(consumer), ==, HD_PROJECTOR_SCALE);
  harness_picture(h, "workshop-projector.png");
  harness_key(h, GDK_KEY_F11, 95);
  gtk_window_set_default_size(GTK_WINDOW(h->window), 1000, 650);
  harness_until(gtk_widget_get_width(GTK_WIDGET(h->window)) < 1200);
  harness_settle(h);
  harness_picture(h, "workshop-narrow.png");
  hd_lanes_set_density(scene->lanes, HD_DENSITY_TINY);
  hd_timeline_rows_changed(h->timeline);
  harness_settle(h);
  g_assert_cmpint(row_of(h, "worker-1")->height_px, <=, 10);
  harness_picture(h, "workshop-tiny.png");
  harness_free(h);
}

/* Hover says it, a click selects it, the panel tells it, and assistive technology reads it. */
static void test_job(void) {
  Harness *h = workshop_new();
  whole(h);
  double x, y;
  point_in_row(h, row_of(h, "worker-1"), 50000000, 0.15, &x, &y);
  harness_move_to(h, x, y);
  const char *words = hd_timeline_hover_words(h->timeline);
  g_assert_nonnull(words);
  g_assert_true(g_str_has_prefix(words, "sharpen of pool\nqueued 23 ms\nrun 40 ms by worker-1\nsubmitted by main"));
  harness_picture(h, "job-hover.png");
  harness_click(h, x, y, 1);
  HdSelection selection = hd_view_state_selection(h->state);
  g_assert_cmpuint(selection.job, ==, 2);
  g_assert_cmpuint(selection.actor, ==, harness_actor(h, "worker-1"));
  GtkWidget *heading = NULL;
  harness_visit(GTK_WIDGET(h->window), find_heading, &heading);
  g_assert_nonnull(heading);
  g_assert_cmpstr(gtk_label_get_text(GTK_LABEL(heading)), ==, "sharpen was queued 23 ms and ran 40 ms in pool");
  g_assert_true(gtk_test_accessible_has_property(GTK_ACCESSIBLE(h->timeline), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));
  harness_picture(h, "job.png");
  harness_click(h, x, y, 2);
  g_assert_cmpint(hd_view_state_to_ns(h->state) - hd_view_state_from_ns(h->state), <, 80000000);
  harness_free(h);
}

static void test_walk(void) {
  Harness *h = workshop_new();
  guint32 worker = harness_actor(h, "worker-1"), consumer = harness_actor(h, "consumer"), producer = harness_actor(h, "producer");
  hd_view_state_select_job(h->state, 0);
  harness_key(h, GDK_KEY_Right, 114);
  g_assert_cmpuint(hd_view_state_selection(h->state).job, ==, 2); /* the worker's next, not the pool's */
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, worker);
  harness_key(h, GDK_KEY_Left, 113);
  g_assert_cmpuint(hd_view_state_selection(h->state).job, ==, 0);
  harness_key(h, GDK_KEY_Left, 113); /* there is none before */
  g_assert_cmpuint(hd_view_state_selection(h->state).job, ==, 0);
  harness_key(h, GDK_KEY_j, J);
  g_assert_cmpuint(hd_view_state_selection(h->state).job, ==, HD_NONE);
  g_assert_cmpuint(hd_view_state_selection(h->state).interval, !=, HD_NONE);
  harness_key(h, GDK_KEY_j, J);
  g_assert_cmpuint(hd_view_state_selection(h->state).job, !=, HD_NONE);
  harness_key(h, GDK_KEY_Return, 36);
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, harness_actor(h, "main"));
  /* items: from the get to its put and back */
  hd_view_state_select_item(h->state, 1, HD_NONE);
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, consumer);
  harness_key(h, GDK_KEY_Right, 114);
  g_assert_cmpuint(hd_view_state_selection(h->state).item, ==, 2);
  harness_key(h, GDK_KEY_Return, 36);
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, producer);
  g_assert_cmpuint(hd_view_state_selection(h->state).item, ==, 2);
  /* a queue or executor that is selected leads to what it has */
  hd_view_state_select_object(h->state, HD_WORKSHOP_POOL);
  harness_key(h, GDK_KEY_Right, 114);
  g_assert_cmpuint(hd_view_state_selection(h->state).job, !=, HD_NONE);
  hd_view_state_select_item(h->state, 2, producer);
  harness_settle(h);
  harness_picture(h, "item.png");
  harness_free(h);
}

static void find_notebook(GtkWidget *widget, gpointer found) {
  if (GTK_IS_NOTEBOOK(widget)) *(GtkWidget **)found = widget;
}
static void find_table(GtkWidget *widget, gpointer found) {
  if (GTK_IS_COLUMN_VIEW(widget)) *(GtkWidget **)found = widget;
}

/* The table on a page of the panels below, shown. */
static GtkWidget *show_table(Harness *h, const char *title) {
  GtkWidget *notebook = NULL, *table = NULL;
  harness_visit(GTK_WIDGET(h->window), find_notebook, &notebook);
  for (int i = 0; i < gtk_notebook_get_n_pages(GTK_NOTEBOOK(notebook)); i++) {
    GtkWidget *page = gtk_notebook_get_nth_page(GTK_NOTEBOOK(notebook), i);
    if (g_strcmp0(gtk_notebook_get_tab_label_text(GTK_NOTEBOOK(notebook), page), title) != 0) continue;
    gtk_notebook_set_current_page(GTK_NOTEBOOK(notebook), i);
    harness_visit(page, find_table, &table);
  }
  harness_settle(h);
  return table;
}

static guint row_count(GtkWidget *table) {
  return g_list_model_get_n_items(G_LIST_MODEL(gtk_column_view_get_model(GTK_COLUMN_VIEW(table))));
}

static void test_tables(void) {
  Harness *h = workshop_new();
  whole(h);
  GtkWidget *queues = show_table(h, "Queues");
  g_assert_cmpuint(row_count(queues), ==, 1);
  g_signal_emit_by_name(queues, "activate", 0);
  g_assert_cmpuint(hd_view_state_selection(h->state).object, ==, HD_WORKSHOP_QUEUE);
  harness_picture(h, "queues.png");
  GtkWidget *events = show_table(h, "Events");
  g_assert_cmpuint(row_count(events), ==, 7); /* the queue's items */
  g_signal_emit_by_name(events, "activate", 3);
  g_assert_cmpuint(hd_view_state_selection(h->state).item, ==, 3);
  GtkWidget *jobs = show_table(h, "Jobs");
  g_assert_cmpuint(row_count(jobs), ==, 5);
  g_signal_emit_by_name(jobs, "activate", 0); /* the longest queued: rotate was cancelled after 54 ms, blur began after 46 */
  g_assert_cmpuint(hd_view_state_selection(h->state).job, ==, 3);
  g_signal_emit_by_name(jobs, "activate", 1);
  g_assert_cmpuint(hd_view_state_selection(h->state).job, ==, 4);
  harness_picture(h, "jobs.png");
  events = show_table(h, "Events");
  g_assert_cmpuint(row_count(events), ==, 5); /* the pool's jobs */
  hd_view_state_select_object(h->state, HD_WORKSHOP_COUNTER);
  g_assert_cmpuint(row_count(events), ==, 5); /* accesses */
  harness_picture(h, "accesses.png");
  harness_free(h);
}

/* A recording without queues and jobs has no tables of them. */
static void test_no_tables(void) {
  Harness *h = harness_new(TRUE);
  g_assert_null(show_table(h, "Queues"));
  g_assert_null(show_table(h, "Jobs"));
  g_assert_nonnull(show_table(h, "Events"));
  harness_free(h);
}

static void test_search(void) {
  Harness *h = workshop_new();
  g_autofree char *found = hd_trace_page_search(h->page, "Sharpen"), *first = hd_trace_page_search_step(h->page, 1);
  g_assert_cmpstr(first, ==, "1 of 1");
  g_assert_cmpuint(hd_view_state_selection(h->state).job, ==, 2);
  g_autofree char *queued = hd_trace_page_search(h->page, "job: > 40ms");
  g_assert_cmpstr(queued, ==, "2");
  g_autofree char *item = hd_trace_page_search(h->page, "item:3"), *gone = hd_trace_page_search_step(h->page, 1);
  g_assert_cmpstr(gone, ==, "1 of 1");
  g_assert_cmpuint(h->model->items[hd_view_state_selection(h->state).item].number, ==, 3);
  g_autofree char *none = hd_trace_page_search(h->page, "item:sharpen");
  g_assert_cmpstr(none, ==, "nothing");
  harness_free(h);
}

static void find_note(GtkWidget *widget, gpointer found) {
  if (GTK_IS_LABEL(widget) && gtk_widget_has_css_class(widget, "note")) *(GtkWidget **)found = widget;
}

static void keep(gpointer pointer) {}

/* What the program's side could not record stands above the timeline. */
static void test_unobserved(void) {
  HdSource source;
  hd_fixture_workshop(&source);
  HdModel model = *source.model;
  const char *unobserved[] = {"3 threads were not created through pthread_create: their names are not known."};
  model.unobserved = unobserved;
  model.unobserved_count = 1;
  model.complete = TRUE;
  g_autoptr(HdDocument) document = hd_document_new("shop.heddle", &model, keep, hd_lod_new(&model, NULL, NULL));
  Harness *h = harness_new_empty();
  hd_window_show_document(h->window, document);
  GtkWidget *note = NULL;
  harness_visit(GTK_WIDGET(h->window), find_note, &note);
  g_assert_nonnull(note);
  g_assert_cmpstr(gtk_label_get_text(GTK_LABEL(note)), ==, unobserved[0]);
  harness_free(h);
}

int main(int argument_count, char **arguments) {
  gtk_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/work/first-sight", test_first_sight);
  g_test_add_func("/work/sizes", test_sizes);
  g_test_add_func("/work/job", test_job);
  g_test_add_func("/work/walk", test_walk);
  g_test_add_func("/work/tables", test_tables);
  g_test_add_func("/work/no-tables", test_no_tables);
  g_test_add_func("/work/search", test_search);
  g_test_add_func("/work/unobserved", test_unobserved);
  return g_test_run();
}
