/* Rows: order, folds, filter, what a finding raises, and that ids stay. */
#include "fixture.h"
#include "names.h"
#include <string.h>

/* "ingest  (4100)|main|…" */
static char *names(HdLanes *lanes, HdPane pane) {
  guint count;
  const HdRow *rows = hd_lanes_rows(lanes, pane, &count);
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < count; i++) g_string_append_printf(text, "%s%s", i ? "|" : "", rows[i].name);
  return g_string_free(text, FALSE);
}

static void assert_names(HdLanes *lanes, HdPane pane, const char *expected) {
  g_autofree char *found = names(lanes, pane);
  g_assert_cmpstr(found, ==, expected);
}

static void test_order(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  assert_names(lanes, HD_PANE_ACTORS, "ingest  (4100)|main|flusher|writer-1|writer-2|writer-3|indexer");
  assert_names(lanes, HD_PANE_OBJECTS, "log_lock|not_full");
  guint shown_count, all_count, count;
  hd_lanes_object_counts(lanes, &shown_count, &all_count);
  g_assert_cmpuint(shown_count, ==, 2);
  g_assert_cmpuint(all_count, ==, 3);
  hd_lanes_set_quiet_objects(lanes, TRUE);
  assert_names(lanes, HD_PANE_OBJECTS, "log_lock|not_full|index_lock");
  const HdRow *rows = hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpstr(rows[0].note, ==, "6 threads · exit 0");
  for (guint i = 1; i < count; i++) g_assert_cmpint(rows[i].y_px, ==, rows[i - 1].y_px + rows[i - 1].height_px);
  g_assert_cmpint(hd_lanes_height_px(lanes, HD_PANE_ACTORS), ==, rows[count - 1].y_px + rows[count - 1].height_px);
  for (guint i = 0; i < count; i++) g_assert_true(hd_lanes_row_at(lanes, HD_PANE_ACTORS, rows[i].y_px + rows[i].height_px - 1) == &rows[i]);
  g_assert_null(hd_lanes_row_at(lanes, HD_PANE_ACTORS, -1));
  g_assert_null(hd_lanes_row_at(lanes, HD_PANE_ACTORS, 100000));
  rows = hd_lanes_rows(lanes, HD_PANE_OBJECTS, &count);
  g_assert_cmpstr(rows[0].note, ==, "lock · log.c:22 · lost 65.8 ms");
}

static void test_changes(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  guint32 writer_3 = 5, log_lock = 0;
  HdRowId id = hd_lanes_row_of_actor(lanes, writer_3)->id;
  hd_lanes_raise(lanes, &writer_3, 1, &log_lock, 1);
  assert_names(lanes, HD_PANE_ACTORS, "writer-3|ingest  (4100)|main|flusher|writer-1|writer-2|indexer");
  g_assert_cmpuint(hd_lanes_row_of_actor(lanes, writer_3)->id, ==, id);
  hd_lanes_raise(lanes, NULL, 0, NULL, 0);
  hd_lanes_set_pinned(lanes, HD_ROW_ID(HD_ROW_THREAD, 6), TRUE);
  assert_names(lanes, HD_PANE_ACTORS, "indexer|ingest  (4100)|main|flusher|writer-1|writer-2|writer-3");
  hd_lanes_set_pinned(lanes, HD_ROW_ID(HD_ROW_THREAD, 6), FALSE);
  hd_lanes_set_hidden(lanes, HD_ROW_ID(HD_ROW_THREAD, 1), TRUE);
  assert_names(lanes, HD_PANE_ACTORS, "ingest  (4100)|flusher|writer-1|writer-2|writer-3|indexer");
  hd_lanes_set_filter(lanes, "WRITER-?");
  assert_names(lanes, HD_PANE_ACTORS, "ingest  (4100)|writer-1|writer-2|writer-3");
  assert_names(lanes, HD_PANE_OBJECTS, "log_lock|not_full");
  hd_lanes_set_filter(lanes, "index_l");
  assert_names(lanes, HD_PANE_OBJECTS, "index_lock");
  assert_names(lanes, HD_PANE_ACTORS, "ingest  (4100)|flusher|writer-1|writer-2|writer-3|indexer");
  hd_lanes_set_filter(lanes, "nobody");
  assert_names(lanes, HD_PANE_OBJECTS, "");
  assert_names(lanes, HD_PANE_ACTORS, "");
  hd_lanes_set_filter(lanes, NULL);
  hd_lanes_show_all(lanes);
  hd_lanes_set_opened(lanes, HD_ROW_ID(HD_ROW_PROCESS, 0), FALSE);
  assert_names(lanes, HD_PANE_ACTORS, "ingest  (4100)");
  g_assert_cmpuint(hd_lanes_row_of_actor(lanes, writer_3)->kind, ==, HD_ROW_PROCESS);
  hd_lanes_reveal_actor(lanes, writer_3);
  g_assert_cmpuint(hd_lanes_row_of_actor(lanes, writer_3)->id, ==, id);
  hd_lanes_set_density(lanes, HD_DENSITY_TINY);
  g_assert_cmpint(hd_lanes_row_of_actor(lanes, writer_3)->height_px, ==, 6);
  g_assert_null(hd_lanes_row_of_actor(lanes, HD_NONE));
}

static void test_folds(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_crowd(&source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  assert_names(lanes, HD_PANE_ACTORS, "crowd  (900)|main|worker ×300 · 3 contended");
  guint count;
  const HdRow *rows = hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(rows[2].member_count, ==, 300);
  g_assert_cmpint(rows[2].height_px, ==, 26);
  hd_lanes_set_opened(lanes, rows[2].id, TRUE);
  rows = hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 303);
  g_assert_cmpstr(rows[3].name, ==, "worker #1");
  g_assert_cmpstr(rows[302].name, ==, "worker #300");
  g_assert_cmpint(rows[302].height_px, ==, 18);
  g_assert_cmpuint(source.model->actors[1].ordinal, ==, 0);
  g_assert_cmpuint(source.model->actors[2].ordinal, ==, 1);
}

static void test_object_folds(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  guint32 process = hd_fixture_process(fixture, "p", 1), thread = hd_fixture_thread(fixture, process, "t", HD_NONE);
  static const char *const made_up[] = {"mutex #1, first locked in send (s.cc:41)", "mutex #2, first locked in send (s.cc:41)",
                                        "mutex #3, first locked in send (s.cc:41)", "mutex #4, first locked in send (s.cc:41)"};
  double at_ms = 0;
  for (guint i = 0; i < G_N_ELEMENTS(made_up); i++, at_ms += 1)
    hd_fixture_wait(fixture, thread, at_ms, at_ms + 1, HD_STATE_WAIT_LOCK,
                    hd_fixture_object(fixture, HD_KIND_LOCK, made_up[i], HD_NONE, -1), HD_NONE, HD_NONE);
  hd_fixture_wait(fixture, thread, at_ms, at_ms + 3, HD_STATE_WAIT_LOCK, hd_fixture_object(fixture, HD_KIND_LOCK, "named", HD_NONE, -1),
                  HD_NONE, HD_NONE);
  HdSource source = hd_fixture_source(fixture, 10);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  assert_names(lanes, HD_PANE_OBJECTS, "named|mutex ×4, first locked in send (s.cc:41)");
  guint count;
  g_assert_cmpstr(hd_lanes_rows(lanes, HD_PANE_OBJECTS, &count)[1].note, ==, "lock · lost 4 ms");
}

static void test_process_folds(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  guint32 shell = hd_fixture_process(fixture, "make", 1), lock = hd_fixture_object(fixture, HD_KIND_LOCK, "lock", HD_NONE, -1);
  hd_fixture_span(fixture, hd_fixture_thread(fixture, shell, "main", HD_NONE), 0, 100, HD_STATE_NOT_WAITING);
  for (int i = 0; i < 20; i++) {
    guint32 thread = hd_fixture_thread(fixture, hd_fixture_process(fixture, "cc", 100 + i), "main", HD_NONE);
    if (i == 4)
      hd_fixture_wait(fixture, thread, i, i + 2, HD_STATE_WAIT_LOCK, lock, HD_NONE, HD_NONE);
    else
      hd_fixture_span(fixture, thread, i, i + 2, HD_STATE_NOT_WAITING);
  }
  HdSource source = hd_fixture_source(fixture, 100);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  assert_names(lanes, HD_PANE_ACTORS, "make  (1)|cc ×19 · no lock waits|cc  (104)");
  guint count;
  HdRow fold = hd_lanes_rows(lanes, HD_PANE_ACTORS, &count)[1];
  g_assert_cmpuint(fold.member_count, ==, 19);
  hd_lanes_set_opened(lanes, fold.id, TRUE);
  hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 3 + 19);
  hd_lanes_set_opened(lanes, fold.id, FALSE);
  g_assert_cmpuint(hd_lanes_row_of_actor(lanes, fold.members[3])->kind, ==, HD_ROW_FOLD);
  hd_lanes_reveal_actor(lanes, fold.members[3]);
  g_assert_cmpuint(hd_lanes_row_of_actor(lanes, fold.members[3])->kind, ==, HD_ROW_THREAD);
  /* the lane of a process's only thread stands for the process */
  const HdRow *alone = hd_lanes_row_of_actor(lanes, source.model->actors[fold.members[3]].parent);
  g_assert_cmpuint(alone->index, ==, fold.members[3]);
  g_assert_true(alone->alone);
  g_assert_cmpstr(alone->note, ==, "exit 0");
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/lanes/order", test_order);
  g_test_add_func("/lanes/changes", test_changes);
  g_test_add_func("/lanes/folds", test_folds);
  g_test_add_func("/lanes/process-folds", test_process_folds);
  g_test_add_func("/lanes/object-folds", test_object_folds);
  return g_test_run();
}
