/* Findings about tasks, loops and interpreter locks, from logs written by hand. */
#include "analysis.h"
#include "script.h"
#include <string.h>

#define MS G_GINT64_CONSTANT(1000000)
#define SHARED(number) (HD_OBJECT_SHARED_BIT | (number))

enum { LOOP = 900 };

static guint64 task(guint number) { return SHARED(number); }

static void create(Script *script, guint32 emitter, guint number, const char *name, gint64 at_ms) {
  HdEvent event = {.id = HD_EVENT_TASK_CREATE};
  event.task_create = (struct hd_event_task_create){.task = task(number), .loop = SHARED(LOOP), .name = name};
  event.common.emitter = emitter;
  event.common.at_ns = (guint64)(at_ms * MS);
  script_event(script, event);
}

static void tell(Script *script, guint32 emitter, enum hd_operation operation, guint64 object, gint64 value, gint64 at_ms) {
  script_value(script, emitter, operation, object, value, at_ms * MS);
}

static Script *loop_of(guint thread_count) {
  Script *script = script_threads(thread_count);
  script_object(script, 1, HD_KIND_LOOP, SHARED(LOOP), -1, 0);
  return script;
}

/* "kind actor,actor\n" */
static char *findings_of(const HdModel *model, const HdAnalysis *analysis) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < analysis->finding_count; i++) {
    const HdFinding *finding = &analysis->findings[i];
    g_assert_true(finding->title && finding->summary && finding->advice);
    g_assert_cmpuint(finding->evidence->len, >, 0);
    g_assert_cmpint(finding->from_ns, <=, finding->at_ns);
    g_assert_cmpint(finding->at_ns, <=, finding->to_ns);
    if (g_test_verbose()) g_test_message("%s | %s | %s", finding->title, finding->summary, finding->advice);
    g_string_append_printf(text, "%s ", hd_finding_kind_names[finding->kind]);
    for (guint k = 0; k < finding->actors->len; k++)
      g_string_append_printf(text, "%s%s", k ? "," : "", model->actors[g_array_index(finding->actors, guint32, k)].name);
    g_string_append_c(text, '\n');
  }
  return g_string_free(text, FALSE);
}

/* Ends the script, and asserts its findings. */
static HdModel *expect(Script *script, gint64 end_ms, const char *findings, HdAnalysis **analysis_out) {
  HdModel *model = script_model(script, end_ms * MS);
  check_model(model);
  HdAnalysis *analysis = hd_analysis_new(model, NULL, NULL);
  g_autofree char *seen = findings_of(model, analysis);
  g_assert_cmpstr(seen, ==, findings);
  if (analysis_out)
    *analysis_out = analysis;
  else
    hd_analysis_free(analysis);
  return model;
}

static void test_blocked_loop(void) {
  Script *script = loop_of(1);
  create(script, 1, 1, "parse", 10);
  create(script, 1, 2, "fetch", 10);
  tell(script, 1, HD_OPERATION_TASK_STEP, task(2), 0, 20);
  tell(script, 1, HD_OPERATION_ASYNC_EVENT_AWAIT, 4096, 0, 25);
  tell(script, 1, HD_OPERATION_TASK_STEP, task(1), 0, 30);
  tell(script, 1, HD_OPERATION_TASK_READY, task(2), HD_WAIT_RESULT_OK, 40);
  script_wait(script, 1, HD_OPERATION_CALL_SLEEP, 0, 0, 50 * MS, 420 * MS, HD_WAIT_RESULT_OK);
  tell(script, 1, HD_OPERATION_TASK_END, task(1), HD_TASK_RESULT_OK, 430);
  tell(script, 1, HD_OPERATION_TASK_STEP, task(2), 0, 431);
  tell(script, 1, HD_OPERATION_TASK_END, task(2), HD_TASK_RESULT_OK, 440);
  HdAnalysis *analysis;
  HdModel *model = expect(script, 500, "blocked-loop parse,fetch\n", &analysis);
  g_assert_cmpint(analysis->findings[0].lost_ns, ==, 390 * MS);
  g_assert_nonnull(strstr(analysis->findings[0].summary, "slept"));
  g_assert_cmpint(analysis->findings[0].at_ns, ==, 30 * MS);
  g_assert_cmpint(analysis->findings[0].to_ns, ==, 430 * MS);
  hd_analysis_free(analysis);
  hd_model_free(model);
}

/* Long steps while nobody else wants to run are nobody's loss, but one that lasts a second and was all there was is told. */
static void test_never_yielded(void) {
  Script *script = loop_of(1);
  create(script, 1, 1, "spin", 10);
  tell(script, 1, HD_OPERATION_TASK_STEP, task(1), 0, 20);
  tell(script, 1, HD_OPERATION_TASK_END, task(1), HD_TASK_RESULT_OK, 1500);
  hd_model_free(expect(script, 2000, "never-yielded spin\n", NULL));
  script = loop_of(1);
  create(script, 1, 1, "spin", 10);
  tell(script, 1, HD_OPERATION_TASK_STEP, task(1), 0, 20);
  tell(script, 1, HD_OPERATION_TASK_YIELD, task(1), 0, 1500);
  tell(script, 1, HD_OPERATION_TASK_STEP, task(1), 0, 1501);
  tell(script, 1, HD_OPERATION_TASK_END, task(1), HD_TASK_RESULT_OK, 1502);
  hd_model_free(expect(script, 2000, "", NULL));
}

static void begin_and_await(Script *script, guint number, enum hd_operation operation, guint64 object, gint64 at_ms) {
  tell(script, 1, HD_OPERATION_TASK_STEP, task(number), 0, at_ms);
  tell(script, 1, operation, object, 0, at_ms + 5);
}

static void test_await_cycle(void) {
  Script *script = loop_of(1);
  create(script, 1, 1, "a", 10);
  create(script, 1, 2, "b", 10);
  begin_and_await(script, 1, HD_OPERATION_TASK_AWAIT, task(2), 20);
  begin_and_await(script, 2, HD_OPERATION_TASK_AWAIT, task(1), 30);
  script_wait(script, 1, HD_OPERATION_LOOP_POLL, SHARED(LOOP), 0, 40 * MS, NEVER, HD_WAIT_RESULT_OK);
  hd_model_free(expect(script, 500, "deadlock a,b\n", NULL));
}

/* Of a group that needs all of its members one that waits for ever is enough; of one that needs any it is not. */
static void test_groups(void) {
  for (int all = 0; all < 2; all++) {
    Script *script = loop_of(1);
    create(script, 1, 1, "a", 10);
    create(script, 1, 2, "b", 10);
    create(script, 1, 3, "c", 10);
    tell(script, 1, HD_OPERATION_TASK_STEP, task(1), 0, 20);
    script_object(script, 1, HD_KIND_GROUP, SHARED(50), -1, 21 * MS);
    tell(script, 1, HD_OPERATION_TASK_MEMBER, SHARED(50), 2, 21);
    tell(script, 1, HD_OPERATION_TASK_MEMBER, SHARED(50), 3, 21);
    tell(script, 1, all ? HD_OPERATION_GROUP_AWAIT_ALL : HD_OPERATION_GROUP_AWAIT_ANY, SHARED(50), 0, 22);
    begin_and_await(script, 2, HD_OPERATION_TASK_AWAIT, task(1), 30);
    begin_and_await(script, 3, HD_OPERATION_SLEEP_AWAIT, 0, 40);
    script_wait(script, 1, HD_OPERATION_LOOP_POLL_TIMED, SHARED(LOOP), 0, 50 * MS, NEVER, HD_WAIT_RESULT_OK);
    hd_model_free(expect(script, 500, all ? "deadlock a,b\n" : "", NULL));
  }
}

/* a blocks its thread for a lock that b holds, and b needs that thread. */
static void test_lock_across_tasks(void) {
  Script *script = loop_of(1);
  create(script, 1, 1, "a", 10);
  create(script, 1, 2, "b", 10);
  tell(script, 1, HD_OPERATION_TASK_STEP, task(2), 0, 20);
  script_acquired(script, 1, HD_OPERATION_LOCK_ACQUIRE, 4096, 21 * MS);
  tell(script, 1, HD_OPERATION_TASK_YIELD, task(2), 0, 22);
  tell(script, 1, HD_OPERATION_TASK_STEP, task(1), 0, 30);
  script_wait(script, 1, HD_OPERATION_LOCK_ACQUIRE, 4096, 0, 31 * MS, NEVER, HD_WAIT_RESULT_OK);
  HdAnalysis *analysis;
  HdModel *model = expect(script, 60, "deadlock a,b\n", &analysis);
  g_assert_nonnull(strstr(analysis->findings[0].summary, "b is ready"));
  hd_analysis_free(analysis);
  hd_model_free(model);
}

/* An event that nobody can set any more: the loop polls for nothing. Another thread could still do it, a timer too. */
static void test_stuck(void) {
  for (int other = 0; other < 3; other++) {
    Script *script = loop_of(other == 1 ? 2 : 1);
    create(script, 1, 1, "a", 10);
    begin_and_await(script, 1, HD_OPERATION_ASYNC_EVENT_AWAIT, 4096, 20);
    script_wait(script, 1, other == 2 ? HD_OPERATION_LOOP_POLL_TIMED : HD_OPERATION_LOOP_POLL, SHARED(LOOP), 0, 30 * MS, NEVER,
                HD_WAIT_RESULT_OK);
    hd_model_free(expect(script, 500, other ? "" : "stuck a\n", NULL));
  }
}

/* Three threads in turns. */
static void test_gil(void) {
  Script *script = script_threads(3);
  script_object(script, 1, HD_KIND_GIL, 4096, -1, 0);
  for (int round = 0; round < 20; round++)
    for (int k = 0; k < 3; k++) {
      gint64 at_ms = 10 + (round * 3 + k) * 5;
      guint32 emitter = (guint32)k + 1;
      if (at_ms >= 20) script_wait(script, emitter, HD_OPERATION_GIL_ACQUIRE, 4096, 0, (at_ms - 10) * MS, at_ms * MS, HD_WAIT_RESULT_OK);
      script_hold(script, emitter, HD_OPERATION_GIL_ACQUIRE, 4096, at_ms * MS, (at_ms + 5) * MS);
    }
  HdAnalysis *analysis;
  HdModel *model = script_model(script, 400 * MS);
  check_model(model);
  analysis = hd_analysis_new(model, NULL, NULL);
  g_assert_cmpuint(analysis->finding_count, ==, 1);
  g_assert_cmpint(analysis->findings[0].kind, ==, HD_FINDING_GIL_SERIALIZATION);
  g_assert_nonnull(strstr(analysis->findings[0].summary, "serialization factor of 2.9"));
  hd_analysis_free(analysis);
  hd_model_free(model);
}

static guint count_of(Script *script, gint64 end_ms, HdFindingKind kind) {
  HdModel *model = script_model(script, end_ms * MS);
  check_model(model);
  HdAnalysis *analysis = hd_analysis_new(model, NULL, NULL);
  g_autofree char *all = findings_of(model, analysis);
  guint count = 0;
  for (guint i = 0; i < analysis->finding_count; i++) count += analysis->findings[i].kind == kind;
  hd_analysis_free(analysis);
  hd_model_free(model);
  return count;
}

/* One keeps it for ever, another waits for it: a hang, and no turns. */
static void test_gil_kept(void) {
  Script *script = script_threads(2);
  script_object(script, 1, HD_KIND_GIL, 4096, -1, 0);
  script_acquired(script, 1, HD_OPERATION_GIL_ACQUIRE, 4096, 10 * MS);
  script_wait(script, 2, HD_OPERATION_GIL_ACQUIRE, 4096, 0, 20 * MS, NEVER, HD_WAIT_RESULT_OK);
  g_assert_cmpuint(count_of(script, 1000, HD_FINDING_GIL_SERIALIZATION), ==, 0);
}

/* b asks 25 times for what a takes again at once, and keeps for long. */
static Script *convoy(enum hd_object_kind kind, enum hd_operation operation, int rounds) {
  Script *script = script_threads(3);
  script_object(script, 1, kind, 4096, -1, 0);
  for (int round = 0; round < rounds; round++) {
    gint64 at_ms = 10 + round * 10;
    script_hold(script, 2, operation, 4096, at_ms * MS, at_ms * MS + 5 * MS);
    script_wait(script, 3, operation, 4096, 0, at_ms * MS + MS, at_ms * MS + 5 * MS, HD_WAIT_RESULT_OK);
    script_hold(script, 3, operation, 4096, at_ms * MS + 5 * MS, at_ms * MS + 5 * MS + 1000);
  }
  return script;
}

static void test_convoy(void) {
  g_assert_cmpuint(count_of(convoy(HD_KIND_LOCK, HD_OPERATION_LOCK_ACQUIRE, 25), 400, HD_FINDING_CONVOY), ==, 1);
  g_assert_cmpuint(count_of(convoy(HD_KIND_GIL, HD_OPERATION_GIL_ACQUIRE, 25), 400, HD_FINDING_CONVOY), ==, 1);
  g_assert_cmpuint(count_of(convoy(HD_KIND_LOCK, HD_OPERATION_LOCK_ACQUIRE, 20), 400, HD_FINDING_CONVOY), ==, 0); /* 19 behind a hold */
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tasks/blocked-loop", test_blocked_loop);
  g_test_add_func("/tasks/never-yielded", test_never_yielded);
  g_test_add_func("/tasks/await-cycle", test_await_cycle);
  g_test_add_func("/tasks/groups", test_groups);
  g_test_add_func("/tasks/lock-across-tasks", test_lock_across_tasks);
  g_test_add_func("/tasks/stuck", test_stuck);
  g_test_add_func("/tasks/interpreter-lock", test_gil);
  g_test_add_func("/tasks/interpreter-lock-kept", test_gil_kept);
  g_test_add_func("/tasks/convoy", test_convoy);
  return g_test_run();
}
