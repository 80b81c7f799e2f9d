#include "walk.h"

static gint64 selection_time(HdScene *scene) {
  gint64 begin_ns, end_ns, from_ns = hd_view_state_from_ns(scene->state), to_ns = hd_view_state_to_ns(scene->state);
  if (!hd_view_state_selected_span(scene->state, &begin_ns, &end_ns)) return from_ns + (to_ns - from_ns) / 2;
  /* The visible part of it, so that lanes are compared where the reader looks. */
  gint64 first = MAX(begin_ns, from_ns), last = MIN(end_ns, to_ns);
  return first < last ? first + (last - first) / 2 : begin_ns;
}

static gboolean select_at(HdScene *scene, guint32 actor, gint64 at_ns) {
  const HdModel *model = scene->source.model;
  const HdActor *a = &model->actors[actor];
  if (a->interval_count == 0) return FALSE;
  guint32 interval = hd_model_interval_at(model, actor, CLAMP(at_ns, a->start_ns, MAX(a->end_ns - 1, a->start_ns)));
  if (interval == HD_NONE) interval = a->interval_first + (at_ns <= a->start_ns ? 0 : a->interval_count - 1);
  hd_view_state_select_interval(scene->state, actor, interval);
  hd_view_state_reveal_selection(scene->state);
  return TRUE;
}

/* The first lane of an actor in the rows from position on. */
static gboolean select_from(HdScene *scene, int position, int step, gint64 at_ns) {
  guint count;
  const HdRow *rows = hd_lanes_rows(scene->lanes, HD_PANE_ACTORS, &count);
  for (; position >= 0 && position < (int)count; position += step)
    if (rows[position].kind == HD_ROW_THREAD && select_at(scene, rows[position].index, at_ns)) return TRUE;
  return FALSE;
}

gboolean hd_walk_interval(HdScene *scene, int step) {
  HdSelection selection = hd_view_state_selection(scene->state);
  const HdModel *model = scene->source.model;
  if (selection.hold != HD_NONE) {
    const HdObject *object = &model->objects[selection.object];
    gint64 nth = (gint64)selection.hold - object->hold_first + step;
    if (nth < 0 || nth >= object->hold_count) return FALSE;
    hd_view_state_select_hold(scene->state, object->hold_first + nth);
  } else if (selection.interval != HD_NONE) {
    const HdActor *actor = &model->actors[selection.actor];
    gint64 next = (gint64)selection.interval + step;
    if (next < actor->interval_first || next >= actor->interval_first + actor->interval_count) return FALSE;
    hd_view_state_select_interval(scene->state, selection.actor, next);
  } else {
    return select_from(scene, 0, 1, selection_time(scene));
  }
  hd_view_state_reveal_selection(scene->state);
  return TRUE;
}

gboolean hd_walk_lane(HdScene *scene, int step) {
  guint count;
  const HdRow *rows = hd_lanes_rows(scene->lanes, HD_PANE_ACTORS, &count), *row = hd_scene_selected_row(scene);
  if (!row || hd_scene_pane_of(row) != HD_PANE_ACTORS)
    return select_from(scene, step > 0 ? 0 : (int)count - 1, step, selection_time(scene));
  return select_from(scene, (int)(row - rows) + step, step, selection_time(scene));
}

gboolean hd_walk_to_holder(HdScene *scene) {
  HdSelection selection = hd_view_state_selection(scene->state);
  const HdModel *model = scene->source.model;
  if (selection.hold != HD_NONE) return select_at(scene, model->holds[selection.hold].actor, model->holds[selection.hold].begin_ns);
  if (selection.wait == HD_NONE) return FALSE;
  const HdWait *wait = &model->waits[selection.wait];
  gint64 middle_ns = wait->begin_ns + (wait->end_ns - wait->begin_ns) / 2;
  guint32 hold = HD_NONE, whom = wait->target;
  if (wait->object != HD_NONE) {
    hold = hd_model_holder_at(model, wait->object, wait->begin_ns);
    if (hold == HD_NONE) hold = hd_model_holder_at(model, wait->object, middle_ns);
  }
  if (hold != HD_NONE) whom = model->holds[hold].actor;
  if (whom == HD_NONE) whom = wait->waker != HD_NONE ? wait->waker : wait->owner;
  if (whom == HD_NONE || whom == wait->actor) return FALSE;
  return select_at(scene, whom, MIN(middle_ns, MAX(hold != HD_NONE ? model->holds[hold].end_ns - 1 : middle_ns, wait->begin_ns)));
}

gboolean hd_walk_event(HdScene *scene, int step) {
  const HdModel *model = scene->source.model;
  guint32 now = hd_view_state_selection(scene->state).wait, best = HD_NONE;
  gint64 at_ns = now != HD_NONE ? model->waits[now].begin_ns : selection_time(scene);
  for (guint32 i = 0; i < model->wait_count; i++) {
    /* Waits of one moment are ordered by their number. */
    gint64 begin_ns = model->waits[i].begin_ns;
    gboolean later = begin_ns > at_ns || (begin_ns == at_ns && now != HD_NONE && i > now);
    gboolean earlier = begin_ns < at_ns || (begin_ns == at_ns && now != HD_NONE && i < now);
    if (step > 0 ? !later : !earlier) continue;
    if (best == HD_NONE || (step > 0 ? begin_ns < model->waits[best].begin_ns : begin_ns >= model->waits[best].begin_ns)) best = i;
  }
  if (best == HD_NONE) return FALSE;
  hd_view_state_select_wait(scene->state, best);
  hd_view_state_reveal_selection(scene->state);
  return TRUE;
}

gboolean hd_walk_to_worst_wait(HdScene *scene) {
  const HdModel *model = scene->source.model;
  guint32 worst = HD_NONE;
  for (guint32 i = 0; i < model->wait_count; i++) {
    const HdWait *wait = &model->waits[i];
    if (hd_state_styles[wait->state].shape != HD_SHAPE_TALL) continue;
    if (worst == HD_NONE || wait->end_ns - wait->begin_ns > model->waits[worst].end_ns - model->waits[worst].begin_ns) worst = i;
  }
  if (worst == HD_NONE) return FALSE;
  hd_view_state_select_wait(scene->state, worst);
  /* A fold stays closed: nobody asked for its three hundred lanes. */
  const HdRow *row = hd_scene_selected_row(scene);
  if (row && row->kind == HD_ROW_THREAD) hd_view_state_reveal(scene->state, model->waits[worst].actor, HD_NONE);
  return TRUE;
}
