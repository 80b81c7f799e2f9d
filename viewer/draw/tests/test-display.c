/* Display lists as text: what would be drawn. Words are measured as 6 px a character, so no font matters. */
#include "fixture-list.h"
#include <string.h>

static void test_thread(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  fixture_assert_list(&source, fixture_row(HD_ROW_THREAD, 3, 26), 1200, 1248, 960,
                      "state running bar 0.0..120.0 y7 h11\n"
                      "state wait-lock tall 120.0..464.0 y2 h21 'log_lock · flusher in slow_flush (log.c:118)'\n"
                      "state running bar 464.0..482.0 y7 h11\n"
                      "state blocked line 482.0..560.0 y11 h4\n"
                      "state running bar 560.0..580.0 y7 h11\n"
                      "state wait-lock tall 580.0..820.0 y2 h21 'log_lock · flusher'\n"
                      "state running bar 820.0..960.0 y7 h11\n");
  fixture_assert_list(&source, fixture_row(HD_ROW_THREAD, 1, 18), 1200, 1248, 480,
                      "state running bar 0.0..30.0 y4 h9\n"
                      "state wait-join low 30.0..415.0 y4 h9 'joins flusher'\n"
                      "state running bar 415.0..480.0 y4 h9\n");
}

/* Far away, the same lane is columns; the waits are still there. */
static void test_columns(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  fixture_assert_list(&source, fixture_row(HD_ROW_THREAD, 3, 26), 1100, 11100, 1000,
                      "state running bar 0.0..10.6 y7 h11\n"
                      "column wait-lock tall 10.6..12.0 y2 h21\n"
                      "column blocked line 12.0..13.0 y11 h4\n"
                      "column wait-lock tall 12.0..13.0 y14 h9\n"
                      "column wait-lock tall 13.0..14.1 y2 h21\n"
                      "state running bar 14.1..1000.0 y7 h11\n");
}

/* The words: the culprit's name is the last to go. */
static void test_words(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  static const struct {
    int width_px;
    const char *words;
  } steps[] = {{800, "waits for log_lock · held by flusher in slow_flush (log.c:118)"},
               {300, "log_lock · flusher in slow_flush (log.c:118)"},
               {200, "log_lock · flusher"},
               {80, "flusher"},
               {60, NULL}};
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
    g_autoptr(HdDisplayList) list = fixture_list(&source, fixture_row(HD_ROW_THREAD, 3, 26), 1206, 1223.2, steps[i].width_px, TRUE);
    const HdBox *box = &g_array_index(list->boxes, HdBox, 0);
    g_assert_cmpstr(box->words ? list->text->str + box->words : NULL, ==, steps[i].words);
  }
}

static void test_object(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  fixture_assert_list(&source, fixture_row(HD_ROW_OBJECT, 0, 44), 1220, 1230, 500,
                      "hold 0.0..145.0 y3 h17 'held by flusher'\n"
                      "hold 160.0..205.0 y3 h17\n"
                      "hold 210.0..250.0 y3 h17\n"
                      "hold 255.0..295.0 y3 h17\n"
                      "hold 300.0..500.0 y3 h17 'held by flusher'\n"
                      "waiters 0.0..160.0 y24.5 h13.5 n3\n"
                      "waiters 160.0..210.0 y29 h9 n2\n"
                      "waiters 210.0..255.0 y33.5 h4.5 n1\n"
                      "waiters 450.0..500.0 y33.5 h4.5 n1\n");
}

static void test_missing(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  guint32 process = hd_fixture_process(fixture, "p", 1), thread = hd_fixture_thread(fixture, process, "t", HD_NONE);
  hd_fixture_span(fixture, thread, 0, 40, HD_STATE_NOT_WAITING);
  hd_fixture_span(fixture, thread, 40, 60, HD_STATE_UNKNOWN);
  hd_fixture_span(fixture, thread, 60, 100, HD_STATE_NOT_WAITING);
  hd_fixture_lose(fixture, thread, 17, 40, 60);
  HdSource source = hd_fixture_source(fixture, 100);
  fixture_assert_list(&source, fixture_row(HD_ROW_THREAD, thread, 26), 0, 100, 100,
                      "state not-waiting hollow 0.0..40.0 y7 h11\n"
                      "state not-waiting hollow 60.0..100.0 y7 h11\n"
                      "missing 40.0..60.0 y0 h26 n17\n"
                      "end 100.0..101.5 y3 h20 n0\n");
}

/* At whatever zoom and place: every wait of the view is under a wait's box, at least 3 px high. */
static void test_no_wait_missed(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_long(&source);
  const HdModel *model = source.model;
  for (double length_ms = 36e6; length_ms > 20; length_ms /= 7) {
    guint found_count = 0;
    for (guint i = 0; i < model->wait_count; i++) {
      double begin_ms = (model->waits[i].begin_ns + 15000000) / 1e6 - length_ms * 0.37;
      g_autoptr(HdDisplayList) list =
          fixture_list(&source, fixture_row(HD_ROW_THREAD, model->waits[i].actor, 26), begin_ms, begin_ms + length_ms, 1000, FALSE);
      HdView view = {(gint64)(begin_ms * 1e6), length_ms * 1e6 / 1000, 1000};
      double x = hd_view_x(&view, model->waits[i].begin_ns + 1);
      for (guint j = 0; j < list->boxes->len; j++) {
        const HdBox *box = &g_array_index(list->boxes, HdBox, j);
        if (box->state != HD_STATE_WAIT_LOCK) continue;
        g_assert_cmpfloat(box->height_px, >=, 3);
        if (box->x0_px <= x + 0.01 && x <= box->x1_px + 0.01) {
          found_count++;
          break;
        }
      }
    }
    g_assert_cmpuint(found_count, ==, model->wait_count);
  }
}

/* Ten hours with ten short waits: ten specks, not a wall; and neighbours that look alike are one box. */
static void test_not_a_wall(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_long(&source);
  g_autoptr(HdDisplayList) list = fixture_list(&source, fixture_row(HD_ROW_THREAD, 3, 26), 0, 36e6, 1000, TRUE);
  double red_px = 0;
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    if (box->state == HD_STATE_WAIT_LOCK) red_px += (box->x1_px - box->x0_px) * box->height_px;
  }
  g_assert_cmpfloat(red_px, >=, 10 * 2 * 3);
  g_assert_cmpfloat(red_px, <=, 20 * 2 * 3);
  g_assert_cmpuint(list->boxes->len, <=, 60);
}

/* Tiles side by side show what one picture shows. */
static void test_seams(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  g_autoptr(HdDisplayList) whole = fixture_list(&source, fixture_row(HD_ROW_THREAD, 6, 26), 1150, 1250, 800, FALSE);
  g_autoptr(HdDisplayList) left = fixture_list(&source, fixture_row(HD_ROW_THREAD, 6, 26), 1150, 1200, 400, FALSE);
  g_autoptr(HdDisplayList) right = fixture_list(&source, fixture_row(HD_ROW_THREAD, 6, 26), 1200, 1250, 400, FALSE);
  for (guint i = 0; i < whole->boxes->len; i++) {
    const HdBox *box = &g_array_index(whole->boxes, HdBox, i);
    gboolean is_left = box->x0_px < 400;
    const HdDisplayList *part = is_left ? left : right;
    gboolean found = FALSE;
    for (guint j = 0; j < part->boxes->len; j++) {
      const HdBox *other = &g_array_index(part->boxes, HdBox, j);
      double x0 = other->x0_px + (is_left ? 0 : 400), x1 = other->x1_px + (is_left ? 0 : 400);
      found |= other->index == box->index && ABS(x0 - box->x0_px) < 0.01 && ABS(x1 - box->x1_px) < 0.01;
    }
    g_assert_true(found);
  }
}

static void test_cited(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  const HdModel *model = source.model;
  guint32 condition = HD_NONE;
  for (guint32 i = 0; i < model->wait_count; i++)
    if (model->waits[i].state == HD_STATE_WAIT_CONDITION) condition = i;
  HdRow row = fixture_row(HD_ROW_THREAD, model->waits[condition].actor, 26);
  const double lengths_ms[] = {48, 20000};
  for (guint i = 0; i < G_N_ELEMENTS(lengths_ms); i++) { /* as an interval and as a column */
    HdView view = {1200000000, lengths_ms[i] * 1e6 / 1000, 1000};
    HdDisplayOptions options = {.cited = &condition, .cited_count = 1};
    g_autoptr(HdDisplayList) list = hd_display_list_new();
    hd_display_row(list, &source, &row, &view, &options);
    gboolean tall = FALSE;
    for (guint j = 0; j < list->boxes->len; j++) {
      const HdBox *box = &g_array_index(list->boxes, HdBox, j);
      if (box->state == HD_STATE_WAIT_CONDITION) tall |= box->shape == HD_SHAPE_TALL && box->cited;
    }
    g_assert_true(tall);
  }
}

static void test_sum(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_crowd(&source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  guint count, red_count = 0;
  HdRow row = hd_lanes_rows(lanes, HD_PANE_ACTORS, &count)[2];
  g_autoptr(HdDisplayList) list = fixture_list(&source, row, 0, 2000, 1000, TRUE);
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    if (box->state != HD_STATE_WAIT_LOCK) continue;
    g_assert_cmpfloat(box->height_px, ==, 3);
    red_count++;
  }
  g_assert_cmpuint(red_count, ==, 3);
  row.opened = TRUE;
  g_autoptr(HdDisplayList) none = fixture_list(&source, row, 0, 2000, 1000, TRUE);
  g_assert_cmpuint(none->boxes->len, ==, 0);
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/display/thread", test_thread);
  g_test_add_func("/display/columns", test_columns);
  g_test_add_func("/display/words", test_words);
  g_test_add_func("/display/object", test_object);
  g_test_add_func("/display/missing", test_missing);
  g_test_add_func("/display/no-wait-missed", test_no_wait_missed);
  g_test_add_func("/display/not-a-wall", test_not_a_wall);
  g_test_add_func("/display/seams", test_seams);
  g_test_add_func("/display/cited", test_cited);
  g_test_add_func("/display/sum", test_sum);
  return g_test_run();
}
