/* Queues, jobs, shared variables, events, barriers, ends of processes: what is drawn, hit and said of them, and the index below. */
#include "arrows.h"
#include "findings.h"
#include "fixture-list.h"
#include "hit.h"
#include "names.h"
#include <errno.h>
#include <string.h>

static guint32 find_actor(const HdSource *source, const char *name) {
  for (guint32 i = 0; i < source->model->actor_count; i++)
    if (strcmp(source->model->actors[i].name, name) == 0) return i;
  g_error("no actor %s", name);
}

static HdRow worker_row(const HdSource *source) {
  HdRow row = fixture_row(HD_ROW_THREAD, find_actor(source, "worker-1"), 40);
  row.jobs_px = 14;
  return row;
}

static void assert_object(const HdSource *source, guint32 object, const char *expected) {
  fixture_assert_list(source, fixture_row(HD_ROW_OBJECT, object, 44), 0, 100, 1000, expected);
}

/* The bound at the top of the scale; the producer waits while it is full, the consumer while it is empty. */
static void test_queue(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_workshop(&source);
  assert_object(&source, HD_WORKSHOP_QUEUE,
                "bound 0.0..1000.0 y4 h1 n4\n"
                "chart 0.0..120.0 y25 h0 n0\n"
                "chart 120.0..140.0 y19.5 h5.5 n1\n"
                "chart 140.0..160.0 y14.5 h10.5 n2\n"
                "chart 160.0..180.0 y9 h16 n3\n"
                "chart 180.0..500.0 y4 h21 n4\n"
                "chart 500.0..600.0 y9 h16 n3\n"
                "chart 600.0..700.0 y14.5 h10.5 n2\n"
                "chart 700.0..1000.0 y19.5 h5.5 n1\n"
                "waiters 20.0..100.0 y33.5 h4.5 n1\n"
                "waiters 200.0..300.0 y33.5 h4.5 n1\n"
                "waiters 320.0..400.0 y33.5 h4.5 n1\n"
                "waiters 920.0..1000.0 y33.5 h4.5 n1\n");
}

/* Queued jobs above, those that run below; idle workers are nothing. */
static void test_executor(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_workshop(&source);
  assert_object(&source, HD_WORKSHOP_POOL,
                "chart 0.0..50.0 y25 h0 n0\n"
                "chart 50.0..70.0 y18 h7 n1\n"
                "chart 70.0..90.0 y11 h14 n2\n"
                "chart 90.0..300.0 y4 h21 n3\n"
                "chart 300.0..550.0 y11 h14 n2\n"
                "chart 550.0..620.0 y18 h7 n1\n"
                "chart 620.0..1000.0 y25 h0 n0\n"
                "level 60.0..80.0 y32 h6 n1\n"
                "level 80.0..700.0 y27 h11 n2\n"
                "level 700.0..900.0 y32 h6 n1\n");
}

static void test_signals(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_workshop(&source);
  assert_object(&source, HD_WORKSHOP_FLAG, "chart 0.0..720.0 y20 h0 n0\nchart 720.0..900.0 y4 h16 n1\nchart 900.0..1000.0 y20 h0 n0\n");
  assert_object(&source, HD_WORKSHOP_ROUND, "phase 720.0..760.0 y3 h17 n1\nwaiters 720.0..760.0 y33.5 h4.5 n1\n");
  assert_object(&source, HD_WORKSHOP_TREE,
                "hold 500.0..800.0 y3 h17 'held by producer · walk (shop.c:80)'\n"
                "nested 550.0..600.0 y14 h6 n2\n"
                "nested 600.0..700.0 y9 h11 n3\n"
                "nested 700.0..750.0 y14 h6 n2\n");
  fixture_assert_list(&source, fixture_row(HD_ROW_OBJECT, HD_WORKSHOP_ROUND, 44), 71, 77, 1200,
                      "phase 200.0..1000.0 y3 h17 n1 'phase 1 · worker-2 comes last'\nwaiters 200.0..1000.0 y33.5 h4.5 n1\n");
}

/* A line for each actor; the write that was lost is marked, and only that. */
static void test_shared(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_workshop(&source);
  g_autoptr(HdDisplayList) list = fixture_list(&source, fixture_row(HD_ROW_OBJECT, HD_WORKSHOP_COUNTER, 44), 0, 100, 1000, TRUE);
  g_assert_cmpuint(list->boxes->len, ==, 5);
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    g_assert_cmpuint(box->kind, ==, HD_BOX_ACCESS);
    g_assert_cmpuint(box->cited, ==, i == 2);
    g_assert_cmpuint(box->shape & HD_ACCESS_WRITE, ==, i == 2 || i == 3 ? HD_ACCESS_WRITE : 0);
    g_assert_cmpuint(box->shape & ~HD_ACCESS_WRITE, ==, i != 0 && i != 3); /* worker-1 came first */
  }
  HdView view = hd_finding_view(source.model, &source.analysis->findings[0], 1000);
  g_assert_cmpint(view.from_ns, <, 80000000);
  g_assert_cmpint(view.from_ns, >, 70000000);
  g_assert_cmpint(hd_view_end_ns(&view), >, 85000000);
}

static char *say_at(const HdSource *source, HdRow row, double x, double y) {
  HdView view = {0, 1e5, 1000};
  HdHit hit;
  HdDisplayOptions options = {.clip = TRUE};
  g_autoptr(HdDisplayList) list = hd_display_list_new();
  hd_display_row(list, source, &row, &view, &options);
  return hd_hit_test(source, &row, list, &view, x, y, &hit) ? hd_hover_text(source, &hit) : g_strdup("nothing");
}

/* A notification that finds nobody is marked: it is gone. */
static void test_lost_notify(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  guint32 notify = hd_fixture_site(fixture, "bake", "shop.c", 9, HD_OPERATION_CONDITION_NOTIFY);
  guint32 process = hd_fixture_process(fixture, "p", 1), thread = hd_fixture_thread(fixture, process, "t", HD_NONE),
          other = hd_fixture_thread(fixture, process, "u", HD_NONE);
  guint32 condition = hd_fixture_object(fixture, HD_KIND_CONDITION, "bread", HD_NONE, -1);
  hd_fixture_wait(fixture, thread, 20, 60, HD_STATE_WAIT_CONDITION, condition, HD_NONE, other);
  hd_fixture_span(fixture, other, 0, 100, HD_STATE_NOT_WAITING);
  const double times_ms[] = {10, 60, 80};
  for (guint i = 0; i < G_N_ELEMENTS(times_ms); i++) hd_fixture_mark(fixture, other, condition, times_ms[i] - 0.001, notify, 1);
  HdSource source = hd_fixture_source(fixture, 100);
  HdRow row = fixture_row(HD_ROW_OBJECT, condition, 44);
  g_autoptr(HdDisplayList) list = fixture_list(&source, row, 0, 100, 1000, TRUE);
  guint found = 0;
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    if (box->kind == HD_BOX_MARK) g_assert_cmpuint(box->cited, ==, found++ != 1);
  }
  g_assert_cmpuint(found, ==, 3);
  g_autofree char *words = say_at(&source, row, 100, 3);
  g_assert_cmpstr(words, ==, "bread: condition notify by u\nin bake (shop.c:9)\nnobody was waiting: it is lost");
}

/* A thread-local variable whose values are told has a lane, a line of it for each thread; nobody overwrites another's. */
static void test_local(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  guint32 set = hd_fixture_site(fixture, "handle", "shop.c", 9, HD_OPERATION_LOCAL_SET);
  guint32 process = hd_fixture_process(fixture, "p", 1), thread = hd_fixture_thread(fixture, process, "t", HD_NONE),
          other = hd_fixture_thread(fixture, process, "u", HD_NONE);
  guint32 local = hd_fixture_object(fixture, HD_KIND_LOCAL, "request", HD_NONE, -1);
  hd_fixture_span(fixture, thread, 0, 100, HD_STATE_NOT_WAITING);
  hd_fixture_span(fixture, other, 0, 100, HD_STATE_NOT_WAITING);
  const double times_ms[] = {10, 20, 50};
  for (guint i = 0; i < G_N_ELEMENTS(times_ms); i++) hd_fixture_mark(fixture, i == 1 ? other : thread, local, times_ms[i], set, 7 + i);
  HdSource source = hd_fixture_source(fixture, 100);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  guint count;
  hd_lanes_rows(lanes, HD_PANE_OBJECTS, &count);
  g_assert_cmpuint(count, ==, 1);
  HdRow row = fixture_row(HD_ROW_OBJECT, local, 44);
  g_autoptr(HdDisplayList) list = fixture_list(&source, row, 0, 100, 1000, TRUE);
  g_assert_cmpuint(list->boxes->len, ==, 3);
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    g_assert_cmpuint(box->kind, ==, HD_BOX_ACCESS);
    g_assert_cmpuint(box->shape, ==, (i == 1) | HD_ACCESS_WRITE);
    g_assert_false(box->cited);
  }
  const HdBox *first = &g_array_index(list->boxes, HdBox, 0);
  g_autofree char *words = say_at(&source, row, 100, first->y_px + first->height_px / 2);
  g_assert_cmpstr(words, ==, "t sets its request to 7 (0x7)\nin handle (shop.c:9)");
}

/* What was refused is a sign of its own, also on an object that nobody waited for, and says why. */
static void test_misuse(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  guint32 post = hd_fixture_site(fixture, "give", "shop.c", 9, HD_OPERATION_SEMAPHORE_POST);
  guint32 process = hd_fixture_process(fixture, "p", 1), thread = hd_fixture_thread(fixture, process, "t", HD_NONE);
  guint32 permits = hd_fixture_object(fixture, HD_KIND_SEMAPHORE, "permits", HD_NONE, 2),
          other = hd_fixture_object(fixture, HD_KIND_SEMAPHORE, "other", HD_NONE, 2);
  hd_fixture_span(fixture, thread, 0, 100, HD_STATE_NOT_WAITING);
  const double times_ms[] = {50, 80, 80.01};
  for (guint i = 0; i < G_N_ELEMENTS(times_ms); i++) hd_fixture_misuse(fixture, thread, permits, times_ms[i], post, EPERM);
  hd_fixture_mark(fixture, thread, other, 20, post, 1);
  HdSource source = hd_fixture_source(fixture, 100);
  HdRow row = fixture_row(HD_ROW_OBJECT, permits, 44);
  fixture_assert_list(&source, row, 0, 100, 1000, "misuse 496.0..504.0 y2 h8 n1\nmisuse 796.0..804.0 y2 h8 n2\n");
  g_autofree char *one = say_at(&source, row, 500, 5), *two = say_at(&source, row, 800, 5);
  g_assert_true(g_str_has_prefix(one, "permits: semaphore post by t was refused\nEPERM: "));
  g_assert_true(g_str_has_suffix(one, "\nin give (shop.c:9)"));
  g_assert_cmpstr(two, ==, "permits: wrongly used 2 times");
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  g_assert_nonnull(hd_lanes_row_of_object(lanes, permits));
  g_assert_null(hd_lanes_row_of_object(lanes, other));
}

static void test_actors(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_workshop(&source);
  fixture_assert_list(&source, worker_row(&source), 0, 100, 1000,
                      "state not-waiting hollow 40.0..720.0 y21 h11\n"
                      "state wait-barrier low 720.0..760.0 y21 h11\n"
                      "state not-waiting hollow 760.0..1000.0 y21 h11\n"
                      "job 60.0..300.0 y2 h13 'resize · queued 1 ms'\n"
                      "job 300.0..700.0 y2 h13 'sharpen · queued 23 ms'\n");
  /* far away: densities that merge */
  fixture_assert_list(&source, worker_row(&source), 0, 100000, 1000,
                      "column not-waiting hollow 0.0..1.0 y21 h11\n"
                      "column wait-barrier low 0.0..2.0 y29 h3\n"
                      "job 0.1..1.0 y6 h9\n");
  fixture_assert_list(&source, fixture_row(HD_ROW_THREAD, find_actor(&source, "consumer"), 26), 0, 50, 1000,
                      "state not-waiting hollow 0.0..40.0 y7 h11\n"
                      "state wait-queue low 40.0..200.0 y7 h11 'waits for orders'\n"
                      "state not-waiting hollow 200.0..1000.0 y7 h11\n"
                      "item 197.5..202.5 y21 h4 n1\n"
                      "item 597.5..602.5 y21 h4 n1\n"
                      "item 797.5..802.5 y21 h4 n1\n"
                      "item 997.5..1000.0 y21 h4 n1\n");
  fixture_assert_list(&source, fixture_row(HD_ROW_PROCESS, find_actor(&source, "ls"), 24), 0, 100, 1000,
                      "life 200.0..450.0 y5 h11 n0 'ls · seen by its parent only'\n"
                      "end 450.0..451.5 y3 h18 n2 'exit 2'\n");
  fixture_assert_list(&source, fixture_row(HD_ROW_THREAD, find_actor(&source, "helper") + 1, 26), 0, 100, 1000,
                      "state not-waiting hollow 45.0..600.0 y7 h11\n"
                      "end 600.0..601.5 y3 h20 n-15 'killed by SIGTERM'\n");
}

static void test_rows(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_workshop(&source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  const HdRow *worker = hd_lanes_row_of_actor(lanes, find_actor(&source, "worker-2")),
              *producer = hd_lanes_row_of_actor(lanes, find_actor(&source, "producer"));
  g_assert_cmpint(producer->jobs_px, ==, 0);
  g_assert_cmpint(worker->jobs_px, >, 0);
  g_assert_cmpint(worker->height_px - worker->jobs_px, ==, producer->height_px);
  g_assert_cmpstr(hd_lanes_row_of_object(lanes, HD_WORKSHOP_QUEUE)->note, ==, "queue of 4 · shop.c:12 · waited 34 ms");
  g_assert_cmpstr(hd_lanes_row_of_object(lanes, HD_WORKSHOP_POOL)->note, ==, "executor of 2, ≤ 3 queued · shop.c:12");
  const HdRow *list = hd_lanes_row_of_actor(lanes, find_actor(&source, "ls"));
  g_assert_cmpstr(list->note, ==, "seen by its parent only · exit 2");
  const HdRow *helper = hd_lanes_row_of_actor(lanes, find_actor(&source, "helper"));
  g_assert_cmpstr(helper->name, ==, "helper  (701)");
  g_assert_cmpstr(helper->note, ==, "killed by SIGTERM");
  g_assert_cmpuint(helper->kind, ==, HD_ROW_THREAD);
  hd_lanes_set_opened(lanes, list->id, TRUE); /* there is nothing in it */
  g_assert_false(hd_lanes_row_of_actor(lanes, find_actor(&source, "ls"))->opened);
  /* of five futures the one that was waited for */
  guint32 future_count = 0;
  for (guint32 i = 0; i < source.model->object_count; i++)
    future_count += source.model->objects[i].kind == HD_KIND_FUTURE && hd_lanes_row_of_object(lanes, i);
  g_assert_cmpuint(future_count, ==, 1);
}

/* Ten thousand futures, all waited for: one row. */
static void test_future_fold(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  guint32 process = hd_fixture_process(fixture, "p", 1), thread = hd_fixture_thread(fixture, process, "t", HD_NONE),
          worker = hd_fixture_thread(fixture, process, "w", HD_NONE);
  guint32 pool = hd_fixture_object(fixture, HD_KIND_EXECUTOR, "pool", HD_NONE, 1);
  enum { COUNT = 300 };
  for (int i = 0; i < COUNT; i++) {
    guint32 future = hd_fixture_object(fixture, HD_KIND_FUTURE, "future", HD_NONE, -1);
    hd_fixture_wait(fixture, thread, i * 40, i * 40 + 40, HD_STATE_WAIT_FUTURE, future, HD_NONE, worker);
    hd_fixture_job(fixture, pool, future, thread, i * 40, worker, i * 40 + 1, i * 40 + 39, HD_NONE);
  }
  hd_fixture_span(fixture, worker, 0, COUNT * 40, HD_STATE_NOT_WAITING);
  HdSource source = hd_fixture_source(fixture, 2000); /* as if they were a part of a second each */
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  guint count;
  const HdRow *rows = hd_lanes_rows(lanes, HD_PANE_OBJECTS, &count);
  g_assert_cmpuint(count, ==, 2);
  g_assert_cmpstr(rows[0].name, ==, "futures ×300 of pool");
  g_assert_cmpuint(rows[0].member_count, ==, COUNT);
}

static void assert_says(const HdSource *source, HdRow row, double x, double y, const char *expected) {
  g_autofree char *found = say_at(source, row, x, y);
  g_assert_cmpstr(found, ==, expected);
}

static void test_hover(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_workshop(&source);
  HdRow consumer = fixture_row(HD_ROW_THREAD, find_actor(&source, "consumer"), 26);
  assert_says(
      &source, worker_row(&source), 400, 8,
      "sharpen of pool\nqueued 23 ms\nrun 40 ms by worker-1\nsubmitted by main\nin order (shop.c:40)\nmain waited 61 ms for the result");
  assert_says(&source, worker_row(&source), 400, 26, "worker-1: not waiting (CPU not observed)\n68 ms");
  assert_says(&source, consumer, 300, 23, "item 2 of orders\n18 ms from put to get\nput by producer\ngot by consumer");
  /* a wait says what it got */
  assert_says(
      &source, consumer, 50, 12,
      "consumer waits for orders\n8 ms\nwoken by producer\nitem 1 of orders\n0 ns from put to get\nput by producer\ngot by consumer");
  HdRow queue = fixture_row(HD_ROW_OBJECT, HD_WORKSHOP_QUEUE, 44);
  assert_says(&source, queue, 300, 10, "orders: 4 items of 4, full");
  assert_says(&source, fixture_row(HD_ROW_OBJECT, HD_WORKSHOP_POOL, 44), 200, 10, "pool: 3 queued jobs\n2 running");
  assert_says(&source, fixture_row(HD_ROW_OBJECT, HD_WORKSHOP_COUNTER, 44), 830, 28,
              "worker-2 writes counter, version 2\nlost: who overwrites it had read the value before\nin count (shop.c:61)");
  assert_says(&source, fixture_row(HD_ROW_OBJECT, HD_WORKSHOP_FLAG, 44), 800, 10, "open: set");
  assert_says(&source, fixture_row(HD_ROW_OBJECT, HD_WORKSHOP_TREE, 44), 650, 10,
              "tree: held by producer\n30 ms\ntaken 3 times here\nacquired in walk (shop.c:80)\nreleased in walk (shop.c:80)");
  assert_says(&source, fixture_row(HD_ROW_PROCESS, find_actor(&source, "ls"), 24), 300, 12,
              "ls, process 702\nlived 25 ms\nexit 2\nit recorded nothing itself: only its parent saw it");
}

static void assert_arrow(const GArray *arrows, guint number, guint32 from, gint64 from_ns, guint32 to, gint64 to_ns) {
  const HdArrow *arrow = &g_array_index(arrows, HdArrow, number);
  g_assert_cmpuint(arrows->len, >, number);
  g_assert_cmpuint(arrow->from_actor, ==, from);
  g_assert_cmpint(arrow->from_ns, ==, from_ns);
  g_assert_cmpuint(arrow->to_actor, ==, to);
  g_assert_cmpint(arrow->to_ns, ==, to_ns);
}

static void test_arrows(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_workshop(&source);
  guint32 main_thread = find_actor(&source, "main"), worker = find_actor(&source, "worker-1"), producer = find_actor(&source, "producer"),
          consumer = find_actor(&source, "consumer");
  g_autoptr(GArray) job = g_array_new(FALSE, FALSE, sizeof(HdArrow)), item = g_array_new(FALSE, FALSE, sizeof(HdArrow)),
                    births = g_array_new(FALSE, FALSE, sizeof(HdArrow)), work = g_array_new(FALSE, FALSE, sizeof(HdArrow));
  hd_arrows_add_job(job, &source, 2);
  g_assert_cmpuint(job->len, ==, 2);
  assert_arrow(job, 0, main_thread, 7000000, worker, 30000000);
  assert_arrow(job, 1, worker, 70000000, main_thread, 71000000);
  hd_arrows_add_item(item, &source, 1);
  assert_arrow(item, 0, producer, 12000000, consumer, 30000000);
  HdView view = {0, 1e5, 1000}, late = {50000000, 1e4, 1000};
  hd_arrows_add_births(births, &source, &view);
  g_assert_cmpuint(births->len, ==, 2);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  hd_arrows_add_work(work, &source, lanes, &view);
  g_assert_cmpuint(work->len, ==, 0); /* many that last long: they would clutter */
  g_array_set_size(work, 0);
  hd_arrows_add_work(work, &source, lanes, &late);
  g_assert_cmpuint(work->len, ==, 2);
  assert_arrow(work, 0, producer, 16000000, consumer, 50000000);
}

/* What many things at random do, against a count by hand. */
static void test_levels(void) {
  g_autoptr(HdFixture) fixture = hd_fixture_new(FALSE);
  g_autoptr(GRand) random = g_rand_new_with_seed(4);
  enum { COUNT = 5000 };
  guint32 process = hd_fixture_process(fixture, "p", 1), a = hd_fixture_thread(fixture, process, "a", HD_NONE),
          b = hd_fixture_thread(fixture, process, "b", HD_NONE), queue = hd_fixture_object(fixture, HD_KIND_QUEUE, "q", HD_NONE, -1);
  hd_fixture_span(fixture, a, 0, 1000, HD_STATE_NOT_WAITING);
  hd_fixture_span(fixture, b, 0, 1000, HD_STATE_NOT_WAITING);
  for (int i = 0; i < COUNT; i++) {
    double put_ms = g_rand_double_range(random, 0, 990);
    hd_fixture_item(fixture, queue, a, put_ms, b, i % 50 ? put_ms + g_rand_double_range(random, 0, 10) : -1);
  }
  HdSource source = hd_fixture_source(fixture, 1000);
  HdSteps depth = hd_lod_level(source.lod, queue, HD_LEVEL_ITEMS);
  for (int i = 0; i < 300; i++) {
    gint64 from_ns = g_rand_int_range(random, 0, 900000000), to_ns = from_ns + g_rand_int_range(random, 1, i % 2 ? 100000 : 99000000);
    gint64 sum_ns = 0;
    gint32 now = 0;
    for (guint j = 0; j < COUNT; j++) {
      const HdItem *item = &source.model->items[j];
      sum_ns += MAX(0, MIN(item->get_ns, to_ns) - MAX(item->put_ns, from_ns));
      now += item->put_ns <= from_ns && from_ns < item->get_ns;
    }
    HdLevelRange range = hd_lod_level_range(source.lod, queue, HD_LEVEL_ITEMS, from_ns, to_ns);
    guint32 step = hd_steps_at(&depth, from_ns);
    g_assert_cmpint(range.sum_ns, ==, sum_ns);
    g_assert_cmpint(step == HD_NONE ? 0 : depth.value[step], ==, now);
    g_assert_cmpint(range.least, <=, now);
    g_assert_cmpint(range.most, >=, now);
    g_assert_cmpint((gint64)range.least * (to_ns - from_ns), <=, sum_ns);
    g_assert_cmpint((gint64)range.most * (to_ns - from_ns), >=, sum_ns);
  }
  guint32 count;
  const guint32 *items = hd_lod_items(source.lod, b, &count);
  g_assert_cmpuint(count, ==, COUNT - COUNT / 50);
  for (guint32 i = 1; i < count; i++) g_assert_cmpint(hd_lod_item_ns(source.lod, items[i - 1]), <=, hd_lod_item_ns(source.lod, items[i]));
  /* far away: a chart of columns within the lane, not a box an item */
  g_autoptr(HdDisplayList) list = fixture_list(&source, fixture_row(HD_ROW_OBJECT, queue, 44), 0, 1000, 500, TRUE);
  g_assert_cmpuint(list->boxes->len, <=, 2 * 500 + 4);
  g_assert_cmpuint(list->boxes->len, >, 300);
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    g_assert_cmpfloat(box->y_px, >=, 0);
    g_assert_cmpfloat(box->y_px + box->height_px, <=, 44);
  }
}

static void test_names(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_workshop(&source);
  guint32 helper = find_actor(&source, "helper") + 1, worker = find_actor(&source, "worker-1"), consumer = find_actor(&source, "consumer");
  g_autofree char *same = hd_actor_label_beside(source.model, worker, consumer),
                  *other = hd_actor_label_beside(source.model, worker, helper),
                  *main_thread = hd_actor_label_beside(source.model, helper, worker);
  g_assert_cmpstr(same, ==, "worker-1");
  g_assert_cmpstr(other, ==, "worker-1 of shop");
  g_assert_cmpstr(main_thread, ==, "helper");
  /* by itself only where it could be taken for another */
  g_autofree char *unique = hd_actor_label_beside(source.model, worker, HD_NONE),
                  *taken = hd_actor_label_beside(source.model, helper, HD_NONE);
  g_assert_cmpstr(unique, ==, "worker-1");
  g_assert_cmpstr(taken, ==, "helper");
  g_autofree char *fine = hd_exit_words(0), *killed = hd_exit_words(-9), *odd = hd_exit_words(-200);
  g_assert_cmpstr(fine, ==, "exit 0");
  g_assert_cmpstr(killed, ==, "killed by SIGKILL");
  g_assert_cmpstr(odd, ==, "killed by signal 200");
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/work/queue", test_queue);
  g_test_add_func("/work/executor", test_executor);
  g_test_add_func("/work/signals", test_signals);
  g_test_add_func("/work/shared", test_shared);
  g_test_add_func("/work/lost-notify", test_lost_notify);
  g_test_add_func("/work/local", test_local);
  g_test_add_func("/work/misuse", test_misuse);
  g_test_add_func("/work/actors", test_actors);
  g_test_add_func("/work/rows", test_rows);
  g_test_add_func("/work/future-fold", test_future_fold);
  g_test_add_func("/work/hover", test_hover);
  g_test_add_func("/work/arrows", test_arrows);
  g_test_add_func("/work/levels", test_levels);
  g_test_add_func("/work/names", test_names);
  return g_test_run();
}
