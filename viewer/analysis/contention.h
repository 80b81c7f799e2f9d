/* Contention: how long each object was waited for and held, and whose holds made others wait.
 *
 * Definitions (issue facts, "Contention"). Per acquisition: request r, acquire a, release e; wait w = a - r; hold h = e - a.
 *  - Table per object, as the kernel's lock statistics. An acquisition is an outermost hold, or a permit taken; a contention is a
 *    request that had to wait, also one that timed out or never ended.
 *  - Blame (as Go's mutex profile, but exact): blame(hold) = sum over waiters of the overlap of their wait with the hold, charged to
 *    the site and actor that acquired it. Invariant, to the nanosecond: sum of blame + hand-off gaps = sum of waits.
 *  - Several holds at once (readers): each instant's waiting is shared equally among the holds that cover it, a remainder of some
 *    nanoseconds carried on and charged to the hold that ends last. Readers that wait behind a queued writer count against the
 *    readers that keep that writer waiting. So the invariant holds for read-write locks as well.
 *  - An open exclusive hold ends, for this purpose, where somebody else's hold begins (a robust lock whose owner died).
 *  - A finding: waits on one lock of at least 10 ms and 1 % of its waiters' life together. Waits that stand in a hang are not counted. Who
 *    is blamed for half of the waiting or more is its culprit; the culprit's own waits do not count as lost then.
 */
#pragma once
#include "analysis.h"

G_BEGIN_DECLS

#define HD_CONTENTION_WAIT_MIN_NS (10 * 1000 * 1000)
#define HD_CONTENTION_SHARE_MIN 0.01

/* The end of a hold as contention counts it. */
gint64 hd_hold_end_ns(const HdModel *model, guint32 hold);
/* Fills the table of one object; FALSE when nobody acquired it or waited for it. */
gboolean hd_contention_fill(const HdModel *model, guint32 object, HdContention *contention);
void hd_contention_clear(HdContention *contention);

/* For one object the blame of each of its holds (HdObject.hold_first on). wait_total_ns and blame_total_ns are sums. */
void hd_blame_sweep(const HdModel *model, guint32 object, gint64 *blame_ns, gint64 *wait_total_ns, gint64 *blame_total_ns);

G_END_DECLS
