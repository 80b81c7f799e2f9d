/* Every wait names its culprits over time (issue facts, "Contention"): its segments, each with the holder of that moment. Among
 * several readers the one who holds it longest from then on is named. */
#include "contention.h"

static void add_segment(GArray *segments, gint64 begin_ns, gint64 end_ns, guint32 hold) {
  HdWaitSegment segment = {begin_ns, end_ns, hold};
  g_array_append_val(segments, segment);
}

/* The hold that covers a time and ends last, of those before an index; HD_NONE. An exclusive hold ends the search: whoever held it before
 * has released it. */
static guint32 last_to_end(const HdModel *model, guint32 object, guint32 before, gint64 at_ns) {
  guint32 best = HD_NONE;
  gint64 best_end_ns = at_ns;
  for (guint32 i = before; (i = hd_model_hold_before(model, object, i, best_end_ns)) != HD_NONE;) {
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
  guint32 next = object->hold_first; /* the first that began after now */
  while (now < wait->end_ns) {
    next = hd_model_hold_after(model, wait->object, next, now);
    guint32 hold = last_to_end(model, wait->object, next, now);
    gint64 end_ns = wait->end_ns;
    if (hold != HD_NONE)
      end_ns = MIN(end_ns, hd_hold_end_ns(model, hold));
    else if (next < object->hold_first + object->hold_count)
      end_ns = MIN(end_ns, model->holds[next].begin_ns);
    guint last = segments->len;
    if (last > 0 && g_array_index(segments, HdWaitSegment, last - 1).hold == hold)
      g_array_index(segments, HdWaitSegment, last - 1).end_ns = end_ns; /* a hand-off in which a lock was taken and given back in no time */
    else
      add_segment(segments, now, end_ns, hold);
    now = end_ns;
  }
  return segments;
}
