/* What the borders of a view cut. Looks only at the borders: the window asks for it at every frame, for every row. */
#include "display-private.h"
#include "tiles.h"

static void add_thread_edge(const HdMaker *maker, gint64 at_ns) {
  const HdModel *model = maker->source->model;
  const HdActor *actor = &model->actors[maker->row->index];
  HdLodCursor cursor;
  hd_lod_cursor_init(&cursor, maker->source->lod, maker->row->index);
  guint32 nth = hd_lod_interval_at(&cursor, at_ns);
  if (nth == HD_NONE) return;
  guint32 interval = actor->interval_first + nth;
  gint64 begin_ns = model->intervals.begin_ns[interval],
         end_ns = nth + 1 < actor->interval_count ? model->intervals.begin_ns[interval + 1] : actor->end_ns;
  if (begin_ns >= maker->view->from_ns && end_ns <= hd_view_end_ns(maker->view)) return;
  if ((double)(end_ns - begin_ns) / maker->view->ns_per_px >= HD_BOX_MIN_PX) hd_add_interval(maker, interval, begin_ns, end_ns);
}

static void add_object_edge(const HdMaker *maker, gint64 at_ns) {
  const HdModel *model = maker->source->model;
  const HdObject *object = &model->objects[maker->row->index];
  guint32 index = hd_lod_hold_after(maker->source->lod, maker->row->index, at_ns);
  if (index == HD_NONE) return;
  const HdHold *hold = &model->holds[index];
  gboolean cut = hold->begin_ns < maker->view->from_ns || hold->end_ns > hd_view_end_ns(maker->view);
  gboolean last = index + 1 >= object->hold_first + object->hold_count;
  if (hold->begin_ns > at_ns || !cut || hold->shared || (!last && model->holds[index + 1].begin_ns < hold->end_ns)) return;
  if ((double)(hold->end_ns - hold->begin_ns) / maker->view->ns_per_px >= HD_BOX_MIN_PX) hd_add_hold(maker, index);
}

static void add_turn_edge(const HdMaker *maker, gint64 at_ns) {
  const HdModel *model = maker->source->model;
  gint64 begin_ns, end_ns;
  guint32 what;
  gboolean gil = model->objects[maker->row->index].kind == HD_KIND_GIL;
  if (gil) {
    what = hd_lod_hold_after(maker->source->lod, maker->row->index, at_ns);
    if (what == HD_NONE) return;
    begin_ns = model->holds[what].begin_ns, end_ns = model->holds[what].end_ns;
  } else {
    HdSpans runs = hd_lod_runs(maker->source->lod, maker->row->index);
    guint32 nth = hd_spans_after(&runs, at_ns);
    if (nth == HD_NONE) return;
    begin_ns = runs.begin_ns[nth], end_ns = runs.end_ns[nth], what = runs.what[nth];
  }
  gboolean cut = begin_ns < maker->view->from_ns || end_ns > hd_view_end_ns(maker->view);
  if (begin_ns > at_ns || !cut || (double)(end_ns - begin_ns) / maker->view->ns_per_px < HD_BOX_MIN_PX) return;
  (gil ? hd_add_turn : hd_add_run)(maker, what);
}

void hd_tiles_edge_list(HdDisplayList *list, const HdSource *source, const HdRow *row, const HdView *view,
                        const HdDisplayOptions *options) {
  if (row->kind != HD_ROW_THREAD && row->kind != HD_ROW_OBJECT && row->kind != HD_ROW_TURNS) return;
  HdDisplayOptions clipped = *options;
  clipped.clip = TRUE;
  HdMaker maker = {list, source, row, view, &clipped};
  gint64 end_ns = row->kind == HD_ROW_THREAD ? MIN(hd_view_end_ns(view), source->model->actors[row->index].end_ns) : hd_view_end_ns(view);
  gint64 borders_ns[] = {view->from_ns, end_ns - 1};
  for (guint i = 0; i < G_N_ELEMENTS(borders_ns); i++) {
    guint first = list->boxes->len;
    if (row->kind == HD_ROW_THREAD)
      add_thread_edge(&maker, borders_ns[i]);
    else if (row->kind == HD_ROW_OBJECT)
      add_object_edge(&maker, borders_ns[i]);
    else
      add_turn_edge(&maker, borders_ns[i]);
    if (list->boxes->len == first) continue;
    const HdBox *added = &g_array_index(list->boxes, HdBox, first), *other = first ? added - 1 : NULL;
    if (!added->words || (other && other->kind == added->kind && other->index == added->index)) g_array_set_size(list->boxes, first);
  }
}
