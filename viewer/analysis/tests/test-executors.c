/* Executor starvation: all workers of a full executor wait for jobs that lie in its own queue. */
#include "scenario.h"

#define INTERRUPT "50 - interrupt\n"
#define TWO_JOBS "0 - object e executor value=2\n1 main submit e j\n1 main submit e k\n2 v begin j\n2 w begin k\n"

static void test_direct(void) {
  /* One worker; then two. */
  scenario_expect("0 - object e executor value=1\n1 main submit e j\n2 w begin j\n3 w submit e k\n4 w fwait k\n5 main fwait j\n" INTERRUPT,
                  "executor-starvation occurred w\n");
  scenario_expect(TWO_JOBS "3 v submit e jj\n3 w submit e kk\n4 v fwait jj\n4 w fwait kk\n5 main fwait j\n" INTERRUPT,
                  "executor-starvation occurred v,w\n");
  /* Nobody but the workers need wait. */
  scenario_expect(TWO_JOBS "3 v submit e jj\n3 w submit e kk\n4 v fwait jj\n4 w fwait kk\n5 main sleep\n" INTERRUPT,
                  "executor-starvation occurred v,w\n");
  /* Both for the same one; and for any of several. */
  scenario_expect(TWO_JOBS "3 v submit e jj\n4 v fwait jj\n4 w fwait jj\n" INTERRUPT, "executor-starvation occurred v,w\n");
  scenario_expect(TWO_JOBS "3 v submit e jj\n4 v fwaitany e\n4 w fwait jj\n" INTERRUPT, "executor-starvation occurred v,w\n");
}

static void test_through_others(void) {
  /* The second worker wants a lock that the first one keeps; or waits for the first one's result. */
  scenario_expect(TWO_JOBS "3 v lock m\n3 v submit e jj\n4 v fwait jj\n5 w want m\n" INTERRUPT, "executor-starvation occurred v,w\n");
  scenario_expect(TWO_JOBS "3 v submit e jj\n4 v fwait jj\n5 w fwait j\n" INTERRUPT, "executor-starvation occurred v,w\n");
  /* Or joins a thread that waits for it. */
  scenario_expect(TWO_JOBS "3 v submit e jj\n4 v fwait jj\n5 helper fwait jj\n6 w join helper\n" INTERRUPT,
                  "executor-starvation occurred v,w\n");
}

static void test_not(void) {
  /* A worker runs, sleeps, waits with a limit. */
  scenario_expect(TWO_JOBS "3 v submit e jj\n4 v fwait jj\n" INTERRUPT, "");
  scenario_expect(TWO_JOBS "3 v submit e jj\n4 v fwait jj\n5 w sleep\n" INTERRUPT, "");
  scenario_expect(TWO_JOBS "3 v submit e jj\n4 v fwait jj\n5 w fwait jj timed\n" INTERRUPT, "");
  /* There may be more workers than were seen, and somebody who could start one. */
  scenario_expect("0 - object e executor value=3\n1 main submit e j\n2 v begin j\n3 v submit e jj\n4 v fwait jj\n5 main sleep\n" INTERRUPT,
                  "");
  /* The job waited for was cancelled, has ended, or runs. */
  scenario_expect("0 - object e executor value=1\n1 main submit e j\n2 w begin j\n3 w submit e k\n4 w fwait k\n5 main finish k\n" INTERRUPT,
                  "");
  scenario_expect(TWO_JOBS "3 v fwait k\n" INTERRUPT, "");
  /* A second executor that has a free worker. */
  scenario_expect(
      "0 - object e executor value=1\n0 - object f executor value=1\n1 main submit e j\n2 w begin j\n3 w submit f k\n4 w fwait k\n"
      "5 free idle f\n6 main sleep\n" INTERRUPT,
      "");
  /* Two executors that wait for each other: neither starves itself, and yet all hang. */
  scenario_expect(
      "0 - object e executor value=1\n0 - object f executor value=1\n1 main submit e j\n1 main submit f k\n2 v begin j\n2 w begin k\n"
      "3 v submit f kk\n3 w submit e jj\n4 v fwait kk\n4 w fwait jj\n" INTERRUPT,
      "deadlock occurred v,w\n");
}

static void test_words(void) {
  HdModel *model =
      scenario_model("0 - object pool executor value=2\n1 main submit pool j @main\n1 main submit pool k @main\n2 v begin j\n"
                     "2 w begin k\n3 v submit pool jj @outer\n3 w submit pool kk @outer\n4 v fwait jj @outer\n4 w fwait kk @outer\n"
                     "5 main fwait j\n" INTERRUPT);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  scenario_check_analysis(model, analysis);
  g_assert_cmpuint(analysis->finding_count, ==, 1);
  const HdFinding *finding = &analysis->findings[0];
  g_assert_cmpstr(finding->title, ==, "pool starves itself from 4 ms on");
  g_assert_cmpstr(finding->summary, ==,
                  "Both workers of pool (v and w) wait for the results of jobs that are still queued in pool itself, submitted in outer "
                  "(test.c:2); no worker is left to run them; 46 ms until the end.");
  g_assert_nonnull(strstr(finding->advice, "second executor"));
  g_assert_false(finding->resolved);
  gboolean named = FALSE;
  for (guint i = 0; i < finding->objects->len; i++) named |= g_array_index(finding->objects, guint32, i) == scenario_object(model, "pool");
  g_assert_true(named);
  g_assert_cmpuint(finding->evidence->len, ==, 3); /* main follows */
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/executors/direct", test_direct);
  g_test_add_func("/executors/through-others", test_through_others);
  g_test_add_func("/executors/not", test_not);
  g_test_add_func("/executors/words", test_words);
  return g_test_run();
}
