/* What lies under the pointer, and what is said about it; the ruler's words. */
#include "findings.h"
#include "fixture.h"
#include "flags.h"
#include "hit.h"
#include "overview.h"
#include "ruler.h"
#include <string.h>

static gboolean hit_at(const HdSource *source, HdRow row, const HdView *view, double x, double y, HdHit *hit) {
  HdDisplayOptions options = {.clip = TRUE};
  g_autoptr(HdDisplayList) list = hd_display_list_new();
  hd_display_row(list, source, &row, view, &options);
  return hd_hit_test(source, &row, list, view, x, y, hit);
}

static void assert_says(const HdSource *source, const HdHit *hit, const char *part) {
  g_autofree char *text = hd_hover_text(source, hit);
  if (!strstr(text, part)) g_error("'%s' is not in '%s'", part, text);
}

static void test_thread(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  HdRow row = {.kind = HD_ROW_THREAD, .index = 3, .height_px = 26};
  HdView near_view = {1200000000, 48e6 / 960, 960};
  HdHit hit;
  g_assert_true(hit_at(&source, row, &near_view, 200, 12, &hit));
  g_assert_cmpuint(source.model->waits[hit.wait].begin_ns, ==, 1206000000);
  g_assert_cmpuint(hit.object, ==, 0);
  assert_says(&source, &hit, "writer-1 waits for log_lock · held by flusher in slow_flush (log.c:118)");
  assert_says(&source, &hit, "17.2 ms");
  assert_says(&source, &hit, "woken by flusher");
  g_assert_true(hit_at(&source, row, &near_view, 50, 12, &hit));
  assert_says(&source, &hit, "writer-1: running");
  /* a wait of a pixel, pointed at a pixel beside it */
  HdView far_view = {0, 38.2e9 / 960, 960};
  g_assert_true(hit_at(&source, row, &far_view, hd_view_x(&far_view, 1215000000) + 1.5, 20, &hit));
  g_assert_cmpuint(hit.wait, !=, HD_NONE);
  g_assert_cmpuint(source.model->waits[hit.wait].object, ==, 0);
  /* before its life */
  HdView before = {0, 1e6, 960};
  g_assert_false(hit_at(&source, row, &before, 100, 12, &hit));
}

static void test_object(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  HdRow row = {.kind = HD_ROW_OBJECT, .index = 0, .height_px = 44};
  HdView view = {1200000000, 48e6 / 960, 960};
  HdHit hit;
  g_assert_true(hit_at(&source, row, &view, 200, 10, &hit));
  g_assert_cmpuint(source.model->holds[hit.hold].begin_ns, ==, 1204000000);
  assert_says(&source, &hit, "log_lock: held by flusher");
  assert_says(&source, &hit, "acquired in slow_flush (log.c:118)");
  g_assert_true(hit_at(&source, row, &view, 400, 34, &hit));
  assert_says(&source, &hit, "3 waiting");
}

static void assert_time(gint64 at_ns, gint64 step_ns, const char *expected) {
  g_autofree char *found = hd_format_time(at_ns, step_ns);
  g_assert_cmpstr(found, ==, expected);
}

static void test_ruler(void) {
  assert_time(1204000000, 4000000, "1.204 s");
  assert_time(1216400000, 100000, "1.216 4 s");
  assert_time(1216400000, 1000, "1.216 400 s");
  assert_time(2000000000, 1000000000, "2 s");
  assert_time(125000000000, 1000000000, "2:05");
  assert_time(36000500000000, 100000000, "10:00:00.5");
  for (double ns_per_px = 1; ns_per_px < 1e11; ns_per_px *= 3.7) {
    HdView view = {1234567, ns_per_px, 1000};
    HdTicks ticks = hd_ticks(&view, 96);
    g_assert_cmpfloat(ticks.step_ns / ns_per_px, >=, 96);
    g_assert_cmpfloat(ticks.step_ns / ns_per_px, <=, 96 * 2.6 + 2);
    g_assert_cmpint(ticks.first_ns, >=, view.from_ns);
    g_assert_cmpint(ticks.first_ns % ticks.step_ns, ==, 0);
    g_assert_cmpint(ticks.step_ns % ticks.minor_step_ns, ==, 0);
  }
}

static void test_finding_view(void) {
  HdSource source;
  g_autoptr(HdFixture) ingest = hd_fixture_ingest(TRUE, &source);
  const HdFinding *finding = &source.analysis->findings[0];
  g_autoptr(GArray) waits = hd_finding_waits(finding);
  g_assert_cmpuint(waits->len, ==, 5);
  for (guint i = 1; i < waits->len; i++) g_assert_cmpuint(g_array_index(waits, guint32, i - 1), <, g_array_index(waits, guint32, i));
  HdView view = hd_finding_view(source.model, finding, 1000);
  g_assert_cmpint(view.from_ns, <, 1204000000);
  g_assert_cmpint(hd_view_end_ns(&view), >, 1242600000);
  g_assert_cmpfloat(8.1e6 / view.ns_per_px, >=, 20);
  g_autofree char *tag = hd_finding_tag(finding);
  g_assert_cmpstr(tag, ==, "occurred · 790 ms lost · 0.7 % of their time");
  HdSource deadlock_source;
  g_autoptr(HdFixture) deadlock = hd_fixture_deadlock(&deadlock_source);
  view = hd_finding_view(deadlock_source.model, &deadlock_source.analysis->findings[0], 1000);
  g_assert_cmpint(view.from_ns, <=, 120000000);
  g_assert_cmpint(hd_view_end_ns(&view), >, 201000000);
  g_assert_cmpint(hd_view_end_ns(&view), <, 300000000); /* not the seconds that follow */
}

static void test_overview(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_long(&source);
  HdView whole = hd_overview_whole(source.model, 1000);
  g_autoptr(HdOverview) overview = hd_overview_new(&source, &whole);
  guint with_waits = 0;
  for (guint i = 0; i < overview->bars->len; i++) with_waits += g_array_index(overview->bars, HdOverviewBar, i).tall > 0;
  g_assert_cmpuint(with_waits, >=, 10);
  g_assert_cmpuint(with_waits, <=, 20);
  HdView near_view = {3600000000000, 1e6, 1000}, around = hd_overview_around(source.model, &near_view, 1000);
  g_assert_cmpfloat_with_epsilon(around.ns_per_px, 50e6, 1);
  g_assert_cmpint(around.from_ns, <, near_view.from_ns);
  g_assert_cmpint(hd_view_end_ns(&around), >, hd_view_end_ns(&near_view));
}

static void test_flags(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  HdView whole = hd_overview_whole(source.model, 1000);
  for (guint i = 0; i < source.analysis->finding_count; i++) {
    double x = hd_view_x(&whole, source.analysis->findings[i].at_ns);
    guint32 found = hd_flag_at(&source, &whole, x);
    if (source.analysis->findings[i].grade != HD_GRADE_REFUTED) g_assert_cmpuint(found, ==, i);
  }
  HdView after = {source.model->duration_ns + 1000, 1e6, 1000};
  g_assert_cmpuint(hd_flag_at(&source, &after, 0), ==, HD_NONE);
}

/* The longest wait that somebody is to blame for: not main's join, which is longer. */
static void test_worst_wait(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  const HdWait *worst = &source.model->waits[hd_lod_worst_wait(source.lod)];
  for (guint32 i = 0; i < source.model->wait_count; i++) {
    const HdWait *wait = &source.model->waits[i];
    if (hd_state_styles[wait->state].shape == HD_SHAPE_TALL)
      g_assert_cmpint(wait->end_ns - wait->begin_ns, <=, worst->end_ns - worst->begin_ns);
  }
  g_assert_cmpuint(hd_state_styles[worst->state].shape, ==, HD_SHAPE_TALL);
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/hit/thread", test_thread);
  g_test_add_func("/hit/object", test_object);
  g_test_add_func("/hit/ruler", test_ruler);
  g_test_add_func("/hit/finding-view", test_finding_view);
  g_test_add_func("/hit/overview", test_overview);
  g_test_add_func("/hit/flags", test_flags);
  g_test_add_func("/hit/worst-wait", test_worst_wait);
  return g_test_run();
}
