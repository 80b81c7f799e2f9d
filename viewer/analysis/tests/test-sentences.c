/* What findings say, word by word: names, culprits, the order in which a circle is told. */
#include "scenario.h"

typedef struct {
  HdModel *model;
  HdAnalysis *analysis;
} Told;

static Told tell(const char *script) {
  HdModel *model = scenario_model(script);
  Told told = {model, hd_analysis_new(model, NULL, NULL)};
  scenario_check_analysis(model, told.analysis);
  return told;
}

static void told_clear(Told *told) {
  hd_analysis_free(told->analysis);
  scenario_free(told->model);
}

/* The first finding's title and summary. */
static void expect(const char *script, const char *title, const char *summary) {
  Told told = tell(script);
  g_assert_cmpuint(told.analysis->finding_count, >, 0);
  g_assert_cmpstr(told.analysis->findings[0].title, ==, title);
  g_assert_cmpstr(told.analysis->findings[0].summary, ==, summary);
  told_clear(&told);
}

static void test_self(void) {
  expect("1 a lock m @f\n2 a want m\n1002 - interrupt\n", "a waits for itself from 2 ms on",
         "a waits for m, which it took itself in f (test.c:1). Nobody else can release it; 1 s until the end.");
  /* A wait without an object. */
  expect("1 a join a\n51 - interrupt\n", "a waits for itself from 1 ms on", "a waits in join for a, which is itself; 50 ms until the end.");
}

static void test_held_by_exited(void) {
  expect("1 leaver lock m @f\n2 leaver end\n4 main want m\n14 - interrupt\n", "m stays locked: leaver ended while it held it",
         "leaver took m in f (test.c:1) and ended without releasing it; main waits for m; 10 ms until the end.");
}

static void test_held_through_fork(void) {
  expect(
      "0 main create worker\n1 worker lock m @f\n2 main fork child\n2 child inherits copy worker @f\n3 child want copy\n13 - interrupt\n",
      "copy stays locked in the child: worker of prog held it at the fork",
      "worker of prog took copy in f (test.c:1) and held it while the process was forked; the child has copy locked, but not the thread to "
      "release "
      "it; "
      "child waits for copy; 10 ms until the end.");
}

/* Who lives in which process, when not all live in one. */
static void test_places(void) {
  expect("0 - object l lock shared\n0 - object r lock shared\n0 main fork child\n1 main lock l\n1 child lock r\n2 main want r\n"
         "3 child want l\n13 - interrupt\n",
         "Deadlock at 3 ms",
         "main of prog holds l and waits for r, child holds r and waits for l. Neither can go on; 10 ms until the end.");
}

static void test_transfers(void) {
  expect("1 a getwait q\n2 b getwait r\n3 main join a\n12 - interrupt\n", "Deadlock at 3 ms",
         "a waits to get from q, b waits to get from r. Neither can go on; 9 ms until the end.");
  expect("1 main put q\n1 main lock m\n2 w get q\n2 w taskdone q\n3 main joinwait q\n4 w want m\n14 - interrupt\n", "Deadlock at 4 ms",
         "main holds m and waits for all of q to be done, w waits for m. Neither can go on; 10 ms until the end.");
  expect("0 - object p pipe shared\n0 main fork child\n1 child send p\n2 child sendwait p\n3 main reap child\n13 - interrupt\n",
         "Deadlock at 3 ms",
         "main of prog waits for the end of child (process 102), child waits to send through p. Neither can go on; 10 ms until the "
         "end.");
}

/* Along the circle, from who took first. */
static void test_circle(void) {
  expect(
      "1 a lock A\n2 b lock B\n3 c lock C\n4 b want C\n5 c want A\n6 a want B\n16 - interrupt\n", "Deadlock at 6 ms",
      "a holds A and waits for B, b holds B and waits for C, c holds C and waits for A. None of the three can go on; 10 ms until the end.");
}

static void test_culprit(void) {
  GString *script = g_string_new("0 main create flusher\n");
  for (int i = 0; i < 6; i++) g_string_append_printf(script, "0 main create w%d\n", i);
  g_string_append(script, "1 flusher lock m @flush\n");
  for (int i = 0; i < 6; i++) g_string_append_printf(script, "1 w%d want m @append\n", i);
  g_string_append(script,
                  "101 flusher unlock m\n101 w0 got m\n102 flusher want m\n112 w0 unlock m\n112 flusher got m\n112 flusher unlock m\n");
  for (int i = 1; i < 6; i++) g_string_append_printf(script, "112 w%d got m\n112 w%d unlock m\n", i, i);
  g_string_append(script, "200 main exit\n");
  HdModel *model = scenario_model(script->str);
  for (guint32 i = 0; i < model->actor_count; i++)
    if (model->actors[i].name[0] == 'w') model->actors[i].name = "writer";
  for (guint32 i = 0, next = 0; i < model->actor_count; i++)
    if (g_str_equal(model->actors[i].name, "writer")) model->actors[i].ordinal = ++next;
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  const HdFinding *finding = &analysis->findings[0];
  g_assert_cmpstr(finding->title, ==, "flusher makes six others wait");
  g_assert_cmpstr(
      finding->summary, ==,
      "flush (test.c:1) keeps m for 100 ms. writer #1, writer #2, writer #3 and 3 more waited 655 ms together, 54.6 % of their time. "
      "flusher itself waited 10 ms for others.");
  g_assert_cmpint(finding->lost_ns, ==, 655 * (gint64)1000000);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
  g_string_free(script, TRUE);
}

/* Nobody stands out: both make the other wait for the same time. */
static void test_turns(void) {
  GString *script = g_string_new("");
  for (int i = 0; i < 10; i++)
    g_string_append_printf(script, "%d %s lock m @work\n%d %s want m @work\n%d %s unlock m\n%d %s got m\n%d %s unlock m\n", 10 * i,
                           i % 3 ? "a" : "b", 10 * i + 1, i % 3 ? "c" : "d", 10 * i + 5, i % 3 ? "a" : "b", 10 * i + 5, i % 3 ? "c" : "d",
                           10 * i + 6, i % 3 ? "c" : "d");
  for (int i = 10; i < 16; i++)
    g_string_append_printf(script, "%d c lock m @work\n%d a want m @work\n%d c unlock m\n%d a got m\n%d a unlock m\n", 10 * i, 10 * i + 1,
                           10 * i + 5, 10 * i + 5, 10 * i + 6);
  g_string_append(script, "200 a exit\n");
  expect(script->str, "Contention on m",
         "m was taken 32 times and held for 3 ms on average; 100 % of the waiting was for holds from work (test.c:1). "
         "d, c and a waited 64 ms together, 10.7 % of their time.");
  g_string_free(script, TRUE);
}

static void test_lock_order(void) {
  expect("1 p lock one\n2 p lock two @f\n3 p unlock two\n4 p unlock one\n5 q lock two\n6 q lock one @g\n7 q unlock one\n8 q unlock two\n9 "
         "p exit\n",
         "one and two in both orders",
         "p took one and then asked for two in f (test.c:2), q took two and then asked for one in g (test.c:3). "
         "It did not hang this time, but with another timing it can.");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sentences/self", test_self);
  g_test_add_func("/sentences/held-by-exited", test_held_by_exited);
  g_test_add_func("/sentences/held-through-fork", test_held_through_fork);
  g_test_add_func("/sentences/places", test_places);
  g_test_add_func("/sentences/transfers", test_transfers);
  g_test_add_func("/sentences/circle", test_circle);
  g_test_add_func("/sentences/culprit", test_culprit);
  g_test_add_func("/sentences/turns", test_turns);
  g_test_add_func("/sentences/lock-order", test_lock_order);
  return g_test_run();
}
