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

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/use/queue", test_queue);
  g_test_add_func("/use/executor", test_executor);
  return g_test_run();
}
