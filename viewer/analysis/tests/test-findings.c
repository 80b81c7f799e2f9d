/* Contention, starvation, over-release; order and words. */
#include "scenario.h"

static HdModel *hot_lock(void) {
  GString *script = g_string_new("0 main create flusher\n0 main create writer\n");
  for (int i = 0; i < 24; i++)
    g_string_append_printf(script,
                           "%d flusher lock log_lock @slow_flush\n%d writer want log_lock @append\n%d flusher unlock log_lock\n"
                           "%d writer got log_lock\n%d writer unlock log_lock\n",
                           i * 100, i * 100 + 1, i * 100 + 17, i * 100 + 17, i * 100 + 18);
  g_string_append(script, "3000 main exit\n");
  HdModel *model = scenario_model(script->str);
  g_string_free(script, TRUE);
  return model;
}

static void test_contention(void) {
  HdModel *model = hot_lock();
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  scenario_check_analysis(model, analysis);
  g_assert_cmpuint(analysis->finding_count, ==, 2);
  const HdFinding *finding = &analysis->findings[0];
  g_assert_cmpint(analysis->findings[1].kind, ==, HD_FINDING_CONVOY);
  g_assert_cmpint(analysis->findings[1].lost_ns, ==, 23 * 16 * (gint64)1000000); /* the first of the 24 had no hold before */
  g_assert_cmpint(finding->kind, ==, HD_FINDING_CONTENTION);
  g_assert_cmpstr(finding->title, ==, "flusher makes writer wait");
  g_assert_cmpstr(finding->summary, ==,
                  "slow_flush (test.c:1) keeps log_lock: 24 holds, 17 ms each on average. writer waited 384 ms, 12.8 % of its time.");
  g_assert_cmpint(finding->lost_ns, ==, 384 * (gint64)1000000);
  g_assert_true(finding->resolved);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static void test_too_little(void) {
  scenario_expect("1 a lock m\n1 b want m\n10 a unlock m\n10 b got m\n10 b unlock m\n20 a exit\n", "");   /* 9 ms */
  scenario_expect("1 a lock m\n1 b want m\n21 a unlock m\n21 b got m\n21 b unlock m\n9000 a exit\n", ""); /* 0.2 % */
  scenario_expect("1 a lock m\n1 b want m\n21 a unlock m\n21 b got m\n21 b unlock m\n900 a exit\n", "contention occurred a,b\n");
}

static void test_starvation(void) {
  GString *script = g_string_new("0 a lock m\n1 victim want m\n");
  for (int i = 0; i < 12; i++)
    g_string_append_printf(script, "%d a unlock m\n%d b lock m\n%d b unlock m\n%d a lock m\n", 10 * i + 5, 10 * i + 6, 10 * i + 7,
                           10 * i + 8);
  g_string_append(script, "150 a unlock m\n150 victim got m\n151 victim unlock m\n200 a exit\n");
  HdModel *model = scenario_model(script->str);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  scenario_check_analysis(model, analysis);
  g_autofree char *seen = scenario_findings(model, analysis);
  g_assert_cmpstr(seen, ==, "starvation occurred victim\ncontention occurred a,victim\n");
  g_assert_nonnull(strstr(analysis->findings[0].summary, "overtaken 24 times"));
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
  g_string_free(script, TRUE);
}

static void test_queue_is_fair(void) {
  GString *script = g_string_new("0 a lock m\n");
  for (int i = 0; i < 15; i++) g_string_append_printf(script, "%d w%d want m\n", i + 1, i);
  g_string_append(script, "20 a unlock m\n");
  for (int i = 0; i < 15; i++) g_string_append_printf(script, "%d w%d got m\n%d w%d unlock m\n", 20 + 10 * i, i, 30 + 10 * i, i);
  g_string_append(script, "900 a exit\n");
  HdModel *model = scenario_model(script->str);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  for (guint i = 0; i < analysis->finding_count; i++) g_assert_cmpint(analysis->findings[i].kind, !=, HD_FINDING_STARVATION);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
  g_string_free(script, TRUE);
}

static void test_over_release(void) { scenario_expect("1 a take s\n2 a post s\n3 a overpost s\n9 a exit\n", "over-release occurred a\n"); }

static void test_order(void) {
  scenario_expect("0 - object big lock\n"
                  "1 p lock one\n2 p lock two\n3 p unlock two\n4 p unlock one\n5 q lock two\n6 q lock one\n7 q unlock one\n8 q unlock two\n"
                  "10 slow lock big\n11 v want big\n900 slow unlock big\n900 v got big\n900 v unlock big\n"
                  "910 a lock l\n911 b lock r\n912 a want r\n913 b want l\n950 - interrupt\n",
                  "deadlock occurred a,b\ncontention occurred slow,v\nlock-order potential p,q\n");
}

static void test_same_names(void) {
  HdModel *model =
      scenario_model("0 - object l lock shared\n0 main fork child\n1 main lock l\n2 main reap child\n3 child want l\n50 - interrupt\n");
  for (guint32 i = 0; i < model->actor_count; i++) model->actors[i].name = "main";
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  g_assert_cmpuint(analysis->finding_count, ==, 1);
  g_autofree char *expected =
      g_strdup_printf("main (process %u) holds l and waits for the end of main (process %u), main (process %u) waits for l. "
                      "Neither can go on; 47 ms until the end.",
                      model->actors[0].process_id, model->actors[2].process_id, model->actors[2].process_id);
  g_assert_cmpstr(analysis->findings[0].summary, ==, expected);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}

static gboolean stop(double fraction, const char *what, gpointer user_data) { return fraction < 0.6; }

static void test_cancel(void) {
  HdModel *model = hot_lock();
  g_assert_null(hd_analysis_new(model, stop, NULL));
  scenario_free(model);
}

static void test_empty(void) { scenario_expect("", ""); }

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/findings/contention", test_contention);
  g_test_add_func("/findings/too-little", test_too_little);
  g_test_add_func("/findings/starvation", test_starvation);
  g_test_add_func("/findings/queue-is-fair", test_queue_is_fair);
  g_test_add_func("/findings/over-release", test_over_release);
  g_test_add_func("/findings/order", test_order);
  g_test_add_func("/findings/same-names", test_same_names);
  g_test_add_func("/findings/cancel", test_cancel);
  g_test_add_func("/findings/empty", test_empty);
  return g_test_run();
}
