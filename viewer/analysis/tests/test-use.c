/* What went through queues and executors, in numbers. */
#include "analysis.h"
#include "script.h"

#define OK HD_WAIT_RESULT_OK
#define PUT HD_OPERATION_QUEUE_PUT
#define GET HD_OPERATION_QUEUE_GET
#define QUEUE 0x1000
#define EXECUTOR 0x2000

static Script *threads(guint count) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  for (guint32 i = 2; i <= count; i++) script_thread(script, 1, i, 1, i);
  return script;
}

static void test_queue(void) {
  Script *script = threads(3);
  script_object(script, 1, HD_KIND_QUEUE, QUEUE, 2, 10);
  script_wait(script, 3, GET, QUEUE, 0, 20, 110, OK);
  script_value(script, 1, PUT, QUEUE, 1, 100);
  script_value(script, 3, GET, QUEUE, 1, 105);
  script_value(script, 1, PUT, QUEUE, 2, 200);
  script_value(script, 1, PUT, QUEUE, 3, 210);
  script_wait(script, 1, PUT, QUEUE, 0, 220, 320, OK);
  script_value(script, 3, GET, QUEUE, 2, 300);
  script_value(script, 1, PUT, QUEUE, 4, 310);
  script_value(script, 3, GET, QUEUE, 3, 350);
  script_wait(script, 2, HD_OPERATION_QUEUE_JOIN, QUEUE, 0, 400, 450, OK);
  script_value(script, 3, GET, QUEUE, 77, 500); /* its put was lost */
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 queue = find_object(model, QUEUE, find_process(model, 100, 0), 0);
  HdQueueUse use = hd_queue_use(model, queue);
  g_assert_cmpuint(use.put_count, ==, 4);
  g_assert_cmpuint(use.got_count, ==, 4);
  g_assert_cmpuint(use.paired_count, ==, 3);
  g_assert_cmpint(use.latency_total_ns, ==, 5 + 100 + 140);
  g_assert_cmpint(use.latency_max_ns, ==, 140);
  g_assert_cmpuint(use.depth_max, ==, 2);
  g_assert_cmpuint(use.put_wait_count, ==, 1);
  g_assert_cmpint(use.put_wait_ns, ==, 100);
  g_assert_cmpuint(use.get_wait_count, ==, 1);
  g_assert_cmpint(use.get_wait_ns, ==, 90);
  g_assert_cmpint(use.join_wait_ns, ==, 50);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_assert_cmpuint(hd_analysis_contention(analysis, queue)->acquisition_count, ==, 4); /* the one that waited counts once */
}

static void test_executor(void) {
  Script *script = threads(4);
  script_object(script, 1, HD_KIND_EXECUTOR, EXECUTOR, 3, 10);
  script_wait(script, 2, HD_OPERATION_JOB_BEGIN, EXECUTOR, 0, 20, 110, OK);
  script_wait(script, 4, HD_OPERATION_JOB_BEGIN, EXECUTOR, 0, 20, NEVER, OK); /* idle to the end */
  script_value(script, 1, HD_OPERATION_JOB_SUBMIT, EXECUTOR, 1, 100);
  script_value(script, 1, HD_OPERATION_JOB_SUBMIT, EXECUTOR, 2, 105);
  script_value(script, 1, HD_OPERATION_JOB_SUBMIT, EXECUTOR, 3, 106);
  script_value(script, 2, HD_OPERATION_JOB_BEGIN, EXECUTOR, 1, 110);
  script_value(script, 3, HD_OPERATION_JOB_BEGIN, EXECUTOR, 2, 115);
  script_value(script, 1, HD_OPERATION_FUTURE_DONE, HD_OBJECT_SHARED_BIT | 3, HD_FUTURE_RESULT_CANCELLED, 126);
  script_value(script, 2, HD_OPERATION_JOB_END, EXECUTOR, 1, 210);
  script_value(script, 2, HD_OPERATION_FUTURE_DONE, HD_OBJECT_SHARED_BIT | 1, HD_FUTURE_RESULT_ERROR, 211);
  script_process_end(script, 1, 0, 900);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 executor = find_object(model, EXECUTOR, find_process(model, 100, 0), 0);
  HdExecutorUse use = hd_executor_use(model, executor);
  g_assert_cmpuint(use.job_count, ==, 3);
  g_assert_cmpuint(use.begun_count, ==, 2);
  g_assert_cmpuint(use.ended_count, ==, 1);
  g_assert_cmpuint(use.failed_count, ==, 1);
  g_assert_cmpuint(use.cancelled_count, ==, 1);
  g_assert_cmpuint(use.worker_count, ==, 3);
  g_assert_cmpuint(use.queued_max, ==, 3);
  g_assert_cmpint(use.queued_total_ns, ==, 10 + 10 + 20);
  g_assert_cmpint(use.queued_max_ns, ==, 20);
  g_assert_cmpint(use.run_total_ns, ==, 100 + 785); /* the second runs to the end */
  g_assert_cmpint(use.run_max_ns, ==, 785);
  g_assert_cmpint(use.idle_ns, ==, 90 + 880);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_assert_cmpint(hd_analysis_contention(analysis, executor)->wait_total_ns, ==, 0); /* nobody asked for what another had */
}

/* One step that blocked, one that was long; a callback for later, and one that had to wait for a step. */
static void test_loop(void) {
  const guint64 loop = HD_OBJECT_SHARED_BIT | 40;
  Script *script = threads(1);
  script_object(script, 1, HD_KIND_LOOP, loop, -1, 10);
  script_task(script, 1, 7, loop, 100, "a");
  script_task(script, 1, 8, loop, 110, "b");
  script_instant(script, 1, HD_OPERATION_CALLBACK_SCHEDULE, loop, 1, 120);
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 200);
  script_wait(script, 1, HD_OPERATION_LOCK_ACQUIRE, 0x3000, 0, 220, 240, OK);
  script_instant(script, 1, HD_OPERATION_TASK_YIELD, TASK(7), 0, 300);
  script_step(script, 1, 8, 310, 320, HD_OPERATION_SLEEP_AWAIT, 0, 1);
  script_instant(script, 1, HD_OPERATION_CALLBACK_BEGIN, loop, 1, 330);
  script_instant(script, 1, HD_OPERATION_CALLBACK_END, loop, 1, 335);
  script_step(script, 1, 7, 340, 350, HD_OPERATION_TASK_END, TASK(7), 0);
  script_instant(script, 1, HD_OPERATION_CALLBACK_SCHEDULE, loop, 2, 351);
  script_event(script, (HdEvent){.id = HD_EVENT_CALL,
                                 .call = {.emitter = 1,
                                          .at_ns = 500,
                                          .begin_ns = 1000000000360u,
                                          .object = loop,
                                          .descriptor = -1,
                                          .site = script_site(script, 1, HD_OPERATION_LOOP_POLL_TIMED, 360)}});
  script_instant(script, 1, HD_OPERATION_TASK_READY, TASK(8), 0, 501);
  script_instant(script, 1, HD_OPERATION_CALLBACK_BEGIN, loop, 2, 507);
  script_instant(script, 1, HD_OPERATION_CALLBACK_END, loop, 2, 508);
  script_step(script, 1, 8, 510, 520, HD_OPERATION_TASK_END, TASK(8), 0);
  g_autoptr(HdModel) model = script_model(script, 1000);
  HdTaskUse a = hd_task_use(model, find_task(model, "a")), b = hd_task_use(model, find_task(model, "b"));
  g_assert_cmpint(a.busy_ns, ==, 110);
  g_assert_cmpint(a.scheduled_ns, ==, 100 + 40);
  g_assert_cmpint(a.idle_ns, ==, 0);
  g_assert_cmpint(a.step_max_ns, ==, 100);
  g_assert_cmpuint(a.step_count, ==, 2);
  g_assert_cmpuint(a.step_histogram.counts[6], ==, 1); /* 100 */
  g_assert_cmpuint(a.step_histogram.counts[3], ==, 1); /* 10 */
  g_assert_cmpint(b.idle_ns, ==, 181);
  g_assert_cmpint(b.scheduled_ns, ==, 200 + 9);
  g_assert_cmpint(b.scheduled_max_ns, ==, 200);
  g_assert_cmpint(b.busy_ns + b.scheduled_ns + b.idle_ns, ==, 520 - 110);
  HdLoopUse use = hd_loop_use(model, model->actors[find_task(model, "a")].loop);
  g_assert_cmpuint(use.task_count, ==, 2);
  g_assert_cmpuint(use.step_count, ==, 4);
  g_assert_cmpuint(use.callback_count, ==, 2);
  g_assert_cmpint(use.busy_ns, ==, 110 + 20 + 5 + 1);
  g_assert_cmpint(use.polling_ns, ==, 140);
  g_assert_cmpuint(use.lag_count, ==, 6);
  g_assert_cmpint(use.lag_total_ns, ==, 140 + 209 + 210 + 7); /* the second callback was planned for later */
  g_assert_cmpint(use.lag_max_ns, ==, 210);
  g_assert_cmpuint(use.lag_max_actor, ==, HD_NONE); /* a callback */
}

static void schedule(Script *script, guint32 number, gint64 at_ns, gint64 planned_ns) {
  script_event(script, (HdEvent){.id = HD_EVENT_SCHEDULE_ENTRY,
                                 .schedule_entry = {.emitter = 1,
                                                    .at_ns = (guint64)at_ns,
                                                    .object = 0x8000,
                                                    .number = number,
                                                    .planned_ns = 1000000000000u + (guint64)planned_ns,
                                                    .site = script_site(script, 1, HD_OPERATION_SCHEDULE_ENTER, at_ns)}});
}

static void test_schedule(void) {
  Script *script = threads(1);
  schedule(script, 1, 100, 300);
  schedule(script, 2, 110, 50); /* was due before it was entered */
  schedule(script, 3, 120, 900);
  script_value(script, 1, HD_OPERATION_SCHEDULE_BEGIN, 0x8000, 2, 130);
  script_value(script, 1, HD_OPERATION_SCHEDULE_END, 0x8000, 2, 140);
  script_value(script, 1, HD_OPERATION_SCHEDULE_CANCEL, 0x8000, 3, 150);
  script_value(script, 1, HD_OPERATION_SCHEDULE_BEGIN, 0x8000, 1, 305);
  script_value(script, 1, HD_OPERATION_SCHEDULE_END, 0x8000, 1, 335);
  g_autoptr(HdModel) model = script_model(script, 1000);
  HdScheduleUse use = hd_schedule_use(model, find_object(model, 0x8000, find_process(model, 100, 0), 0));
  g_assert_cmpuint(use.entry_count, ==, 3);
  g_assert_cmpuint(use.begun_count, ==, 2);
  g_assert_cmpuint(use.cancelled_count, ==, 1);
  g_assert_cmpint(use.late_total_ns, ==, 20 + 5);
  g_assert_cmpint(use.late_max_ns, ==, 20);
  g_assert_cmpint(use.run_total_ns, ==, 10 + 30);
  g_assert_cmpint(use.run_max_ns, ==, 30);
}

static void test_gil(void) {
  const enum hd_operation acquire = HD_OPERATION_GIL_ACQUIRE;
  Script *script = threads(2);
  script_acquired(script, 1, acquire, 0x1000, 100);
  script_wait(script, 2, acquire, 0x1000, 0, 150, 205, OK);
  script_mark(script, 2, HD_OPERATION_GIL_REQUEST, 0x1000, 155);
  script_released(script, 1, HD_OPERATION_GIL_DROP, 0x1000, 200);
  script_hold(script, 2, acquire, 0x1000, 205, 305); /* released, not dropped */
  script_wait(script, 1, acquire, 0x1000, 0, 201, 310, OK);
  script_hold(script, 1, acquire, 0x1000, 310, 500);
  g_autoptr(HdModel) model = script_model(script, 1000);
  HdGilUse use = hd_gil_use(model, find_object(model, 0x1000, find_process(model, 100, 0), 0));
  g_assert_cmpint(use.wall_ns, ==, 400);
  g_assert_cmpint(use.held_ns, ==, 100 + 100 + 190);
  g_assert_cmpint(use.waiting_ns, ==, 55 + 109);
  g_assert_cmpint(use.running_without_ns, ==, 1 + (150 - 100) + (500 - 305));
  g_assert_cmpuint(use.acquisition_count, ==, 3);
  g_assert_cmpuint(use.forced_count, ==, 1);
  g_assert_cmpuint(use.voluntary_count, ==, 1);
  g_assert_cmpuint(use.request_count, ==, 1);
  g_assert_cmpuint(use.thread_count, ==, 2);
  g_assert_cmpint(use.hold_max_ns, ==, 190);
  g_assert_cmpuint(use.hold_max_actor, ==, find_thread(model, 1));
  g_assert_cmpfloat_with_epsilon(use.serialization_factor, 554.0 / 390, 1e-9);
  g_assert_cmpfloat_with_epsilon(use.held_fraction, 390.0 / 400, 1e-9);
  g_assert_cmpfloat_with_epsilon(use.useful_parallelism, (390.0 + 246) / 400, 1e-9);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/use/queue", test_queue);
  g_test_add_func("/use/executor", test_executor);
  g_test_add_func("/use/loop", test_loop);
  g_test_add_func("/use/schedule", test_schedule);
  g_test_add_func("/use/gil", test_gil);
  return g_test_run();
}
