/* The level-of-detail index: how long was each state in any stretch of time, without looking at every interval.
 *
 * Each lane keeps, for every HD_LOD_BLOCK intervals, the time and the cumulative duration of every state that occurs in it: the sums
 * of any stretch are the difference of two rows. A stretch far longer than a block is widened to block borders (by less than two
 * hundredths) and touches no interval at all. Nothing is sampled: a block that a stretch only touches counts in it, so no wait can
 * fall between two columns of pixels, however short it is.
 *
 * Objects have the same for their holds, and levels: numbers that change in steps (waiters, items in a queue, queued jobs …), with the
 * least, the greatest and the average of every block. Workers have their jobs, barriers their phases, as spans.
 *
 * About 2–4 bytes an interval. Built once; immutable; any thread may query. A cursor belongs to one thread.
 */
#pragma once
#include "model.h"
#include "shown.h"

G_BEGIN_DECLS

#define HD_LOD_BLOCK 32

typedef struct HdLod HdLod;

/* progress may be NULL; NULL when cancelled. The model must outlive it. */
HdLod *hd_lod_new(const HdModel *model, HdProgress progress, gpointer user_data);
void hd_lod_free(HdLod *lod);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdLod, hd_lod_free)
gsize hd_lod_bytes(const HdLod *lod);
const HdModel *hd_lod_model(const HdLod *lod);

/* Walks one actor's lane from left to right. Set up by hd_lod_cursor_init; then stretches in ascending order are found by a short
 * search from the last one (going back is right as well, only slower). */
typedef struct {
  const HdLod *lod;
  guint32 actor;
  guint32 interval; /* of the actor: where the last search ended */
} HdLodCursor;
void hd_lod_cursor_init(HdLodCursor *cursor, const HdLod *lod, guint32 actor);

/* The actor's interval at a time (counted from its first), HD_NONE outside its life. */
guint32 hd_lod_interval_at(HdLodCursor *cursor, gint64 at_ns);
/* Adds to states_ns the time spent in each state in [from_ns, to_ns); of long stretches up to 2 % more. */
void hd_lod_states(HdLodCursor *cursor, gint64 from_ns, gint64 to_ns, gint64 states_ns[HD_SHOWN_COUNT]);

/* Many actors as one. Members are the actors of a row (a fold, a header), ascending; NULL: all there are. Kept in the index once it was
 * made: the first call looks at all their intervals, queries then cost the same for any number of actors. */
#define HD_CROWD_FROM 64 /* fewer actors are asked one by one */
typedef struct HdCrowd HdCrowd;
const HdCrowd *hd_lod_crowd(const HdLod *lod, const guint32 *members, guint32 count);
/* Adds to states_ns the exact time that they spent in each state in [from_ns, to_ns). */
void hd_crowd_states(const HdCrowd *crowd, gint64 from_ns, gint64 to_ns, gint64 states_ns[HD_SHOWN_COUNT]);

/* What an object saw in a stretch. */
typedef struct {
  gint64 held_ns;   /* sum over its holds (outermost depth), so more than the stretch for shared ones */
  gint64 waited_ns; /* sum over its waiters */
  guint waiters_max;
  guint hold_count; /* holds that begin in it */
} HdObjectSums;
void hd_lod_object(const HdLod *lod, guint32 object, gint64 from_ns, gint64 to_ns, HdObjectSums *sums);
/* From the first to the last time at which somebody held or waited for an object; both 0 when nobody did. */
void hd_lod_object_life(const HdLod *lod, guint32 object, gint64 *from_ns, gint64 *to_ns);
/* The first hold of an object (index of model->holds, outermost depth) that ends after a time; HD_NONE when all have ended. */
guint32 hd_lod_hold_after(const HdLod *lod, guint32 object, gint64 at_ns);
/* What is shown of an interval (of model->intervals): its state, or HD_SHOWN_STARVED. */
guint8 hd_lod_shown(const HdLod *lod, guint32 interval);
/* Whether something of an actor's life is shown so. */
gboolean hd_lod_has_state(const HdLod *lod, guint32 actor, guint8 shown);
/* Which states occur anywhere. */
void hd_lod_occurring(const HdLod *lod, gboolean occurs[HD_SHOWN_COUNT]);
/* The longest of the waits that somebody is to blame for; without one, of all that wait for something; HD_NONE when there is none. */
guint32 hd_lod_worst_wait(const HdLod *lod);

/* What is counted of an object over time. */
typedef enum {
  HD_LEVEL_WAITERS, /* who waits for it */
  HD_LEVEL_PERMITS, /* of a semaphore: free ones; first_value: it began with */
  HD_LEVEL_ITEMS,   /* of a queue or pipe: what is in it; of an executor: jobs submitted and not begun */
  HD_LEVEL_RUNNING, /* of an executor: jobs that run */
  HD_LEVEL_FLAG,    /* of an event: 1 while it is set */
  HD_LEVEL_DEPTH,   /* of a lock that its holder took again: how often it has it */
  HD_LEVEL_READY    /* of an event loop: tasks and callbacks that are ready and not yet run */
} HdLevel;

/* A function of time that changes in steps: value i lasts from at_ns[i] to at_ns[i + 1]; before the first it is first_value. */
typedef struct {
  guint32 count;
  gint32 first_value;
  const gint64 *at_ns;
  const gint32 *value;
  gint32 value_max;
} HdSteps;
/* A level of an object; count 0 when nothing is known of it. */
HdSteps hd_lod_level(const HdLod *lod, guint32 object, HdLevel level);
/* What a level does in a stretch, without a look at every step of a long one. */
typedef struct {
  gint32 least, most;
  gint64 sum_ns; /* value × time */
} HdLevelRange;
HdLevelRange hd_lod_level_range(const HdLod *lod, guint32 object, HdLevel level, gint64 from_ns, gint64 to_ns);
/* Index of the step at a time, HD_NONE before the first. */
guint32 hd_steps_at(const HdSteps *steps, gint64 at_ns);

/* Stretches of time by their begins: jobs in a worker's life, phases of a barrier. They follow each other but for nonsense in the trace. */
typedef struct {
  guint32 count;
  const gint64 *begin_ns, *end_ns;
  const gint64 *reach_ns;  /* the latest end of all up to this one */
  const gint64 *before_ns; /* durations of all before this one */
  const guint32 *what;     /* a job (of model->jobs), a wait of the phase (of model->waits) */
} HdSpans;
HdSpans hd_lod_jobs(const HdLod *lod, guint32 actor);
HdSpans hd_lod_phases(const HdLod *lod, guint32 object);
/* What ran on an event loop: steps of its tasks (what: of model->steps) and, with HD_LOD_CALLBACK set, callbacks (of model->jobs). Of an
 * event scheduler: its entries, jobs too, from when they should begin or began, to their end. */
#define HD_LOD_CALLBACK 0x80000000u
HdSpans hd_lod_runs(const HdLod *lod, guint32 object);
/* The first of a loop's runs of HD_LONG_STEP_NS or more that lasts beyond from_ns and begins before to_ns; HD_NONE. */
guint32 hd_lod_long_run(const HdLod *lod, guint32 loop, gint64 from_ns, gint64 to_ns);
/* The step or callback of HD_LONG_STEP_NS or more that blocked a task's loop during one of its intervals: as in hd_lod_runs; HD_NONE. */
guint32 hd_lod_blocker(const HdLod *lod, guint32 task, guint32 interval);
/* The first span that ends after a time; HD_NONE when all have. */
guint32 hd_spans_after(const HdSpans *spans, gint64 at_ns);
/* Time covered in a stretch and the number of spans that begin in it. */
gint64 hd_spans_sum(const HdSpans *spans, gint64 from_ns, gint64 to_ns, guint32 *count);

/* What an actor put and got, in the order of time: items with HD_LOD_GOT set where it is the get. */
#define HD_LOD_GOT 0x80000000u
const guint32 *hd_lod_items(const HdLod *lod, guint32 actor, guint32 *count);
gint64 hd_lod_item_ns(const HdLod *lod, guint32 entry);
/* The first of an actor's entries at or after a time (their count when there is none). */
guint32 hd_lod_item_from(const HdLod *lod, guint32 actor, gint64 at_ns);
/* Accesses of a shared variable stand in lines, one for each of the first actors that accessed it, the last line for all others. */
#define HD_LOD_ACCESS_LINES 4
guint hd_lod_access_lines(const HdLod *lod, guint32 object);
guint hd_lod_access_line(const HdLod *lod, guint32 object, guint32 actor);
guint32 hd_lod_access_actor(const HdLod *lod, guint32 object, guint line);
/* Whether a write was lost, as hd_lost_writes() says; whether there is one among marks. */
gboolean hd_lod_is_lost(const HdLod *lod, guint32 mark);
gboolean hd_lod_lost_between(const HdLod *lod, guint32 first_mark, guint32 end_mark);
/* Marks that are misuses (their error is not 0), sorted: the first of an object's at or after a time, as an index of the array. */
const guint32 *hd_lod_misuses(const HdLod *lod, guint32 *count);
guint32 hd_lod_misuse_from(const HdLod *lod, guint32 object, gint64 at_ns);
/* Births of threads, processes and tasks; cancellations of tasks and the ends that others awaited: indices of model->links by to_ns. */
const guint32 *hd_lod_births(const HdLod *lod, guint32 *count);
const guint32 *hd_lod_requests(const HdLod *lod, guint32 *count);

/* Whether actors take turns on it: it has a lane among them. An event loop of which nothing was seen is none. */
static inline gboolean hd_object_has_turns(const HdObject *object) { return object->kind == HD_KIND_LOOP || object->kind == HD_KIND_GIL; }
/* Whether its marks are accesses of a variable: one that threads share, or one of which each has its own. */
static inline gboolean hd_object_is_variable(const HdObject *object) {
  return object->kind == HD_KIND_SHARED || object->kind == HD_KIND_LOCAL;
}

G_END_DECLS
