/* A workshop: everything that works is handed on. */
#include "fixture.h"

#define IDLE HD_STATE_NOT_WAITING

/* A wait of which the sites' operation tells whether it puts or gets. */
static void queue_waits(HdFixture *fixture, guint32 thread, guint32 queue, const double *times, guint count, guint32 other) {
  double at_ms = 0;
  for (guint i = 0; i < count; i += 2) {
    hd_fixture_span(fixture, thread, at_ms, times[i], IDLE);
    hd_fixture_wait(fixture, thread, times[i], times[i + 1], HD_STATE_WAIT_QUEUE, queue, HD_NONE, other);
    at_ms = times[i + 1];
  }
  hd_fixture_span(fixture, thread, at_ms, 100, IDLE);
}

static void add_queue(HdFixture *fixture, guint32 queue, guint32 producer, guint32 consumer) {
  const double producer_waits[] = {20, 30, 32, 40}, consumer_waits[] = {2, 10, 92, 100};
  queue_waits(fixture, producer, queue, producer_waits, 4, consumer);
  queue_waits(fixture, consumer, queue, consumer_waits, 4, producer);
  const double puts[] = {10, 12, 14, 16, 18, 30, 40}, gets[] = {10, 30, 40, 50, 60, 70, -1};
  for (guint i = 0; i < G_N_ELEMENTS(puts); i++) hd_fixture_item(fixture, queue, producer, puts[i], consumer, gets[i]);
}

static void add_pool(HdFixture *fixture, guint32 pool, guint32 main_thread, const guint32 *workers, guint32 site) {
  static const char *const names[] = {"resize", "crop", "sharpen", "rotate", "blur"};
  const double submits[] = {5, 6, 7, 8, 9}, begins[] = {6, 8, 30, -1, 55}, ends[] = {30, 55, 70, 62, 90};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    guint32 future = hd_fixture_object(fixture, HD_KIND_FUTURE, names[i], HD_NONE, -1);
    hd_fixture_job(fixture, pool, future, main_thread, submits[i], workers[i == 1 || i == 4], begins[i], ends[i], site);
    if (i == 2) hd_fixture_wait(fixture, main_thread, 10, 71, HD_STATE_WAIT_FUTURE, future, HD_NONE, workers[0]);
  }
}

HdFixture *hd_fixture_workshop(HdSource *source) {
  HdFixture *fixture = hd_fixture_new(FALSE);
  guint32 made = hd_fixture_site(fixture, "open_shop", "shop.c", 12, HD_OPERATION_OBJECT_INIT);
  guint32 submit = hd_fixture_site(fixture, "order", "shop.c", 40, HD_OPERATION_JOB_SUBMIT);
  guint32 read = hd_fixture_site(fixture, "count", "shop.c", 60, HD_OPERATION_SHARED_READ);
  guint32 write = hd_fixture_site(fixture, "count", "shop.c", 61, HD_OPERATION_SHARED_WRITE);
  guint32 set = hd_fixture_site(fixture, "ring", "shop.c", 70, HD_OPERATION_EVENT_SET);
  guint32 clear = hd_fixture_site(fixture, "hush", "shop.c", 71, HD_OPERATION_EVENT_CLEAR);
  guint32 lock = hd_fixture_site(fixture, "walk", "shop.c", 80, HD_OPERATION_RLOCK_ACQUIRE);
  guint32 queue = hd_fixture_object(fixture, HD_KIND_QUEUE, "orders", made, 4),
          pool = hd_fixture_object(fixture, HD_KIND_EXECUTOR, "pool", made, 2);
  guint32 counter = hd_fixture_object(fixture, HD_KIND_SHARED, "counter", made, -1),
          flag = hd_fixture_object(fixture, HD_KIND_EVENT, "open", made, 0);
  guint32 round = hd_fixture_object(fixture, HD_KIND_BARRIER, "round", made, 2),
          tree = hd_fixture_object(fixture, HD_KIND_RLOCK, "tree", made, -1);
  guint32 shop = hd_fixture_process(fixture, "shop", 700);
  guint32 main_thread = hd_fixture_thread(fixture, shop, "main", HD_NONE);
  guint32 producer = hd_fixture_thread(fixture, shop, "producer", HD_NONE),
          consumer = hd_fixture_thread(fixture, shop, "consumer", HD_NONE);
  guint32 workers[] = {hd_fixture_thread(fixture, shop, "worker-1", HD_NONE), hd_fixture_thread(fixture, shop, "worker-2", HD_NONE)};
  guint32 helper = hd_fixture_process(fixture, "helper", 701), helper_main = hd_fixture_thread(fixture, helper, "main", HD_NONE);
  guint32 list = hd_fixture_child(fixture, "ls", 702, 20, 45, 2);
  hd_fixture_exit(fixture, helper, -15, 60);
  hd_fixture_link(fixture, HD_LINK_FORK, main_thread, 4, helper_main, 4.5);
  hd_fixture_link(fixture, HD_LINK_FORK, main_thread, 20, list, 20);
  hd_fixture_span(fixture, main_thread, 0, 10, IDLE);
  add_queue(fixture, queue, producer, consumer);
  add_pool(fixture, pool, main_thread, workers, submit);
  hd_fixture_span(fixture, main_thread, 71, 100, IDLE);
  hd_fixture_span(fixture, helper_main, 4.5, 60, IDLE);
  for (guint i = 0; i < 2; i++) {
    hd_fixture_span(fixture, workers[i], 4, 72 + 4 * i, IDLE);
    if (i == 0) hd_fixture_wait(fixture, workers[i], 72, 76, HD_STATE_WAIT_BARRIER, round, HD_NONE, workers[1]);
    hd_fixture_span(fixture, workers[i], 76, 100, IDLE);
  }
  const struct {
    guint32 who, site;
    double at_ms;
    gint64 version;
  } accesses[] = {{workers[0], read, 80, 1},
                  {workers[1], read, 81, 1},
                  {workers[1], write, 83, 2},
                  {workers[0], write, 85, 3},
                  {workers[1], read, 90, 3}};
  for (guint i = 0; i < G_N_ELEMENTS(accesses); i++)
    hd_fixture_mark(fixture, accesses[i].who, counter, accesses[i].at_ms, accesses[i].site, accesses[i].version);
  hd_fixture_mark(fixture, main_thread, flag, 72, set, 0);
  hd_fixture_mark(fixture, main_thread, flag, 90, clear, 0);
  hd_fixture_hold(fixture, producer, tree, 50, 80, lock, FALSE);
  hd_fixture_nested_hold(fixture, producer, tree, 55, 75, lock, 2);
  hd_fixture_nested_hold(fixture, producer, tree, 60, 70, lock, 3);
  hd_fixture_finding(fixture, HD_FINDING_LOST_UPDATE, HD_GRADE_OCCURRED, "counter lost an update",
                     "worker-1 read counter, worker-2 wrote it, and worker-1 wrote over that without reading it again.",
                     "Read and write it under one lock.", 80, 85, 85, 0, 0, NULL, 0);
  hd_fixture_evidence(fixture, workers[0], 80, read);
  hd_fixture_evidence(fixture, workers[1], 83, write);
  hd_fixture_evidence(fixture, workers[0], 85, write);
  hd_fixture_finding_object(fixture, counter);
  *source = hd_fixture_source(fixture, 100);
  return fixture;
}
