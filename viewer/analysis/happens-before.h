/* Which moments come before which in every schedule: through the creation and the end of threads and processes, and through signals:
 * a notify and the wake-up, what went through a pipe, a barrier's arrivals and departures, the n-th post and the n-th take of a semaphore
 * that began at 0. A lock handed over is no such order: it may go the other way next time. Nor is a semaphore that some actor both takes
 * and posts: it guards something.
 *
 * Order is found on demand, by the earliest moment that each actor can have heard of the first one, over the links by time; no clock is
 * kept per thread, so thousands of threads cost nothing until somebody asks.
 */
#pragma once
#include "analysis.h"

G_BEGIN_DECLS

typedef struct HdHappensBefore HdHappensBefore;

HdHappensBefore *hd_happens_before_new(const HdModel *model);
void hd_happens_before_free(HdHappensBefore *before);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdHappensBefore, hd_happens_before_free)
/* Whether the actor's moment comes before the other's. Not for several threads at once. After questions that took seconds together the
 * answer is FALSE: nothing known. */
gboolean hd_happens_before(HdHappensBefore *before, guint32 actor, gint64 at_ns, guint32 other, gint64 other_ns);

G_END_DECLS
