/* What the two halves of the index share: actors (lod.c) and objects (lod-object.c). */
#pragma once
#include "lod.h"

/* Blocks of one actor. Row i of its sums holds the cumulative durations before block i; one more row ends them. */
typedef struct {
  guint32 block_first; /* in block_begin_ns */
  guint32 block_count;
  gsize sum_first;    /* in sums_ns */
  guint8 state_count; /* states that occur: width of a row */
  guint8 states[HD_STATE_COUNT];
  guint8 column[HD_STATE_COUNT]; /* of a state in a row */
} HdLodActor;

/* Blocks of one object's holds, and its steps. */
typedef struct {
  guint32 block_first; /* in the hold arrays */
  guint32 block_count;
  gsize waiter_first; /* in step_at_ns, step_value */
  guint32 waiter_count;
  guint32 waiter_block_first; /* in the waiter arrays */
  gint32 waiter_max;
  gsize permit_first;
  guint32 permit_count;
  gint32 permit_start, permit_max;
} HdLodObject;

struct HdLod {
  const HdModel *model;
  HdLodActor *actors;
  guint32 worst_wait;
  GArray *block_begin_ns; /* gint64 */
  GArray *sums_ns;        /* gint64 */

  HdLodObject *objects;
  GArray *hold_begin_ns; /* gint64: of the block's first hold */
  GArray *hold_reach_ns; /* gint64: latest end of all holds up to the block's last */
  GArray *hold_sum_ns;   /* gint64: durations of all holds before the block */
  GArray *step_at_ns;    /* gint64 */
  GArray *step_value;    /* gint32 */
  GArray *waiter_most;   /* gint32: of a block of steps */
  GArray *waiter_sum_ns; /* gint64: time × waiters before the block */
};

gboolean hd_lod_index_objects(HdLod *lod, HdProgress progress, gpointer user_data);
/* Index of the last of count ascending values that is ≤ at_ns, searched outwards from hint; 0 when none is. */
guint32 hd_lod_search(const gint64 *values, guint32 count, guint32 hint, gint64 at_ns);
