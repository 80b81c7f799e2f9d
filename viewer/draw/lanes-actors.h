/* What the makers of the actors' units share: processes and threads (lanes-actors.c), tasks and what actors take turns on (lanes-tasks.c).
 */
#pragma once
#include "lanes-private.h"

/* What the building of the actors' pane shares. */
#define HD_FOLD_ACTORS 12 /* more threads or tasks of one routine are folded */
typedef struct {
  HdLanes *lanes;
  gboolean *contended;
  GPtrArray *threads; /* of GArray of guint32, by process */
  GPtrArray *tasks;   /* likewise */
  GPtrArray *turns;   /* likewise: objects, interpreter locks first */
  guint32 *runner;    /* of a loop: the thread that runs it */
  GHashTable *alike;  /* name → GArray of processes without blamed waits; empty when there are few processes */
  guint32 fold_count;
} HdActorsBuild;

void hd_lanes_add_fold(HdActorsBuild *build, GArray *actors, guint32 depth, const char *process_name);
void hd_lanes_add_task(HdLanes *lanes, guint32 actor, guint32 depth, const char *process_name);
/* Tasks, folded where many run the same routine. */
void hd_lanes_add_tasks(HdActorsBuild *build, const GArray *tasks, guint32 depth, const char *process_name);
void hd_lanes_add_turns(HdLanes *lanes, guint32 object, guint32 depth, const char *process_name);
/* The loops that a thread runs, each with its tasks; thread HD_NONE: those whose thread is not known. tasks shrinks by what was added. */
void hd_lanes_add_loops(HdActorsBuild *build, const GArray *turns, GArray *tasks, guint32 thread, guint32 depth, const char *process_name);
