/* What a model means: contention with blame, hangs, lock orders. The definitions are those of their modules' headers.
 *
 * An analysis is computed once from an immutable model, by any thread; the result is immutable. Indices are the model's.
 */
#pragma once
#include "model.h"

G_BEGIN_DECLS

typedef enum {
  HD_FINDING_DEADLOCK,
  HD_FINDING_SELF_DEADLOCK,
  HD_FINDING_LOCK_ORDER,
  HD_FINDING_HELD_BY_EXITED,
  HD_FINDING_LOST_WAKEUP,
  HD_FINDING_STUCK,
  HD_FINDING_STARVATION,
  HD_FINDING_CONTENTION,
  HD_FINDING_CONVOY,
  HD_FINDING_GIL_SERIALIZATION,
  HD_FINDING_BLOCKED_LOOP,
  HD_FINDING_NEVER_YIELDED,
  HD_FINDING_LOST_UPDATE,
  HD_FINDING_OVER_RELEASE,
  HD_FINDING_EXECUTOR_STARVATION,
  HD_FINDING_KIND_COUNT
} HdFindingKind;
typedef enum { HD_GRADE_OCCURRED, HD_GRADE_PREDICTED, HD_GRADE_POTENTIAL, HD_GRADE_REFUTED } HdGrade;
extern const char *const hd_finding_kind_names[HD_FINDING_KIND_COUNT];
extern const char *const hd_grade_names[4];

/* One thing that happened and supports the finding. */
typedef struct {
  gint64 at_ns;
  guint32 actor;
  guint32 site; /* HD_NONE */
  guint32 wait; /* the wait it speaks of, HD_NONE */
  guint32 hold; /* the hold it speaks of, HD_NONE */
  char *text;   /* a sentence: "alice holds fork_left and waits for fork_right" */
} HdEvidence;

typedef struct {
  HdFindingKind kind;
  HdGrade grade;
  char *title;           /* a few words: "Deadlock at 31.4 s" */
  char *summary;         /* one or two sentences that name the actors, the objects and the kinds of waits */
  char *advice;          /* one sentence */
  gint64 at_ns;          /* when it was complete */
  gint64 from_ns, to_ns; /* the span that shows it */
  gboolean resolved;     /* FALSE: it lasts to the end */
  gint64 lost_ns;        /* time it cost other actors */
  double share;          /* of those actors' lives together, 0..1 */
  guint32 site;          /* HD_NONE */
  GArray *actors;        /* of guint32 */
  GArray *objects;       /* of guint32 */
  GArray *evidence;      /* of HdEvidence */
} HdFinding;

/* Blame: how long holds acquired at this site by this actor made others wait. */
typedef struct {
  guint32 site; /* where the hold was acquired */
  guint32 actor;
  gint64 blame_ns;
  guint hold_count;
} HdBlame;

/* A log-2 histogram of durations: bucket i counts [2^i, 2^(i+1)) ns; 0 counts 0 and 1 ns. */
typedef struct {
  guint32 counts[48];
} HdHistogram;

/* The contention of one object. */
typedef struct {
  guint32 object;
  guint64 acquisition_count; /* outermost ones: a re-entrant lock that its holder takes again counts once; of a semaphore permits taken */
  guint64 contention_count;  /* requests that waited, also those that never got it; a worker without a job asks for nothing */
  gint64 wait_total_ns, wait_min_ns, wait_max_ns;
  gint64 hold_total_ns, hold_min_ns, hold_max_ns;
  gint64 handoff_ns; /* waits while nobody held it */
  gint64 held_ns;    /* union of holds */
  HdHistogram wait_histogram, hold_histogram;
  HdBlame *blame; /* sorted, largest first */
  guint blame_count;
  HdBlame *waiters; /* the same for sites that wait: blame_ns is their wait */
  guint waiter_count;
} HdContention;

/* A stretch of a wait and who held the object in it (hold HD_NONE: hand-off). */
typedef struct {
  gint64 begin_ns, end_ns;
  guint32 hold;
} HdWaitSegment;

typedef struct {
  HdFinding *findings;
  guint finding_count; /* in the order of show: unresolved hangs, lost_ns, predicted, potential, refuted */
  HdContention *contentions;
  guint contention_count; /* every object with an acquisition or a wait, most wait first */
  guint32 *contention_of_object;
  guint object_count; /* index of contentions for each object, or HD_NONE; NULL in an analysis filled by hand */
} HdAnalysis;

/* NULL when progress said to stop. progress may be NULL. */
HdAnalysis *hd_analysis_new(const HdModel *model, HdProgress progress, gpointer user_data);
void hd_analysis_free(HdAnalysis *analysis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdAnalysis, hd_analysis_free)

/* The contention of an object, NULL when it has none. */
const HdContention *hd_analysis_contention(const HdAnalysis *analysis, guint32 object);
/* What went through a queue or pipe. Latency: from an item's put to its get, of items of which both were seen. */
typedef struct {
  guint64 put_count, got_count, paired_count;
  gint64 latency_total_ns, latency_max_ns;
  guint32 depth_max; /* items that lay in it at once, by their stamps */
  guint32 put_wait_count, get_wait_count;
  gint64 put_wait_ns, get_wait_ns; /* producers and consumers together: blocked in it */
  gint64 join_wait_ns;             /* waits for all of it to be done */
} HdQueueUse;
HdQueueUse hd_queue_use(const HdModel *model, guint32 object);

/* What an executor or pool did. A job lay queued from its submission to its begin (or cancellation), and ran from there to its end. */
typedef struct {
  guint32 job_count, begun_count, ended_count; /* ended: of those that began */
  guint32 failed_count, cancelled_count;
  guint32 worker_count;                  /* that began a job or waited for one */
  guint32 queued_max;                    /* jobs that lay queued at once */
  gint64 queued_total_ns, queued_max_ns; /* of jobs whose submission was seen */
  gint64 run_total_ns, run_max_ns;       /* of those that began, up to their worker's end */
  gint64 idle_ns;                        /* workers together: waits for a job */
} HdExecutorUse;
HdExecutorUse hd_executor_use(const HdModel *model, guint32 object);

/* What an event scheduler did. Late: from the moment an entry was planned for to its begin. */
typedef struct {
  guint32 entry_count, begun_count, cancelled_count;
  gint64 late_total_ns, late_max_ns; /* of those that begun */
  gint64 run_total_ns, run_max_ns;
} HdScheduleUse;
HdScheduleUse hd_schedule_use(const HdModel *model, guint32 object);

/* What a task's life was made of (the terms of tokio's console): busy in steps, scheduled (ready, but not run), idle (awaiting). */
typedef struct {
  gint64 busy_ns, scheduled_ns, idle_ns;
  gint64 step_max_ns, scheduled_max_ns;
  guint32 step_count;
  HdHistogram step_histogram, scheduled_histogram;
} HdTaskUse;
HdTaskUse hd_task_use(const HdModel *model, guint32 task);

/* What an event loop did. Lag: from the moment a task or callback was ready to its run. */
typedef struct {
  guint32 task_count, callback_count;
  guint64 step_count;
  gint64 busy_ns, polling_ns; /* in steps and callbacks; waiting for something to happen */
  gint64 lag_total_ns, lag_max_ns;
  guint64 lag_count;
  guint32 lag_max_actor; /* the task that was ready for longest; HD_NONE */
} HdLoopUse;
HdLoopUse hd_loop_use(const HdModel *model, guint32 object);

/* What an interpreter lock cost. held fraction = held / wall; serialization factor = (held + waiting) / held; useful parallelism =
 * (held + running without it) / wall: running without it is by the CPU schedule, or time in no wait where nobody watched it. Hand-overs:
 * forced by a request, else voluntary. */
typedef struct {
  gint64 wall_ns; /* from the first acquisition to the end of the last hold */
  gint64 held_ns, waiting_ns, running_without_ns;
  double held_fraction, serialization_factor, useful_parallelism;
  guint64 acquisition_count, forced_count, voluntary_count, request_count;
  guint32 thread_count; /* that held it or waited for it */
  gint64 hold_max_ns;
  guint32 hold_max_actor;
} HdGilUse;
HdGilUse hd_gil_use(const HdModel *model, guint32 object);

/* The writes of an annotated variable that were lost, as sorted indices of marks: nothing that followed builds on them. Array of guint32;
 * the caller frees it. */
GArray *hd_lost_writes(const HdModel *model, guint32 object);

/* Splits a wait by its successive holders; array of HdWaitSegment that covers it exactly. The caller frees it. */
GArray *hd_wait_segments(const HdModel *model, guint32 wait);

/* The wait-for graph at a time. Of a wait that any of several can end: who did end it later, else who enabled that object before; when
 * nobody is known, one edge with target HD_NONE. */
typedef struct {
  guint32 waiter;
  guint32 wait;
  guint32 target; /* actor */
  guint32 object;
  gboolean any; /* OR: any of the targets suffices */
} HdWaitEdge;
GArray *hd_wait_graph(const HdModel *model, gint64 at_ns); /* of HdWaitEdge; the caller frees it */

G_END_DECLS
