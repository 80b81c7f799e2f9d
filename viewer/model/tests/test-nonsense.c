/* Random logs: a model is built of whatever comes, and it is a consistent one. */
#include "random-log.h"
#include "script.h"

static void test_random_events(void) {
  for (guint i = 0; i < 400; i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(HdModel) model = hd_model_new(random_log(1 + pick(i < 20 ? 20 : 1000)), NULL, NULL, &error);
    g_assert_no_error(error);
    check_model(model);
    for (guint32 object = 0; object < model->object_count; object++) hd_model_holder_at(model, object, pick(4000));
  }
}

/* A log that could have been: whatever the threads do, their lives are cut exactly, and no hold is lost. */
static void test_random_threads(void) {
  for (guint round = 0; round < 50; round++) {
    Script *script = script_new();
    guint thread_count = 2 + pick(6), hold_count = 0;
    script_process(script, 1, 100, 0, "prog");
    for (guint32 thread = 2; thread <= thread_count; thread++) script_thread(script, 1, thread, 1, thread);
    for (guint32 thread = 1; thread <= thread_count; thread++)
      for (gint64 now_ns = 50; now_ns < 5000; hold_count++) {
        guint64 object = 0x1000 + 40 * pick(3);
        gint64 begin_ns = now_ns + pick(50), end_ns = begin_ns + 1 + pick(50);
        if (pick(3) == 0) {
          script_wait(script, thread, HD_OPERATION_LOCK_ACQUIRE, object, 0, now_ns, begin_ns, HD_WAIT_RESULT_OK);
          script_hold(script, thread, HD_OPERATION_LOCK_ACQUIRE, object, begin_ns, end_ns);
        } else
          script_batch(script, thread, HD_OPERATION_LOCK_ACQUIRE, object, begin_ns, end_ns);
        now_ns = end_ns + pick(20);
      }
    g_autoptr(HdModel) model = script_model(script, 6000);
    g_assert_cmpuint(model->hold_count, ==, hold_count);
    guint waited_count = 0, by_object_count = 0;
    for (guint32 i = 0; i < model->hold_count; i++) waited_count += model->holds[i].wait != HD_NONE;
    for (guint32 i = 0; i < model->object_count; i++) by_object_count += model->objects[i].hold_count;
    g_assert_cmpuint(waited_count, ==, model->wait_count);
    g_assert_cmpuint(by_object_count, ==, hold_count);
  }
}

/* Many readers, some of them for long: enough that the search skips whole parts. */
static void test_random_readers(void) {
  for (guint round = 0; round < 5; round++) {
    Script *script = script_new();
    script_process(script, 1, 100, 0, "prog");
    for (guint32 thread = 2; thread <= 6; thread++) script_thread(script, 1, thread, 1, thread);
    for (guint32 thread = 1; thread <= 6; thread++)
      for (gint64 now_ns = 50; now_ns < 5000; now_ns += 1 + pick(8)) {
        gint64 end_ns = now_ns + 1 + (pick(200) ? pick(8) : pick(2000));
        script_batch(script, thread, pick(500) ? HD_OPERATION_RWLOCK_READ : HD_OPERATION_RWLOCK_WRITE, 0x1000, now_ns, end_ns);
        now_ns = end_ns;
      }
    g_autoptr(HdModel) model = script_model(script, 9000);
    g_assert_cmpuint(model->hold_count, >, 8 * HD_HOLD_PART);
  }
}

/* Whatever is told of tasks. */
static void test_random_tasks(void) {
  guint step_count = 0, await_count = 0;
  for (guint round = 0; round < 300; round++) {
    g_autoptr(HdModel) model = random_tasks();
    step_count += model->step_count;
    for (guint32 i = 0; i < model->wait_count; i++)
      await_count += model->waits[i].site != HD_NONE && hd_operations[model->sites[model->waits[i].site].operation].role == HD_ROLE_AWAIT;
  }
  g_assert_cmpuint(step_count, >, 1000);
  g_assert_cmpuint(await_count, >, 1000);
}

static void test_empty(void) {
  g_autoptr(HdModel) model = hd_model_new(hd_log_writer_end(hd_log_writer_new()), NULL, NULL, NULL);
  check_model(model);
  g_assert_cmpuint(model->actor_count, ==, 0);
  g_assert_cmpint(model->duration_ns, ==, 0);
}

static gboolean stop_at(double fraction, const char *what, gpointer user_data) {
  g_assert_nonnull(what);
  g_assert_cmpfloat(fraction, <=, 1);
  return fraction < *(double *)user_data;
}

static void test_cancel(void) {
  for (double limit = 0; limit <= 1; limit += 0.1) {
    g_autoptr(GError) error = NULL;
    g_assert_null(hd_model_new(random_log(300), stop_at, &limit, &error));
    g_assert_error(error, HD_MODEL_ERROR, HD_MODEL_ERROR_CANCELLED);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  random_begin();
  g_test_add_func("/model/nonsense/random-events", test_random_events);
  g_test_add_func("/model/nonsense/random-threads", test_random_threads);
  g_test_add_func("/model/nonsense/random-readers", test_random_readers);
  g_test_add_func("/model/nonsense/random-tasks", test_random_tasks);
  g_test_add_func("/model/nonsense/empty", test_empty);
  g_test_add_func("/model/nonsense/cancel", test_cancel);
  int result = g_test_run();
  random_end();
  return result;
}
