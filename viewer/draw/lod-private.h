/* What the parts of the index share: actors (lod.c), objects (lod-object.c), levels (lod-level.c), jobs, phases and items (lod-span.c),
 * accesses of shared variables (lod-access.c), loops and schedulers (lod-loop.c), crowds (lod-crowd.c). */
#pragma once
#include "lod.h"

/* Blocks of one actor. Row i of its sums holds the cumulative durations before block i; one more row ends them. */
typedef struct {
  guint32 block_first; /* in block_begin_ns */
  guint32 block_count;
  gsize sum_first;    /* in sums_ns */
  guint8 state_count; /* states that occur: width of a row */
  guint8 states[HD_SHOWN_COUNT];
  guint8 column[HD_SHOWN_COUNT]; /* of a state in a row */
} HdLodActor;

/* A level of one object: its steps, and blocks of HD_LOD_BLOCK of them. */
typedef struct {
  gsize first; /* in step_at_ns, step_value */
  guint32 count;
  guint32 block_first; /* in the level_… arrays */
  gint32 start, max;
  HdLevel kind;
} HdLodLevel;

/* Blocks of one object's holds; its levels; of a barrier its phases, of a loop what ran. */
typedef struct {
  guint32 block_first; /* in the hold arrays */
  guint32 block_count;
  guint32 level_first, level_count; /* in levels */
  guint32 span_first, span_count;
  guint32 access_first, access_count; /* in access_actors */
  guint32 long_first, long_count;     /* in long_runs */
} HdLodObject;

/* What a worker ran, what an actor put and got. */
typedef struct {
  guint32 span_first, span_count;
  guint32 item_first, item_count; /* in items */
} HdLodWork;

struct HdLod {
  const HdModel *model;
  HdLodActor *actors;
  HdLodWork *work; /* by actor */
  guint32 worst_wait;
  GArray *block_begin_ns; /* gint64 */
  GArray *sums_ns;        /* gint64 */

  HdLodObject *objects;
  GArray *hold_begin_ns; /* gint64: of the block's first hold */
  GArray *hold_reach_ns; /* gint64: latest end of all holds up to the block's last */
  GArray *hold_sum_ns;   /* gint64: durations of all holds before the block */

  GArray *levels;       /* HdLodLevel */
  GArray *step_at_ns;   /* gint64 */
  GArray *step_value;   /* gint32 */
  GArray *level_least;  /* gint32: of a block of steps */
  GArray *level_most;   /* gint32 */
  GArray *level_sum_ns; /* gint64: time × value before the block */

  GArray *span_begin_ns, *span_end_ns, *span_reach_ns, *span_before_ns; /* gint64 */
  GArray *span_what;                                                    /* guint32 */
  GArray *items;                                                        /* guint32, as hd_lod_items says */
  GArray *access_actors;                                                /* guint32 */
  GArray *lost;                                                         /* guint32: marks, sorted */
  GArray *misuses;                                                      /* guint32: marks, sorted */
  GArray *births, *requests;                                            /* guint32 */
  GArray *long_runs;                                                    /* guint32: spans of loops, HD_LONG_STEP_NS or more */
  guint8 *starved;                                                      /* bits of intervals; NULL: none is */
  GMutex crowds_guard;
  GHashTable *crowds;   /* gint64: first member and count → HdCrowd */
  GHashTable *gathered; /* of lod-loop.c, while it is built; NULL after */
};

void hd_lod_crowd_free(gpointer crowd);
/* Before the actors: what is shown of tasks depends on it. */
void hd_lod_index_loops(HdLod *lod);
void hd_lod_index_ready(HdLod *lod, guint32 object);
/* A level that says how many of count things are going on that last from one of begins_ns to one of ends_ns, in whatever order. Sorts
 * both. */
void hd_lod_count_going_on(HdLod *lod, guint32 object, HdLevel kind, gint64 *begins_ns, gint64 *ends_ns, guint32 count);
/* Appends to the spans that begin at first; by their begins. */
void hd_lod_append_span(HdLod *lod, guint32 first, gint64 begin_ns, gint64 end_ns, guint32 what);
void hd_lod_index_levels(HdLod *lod, guint32 object);
/* After the objects. */
void hd_lod_index_work(HdLod *lod);
void hd_lod_index_phases(HdLod *lod, guint32 object);
void hd_lod_index_accesses(HdLod *lod, guint32 object);
void hd_lod_sort_lost(HdLod *lod);
int hd_lod_compare_times(const void *a, const void *b);
gboolean hd_lod_index_objects(HdLod *lod, HdProgress progress, gpointer user_data);
/* Index of the last of count ascending values that is ≤ at_ns, searched outwards from hint; 0 when none is. */
guint32 hd_lod_search(const gint64 *values, guint32 count, guint32 hint, gint64 at_ns);
