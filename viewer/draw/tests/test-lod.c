/* The level-of-detail index against a count by hand, and: nothing falls between two stretches. */
#include "fixture.h"
#include <string.h>

/* A lane of random short intervals. */
static HdFixture *random_lane(guint32 seed, int count, double *end_ms, HdSource *source) {
  HdFixture *fixture = hd_fixture_new(TRUE);
  g_autoptr(GRand) random = g_rand_new_with_seed(seed);
  guint32 process = hd_fixture_process(fixture, "p", 1), thread = hd_fixture_thread(fixture, process, "t", HD_NONE),
          other = hd_fixture_thread(fixture, process, "u", HD_NONE);
  guint32 lock = hd_fixture_object(fixture, HD_KIND_LOCK, "lock", HD_NONE, -1);
  double at_ms = 5;
  for (int i = 0; i < count; i++) {
    double next_ms = at_ms + 0.001 + g_rand_double(random) * (i % 97 == 0 ? 5 : 0.1);
    int kind = g_rand_int_range(random, 0, 10);
    if (kind == 0) {
      hd_fixture_wait(fixture, thread, at_ms, next_ms, HD_STATE_WAIT_LOCK, lock, HD_NONE, HD_NONE);
      hd_fixture_hold(fixture, other, lock, at_ms - 0.0005, next_ms - 0.0002, HD_NONE, FALSE);
    } else
      hd_fixture_span(fixture, thread, at_ms, next_ms, kind < 6 ? HD_STATE_RUNNING : HD_STATE_BLOCKED);
    at_ms = next_ms;
  }
  *end_ms = at_ms;
  *source = hd_fixture_source(fixture, at_ms);
  return fixture;
}

static void count_by_hand(const HdModel *model, guint32 actor, gint64 from_ns, gint64 to_ns, gint64 *states_ns) {
  for (guint32 i = 0; i < model->actors[actor].interval_count; i++) {
    guint32 index = model->actors[actor].interval_first + i;
    gint64 end_ns = hd_model_interval_end_ns(model, actor, index);
    gint64 overlap_ns = MIN(end_ns, to_ns) - MAX(model->intervals.begin_ns[index], from_ns);
    if (overlap_ns > 0) states_ns[model->intervals.state[index]] += overlap_ns;
  }
}

static void test_states(void) {
  HdSource source;
  double end_ms;
  g_autoptr(HdFixture) fixture = random_lane(11, 3000, &end_ms, &source);
  g_autoptr(GRand) random = g_rand_new_with_seed(5);
  HdLodCursor cursor;
  hd_lod_cursor_init(&cursor, source.lod, 1);
  for (int i = 0; i < 2000; i++) { /* short enough to be exact, back and forth */
    gint64 from_ns = (gint64)(g_rand_double(random) * end_ms * 1e6) - 1000000, to_ns = from_ns + g_rand_int_range(random, 1, 30000000);
    gint64 found[HD_SHOWN_COUNT] = {0}, expected[HD_SHOWN_COUNT] = {0};
    hd_lod_states(&cursor, from_ns, to_ns, found);
    count_by_hand(source.model, 1, from_ns, to_ns, expected);
    g_assert_cmpmem(found, sizeof found, expected, sizeof expected);
    guint32 interval = hd_lod_interval_at(&cursor, to_ns), asked = hd_model_interval_at(source.model, 1, to_ns);
    g_assert_cmpuint(interval == HD_NONE ? HD_NONE : interval + source.model->actors[1].interval_first, ==, asked);
  }
}

/* Whatever the columns, each wait shows in one at least; and long stretches are right within 2 %. */
static void test_nothing_missed(void) {
  HdSource source;
  double end_ms;
  g_autoptr(HdFixture) fixture = random_lane(3, 60000, &end_ms, &source);
  gint64 end_ns = (gint64)(end_ms * 1e6);
  const int column_counts[] = {1, 2, 3, 7, 100, 1920};
  for (guint i = 0; i < G_N_ELEMENTS(column_counts); i++) {
    HdLodCursor cursor;
    hd_lod_cursor_init(&cursor, source.lod, 1);
    gint64 waited_ns = 0, expected[HD_SHOWN_COUNT] = {0};
    count_by_hand(source.model, 1, 0, end_ns, expected);
    for (int column = 0; column < column_counts[i]; column++) {
      gint64 states_ns[HD_SHOWN_COUNT] = {0};
      hd_lod_states(&cursor, end_ns * column / column_counts[i], end_ns * (column + 1) / column_counts[i], states_ns);
      waited_ns += states_ns[HD_STATE_WAIT_LOCK];
    }
    g_assert_cmpint(waited_ns, >=, expected[HD_STATE_WAIT_LOCK]);
    g_assert_cmpint(waited_ns, <=, expected[HD_STATE_WAIT_LOCK] + expected[HD_STATE_WAIT_LOCK] / 50);
  }
}

static void test_object(void) {
  HdSource source;
  double end_ms;
  g_autoptr(HdFixture) fixture = random_lane(23, 6000, &end_ms, &source);
  const HdModel *model = source.model;
  g_autoptr(GRand) random = g_rand_new_with_seed(6);
  for (int i = 0; i < 500; i++) {
    gint64 from_ns = (gint64)(g_rand_double(random) * end_ms * 1e6),
           to_ns = from_ns + g_rand_int_range(random, 1, i % 2 ? 1000000 : 100000000);
    gint64 held_ns = 0, waited_ns = 0;
    for (guint32 j = 0; j < model->hold_count; j++)
      held_ns += MAX(0, MIN(model->holds[j].end_ns, to_ns) - MAX(model->holds[j].begin_ns, from_ns));
    for (guint32 j = 0; j < model->wait_count; j++)
      waited_ns += MAX(0, MIN(model->waits[j].end_ns, to_ns) - MAX(model->waits[j].begin_ns, from_ns));
    HdObjectSums sums;
    hd_lod_object(source.lod, 0, from_ns, to_ns, &sums);
    g_assert_cmpint(sums.held_ns, ==, held_ns);
    g_assert_cmpint(sums.waited_ns, ==, waited_ns);
    g_assert_cmpuint(sums.waiters_max, ==, waited_ns > 0);
    guint32 hold = hd_lod_hold_after(source.lod, 0, from_ns), expected = HD_NONE;
    for (guint32 j = 0; j < model->hold_count && expected == HD_NONE; j++)
      if (model->holds[j].end_ns > from_ns) expected = j;
    g_assert_cmpuint(hold, ==, expected);
  }
}

static void test_permits(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  guint32 take = hd_fixture_site(fixture, "f", "f.c", 1, HD_OPERATION_SEMAPHORE_ACQUIRE),
          post = hd_fixture_site(fixture, "g", "f.c", 2, HD_OPERATION_SEMAPHORE_POST);
  guint32 process = hd_fixture_process(fixture, "p", 1), thread = hd_fixture_thread(fixture, process, "t", HD_NONE);
  guint32 semaphore = hd_fixture_object(fixture, HD_KIND_SEMAPHORE, "three", HD_NONE, 3);
  hd_fixture_span(fixture, thread, 0, 10, HD_STATE_NOT_WAITING);
  hd_fixture_wait(fixture, thread, 10, 20, HD_STATE_WAIT_SEMAPHORE, semaphore, HD_NONE, HD_NONE);
  const double takes_ms[] = {1, 2, 3};
  for (guint i = 0; i < 3; i++) hd_fixture_mark(fixture, thread, semaphore, takes_ms[i], take, 0);
  hd_fixture_mark(fixture, thread, semaphore, 20, post, 1);
  hd_fixture_mark(fixture, thread, semaphore, 30, post, 2);
  HdSource source = hd_fixture_source(fixture, 40);
  HdSteps permits = hd_lod_level(source.lod, semaphore, HD_LEVEL_PERMITS);
  const gint32 expected[] = {2, 1, 0, 0, 2}; /* the post at 20 goes to the waiter */
  g_assert_cmpuint(permits.count, ==, G_N_ELEMENTS(expected));
  g_assert_cmpint(permits.first_value, ==, 3);
  g_assert_cmpmem(permits.value, permits.count * sizeof(gint32), expected, sizeof expected);
}

/* A task that awaited its permit tells the take besides: that counts once. */
static void test_permits_of_tasks(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  guint32 take = hd_fixture_site(fixture, "f", "f.c", 1, HD_OPERATION_SEMAPHORE_ACQUIRE),
          post = hd_fixture_site(fixture, "g", "f.c", 2, HD_OPERATION_SEMAPHORE_POST),
          await = hd_fixture_site(fixture, "f", "f.c", 1, HD_OPERATION_ASYNC_SEMAPHORE_AWAIT);
  guint32 process = hd_fixture_process(fixture, "p", 1), thread = hd_fixture_thread(fixture, process, "t", HD_NONE);
  guint32 semaphore = hd_fixture_object(fixture, HD_KIND_SEMAPHORE, "one", HD_NONE, 1);
  hd_fixture_wait(fixture, thread, 10, 20, HD_STATE_WAIT_SEMAPHORE, semaphore, HD_NONE, HD_NONE);
  hd_fixture_mark(fixture, thread, semaphore, 5, take, 0);
  hd_fixture_mark(fixture, thread, semaphore, 20, post, 1);
  hd_fixture_mark(fixture, thread, semaphore, 21, take, 0);
  hd_fixture_mark(fixture, thread, semaphore, 30, post, 1);
  HdSource source = hd_fixture_source(fixture, 40);
  ((HdModel *)source.model)->waits[0].site = await;
  g_autoptr(HdLod) lod = hd_lod_new(source.model, NULL, NULL);
  HdSteps permits = hd_lod_level(lod, semaphore, HD_LEVEL_PERMITS);
  const gint32 expected[] = {0, 1, 0, 1};
  g_assert_cmpmem(permits.value, permits.count * sizeof(gint32), expected, sizeof expected);
}

static gboolean cancel(double fraction, const char *what, gpointer user_data) { return FALSE; }

static void test_cancel(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  g_assert_null(hd_lod_new(source.model, cancel, NULL));
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/lod/states", test_states);
  g_test_add_func("/lod/nothing-missed", test_nothing_missed);
  g_test_add_func("/lod/object", test_object);
  g_test_add_func("/lod/permits", test_permits);
  g_test_add_func("/lod/permits-of-tasks", test_permits_of_tasks);
  g_test_add_func("/lod/cancel", test_cancel);
  return g_test_run();
}
