/* Lock dependencies <thread, lock, held set>: a thread asked for a lock, in a way that can block for ever, while it held others.
 *
 * Grouped by <t, l, L> (issue facts, "Deadlocks"; the abstract dependencies of Havelund's Goodlock and of SPDOffline, Tunc, Mathur,
 * Pavlogiannis, Viswanathan, PLDI 2023), or patterns explode. What counts:
 *  - a try-lock or timed lock cannot block for ever: no request, but what it got is held;
 *  - the re-acquire of a condition wait is a request; so is an open wait (pending request);
 *  - taking a re-entrant lock again is neither;
 *  - a lock that somebody who did not hold it has released has no owner: it is left out.
 */
#pragma once
#include "analysis.h"

G_BEGIN_DECLS

enum { HD_DEPENDENCY_INSTANCES_MAX = 32 };

/* One time that it happened. */
typedef struct {
  gint64 at_ns; /* of the request */
  guint32 hold; /* what it got, HD_NONE when it never got it */
  guint32 wait; /* HD_NONE when it was free */
} HdRequest;

typedef struct {
  guint32 actor;
  guint32 lock;
  gboolean shared;              /* it asked to read */
  guint32 set_first, set_count; /* what it held: part of the sets, items object << 1 | shared, sorted */
  GArray *requests;             /* of HdRequest: the first ones and the last one */
  guint64 count;
} HdDependency;

typedef struct {
  GArray *dependencies; /* of HdDependency */
  GArray *sets;         /* of guint64 */
} HdDependencies;

HdDependencies *hd_dependencies_new(const HdModel *model);
void hd_dependencies_free(HdDependencies *dependencies);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdDependencies, hd_dependencies_free)

/* Whether a request of a depends on nothing that b holds in a conflicting way, and the other way round: no guard lock. */
gboolean hd_dependencies_disjoint(const HdDependencies *all, const HdDependency *a, const HdDependency *b, guint32 *guard);
/* Whether the dependency holds a lock; *shared tells how. */
gboolean hd_dependency_holds(const HdDependencies *all, const HdDependency *dependency, guint32 lock, gboolean *shared);
/* The hold of a lock that the dependency's actor had at a time; HD_NONE. */
guint32 hd_dependency_hold(const HdModel *model, guint32 actor, guint32 lock, gint64 at_ns);

G_END_DECLS
