#include "hit.h"

enum { NEAR_PX = 2 };

/* The worst interval (blamed wait, then other wait, then longest) of an actor around x. */
static guint32 worst_interval(const HdSource *source, guint32 actor_index, const HdView *view, double x_px) {
  const HdModel *model = source->model;
  const HdActor *actor = &model->actors[actor_index];
  gint64 from_ns = MAX(hd_view_time(view, x_px - 1), actor->start_ns), to_ns = MIN(hd_view_time(view, x_px + 1), actor->end_ns);
  HdLodCursor cursor;
  hd_lod_cursor_init(&cursor, source->lod, actor_index);
  guint32 interval = hd_lod_interval_at(&cursor, from_ns), best = HD_NONE;
  int best_rank = -1;
  gint64 best_ns = -1;
  for (; interval < actor->interval_count; interval++) {
    guint32 index = actor->interval_first + interval;
    gint64 begin_ns = model->intervals.begin_ns[index];
    gint64 end_ns = interval + 1 < actor->interval_count ? model->intervals.begin_ns[index + 1] : actor->end_ns;
    if (begin_ns >= to_ns) break;
    HdShape shape = hd_state_styles[model->intervals.state[index]].shape;
    int rank = shape >= HD_SHAPE_LOW ? (int)shape : 0;
    if (rank < best_rank || (rank == best_rank && end_ns - begin_ns <= best_ns)) continue;
    best = index;
    best_rank = rank;
    best_ns = end_ns - begin_ns;
  }
  return best;
}

/* The longest hold of an object around x. */
static guint32 hold_at(const HdSource *source, guint32 object, const HdView *view, double x_px) {
  gint64 from_ns = hd_view_time(view, x_px - 1), to_ns = hd_view_time(view, x_px + 1);
  const HdObject *entry = &source->model->objects[object];
  guint32 best = HD_NONE;
  gint64 best_ns = -1;
  for (guint32 i = hd_lod_hold_after(source->lod, object, from_ns); i < entry->hold_first + entry->hold_count; i++) {
    const HdHold *hold = &source->model->holds[i];
    if (hold->begin_ns >= to_ns) break;
    if (hold->depth > 1 || hold->end_ns <= from_ns || hold->end_ns - hold->begin_ns <= best_ns) continue;
    best = i;
    best_ns = hold->end_ns - hold->begin_ns;
  }
  return best;
}

/* The longest job of an actor around x. */
static guint32 job_at(const HdSource *source, guint32 actor, const HdView *view, double x_px) {
  HdSpans jobs = hd_lod_jobs(source->lod, actor);
  gint64 from_ns = hd_view_time(view, x_px - 1), to_ns = hd_view_time(view, x_px + 1), best_ns = -1;
  guint32 best = HD_NONE;
  for (guint32 i = hd_spans_after(&jobs, from_ns); i < jobs.count && jobs.begin_ns[i] < to_ns; i++) {
    if (jobs.end_ns[i] - jobs.begin_ns[i] <= best_ns) continue;
    best = jobs.what[i];
    best_ns = jobs.end_ns[i] - jobs.begin_ns[i];
  }
  return best;
}

/* The longest run of a loop around x. */
static guint32 run_at(const HdSource *source, guint32 loop, const HdView *view, double x_px) {
  enum { LOOKED_AT = 10000 };
  HdSpans runs = hd_lod_runs(source->lod, loop);
  gint64 from_ns = hd_view_time(view, x_px - 1), to_ns = hd_view_time(view, x_px + 1), best_ns = -1;
  guint32 best = HD_NONE, first = hd_spans_after(&runs, from_ns);
  for (guint32 i = first; i < runs.count && i - first < LOOKED_AT && runs.begin_ns[i] < to_ns; i++) {
    if (runs.end_ns[i] - runs.begin_ns[i] <= best_ns) continue;
    best = runs.what[i];
    best_ns = runs.end_ns[i] - runs.begin_ns[i];
  }
  return best;
}

static gboolean hit_turns(const HdSource *source, const HdRow *row, const HdView *view, double x_px, HdHit *hit) {
  const HdBox *box = &hit->box;
  hit->object = row->index;
  if (box->kind == HD_BOX_TURN || box->kind == HD_BOX_HANDOVER)
    hit->hold = box->index != HD_NONE ? box->index : hold_at(source, row->index, view, x_px);
  if (box->kind == HD_BOX_RUN) hit->run = box->index != HD_NONE ? box->index : run_at(source, row->index, view, x_px);
  return TRUE;
}

static const HdBox *find_box(const HdDisplayList *list, double x_px, double y_px) {
  const HdBox *best = NULL;
  double best_rank = G_MAXDOUBLE;
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    if (box->kind == HD_BOX_SPREAD || box->kind == HD_BOX_BOUND || box->kind == HD_BOX_NESTED || box->kind == HD_BOX_RESULT ||
        box->kind == HD_BOX_STEP)
      continue; /* parts of what is below them */
    if (x_px < box->x0_px - NEAR_PX || x_px >= box->x1_px + NEAR_PX) continue;
    gboolean inside = x_px >= box->x0_px && x_px < box->x1_px && y_px >= box->y_px - 1 && y_px < box->y_px + box->height_px + 1;
    gboolean sign = box->kind == HD_BOX_ITEM || box->kind == HD_BOX_ACCESS || box->kind == HD_BOX_MISUSE || box->kind == HD_BOX_END ||
                    box->kind == HD_BOX_HANDOVER || box->kind == HD_BOX_PLAN || box->kind == HD_BOX_LATE;
    if (sign && (y_px < box->y_px - NEAR_PX || y_px >= box->y_px + box->height_px + NEAR_PX)) continue;
    if (box->kind == HD_BOX_JOB && !inside) continue;
    gboolean narrow_wait = sign || (box->kind <= HD_BOX_COLUMN && box->shape >= HD_SHAPE_LOW && box->x1_px - box->x0_px < 6);
    /* narrow waits win even beside them; then what is inside; then what is above or below, thin lines among them */
    double rank = (narrow_wait ? 0 : inside ? 1e6 : x_px >= box->x0_px && x_px < box->x1_px ? 2e6 : 3e6) + box->x1_px - box->x0_px;
    if (rank >= best_rank) continue;
    best = box;
    best_rank = rank;
  }
  return best_rank < 3e6 ? best : NULL;
}

gboolean hd_hit_test(const HdSource *source, const HdRow *row, const HdDisplayList *list, const HdView *view, double x_px, double y_px,
                     HdHit *hit) {
  *hit = (HdHit)HD_HIT_NOTHING;
  const HdBox *box = find_box(list, x_px, y_px);
  if (!box) return FALSE;
  hit->box = *box;
  hit->at_ns = hd_view_time(view, x_px);
  if (row->kind == HD_ROW_PROCESS) hit->actor = row->index;
  if (row->kind == HD_ROW_TURNS) return hit_turns(source, row, view, x_px, hit);
  if (row->kind == HD_ROW_OBJECT) {
    hit->object = row->index;
    if ((box->kind == HD_BOX_JOB || box->kind == HD_BOX_PLAN || box->kind == HD_BOX_LATE) && box->index != HD_NONE) hit->job = box->index;
    hit->hold = box->kind == HD_BOX_HOLD && box->index != HD_NONE ? box->index
                : box->kind == HD_BOX_HOLD                        ? hold_at(source, row->index, view, x_px)
                                                                  : HD_NONE;
    return TRUE;
  }
  if (row->kind != HD_ROW_THREAD) {
    gboolean of_actors = (row->kind == HD_ROW_PROCESS || row->kind == HD_ROW_FOLD) && box->kind == HD_BOX_COLUMN;
    if (!of_actors) return TRUE;
    hit->members = row->members;
    hit->member_count = row->member_count;
    hit->at_ns = hd_view_time(view, x_px - 1);
    hit->until_ns = MAX(hd_view_time(view, x_px + 1), hit->at_ns + 1);
    return TRUE;
  }
  hit->actor = row->index;
  if (box->kind == HD_BOX_JOB) hit->job = box->index != HD_NONE ? box->index : job_at(source, row->index, view, x_px);
  if (box->kind == HD_BOX_ITEM && box->index != HD_NONE) hit->item = box->index & ~HD_LOD_GOT;
  if (box->kind == HD_BOX_MISUSE) hit->object = source->model->actors[row->index].task;
  if (box->kind == HD_BOX_STATE)
    hit->interval = box->index;
  else if (box->kind == HD_BOX_COLUMN)
    hit->interval = worst_interval(source, row->index, view, CLAMP(x_px, box->x0_px, box->x1_px));
  if (hit->interval != HD_NONE) hit->wait = source->model->intervals.wait[hit->interval];
  if (hit->wait != HD_NONE) hit->object = source->model->waits[hit->wait].object;
  return TRUE;
}
