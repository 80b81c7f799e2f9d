/* A scenario while its lines are read. */
#pragma once
#include "scenario.h"

struct Scenario {
  GArray *actors, *objects, *waits, *holds, *marks, *links, *sites, *jobs;
  GHashTable *actor_names, *object_names, *site_names, *job_names; /* name -> index + 1 */
  GStringChunk *strings;
  gint64 unit_ns, now_ns, interrupt_ns;
  guint32 program;
};

/* scenario-jobs.c: whether it was one of the verbs about jobs. words as they stand in the line; executor: of submit. */
gboolean scenario_job_verb(Scenario *scenario, guint32 actor, const char *verb, const char *job_name, guint32 executor, guint32 site);
/* The jobs put in order, and their executors and futures. actors: old index -> new one. */
void scenario_sort_jobs(Scenario *scenario, HdModel *model, const guint32 *actors);
