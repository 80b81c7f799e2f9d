/* Object lanes: holders above, waiters below; permits of semaphores instead of holders. */
#include "display-private.h"
#include <math.h>

/* The state that a waiter of such an object is in: it gives the colour. */
static enum hd_state waiting_state(enum hd_object_kind kind) {
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
  case HD_KIND_FUTEX:
    return HD_STATE_WAIT_FUTEX;
  default:
    return HD_STATE_WAIT_LOCK;
  }
}

static HdBox *add_level(const HdMaker *maker, HdColumnMerger *merger, gint64 from_ns, gint64 to_ns, HdBox box) {
  guint first = maker->list->boxes->len;
  hd_add_box(maker, from_ns, to_ns, box, NULL, 0);
  hd_merge_column(maker, merger, first);
  return &g_array_index(maker->list->boxes, HdBox, maker->list->boxes->len - 1);
}

void hd_add_hold(const HdMaker *maker, guint32 index) {
  const HdHold *hold = &maker->source->model->holds[index];
  const HdObject *object = &maker->source->model->objects[hold->object];
  HdSteps waiters = hd_lod_waiters(maker->source->lod, hold->object);
  HdObjectGeometry geometry = hd_object_geometry(maker->row->height_px, waiters.value_max, object->hold_count > 0);
  HdBox box = {.kind = HD_BOX_HOLD, .index = index, .value = 1, .y_px = geometry.hold_y, .height_px = geometry.hold_height};
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
    HdBox box = {.kind = HD_BOX_HOLD, .index = hold, .value = 1, .y_px = geometry->hold_y, .height_px = geometry->hold_height};
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
        fmax(HD_WAIT_MIN_PX, fmin(geometry->hold_height, round(geometry->hold_height * sums.held_ns / (double)(to_ns - at_ns))));
    box.y_px = geometry->hold_y + geometry->hold_height - box.height_px;
    add_level(maker, &merger, at_ns, to_ns, box);
    at_ns = to_ns;
  }
}

/* Permits in use, of a semaphore that began with some; else the free ones: what was posted and not yet taken. */
static void add_permits(const HdMaker *maker, const HdSteps *steps, const HdObjectGeometry *geometry, gint64 object_end_ns) {
  gboolean in_use = steps->first_value > 0;
  gint64 view_end_ns = MIN(hd_view_end_ns(maker->view), object_end_ns);
  gint32 most = MAX(steps->value_max, 1);
  HdColumnMerger merger = {0};
  guint32 step = hd_steps_at(steps, maker->view->from_ns);
  for (gint64 at_ns = MAX(maker->view->from_ns, steps->at_ns[0]); at_ns < view_end_ns;) {
    step = hd_steps_at(steps, at_ns);
    gint32 least = steps->value[step], greatest = least;
    gint64 pixel_ns = hd_next_pixel(maker->view, at_ns), end_ns = step + 1 < steps->count ? steps->at_ns[step + 1] : view_end_ns;
    while (end_ns < pixel_ns && step + 1 < steps->count) { /* the worst of the column */
      step++;
      least = MIN(least, steps->value[step]);
      greatest = MAX(greatest, steps->value[step]);
      end_ns = step + 1 < steps->count ? steps->at_ns[step + 1] : view_end_ns;
    }
    end_ns = MAX(end_ns, pixel_ns);
    gint32 level = in_use ? most - least : greatest;
    if (level > 0) {
      double height = fmax(2, round(geometry->hold_height * level / most));
      HdBox box = {.kind = HD_BOX_LEVEL,
                   .index = HD_NONE,
                   .value = level,
                   .height_px = height,
                   .y_px = geometry->hold_y + geometry->hold_height - height};
      add_level(maker, &merger, at_ns, end_ns, box);
    }
    at_ns = end_ns;
  }
}

static void add_waiter_box(const HdMaker *maker, HdColumnMerger *merger, const HdObjectGeometry *geometry, enum hd_state state,
                           gint64 from_ns, gint64 to_ns, double average, guint most) {
  double height = fmax(HD_WAIT_MIN_PX, fmin(geometry->waiter_height, average * geometry->waiter_unit_px));
  HdBox box = {.kind = HD_BOX_WAITERS, .index = HD_NONE, .state = state, .value = most, .height_px = round(height * 2) / 2};
  box.y_px = geometry->waiter_bottom - box.height_px;
  add_level(maker, merger, from_ns, to_ns, box);
}

/* Waiters: steps where they are wide, the average of a column where they are not. */
static void add_waiters(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry, enum hd_state state) {
  HdSteps steps = hd_lod_waiters(maker->source->lod, object);
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
    HdObjectSums sums;
    hd_lod_object(maker->source->lod, object, at_ns, to_ns, &sums);
    if (sums.waited_ns > 0)
      add_waiter_box(maker, &merger, geometry, state, at_ns, to_ns, (double)sums.waited_ns / (double)(to_ns - at_ns), sums.waiters_max);
    at_ns = to_ns;
  }
  hd_widen_waits(maker, list_first);
}

/* What enabled others (notify, post, set): ticks, several within 3 px as one. */
static void add_marks(const HdMaker *maker, guint32 object) {
  const HdModel *model = maker->source->model;
  const HdMark *marks = model->marks + model->objects[object].mark_first;
  guint32 count = model->objects[object].mark_count, low = 0;
  for (guint32 high = count; low < high;) {
    guint32 middle = low + (high - low) / 2;
    if (marks[middle].at_ns < maker->view->from_ns)
      low = middle + 1;
    else
      high = middle;
  }
  gint64 apart_ns = MAX((gint64)(3 * maker->view->ns_per_px), 1), view_end_ns = hd_view_end_ns(maker->view);
  while (low < count && marks[low].at_ns < view_end_ns) {
    guint32 next = low + 1, high = count;
    gint64 slot_end_ns = (marks[low].at_ns / apart_ns + 1) * apart_ns; /* on a grid, so that neighbouring tiles agree */
    while (next < high) {
      guint32 middle = next + (high - next) / 2;
      if (marks[middle].at_ns < slot_end_ns)
        next = middle + 1;
      else
        high = middle;
    }
    HdBox box = {.kind = HD_BOX_MARK,
                 .index = next - low == 1 ? model->objects[object].mark_first + low : HD_NONE,
                 .value = next - low,
                 .y_px = 1,
                 .height_px = 5};
    hd_add_box(maker, marks[low].at_ns, marks[low].at_ns + (gint64)ceil(1.5 * maker->view->ns_per_px), box, NULL, 0);
    low = next;
  }
}

void hd_make_object(const HdMaker *maker, guint32 index) {
  const HdObject *object = &maker->source->model->objects[index];
  HdSteps waiters = hd_lod_waiters(maker->source->lod, index), permits = hd_lod_permits(maker->source->lod, index);
  HdObjectGeometry geometry = hd_object_geometry(maker->row->height_px, waiters.value_max, object->hold_count || permits.count);
  if (object->hold_count)
    add_holds(maker, index, &geometry);
  else if (permits.count)
    add_permits(maker, &permits, &geometry, MIN(object->end_ns, maker->source->model->duration_ns));
  add_waiters(maker, index, &geometry, waiting_state(object->kind));
  if (!object->hold_count && !permits.count && maker->row->height_px >= 24) add_marks(maker, index);
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
    most = MAX(most, hd_lod_waiters(lod, objects[i]).value_max);
    held = held || maker->source->model->objects[objects[i]].hold_count;
  }
  HdObjectGeometry geometry = hd_object_geometry(maker->row->height_px, most * 2, held);
  enum hd_state state = waiting_state(maker->source->model->objects[objects[0]].kind);
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
        double height = fmax(HD_WAIT_MIN_PX, round(geometry.hold_height * fmin(all[column].held_ns / length_ns, 1)));
        HdBox box = {.kind = HD_BOX_HOLD, .index = HD_NONE, .height_px = height, .y_px = geometry.hold_y + geometry.hold_height - height};
        add_level(maker, &holds, from_ns, to_ns, box);
      }
      if (pass == 1 && all[column].waited_ns > 0)
        add_waiter_box(maker, &waiters, &geometry, state, from_ns, to_ns, all[column].waited_ns / length_ns, all[column].waiters_max);
    }
}
