/* Thread lanes: boxes where intervals are wide, stacked columns where they are not. */
#include "display-private.h"
#include "task-words.h"
#include <math.h>
#include <string.h>

enum { SUM_LOOKS_MAX = 100000, SUM_COLUMN_MAX_PX = 32 };

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

HdBox *hd_add_merged(const HdMaker *maker, HdColumnMerger *merger, gint64 from_ns, gint64 to_ns, HdBox box) {
  guint first = maker->list->boxes->len;
  hd_add_box(maker, from_ns, to_ns, box, NULL, 0);
  hd_merge_column(maker, merger, first);
  return &g_array_index(maker->list->boxes, HdBox, maker->list->boxes->len - 1);
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

/* The state with most time among those of a shape (or calmer than a low wait, with shape HD_SHAPE_BAR); HD_SHOWN_COUNT: none. */
static guint dominant(const gint64 *states_ns, gboolean (*is_asked)(HdShape)) {
  guint best = HD_SHOWN_COUNT;
  for (guint state = 0; state < HD_SHOWN_COUNT; state++)
    if (is_asked(hd_state_styles[state].shape) && states_ns[state] > (best == HD_SHOWN_COUNT ? 0 : states_ns[best])) best = state;
  return best;
}

static gboolean is_calm(HdShape shape) { return shape == HD_SHAPE_BAR || shape == HD_SHAPE_HOLLOW || shape == HD_SHAPE_LINE; }
static gboolean is_low(HdShape shape) { return shape == HD_SHAPE_LOW; }

void hd_add_column(const HdMaker *maker, gint64 from_ns, gint64 to_ns, const gint64 *states_ns, guint32 cited_wait) {
  HdLaneGeometry geometry = hd_lane_geometry(maker->row);
  gint64 total_ns = 0, low_ns = 0;
  guint8 cited_state = cited_wait == HD_NONE ? HD_SHOWN_COUNT : maker->source->model->waits[cited_wait].state;
  for (guint state = 0; state < HD_SHOWN_COUNT; state++) {
    total_ns += states_ns[state];
    if (is_low(hd_state_styles[state].shape) && state != cited_state) low_ns += states_ns[state];
  }
  if (total_ns == 0) return;
  HdBox box = {.kind = HD_BOX_COLUMN, .index = HD_NONE};
  guint calm = dominant(states_ns, is_calm);
  if (calm != HD_SHOWN_COUNT) {
    HdShape shape = hd_state_styles[calm].shape;
    box.state = calm;
    box.shape = shape;
    box.y_px = shape == HD_SHAPE_LINE ? geometry.line_y : geometry.low_y;
    box.height_px = shape == HD_SHAPE_LINE ? geometry.line_height : geometry.low_height;
    hd_add_box(maker, from_ns, to_ns, box, NULL, 0);
  }
  guint low = dominant(states_ns, is_low);
  if (low_ns > 0 && low != HD_SHOWN_COUNT && low != cited_state) {
    box.state = low;
    box.shape = HD_SHAPE_LOW;
    box.height_px = fmax(fmin(HD_WAIT_MIN_PX, geometry.low_height), round(geometry.low_height * low_ns / total_ns));
    box.y_px = geometry.low_y + geometry.low_height - box.height_px;
    hd_add_box(maker, from_ns, to_ns, box, NULL, 0);
  }
  double bottom = geometry.tall_y + geometry.tall_height;
  for (guint state = 0; state < HD_SHOWN_COUNT; state++) {
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

/* How a wait ended that did not get what it waited for, where there is room for a sign at its end. */
static void add_result(const HdMaker *maker, guint32 index, gint64 at_ns) {
  enum { SIGN_PX = 9, ROOM_PX = 24 };
  const HdWait *wait = &maker->source->model->waits[index];
  if (wait->open || (wait->result != HD_WAIT_RESULT_TIMEOUT && wait->result != HD_WAIT_RESULT_CANCELLED)) return;
  int height_px = maker->row->height_px - maker->row->jobs_px;
  if (wait->end_ns != at_ns || height_px < 18 || (double)(wait->end_ns - wait->begin_ns) / maker->view->ns_per_px < ROOM_PX) return;
  HdBox box = {.kind = HD_BOX_RESULT, .index = index, .value = wait->result, .height_px = SIGN_PX};
  box.y_px = maker->row->jobs_px + (height_px - SIGN_PX) / 2.0;
  hd_add_box(maker, at_ns - (gint64)((SIGN_PX + 2) * maker->view->ns_per_px), at_ns - (gint64)(2 * maker->view->ns_per_px), box, NULL, 0);
}

void hd_add_interval(const HdMaker *maker, guint32 index, gint64 from_ns, gint64 to_ns) {
  const HdModel *model = maker->source->model;
  HdLaneGeometry geometry = hd_lane_geometry(maker->row);
  guint8 state = hd_lod_shown(maker->source->lod, index);
  guint32 wait = model->intervals.wait[index];
  HdBox box = {.kind = HD_BOX_STATE, .index = index, .state = state, .shape = hd_state_styles[state].shape};
  if (box.shape == HD_SHAPE_NONE) return;
  box.cited = wait != HD_NONE && hd_is_cited(maker->options, wait);
  if (box.cited && box.shape == HD_SHAPE_LOW) box.shape = HD_SHAPE_TALL;
  switch ((HdShape)box.shape) {
  case HD_SHAPE_TALL:
    box.y_px = geometry.tall_y, box.height_px = geometry.tall_height;
    break;
  case HD_SHAPE_LINE:
    box.y_px = geometry.line_y, box.height_px = geometry.line_height;
    break;
  default:
    box.y_px = geometry.low_y, box.height_px = geometry.low_height;
    break;
  }
  g_autofree char *words = NULL;
  gboolean has_room = (double)(to_ns - from_ns) / maker->view->ns_per_px > 30 && maker->row->height_px - maker->row->jobs_px >= 12;
  if (maker->options->measure && has_room && state == HD_SHOWN_STARVED)
    words = hd_starved_words(maker->source, maker->row->index, index);
  else if (maker->options->measure && has_room && wait != HD_NONE && state != HD_STATE_BLOCKED)
    words = hd_wait_words(maker->source, wait);
  hd_add_box(maker, from_ns, to_ns, box, words, (box.shape == HD_SHAPE_TALL ? 26 : 14) * hd_row_scale(maker->row));
  if (wait != HD_NONE) add_result(maker, wait, to_ns);
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
      hd_add_interval(maker, actor->interval_first + interval, begin_ns, end_ns);
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
    gint64 states_ns[HD_SHOWN_COUNT] = {0};
    hd_lod_states(&cursor, at_ns, to_ns, states_ns);
    guint first = maker->list->boxes->len;
    hd_add_column(maker, at_ns, to_ns, states_ns, hd_cited_within(maker, index, at_ns, to_ns));
    hd_merge_column(maker, &merger, first);
    at_ns = to_ns;
  }
  hd_widen_waits(maker, list_first);
}

/* The columns of a view that a life covers: first to end. FALSE: none. */
static gboolean columns_of(const HdView *view, int column_px, gint64 start_ns, gint64 end_ns, int *first, int *end) {
  double from_px = hd_view_x(view, start_ns), to_px = hd_view_x(view, end_ns);
  if (to_px <= 0 || from_px >= view->width_px) return FALSE;
  *first = (int)(fmax(from_px, 0) / column_px);
  *end = MIN((int)(fmin(to_px, view->width_px) / column_px), (view->width_px - 1) / column_px) + 1;
  return TRUE;
}

int hd_sum_columns(const HdView *view, const HdLife *lives, guint32 count, int column_px) {
  gint64 looks = 0;
  for (guint32 i = 0; i < count; i++) {
    int first, end;
    if (columns_of(view, column_px, lives[i].from_ns, lives[i].to_ns, &first, &end)) looks += end - first;
  }
  for (; looks > SUM_LOOKS_MAX && column_px < SUM_COLUMN_MAX_PX; looks /= 2) column_px *= 2;
  return column_px;
}

typedef gint64 StateTimes[HD_SHOWN_COUNT];

/* The first cited wait of each column that is one of the actors'. */
static void find_cited(const HdMaker *maker, const guint32 *actors, guint32 actor_count, int column_px, int column_count, guint32 *cited) {
  const HdModel *model = maker->source->model;
  g_autoptr(GHashTable) members = g_hash_table_new(NULL, NULL);
  if (maker->options->cited_count == 0) return;
  for (guint32 i = 0; i < actor_count; i++) g_hash_table_add(members, GUINT_TO_POINTER(actors[i]));
  for (guint i = 0; i < maker->options->cited_count; i++) {
    const HdWait *wait = &model->waits[maker->options->cited[i]];
    int first, end;
    if (!g_hash_table_contains(members, GUINT_TO_POINTER(wait->actor))) continue;
    if (!columns_of(maker->view, column_px, wait->begin_ns, wait->end_ns, &first, &end)) continue;
    for (int column = first; column < MIN(end, column_count); column++)
      if (cited[column] == HD_NONE) cited[column] = maker->options->cited[i];
  }
}

static gint64 column_ns(const HdView *view, int column, int column_px) {
  return hd_view_time(view, MIN(column * column_px, view->width_px));
}

/* Several actors as one lane: columns of 2 px, each the sum of what they did; a few are asked one by one, where they live. */
void hd_make_sum(const HdMaker *maker, const guint32 *actors, guint32 actor_count) {
  const HdView *view = maker->view;
  const HdModel *model = maker->source->model;
  gboolean crowd = actor_count >= HD_CROWD_FROM;
  int column_px = 2, column_count = (view->width_px + column_px - 1) / column_px;
  g_autofree StateTimes *states_ns = g_new0(StateTimes, column_count);
  g_autofree guint32 *cited = g_new(guint32, column_count);
  gint64 start_ns = G_MAXINT64, end_ns = 0;          /* a life that begins within a column is drawn from there on */
  memset(cited, 0xff, column_count * sizeof *cited); /* HD_NONE */
  find_cited(maker, actors, actor_count, column_px, column_count, cited);
  for (guint32 i = 0; i < actor_count; i++) {
    const HdActor *actor = &model->actors[actors[i]];
    HdLodCursor cursor;
    int first, end;
    start_ns = MIN(start_ns, actor->start_ns);
    end_ns = MAX(end_ns, actor->end_ns);
    if (crowd || !columns_of(view, column_px, actor->start_ns, actor->end_ns, &first, &end)) continue;
    hd_lod_cursor_init(&cursor, maker->source->lod, actors[i]);
    for (int column = first; column < end; column++)
      hd_lod_states(&cursor, column_ns(view, column, column_px), column_ns(view, column + 1, column_px), states_ns[column]);
  }
  const HdCrowd *all = crowd ? hd_lod_crowd(maker->source->lod, actors, actor_count) : NULL;
  HdColumnMerger merger = {0};
  for (int column = 0; column < column_count; column++) {
    guint first = maker->list->boxes->len;
    gint64 from_ns = MAX(column_ns(view, column, column_px), start_ns), to_ns = MIN(column_ns(view, column + 1, column_px), end_ns);
    if (to_ns <= from_ns) continue;
    if (all) hd_crowd_states(all, from_ns, to_ns, states_ns[column]);
    hd_add_column(maker, from_ns, to_ns, states_ns[column], cited[column]);
    hd_merge_column(maker, &merger, first);
  }
}
