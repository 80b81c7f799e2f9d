/* The cycles of locks that are taken while others are held, shortest first.
 *
 * Locks are nodes; an edge leads from a lock that was held to one that was asked for. Only strongly connected parts can have cycles.
 * They are enumerated by depth-first search with a growing length limit (each from its lowest lock), so that the shortest come first; the
 * number of steps is bounded, since a graph may have exponentially many cycles.
 */
#pragma once
#include "lock-dependencies.h"

G_BEGIN_DECLS

/* Called for each cycle: locks[i] is held while locks[i + 1] is asked for, the last while the first is. edges[i]: the dependencies
 * (indices) of that step. Return FALSE to stop. */
typedef gboolean (*HdLockCycle)(const guint32 *locks, GArray *const *edges, guint length, gpointer user_data);

/* FALSE when the search was stopped before all cycles were seen. */
gboolean hd_lock_cycles(const HdModel *model, const HdDependencies *dependencies, HdLockCycle found, gpointer user_data);

G_END_DECLS
