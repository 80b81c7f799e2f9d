/* Lock orders that may hang, and those that cannot. */
#include "scenario.h"

#define BOTH(t0, t1, t2, t3, who, first, second)                                                                                           \
#t0 " " who " lock " first "\n" #t1 " " who " lock " second "\n" #t2 " " who " unlock " second "\n" #t3 " " who " unlock " first "\n"

static void test_passes(void) {
  scenario_expect("0 main create alice\n0 main create bob\n" BOTH(1, 2, 3, 4, "alice", "l", "r")
                      BOTH(400, 401, 402, 403, "bob", "r", "l") "500 main exit\n",
                  "lock-order potential alice,bob\n");
}

static void test_alone(void) { scenario_expect(BOTH(1, 2, 3, 4, "a", "l", "r") BOTH(5, 6, 7, 8, "a", "r", "l") "9 a exit\n", ""); }

static void test_guarded(void) {
  scenario_expect("1 a lock g\n" BOTH(1, 2, 3, 4, "a", "l", "r") "4 a unlock g\n5 b lock g\n" BOTH(5, 6, 7, 8, "b", "r",
                                                                                                   "l") "8 b unlock g\n9 a exit\n",
                  "lock-order refuted a,b\n");
  /* Readers of the guard do not exclude each other. */
  scenario_expect("0 - object g rwlock\n1 a lock g read\n" BOTH(1, 2, 3, 4, "a", "l", "r") "4 a unlock g\n5 b lock g read\n" BOTH(
                      5, 6, 7, 8, "b", "r", "l") "8 b unlock g\n9 a exit\n",
                  "lock-order potential a,b\n");
}

static void test_ordered(void) {
  scenario_expect("0 main create t\n" BOTH(1, 2, 3, 4, "t", "l", "r") "5 t end\n5 main join t\n5 main joined t\n6 main create u\n" BOTH(
                      7, 8, 9, 10, "u", "r", "l") "11 main exit\n",
                  "lock-order refuted t,u\n");
  /* The creator before its child; but not after. */
  scenario_expect(BOTH(1, 2, 3, 4, "main", "l", "r") "5 main create u\n" BOTH(7, 8, 9, 10, "u", "r", "l") "11 main exit\n",
                  "lock-order refuted main,u\n");
  scenario_expect("1 main create u\n" BOTH(1, 2, 3, 4, "main", "l", "r") BOTH(7, 8, 9, 10, "u", "r", "l") "11 main exit\n",
                  "lock-order potential main,u\n");
  /* One of several times was not ordered. */
  scenario_expect(BOTH(1, 2, 3, 4, "main", "l", "r") "5 main create u\n" BOTH(7, 8, 9, 10, "u", "r", "l")
                      BOTH(12, 13, 14, 15, "main", "l", "r") "16 main exit\n",
                  "lock-order potential main,u\n");
}

static void test_ordered_by_signals(void) {
  /* A semaphore that began at 0: whether the taker had to wait or not. */
  const char *zero = "0 - object s semaphore value=0\n";
  g_autofree char *late =
      g_strconcat(zero, BOTH(1, 2, 3, 4, "x", "l", "r") "5 x post s\n6 y take s\n" BOTH(7, 8, 9, 10, "y", "r", "l") "11 x exit\n", NULL);
  scenario_expect(late, "lock-order refuted x,y\n");
  g_autofree char *waits = g_strconcat(
      zero, "1 y swait s\n" BOTH(1, 2, 3, 4, "x", "l", "r") "5 x post s\n6 y sgot s\n" BOTH(7, 8, 9, 10, "y", "r", "l") "11 x exit\n",
      NULL);
  scenario_expect(waits, "lock-order refuted x,y\n");
  /* One that guards something orders nothing. */
  g_autofree char *guards =
      g_strconcat(zero,
                  "0 x post s\n0 x take s\n" BOTH(1, 2, 3, 4, "x", "l", "r") "5 x post s\n6 y take s\n6 y post s\n" BOTH(
                      7, 8, 9, 10, "y", "r", "l") "11 x exit\n",
                  NULL);
  scenario_expect(guards, "lock-order potential x,y\n");
  /* The last to arrive at a barrier hears of the others, and they of it. */
  const char *two = "0 - object b barrier value=2\n";
  g_autofree char *last = g_strconcat(
      two,
      BOTH(1, 2, 3, 4, "x", "l", "r") "5 x bwait b\n6 y bwait b\n6 x bpass b\n6 y bpass b\n" BOTH(7, 8, 9, 10, "y", "r", "l") "11 x exit\n",
      NULL);
  scenario_expect(last, "lock-order refuted x,y\n");
  g_autofree char *first = g_strconcat(two,
                                       "1 y bwait b\n" BOTH(1, 2, 3, 4, "x", "l", "r") "5 x bwait b\n6 x bpass b\n6 y bpass b\n" BOTH(
                                           7, 8, 9, 10, "y", "r", "l") "11 x exit\n",
                                       NULL);
  scenario_expect(first, "lock-order refuted x,y\n");
  /* Handing over a lock orders nothing. */
  scenario_expect(BOTH(1, 2, 3, 4, "x", "l", "r") "5 x lock m\n6 y want m\n7 x unlock m\n7 y got m\n8 y unlock m\n" BOTH(
                      9, 10, 11, 12, "y", "r", "l") "1100 x exit\n",
                  "lock-order potential x,y\n");
}

static void test_try_and_timed(void) {
  scenario_expect(BOTH(1, 2, 3, 4, "a", "l", "r") "5 b lock r\n6 b lock l try\n7 b unlock l\n8 b unlock r\n9 a exit\n", "");
  scenario_expect(BOTH(1, 2, 3, 4, "a", "l", "r") "5 b lock r\n6 b want l timed\n7 b got l\n7 b unlock l\n8 b unlock r\n9 a exit\n", "");
  /* What a try-lock got is held. */
  scenario_expect(BOTH(1, 2, 3, 4, "a", "l", "r") "5 b lock r try\n6 b lock l\n7 b unlock l\n8 b unlock r\n9 a exit\n",
                  "lock-order potential a,b\n");
}

static void test_released(void) {
  scenario_expect(BOTH(1, 2, 3, 4, "a", "l", "r") "5 b lock r\n6 b unlock r\n6 b lock l\n7 b unlock l\n9 a exit\n", "");
}

static void test_reentrant(void) {
  scenario_expect("0 - object l rlock\n1 a lock l\n2 a lock r\n3 a lock l\n4 a unlock l\n5 a unlock r\n6 a unlock l\n" BOTH(
                      7, 8, 9, 10, "b", "l", "r") "11 a exit\n",
                  "");
}

static void test_long_cycles(void) {
  scenario_expect(BOTH(1, 2, 3, 4, "a", "x", "y") BOTH(5, 6, 7, 8, "b", "y", "z") BOTH(9, 10, 11, 12, "c", "z", "x") "20 a exit\n",
                  "lock-order potential a,b,c\n");
  /* Two threads for three steps are not enough. */
  scenario_expect(BOTH(1, 2, 3, 4, "a", "x", "y") BOTH(5, 6, 7, 8, "b", "y", "z") BOTH(9, 10, 11, 12, "b", "z", "x") "20 a exit\n", "");
  GString *ring = g_string_new(NULL);
  for (int i = 0; i < 100; i++)
    g_string_append_printf(ring, "%d p%d lock f%d\n%d p%d lock f%d\n%d p%d unlock f%d\n%d p%d unlock f%d\n", 4 * i, i, i, 4 * i + 1, i,
                           (i + 1) % 100, 4 * i + 2, i, (i + 1) % 100, 4 * i + 3, i, i);
  HdModel *model = scenario_model(ring->str);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_assert_cmpuint(analysis->finding_count, ==, 1);
  g_assert_cmpuint(analysis->findings[0].actors->len, ==, 100);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
  g_string_free(ring, TRUE);
}

static void test_more_than_64_held(void) {
  GString *script = g_string_new(NULL);
  for (int i = 0; i < 100; i++) g_string_append_printf(script, "1 a lock l%d\n", i);
  g_string_append(script, "2 a lock r\n3 a unlock r\n");
  for (int i = 0; i < 100; i++) g_string_append_printf(script, "4 a unlock l%d\n", i);
  g_string_append(script, BOTH(5, 6, 7, 8, "b", "r", "l99") "9 a exit\n");
  scenario_expect(script->str, "lock-order potential a,b\n");
  g_string_free(script, TRUE);
}

static void test_readers(void) {
  scenario_expect("0 - object l rwlock\n0 - object r rwlock\n1 a lock l read\n2 a lock r read\n3 a unlock r\n3 a unlock l\n"
                  "4 b lock r read\n5 b lock l read\n6 b unlock l\n6 b unlock r\n9 a exit\n",
                  "");
  scenario_expect("0 - object l rwlock\n0 - object r rwlock\n1 a lock l read\n2 a lock r\n3 a unlock r\n3 a unlock l\n"
                  "4 b lock r read\n5 b lock l\n6 b unlock l\n6 b unlock r\n9 a exit\n",
                  "lock-order potential a,b\n");
}

static void test_reacquire(void) {
  scenario_expect("1 a lock x\n2 a lock m\n3 a cwait c m\n4 b notify c\n4 a woken c\n4 a lock m again\n5 a unlock m\n6 a unlock x\n" BOTH(
                      7, 8, 9, 10, "b", "m", "x") "11 a exit\n",
                  "lock-order potential a,b\n");
}

static void test_across_threads(void) {
  /* b releases what a took: no owner, no order. */
  scenario_expect("1 a lock l\n2 a lock r\n3 a unlock r\n4 b unlock l\n" BOTH(7, 8, 9, 10, "b", "r", "l") "11 a exit\n", "");
}

static void test_pending(void) {
  /* a waits for r at the end: a request, although it never got it; the holder can run. */
  scenario_expect(
      "0 main create b\n" BOTH(1, 2, 3, 4, "b", "r", "l") "5 main create c\n6 c lock r\n7 a lock l\n8 a want r\n9 - interrupt\n",
      "lock-order potential b,a\n");
}

static void test_unknown_birth(void) {
  HdModel *model =
      scenario_model("0 - object l lock unborn anonymous\n" BOTH(1, 2, 3, 4, "a", "l", "r") BOTH(5, 6, 7, 8, "b", "r", "l") "9 a exit\n");
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_assert_cmpuint(analysis->finding_count, ==, 1);
  g_assert_cmpint(analysis->findings[0].grade, ==, HD_GRADE_POTENTIAL);
  g_assert_nonnull(strstr(analysis->findings[0].summary, "birth of l was not seen"));
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static void test_occurred(void) {
  scenario_expect(BOTH(1, 2, 3, 4, "a", "l", "r")
                      BOTH(5, 6, 7, 8, "b", "r", "l") "9 a lock l\n9 b lock r\n10 a want r\n11 b want l\n50 - interrupt\n",
                  "deadlock occurred a,b\n");
}

/* Three hundred threads in both orders are one finding; so are all cycles of a clique that contain a shorter one. */
static void test_explosion(void) {
  GString *script = g_string_new(NULL);
  for (int i = 0; i < 300; i++)
    g_string_append_printf(script, "%d t%d lock %s\n%d t%d lock %s\n%d t%d unlock %s\n%d t%d unlock %s\n", 4 * i, i, i & 1 ? "l" : "r",
                           4 * i + 1, i, i & 1 ? "r" : "l", 4 * i + 2, i, i & 1 ? "r" : "l", 4 * i + 3, i, i & 1 ? "l" : "r");
  scenario_expect(script->str, "lock-order potential t0,t1\n");
  g_string_truncate(script, 0);
  for (int i = 0; i < 12; i++)
    for (int j = 0; j < 12; j++)
      if (i != j)
        g_string_append_printf(script, "1 t%d_%d lock l%d\n2 t%d_%d lock l%d\n3 t%d_%d unlock l%d\n3 t%d_%d unlock l%d\n", i, j, i, i, j, j,
                               i, j, j, i, j, i);
  HdModel *model = scenario_model(script->str);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_assert_cmpuint(analysis->finding_count, ==, 66);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
  g_string_free(script, TRUE);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/lock-order/passes", test_passes);
  g_test_add_func("/lock-order/alone", test_alone);
  g_test_add_func("/lock-order/guarded", test_guarded);
  g_test_add_func("/lock-order/ordered", test_ordered);
  g_test_add_func("/lock-order/ordered-by-signals", test_ordered_by_signals);
  g_test_add_func("/lock-order/try-and-timed", test_try_and_timed);
  g_test_add_func("/lock-order/released", test_released);
  g_test_add_func("/lock-order/reentrant", test_reentrant);
  g_test_add_func("/lock-order/long-cycles", test_long_cycles);
  g_test_add_func("/lock-order/more-than-64-held", test_more_than_64_held);
  g_test_add_func("/lock-order/readers", test_readers);
  g_test_add_func("/lock-order/reacquire", test_reacquire);
  g_test_add_func("/lock-order/across-threads", test_across_threads);
  g_test_add_func("/lock-order/pending", test_pending);
  g_test_add_func("/lock-order/unknown-birth", test_unknown_birth);
  g_test_add_func("/lock-order/occurred", test_occurred);
  g_test_add_func("/lock-order/explosion", test_explosion);
  return g_test_run();
}
