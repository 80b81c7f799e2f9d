/* Random logs: whatever they say, the analysis ends, and what it finds is consistent. */
#include "random-log.h"
#include "scenario.h"

static void check_uses(const HdModel *model) {
  for (guint32 actor = 0; actor < model->actor_count; actor++) {
    if (model->actors[actor].kind != HD_ACTOR_TASK) continue;
    HdTaskUse use = hd_task_use(model, actor);
    g_assert_cmpint(use.busy_ns + use.scheduled_ns + use.idle_ns, <=, model->actors[actor].end_ns - model->actors[actor].start_ns);
    g_assert_cmpint(use.step_max_ns, <=, use.busy_ns);
  }
  for (guint32 object = 0; object < model->object_count; object++) {
    if (model->objects[object].kind == HD_KIND_LOOP) g_assert_cmpint(hd_loop_use(model, object).lag_total_ns, >=, 0);
    if (model->objects[object].kind != HD_KIND_GIL) continue;
    HdGilUse use = hd_gil_use(model, object);
    g_assert_cmpint(use.held_ns, <=, use.wall_ns);
    g_assert_cmpuint(use.forced_count + use.voluntary_count, <=, use.acquisition_count);
  }
}

static void test_random_tasks(void) {
  for (guint i = 0; i < 200; i++) {
    g_autoptr(HdModel) model = random_tasks();
    g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
    scenario_check_analysis(model, analysis);
    check_uses(model);
  }
}

static void test_random_logs(void) {
  guint found = 0;
  for (guint i = 0; i < 300; i++) {
    g_autoptr(HdModel) model = hd_model_new(random_log(1 + pick(i < 20 ? 20 : 1500)), NULL, NULL, NULL);
    g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
    scenario_check_analysis(model, analysis);
    for (guint32 object = 0; object < model->object_count; object++) {
      HdQueueUse queue = hd_queue_use(model, object);
      g_assert_cmpuint(queue.depth_max, <=, model->objects[object].item_count);
      HdExecutorUse executor = hd_executor_use(model, object);
      g_assert_cmpuint(executor.begun_count + executor.cancelled_count, <=, executor.job_count);
      g_assert_cmpint(executor.run_total_ns, >=, executor.run_max_ns);
    }
    check_uses(model);
    g_autoptr(GArray) edges = hd_wait_graph(model, pick(3000));
    found += analysis->finding_count;
  }
  g_assert_cmpuint(found, >, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  random_begin();
  g_test_add_func("/analysis/nonsense/random-logs", test_random_logs);
  g_test_add_func("/analysis/nonsense/random-tasks", test_random_tasks);
  int result = g_test_run();
  random_end();
  return result;
}
