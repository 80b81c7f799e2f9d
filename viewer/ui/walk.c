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

/* Where the selected job stands among its worker's. */
static gboolean step_job(HdScene *scene, guint32 job, int step) {
  guint32 worker = scene->source.model->jobs[job].worker;
  HdSpans jobs = {0};
  if (worker != HD_NONE) jobs = hd_lod_jobs(scene->source.lod, worker);
  for (guint32 i = 0; i < jobs.count; i++) {
    if (jobs.what[i] != job) continue;
    if ((gint64)i + step < 0 || (gint64)i + step >= jobs.count) return FALSE;
    hd_view_state_select_job(scene->state, jobs.what[i + step]);
    return TRUE;
  }
  return FALSE;
}

static gboolean step_item(HdScene *scene, guint32 item, guint32 actor, int step) {
  const HdItem *entry = &scene->source.model->items[item];
  gint64 at_ns = entry->get_actor == actor ? entry->get_ns : entry->put_ns;
  guint32 count, at = hd_lod_item_from(scene->source.lod, actor, at_ns);
  const guint32 *items = hd_lod_items(scene->source.lod, actor, &count);
  while (at < count && (items[at] & ~HD_LOD_GOT) != item && hd_lod_item_ns(scene->source.lod, items[at]) == at_ns) at++;
  gint64 next = (gint64)at + step;
  if (next < 0 || next >= count) return FALSE;
  hd_view_state_select_item(scene->state, items[next] & ~HD_LOD_GOT, actor);
  return TRUE;
}

/* Of an object that is selected as a whole: its first item or job in the view. FALSE: it has none. */
static gboolean select_of_object(HdScene *scene, guint32 index) {
  const HdModel *model = scene->source.model;
  if (index == HD_NONE) return FALSE;
  const HdObject *object = &model->objects[index];
  gint64 from_ns = hd_view_state_from_ns(scene->state);
  guint32 low = object->item_count ? object->item_first : object->job_first, last = low + MAX(object->item_count, object->job_count) - 1;
  if (object->item_count + object->job_count == 0) return FALSE;
  for (guint32 high = last; low < high;) {
    guint32 middle = low + (high - low) / 2;
    if ((object->item_count ? model->items[middle].put_ns : model->jobs[middle].submit_ns) < from_ns)
      low = middle + 1;
    else
      high = middle;
  }
  if (object->item_count)
    hd_view_state_select_item(scene->state, low, HD_NONE);
  else
    hd_view_state_select_job(scene->state, low);
  return TRUE;
}

gboolean hd_walk_interval(HdScene *scene, int step) {
  HdSelection selection = hd_view_state_selection(scene->state);
  const HdModel *model = scene->source.model;
  if (selection.job != HD_NONE) {
    if (!step_job(scene, selection.job, step)) return FALSE;
  } else if (selection.item != HD_NONE) {
    if (!step_item(scene, selection.item, selection.actor, step)) return FALSE;
  } else if (selection.hold != HD_NONE) {
    const HdObject *object = &model->objects[selection.object];
    gint64 nth = (gint64)selection.hold - object->hold_first + step;
    if (nth < 0 || nth >= object->hold_count) return FALSE;
    hd_view_state_select_hold(scene->state, object->hold_first + nth);
  } else if (selection.interval != HD_NONE) {
    const HdActor *actor = &model->actors[selection.actor];
    gint64 next = (gint64)selection.interval + step;
    if (next < actor->interval_first || next >= actor->interval_first + actor->interval_count) return FALSE;
    hd_view_state_select_interval(scene->state, selection.actor, next);
  } else if (!select_of_object(scene, selection.object)) {
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

gboolean hd_walk_to_job(HdScene *scene) {
  const HdModel *model = scene->source.model;
  HdSelection selection = hd_view_state_selection(scene->state);
  if (selection.actor == HD_NONE) return FALSE;
  if (selection.job != HD_NONE) return select_at(scene, selection.actor, model->jobs[selection.job].begin_ns);
  if (selection.item != HD_NONE) {
    const HdItem *item = &model->items[selection.item];
    return select_at(scene, selection.actor, item->get_actor == selection.actor ? item->get_ns : item->put_ns);
  }
  gint64 at_ns = selection_time(scene);
  HdSpans jobs = hd_lod_jobs(scene->source.lod, selection.actor);
  guint32 count, job = hd_spans_after(&jobs, at_ns), item = hd_lod_item_from(scene->source.lod, selection.actor, at_ns);
  const guint32 *items = hd_lod_items(scene->source.lod, selection.actor, &count);
  if (job != HD_NONE)
    hd_view_state_select_job(scene->state, jobs.what[job]);
  else if (item < count)
    hd_view_state_select_item(scene->state, items[item] & ~HD_LOD_GOT, selection.actor);
  else
    return FALSE;
  hd_view_state_reveal_selection(scene->state);
  return TRUE;
}

/* The other end of an item; who submitted a job. */
static gboolean walk_to_origin(HdScene *scene, HdSelection selection) {
  const HdModel *model = scene->source.model;
  if (selection.job != HD_NONE) {
    const HdJob *job = &model->jobs[selection.job];
    return job->submitter != HD_NONE && select_at(scene, job->submitter, job->submit_ns);
  }
  const HdItem *item = &model->items[selection.item];
  guint32 other = item->get_actor == selection.actor ? item->put_actor : item->get_actor;
  if (other == HD_NONE) return FALSE;
  hd_view_state_select_item(scene->state, selection.item, other);
  hd_view_state_reveal_selection(scene->state);
  return TRUE;
}

gboolean hd_walk_to_holder(HdScene *scene) {
  HdSelection selection = hd_view_state_selection(scene->state);
  const HdModel *model = scene->source.model;
  if (selection.job != HD_NONE || selection.item != HD_NONE) return walk_to_origin(scene, selection);
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

/* The first wait of an actor (waits are sorted by actor, then begin) that begins at a time or later; or where it would stand. */
static guint32 wait_from(const HdModel *model, guint32 actor, gint64 at_ns) {
  guint32 low = 0, high = model->wait_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    const HdWait *wait = &model->waits[middle];
    if (wait->actor < actor || (wait->actor == actor && wait->begin_ns < at_ns))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Waits of one moment are ordered by their number; now is the one to go on from, HD_NONE for a moment only. */
static guint32 next_wait(const HdModel *model, guint32 actor, gint64 at_ns, guint32 now) {
  guint32 index = now == HD_NONE ? wait_from(model, actor, at_ns + 1) : wait_from(model, actor, at_ns);
  while (index < model->wait_count && model->waits[index].begin_ns == at_ns && model->waits[index].actor == actor && index <= now) index++;
  return index < model->wait_count && model->waits[index].actor == actor ? index : HD_NONE;
}

static guint32 previous_wait(const HdModel *model, guint32 actor, gint64 at_ns, guint32 now) {
  guint32 index = wait_from(model, actor, at_ns);
  while (now != HD_NONE && index < now && model->waits[index].begin_ns == at_ns && model->waits[index].actor == actor) index++;
  return index > 0 && model->waits[index - 1].actor == actor ? index - 1 : HD_NONE;
}

gboolean hd_walk_event(HdScene *scene, int step) {
  const HdModel *model = scene->source.model;
  guint32 now = hd_view_state_selection(scene->state).wait, best = HD_NONE;
  gint64 at_ns = now != HD_NONE ? model->waits[now].begin_ns : selection_time(scene);
  for (guint32 actor = 0; actor < model->actor_count; actor++) {
    guint32 wait = step > 0 ? next_wait(model, actor, at_ns, now) : previous_wait(model, actor, at_ns, now);
    if (wait == HD_NONE) continue;
    gint64 begin_ns = model->waits[wait].begin_ns;
    if (best == HD_NONE || (step > 0 ? begin_ns < model->waits[best].begin_ns : begin_ns >= model->waits[best].begin_ns)) best = wait;
  }
  if (best == HD_NONE) return FALSE;
  hd_view_state_select_wait(scene->state, best);
  hd_view_state_reveal_selection(scene->state);
  return TRUE;
}

gboolean hd_walk_to_worst_wait(HdScene *scene) {
  const HdModel *model = scene->source.model;
  guint32 worst = hd_lod_worst_wait(scene->source.lod);
  if (worst == HD_NONE) return FALSE;
  hd_view_state_select_wait(scene->state, worst);
  /* A fold stays closed: nobody asked for its three hundred lanes. */
  const HdRow *row = hd_scene_selected_row(scene);
  if (row && row->kind == HD_ROW_THREAD) hd_view_state_reveal(scene->state, model->waits[worst].actor, HD_NONE);
  return TRUE;
}
