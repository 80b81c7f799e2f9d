/* The parts of the search for hangs that deadlock.c puts together. */
#pragma once
#include "deadlock.h"
#include "judgement.h"

G_BEGIN_DECLS

/* A hang of a kind, empty, at the end of hangs. Valid until the next is added. */
HdHang *hd_hang_add(GArray *hangs, HdFindingKind kind, gint64 moment_ns);
/* Adds the waiter to its members, and the holds it waits for. */
void hd_hang_add_member(const HdModel *model, HdHang *hang, guint32 wait);
void hd_hang_clear(gpointer hang);
/* Its members' waits along their circle, from the one who took what it holds first; as they stand when they are many. The caller unrefs the
 * array. */
GArray *hd_hang_told_waits(const HdModel *model, const HdHang *hang);

/* executor-starvation.c: the workers of an executor that starves at the judgement's moment, of guint32; NULL when it does not. The caller
 * unrefs it. */
GArray *hd_starved_workers(const HdJudgement *judgement, guint32 executor);

/* Judges a moment: adds the hangs of waits by any, and to all hangs of that moment their followers. known: waits in a hang. */
void hd_hangs_judge(const HdModel *model, gint64 at_ns, GArray *hangs, GHashTable *known);

G_END_DECLS
