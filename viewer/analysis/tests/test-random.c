/* Nonsense: scripts of random lines, and models with random numbers in them. Nothing may crash, hang or break what holds of all findings.
 */
#include "scenario.h"
#include <string.h>

/* What a thread does with a job; of those that were submitted any, in any order. */
static void random_job(Scenario *scenario, GRand *random, int now, int *job_count) {
  static const char *const verbs[] = {"submit", "begin", "finish", "fwait", "idle", "fwaitany"};
  char line[200];
  int verb = *job_count ? g_rand_int_range(random, 0, G_N_ELEMENTS(verbs)) : 0, executor = g_rand_int_range(random, 0, 2);
  if (verb == 0)
    g_snprintf(line, sizeof line, "%d t%d submit e%d j%d", now, g_rand_int_range(random, 0, 6), executor, (*job_count)++);
  else if (verb < 4)
    g_snprintf(line, sizeof line, "%d t%d %s j%d", now, g_rand_int_range(random, 0, 6), verbs[verb],
               g_rand_int_range(random, 0, *job_count));
  else
    g_snprintf(line, sizeof line, "%d t%d %s e%d", now, g_rand_int_range(random, 0, 6), verbs[verb], executor);
  scenario_line(scenario, line);
}

static HdModel *random_model(GRand *random) {
  static const char *const verbs[] = {"lock",   "want",      "got",     "timeout",     "died",  "unlock",  "cwait",    "woken",
                                      "notify", "notifyall", "swait",   "sgot",        "take",  "post",    "overpost", "bwait",
                                      "bpass",  "ewait",     "epass",   "set",         "join",  "joined",  "reap",     "reapany",
                                      "reaped", "pread",     "pwrite",  "pdone",       "sleep", "io",      "awake",    "end",
                                      "lost",   "inherits",  "put",     "putwait",     "get",   "getwait", "taskdone", "joinwait",
                                      "send",   "sendwait",  "receive", "receivewait", "close", "sread",   "swrite",   "supdate"};
  static const char *const kinds[] = {"lock", "rlock", "rwlock", "semaphore", "barrier", "event", "condition", "pipe", "queue", "shared"};
  Scenario *scenario = scenario_new();
  char line[200];
  for (guint i = 0; i < 8; i++) {
    g_snprintf(line, sizeof line, "0 - object o%u %s%s%s", i, kinds[g_rand_int_range(random, 0, G_N_ELEMENTS(kinds))],
               g_rand_int_range(random, 0, 3) ? "" : " shared", g_rand_int_range(random, 0, 4) ? "" : " unborn");
    scenario_line(scenario, line);
  }
  scenario_line(scenario, "0 - object e0 executor value=1");
  scenario_line(scenario, "0 - object e1 executor value=2");
  scenario_line(scenario, "0 t0 fork p0");
  scenario_line(scenario, "0 p0 create t1");
  int steps = g_rand_int_range(random, 1, 150), now = 0, job_count = 0;
  for (int i = 0; i < steps; i++) {
    if (g_rand_int_range(random, 0, 4) == 0) random_job(scenario, random, now, &job_count);
    const char *verb = verbs[g_rand_int_range(random, 0, g_rand_int_range(random, 6, G_N_ELEMENTS(verbs)))];
    gboolean of_actor = strstr(verb, "join") || g_str_has_prefix(verb, "reap");
    now += g_rand_int_range(random, 0, 30);
    g_snprintf(line, sizeof line, "%d t%d %s %s%d %s%d%s%s v=%d", now, g_rand_int_range(random, 0, 6), verb, of_actor ? "t" : "o",
               g_rand_int_range(random, 0, of_actor ? 6 : 8), strcmp(verb, "inherits") == 0 ? "t" : "o", g_rand_int_range(random, 0, 6),
               g_rand_int_range(random, 0, 5) ? "" : " read", g_rand_int_range(random, 0, 8) ? "" : " timed",
               g_rand_int_range(random, 0, 9));
    scenario_line(scenario, line);
  }
  g_snprintf(line, sizeof line, "%d %s", now, g_rand_boolean(random) ? "- interrupt" : g_rand_boolean(random) ? "t0 exit" : "t0 killed");
  scenario_line(scenario, line);
  g_snprintf(line, sizeof line, "%d - over", now + g_rand_int_range(random, 0, 3));
  scenario_line(scenario, line);
  return scenario_end(scenario);
}

static void test_scripts(void) {
  GRand *random = g_rand_new_with_seed(1);
  for (int i = 0; i < 3000; i++) {
    HdModel *model = random_model(random);
    g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
    scenario_check_analysis(model, analysis);
    g_autoptr(GArray) edges = hd_wait_graph(model, g_rand_int_range(random, 0, 2000) * (gint64)1000000);
    for (guint j = 0; j < edges->len; j++) g_assert_cmpuint(g_array_index(edges, HdWaitEdge, j).waiter, <, model->actor_count);
    g_clear_pointer(&analysis, hd_analysis_free);
    scenario_free(model);
  }
  g_rand_free(random);
}

/* Stamps and ends that contradict each other, in order where the model promises order. */
static void test_contradictions(void) {
  GRand *random = g_rand_new_with_seed(2);
  for (int i = 0; i < 2000; i++) {
    HdModel *model = random_model(random);
    for (guint32 j = 0; j < model->hold_count; j++) {
      HdHold *hold = &model->holds[j];
      if (g_rand_int_range(random, 0, 4) == 0) hold->end_ns = hold->begin_ns + g_rand_int_range(random, -5, 900) * (gint64)1000000;
      if (g_rand_int_range(random, 0, 8) == 0) hold->open = !hold->open;
      if (g_rand_int_range(random, 0, 8) == 0) hold->shared = !hold->shared;
      if (g_rand_int_range(random, 0, 8) == 0) hold->depth = (guint16)g_rand_int_range(random, 0, 3);
      if (g_rand_int_range(random, 0, 8) == 0) hold->acquire_site = HD_NONE;
    }
    for (guint32 j = 0; j < model->wait_count; j++) {
      HdWait *wait = &model->waits[j];
      if (g_rand_int_range(random, 0, 4) == 0) wait->end_ns = wait->begin_ns + g_rand_int_range(random, 0, 900) * (gint64)1000000;
      if (g_rand_int_range(random, 0, 4) == 0) wait->open = !wait->open;
      if (g_rand_int_range(random, 0, 8) == 0) wait->state = (guint8)g_rand_int_range(random, 0, HD_STATE_COUNT);
      if (g_rand_int_range(random, 0, 8) == 0) wait->target = (guint32)g_rand_int_range(random, 0, (gint32)model->actor_count);
      if (g_rand_int_range(random, 0, 8) == 0) wait->site = HD_NONE;
      if (g_rand_int_range(random, 0, 8) == 0) wait->result = (guint8)g_rand_int_range(random, 0, 6);
    }
    g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
    for (guint j = 0; j < analysis->contention_count; j++) {
      const HdContention *contention = &analysis->contentions[j];
      gint64 blame_ns = 0;
      for (guint k = 0; k < contention->blame_count; k++) blame_ns += contention->blame[k].blame_ns;
      g_assert_cmpint(blame_ns, <=, contention->wait_total_ns);
    }
    for (guint32 j = 0; j < model->wait_count; j++) g_array_unref(hd_wait_segments(model, j));
    g_clear_pointer(&analysis, hd_analysis_free);
    scenario_free(model);
  }
  g_rand_free(random);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/random/scripts", test_scripts);
  g_test_add_func("/random/contradictions", test_contradictions);
  return g_test_run();
}
