/* Why a wait for a lock took long: what its holders did meanwhile. A holder that sleeps, one that was preempted, one that itself waits for
 * something else and one that works ask for different cures; and where the lock was free, none of them is to blame. */
#pragma once
#include "analysis.h"

G_BEGIN_DECLS

typedef enum {
  HD_CAUSE_NONE,      /* nothing of the below took half of it */
  HD_CAUSE_WORK,      /* the holder ran */
  HD_CAUSE_BLOCKED,   /* the holder slept, or was in I/O */
  HD_CAUSE_PREEMPTED, /* the holder wanted a CPU */
  HD_CAUSE_WAITS,     /* the holder waited for something else */
  HD_CAUSE_HANDOFF    /* nobody held it: the waiter had not come to run */
} HdCause;

/* What took half of the wait or more, and how long it took. holder: who did so longest, object: what he waited for (HD_NONE). */
HdCause hd_wait_cause(const HdModel *model, guint32 wait, gint64 *cause_ns, guint32 *holder, guint32 *object);
/* "In the longest of these waits, 204 ms, main slept or was in I/O for 201 ms while it held the lock." NULL for HD_CAUSE_NONE and
 * HD_CAUSE_WORK. advice: what to do about it. The caller frees both. among: as in sentences.h. */
char *hd_wait_cause_text(const HdModel *model, guint32 wait, const GArray *among, char **advice);

G_END_DECLS
