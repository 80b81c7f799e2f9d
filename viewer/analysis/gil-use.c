/* What an interpreter lock cost, as defined for free-threading studies of CPython's lock (Beazley, "Understanding the Python GIL", 2010):
 * held fraction = Σ hold / wall; serialization factor = Σ (held + waiting) / Σ held, 1 when nothing is lost; useful parallelism = (Σ held +
 * Σ running without it) / wall. A hand-over is a hold that another thread's follows: forced when the holder gave it up because somebody had
 * asked for it, else voluntary. Wall time is that between the first acquisition and the end of the last hold; only what lies in it counts.
 */
#include "sums.h"
#include "wait-graph.h"

static gint64 within(const HdGilUse *use, gint64 from_ns, gint64 begin_ns, gint64 end_ns) {
  gint64 length_ns = MIN(end_ns, from_ns + use->wall_ns) - MAX(begin_ns, from_ns);
  return MAX(length_ns, 0);
}

/* Holds in order. Where nonsense overlaps what overlaps counts once. */
static void add_holds(const HdModel *model, const HdObject *gil, HdGilUse *use, gint64 from_ns, GHashTable *threads) {
  gint64 covered_ns = from_ns;
  for (guint32 i = 0; i < gil->hold_count; i++) {
    const HdHold *hold = &model->holds[gil->hold_first + i], *next = i + 1 < gil->hold_count ? hold + 1 : NULL;
    gint64 length_ns = hold->end_ns - hold->begin_ns;
    g_hash_table_add(threads, GUINT_TO_POINTER(hold->actor));
    hd_add_ns(&use->held_ns, MAX(hold->end_ns - MAX(hold->begin_ns, covered_ns), 0));
    covered_ns = MAX(covered_ns, hold->end_ns);
    if (length_ns > use->hold_max_ns) {
      use->hold_max_ns = length_ns;
      use->hold_max_actor = hold->actor;
    }
    if (!next || next->actor == hold->actor) continue;
    if (hd_site_operation(model, hold->release_site) == HD_OPERATION_GIL_DROP)
      use->forced_count++;
    else
      use->voluntary_count++;
  }
}

static void add_waits(const HdModel *model, const HdObject *gil, HdGilUse *use, gint64 from_ns, GHashTable *threads) {
  for (guint32 i = 0; i < gil->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[gil->wait_first + i]];
    g_hash_table_add(threads, GUINT_TO_POINTER(wait->actor));
    hd_add_ns(&use->waiting_ns, within(use, from_ns, wait->begin_ns, wait->end_ns));
  }
  for (guint32 i = 0; i < gil->mark_count; i++)
    use->request_count += hd_site_operation(model, model->marks[gil->mark_first + i].site) == HD_OPERATION_GIL_REQUEST;
}

static gint64 running_without(const HdModel *model, guint32 actor, const HdGilUse *use, gint64 from_ns) {
  const HdActor *thread = &model->actors[actor];
  gint64 sum_ns = 0;
  for (guint32 i = thread->interval_first; i < thread->interval_first + thread->interval_count; i++) {
    if (model->intervals.state[i] != HD_STATE_RUNNING && model->intervals.state[i] != HD_STATE_NOT_WAITING) continue;
    hd_add_ns(&sum_ns, within(use, from_ns, model->intervals.begin_ns[i], hd_model_interval_end_ns(model, actor, i)));
  }
  return sum_ns;
}

HdGilUse hd_gil_use(const HdModel *model, guint32 object) {
  const HdObject *gil = &model->objects[object];
  HdGilUse use = {.acquisition_count = gil->hold_count, .hold_max_actor = HD_NONE};
  g_autoptr(GHashTable) threads = g_hash_table_new(NULL, NULL);
  gint64 from_ns = gil->hold_count ? model->holds[gil->hold_first].begin_ns : 0, to_ns = from_ns;
  for (guint32 i = 0; i < gil->hold_count; i++) to_ns = MAX(to_ns, model->holds[gil->hold_first + i].end_ns);
  use.wall_ns = to_ns - from_ns;
  add_holds(model, gil, &use, from_ns, threads);
  add_waits(model, gil, &use, from_ns, threads);
  use.thread_count = g_hash_table_size(threads);
  GHashTableIter at;
  gpointer thread;
  for (g_hash_table_iter_init(&at, threads); g_hash_table_iter_next(&at, &thread, NULL);)
    hd_add_ns(&use.running_without_ns, running_without(model, GPOINTER_TO_UINT(thread), &use, from_ns));
  if (use.wall_ns > 0) use.held_fraction = (double)use.held_ns / (double)use.wall_ns;
  if (use.held_ns > 0) use.serialization_factor = ((double)use.held_ns + (double)use.waiting_ns) / (double)use.held_ns;
  if (use.wall_ns > 0) use.useful_parallelism = ((double)use.held_ns + (double)use.running_without_ns) / (double)use.wall_ns;
  return use;
}
