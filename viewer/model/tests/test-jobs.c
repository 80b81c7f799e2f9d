/* Jobs of executors: submitted, begun, ended, and what of it was not seen. And daemons, and names of processes. */
#include "script.h"

#define OK HD_WAIT_RESULT_OK
#define SUBMIT HD_OPERATION_JOB_SUBMIT
#define BEGIN HD_OPERATION_JOB_BEGIN
#define END HD_OPERATION_JOB_END
#define DONE HD_OPERATION_FUTURE_DONE
#define EXECUTOR 0x1000
#define FUTURE(number) (HD_OBJECT_SHARED_BIT | (number))

static void assert_job(const HdModel *model, guint nth, gint64 submit_ns, gint64 begin_ns, gint64 end_ns, gboolean begun, gboolean ended) {
  g_assert_cmpuint(nth, <, model->job_count);
  const HdJob *job = &model->jobs[nth];
  g_assert_cmpint(job->submit_ns, ==, submit_ns);
  g_assert_cmpint(job->begin_ns, ==, begin_ns);
  g_assert_cmpint(job->end_ns, ==, end_ns);
  g_assert_cmpint(job->begun, ==, begun);
  g_assert_cmpint(job->ended, ==, ended);
}

/* A worker that was idle, a main thread that waits for the result. */
static void test_life(void) {
  Script *script = script_threads(2);
  script_object(script, 1, HD_KIND_EXECUTOR, EXECUTOR, 4, 10);
  script_wait(script, 2, BEGIN, EXECUTOR, 0, 20, 110, OK);
  script_value(script, 1, SUBMIT, EXECUTOR, 33, 100);
  script_value(script, 2, BEGIN, EXECUTOR, 33, 105);
  script_wait(script, 1, HD_OPERATION_FUTURE_WAIT, FUTURE(33), 0, 120, 310, OK);
  script_value(script, 2, END, EXECUTOR, 33, 290);
  script_value(script, 2, DONE, FUTURE(33), HD_FUTURE_RESULT_ERROR, 300);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->job_count, ==, 1);
  assert_job(model, 0, 100, 105, 290, TRUE, TRUE);
  const HdJob *job = &model->jobs[0];
  g_assert_cmpuint(job->submitter, ==, find_thread(model, 1));
  g_assert_cmpuint(job->worker, ==, find_thread(model, 2));
  g_assert_cmpuint(job->result, ==, HD_FUTURE_RESULT_ERROR);
  guint32 executor = find_object(model, EXECUTOR, find_process(model, 100, 0), 0);
  g_assert_cmpint(model->objects[executor].initial_value, ==, 4);
  g_assert_cmpuint(model->objects[executor].job_count, ==, 1);
  g_assert_cmpuint(model->actors[job->worker].job_count, ==, 1);
  const HdObject *future = &model->objects[job->future];
  g_assert_cmpint(future->kind, ==, HD_KIND_FUTURE);
  g_assert_cmpuint(future->process, ==, find_process(model, 100, 0));
  g_assert_cmpstr(future->name, ==, "future #1 of job_submit (script.c:7)");
  g_assert_cmpint(future->start_ns, ==, 100);
  assert_woken(model, wait_of(model, 2, 0), 1, 100);
  assert_woken(model, wait_of(model, 1, 0), 2, 300);
  guint job_links = 0, result_links = 0;
  for (guint32 i = 0; i < model->link_count; i++) {
    job_links += model->links[i].kind == HD_LINK_JOB;
    result_links += model->links[i].kind == HD_LINK_RESULT;
  }
  g_assert_cmpuint(job_links, ==, 1);
  g_assert_cmpuint(result_links, ==, 1);
}

/* Cancelled; never begun; begun by a worker that died; and those of which a part was lost. */
static void test_parts(void) {
  Script *script = script_threads(3);
  script_object(script, 1, HD_KIND_EXECUTOR, EXECUTOR, 4, 10);
  script_value(script, 1, SUBMIT, EXECUTOR, 1, 100);
  script_value(script, 1, DONE, FUTURE(1), HD_FUTURE_RESULT_CANCELLED, 150);
  script_value(script, 1, SUBMIT, EXECUTOR, 2, 200);
  script_value(script, 1, SUBMIT, EXECUTOR, 3, 300);
  script_value(script, 2, BEGIN, EXECUTOR, 3, 310);
  script_thread_end(script, 2, 400);
  script_value(script, 1, DONE, FUTURE(3), HD_FUTURE_RESULT_ERROR, 450); /* who noticed it */
  script_value(script, 3, BEGIN, EXECUTOR, 4, 500);
  script_value(script, 3, END, EXECUTOR, 4, 510);
  script_value(script, 1, SUBMIT, EXECUTOR, 5, 520);
  script_value(script, 3, END, EXECUTOR, 5, 530);
  script_value(script, 3, END, EXECUTOR, 77, 540);
  script_value(script, 1, SUBMIT, EXECUTOR, 6, 550);
  script_value(script, 3, BEGIN, EXECUTOR, 6, 560);
  script_value(script, 3, DONE, FUTURE(6), HD_FUTURE_RESULT_OK, 570);
  script_object_end(script, 1, EXECUTOR, 800);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->job_count, ==, 6);
  assert_job(model, 0, 100, 150, 150, FALSE, TRUE);
  g_assert_cmpuint(model->jobs[0].result, ==, HD_FUTURE_RESULT_CANCELLED);
  assert_job(model, 1, 200, 800, 800, FALSE, FALSE);
  g_assert_cmpuint(model->jobs[1].future, ==, HD_NONE);
  assert_job(model, 2, 300, 310, 400, TRUE, FALSE);
  assert_job(model, 3, 500, 500, 510, TRUE, TRUE);
  g_assert_cmpuint(model->jobs[3].submitter, ==, HD_NONE);
  assert_job(model, 4, 520, 530, 530, TRUE, TRUE);
  g_assert_cmpuint(model->jobs[4].worker, ==, find_thread(model, 3));
  assert_job(model, 5, 550, 560, 570, TRUE, TRUE);
}

/* The first of several futures: the one that ended while it was waited for. */
static void test_wait_any(void) {
  Script *script = script_threads(3);
  script_value(script, 1, SUBMIT, EXECUTOR, 1, 100);
  script_value(script, 1, SUBMIT, EXECUTOR, 2, 110);
  script_value(script, 2, BEGIN, EXECUTOR, 1, 120);
  script_value(script, 3, BEGIN, EXECUTOR, 2, 130);
  script_wait(script, 1, HD_OPERATION_FUTURE_WAIT_ANY, EXECUTOR, 0, 150, 310, OK);
  script_value(script, 3, END, EXECUTOR, 2, 290);
  script_value(script, 3, DONE, FUTURE(2), 0, 300);
  script_value(script, 2, DONE, FUTURE(1), 0, 400);
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_woken(model, wait_of(model, 1, 0), 3, 300);
  g_assert_cmpint(wait_of(model, 1, 0)->state, ==, HD_STATE_WAIT_FUTURE);
}

/* An executor whose workers are processes. */
static void test_pool(void) {
  const guint64 pool = HD_OBJECT_SHARED_BIT | 5;
  Script *script = script_threads(1);
  script_object(script, 1, HD_KIND_POOL, pool, 1, 10);
  script_fork(script, 1, 5, 200, 50);
  script_forked(script, 1, 5, 200, 60, "prog");
  script_process_name(script, 5, 5, "Worker-1", 65);
  script_daemon(script, 1, 5, TRUE, 50);
  script_value(script, 1, SUBMIT, pool, 9, 100);
  script_value(script, 5, BEGIN, pool, 9, 120);
  script_value(script, 5, END, pool, 9, 220);
  script_value(script, 1, DONE, FUTURE(9), 0, 230);
  script_status(script, 1, 200, 0, 500);
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_job(model, 0, 100, 120, 220, TRUE, TRUE);
  const HdObject *executor = &model->objects[model->jobs[0].executor];
  g_assert_cmpint(executor->kind, ==, HD_KIND_POOL);
  g_assert_cmpuint(executor->process, ==, HD_NONE);
  guint32 worker = find_process(model, 200, 0);
  g_assert_cmpstr(model->actors[worker].name, ==, "Worker-1");
  g_assert_true(model->actors[worker].daemon);
  g_assert_cmpstr(model->actors[find_thread(model, 5)].name, ==, "main");
  g_assert_false(model->actors[find_thread(model, 5)].daemon);
}

static void test_daemon_thread(void) {
  Script *script = script_threads(2);
  script_daemon(script, 1, 3, FALSE, 50); /* before it begins */
  script_thread(script, 1, 3, 1, 60);
  script_daemon(script, 1, 77, FALSE, 70); /* nobody */
  script_daemon(script, 1, 77, TRUE, 70);
  script_process_name(script, 1, 77, "nobody", 70);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_false(model->actors[find_thread(model, 2)].daemon);
  g_assert_true(model->actors[find_thread(model, 3)].daemon);
  g_assert_cmpuint(model->actor_count, ==, 4);
}

/* What is done to a child is told by its pid: the model knows which actor that is. */
static void test_terminate(void) {
  Script *script = script_threads(1);
  script_fork(script, 1, 5, 200, 50);
  script_forked(script, 1, 5, 200, 60, "prog");
  script_mark(script, 1, HD_OPERATION_PROCESS_TERMINATE, 200, 100);
  script_mark(script, 1, HD_OPERATION_PROCESS_KILL, 201, 110);
  script_status(script, 1, 200, -15, 120);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->mark_count, ==, 2);
  g_assert_cmpint(model->marks[0].value, ==, find_process(model, 200, 0));
  g_assert_cmpint(model->marks[1].value, ==, -1);
  g_assert_cmpint(model->actors[find_process(model, 200, 0)].exit, ==, -15);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/jobs/life", test_life);
  g_test_add_func("/model/jobs/parts", test_parts);
  g_test_add_func("/model/jobs/wait-any", test_wait_any);
  g_test_add_func("/model/jobs/pool", test_pool);
  g_test_add_func("/model/jobs/daemon-thread", test_daemon_thread);
  g_test_add_func("/model/jobs/terminate", test_terminate);
  return g_test_run();
}
