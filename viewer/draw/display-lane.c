/* Thread lanes: boxes where intervals are wide, stacked columns where they are not. */
#include "display-private.h"
#include <math.h>

static gboolean same_look(const HdBox *a, const HdBox *b) {
  return a->kind == b->kind && a->state == b->state && a->shape == b->shape && a->cited == b->cited && a->y_px == b->y_px &&
         a->height_px == b->height_px && a->value == b->value;
}

void hd_merge_column(const HdMaker *maker, HdColumnMerger *merger, guint first) {
  GArray *boxes = maker->list->boxes;
  guint count = boxes->len - first;
  HdBox *last = &g_array_index(boxes, HdBox, merger->first), *added = &g_array_index(boxes, HdBox, first);
  gboolean same = count > 0 && merger->count == count && merger->first + count == first && last->x1_px >= added->x0_px - 0.01;
  for (guint i = 0; i < count && same; i++) same = same_look(&last[i], &added[i]);
  if (!same) {
    *merger = (HdColumnMerger){first, count};
    return;
  }
  for (guint i = 0; i < count; i++) last[i].x1_px = added[i].x1_px;
  g_array_set_size(boxes, first);
}

static gboolean is_thin(const HdBox *box) {
  gboolean wait = box->kind == HD_BOX_WAITERS || (box->kind == HD_BOX_COLUMN && box->shape >= HD_SHAPE_LOW);
  return wait && box->x1_px - box->x0_px < HD_WAIT_WIDTH_PX;
}

void hd_widen_waits(const HdMaker *maker, guint first) {
  enum { REACH = 12 }; /* boxes of the neighbouring columns' stacks */
  GArray *boxes = maker->list->boxes;
  for (guint i = first; i < boxes->len; i++) {
    HdBox *box = &g_array_index(boxes, HdBox, i);
    if (!is_thin(box)) continue;
    gboolean alone = TRUE;
    for (guint j = MAX(i, first + REACH) - REACH; j < MIN(i + REACH, boxes->len) && alone; j++) {
      const HdBox *other = &g_array_index(boxes, HdBox, j);
      gboolean wait = other->kind == HD_BOX_WAITERS || other->shape >= HD_SHAPE_LOW;
      alone = !wait || (ABS(other->x0_px - box->x1_px) > 0.01 && ABS(other->x1_px - box->x0_px) > 0.01);
    }
    if (alone) box->x1_px = box->x0_px + HD_WAIT_WIDTH_PX;
  }
}

/* The state with most time among those of a shape (or calmer than a low wait, with shape HD_SHAPE_BAR); HD_STATE_COUNT: none. */
static guint dominant(const gint64 *states_ns, gboolean (*is_asked)(HdShape)) {
  guint best = HD_STATE_COUNT;
  for (guint state = 0; state < HD_STATE_COUNT; state++)
    if (is_asked(hd_state_styles[state].shape) && states_ns[state] > (best == HD_STATE_COUNT ? 0 : states_ns[best])) best = state;
  return best;
}

static gboolean is_calm(HdShape shape) { return shape == HD_SHAPE_BAR || shape == HD_SHAPE_HOLLOW || shape == HD_SHAPE_LINE; }
static gboolean is_low(HdShape shape) { return shape == HD_SHAPE_LOW; }

void hd_add_column(const HdMaker *maker, gint64 from_ns, gint64 to_ns, const gint64 *states_ns, guint32 cited_wait) {
  HdLaneGeometry geometry = hd_lane_geometry(maker->row->height_px);
  gint64 total_ns = 0, low_ns = 0;
  guint8 cited_state = cited_wait == HD_NONE ? HD_STATE_COUNT : maker->source->model->waits[cited_wait].state;
  for (guint state = 0; state < HD_STATE_COUNT; state++) {
    total_ns += states_ns[state];
    if (is_low(hd_state_styles[state].shape) && state != cited_state) low_ns += states_ns[state];
  }
  if (total_ns == 0) return;
  HdBox box = {.kind = HD_BOX_COLUMN, .index = HD_NONE};
  guint calm = dominant(states_ns, is_calm);
  if (calm != HD_STATE_COUNT) {
    HdShape shape = hd_state_styles[calm].shape;
    box.state = calm;
    box.shape = shape;
    box.y_px = shape == HD_SHAPE_LINE ? geometry.line_y : geometry.low_y;
    box.height_px = shape == HD_SHAPE_LINE ? geometry.line_height : geometry.low_height;
    hd_add_box(maker, from_ns, to_ns, box, NULL, 0);
  }
  guint low = dominant(states_ns, is_low);
  if (low_ns > 0 && low != HD_STATE_COUNT && low != cited_state) {
    box.state = low;
    box.shape = HD_SHAPE_LOW;
    box.height_px = fmax(fmin(HD_WAIT_MIN_PX, geometry.low_height), round(geometry.low_height * low_ns / total_ns));
    box.y_px = geometry.low_y + geometry.low_height - box.height_px;
    hd_add_box(maker, from_ns, to_ns, box, NULL, 0);
  }
  double bottom = geometry.tall_y + geometry.tall_height;
  for (guint state = 0; state < HD_STATE_COUNT; state++) {
    if (states_ns[state] == 0 || (hd_state_styles[state].shape != HD_SHAPE_TALL && state != cited_state)) continue;
    double height = fmax(HD_WAIT_MIN_PX, round(geometry.tall_height * states_ns[state] / total_ns));
    box.state = state;
    box.shape = HD_SHAPE_TALL;
    box.cited = state == cited_state;
    box.height_px = fmin(height, fmax(bottom - geometry.tall_y, 1));
    box.y_px = fmax(bottom - height, geometry.tall_y);
    bottom = box.y_px;
    hd_add_box(maker, from_ns, to_ns, box, NULL, 0);
    box.cited = 0;
  }
}

static void add_interval(const HdMaker *maker, guint32 index, gint64 from_ns, gint64 to_ns) {
  const HdModel *model = maker->source->model;
  HdLaneGeometry geometry = hd_lane_geometry(maker->row->height_px);
  guint8 state = model->intervals.state[index];
  guint32 wait = model->intervals.wait[index];
  HdBox box = {.kind = HD_BOX_STATE, .index = index, .state = state, .shape = hd_state_styles[state].shape};
  if (box.shape == HD_SHAPE_NONE) return;
  box.cited = wait != HD_NONE && hd_is_cited(maker->options, wait);
  if (box.cited && box.shape == HD_SHAPE_LOW) box.shape = HD_SHAPE_TALL;
  switch ((HdShape)box.shape) {
  case HD_SHAPE_TALL: box.y_px = geometry.tall_y, box.height_px = geometry.tall_height; break;
  case HD_SHAPE_LINE: box.y_px = geometry.line_y, box.height_px = geometry.line_height; break;
  default: box.y_px = geometry.low_y, box.height_px = geometry.low_height; break;
  }
  g_autofree char *words = NULL;
  gboolean has_room = (double)(to_ns - from_ns) / maker->view->ns_per_px > 30 && maker->row->height_px >= 12;
  if (maker->options->measure && has_room && wait != HD_NONE && state != HD_STATE_BLOCKED) words = hd_wait_words(maker->source, wait);
  hd_add_box(maker, from_ns, to_ns, box, words, box.shape == HD_SHAPE_TALL ? 26 : 14);
}

void hd_make_lane(const HdMaker *maker, guint32 index) {
  const HdModel *model = maker->source->model;
  const HdActor *actor = &model->actors[index];
  const HdView *view = maker->view;
  if (actor->interval_count == 0) return;
  gint64 at_ns = MAX(view->from_ns, actor->start_ns), view_end_ns = MIN(hd_view_end_ns(view), actor->end_ns);
  gint64 wide_ns = (gint64)ceil(HD_BOX_MIN_PX * view->ns_per_px);
  HdLodCursor cursor;
  hd_lod_cursor_init(&cursor, maker->source->lod, index);
  HdColumnMerger merger = {0};
  guint list_first = maker->list->boxes->len;
  while (at_ns < view_end_ns) {
    guint32 interval = hd_lod_interval_at(&cursor, at_ns);
    if (interval == HD_NONE) break;
    const gint64 *begins = model->intervals.begin_ns + actor->interval_first;
    gint64 begin_ns = begins[interval], end_ns = interval + 1 < actor->interval_count ? begins[interval + 1] : actor->end_ns;
    if (end_ns - begin_ns >= wide_ns) {
      add_interval(maker, actor->interval_first + interval, begin_ns, end_ns);
      merger.count = 0;
      at_ns = end_ns;
      continue;
    }
    /* one column: to the next pixel, or to the wide interval that begins before */
    gint64 to_ns = MIN(hd_next_pixel(view, at_ns), actor->end_ns);
    guint32 last = hd_lod_interval_at(&cursor, to_ns - 1);
    if (last != HD_NONE && last != interval) {
      gint64 last_end_ns = last + 1 < actor->interval_count ? begins[last + 1] : actor->end_ns;
      if (last_end_ns - begins[last] >= wide_ns) to_ns = begins[last];
    }
    gint64 states_ns[HD_STATE_COUNT] = {0};
    hd_lod_states(&cursor, at_ns, to_ns, states_ns);
    guint first = maker->list->boxes->len;
    hd_add_column(maker, at_ns, to_ns, states_ns, hd_cited_within(maker, index, at_ns, to_ns));
    hd_merge_column(maker, &merger, first);
    at_ns = to_ns;
  }
  hd_widen_waits(maker, list_first);
}

/* Several actors as one lane: columns of 2 px, each the sum of what they did. */
void hd_make_sum(const HdMaker *maker, const guint32 *actors, guint32 actor_count) {
  const HdView *view = maker->view;
  g_autofree HdLodCursor *cursors = g_new(HdLodCursor, actor_count);
  for (guint32 i = 0; i < actor_count; i++) hd_lod_cursor_init(&cursors[i], maker->source->lod, actors[i]);
  HdColumnMerger merger = {0};
  for (int x = 0; x < view->width_px; x += 2) {
    gint64 from_ns = hd_view_time(view, x), to_ns = hd_view_time(view, MIN(x + 2, view->width_px));
    gint64 states_ns[HD_STATE_COUNT] = {0};
    guint32 cited_wait = HD_NONE;
    for (guint32 i = 0; i < actor_count; i++) {
      hd_lod_states(&cursors[i], from_ns, to_ns, states_ns);
      if (cited_wait == HD_NONE) cited_wait = hd_cited_within(maker, actors[i], from_ns, to_ns);
    }
    guint first = maker->list->boxes->len;
    hd_add_column(maker, from_ns, to_ns, states_ns, cited_wait);
    hd_merge_column(maker, &merger, first);
  }
}
