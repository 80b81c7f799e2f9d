/* Processes and threads: who was there, since when, until when, how it ended. */
#include "script.h"

static void test_threads(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "/usr/bin/prog");
  script_thread(script, 1, 2, 1, 100);
  script_event(script, (HdEvent){.id = HD_EVENT_ACTOR_NAME, .actor_name = {.emitter = 1, .at_ns = 60, .actor = 2, .name = "early"}});
  script_event(script, (HdEvent){.id = HD_EVENT_ACTOR_NAME, .actor_name = {.emitter = 1, .at_ns = 900, .actor = 2, .name = "late"}});
  script_thread(script, 1, 3, 1, 200);
  script_thread_end(script, 2, 800);
  script_process_end(script, 1, 3, 950);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 process = find_process(model, 100, 0), main_thread = find_thread(model, 1), named = find_thread(model, 2),
          other = find_thread(model, 3);
  g_assert_cmpuint(model->process_count, ==, 1);
  g_assert_cmpstr(model->actors[process].name, ==, "prog");
  g_assert_cmpint(model->actors[process].exit, ==, 3);
  g_assert_true(model->actors[process].end_seen);
  g_assert_cmpstr(model->actors[main_thread].name, ==, "main");
  g_assert_cmpstr(model->actors[named].name, ==, "late");
  g_assert_cmpint(model->actors[named].end_ns, ==, 800);
  g_assert_cmpstr(model->actors[other].name, ==, "thread_routine"); /* its routine's function */
  g_assert_cmpint(model->actors[other].end_ns, ==, 950);
  g_assert_true(model->actors[other].end_seen);
  g_assert_cmpuint(model->actors[other].creator, ==, main_thread);
  g_assert_cmpuint(model->link_count, ==, 2);
  g_assert_cmpint(model->links[0].kind, ==, HD_LINK_CREATE);
  g_assert_cmpint(model->links[0].from_ns, ==, 100);
  g_assert_cmpint(model->links[0].to_ns, ==, 101);
}

static void test_lost_begin(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  script_lose(script, 7, 2); /* its birth */
  script_hold(script, 7, HD_OPERATION_LOCK_ACQUIRE, 0x1000, 300, 400);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 thread = find_thread(model, 7);
  g_assert_cmpuint(model->actors[thread].parent, ==, find_process(model, 100, 0));
  g_assert_cmpuint(model->actors[thread].lost_count, ==, 2);
  g_assert_cmpint(model->actors[thread].lost_last_ns, ==, 400);
  g_assert_cmpstr(model->actors[thread].name, ==, "thread 2");
  g_assert_false(model->complete);
}

static void test_exec_stays_one_process(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "/bin/old");
  script_thread(script, 1, 2, 1, 50);
  script_hold(script, 1, HD_OPERATION_LOCK_ACQUIRE, 0x1000, 60, 70);
  script_event(script, (HdEvent){.id = HD_EVENT_PROCESS_EXEC,
                                 .process_exec = {.emitter = 1, .at_ns = 200, .emitter_process_id = 100, .program = "/bin/new"}});
  script_exec(script, 3, 100, 1, 300, "/opt/what-new-links-to");
  script_hold(script, 3, HD_OPERATION_LOCK_ACQUIRE, 0x1000, 400, 500);
  script_process_end(script, 3, 0, 900);
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->process_count, ==, 1);
  guint32 process = find_process(model, 100, 0);
  g_assert_cmpstr(model->actors[process].name, ==, "new");
  g_assert_cmpint(model->actors[find_thread(model, 1)].end_ns, ==, 300);
  g_assert_cmpint(model->actors[find_thread(model, 2)].end_ns, ==, 300);
  g_assert_true(model->actors[find_thread(model, 2)].end_seen);
  g_assert_cmpint(model->actors[find_thread(model, 3)].end_ns, ==, 900);
  g_assert_cmpuint(model->actors[find_thread(model, 3)].parent, ==, process);
  g_assert_cmpuint(model->object_count, ==, 2); /* an address of the new image is another object */
}

static void test_fork(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  script_fork(script, 1, 2, 101, 100);
  script_forked(script, 1, 2, 101, 110, "prog");
  script_fork(script, 1, 3, 102, 200); /* killed before it said anything */
  script_status(script, 1, 102, -9, 300);
  script_hold(script, 2, HD_OPERATION_LOCK_ACQUIRE, 0x1000, 400, 450);
  script_process_end(script, 2, 7, 500);
  script_wait(script, 1, HD_OPERATION_PROCESS_WAIT, 101, 0, 350, 510, HD_WAIT_RESULT_OK);
  script_status(script, 1, 101, 7, 520);
  script_process_end(script, 1, 0, 900);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 parent = find_process(model, 100, 0), child = find_process(model, 101, 0), killed = find_process(model, 102, 0);
  g_assert_cmpuint(model->process_count, ==, 3);
  g_assert_cmpuint(model->actors[child].parent, ==, parent);
  g_assert_cmpuint(model->actors[child].creator, ==, find_thread(model, 1));
  g_assert_cmpint(model->actors[child].exit, ==, 7);
  g_assert_cmpint(model->actors[child].end_ns, ==, 500);
  g_assert_cmpint(model->actors[killed].exit, ==, -9);
  g_assert_cmpint(model->actors[killed].start_ns, ==, 200);
  g_assert_cmpint(model->actors[killed].end_ns, ==, 300);
  g_assert_cmpuint(model->actors[killed].emitter, ==, 0);
  g_assert_cmpuint(model->waits[0].target, ==, child);
  g_assert_cmpuint(model->waits[0].waker, ==, find_thread(model, 2));
  g_assert_cmpint(model->waits[0].waker_ns, ==, 500);
}

static void test_spawn_meets_begin(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  for (int i = 0; i < 2; i++)
    script_event(script,
                 (HdEvent){.id = HD_EVENT_PROCESS_SPAWN,
                           .process_spawn = {.emitter = 1, .at_ns = 100 + i, .child_process_id = 101 + i, .program = "/bin/child"}});
  script_exec(script, 2, 101, 100, 150, "/bin/child");
  script_process_end(script, 2, 0, 300);
  script_status(script, 1, 101, 0, 310);
  script_status(script, 1, 102, 1, 320); /* a static program: only its parent saw it */
  script_wait(script, 1, HD_OPERATION_PROCESS_WAIT, 0, 0, 200, 305, HD_WAIT_RESULT_OK);
  g_autoptr(HdModel) model = script_model(script, 1000);
  guint32 seen = find_process(model, 101, 0), unseen = find_process(model, 102, 0);
  g_assert_cmpuint(model->process_count, ==, 3);
  g_assert_cmpint(model->actors[seen].start_ns, ==, 100);
  g_assert_cmpuint(model->actors[find_thread(model, 2)].parent, ==, seen);
  g_assert_cmpuint(model->actors[seen].parent, ==, find_process(model, 100, 0));
  g_assert_cmpstr(model->actors[unseen].name, ==, "child");
  g_assert_cmpint(model->actors[unseen].exit, ==, 1);
  g_assert_cmpuint(model->waits[0].target, ==, seen); /* of any child: the one whose status came next */
}

static void test_pid_reuse(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  for (guint32 i = 0; i < 3; i++) {
    script_fork(script, 1, 2 + i, 101, 100 + 100 * i);
    script_forked(script, 1, 2 + i, 101, 110 + 100 * i, "prog");
    script_process_end(script, 2 + i, (int)i, 150 + 100 * i);
    script_status(script, 1, 101, (int)i, 160 + 100 * i);
  }
  g_autoptr(HdModel) model = script_model(script, 1000);
  g_assert_cmpuint(model->process_count, ==, 4);
  for (guint i = 0; i < 3; i++) {
    guint32 process = find_process(model, 101, i);
    g_assert_cmpint(model->actors[process].exit, ==, (int)i);
    g_assert_cmpuint(model->actors[find_thread(model, 2 + i)].parent, ==, process);
  }
}

static void test_killed_program(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  script_wait(script, 1, HD_OPERATION_LOCK_ACQUIRE, 0x1000, 0, 200, NEVER, HD_WAIT_RESULT_OK);
  HdLog *log = script_log(script, 1000);
  log->info->process_id = 100;
  log->info->exit_known = TRUE;
  log->info->exit = -9;
  g_autoptr(HdModel) model = hd_model_new(log, NULL, NULL, NULL);
  check_model(model);
  guint32 process = find_process(model, 100, 0);
  g_assert_cmpint(model->actors[process].exit, ==, -9);
  g_assert_cmpint(model->actors[process].end_ns, ==, 1000);
  g_assert_true(model->complete);
  g_assert_true(model->waits[0].open);
  g_assert_cmpint(model->waits[0].end_ns, ==, 1000);
  g_autofree char *states = describe(model, find_thread(model, 1));
  g_assert_cmpstr(states, ==, "not-waiting 0-200, wait-lock 200-1000");
}

static void test_schedule(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 10, "prog");
  script_wait(script, 1, HD_OPERATION_LOCK_ACQUIRE, 0x1000, 0, 200, 300, HD_WAIT_RESULT_OK);
  script_process_end(script, 1, 0, 600);
  HdLog *log = script_log(script, 600);
  const HdSwitch switches[] = {
      {.at_ns = 5, .thread_id = 100, .kind = HD_SWITCH_IN},   {.at_ns = 50, .thread_id = 100, .kind = HD_SWITCH_OUT_PREEMPTED},
      {.at_ns = 80, .thread_id = 100, .kind = HD_SWITCH_IN},  {.at_ns = 210, .thread_id = 100, .kind = HD_SWITCH_OUT_BLOCKED},
      {.at_ns = 290, .thread_id = 100, .kind = HD_SWITCH_IN}, {.at_ns = 400, .thread_id = 100, .kind = HD_SWITCH_OUT_BLOCKED},
      {.at_ns = 500, .thread_id = 100, .kind = HD_SWITCH_IN},
  };
  log->switches = g_memdup2(switches, sizeof switches);
  log->switch_count = G_N_ELEMENTS(switches);
  for (guint i = 0; i < G_N_ELEMENTS(switches); i++) log->switches[i].at_ns += log->info->started_ns;
  g_autoptr(HdModel) model = hd_model_new(log, NULL, NULL, NULL);
  check_model(model);
  g_autofree char *states = describe(model, find_thread(model, 1));
  g_assert_cmpstr(states, ==,
                  "running 10-50, ready 50-80, running 80-200, wait-lock 200-300, running 300-400, off-cpu 400-500, running 500-600");
}

/* Records were lost: between two switches that do not fit nothing is claimed. */
static void test_schedule_loss(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  script_wait(script, 1, HD_OPERATION_LOCK_ACQUIRE, 0x1000, 0, 500, 600, HD_WAIT_RESULT_OK);
  script_process_end(script, 1, 0, 1000);
  HdLog *log = script_log(script, 1000);
  const HdSwitch switches[] = {
      {.at_ns = 100, .thread_id = 100, .kind = HD_SWITCH_OUT_PREEMPTED},
      {.at_ns = 200, .thread_id = 100, .kind = HD_SWITCH_OUT_PREEMPTED},
      {.at_ns = 300, .thread_id = 100, .kind = HD_SWITCH_IN},
      {.at_ns = 400, .thread_id = 100, .kind = HD_SWITCH_OUT_BLOCKED},
      {.at_ns = 700, .thread_id = 100, .kind = HD_SWITCH_IN},
      {.at_ns = 800, .thread_id = 100, .kind = HD_SWITCH_OUT_BLOCKED},
  };
  log->switches = g_memdup2(switches, sizeof switches);
  log->switch_count = G_N_ELEMENTS(switches);
  for (guint i = 0; i < G_N_ELEMENTS(switches); i++) log->switches[i].at_ns += log->info->started_ns;
  g_autoptr(HdModel) model = hd_model_new(log, NULL, NULL, NULL);
  check_model(model);
  g_autofree char *states = describe(model, find_thread(model, 1));
  g_assert_cmpstr(states, ==,
                  "running 0-100, unknown 100-200, ready 200-300, running 300-400, unknown 400-500, wait-lock 500-600, unknown 600-700, "
                  "running 700-800, off-cpu 800-1000");
}

/* The schedule saw when a killed child left the CPU; its parent reaped it later. The pid's earlier exit was somebody else's. */
static void test_exit_in_schedule(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  script_fork(script, 1, 2, 101, 200);
  script_forked(script, 1, 2, 101, 210, "prog");
  script_acquired(script, 2, HD_OPERATION_LOCK_ACQUIRE, 0x1000, 300);
  script_status(script, 1, 101, -9, 700);
  HdLog *log = script_log(script, 1000);
  log->switch_count = 2;
  log->switches = g_new0(HdSwitch, 2);
  log->switches[0] = (HdSwitch){.at_ns = log->info->started_ns + 100, .thread_id = 101, .kind = HD_SWITCH_EXIT};
  log->switches[1] = (HdSwitch){.at_ns = log->info->started_ns + 400, .thread_id = 101, .kind = HD_SWITCH_EXIT};
  g_autoptr(HdModel) model = hd_model_new(log, NULL, NULL, NULL);
  check_model(model);
  g_assert_cmpint(model->actors[find_process(model, 101, 0)].end_ns, ==, 400);
  g_assert_cmpint(model->actors[find_process(model, 101, 0)].exit, ==, -9);
  g_assert_cmpint(model->actors[find_thread(model, 2)].end_ns, ==, 400);
  g_assert_cmpint(model->holds[0].end_ns, ==, 400);
  g_assert_cmpint(model->links[model->link_count - 1].kind, ==, HD_LINK_REAP);
  g_assert_cmpint(model->links[model->link_count - 1].from_ns, ==, 400);
}

static void test_unobserved(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  for (int i = 0; i < 2; i++) {
    script_event(script, (HdEvent){.id = HD_EVENT_UNOBSERVED,
                                   .unobserved = {.emitter = 1, .at_ns = 10, .what = HD_UNOBSERVED_WHAT_NESTED, .count = 3}});
    script_event(script, (HdEvent){.id = HD_EVENT_UNOBSERVED,
                                   .unobserved = {.emitter = 1, .at_ns = 10, .what = HD_UNOBSERVED_WHAT_OTHER, .detail = "a thing"}});
  }
  g_autoptr(HdModel) model = script_model(script, 100);
  g_assert_cmpuint(model->unobserved_count, ==, 2);
  g_assert_cmpstr(model->unobserved[0], ==, "a thing");
  g_assert_true(g_str_has_prefix(model->unobserved[1], "6 operations in signal handlers"));
}

/* A signal ends the threads of a process one after the other: none of them left before. */
static void test_killed_together(void) {
  Script *script = script_new();
  script_process(script, 1, 100, 0, "prog");
  script_thread(script, 1, 2, 1, 10);
  script_wait(script, 2, HD_OPERATION_CONDITION_WAIT, 0x1000, 0, 300, NEVER, HD_WAIT_RESULT_OK);
  HdLog *log = script_log(script, 1000);
  log->switch_count = 2;
  log->switches = g_new0(HdSwitch, 2);
  log->switches[0] = (HdSwitch){.at_ns = log->info->started_ns + 700, .thread_id = 1002, .kind = HD_SWITCH_EXIT};
  log->switches[1] = (HdSwitch){.at_ns = log->info->started_ns + 720, .thread_id = 100, .kind = HD_SWITCH_EXIT};
  g_autoptr(HdModel) model = hd_model_new(log, NULL, NULL, NULL);
  check_model(model);
  g_assert_cmpint(model->actors[find_thread(model, 1)].end_ns, ==, 720);
  g_assert_cmpint(model->actors[find_thread(model, 2)].end_ns, ==, 720);
  g_assert_cmpint(model->waits[0].end_ns, ==, 720);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/actors/threads", test_threads);
  g_test_add_func("/model/actors/lost-begin", test_lost_begin);
  g_test_add_func("/model/actors/exec", test_exec_stays_one_process);
  g_test_add_func("/model/actors/fork", test_fork);
  g_test_add_func("/model/actors/spawn", test_spawn_meets_begin);
  g_test_add_func("/model/actors/pid-reuse", test_pid_reuse);
  g_test_add_func("/model/actors/killed-program", test_killed_program);
  g_test_add_func("/model/actors/schedule", test_schedule);
  g_test_add_func("/model/actors/schedule-loss", test_schedule_loss);
  g_test_add_func("/model/actors/exit-in-schedule", test_exit_in_schedule);
  g_test_add_func("/model/actors/killed-together", test_killed_together);
  g_test_add_func("/model/actors/unobserved", test_unobserved);
  return g_test_run();
}
