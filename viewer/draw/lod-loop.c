/* What the index keeps of event loops and schedulers: what ran on them, who was ready for them, and whom a long step kept from running. */
#include "lod-private.h"

/* One thing that ran, or could have. */
typedef struct {
  gint64 begin_ns, end_ns;
  guint32 what;
} Run;

/* What belongs to one loop or scheduler, while the index is built. */
typedef struct {
  GArray *runs;                /* of Run */
  GArray *ready_ns, *taken_ns; /* gint64: since when something was ready, and when it was run */
} Gathered;

static void gathered_free(gpointer memory) {
  Gathered *gathered = memory;
  g_array_unref(gathered->runs);
  g_array_unref(gathered->ready_ns);
  g_array_unref(gathered->taken_ns);
  g_free(gathered);
}

static Gathered *gathered_of(HdLod *lod, guint32 object) {
  Gathered *gathered = g_hash_table_lookup(lod->gathered, GUINT_TO_POINTER(object));
  if (gathered) return gathered;
  gathered = g_new0(Gathered, 1);
  gathered->runs = g_array_new(FALSE, FALSE, sizeof(Run));
  gathered->ready_ns = g_array_new(FALSE, FALSE, sizeof(gint64));
  gathered->taken_ns = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_hash_table_insert(lod->gathered, GUINT_TO_POINTER(object), gathered);
  return gathered;
}

static gboolean is_task(const HdModel *model, guint32 actor) {
  return actor < model->actor_count && model->actors[actor].kind == HD_ACTOR_TASK && model->actors[actor].loop < model->object_count;
}

/* By thread, so that they come in order. */
static void gather_steps(HdLod *lod) {
  const HdModel *model = lod->model;
  Gathered *gathered = NULL;
  guint32 loop = HD_NONE;
  for (guint32 i = 0; i < model->step_count; i++) {
    guint32 index = model->thread_steps[i];
    const HdTaskStep *step = &model->steps[index];
    if (!is_task(model, step->task)) continue;
    if (model->actors[step->task].loop != loop) gathered = gathered_of(lod, loop = model->actors[step->task].loop);
    Run run = {step->begin_ns, MAX(step->end_ns, step->begin_ns), index};
    g_array_append_val(gathered->runs, run);
  }
}

/* When the loop's last poll before a time ended: what was planned for later became ready then at the earliest. */
static gint64 polled_before(const HdModel *model, const HdObject *loop, gint64 at_ns) {
  guint32 low = 0; /* waits before it began by then */
  for (guint32 high = loop->wait_count; low < high;) {
    guint32 middle = low + (high - low) / 2;
    if (model->waits[model->object_waits[loop->wait_first + middle]].begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  const HdWait *last = low ? &model->waits[model->object_waits[loop->wait_first + low - 1]] : NULL;
  return last && last->state == HD_STATE_BLOCKED && last->end_ns <= at_ns ? last->end_ns : G_MININT64;
}

/* A callback lasts from its begin; an entry of a scheduler stands from when it should have begun. */
static void gather_jobs(HdLod *lod, guint32 index) {
  const HdObject *object = &lod->model->objects[index];
  for (guint32 i = object->job_first; i < object->job_first + object->job_count; i++) {
    const HdJob *job = &lod->model->jobs[i];
    Run run = {job->begin_ns, MAX(job->end_ns, job->begin_ns), i | HD_LOD_CALLBACK};
    if (object->kind == HD_KIND_SCHEDULER && job->planned_ns >= 0) {
      run.begin_ns = job->begun ? MIN(job->planned_ns, job->begin_ns) : job->planned_ns;
      run.end_ns = job->begun ? run.end_ns : job->planned_ns;
    } else if (!job->begun)
      continue;
    Gathered *gathered = gathered_of(lod, index);
    g_array_append_val(gathered->runs, run);
    if (object->kind != HD_KIND_LOOP || job->submitter == HD_NONE) continue;
    gint64 ready_ns = job->submit_ns;
    if (job->planned_ns > job->submit_ns) ready_ns = MAX(job->planned_ns, polled_before(lod->model, object, job->begin_ns));
    ready_ns = MIN(ready_ns, job->begin_ns);
    g_array_append_val(gathered->ready_ns, ready_ns);
    g_array_append_val(gathered->taken_ns, job->begin_ns);
  }
}

static gint64 interval_end_ns(const HdModel *model, const HdActor *actor, guint32 interval) {
  return interval + 1 < actor->interval_first + actor->interval_count ? model->intervals.begin_ns[interval + 1] : actor->end_ns;
}

static void gather_ready(HdLod *lod, guint32 task) {
  const HdActor *actor = &lod->model->actors[task];
  const HdIntervals *intervals = &lod->model->intervals;
  Gathered *gathered = NULL;
  for (guint32 i = actor->interval_first; i < actor->interval_first + actor->interval_count; i++) {
    if (intervals->state[i] != HD_STATE_READY) continue;
    gint64 end_ns = interval_end_ns(lod->model, actor, i);
    if (!gathered) gathered = gathered_of(lod, actor->loop);
    g_array_append_val(gathered->ready_ns, intervals->begin_ns[i]);
    g_array_append_val(gathered->taken_ns, end_ns);
  }
}

static int compare_runs(const void *a, const void *b) {
  const Run *first = a, *second = b;
  if (first->begin_ns != second->begin_ns) return first->begin_ns < second->begin_ns ? -1 : 1;
  return (first->end_ns > second->end_ns) - (first->end_ns < second->end_ns);
}

static gboolean are_in_order(const GArray *runs) {
  for (guint i = 1; i < runs->len; i++)
    if (compare_runs(&g_array_index(runs, Run, i - 1), &g_array_index(runs, Run, i)) > 0) return FALSE;
  return TRUE;
}

static void index_runs(HdLod *lod, guint32 index, GArray *runs) {
  HdLodObject *entry = &lod->objects[index];
  if (!are_in_order(runs)) g_array_sort(runs, compare_runs);
  entry->span_first = lod->span_begin_ns->len;
  entry->span_count = runs->len;
  entry->long_first = lod->long_runs->len;
  for (guint i = 0; i < runs->len; i++) {
    const Run *run = &g_array_index(runs, Run, i);
    guint32 span = lod->span_begin_ns->len;
    hd_lod_append_span(lod, entry->span_first, run->begin_ns, run->end_ns, run->what);
    if (run->end_ns - run->begin_ns >= HD_LONG_STEP_NS) g_array_append_val(lod->long_runs, span);
  }
  entry->long_count = lod->long_runs->len - entry->long_first;
}

/* The first long run of a task's loop that lasts beyond a time, as a span; HD_NONE. */
static guint32 long_run_after(const HdLod *lod, guint32 loop, gint64 at_ns) {
  const HdLodObject *entry = &lod->objects[loop];
  const guint32 *spans = (const guint32 *)lod->long_runs->data + entry->long_first;
  const gint64 *ends_ns = (const gint64 *)lod->span_reach_ns->data;
  guint32 low = 0;
  for (guint32 high = entry->long_count; low < high;) {
    guint32 middle = low + (high - low) / 2;
    if (ends_ns[spans[middle]] <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low < entry->long_count ? spans[low] : HD_NONE;
}

guint32 hd_lod_long_run(const HdLod *lod, guint32 loop, gint64 from_ns, gint64 to_ns) {
  guint32 span = long_run_after(lod, loop, from_ns);
  return span == HD_NONE || g_array_index(lod->span_begin_ns, gint64, span) >= to_ns ? HD_NONE
                                                                                     : g_array_index(lod->span_what, guint32, span);
}

guint32 hd_lod_blocker(const HdLod *lod, guint32 task, guint32 interval) {
  const HdModel *model = lod->model;
  if (!is_task(model, task) || model->intervals.state[interval] != HD_STATE_READY) return HD_NONE;
  const HdActor *actor = &model->actors[task];
  return hd_lod_long_run(lod, actor->loop, model->intervals.begin_ns[interval], interval_end_ns(model, actor, interval));
}

/* One bit an interval: most recordings have none. */
static void mark_starved(HdLod *lod) {
  const HdModel *model = lod->model;
  if (lod->long_runs->len == 0) return;
  lod->starved = g_new0(guint8, model->intervals.count / 8 + 1);
  for (guint32 i = 0; i < model->actor_count; i++) {
    if (!is_task(model, i)) continue;
    const HdActor *actor = &model->actors[i];
    for (guint32 j = actor->interval_first; j < actor->interval_first + actor->interval_count; j++)
      if (hd_lod_blocker(lod, i, j) != HD_NONE) lod->starved[j / 8] |= 1 << j % 8;
  }
}

guint8 hd_lod_shown(const HdLod *lod, guint32 interval) {
  gboolean starved = lod->starved && lod->starved[interval / 8] >> interval % 8 & 1;
  return starved ? HD_SHOWN_STARVED : lod->model->intervals.state[interval];
}

void hd_lod_index_loops(HdLod *lod) {
  const HdModel *model = lod->model;
  lod->gathered = g_hash_table_new_full(NULL, NULL, NULL, gathered_free);
  gather_steps(lod);
  for (guint32 i = 0; i < model->object_count; i++)
    if (model->objects[i].kind == HD_KIND_LOOP || model->objects[i].kind == HD_KIND_SCHEDULER) gather_jobs(lod, i);
  for (guint32 i = 0; i < model->actor_count; i++)
    if (is_task(model, i)) gather_ready(lod, i);
  for (guint32 i = 0; i < model->object_count; i++) {
    Gathered *gathered = g_hash_table_lookup(lod->gathered, GUINT_TO_POINTER(i));
    if (gathered) index_runs(lod, i, gathered->runs);
  }
  mark_starved(lod);
}

void hd_lod_index_ready(HdLod *lod, guint32 object) {
  Gathered *gathered = g_hash_table_lookup(lod->gathered, GUINT_TO_POINTER(object));
  if (!gathered || lod->model->objects[object].kind != HD_KIND_LOOP) return;
  hd_lod_count_going_on(lod, object, HD_LEVEL_READY, (gint64 *)gathered->ready_ns->data, (gint64 *)gathered->taken_ns->data,
                        gathered->ready_ns->len);
}
