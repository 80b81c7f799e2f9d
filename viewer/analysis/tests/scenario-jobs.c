/* Jobs of a scenario. */
#include "scenario-private.h"
#include <string.h>

gboolean scenario_job_verb(Scenario *scenario, guint32 actor, const char *verb, const char *job_name, guint32 executor, guint32 site) {
  gboolean submits = strcmp(verb, "submit") == 0, begins = strcmp(verb, "begin") == 0, finishes = strcmp(verb, "finish") == 0;
  if (!submits && !begins && !finishes) return FALSE;
  if (submits) {
    HdJob job = {.executor = executor,
                 .future = HD_NONE,
                 .number = scenario->jobs->len + 1,
                 .submitter = actor,
                 .submit_site = site,
                 .worker = HD_NONE,
                 .submit_ns = scenario->now_ns,
                 .begin_ns = -1,
                 .end_ns = -1};
    g_array_append_val(scenario->jobs, job);
    g_hash_table_insert(scenario->job_names, g_strdup(job_name), GUINT_TO_POINTER(scenario->jobs->len));
    return TRUE;
  }
  guint number = GPOINTER_TO_UINT(g_hash_table_lookup(scenario->job_names, job_name));
  g_assert_cmpuint(number, >, 0);
  HdJob *job = &g_array_index(scenario->jobs, HdJob, number - 1);
  if (begins) {
    job->begun = TRUE;
    job->worker = actor;
    job->begin_ns = scenario->now_ns;
  } else {
    job->ended = TRUE;
    job->end_ns = scenario->now_ns;
  }
  return TRUE;
}

static int compare_jobs(gconstpointer a, gconstpointer b) {
  const HdJob *left = a, *right = b;
  if (left->executor != right->executor) return left->executor < right->executor ? -1 : 1;
  return (left->number > right->number) - (left->number < right->number);
}

static void name_future(Scenario *scenario, HdModel *model, guint32 job) {
  GHashTableIter iter;
  gpointer name, number;
  g_hash_table_iter_init(&iter, scenario->job_names);
  while (g_hash_table_iter_next(&iter, &name, &number)) {
    if (GPOINTER_TO_UINT(number) != model->jobs[job].number) continue;
    guint32 future = GPOINTER_TO_UINT(g_hash_table_lookup(scenario->object_names, name)) - 1;
    model->jobs[job].future = future;
    if (future != HD_NONE) model->objects[future].job = job;
  }
}

void scenario_sort_jobs(Scenario *scenario, HdModel *model, const guint32 *actors) {
  g_array_sort(scenario->jobs, compare_jobs); /* their numbers grow with the time of their submission */
  model->job_count = scenario->jobs->len;
  model->jobs = (HdJob *)(gpointer)g_array_free(scenario->jobs, FALSE);
  for (guint32 i = 0; i < model->object_count; i++) model->objects[i].job = HD_NONE;
  for (guint32 i = 0; i < model->job_count; i++) {
    HdJob *job = &model->jobs[i];
    job->submitter = actors[job->submitter];
    if (job->begun) job->worker = actors[job->worker];
    if (!job->ended) job->end_ns = model->duration_ns;
    if (!job->begun) job->begin_ns = job->end_ns;
    HdObject *executor = &model->objects[job->executor];
    if (executor->job_count++ == 0) executor->job_first = i;
    name_future(scenario, model, i);
  }
  g_hash_table_unref(scenario->job_names);
}
