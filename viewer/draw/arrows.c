#include "arrows.h"
#include "hit.h"
#include "paint.h"
#include <math.h>

enum { RESULT_WAITERS_MAX = 8, ROWS_LOOKED_AT = 400, LONG_PX = 120, LONG_COUNT_MAX = 4 };

static void add(GArray *arrows, guint32 from_actor, gint64 from_ns, guint32 to_actor, gint64 to_ns, gboolean quiet) {
  HdArrow arrow = {from_actor, to_actor, from_ns, to_ns, quiet, FALSE};
  if (from_actor != HD_NONE && to_actor != HD_NONE && from_actor != to_actor) g_array_append_val(arrows, arrow);
}

void hd_arrows_add_item(GArray *arrows, const HdSource *source, guint32 index) {
  const HdItem *item = &source->model->items[index];
  add(arrows, item->put_actor, item->put_ns, item->get_actor, item->get_ns, FALSE);
}

void hd_arrows_add_wait(GArray *arrows, const HdSource *source, guint32 index) {
  const HdModel *model = source->model;
  const HdWait *wait = &model->waits[index];
  guint32 item = hd_item_of_wait(source, index);
  if (item != HD_NONE && model->items[item].get_actor == wait->actor) return hd_arrows_add_item(arrows, source, item);
  if (wait->waker != HD_NONE) return add(arrows, wait->waker, wait->waker_ns, wait->actor, wait->end_ns, FALSE);
  guint32 hold = wait->object != HD_NONE ? hd_model_holder_at(model, wait->object, wait->begin_ns) : HD_NONE;
  add(arrows, wait->actor, wait->begin_ns, hold != HD_NONE ? model->holds[hold].actor : wait->target, wait->begin_ns, FALSE);
}

void hd_arrows_add_job(GArray *arrows, const HdSource *source, guint32 index) {
  const HdModel *model = source->model;
  const HdJob *job = &model->jobs[index];
  if (job->begun) add(arrows, job->submitter, job->submit_ns, job->worker, job->begin_ns, FALSE);
  const HdObject *future = job->future < model->object_count ? &model->objects[job->future] : NULL;
  for (guint32 i = 0; future && job->ended && i < MIN(future->wait_count, RESULT_WAITERS_MAX); i++) {
    const HdWait *wait = &model->waits[model->object_waits[future->wait_first + i]];
    if (!wait->open && wait->result == HD_WAIT_RESULT_OK) add(arrows, job->worker, job->end_ns, wait->actor, wait->end_ns, FALSE);
  }
}

/* Those of some links that end in the view, unless they are too many. */
static void add_links(GArray *arrows, const HdSource *source, const HdView *view, const guint32 *indices, guint32 count) {
  const HdLink *links = source->model->links;
  guint32 first = 0;
  for (guint32 high = count; first < high;) {
    guint32 middle = first + (high - first) / 2;
    if (links[indices[middle]].to_ns < view->from_ns)
      first = middle + 1;
    else
      high = middle;
  }
  guint32 end = first;
  while (end < count && end - first <= HD_BIRTHS_MAX && links[indices[end]].to_ns < hd_view_end_ns(view)) end++;
  if (end - first > HD_BIRTHS_MAX) return;
  for (guint32 i = first; i < end; i++) {
    const HdLink *link = &links[indices[i]];
    guint before = arrows->len;
    add(arrows, link->from_actor, link->from_ns, link->to_actor, link->to_ns, TRUE);
    if (arrows->len > before) g_array_index(arrows, HdArrow, before).cancels = link->kind == HD_LINK_CANCEL;
  }
}

void hd_arrows_add_births(GArray *arrows, const HdSource *source, const HdView *view) {
  guint32 birth_count, request_count;
  const guint32 *births = hd_lod_births(source->lod, &birth_count), *requests = hd_lod_requests(source->lod, &request_count);
  add_links(arrows, source, view, births, birth_count);
  add_links(arrows, source, view, requests, request_count);
}

/* The items that an actor got in the view, and the jobs it began there. */
static void add_work_of(GArray *arrows, const HdSource *source, guint32 actor, const HdView *view) {
  const HdModel *model = source->model;
  guint32 count, first = hd_lod_item_from(source->lod, actor, view->from_ns),
                 end = hd_lod_item_from(source->lod, actor, hd_view_end_ns(view));
  const guint32 *items = hd_lod_items(source->lod, actor, &count);
  for (guint32 i = first; i < end && arrows->len <= HD_ARROWS_MAX; i++) {
    const HdItem *item = &model->items[items[i] & ~HD_LOD_GOT];
    if (items[i] & HD_LOD_GOT) add(arrows, item->put_actor, item->put_ns, item->get_actor, item->get_ns, TRUE);
  }
  HdSpans jobs = hd_lod_jobs(source->lod, actor);
  for (guint32 i = hd_spans_after(&jobs, view->from_ns); i < jobs.count && arrows->len <= HD_ARROWS_MAX; i++) {
    const HdJob *job = &model->jobs[jobs.what[i]];
    if (job->begin_ns >= hd_view_end_ns(view)) break;
    if (job->begin_ns >= view->from_ns) add(arrows, job->submitter, job->submit_ns, job->worker, job->begin_ns, TRUE);
  }
}

static gboolean is_long(const HdArrow *arrow, const HdView *view) {
  return (double)(arrow->to_ns - arrow->from_ns) / view->ns_per_px > LONG_PX;
}

/* Long ones lie over each other when they are many, and say nothing; some without the others would say something wrong. */
static gboolean is_clutter(const GArray *found, const HdView *view) {
  guint long_count = 0;
  for (guint i = 0; i < found->len; i++) long_count += is_long(&g_array_index(found, HdArrow, i), view);
  return found->len > HD_ARROWS_MAX || long_count > LONG_COUNT_MAX;
}

void hd_arrows_add_work(GArray *arrows, const HdSource *source, HdLanes *lanes, const HdView *view) {
  guint row_count;
  const HdRow *rows = hd_lanes_rows(lanes, HD_PANE_ACTORS, &row_count);
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(HdArrow));
  for (guint i = 0; i < MIN(row_count, ROWS_LOOKED_AT) && found->len <= HD_ARROWS_MAX; i++)
    if (rows[i].kind == HD_ROW_THREAD) add_work_of(found, source, rows[i].index, view);
  if (found->len && !is_clutter(found, view)) g_array_append_vals(arrows, found->data, found->len);
}

/* Thin arrows go behind the words of the headers that they cross. */
static void clip_notes(cairo_t *cr, HdLanes *lanes, const HdView *view, double x, double y) {
  guint count;
  const HdRow *rows = hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  cairo_rectangle(cr, x - 1000, y - 1000, view->width_px + 2000.0, hd_lanes_height_px(lanes, HD_PANE_ACTORS) + 2000.0);
  for (guint i = 0; i < MIN(count, ROWS_LOOKED_AT); i++)
    if (rows[i].kind == HD_ROW_PROCESS && rows[i].opened)
      cairo_rectangle(cr, x + 4, y + rows[i].y_px, hd_note_width(&rows[i]) + 8, rows[i].height_px - 2);
  cairo_set_fill_rule(cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_clip(cr);
}

static void paint_some(cairo_t *cr, const HdTheme *theme, HdLanes *lanes, const GArray *arrows, gboolean quiet, const HdView *view,
                       double x, double y) {
  for (guint i = 0; i < arrows->len; i++) {
    const HdArrow *arrow = &g_array_index(arrows, HdArrow, i);
    const HdRow *from = hd_lanes_row_of_actor(lanes, arrow->from_actor), *to = hd_lanes_row_of_actor(lanes, arrow->to_actor);
    if (arrow->quiet != quiet || !from || !to || from->id == to->id) continue;
    double from_x = hd_view_x(view, arrow->from_ns), to_x = hd_view_x(view, arrow->to_ns);
    if (fmax(from_x, to_x) < 0 || fmin(from_x, to_x) > view->width_px) continue;
    gboolean down = to->y_px > from->y_px;
    double from_y = y + (down ? from->y_px + from->height_px - 3 : from->y_px + 2), far_px = view->width_px + 100.0; /* past its words */
    double to_y = y + (down ? to->y_px + 2 : to->y_px + to->height_px - 3);
    (arrow->cancels ? hd_paint_cancel_arrow
     : quiet        ? hd_paint_quiet_arrow
                    : hd_paint_strong_arrow)(cr, theme, x + CLAMP(from_x, -100, far_px), from_y, x + CLAMP(to_x, -100, far_px), to_y);
  }
}

void hd_paint_arrows(cairo_t *cr, const HdTheme *theme, HdLanes *lanes, const GArray *arrows, const HdView *view, double x, double y) {
  cairo_save(cr);
  clip_notes(cr, lanes, view, x, y);
  paint_some(cr, theme, lanes, arrows, TRUE, view, x, y);
  cairo_restore(cr);
  paint_some(cr, theme, lanes, arrows, FALSE, view, x, y);
}
