/* Deadlocks that did not happen but may: locks taken in a circle by distinct threads.
 *
 * Definitions (issue facts, "Deadlocks", "Predicted"): a cyclic chain of lock dependencies (lock-dependencies.h) of distinct threads with
 * pairwise disjoint held sets. Where one asks to read and the next holds it to read, nobody blocks. A chain that one thread made alone is
 * no finding. Grades: potential, a cycle for which no witness was looked for; refuted, when every such chain is guarded by a common lock or
 * two of its requests are ordered in every schedule (happens-before.h): kept, but hidden. A cycle that occurred as a deadlock is left out,
 * and so is one that contains all locks of a shorter one. Locks whose birth was not seen and that no variable names cannot be told from
 * their successors at that address: the finding says so.
 */
#pragma once
#include "finding-list.h"

G_BEGIN_DECLS

void hd_findings_add_lock_orders(const HdModel *model, const GArray *hangs, GArray *findings);

G_END_DECLS
