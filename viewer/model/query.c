/* Questions to a model: binary searches. */
#include "model.h"
#include <string.h>

#define BACK_MAX 64 /* holds that are looked back through for one that lasts longer than later ones */

gint64 hd_model_interval_end_ns(const HdModel *model, guint32 actor_index, guint32 interval) {
  const HdActor *actor = &model->actors[actor_index];
  return interval + 1 < actor->interval_first + actor->interval_count ? model->intervals.begin_ns[interval + 1] : actor->end_ns;
}

guint32 hd_model_interval_at(const HdModel *model, guint32 actor_index, gint64 at_ns) {
  const HdActor *actor = &model->actors[actor_index];
  if (!actor->interval_count || at_ns < actor->start_ns || at_ns >= actor->end_ns) return HD_NONE;
  guint32 low = actor->interval_first, high = low + actor->interval_count;
  while (high - low > 1) {
    guint32 middle = low + (high - low) / 2;
    if (model->intervals.begin_ns[middle] <= at_ns)
      low = middle;
    else
      high = middle;
  }
  return low;
}

guint32 hd_model_holder_at(const HdModel *model, guint32 object_index, gint64 at_ns) {
  const HdObject *object = &model->objects[object_index];
  guint32 low = object->hold_first, high = low + object->hold_count, found = HD_NONE;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (model->holds[middle].begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  for (guint i = 0; low-- > object->hold_first && i < BACK_MAX; i++) {
    const HdHold *hold = &model->holds[low];
    gboolean covers = at_ns < hold->end_ns || (hold->open && at_ns == hold->end_ns);
    if (covers) found = low;
    if (covers && hold->depth <= 1 && !hold->shared) break; /* nobody else can hold it as well */
  }
  return found;
}

void hd_model_state_times(const HdModel *model, guint32 actor_index, gint64 *states_ns) {
  const HdActor *actor = &model->actors[actor_index];
  memset(states_ns, 0, HD_STATE_COUNT * sizeof *states_ns);
  for (guint32 i = actor->interval_first; i < actor->interval_first + actor->interval_count; i++)
    states_ns[model->intervals.state[i]] += hd_model_interval_end_ns(model, actor_index, i) - model->intervals.begin_ns[i];
}
