/* What the makers of display lists share. */
#pragma once
#include "display.h"

/* Where the shapes of a thread lane lie in its height: jobs above, states below. */
typedef struct {
  double tall_y, tall_height, low_y, low_height, line_y, line_height;
  double jobs_y, jobs_height; /* height 0: the lane has none */
} HdLaneGeometry;
HdLaneGeometry hd_lane_geometry(const HdRow *row);

/* Where an object's holders, levels or phases lie (the upper part), and its waiters or running jobs below. */
typedef struct {
  double upper_y, upper_height, waiter_bottom, waiter_height, waiter_unit_px;
} HdObjectGeometry;
HdObjectGeometry hd_object_geometry(int height_px, gint32 waiters_max, double upper_share);
#define HD_UPPER_HALF 0.49
#define HD_UPPER_CHART 0.64

/* Everything a maker needs. */
typedef struct {
  HdDisplayList *list;
  const HdSource *source;
  const HdRow *row;
  const HdView *view;
  const HdDisplayOptions *options;
} HdMaker;

#define HD_BOX_MIN_PX 3.0    /* shorter intervals become columns */
#define HD_WAIT_MIN_PX 3.0   /* no wait is lower */
#define HD_WAIT_WIDTH_PX 2.0 /* nor narrower */

void hd_make_lane(const HdMaker *maker, guint32 actor);
void hd_make_sum(const HdMaker *maker, const guint32 *actors, guint32 actor_count);
void hd_make_jobs(const HdMaker *maker, guint32 actor);
void hd_add_job(const HdMaker *maker, guint32 job);
void hd_make_item_ticks(const HdMaker *maker, guint32 actor);
/* The end of a process in its main thread's lane or in its own; a life of which nothing was seen. */
void hd_make_process_end(const HdMaker *maker, guint32 process);
/* The steps in which a task also waited: what it waits for there keeps its whole loop. */
void hd_make_steps(const HdMaker *maker, guint32 task);
void hd_make_task_end(const HdMaker *maker, guint32 task);
void hd_make_life(const HdMaker *maker, guint32 process);
void hd_make_levels(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry);
void hd_make_nested(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry);
void hd_make_phases(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry);
void hd_make_marks(const HdMaker *maker, guint32 object);
void hd_make_misuses(const HdMaker *maker, guint32 object);
void hd_make_accesses(const HdMaker *maker, guint32 object);
/* How much of the lane the upper part takes. */
double hd_object_upper_share(const HdSource *source, guint32 object);
/* The state of who waits for an object of a kind: it gives the colour. */
enum hd_state hd_waiting_state(enum hd_object_kind kind);
/* Whose turn it is on an interpreter lock or event loop; what a scheduler ran, against what was planned. */
void hd_make_turns(const HdMaker *maker, guint32 object);
void hd_make_schedule(const HdMaker *maker, guint32 object);
void hd_add_turn(const HdMaker *maker, guint32 hold);
void hd_add_run(const HdMaker *maker, guint32 run);
/* A level as boxes of the lower part: steps where they are wide, the average of a column where they are not. */
void hd_make_waiters(const HdMaker *maker, guint32 object, HdLevel level, const HdObjectGeometry *geometry, enum hd_state state);
void hd_make_object(const HdMaker *maker, guint32 object);
void hd_make_object_sum(const HdMaker *maker, const guint32 *objects, guint32 object_count);

typedef struct {
  gint64 from_ns, to_ns;
} HdLife;
/* The width of the columns in which the rows of many are summed up: column_px, or twice, four times … as wide, so that the looks at the
 * index stay bounded however many there are. */
int hd_sum_columns(const HdView *view, const HdLife *lives, guint32 count, int column_px);

/* The box of an interval over its span; of a hold. */
void hd_add_interval(const HdMaker *maker, guint32 interval, gint64 from_ns, gint64 to_ns);
void hd_add_hold(const HdMaker *maker, guint32 hold);

/* Appends a box over a stretch of time, clipped as the options say. Its words: the first of choices ("long|short") that fits into
 * what is left beside padding_px. NULL: none. */
HdBox *hd_add_box(const HdMaker *maker, gint64 from_ns, gint64 to_ns, HdBox box, const char *choices, double padding_px);
/* Whether the finding on show cites a wait; whether it cites one of the actor that overlaps the stretch (its index, else HD_NONE). */
gboolean hd_is_cited(const HdDisplayOptions *options, guint32 wait);
guint32 hd_cited_within(const HdMaker *maker, guint32 actor, gint64 from_ns, gint64 to_ns);
/* First instant at or after from_ns that lies in the pixel after from_ns's. */
gint64 hd_next_pixel(const HdView *view, gint64 at_ns);

/* Columns that came one after the other and look the same become one. */
typedef struct {
  guint first, count;
} HdColumnMerger;
void hd_merge_column(const HdMaker *maker, HdColumnMerger *merger, guint first);
/* Appends the stack for the states of one column. cited_ns: time of cited waits, which is drawn tall (a part of states_ns). */
void hd_add_column(const HdMaker *maker, gint64 from_ns, gint64 to_ns, const gint64 *states_ns, guint32 cited_wait);
/* Appends one box and merges it with its like before it; returns the last box. */
HdBox *hd_add_merged(const HdMaker *maker, HdColumnMerger *merger, gint64 from_ns, gint64 to_ns, HdBox box);
/* Makes the waits among the list's boxes from first on that are thinner than HD_WAIT_WIDTH_PX and touch no other wait that wide. */
void hd_widen_waits(const HdMaker *maker, guint first);

/* The words for a hold: "held by flusher · slow_flush (log.c:118)|flusher". The caller frees it. */
char *hd_hold_words(const HdSource *source, guint32 hold);
