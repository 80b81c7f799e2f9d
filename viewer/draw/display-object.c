/* Object lanes: holders above, waiters below; levels, phases and marks instead of holders are made elsewhere. */
#include "display-private.h"
#include <math.h>

enum hd_state hd_waiting_state(enum hd_object_kind kind) {
  switch (kind) {
  case HD_KIND_SEMAPHORE:
    return HD_STATE_WAIT_SEMAPHORE;
  case HD_KIND_BARRIER:
    return HD_STATE_WAIT_BARRIER;
  case HD_KIND_EVENT:
    return HD_STATE_WAIT_EVENT;
  case HD_KIND_CONDITION:
    return HD_STATE_WAIT_CONDITION;
  case HD_KIND_QUEUE:
    return HD_STATE_WAIT_QUEUE;
  case HD_KIND_PIPE:
    return HD_STATE_WAIT_PIPE;
  case HD_KIND_FUTURE:
    return HD_STATE_WAIT_FUTURE;
  case HD_KIND_GIL:
    return HD_STATE_WAIT_GIL;
  case HD_KIND_TASK:
  case HD_KIND_GROUP:
    return HD_STATE_WAIT_TASK;
  case HD_KIND_FUTEX:
    return HD_STATE_WAIT_FUTEX;
  default:
    return HD_STATE_WAIT_LOCK;
  }
}

void hd_add_hold(const HdMaker *maker, guint32 index) {
  const HdHold *hold = &maker->source->model->holds[index];
  HdSteps waiters = hd_lod_level(maker->source->lod, hold->object, HD_LEVEL_WAITERS);
  HdObjectGeometry geometry = hd_object_geometry(maker->row->height_px, waiters.value_max, HD_UPPER_HALF);
  HdBox box = {.kind = HD_BOX_HOLD, .index = index, .value = 1, .y_px = geometry.upper_y, .height_px = geometry.upper_height};
  gboolean has_room =
      maker->row->height_px >= 24 && (double)(hold->end_ns - hold->begin_ns) / maker->view->ns_per_px > 30 && maker->options->measure;
  g_autofree char *words = has_room ? hd_hold_words(maker->source, index) : NULL;
  hd_add_box(maker, hold->begin_ns, hold->end_ns, box, words, 12);
}

/* Holders. Holds that overlap (readers) are one box that says how many. */
static void add_holds(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry) {
  const HdModel *model = maker->source->model;
  const HdView *view = maker->view;
  guint32 hold_end = model->objects[object].hold_first + model->objects[object].hold_count;
  gint64 wide_ns = (gint64)ceil(HD_BOX_MIN_PX * view->ns_per_px), view_end_ns = hd_view_end_ns(view);
  HdColumnMerger merger = {0};
  for (gint64 at_ns = view->from_ns; at_ns < view_end_ns;) {
    guint32 hold = hd_lod_hold_after(maker->source->lod, object, at_ns);
    if (hold == HD_NONE || model->holds[hold].begin_ns >= view_end_ns) break;
    HdBox box = {.kind = HD_BOX_HOLD, .index = hold, .value = 1, .y_px = geometry->upper_y, .height_px = geometry->upper_height};
    gint64 begin_ns = model->holds[hold].begin_ns, end_ns = model->holds[hold].end_ns;
    if (end_ns - begin_ns >= wide_ns) {
      for (guint32 i = hold + 1; i < hold_end && model->holds[i].begin_ns < end_ns; i++) {
        if (model->holds[i].depth > 1) continue;
        end_ns = MAX(end_ns, model->holds[i].end_ns);
        box.value++;
        box.index = HD_NONE;
      }
      if (box.value == 1) {
        hd_add_hold(maker, hold);
      } else {
        g_autofree char *words = maker->row->height_px >= 24 ? g_strdup_printf("%d holds, shared|%d", box.value, box.value) : NULL;
        hd_add_box(maker, begin_ns, end_ns, box, words, 12);
      }
      merger.count = 0;
      at_ns = MAX(end_ns, at_ns + 1);
      continue;
    }
    at_ns = MAX(at_ns, begin_ns);
    gint64 to_ns = hd_next_pixel(view, at_ns);
    HdObjectSums sums;
    hd_lod_object(maker->source->lod, object, at_ns, to_ns, &sums);
    box.index = HD_NONE;
    box.value = 0; /* how many is not said: equal columns merge */
    box.height_px =
        fmax(HD_WAIT_MIN_PX, fmin(geometry->upper_height, round(geometry->upper_height * sums.held_ns / (double)(to_ns - at_ns))));
    box.y_px = geometry->upper_y + geometry->upper_height - box.height_px;
    hd_add_merged(maker, &merger, at_ns, to_ns, box);
    at_ns = to_ns;
  }
}

static void add_waiter_box(const HdMaker *maker, HdColumnMerger *merger, const HdObjectGeometry *geometry, enum hd_state state,
                           gint64 from_ns, gint64 to_ns, double average, guint most) {
  double height = fmax(HD_WAIT_MIN_PX, fmin(geometry->waiter_height, average * geometry->waiter_unit_px));
  HdBox box = {.kind = HD_BOX_WAITERS, .index = HD_NONE, .state = state, .value = most, .height_px = round(height * 2) / 2};
  box.y_px = geometry->waiter_bottom - box.height_px;
  hd_add_merged(maker, merger, from_ns, to_ns, box);
}

void hd_make_waiters(const HdMaker *maker, guint32 object, HdLevel level, const HdObjectGeometry *geometry, enum hd_state state) {
  HdSteps steps = hd_lod_level(maker->source->lod, object, level);
  gint64 view_end_ns = hd_view_end_ns(maker->view);
  gint64 wide_ns = (gint64)ceil(HD_BOX_MIN_PX * maker->view->ns_per_px);
  HdColumnMerger merger = {0};
  guint list_first = maker->list->boxes->len;
  if (steps.count == 0) return;
  for (gint64 at_ns = MAX(maker->view->from_ns, steps.at_ns[0]); at_ns < view_end_ns;) {
    guint32 step = hd_steps_at(&steps, at_ns);
    if (step + 1 >= steps.count) break;
    gint64 end_ns = steps.at_ns[step + 1];
    if (end_ns - steps.at_ns[step] >= wide_ns) {
      if (steps.value[step] > 0)
        add_waiter_box(maker, &merger, geometry, state, MAX(at_ns, steps.at_ns[step]), end_ns, steps.value[step], steps.value[step]);
      at_ns = end_ns;
      continue;
    }
    gint64 to_ns = hd_next_pixel(maker->view, at_ns);
    HdLevelRange range = hd_lod_level_range(maker->source->lod, object, level, at_ns, to_ns);
    if (range.sum_ns > 0)
      add_waiter_box(maker, &merger, geometry, state, at_ns, to_ns, (double)range.sum_ns / (double)(to_ns - at_ns), range.most);
    at_ns = to_ns;
  }
  hd_widen_waits(maker, list_first);
}

double hd_object_upper_share(const HdSource *source, guint32 index) {
  const HdObject *object = &source->model->objects[index];
  if (hd_lod_level(source->lod, index, HD_LEVEL_ITEMS).count || hd_lod_level(source->lod, index, HD_LEVEL_RUNNING).count)
    return HD_UPPER_CHART;
  gboolean upper = object->hold_count || hd_lod_level(source->lod, index, HD_LEVEL_PERMITS).count ||
                   hd_lod_level(source->lod, index, HD_LEVEL_FLAG).count || hd_lod_phases(source->lod, index).count;
  return upper ? HD_UPPER_HALF : 0;
}

void hd_make_object(const HdMaker *maker, guint32 index) {
  const HdObject *object = &maker->source->model->objects[index];
  if (object->kind == HD_KIND_SCHEDULER) {
    hd_make_schedule(maker, index);
    hd_make_misuses(maker, index);
    return;
  }
  double upper_share = hd_object_upper_share(maker->source, index);
  HdSteps waiters = hd_lod_level(maker->source->lod, index, HD_LEVEL_WAITERS);
  HdObjectGeometry geometry = hd_object_geometry(maker->row->height_px, waiters.value_max, upper_share);
  if (hd_object_is_variable(object)) hd_make_accesses(maker, index);
  if (object->hold_count) {
    add_holds(maker, index, &geometry);
    hd_make_nested(maker, index, &geometry);
  } else {
    hd_make_levels(maker, index, &geometry);
    hd_make_phases(maker, index, &geometry);
  }
  /* idle workers wait, too: of an executor the jobs that run say all */
  if (!object->job_count) hd_make_waiters(maker, index, HD_LEVEL_WAITERS, &geometry, hd_waiting_state(object->kind));
  if (upper_share == 0 && !hd_object_is_variable(object) && maker->row->height_px >= 24) hd_make_marks(maker, index);
  hd_make_misuses(maker, index);
}

/* Objects of one site together, in columns of 4 px: how many of them were held, on the average, and the waiters of all. */
void hd_make_object_sum(const HdMaker *maker, const guint32 *objects, guint32 object_count) {
  const HdLod *lod = maker->source->lod;
  const HdView *view = maker->view;
  g_autofree HdLife *lives = g_new(HdLife, object_count);
  gint32 most = 1;
  gboolean held = FALSE;
  for (guint32 i = 0; i < object_count; i++) {
    hd_lod_object_life(lod, objects[i], &lives[i].from_ns, &lives[i].to_ns);
    most = MAX(most, hd_lod_level(lod, objects[i], HD_LEVEL_WAITERS).value_max);
    held = held || maker->source->model->objects[objects[i]].hold_count;
  }
  HdObjectGeometry geometry = hd_object_geometry(maker->row->height_px, most * 2, held ? HD_UPPER_HALF : 0);
  enum hd_state state = hd_waiting_state(maker->source->model->objects[objects[0]].kind);
  int column_px = hd_sum_columns(view, lives, object_count, 4), column_count = (view->width_px + column_px - 1) / column_px;
  g_autofree HdObjectSums *all = g_new0(HdObjectSums, column_count);
  for (guint32 i = 0; i < object_count; i++) {
    int first = (int)floor(CLAMP(hd_view_x(view, lives[i].from_ns), 0, view->width_px) / column_px);
    for (int column = first; column < column_count; column++) {
      gint64 from_ns = hd_view_time(view, column * column_px), to_ns = hd_view_time(view, MIN((column + 1) * column_px, view->width_px));
      if (from_ns >= lives[i].to_ns) break;
      HdObjectSums sums;
      hd_lod_object(lod, objects[i], from_ns, to_ns, &sums);
      all[column].waited_ns += sums.waited_ns;
      all[column].held_ns += sums.held_ns;
      all[column].waiters_max = MAX(all[column].waiters_max, sums.waiters_max);
    }
  }
  HdColumnMerger holds = {0}, waiters = {0};
  for (int pass = 0; pass < 2; pass++) /* equal neighbours merge when they follow each other in the list */
    for (int column = 0; column < column_count; column++) {
      gint64 from_ns = hd_view_time(view, column * column_px), to_ns = hd_view_time(view, MIN((column + 1) * column_px, view->width_px));
      double length_ns = MAX(to_ns - from_ns, 1);
      if (pass == 0 && all[column].held_ns > 0) {
        double height = fmax(HD_WAIT_MIN_PX, round(geometry.upper_height * fmin(all[column].held_ns / length_ns, 1)));
        HdBox box = {.kind = HD_BOX_HOLD, .index = HD_NONE, .height_px = height, .y_px = geometry.upper_y + geometry.upper_height - height};
        hd_add_merged(maker, &holds, from_ns, to_ns, box);
      }
      if (pass == 1 && all[column].waited_ns > 0)
        add_waiter_box(maker, &waiters, &geometry, state, from_ns, to_ns, all[column].waited_ns / length_ns, all[column].waiters_max);
    }
}
