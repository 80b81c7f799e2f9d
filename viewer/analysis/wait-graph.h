/* Who waits for whom at a time, and how a wait can end.
 *
 * Definitions (issue facts, "Deadlocks"): a wait for a lock, a join, a future has one owner and needs him (AND): "by all". A wait for a
 * condition, semaphore, barrier, event, queue, pipe, any child, or a lock that somebody who did not hold it has ever released, can
 * be ended by any live actor of a process that maps the object (OR): "by any". A timed wait, a sleep, external I/O end by themselves:
 * whoever is in one can still run. A wait for the result of a job that runs needs its worker; of one that is still queued, any
 * of its executor's workers ("by some"), or anybody of the waiter's process while fewer workers than the executor may have were seen; of
 * a job that nobody knows, or whose worker is dead, anybody ("by any"). A task is awaited as a thread is joined; a group of tasks needs all
 * of its members or some. A writer waits for all readers. A reader that waits while only readers hold stands behind a writer that asked
 * before it, and waits for that writer.
 *
 * Shared objects are mapped by the processes that were seen to use them and, by fork, by their ancestors and descendants: all of
 * them when its birth was not seen, else those that the object could be handed down to since. A process that has closed both ends
 * of a pipe has it no more.
 */
#pragma once
#include "analysis.h"

G_BEGIN_DECLS

typedef enum { HD_ENDS_BY_ITSELF, HD_ENDS_BY_ALL, HD_ENDS_BY_SOME, HD_ENDS_BY_ANY } HdWaitRule;

/* Somebody without whom a wait of HD_ENDS_BY_ALL does not end, or one of those who can end a wait of HD_ENDS_BY_SOME. */
typedef struct {
  guint32 actor; /* a thread; of a process wait the process */
  guint32 hold;  /* what it holds; HD_NONE of joins, process waits, workers and writers in the queue */
  gboolean gone; /* it exists no more: nobody will release what it held */
} HdOwner;

HdWaitRule hd_wait_rule(const HdModel *model, guint32 wait, gint64 at_ns);
/* Whether nothing that was recorded ended the wait in the usual way: it is open, or was broken off. */
gboolean hd_wait_lasts(const HdModel *model, guint32 wait);
/* The wait or blocking call in which an actor is at a time, the innermost; HD_NONE. */
guint32 hd_wait_at(const HdModel *model, guint32 actor, gint64 at_ns);
gboolean hd_actor_alive_at(const HdModel *model, guint32 actor, gint64 at_ns);
/* Appends the owners (HdOwner) of a wait of HD_ENDS_BY_ALL or HD_ENDS_BY_SOME at a time. */
void hd_wait_owners(const HdModel *model, guint32 wait, gint64 at_ns, GArray *owners);
/* Of a thread or task that is in no wait: who must go on first (tasks.h): a task, a thread, or the process, anybody of which would do;
 * HD_NONE: nobody. */
guint32 hd_actor_behind(const HdModel *model, guint32 actor, gint64 at_ns);
/* The executor in whose queue the job lies at a time whose result is waited for; HD_NONE when it waits for something else. */
guint32 hd_wait_queued_in(const HdModel *model, guint32 wait, gint64 at_ns);
/* The live workers of an executor that were seen until then: array of guint32. The caller unrefs it. */
GArray *hd_executor_workers(const HdModel *model, guint32 executor, gint64 at_ns);
/* Whether an executor has as many workers as it may have. */
gboolean hd_executor_is_full(const HdModel *model, guint32 executor, const GArray *workers);
/* Whether it is the wait of a worker that has no job, or of an event loop that has nothing to run. */
gboolean hd_wait_is_idle(const HdModel *model, guint32 wait);
/* The process of a thread, or the actor itself. */
guint32 hd_actor_process(const HdModel *model, guint32 actor);
/* The processes that can use a shared object: who maps it, and has not yet closed both ends of what is a pipe. A set of actors; the caller
 * unrefs it. */
GHashTable *hd_object_processes(const HdModel *model, guint32 object, gint64 at_ns);
/* The operation of a site, HD_OPERATION_NONE when unknown. */
enum hd_operation hd_site_operation(const HdModel *model, guint32 site);
/* Whether the object is a lock that threads hold. */
gboolean hd_object_is_lock(const HdModel *model, guint32 object);

G_END_DECLS
