/* Hangs across kinds of waits: a cycle through any of them is one deadlock, and nothing is one that somebody could still end. */
#include "scenario.h"

#define INTERRUPT "50 - interrupt\n"

static void test_lock_and_queue(void) {
  /* Whoever should put needs the lock that the getter keeps. */
  scenario_expect("1 a lock m\n2 a getwait q\n3 b want m\n4 main join a\n" INTERRUPT, "deadlock occurred a,b\n");
  /* The same with a full queue. */
  scenario_expect("0 - object q queue value=1\n1 a put q\n2 a lock m\n3 a putwait q\n4 b want m\n5 main join a\n" INTERRUPT,
                  "deadlock occurred a,b\n");
  /* The lock's holder will put. */
  scenario_expect("1 b lock m\n2 a getwait q\n3 main join a\n" INTERRUPT, "");
}

static void test_queues(void) {
  /* Each gets before it puts. */
  scenario_expect("1 a getwait q\n2 b getwait r\n3 main join a\n" INTERRUPT, "deadlock occurred a,b\n");
  /* Both queues are full, and each would take from the other's. */
  scenario_expect("1 a get q\n1 b get r\n2 b put q\n2 a put r\n3 b putwait q\n4 a putwait r\n5 main join a\n" INTERRUPT,
                  "deadlock occurred a,b\n");
  /* The producer joins its consumer before it puts what would end it. */
  scenario_expect("1 main put q\n2 w get q\n3 w getwait q\n4 main join w\n" INTERRUPT, "deadlock occurred main,w\n");
  /* A consumer that nobody ever fed, and one whose fellow consumers are no help. */
  scenario_expect("3 w getwait q\n4 main join w\n" INTERRUPT, "stuck occurred w\n");
  scenario_expect("1 p put q\n2 v get q\n2 p end\n3 v getwait q\n4 w getwait q\n5 main join w\n" INTERRUPT, "stuck occurred v,w\n");
  /* A join of a queue of which one item was never called done. */
  scenario_expect("1 main put q\n2 w get q\n3 main joinwait q\n4 w getwait q\n" INTERRUPT, "stuck occurred main,w\n");
  /* A task that will be done, if only the lock came free. */
  scenario_expect("1 main put q\n1 main lock m\n2 w get q\n2 w taskdone q\n3 main joinwait q\n4 w want m\n" INTERRUPT,
                  "deadlock occurred main,w\n");
}

static void test_idle(void) {
  /* Consumers and workers when the program ends as it should, and when main could still put or submit. */
  scenario_expect("1 main put q\n2 w get q\n3 w getwait q\n9 main exit\n", "");
  scenario_expect("3 w getwait q\n4 main sleep\n" INTERRUPT, "");
  scenario_expect("0 - object e executor value=2\n3 w idle e\n4 v idle e\n9 main exit\n", "");
  /* Somebody else's hang is not the idle workers' matter. */
  HdModel *model = scenario_model(
      "0 - object e executor value=2\n1 w idle e\n1 a lock l\n1 b lock r\n2 a want r\n3 b want l\n4 main join a\n" INTERRUPT);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_autofree char *seen = scenario_findings(model, analysis);
  g_assert_cmpstr(seen, ==, "deadlock occurred a,b\n");
  g_assert_cmpuint(analysis->findings[0].evidence->len, ==, 3); /* a, b and main */
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static void test_lock_and_pipe(void) {
  const char *processes = "0 - object m lock shared\n0 - object p pipe shared unborn\n0 main fork child\n";
  g_autofree char *receive = g_strconcat(processes, "1 main lock m\n2 main receivewait p\n3 child want m\n" INTERRUPT, NULL);
  scenario_expect(receive, "deadlock occurred main,child\n");
  g_autofree char *send = g_strconcat(processes, "1 main lock m\n2 main sendwait p\n3 child want m\n" INTERRUPT, NULL);
  scenario_expect(send, "deadlock occurred main,child\n");
  g_autofree char *runs = g_strconcat(processes, "1 main lock m\n2 main receivewait p\n" INTERRUPT, NULL);
  scenario_expect(runs, "");
}

static void test_processes_and_pipes(void) {
  const char *processes = "0 - object p pipe shared\n0 - object q pipe shared\n0 main fork child\n";
  /* A child that cannot get rid of its message, and a parent that waits for its end. */
  g_autofree char *full = g_strconcat(processes, "1 child send p\n2 child sendwait p\n3 main reap child\n" INTERRUPT, NULL);
  scenario_expect(full, "deadlock occurred main,child\n");
  /* Both receive first. */
  g_autofree char *both = g_strconcat(processes, "1 main receivewait p\n2 child receivewait q\n" INTERRUPT, NULL);
  scenario_expect(both, "deadlock occurred main,child\n");
  /* A child that waits for work that only its parent could send. */
  g_autofree char *join =
      g_strconcat(processes, "1 main send p\n2 child receive p\n3 child receivewait p\n4 main reap child\n" INTERRUPT, NULL);
  scenario_expect(join, "deadlock occurred main,child\n");
  /* Both send first; their parent could receive, until it has closed both ends. */
  const char *children = "0 - object p pipe shared\n0 - object q pipe shared\n0 main fork rome\n0 main fork paris\n"
                         "1 rome send p\n1 paris send q\n2 rome sendwait p\n2 paris sendwait q\n3 main sleep\n";
  g_autofree char *open = g_strconcat(children, "4 main close p\n4 main close q\n" INTERRUPT, NULL);
  scenario_expect(open, "");
  g_autofree char *closed = g_strconcat(children, "4 main close p\n4 main close p\n4 main close q\n4 main close q\n" INTERRUPT, NULL);
  scenario_expect(closed, "deadlock occurred rome,paris\n");
  /* A child that was forked before has it still, one that was forked later has not. */
  g_autofree char *before = g_strconcat(children,
                                        "3 main fork other\n4 main close p\n4 main close p\n4 main close q\n4 main close q\n"
                                        "5 other sleep\n" INTERRUPT,
                                        NULL);
  scenario_expect(before, "");
  g_autofree char *after = g_strconcat(children,
                                       "4 main close p\n4 main close p\n4 main close q\n4 main close q\n5 main fork other\n"
                                       "5 other sleep\n" INTERRUPT,
                                       NULL);
  scenario_expect(after, "deadlock occurred rome,paris\n");
  /* A queue between processes, its feeder's join. */
  scenario_expect("0 - object q queue shared value=1\n0 main fork child\n1 child put q\n2 child putwait q\n3 main reap child\n" INTERRUPT,
                  "stuck occurred child\n");
  scenario_expect("0 - object q queue shared value=1\n0 main fork child\n1 child put q\n1 main get q\n1 child put q\n2 child putwait q\n"
                  "3 main reap child\n" INTERRUPT,
                  "deadlock occurred main,child\n");
}

static void test_closed_ends(void) {
  /* Whoever made a pipe and has closed both of its ends is no help to those who share it; with one end it might be. */
  const char *children =
      "0 - object p pipe shared\n0 - object q pipe shared\n0 main fork a\n0 main fork b\n1 main close p\n1 main close q\n";
  const char *hang = "2 a send p\n2 b send q\n3 a sendwait p\n3 b sendwait q\n4 main sleep\n" INTERRUPT;
  g_autofree char *one = g_strconcat(children, hang, NULL), *both = g_strconcat(children, "1 main close p\n1 main close q\n", hang, NULL);
  scenario_expect(one, "");
  scenario_expect(both, "deadlock occurred a,b\n");
}

static void test_lock_and_future(void) {
  /* The job needs the lock that who waits for it keeps. */
  scenario_expect("0 - object e executor value=1\n0 main lock m\n1 main submit e j\n2 w begin j\n3 w want m\n4 main fwait j\n" INTERRUPT,
                  "deadlock occurred main,w\n");
  /* The job holds what main wants, and waits for what main would put. */
  scenario_expect("0 - object e executor value=1\n1 main submit e j\n2 w begin j\n2 w lock m\n3 w getwait q\n4 main want m\n" INTERRUPT,
                  "deadlock occurred main,w\n");
  /* Two jobs that wait for each other's results. */
  scenario_expect(
      "0 - object e executor value=2\n1 main submit e j\n1 main submit e k\n2 v begin j\n2 w begin k\n3 v fwait k\n4 w fwait j\n"
      "5 main fwait j\n" INTERRUPT,
      "deadlock occurred v,w\n");
  /* A job that runs. */
  scenario_expect("0 - object e executor value=1\n1 main submit e j\n2 w begin j\n4 main fwait j\n" INTERRUPT, "");
  /* One whose worker is dead: another thread may find out; here nobody is left. */
  const char *dead = "0 - object e executor value=1\n1 main submit e j\n2 w begin j\n3 w end\n4 main fwait j\n";
  g_autofree char *runs = g_strconcat(dead, "4 manager sleep\n" INTERRUPT, NULL), *hangs = g_strconcat(dead, INTERRUPT, NULL);
  scenario_expect(runs, "");
  scenario_expect(hangs, "stuck occurred main\n");
  /* A future of nobody's job: anybody may complete it. */
  scenario_expect("1 a fwait f\n2 main sleep\n" INTERRUPT, "");
  scenario_expect("1 a fwait f\n2 main join a\n" INTERRUPT, "stuck occurred a\n");
}

static void test_graph(void) {
  HdModel *model = scenario_model("0 - object e executor value=1\n1 main submit e j\n1 main submit e k\n2 w begin j\n3 main fwait j\n"
                                  "4 v fwait k\n" INTERRUPT);
  g_autoptr(GArray) edges = hd_wait_graph(model, 10 * 1000000);
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < edges->len; i++) {
    const HdWaitEdge *edge = &g_array_index(edges, HdWaitEdge, i);
    g_string_append_printf(text, "%s %s %s\n", model->actors[edge->waiter].name, edge->any ? "any" : "all",
                           model->actors[edge->target].name);
  }
  g_assert_cmpstr(text->str, ==, "main all w\nv any w\n");
  g_string_free(text, TRUE);
  scenario_free(model);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/kinds/lock-and-queue", test_lock_and_queue);
  g_test_add_func("/kinds/queues", test_queues);
  g_test_add_func("/kinds/idle", test_idle);
  g_test_add_func("/kinds/lock-and-pipe", test_lock_and_pipe);
  g_test_add_func("/kinds/processes-and-pipes", test_processes_and_pipes);
  g_test_add_func("/kinds/closed-ends", test_closed_ends);
  g_test_add_func("/kinds/lock-and-future", test_lock_and_future);
  g_test_add_func("/kinds/graph", test_graph);
  return g_test_run();
}
