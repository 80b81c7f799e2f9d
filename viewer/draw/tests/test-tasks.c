/* Tasks, event loops, interpreter locks and schedulers: rows, what is drawn, hit and said of them; very many of them as one. */
#include "arrows.h"
#include "fixture-list.h"
#include "hit.h"
#include "task-words.h"
#include <string.h>

enum { LANE_PX = 26, TURNS_PX = 40, TURNS_EXTRA_PX = 14 };

static HdRow turns_row(guint32 object) {
  HdRow row = fixture_row(HD_ROW_TURNS, object, TURNS_PX);
  row.jobs_px = TURNS_EXTRA_PX;
  return row;
}

static void assert_lane(const HdSource *source, guint32 actor, const char *expected) {
  fixture_assert_list(source, fixture_row(HD_ROW_THREAD, actor, LANE_PX), 0, 600, 600, expected);
}

static void assert_rows(HdLanes *lanes, HdPane pane, const char *expected) {
  guint count;
  const HdRow *rows = hd_lanes_rows(lanes, pane, &count);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < count; i++)
    g_string_append_printf(text, "%s%*s%s [%s]", i ? "\n" : "", (int)rows[i].depth, "", rows[i].name, rows[i].note);
  g_assert_cmpstr(text->str, ==, expected);
}

/* Under its thread the loop, under that its tasks. */
static void test_rows(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_async(&source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  assert_rows(lanes, HD_PANE_ACTORS,
              "crawler  (4200) [1 thread · 5 tasks · exit 0]\n"
              " main []\n"
              "  loop [event loop]\n"
              "  crawl [task]\n"
              "  fetch #1 [task · request=42]\n"
              "  fetch #2 [task · failed · request=43]\n"
              "  parse [task]\n"
              "  slow [task · cancelled]");
  assert_rows(lanes, HD_PANE_OBJECTS,
              "gate [lock · crawler.c:12 · lost 400 ms]\n"
              "janitor [scheduler, 3 entries]");
  guint32 loop = HD_ASYNC_LOOP;
  hd_lanes_raise(lanes, NULL, 0, &loop, 1);
  guint count;
  g_assert_cmpstr(hd_lanes_rows(lanes, HD_PANE_ACTORS, &count)[0].name, ==, "loop");
  g_assert_cmpuint(count, ==, 8);
  g_assert_true(hd_lanes_row_of_object(lanes, loop) == hd_lanes_rows(lanes, HD_PANE_ACTORS, &count));
  hd_lanes_raise(lanes, NULL, 0, NULL, 0);
  hd_lanes_set_filter(lanes, "request=41");
  assert_rows(lanes, HD_PANE_ACTORS, "crawler  (4200) [1 thread · 5 tasks · exit 0]\n  fetch #1 [task · request=42]");
}

static void test_gil_rows(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_gil(&source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  assert_rows(lanes, HD_PANE_ACTORS,
              "counting  (4300) [4 threads · GIL held 100 % · serialization 2.6 · exit 0]\n"
              " gil [interpreter lock]\n"
              " main []\n"
              " counter-a []\n"
              " counter-b []\n"
              " reader []");
  guint count;
  const HdRow *rows = hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpint(rows[1].height_px, ==, TURNS_PX);
  g_assert_cmpint(rows[1].jobs_px, ==, TURNS_EXTRA_PX);
  g_assert_cmpfloat(hd_row_scale(&rows[1]), ==, 1);
}

/* A task that is ready while a step of 100 ms or more blocks its loop stands out; others do not. */
static void test_lanes(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_async(&source);
  assert_lane(&source, HD_ASYNC_FETCH_1,
              "state ready low 5.0..20.0 y7 h11\n"
              "state running bar 20.0..40.0 y7 h11\n"
              "state blocked line 40.0..150.0 y11 h4\n"
              "state starved tall 150.0..412.0 y2 h21 'ready · parse blocks the loop'\n"
              "state running bar 412.0..440.0 y7 h11\n"
              "end 440.0..441.5 y4 h18 n0\n");
  assert_lane(&source, HD_ASYNC_ALL,
              "state running bar 0.0..20.0 y7 h11\n"
              "state wait-task low 20.0..412.0 y7 h11 'awaits parse'\n"
              "state ready low 412.0..440.0 y7 h11\n"
              "state running bar 440.0..450.0 y7 h11\n"
              "state blocked line 450.0..570.0 y11 h4\n"
              "state running bar 570.0..600.0 y7 h11\n"
              "end 600.0..601.5 y4 h18 n0\n");
  assert_lane(&source, HD_ASYNC_FETCH_2,
              "state ready low 5.0..40.0 y7 h11\n"
              "state running bar 40.0..60.0 y7 h11\n"
              "state wait-lock tall 60.0..460.0 y2 h21 'waits for gate · held by parse in fetch (crawler.c:12)'\n"
              "result 449.0..458.0 y8.5 h9 n1\n"
              "state running bar 460.0..480.0 y7 h11\n"
              "end 480.0..481.5 y4 h18 n-1 'failed'\n");
  assert_lane(&source, HD_ASYNC_SLOW,
              "state ready low 10.0..60.0 y7 h11\n"
              "state blocked line 60.0..560.0 y11 h4\n"
              "result 549.0..558.0 y8.5 h9 n6\n"
              "state running bar 560.0..570.0 y7 h11\n"
              "end 570.0..571.5 y4 h18 n1 'cancelled'\n");
}

static void test_loop(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_async(&source);
  fixture_assert_list(&source, turns_row(HD_ASYNC_LOOP), 0, 600, 600,
                      "poll 60.0..100.0 y11 h4 n0\n"
                      "poll 480.0..560.0 y11 h4 n0\n"
                      "run 0.0..20.0 y2 h22 n1\n"
                      "run 20.0..40.0 y2 h22 n1\n"
                      "run 40.0..60.0 y2 h22 n1\n"
                      "run 100.0..412.0 y2 h22 n1 cited 'parse blocks the loop for 312 ms'\n"
                      "run 412.0..440.0 y2 h22 n1\n"
                      "run 440.0..450.0 y2 h22 n1\n"
                      "run 450.0..458.0 y2 h22 n1\n"
                      "run 460.0..480.0 y2 h22 n1\n"
                      "run 560.0..570.0 y2 h22 n1\n"
                      "run 570.0..600.0 y2 h22 n1\n"
                      "waiters 5.0..10.0 y31.5 h5.5 n2\n"
                      "waiters 10.0..20.0 y26 h11 n4\n"
                      "waiters 20.0..40.0 y28.5 h8.5 n3\n"
                      "waiters 40.0..60.0 y31.5 h5.5 n2\n"
                      "waiters 60.0..100.0 y34 h3 n1\n"
                      "waiters 150.0..450.0 y34 h3 n1\n");
}

static void test_gil(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_gil(&source);
  fixture_assert_list(&source, turns_row(0), 0, 30, 600,
                      "turn 0.0..180.0 y2 h22 n1 'counter-a'\n"
                      "turn 180.0..200.0 y2 h22 n1\n"
                      "turn 200.0..380.0 y2 h22 n1 'counter-b'\n"
                      "turn 380.0..400.0 y2 h22 n1\n"
                      "turn 400.0..580.0 y2 h22 n1 'counter-a'\n"
                      "turn 580.0..600.0 y2 h22 n1\n"
                      "waiters 0.0..80.0 y32.5 h4.5 n1\n"
                      "waiters 80.0..200.0 y28 h9 n2\n"
                      "waiters 200.0..280.0 y32.5 h4.5 n1\n"
                      "waiters 280.0..400.0 y28 h9 n2\n"
                      "waiters 400.0..480.0 y32.5 h4.5 n1\n"
                      "waiters 480.0..600.0 y28 h9 n2\n"
                      "handover 177.0..183.0 y19 h7 n1 cited\n"
                      "handover 197.0..203.0 y19 h7 n1\n"
                      "handover 377.0..383.0 y19 h7 n1 cited\n"
                      "handover 397.0..403.0 y19 h7 n1\n"
                      "handover 577.0..583.0 y19 h7 n1 cited\n"
                      "handover 597.0..600.0 y19 h7 n1\n");
  /* Where holds are narrow, columns tell their shares: 9 ms of counter-a, 1 ms of the reader, 9 ms of counter-b, 1 ms of the reader. */
  fixture_assert_list(&source, turns_row(0), 0, 100, 5,
                      "turn 0.0..5.0 y22 h2 n0\n"
                      "turn 0.0..5.0 y12 h10 n0\n"
                      "turn 0.0..5.0 y2 h10 n0\n"
                      "waiters 0.0..5.0 y30 h7 n2\n");
}

static void test_schedule(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_async(&source);
  fixture_assert_list(&source, fixture_row(HD_ROW_OBJECT, HD_ASYNC_SCHEDULER, 44), 0, 600, 600,
                      "plan 46.0..54.0 y2 h39 n0\n"
                      "job 50.0..58.0 y15 h23\n"
                      "late 200.0..480.0 y6 h3 n0\n"
                      "plan 196.0..204.0 y2 h39 n0\n"
                      "job 480.0..500.0 y15 h23\n"
                      "plan 396.0..404.0 y2 h39 n0 cited\n");
}

static char *hover(const HdSource *source, HdRow row, double at_ms, double y_px) {
  g_autoptr(HdDisplayList) list = fixture_list(source, row, 0, 600, 600, TRUE);
  HdView view = {0, 1e6, 600};
  HdHit hit;
  return hd_hit_test(source, &row, list, &view, at_ms, y_px, &hit) ? hd_hover_text(source, &hit) : g_strdup("");
}

static void assert_hover(const HdSource *source, HdRow row, double at_ms, double y_px, const char *expected) {
  g_autofree char *found = hover(source, row, at_ms, y_px);
  g_assert_cmpstr(found, ==, expected);
}

static void test_hover(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_async(&source);
  HdRow fetch_1 = fixture_row(HD_ROW_THREAD, HD_ASYNC_FETCH_1, LANE_PX), slow = fixture_row(HD_ROW_THREAD, HD_ASYNC_SLOW, LANE_PX);
  HdRow parser = fixture_row(HD_ROW_THREAD, HD_ASYNC_PARSER, LANE_PX), loop = turns_row(HD_ASYNC_LOOP);
  assert_hover(&source, fetch_1, 300, 12,
               "fetch #1: ready for 262 ms\nthe loop was blocked by parse for 312 ms, parse (crawler.c:31)\nrequest=42");
  assert_hover(&source, fetch_1, 10, 12, "fetch #1: ready for 15 ms\nits loop ran others\nrequest=41");
  assert_hover(
      &source, parser, 200, 12,
      "parse runs on main\nstep 1 of 1, 312 ms: it blocks the loop\nready for 90 ms before\nthen it ended\nin fetch (crawler.c:22)");
  assert_hover(&source, slow, 570.5, 12, "slow, a task\nlived 560 ms, cancelled");
  assert_hover(
      &source, loop, 200, 12,
      "parse runs on main\nstep 1 of 1, 312 ms: it blocks the loop\nready for 90 ms before\nthen it ended\nin fetch (crawler.c:22)");
  assert_hover(&source, loop, 454, 12,
               "callback 1, a callback\nran 8 ms\n10 ms after it was scheduled\nscheduled in clean_up (crawler.c:80)");
  assert_hover(&source, loop, 80, 12, "loop waits for something to happen: nothing is ready");
  assert_hover(&source, loop, 15, 34, "loop: 4 ready to run");
  assert_hover(&source, fixture_row(HD_ROW_OBJECT, HD_ASYNC_SCHEDULER, 44), 490, 30,
               "clean_up, entry 3 of janitor\nplanned for 0.200 000 s\nbegan 0.480 000 s: 280 ms late\nran 20 ms\n"
               "entered in clean_up (crawler.c:80)");
  g_autofree char *waits = hover(&source, fixture_row(HD_ROW_THREAD, HD_ASYNC_FETCH_2, LANE_PX), 200, 12);
  g_assert_nonnull(strstr(waits, ", timed out"));
}

static void test_gil_hover(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_gil(&source);
  assert_hover(&source, turns_row(0), 4, 10, "counter-a has gil\n9 ms, until somebody asked for it\nin count (gil.c:24)");
  g_assert_true(hd_hold_was_forced(source.model, 0));
  g_assert_false(hd_hold_was_forced(source.model, 1));
}

/* Parents to children, an end to who awaited it, and who was asked to end. */
static void test_arrows(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_async(&source);
  HdView view = {0, 1e6, 600};
  g_autoptr(GArray) arrows = g_array_new(FALSE, FALSE, sizeof(HdArrow));
  hd_arrows_add_births(arrows, &source, &view);
  guint cancel_count = 0, await_count = 0;
  for (guint i = 0; i < arrows->len; i++) {
    const HdArrow *arrow = &g_array_index(arrows, HdArrow, i);
    cancel_count += arrow->cancels && arrow->from_actor == HD_ASYNC_ALL && arrow->to_actor == HD_ASYNC_SLOW;
    await_count += !arrow->cancels && arrow->from_actor == HD_ASYNC_PARSER && arrow->to_actor == HD_ASYNC_ALL;
  }
  g_assert_cmpuint(arrows->len, ==, 6);
  g_assert_cmpuint(cancel_count, ==, 1);
  g_assert_cmpuint(await_count, ==, 1);
}

static void test_labels(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_async(&source);
  g_autofree char *all = hd_label_values(source.model, HD_ASYNC_FETCH_1, " "),
                  *early = hd_label_values_at(source.model, HD_ASYNC_FETCH_1, 10000000),
                  *before = hd_label_values_at(source.model, HD_ASYNC_FETCH_1, 0), *count = hd_format_count(1234567),
                  *few = hd_format_count(999);
  g_assert_cmpstr(all, ==, "request=41 request=42");
  g_assert_cmpstr(early, ==, "request=41");
  g_assert_cmpstr(before, ==, "");
  g_assert_cmpstr(count, ==, "1,234,567");
  g_assert_cmpstr(few, ==, "999");
}

/* Ten thousand tasks: one row, until somebody asks for one of them. */
static void test_crowd(void) {
  enum { COUNT = 10000 };
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_task_crowd(COUNT, &source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  guint32 last = source.model->actor_count - 1;
  assert_rows(lanes, HD_PANE_ACTORS,
              "crowd  (4400) [1 thread · 10,000 tasks · exit 0]\n"
              " main []\n"
              "  loop [event loop]\n"
              "  fetch ×10,000 · 10 contended []");
  HdRow fold = *hd_lanes_row_of_actor(lanes, last);
  g_assert_cmpuint(fold.kind, ==, HD_ROW_FOLD);
  hd_lanes_reveal_actor(lanes, last);
  guint count;
  hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 5);
  g_assert_cmpstr(hd_lanes_row_of_actor(lanes, last)->name, ==, "fetch #10000");
  hd_lanes_set_opened(lanes, fold.id, TRUE);
  hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 4 + COUNT);
  hd_lanes_set_opened(lanes, fold.id, FALSE);
  hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  g_assert_cmpuint(count, ==, 4);
  hd_lanes_set_filter(lanes, "request=42");
  assert_rows(lanes, HD_PANE_ACTORS,
              "crowd  (4400) [1 thread · 10,000 tasks · exit 0]\n"
              "  fetch ×10,000 · 10 contended []\n"
              "   fetch #43 [task · request=42]");
}

/* What a fold says of the moment under the pointer. */
static void test_crowd_hover(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_task_crowd(1000, &source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  HdRow fold = *hd_lanes_row_of_actor(lanes, source.model->actor_count - 1);
  g_autoptr(HdDisplayList) list = fixture_list(&source, fold, 0, 30, 600, TRUE);
  HdView view = {0, 30e6 / 600, 600};
  HdHit hit;
  g_assert_true(hd_hit_test(&source, &fold, list, &view, 100, fold.height_px / 2, &hit));
  g_autofree char *words = hd_hover_text(&source, &hit); /* at 5 ms half of them have begun to sleep */
  g_assert_cmpstr(words, ==,
                  "1,000 of 1,000 live here, on the average:\n500  ready: preempted, or loop busy\n499  blocked: sleep, I/O\n"
                  "1.0  running\n1.0  waits for a lock");
}

/* The sums of a crowd are those of its members, one by one. */
static void test_sums(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_task_crowd(300, &source);
  const HdCrowd *crowd = hd_lod_crowd(source.lod, NULL, 0);
  g_assert_true(crowd == hd_lod_crowd(source.lod, NULL, 0));
  g_autoptr(GRand) random = g_rand_new_with_seed(4);
  gint64 end_ns = source.model->duration_ns;
  for (int i = 0; i < 200; i++) {
    gint64 from_ns = (gint64)(g_rand_double(random) * end_ns), to_ns = from_ns + (gint64)(g_rand_double(random) * (end_ns - from_ns));
    gint64 together_ns[HD_SHOWN_COUNT] = {0}, each_ns[HD_SHOWN_COUNT] = {0};
    hd_crowd_states(crowd, from_ns, to_ns, together_ns);
    for (guint32 actor = 0; actor < source.model->actor_count; actor++) {
      HdLodCursor cursor;
      hd_lod_cursor_init(&cursor, source.lod, actor);
      hd_lod_states(&cursor, from_ns, to_ns, each_ns);
    }
    g_assert_cmpmem(together_ns, sizeof together_ns, each_ns, sizeof each_ns);
  }
}

/* Far away, too, what a long step kept from running is told from what is merely ready. */
static void test_starved_column(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_async(&source);
  HdLodCursor cursor;
  gint64 states_ns[HD_SHOWN_COUNT] = {0};
  hd_lod_cursor_init(&cursor, source.lod, HD_ASYNC_FETCH_1);
  hd_lod_states(&cursor, 0, 600000000, states_ns);
  g_assert_cmpint(states_ns[HD_SHOWN_STARVED], ==, 262000000);
  g_assert_cmpint(states_ns[HD_STATE_READY], ==, 15000000);
  g_assert_true(hd_lod_has_state(source.lod, HD_ASYNC_FETCH_1, HD_SHOWN_STARVED));
  g_assert_false(hd_lod_has_state(source.lod, HD_ASYNC_FETCH_2, HD_SHOWN_STARVED));
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/tasks/rows", test_rows);
  g_test_add_func("/tasks/gil-rows", test_gil_rows);
  g_test_add_func("/tasks/lanes", test_lanes);
  g_test_add_func("/tasks/loop", test_loop);
  g_test_add_func("/tasks/gil", test_gil);
  g_test_add_func("/tasks/schedule", test_schedule);
  g_test_add_func("/tasks/hover", test_hover);
  g_test_add_func("/tasks/gil-hover", test_gil_hover);
  g_test_add_func("/tasks/arrows", test_arrows);
  g_test_add_func("/tasks/labels", test_labels);
  g_test_add_func("/tasks/crowd", test_crowd);
  g_test_add_func("/tasks/crowd-hover", test_crowd_hover);
  g_test_add_func("/tasks/sums", test_sums);
  g_test_add_func("/tasks/starved-column", test_starved_column);
  return g_test_run();
}
