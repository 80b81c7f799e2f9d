/* Tasks in the wait-for graph.
 *
 * Who awaits a group needs all of its members, or any of them, as it said. A task that awaits nothing is ready, or in a step. It can go on
 * only when its loop does: while another task's step lasts that one stands before it, and before the loop's thread, too. A loop that polls
 * without a time-out has nothing to do until somebody of its process makes one of its tasks ready, or wakes it from another thread: what
 * its tasks await of the world outside are waits of theirs, which end by themselves.
 */
#pragma once
#include "wait-graph.h"

G_BEGIN_DECLS

/* How an await of a group ends, and the members that have not ended (HdOwner). */
HdWaitRule hd_group_rule(const HdModel *model, guint32 wait);
void hd_group_owners(const HdModel *model, guint32 wait, gint64 at_ns, GArray *owners);

G_END_DECLS
