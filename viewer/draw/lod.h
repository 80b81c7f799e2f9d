/* The level-of-detail index: how long was each state in any stretch of time, without looking at every interval.
 *
 * Each lane keeps, for every HD_LOD_BLOCK intervals, the time and the cumulative duration of every state that occurs in it: the sums
 * of any stretch are the difference of two rows. A stretch far longer than a block is widened to block borders (by less than two
 * hundredths) and touches no interval at all. Nothing is sampled: a block that a stretch only touches counts in it, so no wait can
 * fall between two columns of pixels, however short it is.
 *
 * Objects have the same for their holds, and the number of their waiters (for semaphores also the permits in use) as steps with the
 * maximum of every block.
 *
 * About 2–4 bytes an interval. Built once; immutable; any thread may query. A cursor belongs to one thread.
 */
#pragma once
#include "model.h"

G_BEGIN_DECLS

#define HD_LOD_BLOCK 32

typedef struct HdLod HdLod;

/* progress may be NULL; NULL when cancelled. The model must outlive it. */
HdLod *hd_lod_new(const HdModel *model, HdProgress progress, gpointer user_data);
void hd_lod_free(HdLod *lod);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdLod, hd_lod_free)
gsize hd_lod_bytes(const HdLod *lod);

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
void hd_lod_states(HdLodCursor *cursor, gint64 from_ns, gint64 to_ns, gint64 states_ns[HD_STATE_COUNT]);

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
/* Which states occur anywhere. */
void hd_lod_occurring(const HdLod *lod, gboolean occurs[HD_STATE_COUNT]);
/* The longest of the waits that somebody is to blame for; HD_NONE when there is none. */
guint32 hd_lod_worst_wait(const HdLod *lod);

/* A function of time that changes in steps: value i lasts from at_ns[i] to at_ns[i + 1]; before the first it is first_value. */
typedef struct {
  guint32 count;
  gint32 first_value;
  const gint64 *at_ns;
  const gint32 *value;
  gint32 value_max;
} HdSteps;
/* Number of waiters of an object over time. */
HdSteps hd_lod_waiters(const HdLod *lod, guint32 object);
/* Permits of a semaphore that are free over time; count 0 when nothing is known. first_value: it began with. */
HdSteps hd_lod_permits(const HdLod *lod, guint32 object);
/* Index of the step at a time, HD_NONE before the first. */
guint32 hd_steps_at(const HdSteps *steps, gint64 at_ns);

G_END_DECLS
