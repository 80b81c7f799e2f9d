/* A scenario while its lines are read. */
#pragma once
#include "scenario.h"

struct Scenario {
  GArray *actors, *objects, *waits, *holds, *marks, *links, *sites;
  GHashTable *actor_names, *object_names, *site_names; /* name -> index + 1 */
  GStringChunk *strings;
  gint64 unit_ns, now_ns, interrupt_ns;
  guint32 program;
};
