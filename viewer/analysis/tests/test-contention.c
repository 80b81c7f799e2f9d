/* Blame, tables and segments, to the nanosecond. */
#include "../contention-cause.h"
#include "scenario.h"

static const HdContention *table(const HdModel *model, const HdAnalysis *analysis, const char *object) {
  const HdContention *contention = hd_analysis_contention(analysis, scenario_object(model, object));
  g_assert_nonnull(contention);
  return contention;
}

static void test_one_lock(void) {
  HdModel *model = scenario_model("unit ns\n"
                                  "10 a lock m @slow\n20 b want m @quick\n30 c want m @quick\n100 a unlock m\n107 b got m\n127 b unlock m\n"
                                  "130 c got m\n131 c unlock m\n200 a exit\n");
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  scenario_check_analysis(model, analysis);
  const HdContention *m = table(model, analysis, "m");
  g_assert_cmpuint(m->acquisition_count, ==, 3);
  g_assert_cmpuint(m->contention_count, ==, 2);
  g_assert_cmpint(m->wait_total_ns, ==, 87 + 100);
  g_assert_cmpint(m->wait_min_ns, ==, 87);
  g_assert_cmpint(m->wait_max_ns, ==, 100);
  g_assert_cmpint(m->hold_total_ns, ==, 90 + 20 + 1);
  g_assert_cmpint(m->hold_min_ns, ==, 1);
  g_assert_cmpint(m->hold_max_ns, ==, 90);
  g_assert_cmpint(m->held_ns, ==, 111);
  g_assert_cmpuint(m->blame_count, ==, 2);
  g_assert_cmpint(m->blame[0].blame_ns, ==, 80 + 70); /* a, at slow */
  g_assert_cmpuint(m->blame[0].actor, ==, scenario_actor(model, "a"));
  g_assert_cmpstr(model->sites[m->blame[0].site].function, ==, "slow");
  g_assert_cmpuint(m->blame[0].hold_count, ==, 1);
  g_assert_cmpint(m->blame[1].blame_ns, ==, 20); /* b made c wait */
  g_assert_cmpint(m->handoff_ns, ==, 7 + 7 + 3);
  g_assert_cmpuint(m->wait_histogram.counts[6], ==, 2);
  g_assert_cmpuint(m->hold_histogram.counts[0], ==, 1);
  g_assert_cmpuint(m->hold_histogram.counts[4], ==, 1);
  g_assert_cmpuint(m->waiter_count, ==, 2);

  g_autoptr(GArray) segments = hd_wait_segments(model, 1); /* c's */
  g_assert_cmpuint(segments->len, ==, 4);
  g_assert_cmpuint(g_array_index(segments, HdWaitSegment, 0).hold, ==, 0);
  g_assert_cmpint(g_array_index(segments, HdWaitSegment, 0).end_ns, ==, 100);
  g_assert_cmpuint(g_array_index(segments, HdWaitSegment, 1).hold, ==, HD_NONE);
  g_assert_cmpuint(g_array_index(segments, HdWaitSegment, 2).hold, ==, 1);
  g_assert_cmpint(g_array_index(segments, HdWaitSegment, 3).begin_ns, ==, 127);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

/* A writer behind two readers: where both hold, each has half of the blame. */
static void test_readers(void) {
  HdModel *model =
      scenario_model("unit ns\n0 - object rw rwlock\n"
                     "10 a lock rw read @ra\n20 b lock rw read @rb\n30 w want rw @w\n50 a unlock rw\n61 b unlock rw\n65 w got rw\n"
                     "70 w unlock rw\n80 a exit\n");
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  scenario_check_analysis(model, analysis);
  const HdContention *rw = table(model, analysis, "rw");
  g_assert_cmpuint(rw->blame_count, ==, 2);
  g_assert_cmpint(rw->blame[0].blame_ns, ==, 10 + 11); /* b */
  g_assert_cmpint(rw->blame[1].blame_ns, ==, 10);
  g_assert_cmpint(rw->handoff_ns, ==, 4);
  g_assert_cmpint(rw->held_ns, ==, 51 + 5);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static void test_nested_and_open(void) {
  HdModel *model = scenario_model(
      "unit ns\n0 - object r rlock\n10 a lock r\n12 b want r\n15 a lock r\n20 a unlock r\n40 a unlock r\n40 b got r\n60 b lock x\n"
      "70 c want x\n100 - interrupt\n");
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  scenario_check_analysis(model, analysis);
  g_assert_cmpuint(table(model, analysis, "r")->acquisition_count, ==, 2);
  g_assert_cmpint(table(model, analysis, "r")->blame[0].blame_ns, ==, 28);
  g_assert_cmpint(table(model, analysis, "x")->blame[0].blame_ns, ==, 30); /* both last to the end */
  g_assert_cmpint(table(model, analysis, "x")->hold_total_ns, ==, 40);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static void test_semaphore_table(void) {
  HdModel *model = scenario_model("unit ns\n0 - object s semaphore value=1\n1 a take s\n2 b swait s\n9 a post s\n10 b sgot s\n20 a exit\n");
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  const HdContention *s = table(model, analysis, "s");
  g_assert_cmpuint(s->acquisition_count, ==, 2);
  g_assert_cmpuint(s->contention_count, ==, 1);
  g_assert_cmpint(s->wait_total_ns, ==, 8);
  g_assert_cmpuint(s->blame_count, ==, 0);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

/* Threads that take locks at random moments, as locks permit. */
typedef struct {
  int doing;
  int lock;
  gint64 since_ns;
  gboolean read;
} RandomThread; /* doing: 0 nothing, 1 waits, 2 holds */

static void check_gaps(const HdModel *model, const HdContention *contention) {
  const HdObject *object = &model->objects[contention->object];
  gint64 gap_ns = 0;
  for (guint32 i = 0; i < object->wait_count; i++) {
    g_autoptr(GArray) segments = hd_wait_segments(model, model->object_waits[object->wait_first + i]);
    for (guint j = 0; j < segments->len; j++) {
      const HdWaitSegment *segment = &g_array_index(segments, HdWaitSegment, j);
      if (segment->hold == HD_NONE) gap_ns += segment->end_ns - segment->begin_ns;
    }
  }
  g_assert_cmpint(gap_ns, ==, contention->handoff_ns);
}

static void random_schedule(GRand *random, gboolean read_write) {
  enum { THREADS = 6, LOCKS = 3, STEPS = 400 };
  Scenario *scenario = scenario_new();
  scenario_line(scenario, "unit ns");
  for (int i = 0; i < LOCKS; i++) {
    g_autofree char *line = g_strdup_printf("0 - object m%d %s", i, read_write ? "rwlock" : "lock");
    scenario_line(scenario, line);
  }
  RandomThread threads[THREADS] = {0};
  int readers[LOCKS] = {0}, writer[LOCKS] = {0};
  gint64 now_ns = 0;
  for (int step = 0; step < STEPS; step++) {
    now_ns += g_rand_int_range(random, 0, 1000);
    int who = g_rand_int_range(random, 0, THREADS);
    RandomThread *it = &threads[who];
    if (it->doing == 0) {
      it->lock = g_rand_int_range(random, 0, LOCKS);
      it->read = read_write && g_rand_boolean(random);
    }
    gboolean free = !writer[it->lock] && (it->read || !readers[it->lock]);
    const char *verb = it->doing == 2 ? "unlock" : it->doing == 0 ? (free ? "lock" : "want") : free ? "got" : NULL;
    if (!verb) continue;
    g_autofree char *line = g_strdup_printf("%" G_GINT64_FORMAT " t%d %s m%d%s @f%d", now_ns, who, verb, it->lock, it->read ? " read" : "",
                                            g_rand_int_range(random, 0, 4));
    scenario_line(scenario, line);
    int *count = it->read ? &readers[it->lock] : &writer[it->lock];
    if (it->doing == 2) {
      --*count;
      it->doing = 0;
    } else if (free) {
      ++*count;
      it->doing = 2;
    } else {
      it->doing = 1;
    }
  }
  HdModel *model = scenario_end(scenario);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  scenario_check_analysis(model, analysis);
  for (guint i = 0; i < analysis->contention_count; i++) check_gaps(model, &analysis->contentions[i]);
  /* Of an exclusive lock each holder's blame is what the segments of all waits say. */
  for (guint i = 0; i < analysis->contention_count && !read_write; i++) {
    const HdContention *contention = &analysis->contentions[i];
    const HdObject *object = &model->objects[contention->object];
    for (guint j = 0; j < contention->blame_count; j++) {
      gint64 sum_ns = 0;
      for (guint32 k = 0; k < object->wait_count; k++) {
        g_autoptr(GArray) segments = hd_wait_segments(model, model->object_waits[object->wait_first + k]);
        for (guint l = 0; l < segments->len; l++) {
          const HdWaitSegment *segment = &g_array_index(segments, HdWaitSegment, l);
          if (segment->hold == HD_NONE || model->holds[segment->hold].actor != contention->blame[j].actor) continue;
          if (model->holds[segment->hold].acquire_site == contention->blame[j].site) sum_ns += segment->end_ns - segment->begin_ns;
        }
      }
      g_assert_cmpint(sum_ns, ==, contention->blame[j].blame_ns);
    }
  }
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static void test_invariant(void) {
  GRand *random = g_rand_new_with_seed(4711);
  for (int i = 0; i < 100; i++) random_schedule(random, FALSE);
  for (int i = 0; i < 100; i++) random_schedule(random, TRUE);
  g_rand_free(random);
}

/* The script's waits as intervals; between them the CPU was not observed. */
static void fill_intervals(HdModel *model) {
  HdIntervals *intervals = &model->intervals;
  guint32 room = 2 * model->wait_count + model->actor_count, wait = 0;
  intervals->begin_ns = g_new0(gint64, room);
  intervals->state = g_new0(guint8, room);
  intervals->wait = g_new0(guint32, room);
#define ADD(at, what, which)                                                                                                               \
  do {                                                                                                                                     \
    intervals->begin_ns[intervals->count] = (at);                                                                                          \
    intervals->state[intervals->count] = (what);                                                                                           \
    intervals->wait[intervals->count++] = (which);                                                                                         \
  } while (0)
  for (guint32 i = 0; i < model->actor_count; i++) {
    HdActor *actor = &model->actors[i];
    actor->interval_first = intervals->count;
    ADD(actor->start_ns, HD_STATE_NOT_WAITING, HD_NONE);
    for (; wait < model->wait_count && model->waits[wait].actor == i; wait++) {
      ADD(model->waits[wait].begin_ns, model->waits[wait].state, wait);
      ADD(model->waits[wait].end_ns, HD_STATE_NOT_WAITING, HD_NONE);
    }
    actor->interval_count = intervals->count - actor->interval_first;
  }
#undef ADD
}

static void expect_cause(const char *script, HdCause expected, gint64 expected_ns, const char *holder_name, const char *object_name) {
  HdModel *model = scenario_model(script);
  fill_intervals(model);
  guint32 waiter = scenario_actor(model, "w"), lock = scenario_object(model, "m"), wait = 0, holder, object;
  while (model->waits[wait].actor != waiter || model->waits[wait].object != lock) wait++;
  gint64 cause_ns = 0;
  g_assert_cmpint(hd_wait_cause(model, wait, &cause_ns, &holder, &object), ==, expected);
  if (expected != HD_CAUSE_NONE) g_assert_cmpint(cause_ns, ==, expected_ns);
  if (holder_name) g_assert_cmpuint(holder, ==, scenario_actor(model, holder_name));
  if (object_name) g_assert_cmpuint(object, ==, scenario_object(model, object_name));
  g_autofree char *advice = NULL, *text = hd_wait_cause_text(model, wait, NULL, &advice);
  g_assert_cmpint(text != NULL, ==, expected != HD_CAUSE_NONE && expected != HD_CAUSE_WORK);
  g_assert_cmpint(advice != NULL, ==, text != NULL);
  if (object_name) g_assert_nonnull(strstr(text, object_name));
  g_clear_pointer(&model->intervals.begin_ns, g_free);
  g_clear_pointer(&model->intervals.state, g_free);
  g_clear_pointer(&model->intervals.wait, g_free);
  scenario_free(model);
}

/* What the holder did while others waited. */
static void test_causes(void) {
  expect_cause("10 a lock m\n15 w want m\n20 a sleep\n90 a awake\n100 a unlock m\n100 w got m\n110 w unlock m\n", HD_CAUSE_BLOCKED,
               70 * 1000000, "a", NULL);
  expect_cause("5 b lock x\n10 a lock m\n15 w want m\n20 a want x\n90 b unlock x\n90 a got x\n95 a unlock x\n100 a unlock m\n100 w got m\n",
               HD_CAUSE_WAITS, 70 * 1000000, "a", "x");
  expect_cause("10 a lock m\n15 w want m\n20 a unlock m\n100 w got m\n110 w unlock m\n", HD_CAUSE_HANDOFF, 80 * 1000000, NULL, NULL);
  /* The CPU was not observed: what the holder did is not known. */
  expect_cause("10 a lock m\n15 w want m\n90 a unlock m\n91 w got m\n110 w unlock m\n", HD_CAUSE_NONE, 0, NULL, NULL);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/contention/one-lock", test_one_lock);
  g_test_add_func("/contention/readers", test_readers);
  g_test_add_func("/contention/nested-and-open", test_nested_and_open);
  g_test_add_func("/contention/semaphore", test_semaphore_table);
  g_test_add_func("/contention/invariant", test_invariant);
  g_test_add_func("/contention/causes", test_causes);
  return g_test_run();
}
