/* The window in a real display: open, first sight, hover, zoom, keys, findings, search, undo. */
#include "../../draw/tests/fixture.h"
#include "appearance.h"
#include "harness.h"

/* Key codes of a PC keyboard. */
enum { W = 25, S = 39, A = 38, D = 40, N = 57, P = 33, T = 28, PERIOD = 60, SLASH = 61 };

static gint64 span(Harness *harness) { return hd_view_state_to_ns(harness->state) - hd_view_state_from_ns(harness->state); }

static void test_first_sight(void) {
  Harness *h = harness_new(TRUE);
  g_assert_cmpstr(hd_window_page(h->window), ==, "trace");
  g_assert_cmpuint(hd_view_state_finding(h->state), ==, 0);
  harness_picture(h, "ingest-light.png");
  g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", TRUE, NULL);
  harness_picture(h, "ingest-dark.png");
  g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", FALSE, NULL);
  harness_free(h);
}

static void keep(gpointer analysis) {} /* the fixture's */

/* The timeline is there before the findings; when they come, the first is shown, unless somebody is at work. */
static void test_analysis_later(void) {
  HdSource source;
  hd_fixture_ingest(TRUE, &source);
  Harness *h = harness_new_source(source, FALSE);
  g_assert_cmpuint(hd_view_state_finding(h->state), ==, HD_NONE);
  g_assert_cmpint(hd_view_state_from_ns(h->state), ==, 0);
  g_assert_cmpint(hd_view_state_to_ns(h->state), >=, source.model->duration_ns);
  hd_document_take_analysis(hd_view_state_document(h->state), (HdAnalysis *)source.analysis, keep);
  harness_settle(h);
  g_assert_cmpuint(hd_view_state_finding(h->state), ==, 0);
  harness_free(h);
}

static void test_hover_and_select(void) {
  Harness *h = harness_new(TRUE);
  guint32 actor = harness_actor(h, "writer-1"), wait = harness_wait_of(h, actor);
  hd_view_state_select_wait(h->state, wait);
  hd_view_state_fit_selection(h->state);
  hd_view_state_reveal_selection(h->state);
  harness_settle(h);
  double x, y;
  g_assert_true(harness_point_of_wait(h, wait, &x, &y));
  harness_move_to(h, x, y);
  const char *words = hd_timeline_hover_words(h->timeline);
  g_test_message("hover: %s", words);
  g_assert_nonnull(words);
  g_assert_nonnull(strstr(words, "writer-1"));
  g_assert_nonnull(strstr(words, "log_lock"));
  g_assert_nonnull(strstr(words, "flusher"));
  g_autofree char *duration = hd_format_duration(h->model->waits[wait].end_ns - h->model->waits[wait].begin_ns);
  g_assert_nonnull(strstr(words, duration));
  harness_picture(h, "hover.png");

  gint64 from_ns = hd_view_state_from_ns(h->state);
  hd_view_state_select_nothing(h->state);
  harness_click(h, x, y, 1);
  g_assert_cmpuint(hd_view_state_selection(h->state).wait, ==, wait);
  g_assert_cmpint(hd_view_state_from_ns(h->state), ==, from_ns); /* a click never moves */
  harness_free(h);
}

static void test_double_click_fits(void) {
  Harness *h = harness_new(TRUE);
  guint32 wait = harness_wait_of(h, harness_actor(h, "writer-1"));
  const HdWait *w = &h->model->waits[wait];
  hd_view_state_set_range(h->state, w->begin_ns - 60000000, w->end_ns + 60000000, HD_STEP_JUMP);
  hd_view_state_reveal(h->state, w->actor, HD_NONE);
  harness_settle(h);
  double x, y;
  g_assert_true(harness_point_of_wait(h, wait, &x, &y));
  harness_click(h, x, y, 2);
  g_assert_cmpint(hd_view_state_from_ns(h->state), <=, w->begin_ns);
  g_assert_cmpint(hd_view_state_to_ns(h->state), >=, w->end_ns);
  g_assert_cmpint(span(h), <, 2 * (w->end_ns - w->begin_ns));
  harness_free(h);
}

static void test_zoom_and_undo(void) {
  Harness *h = harness_new(TRUE);
  harness_key(h, GDK_KEY_Home, 110);
  gint64 whole_ns = span(h);
  g_assert_cmpint(whole_ns, >=, h->model->duration_ns);
  harness_key(h, GDK_KEY_w, W);
  gint64 zoomed_ns = span(h);
  g_assert_cmpint(zoomed_ns, <, whole_ns);
  harness_key(h, GDK_KEY_s, S);
  g_assert_cmpint(span(h), ==, whole_ns);
  /* Where W lies, not what is on it: a Cyrillic layout sends its own letter. */
  harness_key(h, GDK_KEY_Cyrillic_tse, W);
  g_assert_cmpint(span(h), ==, zoomed_ns);
  gint64 from_ns = hd_view_state_from_ns(h->state);
  harness_key(h, GDK_KEY_d, D);
  g_assert_cmpint(hd_view_state_from_ns(h->state), >, from_ns);
  while (hd_view_state_back(h->state)) {}
  g_assert_cmpint(span(h), >=, h->model->duration_ns); /* before the first finding was shown */
  harness_free(h);
}

/* At any zoom the view is within the recording, and a pixel never less than a nanosecond. */
static void test_zoom_limits(void) {
  Harness *h = harness_new(TRUE);
  for (guint i = 0; i < 400; i++) harness_key(h, GDK_KEY_plus, 0);
  g_assert_cmpint(span(h), >=, 1);
  g_assert_cmpint(hd_view_state_from_ns(h->state), >=, 0);
  for (guint i = 0; i < 400; i++) harness_key(h, GDK_KEY_KP_Subtract, 0);
  g_assert_cmpint(hd_view_state_from_ns(h->state), ==, 0);
  g_assert_cmpint(span(h), >=, h->model->duration_ns);
  g_assert_cmpint(span(h), <, h->model->duration_ns * 3 / 2);
  harness_free(h);
}

static void test_findings(void) {
  Harness *h = harness_new(TRUE);
  const HdAnalysis *analysis = hd_document_analysis(hd_view_state_document(h->state));
  guint shown_count = 0;
  for (guint i = 0; i < analysis->finding_count; i++) shown_count += analysis->findings[i].grade != HD_GRADE_REFUTED;
  g_assert_cmpuint(shown_count, >, 1);
  for (guint i = 1; i <= shown_count; i++) {
    harness_key(h, GDK_KEY_n, N);
    guint32 index = hd_view_state_finding(h->state);
    g_assert_cmpuint(index, ==, i % shown_count);
    const HdFinding *finding = &analysis->findings[index];
    g_assert_cmpint(hd_view_state_from_ns(h->state), <=, finding->at_ns);
    /* Its lanes are on top. */
    guint count;
    const HdRow *rows = hd_lanes_rows(hd_timeline_scene(h->timeline)->lanes, HD_PANE_ACTORS, &count);
    if (finding->actors->len) g_assert_true(rows[0].raised);
  }
  harness_key(h, GDK_KEY_p, P);
  g_assert_cmpuint(hd_view_state_finding(h->state), ==, shown_count - 1);
  harness_key(h, GDK_KEY_Escape, 9);
  g_assert_cmpuint(hd_view_state_finding(h->state), ==, HD_NONE);
  guint count;
  const HdRow *rows = hd_lanes_rows(hd_timeline_scene(h->timeline)->lanes, HD_PANE_ACTORS, &count);
  for (guint i = 0; i < count; i++) g_assert_false(rows[i].raised);
  harness_free(h);
}

static void test_walk(void) {
  Harness *h = harness_new(TRUE);
  guint32 writer = harness_actor(h, "writer-1"), flusher = harness_actor(h, "flusher"), wait = harness_wait_of(h, writer);
  hd_view_state_select_wait(h->state, wait);
  guint32 interval = hd_view_state_selection(h->state).interval;
  harness_key(h, GDK_KEY_Right, 114);
  g_assert_cmpuint(hd_view_state_selection(h->state).interval, ==, interval + 1);
  harness_key(h, GDK_KEY_Left, 113);
  g_assert_cmpuint(hd_view_state_selection(h->state).wait, ==, wait);
  harness_key(h, GDK_KEY_Return, 36);
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, flusher);
  hd_view_state_select_wait(h->state, wait);
  harness_key(h, GDK_KEY_Down, 116);
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, !=, writer);
  harness_key(h, GDK_KEY_Up, 111);
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, writer);
  hd_view_state_select_wait(h->state, wait);
  harness_key(h, GDK_KEY_period, PERIOD);
  guint32 next = hd_view_state_selection(h->state).wait;
  g_assert_cmpuint(next, !=, wait);
  g_assert_cmpint(h->model->waits[next].begin_ns, >=, h->model->waits[wait].begin_ns);
  harness_free(h);
}

static gboolean has_lane(Harness *h, const char *name) {
  const HdRow *row = hd_lanes_row_of_actor(hd_timeline_scene(h->timeline)->lanes, harness_actor(h, name));
  return row && row->kind == HD_ROW_THREAD;
}

static void test_search(void) {
  Harness *h = harness_new(TRUE);
  g_autofree char *found = hd_trace_page_search(h->page, "LOG_lock"), *first = hd_trace_page_search_step(h->page, 1);
  g_assert_cmpstr(found, !=, "nothing");
  g_assert_true(g_str_has_prefix(first, "1 of "));
  g_assert_cmpuint(hd_view_state_selection(h->state).object, ==, harness_object(h, "log_lock"));
  g_autofree char *none = hd_trace_page_search(h->page, "no such thing anywhere");
  g_assert_cmpstr(none, ==, "nothing");
  g_autofree char *waits = hd_trace_page_search(h->page, "state:wait-lock > 5ms"), *one = hd_trace_page_search_step(h->page, 1);
  guint32 wait = hd_view_state_selection(h->state).wait;
  g_assert_cmpuint(wait, !=, HD_NONE);
  g_assert_cmpuint(h->model->waits[wait].state, ==, HD_STATE_WAIT_LOCK);
  g_assert_cmpint(h->model->waits[wait].end_ns - h->model->waits[wait].begin_ns, >=, 5000000);
  g_autofree char *wrong = hd_trace_page_search(h->page, "state:nonsense");
  g_assert_nonnull(strstr(wrong, "no state"));
  g_autofree char *lanes = hd_trace_page_search(h->page, "lane:writer*");
  g_assert_false(has_lane(h, "indexer"));
  g_assert_true(has_lane(h, "writer-2"));
  g_autofree char *end = hd_trace_page_search(h->page, "");
  g_assert_true(has_lane(h, "indexer"));
  /* Letters typed into the entry are no commands; / leads there. */
  harness_key(h, GDK_KEY_slash, SLASH);
  g_assert_true(GTK_IS_EDITABLE(gtk_window_get_focus(GTK_WINDOW(h->window))));
  gint64 before_ns = span(h);
  harness_key(h, GDK_KEY_w, W);
  g_assert_cmpint(span(h), ==, before_ns);
  harness_free(h);
}

static void find_notebook(GtkWidget *widget, gpointer found) {
  if (GTK_IS_NOTEBOOK(widget)) *(GtkWidget **)found = widget;
}

static void find_table(GtkWidget *widget, gpointer found) {
  if (GTK_IS_COLUMN_VIEW(widget)) *(GtkWidget **)found = widget;
}

static void find_label(GtkWidget *widget, gpointer found) {
  if (GTK_IS_LABEL(widget) && gtk_widget_has_css_class(widget, "graph-list")) *(GtkWidget **)found = widget;
}

/* A page of the panels below, shown. */
static GtkWidget *show_panel(Harness *h, int number) {
  GtkWidget *notebook = NULL;
  harness_visit(GTK_WIDGET(h->window), find_notebook, &notebook);
  g_assert_nonnull(notebook);
  gtk_notebook_set_current_page(GTK_NOTEBOOK(notebook), number);
  harness_settle(h);
  return gtk_notebook_get_nth_page(GTK_NOTEBOOK(notebook), number);
}

static void test_panels(void) {
  Harness *h = harness_new(TRUE);
  GtkWidget *table = NULL, *graph = NULL;
  guint32 wait = harness_wait_of(h, harness_actor(h, "writer-1"));
  hd_view_state_select_wait(h->state, wait);
  harness_visit(show_panel(h, 1), find_label, &graph);
  harness_picture(h, "graph.png");
  harness_until(strstr(gtk_label_get_text(GTK_LABEL(graph)), "writer-1"));
  g_assert_nonnull(strstr(gtk_label_get_text(GTK_LABEL(graph)), "flusher"));

  harness_visit(show_panel(h, 2), find_table, &table);
  harness_picture(h, "contention.png");
  GListModel *rows = G_LIST_MODEL(gtk_column_view_get_model(GTK_COLUMN_VIEW(table)));
  g_assert_cmpuint(g_list_model_get_n_items(rows), ==, hd_document_analysis(hd_view_state_document(h->state))->contention_count);
  g_signal_emit_by_name(table, "activate", 0); /* leads to the object's lane */
  g_assert_cmpuint(hd_view_state_selection(h->state).object, !=, HD_NONE);
  g_assert_cmpuint(hd_view_state_selection(h->state).actor, ==, HD_NONE);

  hd_view_state_select_wait(h->state, wait);
  harness_visit(show_panel(h, 3), find_table, &table);
  harness_picture(h, "events.png");
  rows = G_LIST_MODEL(gtk_column_view_get_model(GTK_COLUMN_VIEW(table)));
  g_assert_cmpuint(g_list_model_get_n_items(rows), ==, h->model->actors[h->model->waits[wait].actor].interval_count);
  harness_free(h);
}

static void test_lanes(void) {
  Harness *h = harness_new(TRUE);
  HdScene *scene = hd_timeline_scene(h->timeline);
  harness_key(h, GDK_KEY_Escape, 9);
  guint32 indexer = harness_actor(h, "indexer");
  HdRowId row = hd_lanes_row_of_actor(scene->lanes, indexer)->id;
  gtk_widget_activate_action(GTK_WIDGET(h->timeline), "lane.pin", "t", row);
  g_assert_true(hd_lanes_row_of_actor(scene->lanes, indexer)->pinned);
  gtk_widget_activate_action(GTK_WIDGET(h->timeline), "lane.hide", "t", row);
  g_assert_false(has_lane(h, "indexer"));
  gtk_widget_activate_action(GTK_WIDGET(h->timeline), "lane.show-all", NULL);
  g_assert_true(has_lane(h, "indexer"));
  /* The menu opens, and goes with the window. */
  hd_view_state_select_wait(h->state, harness_wait_of(h, harness_actor(h, "writer-1")));
  harness_key(h, GDK_KEY_Menu, 135);
  harness_settle(h);
  g_assert_true(GTK_IS_POPOVER(gtk_widget_get_last_child(GTK_WIDGET(h->timeline))));
  harness_free(h);
}

static void test_options(void) {
  Harness *h = harness_new(TRUE);
  harness_key(h, GDK_KEY_t, T);
  g_assert_true(hd_view_state_wall_clock(h->state));
  harness_key(h, GDK_KEY_F11, 95);
  g_assert_true(hd_view_state_projector(h->state));
  g_assert_false(hd_trace_page_bottom_open(h->page));
  g_assert_false(hd_trace_page_drawer_open(h->page));
  harness_picture(h, "projector.png");
  harness_key(h, GDK_KEY_F11, 95);
  g_assert_true(hd_trace_page_bottom_open(h->page));
  harness_free(h);
}

static void test_narrow(void) {
  Harness *h = harness_new(TRUE);
  g_assert_true(hd_trace_page_drawer_open(h->page)); /* 1600 px: a column */
  gtk_window_set_default_size(GTK_WINDOW(h->window), 1100, 700);
  harness_until(gtk_widget_get_width(GTK_WIDGET(h->window)) < 1200);
  harness_settle(h);
  g_assert_false(hd_trace_page_drawer_open(h->page));
  harness_picture(h, "narrow.png");
  hd_trace_page_set_drawer_open(h->page, TRUE);
  g_assert_true(hd_trace_page_drawer_open(h->page));
  harness_picture(h, "narrow-drawer.png");
  harness_free(h);
}

static void test_deadlock(void) {
  HdSource source;
  hd_fixture_deadlock(&source);
  Harness *h = harness_new_source(source, TRUE);
  g_assert_cmpuint(hd_view_state_finding(h->state), ==, 0);
  harness_picture(h, "deadlock.png");
  harness_free(h);
}

/* A closed window gives back the document and all that belonged to it. */
static void test_close_frees(void) {
  Harness *h = harness_new(TRUE);
  gpointer document = hd_view_state_document(h->state), state = h->state;
  g_object_add_weak_pointer(document, &document);
  g_object_add_weak_pointer(state, &state);
  harness_free(h);
  harness_until(document == NULL);
  g_assert_null(state);
}

static void test_crowd(void) {
  HdSource source;
  hd_fixture_crowd(&source);
  Harness *h = harness_new_source(source, TRUE);
  harness_key(h, GDK_KEY_Home, 110);
  harness_picture(h, "crowd.png");
  harness_free(h);
}

int main(int argument_count, char **arguments) {
  gtk_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/window/first-sight", test_first_sight);
  g_test_add_func("/window/analysis-later", test_analysis_later);
  g_test_add_func("/window/hover-and-select", test_hover_and_select);
  g_test_add_func("/window/double-click-fits", test_double_click_fits);
  g_test_add_func("/window/zoom-and-undo", test_zoom_and_undo);
  g_test_add_func("/window/zoom-limits", test_zoom_limits);
  g_test_add_func("/window/findings", test_findings);
  g_test_add_func("/window/walk", test_walk);
  g_test_add_func("/window/search", test_search);
  g_test_add_func("/window/panels", test_panels);
  g_test_add_func("/window/lanes", test_lanes);
  g_test_add_func("/window/options", test_options);
  g_test_add_func("/window/narrow", test_narrow);
  g_test_add_func("/window/deadlock", test_deadlock);
  g_test_add_func("/window/crowd", test_crowd);
  g_test_add_func("/window/close-frees", test_close_frees);
  return g_test_run();
}
