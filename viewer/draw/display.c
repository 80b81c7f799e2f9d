#include "display-private.h"
#include <math.h>
#include <string.h>

double hd_view_x(const HdView *view, gint64 at_ns) { return (double)(at_ns - view->from_ns) / view->ns_per_px; }
gint64 hd_view_time(const HdView *view, double x_px) { return view->from_ns + (gint64)floor(x_px * view->ns_per_px + 0.5); }
gint64 hd_view_end_ns(const HdView *view) { return view->from_ns + (gint64)ceil(view->width_px * view->ns_per_px); }

gint64 hd_next_pixel(const HdView *view, gint64 at_ns) {
  double pixel = floor(hd_view_x(view, at_ns) + 1e-6);
  gint64 next_ns = view->from_ns + (gint64)ceil((pixel + 1) * view->ns_per_px);
  return MAX(next_ns, at_ns + 1);
}

HdDisplayList *hd_display_list_new(void) {
  HdDisplayList *list = g_new0(HdDisplayList, 1);
  list->boxes = g_array_new(FALSE, FALSE, sizeof(HdBox));
  list->text = g_string_new_len("", 1);
  return list;
}

void hd_display_list_free(HdDisplayList *list) {
  if (!list) return;
  g_array_unref(list->boxes);
  g_string_free(list->text, TRUE);
  g_free(list);
}

HdLaneGeometry hd_lane_geometry(const HdRow *row) {
  int top = row->jobs_px, height_px = row->height_px - top;
  double tall = height_px >= 36 ? 33 : height_px >= 24 ? 21 : height_px >= 12 ? 15 : MAX(height_px - 1, 1);
  double low = height_px >= 36 ? 19 : height_px >= 24 ? 11 : height_px >= 12 ? 9 : 3;
  double line = height_px >= 36 ? 6 : height_px >= 24 ? 4 : height_px >= 12 ? 3 : 2;
  return (HdLaneGeometry){.tall_y = top + floor((height_px - tall) / 2),
                          .tall_height = tall,
                          .low_y = top + floor((height_px - low) / 2),
                          .low_height = low,
                          .line_y = top + floor((height_px - line) / 2),
                          .line_height = line,
                          .jobs_y = top >= 8 ? 2 : 0,
                          .jobs_height = top >= 8 ? top - 1 : top};
}

HdObjectGeometry hd_object_geometry(int height_px, gint32 waiters_max, double upper_share) {
  HdObjectGeometry geometry = {.upper_y = height_px >= 24 ? 3 : 0, .waiter_bottom = height_px >= 24 ? height_px - 6 : height_px};
  geometry.upper_height = floor((geometry.waiter_bottom - geometry.upper_y) * upper_share);
  geometry.waiter_height = geometry.waiter_bottom - geometry.upper_y - geometry.upper_height - 1;
  geometry.waiter_unit_px = fmin(height_px >= 24 ? 4.5 : 3, geometry.waiter_height / MAX(waiters_max, 1));
  return geometry;
}

/* Chooses the first words that fit and stores them. */
static guint32 store_words(const HdMaker *maker, const char *choices, double room_px) {
  if (!maker->options->measure || !choices || room_px < 8) return 0;
  for (const char *at = choices; at;) {
    const char *end = strchr(at, '|');
    g_autofree char *part = end ? g_strndup(at, end - at) : g_strdup(at);
    if (maker->options->measure(part, maker->options->measure_data) <= room_px) {
      GString *text = maker->list->text;
      guint32 offset = text->len;
      g_string_append_len(text, part, strlen(part) + 1);
      return *part ? offset : 0;
    }
    at = end ? end + 1 : NULL;
  }
  return 0;
}

HdBox *hd_add_box(const HdMaker *maker, gint64 from_ns, gint64 to_ns, HdBox box, const char *choices, double padding_px) {
  double x0 = hd_view_x(maker->view, from_ns), x1 = hd_view_x(maker->view, to_ns);
  double low = maker->options->clip ? 0 : -HD_BOX_FAR_PX;
  double high = maker->options->clip ? maker->view->width_px : maker->view->width_px + HD_BOX_FAR_PX;
  box.x0_px = (float)CLAMP(x0, low, high);
  box.x1_px = (float)CLAMP(x1, low, high);
  if (choices) box.words = store_words(maker, choices, box.x1_px - box.x0_px - padding_px);
  g_array_append_val(maker->list->boxes, box);
  return &g_array_index(maker->list->boxes, HdBox, maker->list->boxes->len - 1);
}

gboolean hd_is_cited(const HdDisplayOptions *options, guint32 wait) {
  guint low = 0, high = options->cited_count;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (options->cited[middle] < wait)
      low = middle + 1;
    else
      high = middle;
  }
  return low < options->cited_count && options->cited[low] == wait;
}

/* Waits are sorted by actor, then begin, and those of one actor do not overlap. */
guint32 hd_cited_within(const HdMaker *maker, guint32 actor, gint64 from_ns, gint64 to_ns) {
  const HdWait *waits = maker->source->model->waits;
  const guint32 *cited = maker->options->cited;
  guint low = 0, high = maker->options->cited_count;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    const HdWait *wait = &waits[cited[middle]];
    if (wait->actor < actor || (wait->actor == actor && wait->end_ns <= from_ns))
      low = middle + 1;
    else
      high = middle;
  }
  gboolean found = low < maker->options->cited_count && waits[cited[low]].actor == actor && waits[cited[low]].begin_ns < to_ns;
  return found ? cited[low] : HD_NONE;
}

/* Where events of an actor were lost. */
static void add_missing(const HdMaker *maker, guint32 actor) {
  const HdActor *entry = &maker->source->model->actors[actor];
  if (!entry->lost_count || entry->lost_first_ns >= hd_view_end_ns(maker->view) || entry->lost_last_ns < maker->view->from_ns) return;
  gint64 end_ns = MAX(entry->lost_last_ns, entry->lost_first_ns + (gint64)(3 * maker->view->ns_per_px));
  hd_add_box(maker, entry->lost_first_ns, end_ns,
             (HdBox){.kind = HD_BOX_MISSING, .index = HD_NONE, .y_px = 0, .height_px = maker->row->height_px, .value = entry->lost_count},
             NULL, 0);
}

static gboolean is_main_of_process(const HdModel *model, guint32 actor) {
  guint32 process = model->actors[actor].parent;
  return process < model->actor_count && process + 1 == actor;
}

static void make_closed(const HdMaker *maker) {
  const HdRow *row = maker->row;
  if (row->kind == HD_ROW_PROCESS && row->member_count == 0)
    hd_make_life(maker, row->index);
  else
    hd_make_sum(maker, row->members, row->member_count);
  for (guint i = 0; i < row->member_count; i++) add_missing(maker, row->members[i]);
  if (row->kind == HD_ROW_PROCESS) hd_make_process_end(maker, row->index);
}

void hd_display_row(HdDisplayList *list, const HdSource *source, const HdRow *row, const HdView *view, const HdDisplayOptions *options) {
  HdMaker maker = {list, source, row, view, options};
  switch (row->kind) {
  case HD_ROW_THREAD:
    if (source->model->actors[row->index].kind == HD_ACTOR_TASK) hd_make_steps(&maker, row->index);
    hd_make_lane(&maker, row->index);
    hd_make_jobs(&maker, row->index);
    hd_make_item_ticks(&maker, row->index);
    add_missing(&maker, row->index);
    if (source->model->actors[row->index].kind == HD_ACTOR_TASK) {
      hd_make_task_end(&maker, row->index);
      if (source->model->actors[row->index].task < source->model->object_count)
        hd_make_misuses(&maker, source->model->actors[row->index].task);
    }
    if (is_main_of_process(source->model, row->index)) hd_make_process_end(&maker, source->model->actors[row->index].parent);
    break;
  case HD_ROW_PROCESS:
  case HD_ROW_FOLD:
    if (!row->opened) make_closed(&maker);
    break;
  case HD_ROW_OBJECT:
    hd_make_object(&maker, row->index);
    break;
  case HD_ROW_TURNS:
    hd_make_turns(&maker, row->index);
    break;
  case HD_ROW_OBJECT_FOLD:
    if (!row->opened) hd_make_object_sum(&maker, row->members, row->member_count);
    break;
  }
}
