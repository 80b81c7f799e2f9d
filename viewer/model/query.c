/* Questions to a model: binary searches. */
#include "model.h"
#include <string.h>

#define BACK_MAX 64 /* readers that are looked back through */

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

guint32 hd_model_step_at(const HdModel *model, guint32 thread, gint64 at_ns) {
  const HdActor *actor = &model->actors[thread];
  guint32 low = actor->step_first, high = low + actor->step_count; /* those before low began by then */
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (model->steps[model->thread_steps[middle]].begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  if (actor->kind != HD_ACTOR_THREAD || low == actor->step_first) return HD_NONE;
  guint32 step = model->thread_steps[low - 1];
  return at_ns < model->steps[step].end_ns ? step : HD_NONE;
}

guint32 hd_model_hold_before(const HdModel *model, guint32 object_index, guint32 before, gint64 at_ns) {
  const HdObject *object = &model->objects[object_index];
  for (guint32 i = before; i > object->hold_first;) {
    if (model->hold_part_ends && i % HD_HOLD_PART == 0) {
      guint32 part = i / HD_HOLD_PART - 1;
      if (model->hold_past_ends[part] < at_ns) return HD_NONE;
      if (model->hold_part_ends[part] < at_ns && i - object->hold_first >= HD_HOLD_PART) {
        i -= HD_HOLD_PART;
        continue;
      }
    }
    const HdHold *hold = &model->holds[--i];
    if (at_ns < hold->end_ns || (hold->open && at_ns == hold->end_ns)) return i;
    if (!hold->shared && hold->depth <= 1) return HD_NONE;
  }
  return HD_NONE;
}

guint32 hd_model_hold_after(const HdModel *model, guint32 object_index, guint32 from, gint64 at_ns) {
  const HdObject *object = &model->objects[object_index];
  guint32 low = from, end = object->hold_first + object->hold_count, step = 1;
  while (step < end - low && model->holds[low + step].begin_ns <= at_ns) {
    low += step;
    step *= 2;
  }
  for (guint32 high = step < end - low ? low + step : end; low < high;) {
    guint32 middle = low + (high - low) / 2;
    if (model->holds[middle].begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

guint32 hd_model_holder_at(const HdModel *model, guint32 object_index, gint64 at_ns) {
  guint32 found = HD_NONE, before = hd_model_hold_after(model, object_index, model->objects[object_index].hold_first, at_ns);
  for (guint i = 0; i < BACK_MAX; i++) {
    before = hd_model_hold_before(model, object_index, before, at_ns);
    if (before == HD_NONE) break;
    found = before;
    if (model->holds[found].depth <= 1 && !model->holds[found].shared) break; /* nobody else can hold it as well */
  }
  return found;
}

void hd_model_state_times(const HdModel *model, guint32 actor_index, gint64 *states_ns) {
  const HdActor *actor = &model->actors[actor_index];
  memset(states_ns, 0, HD_STATE_COUNT * sizeof *states_ns);
  for (guint32 i = actor->interval_first; i < actor->interval_first + actor->interval_count; i++)
    states_ns[model->intervals.state[i]] += hd_model_interval_end_ns(model, actor_index, i) - model->intervals.begin_ns[i];
}
