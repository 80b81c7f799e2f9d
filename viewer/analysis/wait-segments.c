/* Every wait names its culprits over time (issue facts, "Contention"): its segments, each with the holder of that moment. Among
 * several readers the one who holds it longest from then on is named. */
#include "contention.h"

static void add_segment(GArray *segments, gint64 begin_ns, gint64 end_ns, guint32 hold) {
  HdWaitSegment segment = {begin_ns, end_ns, hold};
  g_array_append_val(segments, segment);
}

/* Index of the first hold that began after a time. */
static guint32 first_after(const HdModel *model, const HdObject *object, gint64 at_ns) {
  guint32 low = object->hold_first, high = object->hold_first + object->hold_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (model->holds[middle].begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The hold that covers a time and ends last, HD_NONE. An exclusive hold ends the search: whoever held it before has released it. */
static guint32 last_to_end(const HdModel *model, const HdObject *object, gint64 at_ns) {
  guint32 best = HD_NONE;
  gint64 best_end_ns = at_ns;
  for (guint32 i = first_after(model, object, at_ns); i-- > object->hold_first;) {
    if (model->holds[i].depth > 1) continue;
    gint64 end_ns = hd_hold_end_ns(model, i);
    if (end_ns > best_end_ns) {
      best = i;
      best_end_ns = end_ns;
    }
    if (!model->holds[i].shared) break;
  }
  return best;
}

GArray *hd_wait_segments(const HdModel *model, guint32 wait_index) {
  GArray *segments = g_array_new(FALSE, FALSE, sizeof(HdWaitSegment));
  if (wait_index >= model->wait_count) return segments;
  const HdWait *wait = &model->waits[wait_index];
  gint64 now = wait->begin_ns;
  if (wait->object >= model->object_count || model->objects[wait->object].hold_count == 0) {
    if (now < wait->end_ns) add_segment(segments, now, wait->end_ns, HD_NONE);
    return segments;
  }
  const HdObject *object = &model->objects[wait->object];
  while (now < wait->end_ns) {
    guint32 hold = last_to_end(model, object, now);
    gint64 end_ns = wait->end_ns;
    if (hold != HD_NONE) {
      end_ns = MIN(end_ns, hd_hold_end_ns(model, hold));
    } else {
      guint32 next = first_after(model, object, now);
      if (next < object->hold_first + object->hold_count) end_ns = MIN(end_ns, model->holds[next].begin_ns);
    }
    guint last = segments->len;
    if (last > 0 && g_array_index(segments, HdWaitSegment, last - 1).hold == hold)
      g_array_index(segments, HdWaitSegment, last - 1).end_ns = end_ns; /* a hand-off in which a lock was taken and given back in no time */
    else
      add_segment(segments, now, end_ns, hold);
    now = end_ns;
  }
  return segments;
}
