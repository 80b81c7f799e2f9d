/* Levels of objects: permits and running jobs as blocks, items and flags as line charts, the depth of a lock that its holder took again;
 * and phases of barriers. */
#include "display-private.h"
#include "names.h"
#include <math.h>

/* A level as a line: steps where they are wide; columns of the average, with the spread behind it, where they are not. */
static void add_chart(const HdMaker *maker, guint32 object, HdLevel level, enum hd_state state, double top, double height, gint32 scale,
                      gint64 end_ns) {
  HdSteps steps = hd_lod_level(maker->source->lod, object, level);
  gint64 wide_ns = (gint64)ceil(HD_BOX_MIN_PX * maker->view->ns_per_px), view_end_ns = MIN(hd_view_end_ns(maker->view), end_ns);
  HdColumnMerger lines = {0}, spreads = {0};
  double unit = height / MAX(scale, 1);
  gint64 start_ns = MIN(maker->source->model->objects[object].start_ns, steps.at_ns[0]);
  for (gint64 at_ns = MAX(maker->view->from_ns, start_ns); at_ns < view_end_ns;) {
    guint32 step = hd_steps_at(&steps, at_ns), next = step == HD_NONE ? 0 : step + 1;
    gint64 step_begin_ns = step == HD_NONE ? start_ns : steps.at_ns[step];
    gint64 step_end_ns = next < steps.count ? MIN(steps.at_ns[next], end_ns) : end_ns;
    gint32 value = step == HD_NONE ? steps.first_value : steps.value[step];
    gboolean wide = step_end_ns - step_begin_ns >= wide_ns;
    gint64 to_ns = wide ? step_end_ns : MIN(hd_next_pixel(maker->view, at_ns), end_ns);
    HdLevelRange range = wide ? (HdLevelRange){value, value, 0} : hd_lod_level_range(maker->source->lod, object, level, at_ns, to_ns);
    double average = wide ? range.most : (double)range.sum_ns / (double)(to_ns - at_ns);
    if (range.most > range.least) {
      HdBox spread = {.kind = HD_BOX_SPREAD,
                      .index = HD_NONE,
                      .state = state,
                      .value = range.most,
                      .y_px = top + height - range.most * unit,
                      .height_px = (range.most - range.least) * unit};
      hd_add_merged(maker, &spreads, at_ns, to_ns, spread);
    }
    HdBox line = {.kind = HD_BOX_CHART,
                  .index = HD_NONE,
                  .state = state,
                  .value = range.most,
                  .y_px = top + height - round(average * unit * 2) / 2,
                  .height_px = round(average * unit * 2) / 2};
    hd_add_merged(maker, &lines, at_ns, to_ns, line);
    at_ns = MAX(to_ns, at_ns + 1);
  }
}

static void add_bound(const HdMaker *maker, guint32 index, gint64 bound, gint64 from_ns, gint64 to_ns, double y, gboolean reached) {
  HdBox box = {
      .kind = HD_BOX_BOUND, .index = HD_NONE, .value = (gint32)MIN(bound, G_MAXINT32), .y_px = y, .height_px = 1, .cited = reached};
  hd_add_box(maker, from_ns, to_ns, box, NULL, 0);
}

/* Blocks: the most of a column, of permits as those in use, unless it began with none: then what was posted and not yet taken. */
static void add_blocks(const HdMaker *maker, guint32 object, HdLevel level, gint32 scale, double top, double height, gint64 end_ns) {
  HdSteps steps = hd_lod_level(maker->source->lod, object, level);
  gboolean inverse = level == HD_LEVEL_PERMITS && steps.first_value > 0;
  gint64 view_end_ns = MIN(hd_view_end_ns(maker->view), end_ns);
  HdColumnMerger merger = {0};
  for (gint64 at_ns = MAX(maker->view->from_ns, steps.at_ns[0]); at_ns < view_end_ns;) {
    guint32 step = hd_steps_at(&steps, at_ns);
    gint64 pixel_ns = hd_next_pixel(maker->view, at_ns), to_ns = step + 1 < steps.count ? steps.at_ns[step + 1] : view_end_ns;
    HdLevelRange range = {steps.value[step], steps.value[step], 0};
    if (to_ns < pixel_ns) { /* to the step that is wide */
      range = hd_lod_level_range(maker->source->lod, object, level, at_ns, pixel_ns);
      to_ns = pixel_ns;
    }
    gint32 shown = inverse ? scale - range.least : range.most;
    if (shown > 0) {
      double shown_px = fmax(2, round(height * fmin((double)shown / MAX(scale, 1), 1)));
      hd_add_merged(
          maker, &merger, at_ns, to_ns,
          (HdBox){.kind = HD_BOX_LEVEL, .index = HD_NONE, .value = shown, .height_px = shown_px, .y_px = top + height - shown_px});
    }
    at_ns = MAX(to_ns, at_ns + 1);
  }
}

/* An object lasts no longer than its process. */
static gint64 object_end_ns(const HdModel *model, const HdObject *object) {
  gint64 end_ns = MIN(object->end_ns > 0 ? object->end_ns : G_MAXINT64, model->duration_ns);
  return object->process < model->actor_count ? MIN(end_ns, model->actors[object->process].end_ns) : end_ns;
}

void hd_make_levels(const HdMaker *maker, guint32 index, const HdObjectGeometry *geometry) {
  const HdLod *lod = maker->source->lod;
  const HdObject *object = &maker->source->model->objects[index];
  gint64 end_ns = object_end_ns(maker->source->model, object);
  HdSteps permits = hd_lod_level(lod, index, HD_LEVEL_PERMITS), items = hd_lod_level(lod, index, HD_LEVEL_ITEMS);
  HdSteps running = hd_lod_level(lod, index, HD_LEVEL_RUNNING);
  gboolean line_room = geometry->upper_height >= 8; /* a stroke needs some above */
  double top = geometry->upper_y + line_room, height = geometry->upper_height - line_room;
  if (permits.count)
    add_blocks(maker, index, HD_LEVEL_PERMITS, MAX(permits.value_max, 1), geometry->upper_y, geometry->upper_height, end_ns);
  if (hd_lod_level(lod, index, HD_LEVEL_FLAG).count) add_chart(maker, index, HD_LEVEL_FLAG, HD_STATE_WAIT_EVENT, top, height, 1, end_ns);
  if (items.count) {
    gboolean bounded = object->initial_value > 0 && !object->job_count;
    gint64 scale = bounded ? MAX(object->initial_value, items.value_max) : items.value_max;
    gint64 from_ns = MIN(object->start_ns, items.at_ns[0]);
    if (bounded) add_bound(maker, index, object->initial_value, from_ns, end_ns, top, items.value_max >= object->initial_value);
    add_chart(maker, index, HD_LEVEL_ITEMS, HD_STATE_WAIT_QUEUE, top, height, (gint32)MIN(scale, G_MAXINT32), end_ns);
  }
  if (running.count) {
    gint32 workers = (gint32)CLAMP(object->initial_value, running.value_max, G_MAXINT32);
    add_blocks(maker, index, HD_LEVEL_RUNNING, workers, geometry->waiter_bottom - geometry->waiter_height + 1, geometry->waiter_height - 1,
               end_ns);
  }
}

void hd_make_nested(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry) {
  HdSteps depth = hd_lod_level(maker->source->lod, object, HD_LEVEL_DEPTH);
  if (depth.value_max < 2) return;
  gint64 view_end_ns = hd_view_end_ns(maker->view);
  double unit = geometry->upper_height / depth.value_max;
  HdColumnMerger merger = {0};
  for (gint64 at_ns = MAX(maker->view->from_ns, depth.at_ns[0]); at_ns < view_end_ns;) {
    guint32 step = hd_steps_at(&depth, at_ns);
    gint64 to_ns = step + 1 < depth.count ? depth.at_ns[step + 1] : view_end_ns, pixel_ns = hd_next_pixel(maker->view, at_ns);
    gint32 most = depth.value[step];
    if (to_ns < pixel_ns) {
      most = hd_lod_level_range(maker->source->lod, object, HD_LEVEL_DEPTH, at_ns, pixel_ns).most;
      to_ns = pixel_ns;
    }
    if (most > 1) {
      double height = round(unit * (most - 1));
      HdBox box = {.kind = HD_BOX_NESTED,
                   .index = HD_NONE,
                   .value = most,
                   .height_px = height,
                   .y_px = geometry->upper_y + geometry->upper_height - height};
      hd_add_merged(maker, &merger, at_ns, to_ns, box);
    }
    at_ns = MAX(to_ns, at_ns + 1);
  }
}

void hd_make_phases(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry) {
  const HdModel *model = maker->source->model;
  HdSpans phases = hd_lod_phases(maker->source->lod, object);
  gint64 view_end_ns = hd_view_end_ns(maker->view), wide_ns = (gint64)ceil(HD_BOX_MIN_PX * maker->view->ns_per_px);
  HdColumnMerger merger = {0};
  for (gint64 at_ns = maker->view->from_ns; at_ns < view_end_ns;) {
    guint32 phase = hd_spans_after(&phases, at_ns);
    if (phase == HD_NONE || phases.begin_ns[phase] >= view_end_ns) break;
    HdBox box = {
        .kind = HD_BOX_PHASE, .index = phases.what[phase], .value = 1, .y_px = geometry->upper_y, .height_px = geometry->upper_height};
    gint64 begin_ns = phases.begin_ns[phase], end_ns = phases.end_ns[phase];
    if (end_ns - begin_ns >= wide_ns) {
      g_autofree char *last = hd_model_actor_label(model, model->waits[phases.what[phase]].waker);
      g_autofree char *words = g_strdup_printf("phase %u · %s comes last|%u · %s|%s", phase + 1, last, phase + 1, last, last);
      gboolean has_room = maker->row->height_px >= 24 && (double)(end_ns - begin_ns) / maker->view->ns_per_px > 30;
      hd_add_box(maker, begin_ns, end_ns, box, has_room ? words : NULL, 12);
      merger.count = 0;
      at_ns = MAX(end_ns, at_ns + 1);
      continue;
    }
    at_ns = MAX(at_ns, begin_ns);
    guint32 count;
    gint64 to_ns = hd_next_pixel(maker->view, at_ns), sum_ns = hd_spans_sum(&phases, at_ns, to_ns, &count);
    box.index = HD_NONE;
    box.value = 0;
    box.height_px = fmax(HD_WAIT_MIN_PX, round(geometry->upper_height * fmin((double)sum_ns / (double)(to_ns - at_ns), 1)));
    box.y_px = geometry->upper_y + geometry->upper_height - box.height_px;
    hd_add_merged(maker, &merger, at_ns, to_ns, box);
    at_ns = to_ns;
  }
}
