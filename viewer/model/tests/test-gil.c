/* The interpreter lock: the thread's, whoever runs on it; who runs with it runs in a state of its own. */
#include "script.h"

#define OK HD_WAIT_RESULT_OK
#define GIL 0x1000
#define ACQUIRE HD_OPERATION_GIL_ACQUIRE

static void assert_states(const HdModel *model, guint32 actor, const char *expected) {
  g_autofree char *states = describe(model, actor);
  g_assert_cmpstr(states, ==, expected);
}

static void test_threads(void) {
  Script *script = script_threads(2);
  script_hold(script, 1, ACQUIRE, GIL, 100, 300);
  script_wait(script, 2, ACQUIRE, GIL, 0, 150, 310, OK);
  script_hold(script, 2, ACQUIRE, GIL, 310, 600);
  script_wait(script, 2, HD_OPERATION_LOCK_ACQUIRE, 0x2000, 0, 400, 450, OK); /* should have given it up */
  g_autoptr(HdModel) model = script_model(script, 1000);
  assert_states(model, find_thread(model, 1), "not-waiting 0-100, running-gil 100-300, not-waiting 300-1000");
  assert_states(model, find_thread(model, 2),
                "not-waiting 3-150, wait-gil 150-310, running-gil 310-400, wait-lock 400-450, running-gil 450-600, not-waiting 600-1000");
  assert_woken(model, wait_of(model, 2, 0), 1, 300);
  g_assert_cmpuint(model->holds[1].wait, ==, wait_of(model, 2, 0) - model->waits);
  guint handovers = 0;
  for (guint32 i = 0; i < model->link_count; i++) handovers += model->links[i].kind == HD_LINK_HANDOVER;
  g_assert_cmpuint(handovers, ==, 1);
}

/* Taken outside of a step, given up and taken again inside: it stays the thread's, and the task runs with it where its thread has it. */
static void test_tasks(void) {
  Script *script = script_threads(1);
  script_task(script, 1, 7, 0x3000, 100, "a");
  script_task(script, 1, 8, 0x3000, 110, "b");
  script_instant(script, 1, HD_OPERATION_TASK_STEP, TASK(7), 0, 200);
  script_hold(script, 1, ACQUIRE, GIL, 150, 250);
  script_wait(script, 1, ACQUIRE, GIL, 0, 260, 300, OK);
  script_instant(script, 1, HD_OPERATION_TASK_YIELD, TASK(7), 0, 400);
  script_step(script, 1, 8, 410, 500, HD_OPERATION_TASK_END, TASK(8), 0);
  script_hold(script, 1, ACQUIRE, GIL, 300, 450);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 thread = find_thread(model, 1);
  for (guint32 i = 0; i < model->hold_count; i++) g_assert_cmpuint(model->holds[i].actor, ==, thread);
  g_assert_cmpuint(model->waits[0].actor, ==, thread);
  assert_states(model, thread,
                "not-waiting 0-150, running-gil 150-250, not-waiting 250-260, wait-gil 260-300, running-gil 300-450, not-waiting 450-1000");
  assert_states(model, find_task(model, "a"),
                "ready 100-200, running-gil 200-250, running 250-260, wait-gil 260-300, running-gil 300-400, ready 400-1000");
  assert_states(model, find_task(model, "b"), "ready 110-410, running-gil 410-450, running 450-500");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/gil/threads", test_threads);
  g_test_add_func("/model/gil/tasks", test_tasks);
  return g_test_run();
}
