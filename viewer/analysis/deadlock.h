/* Hangs that occurred: deadlocks of every kind of wait, and waits that nobody ends.
 *
 * Definitions (issue facts, "Deadlocks"):
 *  - The wait-for graph at a time; wait-graph.h says which waits have one owner (AND) and which any of several can end (OR).
 *  - A cycle of AND waits is a deadlock whenever it occurs. It can be resolved only when one of its waits is broken off; so the graph
 *    is searched at the end of every wait that is open or was broken off, and no cycle is missed.
 *  - OR waits are judged at model->judged_ns (the interrupt, else the end); for a process that was killed before, at its death, or when
 *    another one of the recording told it to end (who told it could still run); never from the teardown after it, and not in a process
 *    that ended in an orderly way before (idle pool threads at a proper exit are nothing). Blocked for ever: judgement.h. A wait that
 *    ended in the usual way afterwards was not for ever.
 *  - One finding a hang, the most specific: self-deadlock, held-by-exited, executor-starvation, lost-wakeup, deadlock, stuck; who only
 *    depends on it is a follower. A worker without a job is neither.
 *  - executor-starvation: an executor has as many workers as it may have, all of them are blocked, and each of them waits, directly or
 *    through those whom it needs, for the result of a job that lies in that executor's own queue.
 *  - lost-wakeup: a condition wait that nobody can end; the last notify before it found no waiter, and the waiter did not enter that
 *    mutex between that notify and the section in which it waits. Otherwise stuck.
 *  - held-by-exited: the holder ended while its process lived (or the object is process-shared, or the hold came through fork), and
 *    somebody waits.
 *  - A second acquire of a lock that strangers release is a self-deadlock only at the moment of judgement.
 *
 * An OR wait nobody can end is a deadlock when there is a cycle through those that would end it, else stuck. b would end a's wait when
 * b itself waits for a lock; or has enabled or taken that object before; or both wait for different objects, neither of them a condition;
 * or the object is a pipe between their processes. Of queues and pipes those have done it before who put, of a wait to get; got, of a wait
 * to put; called task_done, of a wait to join. A thread that sits in a join is not taken for the one who would have notified, and for the
 * one who would have posted only if it did so before. Threads that wait for the same object would not end each other's wait.
 */
#pragma once
#include "analysis.h"

G_BEGIN_DECLS

typedef struct {
  HdFindingKind kind;
  GArray *actors;    /* its members, of guint32; of held-by-exited the one who left first */
  GArray *waits;     /* of its members that wait, of guint32 */
  GArray *holds;     /* what its members hold and others of it wait for, of guint32 */
  GArray *followers; /* waits of those who only depend on it */
  guint32 notify;    /* of lost-wakeup: index of marks; else HD_NONE */
  guint32 executor;  /* of executor-starvation: index of objects; else HD_NONE */
  gint64 closed_ns;  /* when it was complete */
  gint64 moment_ns;  /* when it was judged */
} HdHang;

/* All hangs, by the time they were complete: array of HdHang. The caller unrefs it. */
GArray *hd_hangs_new(const HdModel *model);

/* The notify that a condition wait missed: index of marks, HD_NONE when it missed none. */
guint32 hd_lost_notify(const HdModel *model, guint32 wait);

G_END_DECLS
