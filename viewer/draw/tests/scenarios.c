#include "fixture.h"

#define RUN HD_STATE_RUNNING
#define BLOCKED HD_STATE_BLOCKED
#define LOCK HD_STATE_WAIT_LOCK

/* Without the schedule, what would run is only not waiting. */
static void spans(HdFixture *fixture, guint32 thread, gboolean observed, const double *times, const enum hd_state *states, guint count) {
  for (guint i = 0; i < count; i++) {
    enum hd_state state = !observed && (states[i] == RUN || states[i] == HD_STATE_READY) ? HD_STATE_NOT_WAITING : states[i];
    hd_fixture_span(fixture, thread, times[i], times[i + 1], state);
  }
}
#define SPANS(thread, states, ...)                                                                                                         \
  spans(fixture, thread, observed, (const double[]){__VA_ARGS__}, (const enum hd_state[])states,                                           \
        G_N_ELEMENTS(((const double[]){__VA_ARGS__})) - 1)
#define LIST(...)                                                                                                                          \
  { __VA_ARGS__ }

HdFixture *hd_fixture_ingest(gboolean observed, HdSource *source) {
  HdFixture *fixture = hd_fixture_new(observed);
  enum hd_state calm = observed ? RUN : HD_STATE_NOT_WAITING;
  guint32 slow = hd_fixture_site(fixture, "slow_flush", "/src/ingest/log.c", 118, HD_OPERATION_LOCK_ACQUIRE);
  guint32 append = hd_fixture_site(fixture, "append_line", "/src/ingest/log.c", 74, HD_OPERATION_LOCK_ACQUIRE);
  guint32 born = hd_fixture_site(fixture, "log_open", "/src/ingest/log.c", 22, HD_OPERATION_OBJECT_INIT);
  guint32 queued = hd_fixture_site(fixture, "main", "/src/ingest/ingest.c", 57, HD_OPERATION_OBJECT_INIT);
  guint32 notify = hd_fixture_site(fixture, "take", "/src/ingest/ingest.c", 64, HD_OPERATION_CONDITION_NOTIFY);
  guint32 process = hd_fixture_process(fixture, "ingest", 4100);
  guint32 main_thread = hd_fixture_thread(fixture, process, "main", HD_NONE),
          flusher = hd_fixture_thread(fixture, process, "flusher", HD_NONE);
  guint32 writers[3] = {hd_fixture_thread(fixture, process, "writer-1", HD_NONE), hd_fixture_thread(fixture, process, "writer-2", HD_NONE),
                        hd_fixture_thread(fixture, process, "writer-3", HD_NONE)};
  guint32 indexer = hd_fixture_thread(fixture, process, "indexer", HD_NONE);
  guint32 log_lock = hd_fixture_object(fixture, HD_KIND_LOCK, "log_lock", born, -1);
  guint32 not_full = hd_fixture_object(fixture, HD_KIND_CONDITION, "not_full", queued, -1);
  guint32 index_lock = hd_fixture_object(fixture, HD_KIND_LOCK, "index_lock", HD_NONE, -1);

  SPANS(main_thread, LIST(calm), 0, 1203);
  hd_fixture_wait(fixture, main_thread, 1203, 1241.5, HD_STATE_WAIT_JOIN, HD_NONE, flusher, flusher);
  SPANS(main_thread, LIST(calm), 1241.5, 38200);
  SPANS(flusher, LIST(calm, BLOCKED, calm, BLOCKED, calm, HD_STATE_READY, calm, BLOCKED, calm, BLOCKED, calm), 1100, 1201.2, 1203.1, 1204.6,
        1222, 1223.4, 1224.6, 1226.5, 1240.2, 1260, 38000, 38200);
  guint32 first = 0, evidence[5];
  SPANS(writers[0], LIST(calm), 1100, 1206);
  first = evidence[0] = hd_fixture_wait(fixture, writers[0], 1206, 1223.2, LOCK, log_lock, HD_NONE, flusher);
  SPANS(writers[0], LIST(calm, BLOCKED, calm), 1223.2, 1224.1, 1228, 1229);
  evidence[1] = hd_fixture_wait(fixture, writers[0], 1229, 1241, LOCK, log_lock, HD_NONE, flusher);
  SPANS(writers[0], LIST(calm), 1241, 38200);
  SPANS(writers[1], LIST(calm), 1100, 1207.5);
  evidence[2] = hd_fixture_wait(fixture, writers[1], 1207.5, 1224.2, LOCK, log_lock, HD_NONE, writers[0]);
  SPANS(writers[1], LIST(calm), 1224.2, 1230);
  evidence[3] = hd_fixture_wait(fixture, writers[1], 1230, 1241.8, LOCK, log_lock, HD_NONE, writers[0]);
  SPANS(writers[1], LIST(calm), 1241.8, 38200);
  SPANS(writers[2], LIST(calm), 1100, 1202);
  hd_fixture_wait(fixture, writers[2], 1202, 1216, HD_STATE_WAIT_CONDITION, not_full, HD_NONE, indexer);
  SPANS(writers[2], LIST(calm), 1216, 1217);
  evidence[4] = hd_fixture_wait(fixture, writers[2], 1217, 1225.1, LOCK, log_lock, HD_NONE, writers[1]);
  SPANS(writers[2], LIST(calm, BLOCKED), 1225.1, 1238, 38200);
  for (int i = -50; i < 25; i++) {
    hd_fixture_span(fixture, indexer, 1200 + 1.9 * i, 1201.3 + 1.9 * i, calm);
    hd_fixture_span(fixture, indexer, 1201.3 + 1.9 * i, 1201.9 + 1.9 * i, BLOCKED);
  }
  const struct {
    double from, to;
    guint32 who;
  } holds[] = {{1204, 1222.9, flusher}, {1223.2, 1224.1, writers[0]}, {1224.2, 1225, writers[1]},  {1225.1, 1225.9, writers[2]},
               {1226, 1240.9, flusher}, {1241, 1241.7, writers[0]},   {1241.8, 1242.6, writers[1]}};
  for (guint i = 0; i < G_N_ELEMENTS(holds); i++)
    hd_fixture_hold(fixture, holds[i].who, log_lock, holds[i].from, holds[i].to, holds[i].who == flusher ? slow : append, FALSE);
  hd_fixture_hold(fixture, indexer, index_lock, 1230, 1231, append, FALSE);
  for (int i = 0; i < 12; i++) hd_fixture_mark(fixture, indexer, not_full, 1200.5 + 3.1 * i, notify, 1);
  hd_fixture_finding(fixture, HD_FINDING_CONTENTION, HD_GRADE_OCCURRED, "flusher makes three writers wait",
                     "slow_flush (log.c:118) keeps log_lock over fdatasync: 24 holds, 17 ms each on average.",
                     "Try: write outside the lock.", 1204, 1242.6, 1206, 790, 0.007, evidence, G_N_ELEMENTS(evidence));
  hd_fixture_finding(fixture, HD_FINDING_LOCK_ORDER, HD_GRADE_PREDICTED, "index_lock and meta_lock in both orders",
                     "indexer and writer-2 took them at 12.1 s and 22.0 s. It did not hang; another schedule does.", "", 12100, 22000,
                     12100, 0, 0, &first, 0);
  *source = hd_fixture_source(fixture, 38200);
  return fixture;
}

HdFixture *hd_fixture_deadlock(HdSource *source) {
  HdFixture *fixture = hd_fixture_new(FALSE);
  guint32 dine = hd_fixture_site(fixture, "dine", "dining.c", 41, HD_OPERATION_LOCK_ACQUIRE);
  guint32 process = hd_fixture_process(fixture, "dining", 77);
  guint32 main_thread = hd_fixture_thread(fixture, process, "main", HD_NONE);
  guint32 alice = hd_fixture_thread(fixture, process, "alice", HD_NONE), bob = hd_fixture_thread(fixture, process, "bob", HD_NONE);
  guint32 left = hd_fixture_object(fixture, HD_KIND_LOCK, "fork_left", HD_NONE, -1),
          right = hd_fixture_object(fixture, HD_KIND_LOCK, "fork_right", HD_NONE, -1);
  hd_fixture_span(fixture, main_thread, 0, 1, HD_STATE_NOT_WAITING);
  hd_fixture_wait(fixture, main_thread, 1, 7000, HD_STATE_WAIT_JOIN, HD_NONE, alice, HD_NONE);
  guint32 waits[2];
  hd_fixture_span(fixture, alice, 1, 200, HD_STATE_NOT_WAITING);
  waits[0] = hd_fixture_wait(fixture, alice, 200, 7000, LOCK, right, HD_NONE, HD_NONE);
  hd_fixture_span(fixture, bob, 1, 150, HD_STATE_NOT_WAITING);
  hd_fixture_span(fixture, bob, 150, 201, BLOCKED);
  waits[1] = hd_fixture_wait(fixture, bob, 201, 7000, LOCK, left, HD_NONE, HD_NONE);
  hd_fixture_hold(fixture, alice, left, 120, 7000, dine, FALSE);
  hd_fixture_hold(fixture, bob, right, 140, 7000, dine, FALSE);
  hd_fixture_finding(fixture, HD_FINDING_DEADLOCK, HD_GRADE_OCCURRED, "Deadlock at 201 ms",
                     "alice holds fork_left and waits for fork_right, bob holds fork_right and waits for fork_left. Neither can go on; 6.8 "
                     "s until the end.",
                     "Take both forks in the same order everywhere.", 120, 7000, 201, 13600, 0.97, waits, 2);
  *source = hd_fixture_source(fixture, 7000);
  return fixture;
}

HdFixture *hd_fixture_crowd(HdSource *source) {
  HdFixture *fixture = hd_fixture_new(FALSE);
  guint32 routine = hd_fixture_site(fixture, "worker", "pool.c", 30, HD_OPERATION_THREAD_ROUTINE);
  guint32 process = hd_fixture_process(fixture, "crowd", 900);
  guint32 lock = hd_fixture_object(fixture, HD_KIND_LOCK, "pool_lock", HD_NONE, -1);
  guint32 main_thread = hd_fixture_thread(fixture, process, "main", HD_NONE);
  hd_fixture_span(fixture, main_thread, 0, 2000, HD_STATE_NOT_WAITING);
  for (int i = 0; i < 300; i++) {
    guint32 thread = hd_fixture_thread(fixture, process, "worker", routine);
    hd_fixture_span(fixture, thread, i, 1000 + i, HD_STATE_NOT_WAITING);
    if (i % 100 == 7) {
      hd_fixture_wait(fixture, thread, 1000 + i, 1040 + i, LOCK, lock, HD_NONE, main_thread);
      hd_fixture_hold(fixture, main_thread, lock, 990 + i, 1040 + i, routine, FALSE);
    } else
      hd_fixture_span(fixture, thread, 1000 + i, 1040 + i, BLOCKED);
    hd_fixture_span(fixture, thread, 1040 + i, 2000, HD_STATE_NOT_WAITING);
  }
  *source = hd_fixture_source(fixture, 2000);
  return fixture;
}

HdFixture *hd_fixture_long(HdSource *source) {
  const double hour_ms = 3600e3;
  HdFixture *fixture = hd_fixture_new(TRUE);
  guint32 process = hd_fixture_process(fixture, "nightly", 12);
  guint32 lock = hd_fixture_object(fixture, HD_KIND_LOCK, "state_lock", HD_NONE, -1);
  for (int t = 0; t < 4; t++) {
    guint32 thread = hd_fixture_thread(fixture, process, (const char *[]){"main", "reader", "writer", "clock"}[t], HD_NONE);
    double at_ms = 0;
    for (int i = 0; i < 100000; i++) {
      double end_ms = (i + 1) * hour_ms * 10 / 100000;
      gboolean waits = t == 2 && i % 10000 == 5000;
      hd_fixture_span(fixture, thread, at_ms, at_ms + 40, RUN);
      if (waits) hd_fixture_wait(fixture, thread, at_ms + 40, at_ms + 70, LOCK, lock, HD_NONE, HD_NONE);
      hd_fixture_span(fixture, thread, at_ms + (waits ? 70 : 40), end_ms, BLOCKED);
      at_ms = end_ms;
    }
  }
  *source = hd_fixture_source(fixture, hour_ms * 10);
  return fixture;
}

HdFixture *hd_fixture_kinds(HdSource *source) {
  HdFixture *fixture = hd_fixture_new(TRUE);
  guint32 take = hd_fixture_site(fixture, "lend", "library.c", 20, HD_OPERATION_SEMAPHORE_ACQUIRE);
  guint32 post = hd_fixture_site(fixture, "give_back", "library.c", 30, HD_OPERATION_SEMAPHORE_POST);
  guint32 process = hd_fixture_process(fixture, "kinds", 5);
  guint32 desks = hd_fixture_object(fixture, HD_KIND_SEMAPHORE, "desks", HD_NONE, 3),
          round = hd_fixture_object(fixture, HD_KIND_BARRIER, "round", HD_NONE, 4);
  guint32 books = hd_fixture_object(fixture, HD_KIND_RWLOCK, "books", HD_NONE, -1),
          bell = hd_fixture_object(fixture, HD_KIND_EVENT, "bell", HD_NONE, -1);
  guint32 orders = hd_fixture_object(fixture, HD_KIND_PIPE, "orders", HD_NONE, -1),
          gil = hd_fixture_object(fixture, HD_KIND_GIL, "GIL", HD_NONE, -1);
  static const char *const names[] = {
      "ada", "barbara", "grace", "hedy", "joan", "karen", "a_thread_with_a_name_that_is_really_too_long_for_its_column_number_7"};
  guint32 threads[7];
  for (int i = 0; i < 7; i++) threads[i] = hd_fixture_thread(fixture, process, names[i], HD_NONE);
  for (int i = 0; i < 7; i++) {
    guint32 thread = threads[i];
    double at_ms = 10 * (i / 3);
    hd_fixture_span(fixture, thread, 0, i < 3 ? 2 : 2 + i * 0.1, RUN);
    if (i >= 3)
      hd_fixture_wait(fixture, thread, 2 + i * 0.1, 2 + at_ms, HD_STATE_WAIT_SEMAPHORE, desks, HD_NONE, threads[i - 3]);
    else
      hd_fixture_mark(fixture, thread, desks, 2, take, 0);
    hd_fixture_span(fixture, thread, 2 + at_ms, 12 + at_ms, BLOCKED);
    hd_fixture_mark(fixture, thread, desks, 12 + at_ms, post, 1);
    hd_fixture_span(fixture, thread, 12 + at_ms, 40 + i, RUN);
    if (i < 4)
      hd_fixture_wait(fixture, thread, 40 + i, 43.5, HD_STATE_WAIT_BARRIER, round, HD_NONE, threads[3]);
    else if (i == 4)
      hd_fixture_wait(fixture, thread, 44, 50, HD_STATE_WAIT_EVENT, bell, HD_NONE, threads[0]);
    else if (i == 5)
      hd_fixture_wait(fixture, thread, 45, 50, HD_STATE_WAIT_PIPE, orders, HD_NONE, threads[0]);
    else
      hd_fixture_wait(fixture, thread, 46, 50, HD_STATE_WAIT_GIL, gil, HD_NONE, threads[0]);
    double next_ms = i < 4 ? 43.5 : 50;
    hd_fixture_span(fixture, thread, next_ms, 52, RUN);
    if (i == 6)
      hd_fixture_wait(fixture, thread, 52, 60, LOCK, books, HD_NONE, threads[0]);
    else if (i == 5)
      hd_fixture_wait(fixture, thread, 52, 58, HD_STATE_WAIT_FUTEX, HD_NONE, HD_NONE, HD_NONE);
    else if (i == 4)
      hd_fixture_span(fixture, thread, 52, 57, HD_STATE_READY);
    double last_ms = i == 6 ? 60 : i == 5 ? 58 : i == 4 ? 57 : 52;
    hd_fixture_span(fixture, thread, last_ms, 70, i == 3 ? HD_STATE_UNKNOWN : i == 2 ? HD_STATE_OFF_CPU : RUN);
    if (i < 4) hd_fixture_hold(fixture, thread, books, 50 + i, 56 + i, take, TRUE);
  }
  hd_fixture_hold(fixture, threads[6], books, 60, 66, take, FALSE);
  hd_fixture_hold(fixture, threads[0], gil, 44, 50, take, FALSE);
  hd_fixture_lose(fixture, threads[3], 1234, 54, 66);
  *source = hd_fixture_source(fixture, 70);
  return fixture;
}
