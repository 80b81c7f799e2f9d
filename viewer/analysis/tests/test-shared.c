/* Annotated variables: updates that were lost; and locks whose holder was killed. */
#include "scenario.h"

#define EXIT "90 main exit\n"

/* The first finding. */
static void expect_words(const char *script, const char *title, const char *summary, const char *advice) {
  HdModel *model = scenario_model(script);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  scenario_check_analysis(model, analysis);
  g_assert_cmpuint(analysis->finding_count, ==, 1);
  g_assert_cmpstr(analysis->findings[0].title, ==, title);
  if (summary) g_assert_cmpstr(analysis->findings[0].summary, ==, summary);
  g_assert_cmpstr(analysis->findings[0].advice, ==, advice);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static void test_lost(void) {
  const char *script = "1 a sread x v=0 @add\n2 b sread x v=0 @add\n3 b swrite x v=1 @add\n4 a swrite x v=2 @add\n" EXIT;
  scenario_expect(script, "lost-update occurred a,b\n");
  expect_words(script, "x lost one update",
               "a read x, b wrote it in add (test.c:2), and a wrote it in add (test.c:2) without reading it again: what b had written is "
               "gone. In all, one of 2 writes was lost so.",
               "No lock was held: guard each read of x with its write by one lock, or update it in one step.");
  /* The stamps of racing accesses may lie the other way round. */
  scenario_expect("1 a sread x v=0\n2 b sread x v=0\n3 a swrite x v=2\n4 b swrite x v=1\n" EXIT, "lost-update occurred a,b\n");
  /* An update is lost to a stale write like any other. */
  scenario_expect("1 a sread x v=0\n2 b supdate x v=1\n4 a swrite x v=2\n" EXIT, "lost-update occurred a,b\n");
}

static void test_nothing(void) {
  /* Each reads what the other wrote; updates in one step; reads without writes. */
  scenario_expect("1 a sread x v=0\n2 a swrite x v=1\n3 b sread x v=1\n4 b swrite x v=2\n" EXIT, "");
  scenario_expect("1 a supdate x v=1\n2 b supdate x v=2\n3 a supdate x v=3\n" EXIT, "");
  scenario_expect("1 a sread x v=0\n2 b sread x v=0\n3 b swrite x v=1\n4 a sread x v=1\n5 a swrite x v=2\n" EXIT, "");
  /* A write that builds on no read overwrites on purpose. */
  scenario_expect("1 a swrite x v=1\n2 b swrite x v=2\n3 a swrite x v=3\n" EXIT, "");
  scenario_expect("1 a sread x v=0\n2 a swrite x v=1\n3 b swrite x v=2\n4 a swrite x v=3\n" EXIT, "");
  /* Nobody saw who made the version between: it may have been the reader itself. */
  scenario_expect("1 a sread x v=0\n2 a swrite x v=2\n3 b sread x v=2\n4 b swrite x v=3\n" EXIT, "");
  /* Nonsense. */
  scenario_expect("1 a sread x v=0\n2 a swrite x v=4000000000\n3 b swrite x v=7\n" EXIT, "");
}

/* Of a counter as many are lost as are missing in the end: eight writes, five counted. */
static void test_count(void) {
  expect_words("1 a sread x v=0\n2 b sread x v=0\n3 c sread x v=0\n4 a swrite x v=1\n5 b swrite x v=2\n6 c swrite x v=3\n" /* counts 1 */
               "10 a supdate x v=4\n11 a sread x v=4\n12 b sread x v=4\n13 a swrite x v=5\n14 a sread x v=5\n"             /* 2, 3 */
               "15 b swrite x v=6\n16 a swrite x v=7\n17 c supdate x v=8\n" EXIT, /* builds on 5: what b wrote is lost; 4, 5 */
               "x lost three updates", NULL,
               "No lock was held: guard each read of x with its write by one lock, or update it in one step.");
}

static void test_locks(void) {
  expect_words("1 a lock m\n1 a sread x v=0\n2 a unlock m\n3 b lock m\n3 b supdate x v=1\n4 b unlock m\n5 a lock m\n5 a swrite x v=2\n"
               "6 a unlock m\n" EXIT,
               "x lost one update", NULL,
               "Both held m at each access, but it was let go between the read and the write: keep it from one to the other.");
  expect_words("1 a lock m\n1 a sread x v=0\n3 b supdate x v=1\n5 a swrite x v=2\n6 a unlock m\n" EXIT, "x lost one update", NULL,
               "Only one of them held a lock (m): all who write x must take it, from the read to the write.");
  expect_words("1 a lock m\n1 a sread x v=0\n2 b lock n\n3 b supdate x v=1\n4 b unlock n\n5 a swrite x v=2\n6 a unlock m\n" EXIT,
               "x lost one update", NULL, "They held different locks (m and n): guard x by one and the same.");
}

static void test_two_variables(void) {
  scenario_expect("1 a sread x v=0\n2 b supdate x v=1\n3 a swrite x v=2\n4 a sread y v=0\n5 b supdate y v=1\n6 a swrite y v=2\n" EXIT,
                  "lost-update occurred a,b\nlost-update occurred a,b\n");
}

static void test_owner_died(void) {
  const char *processes = "0 - object m lock shared robust\n0 main fork p\n0 main fork q\n1 p lock m @work\n";
  g_autofree char *waited = g_strconcat(processes, "15 q want m\n20 p killed\n21 q died m\n22 q unlock m\n" EXIT, NULL);
  expect_words(waited, "p held m when it was killed",
               "p took m in work (test.c:1) and was killed at 20 ms while it held it; q found out 1 ms later, and has the lock.",
               "Put right what m guards before going on: it may have been left half changed.");
  /* Found out at once, long after. */
  g_autofree char *late = g_strconcat(processes, "20 p killed\n40 q want m\n40 q died m\n42 q unlock m\n" EXIT, NULL);
  scenario_expect(late, "held-by-exited occurred p,q\n");
  /* Nobody noticed. */
  g_autofree char *unseen = g_strconcat(processes, "20 p killed\n" EXIT, NULL);
  scenario_expect(unseen, "");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/shared/lost", test_lost);
  g_test_add_func("/shared/nothing", test_nothing);
  g_test_add_func("/shared/count", test_count);
  g_test_add_func("/shared/locks", test_locks);
  g_test_add_func("/shared/two-variables", test_two_variables);
  g_test_add_func("/shared/owner-died", test_owner_died);
  return g_test_run();
}
