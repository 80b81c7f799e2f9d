/* Who is blocked for ever at a moment.
 *
 * The largest set of live actors such that no wait of a member can be ended by anybody outside of it: a wait by all needs one blocked
 * owner (or one that is gone), a wait by some that no owner can run, a wait by any that nobody who could end it can run
 * (wait-graph.h). It is found by starting from
 * all that wait and letting go whoever can be freed, until nothing changes. Followers of a hang are in the set, too.
 */
#pragma once
#include "wait-graph.h"

G_BEGIN_DECLS

typedef enum { HD_STANDING_ABSENT, HD_STANDING_CAN_RUN, HD_STANDING_BLOCKED } HdStanding;

typedef struct {
  const HdModel *model;
  gint64 at_ns;
  guint8 *standing;             /* enum HdStanding of each actor; of a process: blocked when all its threads are */
  guint32 *wait;                /* of each blocked thread */
  guint8 *rule;                 /* enum HdWaitRule of that wait */
  GArray **owners;              /* of HdOwner, of each blocked thread whose wait ends by all or some; else NULL */
  guint32 *running_count;       /* of each process: threads that can run */
  GArray *blocked;              /* threads and tasks, of guint32 */
  GArray *held_up;              /* those in no wait that cannot go on either, of guint32 */
  guint32 *behind;              /* of each actor in no wait who must go on first (hd_actor_behind) */
  GHashTable *object_processes; /* shared object -> set of processes */
} HdJudgement;

/* A process that ended in an orderly way while it was observed is not judged: whoever ended it could have ended its waits. */
gboolean hd_process_is_judged(const HdModel *model, guint32 process);

HdJudgement *hd_judgement_new(const HdModel *model, gint64 at_ns);
void hd_judgement_free(HdJudgement *judgement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdJudgement, hd_judgement_free)

/* Whether other, were it not blocked, could end the wait by any of a blocked thread. */
gboolean hd_judgement_could_end(HdJudgement *judgement, guint32 waiter, guint32 other);

G_END_DECLS
