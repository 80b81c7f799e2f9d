/* Hangs: what occurred, and what only looks like it. */
#include "scenario.h"

static void test_abba(void) {
  scenario_expect("0 main create alice\n0 main create bob\n1 main join alice\n"
                  "2 alice lock l\n2 bob lock r\n300 alice want r\n301 bob want l\n5000 - interrupt\n5001 main killed\n",
                  "deadlock occurred alice,bob\n");
}

static void test_philosophers(void) {
  scenario_expect("1 a lock A\n1 b lock B\n1 c lock C\n1 d lock D\n1 e lock E\n2 a want B\n3 b want C\n4 c want D\n5 d want E\n6 e want A\n"
                  "7 main join a\n100 - interrupt\n",
                  "deadlock occurred a,b,c,d,e\n");
}

static void test_lock_and_join(void) {
  scenario_expect("0 main create worker\n1 main lock m\n2 main join worker\n100 worker want m\n5000 - interrupt\n",
                  "deadlock occurred main,worker\n");
  HdModel *model = scenario_model("0 main create worker\n1 main lock m\n2 main join worker\n100 worker want m\n5000 - interrupt\n");
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  const HdFinding *finding = &analysis->findings[0];
  g_assert_cmpstr(finding->title, ==, "Deadlock at 100 ms");
  g_assert_cmpstr(finding->summary, ==,
                  "main holds m and waits in join for worker, worker waits for m. Neither can go on; 4.9 s until the end.");
  g_assert_cmpint(finding->at_ns, ==, 100 * 1000000);
  g_assert_cmpint(finding->from_ns, ==, 1000000);
  g_assert_cmpint(finding->to_ns, ==, 109900000);
  g_assert_cmpint(finding->lost_ns, ==, 2 * 4900 * (gint64)1000000);
  g_assert_false(finding->resolved);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static void test_self(void) {
  scenario_expect("0 main create clumsy\n0 main join clumsy\n1 clumsy lock m\n2 clumsy want m\n5000 - interrupt\n",
                  "self-deadlock occurred clumsy\n");
  scenario_expect("1 a join a\n50 - interrupt\n", "self-deadlock occurred a\n");
  /* Strangers release it: then only if nobody can at the end. */
  const char *begin = "1 other lock m\n2 clumsy unlock m\n3 clumsy lock m\n4 clumsy want m\n";
  g_autofree char *hangs = g_strdup_printf("%s5 other end\n9 - interrupt\n", begin), *runs = g_strdup_printf("%s9 - interrupt\n", begin);
  scenario_expect(hangs, "self-deadlock occurred clumsy\n");
  scenario_expect(runs, "");
}

static void test_reentrant(void) {
  scenario_expect("0 - object m rlock\n1 a lock m\n2 a lock m\n3 a unlock m\n4 a unlock m\n5 b lock m\n6 - interrupt\n", "");
}

static void test_held_by_exited(void) {
  scenario_expect(
      "0 main create leaver\n1 leaver lock m\n2 leaver end\n2 main join leaver\n3 main joined leaver\n4 main want m\n5000 - interrupt\n",
      "held-by-exited occurred leaver,main\n");
  /* It waited before the holder left; another one waits, too; a third follows. */
  scenario_expect("1 leaver lock m\n2 a want m\n3 leaver end\n4 b want m\n5 main join a\n50 - interrupt\n",
                  "held-by-exited occurred leaver,a,b\n");
  /* A robust lock wakes its waiter. */
  scenario_expect("0 - object m lock robust\n1 leaver lock m\n2 a want m\n3 leaver end\n3 a died m\n5 a unlock m\n50 a exit\n", "");
  /* All died with their process. */
  scenario_expect("1 leaver lock m\n2 a want m\n3 leaver exit\n", "");
  /* A process-shared one, whose holder was killed; not in the teardown after the interrupt. */
  scenario_expect("0 - object m lock shared\n0 main fork child\n1 child lock m\n2 main want m\n3 child killed\n50 - interrupt\n",
                  "held-by-exited occurred child,main\n");
  scenario_expect(
      "0 - object m lock shared\n0 main fork child\n1 child lock m\n2 main want m\n3 - interrupt\n4 child killed\n5 main killed\n", "");
}

static void test_held_through_fork(void) {
  scenario_expect("0 main create other\n1 other lock m\n2 main fork child\n2 child inherits m_of_child other\n3 child want m_of_child\n"
                  "4 other unlock m\n5 main reap child\n50 - interrupt\n",
                  "held-by-exited occurred other,child\n");
}

static void test_lost_wakeup(void) {
  scenario_expect("0 main create sleeper\n1 main lock m\n1 main notify c\n1 main unlock m\n2 main join sleeper\n"
                  "300 sleeper lock m\n301 sleeper cwait c m\n5000 - interrupt\n",
                  "lost-wakeup occurred sleeper\n");
  /* The notify came into the section in which it waits, without the mutex. */
  scenario_expect("1 sleeper lock m\n2 main notify c\n3 sleeper cwait c m\n4 main join sleeper\n50 - interrupt\n",
                  "lost-wakeup occurred sleeper\n");
  /* It went through the mutex after the notify: it has seen what was to be seen. */
  scenario_expect(
      "1 main notify c\n2 sleeper lock m\n3 sleeper unlock m\n4 sleeper lock m\n5 sleeper cwait c m\n6 main join sleeper\n50 - interrupt\n",
      "stuck occurred sleeper\n");
  /* The notify woke the wrong one. */
  scenario_expect(
      "1 a lock m\n1 a cwait c m\n2 b lock m\n2 b cwait c m\n3 main notify c\n3 a woken c\n3 a lock m again\n4 a cwait c m\n5 main join b\n"
      "50 - interrupt\n",
      "stuck occurred a,b\n");
  /* Nobody ever notified. */
  scenario_expect("4 sleeper lock m\n5 sleeper cwait c m\n6 main join sleeper\n50 - interrupt\n", "stuck occurred sleeper\n");
  /* The last notify found somebody. */
  scenario_expect(
      "1 a lock m\n2 a cwait c m\n3 b notify c\n3 a woken c\n3 a lock m again\n4 a cwait c m\n5 b end\n6 main join a\n50 - interrupt\n",
      "stuck occurred a\n");
}

static void test_can_still_run(void) {
  /* A sleeper, a timed wait, I/O could signal. */
  scenario_expect("1 a lock m\n2 a cwait c m\n3 main sleep\n50 - interrupt\n", "");
  scenario_expect("1 a lock m\n2 a cwait c m\n3 main io\n50 - interrupt\n", "");
  scenario_expect("1 a lock m\n2 a cwait c m\n3 b swait x timed\n50 - interrupt\n", "");
  scenario_expect("1 a lock m\n2 a cwait c m\n3 b lock x\n50 - interrupt\n", "");
  /* A timed wait in the cycle. */
  scenario_expect("1 a lock l\n1 b lock r\n2 a want r timed\n3 b want l\n9 - interrupt\n", "");
  /* Idle pool threads at a proper exit; the same when main was interrupted in a wait that its signal handler ended. */
  scenario_expect("1 a lock m\n2 a cwait c m\n3 b lock m\n4 b cwait c m\n50 main exit\n", "");
  scenario_expect("1 a lock m\n2 a cwait c m\n3 main swait s\n50 - interrupt\n51 main sgot s\n52 main exit\n", "");
  /* Just contention when it was interrupted. */
  scenario_expect("1 a lock l\n2 b want l\n3 - interrupt\n4 a unlock l\n4 b got l\n5 main exit\n", "");
}

static void test_semaphores(void) {
  scenario_expect("1 main create w\n2 w swait s\n3 main join w\n50 - interrupt\n", "stuck occurred w\n");
  /* Used as locks. */
  scenario_expect("1 a take s\n1 b take t\n2 a swait t\n3 b swait s\n4 main join a\n50 - interrupt\n", "deadlock occurred a,b\n");
  /* Each would have posted the other's. */
  scenario_expect("1 a swait s\n2 b swait t\n3 main join a\n50 - interrupt\n", "deadlock occurred a,b\n");
  /* A thread that joins before it posts, as it did before. */
  scenario_expect("1 main post s\n2 w take s\n3 w swait s\n4 main join w\n50 - interrupt\n", "deadlock occurred main,w\n");
  /* Alone. */
  scenario_expect("1 main swait s\n50 - interrupt\n", "stuck occurred main\n");
  /* Shared with a process that can run; then with one that waits for its parent. */
  scenario_expect("0 - object s semaphore shared\n0 main fork child\n1 main swait s\n2 child sleep\n50 - interrupt\n", "");
  scenario_expect("0 - object s semaphore shared\n0 main fork child\n1 child swait s\n2 main reap child\n50 - interrupt\n",
                  "stuck occurred child\n");
}

static void test_barriers(void) {
  /* Two of three came, main waits for them. */
  scenario_expect("0 - object b barrier value=3\n1 x bwait b\n2 y bwait b\n3 main join x\n50 - interrupt\n", "stuck occurred x,y\n");
  /* The third needs a lock that one of them holds. */
  scenario_expect("0 - object b barrier value=3\n1 x lock m\n2 x bwait b\n3 y bwait b\n4 z want m\n5 main join x\n50 - interrupt\n",
                  "deadlock occurred x,z\n");
  /* The third hangs by itself. */
  scenario_expect("0 - object b barrier value=3\n1 x bwait b\n2 y bwait b\n3 z lock m\n4 z want m\n5 main join x\n50 - interrupt\n",
                  "self-deadlock occurred z\n");
}

static void test_nested_monitor(void) {
  scenario_expect("1 a lock outer\n2 a lock inner\n3 a cwait c inner\n4 b want outer\n5 main join a\n50 - interrupt\n",
                  "deadlock occurred a,b\n");
}

static void test_reacquire_in_cycle(void) {
  scenario_expect(
      "1 a lock x\n2 a lock m\n3 a cwait c m\n4 b lock m\n5 b notify c\n5 a woken c\n5 a want m again\n6 b want x\n50 - interrupt\n",
      "deadlock occurred a,b\n");
}

static void test_readers_and_writers(void) {
  const char *rw = "0 - object rw rwlock\n";
  g_autofree char *upgrade = g_strconcat(rw, "1 a lock rw read\n2 a want rw\n50 - interrupt\n", NULL);
  scenario_expect(upgrade, "self-deadlock occurred a\n");
  g_autofree char *two = g_strconcat(rw, "1 a lock rw read\n1 b lock rw read\n2 a want rw\n3 b want rw\n50 - interrupt\n", NULL);
  scenario_expect(two, "deadlock occurred a,b\n");
  /* A reader that reads again behind a writer. */
  g_autofree char *behind = g_strconcat(rw, "1 a lock rw read\n2 b want rw\n3 a want rw read\n50 - interrupt\n", NULL);
  scenario_expect(behind, "deadlock occurred a,b\n");
  /* A writer waits for one reader that hangs and one that does not. */
  g_autofree char *mixed =
      g_strconcat(rw, "1 a lock rw read\n1 c lock rw read\n2 b lock m\n3 b want rw\n4 a want m\n50 - interrupt\n", NULL);
  scenario_expect(mixed, "deadlock occurred a,b\n");
}

static void test_processes(void) {
  /* Shared locks, in both orders. */
  scenario_expect("0 - object l lock shared\n0 - object r lock shared\n0 main fork child\n1 main lock l\n1 child lock r\n2 main want r\n3 "
                  "child want l\n"
                  "50 - interrupt\n",
                  "deadlock occurred main,child\n");
  /* A lock and the wait for a child. */
  scenario_expect("0 - object l lock shared\n0 main fork child\n1 main lock l\n2 main reap child\n3 child want l\n50 - interrupt\n",
                  "deadlock occurred main,child\n");
  /* The same, but another thread of the child can run, and may end it. */
  scenario_expect(
      "0 - object l lock shared\n0 main fork child\n1 child create busy\n1 main lock l\n2 main reap child\n3 child want l\n9 - interrupt\n",
      "");
  /* Any child. */
  scenario_expect("0 - object l lock shared\n0 main fork child\n1 main lock l\n2 main reapany\n3 child want l\n50 - interrupt\n",
                  "deadlock occurred main,child\n");
  /* Both read first. */
  scenario_expect(
      "0 - object p pipe shared\n0 - object q pipe shared\n0 main fork child\n1 main pread p\n2 child pread q\n50 - interrupt\n",
      "deadlock occurred main,child\n");
  /* A full pipe whose reader waits for the child. */
  scenario_expect("0 - object p pipe shared\n0 main fork child\n1 child pwrite p\n2 main reap child\n50 - interrupt\n",
                  "deadlock occurred main,child\n");
  /* Standard input, which may come from anywhere. */
  scenario_expect("0 - object p pipe shared unborn\n1 main pread p fd=0\n50 - interrupt\n", "");
  /* A child that was killed while it hung is judged at its death. */
  scenario_expect("0 main fork child\n1 child create c2\n2 child swait s\n3 c2 swait t\n20 child killed\n30 main exit\n",
                  "deadlock occurred child,c2\n");
}

static void test_followers(void) {
  HdModel *model = scenario_model(
      "1 alice lock l\n1 bob lock r\n2 alice want r\n3 bob want l\n4 main join alice\n5 w lock m\n6 w cwait c m\n50 - interrupt\n");
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_autofree char *seen = scenario_findings(model, analysis);
  g_assert_cmpstr(seen, ==, "deadlock occurred alice,bob\n");
  const GArray *evidence = analysis->findings[0].evidence;
  g_assert_cmpuint(evidence->len, ==, 4);
  g_assert_cmpstr(g_array_index(evidence, HdEvidence, 0).text, ==, "alice holds l and waits for r");
  g_assert_cmpstr(g_array_index(evidence, HdEvidence, 2).text, ==, "main waits in join for alice, and so does not go on either");
  g_assert_cmpuint(g_array_index(evidence, HdEvidence, 0).hold, !=, HD_NONE);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

/* Two hangs of their own are two findings. */
static void test_two_hangs(void) {
  scenario_expect("1 a lock l\n1 b lock r\n1 c lock x\n1 d lock y\n2 a want r\n3 b want l\n4 c want y\n5 d want x\n50 - interrupt\n",
                  "deadlock occurred a,b\ndeadlock occurred c,d\n");
}

/* More locks held than fit in a word of bits. */
static void test_many_locks(void) {
  GString *script = g_string_new(NULL);
  for (int i = 0; i < 130; i++) g_string_append_printf(script, "1 a lock l%d\n", i);
  g_string_append(script, "2 b lock r\n3 a want r\n4 b want l129\n50 - interrupt\n");
  scenario_expect(script->str, "deadlock occurred a,b\n");
  g_string_free(script, TRUE);
}

static void test_resolved(void) {
  HdModel *model = scenario_model(
      "0 - object l lock shared robust\n0 - object r lock shared robust\n0 main fork p\n0 main fork q\n1 p lock l\n1 q lock r\n"
      "2 p want r\n3 q want l\n20 q killed\n20 p died r\n30 main exit\n");
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_autofree char *seen = scenario_findings(model, analysis);
  g_assert_cmpstr(seen, ==, "deadlock occurred p,q\nheld-by-exited occurred q,p\n");
  g_assert_true(analysis->findings[0].resolved);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

/* A release that was lost is no hold for ever. */
static void test_lost_events(void) {
  HdModel *model = scenario_model("1 a lock l\n1 b lock r\n2 a lost\n3 a want r\n4 b want l\n50 - interrupt\n");
  for (guint32 i = 0; i < model->hold_count; i++) model->holds[i].sequence = 7;
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  for (guint i = 0; i < analysis->finding_count; i++) g_assert_cmpint(analysis->findings[i].kind, !=, HD_FINDING_DEADLOCK);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static void test_graph(void) {
  HdModel *model = scenario_model("1 a lock l\n2 b want l\n3 c cwait k m\n4 d notify k\n5 d want l\n6 e join b\n50 - interrupt\n");
  g_autoptr(GArray) edges = hd_wait_graph(model, 10 * 1000000);
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < edges->len; i++) {
    const HdWaitEdge *edge = &g_array_index(edges, HdWaitEdge, i);
    g_string_append_printf(text, "%s %s %s\n", model->actors[edge->waiter].name, edge->any ? "any" : "all",
                           model->actors[edge->target].name);
  }
  g_assert_cmpstr(text->str, ==, "b all a\nc any d\nd all a\ne all b\n");
  g_string_free(text, TRUE);
  scenario_free(model);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/hangs/abba", test_abba);
  g_test_add_func("/hangs/philosophers", test_philosophers);
  g_test_add_func("/hangs/lock-and-join", test_lock_and_join);
  g_test_add_func("/hangs/self", test_self);
  g_test_add_func("/hangs/reentrant", test_reentrant);
  g_test_add_func("/hangs/held-by-exited", test_held_by_exited);
  g_test_add_func("/hangs/held-through-fork", test_held_through_fork);
  g_test_add_func("/hangs/lost-wakeup", test_lost_wakeup);
  g_test_add_func("/hangs/can-still-run", test_can_still_run);
  g_test_add_func("/hangs/semaphores", test_semaphores);
  g_test_add_func("/hangs/barriers", test_barriers);
  g_test_add_func("/hangs/nested-monitor", test_nested_monitor);
  g_test_add_func("/hangs/reacquire-in-cycle", test_reacquire_in_cycle);
  g_test_add_func("/hangs/readers-and-writers", test_readers_and_writers);
  g_test_add_func("/hangs/processes", test_processes);
  g_test_add_func("/hangs/followers", test_followers);
  g_test_add_func("/hangs/two", test_two_hangs);
  g_test_add_func("/hangs/many-locks", test_many_locks);
  g_test_add_func("/hangs/resolved", test_resolved);
  g_test_add_func("/hangs/lost-events", test_lost_events);
  g_test_add_func("/hangs/graph", test_graph);
  return g_test_run();
}
