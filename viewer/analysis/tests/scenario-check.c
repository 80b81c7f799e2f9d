/* What tests ask of an analysis. */
#include "scenario.h"
#include <string.h>

HdModel *scenario_model(const char *script) {
  Scenario *scenario = scenario_new();
  g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
  for (char **line = lines; *line; line++) scenario_line(scenario, *line);
  return scenario_end(scenario);
}

guint32 scenario_actor(const HdModel *model, const char *name) {
  for (guint32 i = 0; i < model->actor_count; i++)
    if (model->actors[i].kind == HD_ACTOR_THREAD && strcmp(model->actors[i].name, name) == 0) return i;
  g_error("no actor %s", name);
}

guint32 scenario_object(const HdModel *model, const char *name) {
  for (guint32 i = 0; i < model->object_count; i++)
    if (strcmp(model->objects[i].name, name) == 0) return i;
  g_error("no object %s", name);
}

char *scenario_findings(const HdModel *model, const HdAnalysis *analysis) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < analysis->finding_count; i++) {
    const HdFinding *finding = &analysis->findings[i];
    g_string_append_printf(text, "%s %s ", hd_finding_kind_names[finding->kind], hd_grade_names[finding->grade]);
    for (guint j = 0; j < finding->actors->len; j++)
      g_string_append_printf(text, "%s%s", j ? "," : "", model->actors[g_array_index(finding->actors, guint32, j)].name);
    g_string_append_c(text, '\n');
  }
  return g_string_free(text, FALSE);
}

static void check_finding(const HdModel *model, const HdFinding *finding) {
  g_assert_cmpint(finding->from_ns, <=, finding->at_ns);
  g_assert_cmpint(finding->at_ns, <=, finding->to_ns);
  g_assert_cmpint(finding->lost_ns, >=, 0);
  g_assert_true(finding->share >= 0 && finding->share <= 1);
  g_assert_true(finding->site == HD_NONE || finding->site < model->site_count);
  g_assert_true(finding->title && *finding->title && finding->summary && *finding->summary && finding->advice && *finding->advice);
  g_assert_cmpuint(finding->actors->len, >, 0);
  g_assert_cmpuint(finding->evidence->len, >, 0);
  for (guint i = 0; i < finding->actors->len; i++) g_assert_cmpuint(g_array_index(finding->actors, guint32, i), <, model->actor_count);
  for (guint i = 0; i < finding->objects->len; i++) g_assert_cmpuint(g_array_index(finding->objects, guint32, i), <, model->object_count);
  for (guint i = 0; i < finding->evidence->len; i++) {
    const HdEvidence *evidence = &g_array_index(finding->evidence, HdEvidence, i);
    g_assert_cmpuint(evidence->actor, <, model->actor_count);
    g_assert_true(evidence->wait == HD_NONE || evidence->wait < model->wait_count);
    g_assert_true(evidence->hold == HD_NONE || evidence->hold < model->hold_count);
    g_assert_true(evidence->site == HD_NONE || evidence->site < model->site_count);
    g_assert_true(evidence->text && *evidence->text);
  }
}

/* Blame and hand-offs sum up to the waits; the segments of every wait cover it exactly. */
static void check_contention(const HdModel *model, const HdContention *contention) {
  const HdObject *object = &model->objects[contention->object];
  gint64 blame_ns = 0, waited_ns = 0;
  for (guint i = 0; i < contention->blame_count; i++) {
    g_assert_cmpint(contention->blame[i].blame_ns, >, 0);
    blame_ns += contention->blame[i].blame_ns;
  }
  for (guint i = 0; i < contention->waiter_count; i++) waited_ns += contention->waiters[i].blame_ns;
  g_assert_cmpint(waited_ns, ==, contention->wait_total_ns);
  if (object->kind != HD_KIND_LOCK && object->kind != HD_KIND_RLOCK && object->kind != HD_KIND_RWLOCK) return;
  g_assert_cmpint(blame_ns + contention->handoff_ns, ==, contention->wait_total_ns);
  for (guint32 i = 0; i < object->wait_count; i++) {
    guint32 wait = model->object_waits[object->wait_first + i];
    g_autoptr(GArray) segments = hd_wait_segments(model, wait);
    gint64 now = model->waits[wait].begin_ns;
    for (guint j = 0; j < segments->len; j++) {
      const HdWaitSegment *segment = &g_array_index(segments, HdWaitSegment, j);
      g_assert_cmpint(segment->begin_ns, ==, now);
      g_assert_cmpint(segment->end_ns, >, now);
      now = segment->end_ns;
    }
    g_assert_cmpint(now, ==, MAX(model->waits[wait].end_ns, model->waits[wait].begin_ns));
  }
}

void scenario_check_analysis(const HdModel *model, const HdAnalysis *analysis) {
  for (guint i = 0; i < analysis->finding_count; i++) check_finding(model, &analysis->findings[i]);
  for (guint i = 0; i < analysis->contention_count; i++) check_contention(model, &analysis->contentions[i]);
}

void scenario_expect(const char *script, const char *findings) {
  HdModel *model = scenario_model(script);
  g_autoptr(HdAnalysis) analysis = hd_analysis_new(model, NULL, NULL);
  scenario_check_analysis(model, analysis);
  g_autofree char *seen = scenario_findings(model, analysis);
  if (g_test_verbose())
    for (guint i = 0; i < analysis->finding_count; i++)
      g_test_message("%s | %s | %s", analysis->findings[i].title, analysis->findings[i].summary, analysis->findings[i].advice);
  g_assert_cmpstr(seen, ==, findings);
  g_clear_pointer(&analysis, hd_analysis_free);
  scenario_free(model);
}
