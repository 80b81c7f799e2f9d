/* Objects and their holds: identity, names, who held what. */
#include "script.h"

#define LOCK HD_OPERATION_LOCK_ACQUIRE
#define RELEASE HD_OPERATION_LOCK_RELEASE

static Script *two_threads(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  script_thread(script, 1, 2, 1, 10);
  return script;
}

static void test_generations(void) {
  Script *script = two_threads();
  script_hold(script, 1, LOCK, 0x1000, 20, 30); /* before any birth was seen */
  script_object(script, 1, HD_KIND_LOCK, 0x1000, -1, 100);
  script_batch(script, 2, LOCK, 0x1000, 120, 130);
  script_object_end(script, 1, 0x1000, 200);
  script_object(script, 1, HD_KIND_SEMAPHORE, 0x1000, 3, 300);
  script_mark(script, 2, HD_OPERATION_SEMAPHORE_POST, 0x1000, 320);
  script_object_end(script, 1, 0x1000, 400);
  script_batch(script, 2, HD_OPERATION_RWLOCK_READ, 0x1000, 420, 430);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->object_count, ==, 4);
  guint32 process = find_process(model, 100, 0);
  const HdObject *objects[4];
  for (guint i = 0; i < 4; i++) objects[i] = &model->objects[find_object(model, 0x1000, process, i)];
  g_assert_false(objects[0]->birth_seen);
  g_assert_cmpint(objects[0]->end_ns, ==, 100);
  g_assert_true(objects[1]->birth_seen);
  g_assert_cmpint(objects[1]->start_ns, ==, 100);
  g_assert_cmpint(objects[1]->end_ns, ==, 200);
  g_assert_cmpuint(objects[1]->hold_count, ==, 1);
  g_assert_cmpint(objects[2]->kind, ==, HD_KIND_SEMAPHORE);
  g_assert_cmpint(objects[2]->initial_value, ==, 3);
  g_assert_cmpuint(objects[2]->mark_count, ==, 1);
  g_assert_cmpint(objects[3]->kind, ==, HD_KIND_RWLOCK);
  g_assert_true(model->holds[objects[3]->hold_first].shared);
}

static void test_two_processes(void) {
  Script *script = two_threads();
  script_fork(script, 1, 3, 101, 100);
  script_forked(script, 1, 3, 101, 110, "prog");
  script_hold(script, 1, LOCK, 0x1000, 200, 210);
  script_hold(script, 3, LOCK, 0x1000, 205, 215);
  /* One place in shared memory, seen under two numbers. */
  script_shared(script, 1, HD_KIND_LOCK, HD_OBJECT_SHARED_BIT | 1, 55, 64);
  script_shared(script, 3, HD_KIND_LOCK, HD_OBJECT_SHARED_BIT | 2, 55, 64);
  script_shared(script, 3, HD_KIND_LOCK, HD_OBJECT_SHARED_BIT | 3, 55, 128);
  script_batch(script, 1, LOCK, HD_OBJECT_SHARED_BIT | 1, 300, 310);
  script_batch(script, 3, LOCK, HD_OBJECT_SHARED_BIT | 2, 320, 330);
  script_hold(script, 3, LOCK, HD_OBJECT_SHARED_BIT | 3, 340, 350);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->object_count, ==, 4);
  g_assert_cmpuint(find_object(model, 0x1000, find_process(model, 100, 0), 0), !=, HD_NONE);
  g_assert_cmpuint(find_object(model, 0x1000, find_process(model, 101, 0), 0), !=, HD_NONE);
  g_assert_cmpuint(model->objects[find_object(model, HD_OBJECT_SHARED_BIT | 1, HD_NONE, 0)].hold_count, ==, 2);
}

static void test_rlock_keeps_its_kind(void) {
  Script *script = two_threads();
  script_hold(script, 1, HD_OPERATION_RLOCK_ACQUIRE, 0x1000, 20, 90);
  script_hold(script, 1, HD_OPERATION_RLOCK_ACQUIRE, 0x1000, 30, 60);
  script_hold(script, 1, HD_OPERATION_RLOCK_ACQUIRE, 0x1000, 40, 50);
  script_hold(script, 1, HD_OPERATION_CONDITION_REACQUIRE, 0x1000, 100, 110);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->object_count, ==, 1);
  g_assert_cmpint(model->objects[0].kind, ==, HD_KIND_RLOCK);
  g_assert_cmpuint(model->holds[0].depth, ==, 1);
  g_assert_cmpuint(model->holds[1].depth, ==, 2);
  g_assert_cmpuint(model->holds[2].depth, ==, 3);
  g_assert_cmpuint(model->holds[3].depth, ==, 1);
  g_assert_cmpuint(hd_model_holder_at(model, 0, 45), ==, 0);
  g_assert_cmpuint(hd_model_holder_at(model, 0, 95), ==, HD_NONE);
}

static void test_foreign_release(void) {
  Script *script = two_threads();
  script_acquired(script, 1, LOCK, 0x1000, 20);
  script_released(script, 2, RELEASE, 0x1000, 50);
  script_acquired(script, 2, LOCK, 0x1000, 60);
  script_released(script, 1, RELEASE, 0x1000, 80);
  script_acquired(script, 1, LOCK, 0x2000, 100);
  script_released(script, 1, RELEASE, 0x2000, 110);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 process = find_process(model, 100, 0), foreign = find_object(model, 0x1000, process, 0),
          own = find_object(model, 0x2000, process, 0);
  g_assert_false(model->objects[foreign].exclusive_owner);
  g_assert_true(model->objects[own].exclusive_owner);
  const HdHold *holds = &model->holds[model->objects[foreign].hold_first];
  g_assert_cmpint(holds[0].end_ns, ==, 50);
  g_assert_cmpuint(holds[0].actor, ==, find_thread(model, 1));
  g_assert_cmpuint(holds[0].releaser, ==, find_thread(model, 2));
  g_assert_cmpint(holds[1].end_ns, ==, 80);
  g_assert_cmpuint(holds[1].releaser, ==, find_thread(model, 1));
  g_assert_false(holds[1].open);
}

static void test_open_holds(void) {
  Script *script = two_threads();
  script_acquired(script, 2, LOCK, 0x1000, 20); /* its thread ends without releasing it */
  script_acquired(script, 2, LOCK, 0x2000, 30); /* somebody else gets it later */
  script_thread_end(script, 2, 100);
  script_hold(script, 1, LOCK, 0x2000, 200, 210);
  script_process_end(script, 1, 0, 900);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 process = find_process(model, 100, 0), lost = find_object(model, 0x1000, process, 0),
          taken = find_object(model, 0x2000, process, 0);
  const HdHold *hold = &model->holds[model->objects[lost].hold_first];
  g_assert_true(hold->open);
  g_assert_cmpint(hold->end_ns, ==, 900);
  g_assert_cmpuint(hd_model_holder_at(model, lost, 500), ==, model->objects[lost].hold_first);
  hold = &model->holds[model->objects[taken].hold_first];
  g_assert_false(hold->open);
  g_assert_cmpint(hold->end_ns, ==, 200);
}

static void test_inherited(void) {
  Script *script = two_threads();
  script_hold(script, 1, LOCK, 0x1000, 50, 300); /* by the thread that forks */
  script_hold(script, 2, LOCK, 0x2000, 60, 300); /* by another */
  script_fork(script, 1, 3, 101, 100);
  script_forked(script, 1, 3, 101, 110, "prog");
  script_released(script, 3, RELEASE, 0x1000, 150);
  script_wait(script, 3, LOCK, 0x2000, 0, 200, NEVER, HD_WAIT_RESULT_OK);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 child = find_process(model, 101, 0), own = find_object(model, 0x1000, child, 0), others = find_object(model, 0x2000, child, 0);
  const HdHold *hold = &model->holds[model->objects[own].hold_first];
  g_assert_cmpuint(model->objects[own].hold_count, ==, 1);
  g_assert_true(hold->inherited);
  g_assert_false(hold->open);
  g_assert_cmpuint(hold->actor, ==, find_thread(model, 3));
  g_assert_cmpint(hold->begin_ns, ==, 110);
  g_assert_cmpint(hold->end_ns, ==, 150);
  hold = &model->holds[model->objects[others].hold_first];
  g_assert_true(hold->inherited);
  g_assert_true(hold->open);
  g_assert_cmpuint(hold->actor, ==, find_thread(model, 2));
  g_assert_cmpuint(hd_model_holder_at(model, others, 200), ==, model->objects[others].hold_first);
  g_assert_cmpuint(model->objects[find_object(model, 0x1000, find_process(model, 100, 0), 0)].hold_count, ==, 1);
}

static void test_names(void) {
  Script *script = two_threads();
  script_event(
      script,
      (HdEvent){.id = HD_EVENT_MODULE,
                .module = {.emitter = 1, .at_ns = 1, .module = 9, .base = 0x10000, .begin = 0x10000, .end = 0x20000, .path = "/x/prog"}});
  script_hold(script, 1, LOCK, 0x10100, 20, 30);      /* a variable */
  script_hold(script, 1, LOCK, 0x10200 + 80, 40, 50); /* in an array of mutexes */
  script_hold(script, 1, LOCK, 0x10300 + 8, 60, 70);  /* in a structure */
  script_hold(script, 1, LOCK, 0x50000, 80, 90);      /* somewhere */
  script_hold(script, 1, LOCK, 0x60000, 100, 110);
  script_event(script,
               (HdEvent){.id = HD_EVENT_OBJECT_NAME, .object_name = {.emitter = 1, .at_ns = 5, .object = 0x60000, .name = "too early"}});
  script_event(script,
               (HdEvent){.id = HD_EVENT_OBJECT_NAME, .object_name = {.emitter = 1, .at_ns = 120, .object = 0x60000, .name = "given"}});
  HdLog *log = script_log(script, 1000);
  log->variables = hd_log_variables_new();
  const HdLogVariable variables[] = {
      {9, 0x100, 40, g_strdup("lock")}, {9, 0x200, 200, g_strdup("forks")}, {9, 0x300, 64, g_strdup("state")}};
  g_array_append_vals(log->variables, variables, 3);
  g_autoptr(HdModel) model = hd_model_new(log, NULL, NULL, NULL);
  check_model(model);
  guint32 process = find_process(model, 100, 0);
#define NAME(address) model->objects[find_object(model, address, process, 0)].name
  g_assert_cmpstr(NAME(0x10100), ==, "lock");
  g_assert_cmpstr(NAME(0x10250), ==, "forks[2]");
  g_assert_cmpstr(NAME(0x10308), ==, "state+0x8");
  g_assert_cmpstr(NAME(0x50000), ==, "mutex #4, first locked in lock_acquire (script.c:7)");
  g_assert_cmpstr(NAME(0x60000), ==, "given");
  g_assert_false(model->objects[find_object(model, 0x50000, process, 0)].named);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/objects/generations", test_generations);
  g_test_add_func("/model/objects/two-processes", test_two_processes);
  g_test_add_func("/model/objects/rlock", test_rlock_keeps_its_kind);
  g_test_add_func("/model/objects/foreign-release", test_foreign_release);
  g_test_add_func("/model/objects/open-holds", test_open_holds);
  g_test_add_func("/model/objects/inherited", test_inherited);
  g_test_add_func("/model/objects/names", test_names);
  return g_test_run();
}
