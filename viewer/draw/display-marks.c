/* Instants on objects: notifications, and accesses of shared variables. */
#include "display-private.h"
#include <math.h>

enum { TICK_APART_PX = 3, ACCESS_APART_PX = 7, ACCESSES_EACH = 12, MISUSE_PX = 8 };

/* The number of an object's marks before a time, between two numbers. */
static guint32 marks_before(const HdMark *marks, guint32 low, guint32 high, gint64 at_ns) {
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (marks[middle].at_ns < at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* A notification that found nobody waiting is gone. */
static gboolean is_lost_notify(const HdSource *source, const HdMark *mark) {
  enum hd_operation operation = mark->site < source->model->site_count ? source->model->sites[mark->site].operation : HD_OPERATION_NONE;
  if (operation != HD_OPERATION_CONDITION_NOTIFY && operation != HD_OPERATION_CONDITION_NOTIFY_ALL) return FALSE;
  HdSteps waiters = hd_lod_level(source->lod, mark->object, HD_LEVEL_WAITERS);
  guint32 step = hd_steps_at(&waiters, mark->at_ns);
  return step == HD_NONE || waiters.value[step] == 0;
}

void hd_make_marks(const HdMaker *maker, guint32 object) {
  const HdModel *model = maker->source->model;
  const HdMark *marks = model->marks + model->objects[object].mark_first;
  guint32 count = model->objects[object].mark_count;
  gint64 apart_ns = MAX((gint64)(TICK_APART_PX * maker->view->ns_per_px), 1), view_end_ns = hd_view_end_ns(maker->view);
  for (guint32 at = marks_before(marks, 0, count, maker->view->from_ns); at < count && marks[at].at_ns < view_end_ns;) {
    /* on a grid, so that neighbouring tiles agree */
    gint64 slot_end_ns = (marks[at].at_ns / apart_ns + 1) * apart_ns;
    guint32 next = marks_before(marks, at + 1, count, slot_end_ns);
    guint32 refused =
        hd_lod_misuse_from(maker->source->lod, object, slot_end_ns) - hd_lod_misuse_from(maker->source->lod, object, marks[at].at_ns);
    HdBox box = {.kind = HD_BOX_MARK, .index = HD_NONE, .value = (gint32)(next - at - refused), .y_px = 1, .height_px = 5};
    if (box.value <= 0) { /* those have a sign of their own */
      at = next;
      continue;
    }
    if (next - at == 1) {
      box.index = model->objects[object].mark_first + at;
      box.cited = is_lost_notify(maker->source, &marks[at]);
    }
    hd_add_box(maker, marks[at].at_ns, marks[at].at_ns + (gint64)ceil(1.5 * maker->view->ns_per_px), box, NULL, 0);
    at = next;
  }
}

/* They are few; those within the width of a sign become one. */
void hd_make_misuses(const HdMaker *maker, guint32 object) {
  const HdModel *model = maker->source->model;
  guint32 count;
  const guint32 *misuses = hd_lod_misuses(maker->source->lod, &count);
  gint64 apart_ns = MAX((gint64)(MISUSE_PX * maker->view->ns_per_px), 1), view_end_ns = hd_view_end_ns(maker->view) + apart_ns;
  for (guint32 at = hd_lod_misuse_from(maker->source->lod, object, maker->view->from_ns - apart_ns); at < count;) {
    const HdMark *mark = &model->marks[misuses[at]];
    if (mark->object != object || mark->at_ns >= view_end_ns) break;
    guint32 next = MAX(hd_lod_misuse_from(maker->source->lod, object, (mark->at_ns / apart_ns + 1) * apart_ns), at + 1);
    HdBox box = {.kind = HD_BOX_MISUSE,
                 .index = next - at == 1 ? misuses[at] : HD_NONE,
                 .value = (gint32)(next - at),
                 .y_px = maker->row->height_px >= 24 ? 2 : 0,
                 .height_px = MISUSE_PX};
    hd_add_box(maker, mark->at_ns - apart_ns / 2, mark->at_ns + apart_ns / 2, box, NULL, 0);
    at = next;
  }
}

/* One access: a sign of its actor, in its actor's line of the lane, filled when it wrote. */
static void add_access(const HdMaker *maker, guint32 mark, guint line_count, double line_px) {
  const HdMark *access = &maker->source->model->marks[mark];
  guint line = hd_lod_access_line(maker->source->lod, access->object, access->actor);
  double size = fmin(line_px - 1, 9), half_ns = size / 2 * maker->view->ns_per_px;
  HdBox box = {.kind = HD_BOX_ACCESS, .index = mark, .value = 1, .shape = line, .height_px = size};
  box.y_px = (maker->row->height_px - line_px * line_count) / 2 + line * line_px + (line_px - size) / 2;
  if (access->site < maker->source->model->site_count && maker->source->model->sites[access->site].operation != HD_OPERATION_SHARED_READ)
    box.shape |= HD_ACCESS_WRITE;
  box.cited = hd_lod_is_lost(maker->source->lod, mark);
  hd_add_box(maker, access->at_ns - (gint64)half_ns, access->at_ns + (gint64)half_ns, box, NULL, 0);
}

void hd_make_accesses(const HdMaker *maker, guint32 object) {
  const HdModel *model = maker->source->model;
  const HdMark *marks = model->marks + model->objects[object].mark_first;
  guint32 count = model->objects[object].mark_count;
  guint line_count = hd_lod_access_lines(maker->source->lod, object);
  double room_px = maker->row->height_px >= 24 ? maker->row->height_px - 6 : maker->row->height_px,
         line_px = fmin(room_px / MAX(line_count, 1), 12);
  gint64 apart_ns = MAX((gint64)(ACCESS_APART_PX * maker->view->ns_per_px), 1), view_end_ns = hd_view_end_ns(maker->view) + apart_ns;
  for (guint32 at = marks_before(marks, 0, count, maker->view->from_ns - apart_ns); at < count && marks[at].at_ns < view_end_ns;) {
    gint64 slot_ns = marks[at].at_ns / apart_ns * apart_ns;
    guint32 next = marks_before(marks, at + 1, count, slot_ns + apart_ns), first = model->objects[object].mark_first + at;
    if (next - at <= ACCESSES_EACH) {
      for (guint32 i = at; i < next; i++) add_access(maker, model->objects[object].mark_first + i, line_count, line_px);
    } else {
      HdBox box = {.kind = HD_BOX_ACCESS, .index = HD_NONE, .value = (gint32)(next - at)};
      box.height_px = fmin(room_px, 4 + 3 * log2((double)(next - at)));
      box.y_px = (maker->row->height_px - box.height_px) / 2;
      box.cited = hd_lod_lost_between(maker->source->lod, first, first + (next - at));
      hd_add_box(maker, slot_ns, slot_ns + apart_ns, box, NULL, 0);
    }
    at = next;
  }
}
