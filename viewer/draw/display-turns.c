/* Lanes of what actors take turns on: who holds the interpreter lock, what runs on an event loop, and below, how many wait for it; and of
 * schedulers: each entry when it should begin and when it did. */
#include "display-private.h"
#include "task-words.h"
#include <math.h>

enum { HOLDS_LOOKED_AT = 64, SIGN_APART_PX = 8, HANDOVERS_APART_PX = 14, ENTRY_APART_PX = 4, LATE_NS = 1000000 };

static HdObjectGeometry turns_geometry(const HdRow *row, gint32 most) {
  int upper_px = row->height_px - row->jobs_px;
  HdObjectGeometry geometry = {.upper_y = upper_px >= 12 ? 2 : 0, .waiter_bottom = row->height_px - (upper_px >= 12 ? 3 : 0)};
  geometry.upper_height = upper_px - (upper_px >= 24 ? 4 : upper_px >= 12 ? 3 : 0);
  geometry.waiter_height = fmax(geometry.waiter_bottom - geometry.upper_y - geometry.upper_height - 2, 1);
  geometry.waiter_unit_px = fmin(upper_px >= 12 ? 4.5 : 3, geometry.waiter_height / MAX(most, 1));
  return geometry;
}

/* --- the interpreter lock --- */

/* Neighbours among the threads of a process look different. */
static guint turn_of(const HdModel *model, guint32 actor) {
  guint32 process = actor < model->actor_count ? model->actors[actor].parent : 0;
  return process < actor ? (actor - process - 1) % HD_TURN_COLOURS : actor % HD_TURN_COLOURS;
}

gboolean hd_hold_was_forced(const HdModel *model, guint32 hold) {
  guint32 site = model->holds[hold].release_site;
  return site < model->site_count && model->sites[site].operation == HD_OPERATION_GIL_DROP && !model->holds[hold].open;
}

void hd_add_turn(const HdMaker *maker, guint32 index) {
  const HdHold *hold = &maker->source->model->holds[index];
  HdObjectGeometry geometry = turns_geometry(maker->row, 1);
  HdBox box = {.kind = HD_BOX_TURN, .index = index, .value = 1, .y_px = geometry.upper_y, .height_px = geometry.upper_height};
  box.shape = turn_of(maker->source->model, hold->actor);
  gboolean has_room = geometry.upper_height >= 12 && (double)(hold->end_ns - hold->begin_ns) / maker->view->ns_per_px > 24;
  g_autofree char *holder = has_room ? hd_model_actor_label(maker->source->model, hold->actor) : NULL;
  hd_add_box(maker, hold->begin_ns, hold->end_ns, box, holder, 8 * hd_row_scale(maker->row));
}

/* One column: the shares of who held it, one on the other. Of very many holds the first speak for all. */
static void add_turn_column(const HdMaker *maker, HdColumnMerger *merger, guint32 object, gint64 from_ns, gint64 to_ns,
                            const HdObjectGeometry *geometry) {
  const HdModel *model = maker->source->model;
  guint32 end = model->objects[object].hold_first + model->objects[object].hold_count;
  guint32 hold = hd_lod_hold_after(maker->source->lod, object, from_ns);
  gint64 held_ns[HD_TURN_COLOURS] = {0}, sum_ns = 0;
  for (guint looks = 0; hold < end && looks < HOLDS_LOOKED_AT && model->holds[hold].begin_ns < to_ns; hold++, looks++) {
    gint64 overlap_ns = MIN(model->holds[hold].end_ns, to_ns) - MAX(model->holds[hold].begin_ns, from_ns);
    if (overlap_ns <= 0) continue;
    held_ns[turn_of(model, model->holds[hold].actor)] += overlap_ns;
    sum_ns += overlap_ns;
  }
  HdObjectSums sums;
  hd_lod_object(maker->source->lod, object, from_ns, to_ns, &sums);
  double height = geometry->upper_height * fmin(sums.held_ns / (double)(to_ns - from_ns), 1),
         bottom = geometry->upper_y + geometry->upper_height;
  guint first = maker->list->boxes->len;
  for (guint i = 0; i < HD_TURN_COLOURS && sum_ns > 0; i++) {
    double own = fmin(fmax(1, round(height * held_ns[i] / (double)sum_ns)), bottom - geometry->upper_y);
    if (held_ns[i] == 0 || own <= 0) continue;
    HdBox box = {.kind = HD_BOX_TURN, .index = HD_NONE, .shape = i, .y_px = bottom - own, .height_px = own};
    hd_add_box(maker, from_ns, to_ns, box, NULL, 0);
    bottom -= own;
  }
  hd_merge_column(maker, merger, first);
}

static void add_turns(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry) {
  const HdModel *model = maker->source->model;
  gint64 wide_ns = (gint64)ceil(HD_BOX_MIN_PX * maker->view->ns_per_px), view_end_ns = hd_view_end_ns(maker->view);
  HdColumnMerger merger = {0};
  for (gint64 at_ns = maker->view->from_ns; at_ns < view_end_ns;) {
    guint32 hold = hd_lod_hold_after(maker->source->lod, object, at_ns);
    if (hold == HD_NONE || model->holds[hold].begin_ns >= view_end_ns) break;
    if (model->holds[hold].end_ns - model->holds[hold].begin_ns >= wide_ns) {
      hd_add_turn(maker, hold);
      merger.count = 0;
      at_ns = MAX(model->holds[hold].end_ns, at_ns + 1);
      continue;
    }
    at_ns = MAX(at_ns, model->holds[hold].begin_ns);
    gint64 to_ns = hd_next_pixel(maker->view, at_ns);
    add_turn_column(maker, &merger, object, at_ns, to_ns, geometry);
    at_ns = to_ns;
  }
}

/* A sign where the lock passes on: forced (cited), or given up by itself. Only where they stand apart on the average: else they would be a
 * line that says nothing. */
static void add_handovers(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry) {
  const HdModel *model = maker->source->model;
  guint32 end = model->objects[object].hold_first + model->objects[object].hold_count;
  gint64 apart_ns = MAX((gint64)(SIGN_APART_PX * maker->view->ns_per_px), 1), view_end_ns = hd_view_end_ns(maker->view) + apart_ns;
  gint64 from_ns, to_ns;
  hd_lod_object_life(maker->source->lod, object, &from_ns, &to_ns);
  double life_px = (double)(to_ns - from_ns) / maker->view->ns_per_px;
  if (maker->row->height_px < 24 || life_px < (double)HANDOVERS_APART_PX * model->objects[object].hold_count) return;
  for (gint64 slot_ns = (maker->view->from_ns / apart_ns - 1) * apart_ns; slot_ns < view_end_ns; slot_ns += apart_ns) {
    guint32 hold = hd_lod_hold_after(maker->source->lod, object, MAX(slot_ns - 1, 0));
    if (hold == HD_NONE) break;
    if (model->holds[hold].end_ns >= slot_ns + apart_ns) { /* nothing ends in this slot, nor before */
      slot_ns = MAX(model->holds[hold].end_ns / apart_ns * apart_ns - apart_ns, slot_ns);
      continue;
    }
    HdBox box = {.kind = HD_BOX_HANDOVER, .index = HD_NONE, .y_px = geometry->upper_y + geometry->upper_height - 5, .height_px = 7};
    gint64 at_ns = 0;
    for (guint looks = 0; hold < end && looks < HOLDS_LOOKED_AT && model->holds[hold].end_ns < slot_ns + apart_ns; hold++, looks++) {
      if (model->holds[hold].end_ns < slot_ns || model->holds[hold].open) continue;
      gboolean forced = hd_hold_was_forced(model, hold);
      if (box.value == 0 || (forced && !box.cited)) at_ns = model->holds[hold].end_ns, box.index = hold;
      box.value++;
      box.cited |= forced;
    }
    gint64 half_ns = apart_ns * 3 / 8;
    if (box.value) hd_add_box(maker, at_ns - half_ns, at_ns + half_ns, box, NULL, 0);
  }
}

/* --- the event loop --- */

void hd_add_run(const HdMaker *maker, guint32 run) {
  HdObjectGeometry geometry = turns_geometry(maker->row, 1);
  gint64 begin_ns, end_ns;
  hd_run_span(maker->source->model, run, &begin_ns, &end_ns);
  HdBox box = {.kind = HD_BOX_RUN, .index = run, .value = 1, .y_px = geometry.upper_y, .height_px = geometry.upper_height};
  box.shape = (run & HD_LOD_CALLBACK) != 0;
  box.cited = end_ns - begin_ns >= HD_LONG_STEP_NS;
  gboolean has_room = geometry.upper_height >= 12 && (double)(end_ns - begin_ns) / maker->view->ns_per_px > 24;
  g_autofree char *label = has_room ? hd_run_label(maker->source->model, run) : NULL, *lasting = hd_format_duration(end_ns - begin_ns);
  g_autofree char *words = !label      ? NULL
                           : box.cited ? g_strdup_printf("%s blocks the loop for %s|%s · %s|%s", label, lasting, label, lasting, label)
                                       : g_strdup(label);
  hd_add_box(maker, begin_ns, end_ns, box, words, 8 * hd_row_scale(maker->row));
}

static void add_runs(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry) {
  HdSpans runs = hd_lod_runs(maker->source->lod, object);
  gint64 wide_ns = (gint64)ceil(HD_BOX_MIN_PX * maker->view->ns_per_px), view_end_ns = hd_view_end_ns(maker->view);
  HdColumnMerger merger = {0};
  for (gint64 at_ns = maker->view->from_ns; at_ns < view_end_ns;) {
    guint32 nth = hd_spans_after(&runs, at_ns);
    if (nth == HD_NONE || runs.begin_ns[nth] >= view_end_ns) break;
    if (runs.end_ns[nth] - runs.begin_ns[nth] >= wide_ns) {
      hd_add_run(maker, runs.what[nth]);
      merger.count = 0;
      at_ns = MAX(runs.end_ns[nth], at_ns + 1);
      continue;
    }
    at_ns = MAX(at_ns, runs.begin_ns[nth]);
    gint64 to_ns = hd_next_pixel(maker->view, at_ns);
    guint32 count;
    gint64 sum_ns = hd_spans_sum(&runs, at_ns, to_ns, &count);
    double height = fmax(fmin(3, geometry->upper_height), round(geometry->upper_height * sum_ns / (double)(to_ns - at_ns)));
    HdBox box = {.kind = HD_BOX_RUN, .index = HD_NONE, .height_px = height, .y_px = geometry->upper_y + geometry->upper_height - height};
    box.cited = hd_lod_long_run(maker->source->lod, object, at_ns, to_ns) != HD_NONE;
    hd_add_merged(maker, &merger, at_ns, to_ns, box);
    at_ns = to_ns;
  }
}

/* A thin line where it waits for something to happen. */
static void add_polling(const HdMaker *maker, guint32 object, const HdObjectGeometry *geometry) {
  HdSteps steps = hd_lod_level(maker->source->lod, object, HD_LEVEL_WAITERS);
  gint64 view_end_ns = hd_view_end_ns(maker->view);
  HdColumnMerger merger = {0};
  double height = geometry->upper_height >= 12 ? 4 : 2;
  HdBox box = {
      .kind = HD_BOX_POLL, .index = HD_NONE, .y_px = geometry->upper_y + floor((geometry->upper_height - height) / 2), .height_px = height};
  for (gint64 at_ns = steps.count ? MAX(maker->view->from_ns, steps.at_ns[0]) : view_end_ns; at_ns < view_end_ns;) {
    guint32 step = hd_steps_at(&steps, at_ns);
    if (step + 1 >= steps.count) break;
    gint64 to_ns = steps.at_ns[step + 1], pixel_ns = hd_next_pixel(maker->view, at_ns);
    gint32 most = steps.value[step];
    if (to_ns < pixel_ns) {
      most = hd_lod_level_range(maker->source->lod, object, HD_LEVEL_WAITERS, at_ns, pixel_ns).most;
      to_ns = pixel_ns;
    }
    if (most > 0) hd_add_merged(maker, &merger, at_ns, to_ns, box);
    at_ns = to_ns;
  }
}

void hd_make_turns(const HdMaker *maker, guint32 object) {
  gboolean gil = maker->source->model->objects[object].kind == HD_KIND_GIL;
  HdLevel level = gil ? HD_LEVEL_WAITERS : HD_LEVEL_READY;
  HdObjectGeometry geometry = turns_geometry(maker->row, hd_lod_level(maker->source->lod, object, level).value_max);
  if (gil) {
    add_turns(maker, object, &geometry);
    hd_make_waiters(maker, object, level, &geometry, HD_STATE_WAIT_GIL);
    add_handovers(maker, object, &geometry);
  } else {
    add_polling(maker, object, &geometry);
    add_runs(maker, object, &geometry);
    hd_make_waiters(maker, object, level, &geometry, HD_STATE_READY);
  }
  hd_make_misuses(maker, object);
}

/* --- schedulers --- */

static void add_entry(const HdMaker *maker, guint32 index) {
  const HdJob *job = &maker->source->model->jobs[index];
  double height = maker->row->height_px, bar_y = height >= 24 ? floor(height * 0.36) : 2,
         bar_height = height - bar_y - (height >= 24 ? 6 : 1);
  HdBox box = {.kind = HD_BOX_JOB, .index = index, .value = 1, .y_px = bar_y, .height_px = bar_height};
  box.cited = job->begun && job->ended && job->result == HD_FUTURE_RESULT_ERROR;
  if (job->planned_ns >= 0) {
    HdBox plan = {.kind = HD_BOX_PLAN, .index = index, .y_px = 2, .height_px = height - 5, .cited = !job->begun};
    gint64 half_ns = (gint64)(4 * maker->view->ns_per_px);
    if (job->begun && job->begin_ns > job->planned_ns) {
      HdBox late = {.kind = HD_BOX_LATE, .index = index, .y_px = floor(bar_y / 2) - 1, .height_px = 3};
      hd_add_box(maker, job->planned_ns, job->begin_ns, late, NULL, 0);
    }
    hd_add_box(maker, job->planned_ns - half_ns, job->planned_ns + half_ns, plan, NULL, 0);
  }
  if (!job->begun) return;
  g_autofree char *label = hd_run_label(maker->source->model, index | HD_LOD_CALLBACK),
                  *late = hd_format_duration(job->begin_ns - job->planned_ns);
  gboolean worth_saying = job->planned_ns >= 0 && job->begin_ns - job->planned_ns >= LATE_NS;
  g_autofree char *words = worth_saying ? g_strdup_printf("%s · %s late|%s", label, late, label) : g_strdup(label);
  hd_add_box(maker, job->begin_ns, job->end_ns, box, bar_height >= 10 ? words : NULL, 8 * hd_row_scale(maker->row));
}

void hd_make_schedule(const HdMaker *maker, guint32 object) {
  HdSpans entries = hd_lod_runs(maker->source->lod, object);
  gint64 view_end_ns = hd_view_end_ns(maker->view), margin_ns = (gint64)(5 * maker->view->ns_per_px);
  if (entries.count == 0) return;
  double life_px = (double)(entries.reach_ns[entries.count - 1] - entries.begin_ns[0]) / maker->view->ns_per_px;
  if (life_px / entries.count >= ENTRY_APART_PX || entries.count < 100) {
    for (guint32 i = hd_spans_after(&entries, maker->view->from_ns - margin_ns); i < entries.count; i++) {
      if (entries.begin_ns[i] >= view_end_ns + margin_ns) break;
      add_entry(maker, entries.what[i] & ~HD_LOD_CALLBACK);
    }
    return;
  }
  HdColumnMerger merger = {0};
  for (gint64 at_ns = maker->view->from_ns; at_ns < view_end_ns;) {
    guint32 count;
    gint64 to_ns = hd_next_pixel(maker->view, at_ns), sum_ns = hd_spans_sum(&entries, at_ns, to_ns, &count);
    double height = round((maker->row->height_px - 8) * fmin(sum_ns / (double)(to_ns - at_ns), 1));
    HdBox box = {.kind = HD_BOX_JOB, .index = HD_NONE, .height_px = fmax(height, 2), .y_px = maker->row->height_px - 4 - fmax(height, 2)};
    if (sum_ns > 0 || count) hd_add_merged(maker, &merger, at_ns, to_ns, box);
    at_ns = to_ns;
  }
}
