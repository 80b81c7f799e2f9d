#include "lod-private.h"
#include "palette.h"

/* Stretches of more blocks than this are widened to block borders: at most two in it, so 2 %. */
enum { SNAP_BLOCKS = 100 };

/* All arrays of the index, by the size of their elements. */
#define WIDE_ARRAYS(lod)                                                                                                                   \
  &lod->block_begin_ns, &lod->sums_ns, &lod->hold_begin_ns, &lod->hold_reach_ns, &lod->hold_sum_ns, &lod->step_at_ns, &lod->level_sum_ns,  \
      &lod->span_begin_ns, &lod->span_end_ns, &lod->span_reach_ns, &lod->span_before_ns
#define NARROW_ARRAYS(lod)                                                                                                                 \
  &lod->step_value, &lod->level_least, &lod->level_most, &lod->span_what, &lod->items, &lod->births, &lod->requests, &lod->access_actors,  \
      &lod->lost, &lod->misuses, &lod->long_runs

static const gint64 *begins_of(const HdLod *lod, const HdActor *actor) { return lod->model->intervals.begin_ns + actor->interval_first; }

static gint64 end_of(const HdActor *actor, const gint64 *begins, guint32 interval) {
  return interval + 1 < actor->interval_count ? begins[interval + 1] : actor->end_ns;
}

static void index_actor(HdLod *lod, guint32 index) {
  const HdActor *actor = &lod->model->actors[index];
  HdLodActor *entry = &lod->actors[index];
  const gint64 *begins = begins_of(lod, actor);
  gboolean occurs[HD_SHOWN_COUNT] = {FALSE};
  for (guint32 i = 0; i < actor->interval_count; i++) occurs[hd_lod_shown(lod, actor->interval_first + i)] = TRUE;
  for (guint state = 0; state < HD_SHOWN_COUNT; state++) {
    entry->column[state] = entry->state_count;
    if (occurs[state]) entry->states[entry->state_count++] = state;
  }
  entry->block_first = lod->block_begin_ns->len;
  entry->block_count = (actor->interval_count + HD_LOD_BLOCK - 1) / HD_LOD_BLOCK;
  entry->sum_first = lod->sums_ns->len;
  gint64 sums[HD_SHOWN_COUNT] = {0};
  for (guint32 i = 0; i < actor->interval_count; i++) {
    if (i % HD_LOD_BLOCK == 0) {
      g_array_append_val(lod->block_begin_ns, begins[i]);
      g_array_append_vals(lod->sums_ns, sums, entry->state_count);
    }
    sums[entry->column[hd_lod_shown(lod, actor->interval_first + i)]] += end_of(actor, begins, i) - begins[i];
  }
  g_array_append_vals(lod->sums_ns, sums, entry->state_count);
}

/* Workers without a job and loops that poll wait for nothing. */
static gboolean is_idle(const HdModel *model, const HdWait *wait) {
  enum hd_object_kind kind = wait->object < model->object_count ? model->objects[wait->object].kind : HD_KIND_NONE;
  return kind == HD_KIND_EXECUTOR || kind == HD_KIND_POOL || kind == HD_KIND_LOOP;
}

static guint32 find_worst_wait(const HdModel *model) {
  guint32 worst = HD_NONE;
  gint64 worst_ns = -1;
  HdShape worst_shape = HD_SHAPE_LOW;
  for (guint32 i = 0; i < model->wait_count; i++) {
    const HdWait *wait = &model->waits[i];
    HdShape shape = hd_state_styles[wait->state].shape;
    gint64 length_ns = wait->end_ns - wait->begin_ns;
    if (shape < worst_shape || (shape == worst_shape && length_ns <= worst_ns) || is_idle(model, wait)) continue;
    worst_shape = shape;
    worst_ns = length_ns;
    worst = i;
  }
  return worst;
}

HdLod *hd_lod_new(const HdModel *model, HdProgress progress, gpointer user_data) {
  HdLod *lod = g_new0(HdLod, 1);
  lod->model = model;
  lod->actors = g_new0(HdLodActor, model->actor_count);
  lod->worst_wait = find_worst_wait(model);
  lod->work = g_new0(HdLodWork, model->actor_count);
  GArray **times[] = {WIDE_ARRAYS(lod)}, **numbers[] = {NARROW_ARRAYS(lod)};
  for (guint i = 0; i < G_N_ELEMENTS(times); i++) *times[i] = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) *numbers[i] = g_array_new(FALSE, FALSE, sizeof(gint32));
  lod->levels = g_array_new(FALSE, FALSE, sizeof(HdLodLevel));
  lod->objects = g_new0(HdLodObject, model->object_count);
  g_mutex_init(&lod->crowds_guard);
  lod->crowds = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, hd_lod_crowd_free);
  hd_lod_index_loops(lod);
  for (guint i = 0; i < model->actor_count; i++) {
    if (progress && !progress(0.5 * i / model->actor_count, "indexing lanes", user_data)) return hd_lod_free(lod), NULL;
    index_actor(lod, i);
  }
  if (!hd_lod_index_objects(lod, progress, user_data)) return hd_lod_free(lod), NULL;
  g_clear_pointer(&lod->gathered, g_hash_table_unref);
  if (progress && !progress(0.9, "indexing jobs and items", user_data)) return hd_lod_free(lod), NULL;
  hd_lod_index_work(lod);
  return lod;
}

void hd_lod_free(HdLod *lod) {
  if (!lod) return;
  GArray **times[] = {WIDE_ARRAYS(lod)}, **numbers[] = {NARROW_ARRAYS(lod)};
  for (guint i = 0; i < G_N_ELEMENTS(times); i++) g_array_unref(*times[i]);
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) g_array_unref(*numbers[i]);
  g_clear_pointer(&lod->gathered, g_hash_table_unref);
  g_hash_table_unref(lod->crowds);
  g_mutex_clear(&lod->crowds_guard);
  g_array_unref(lod->levels);
  g_free(lod->starved);
  g_free(lod->actors);
  g_free(lod->work);
  g_free(lod->objects);
  g_free(lod);
}

gsize hd_lod_bytes(const HdLod *lod) {
  GArray *const *times[] = {WIDE_ARRAYS(lod)}, *const * numbers[] = {NARROW_ARRAYS(lod)};
  gsize bytes = lod->model->actor_count * (sizeof(HdLodActor) + sizeof(HdLodWork)) + lod->model->object_count * sizeof(HdLodObject) +
                lod->levels->len * sizeof(HdLodLevel);
  for (guint i = 0; i < G_N_ELEMENTS(times); i++) bytes += (gsize)(*times[i])->len * sizeof(gint64);
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) bytes += (gsize)(*numbers[i])->len * sizeof(gint32);
  return bytes;
}

void hd_lod_occurring(const HdLod *lod, gboolean occurs[HD_SHOWN_COUNT]) {
  for (guint state = 0; state < HD_SHOWN_COUNT; state++) occurs[state] = FALSE;
  for (guint i = 0; i < lod->model->actor_count; i++)
    for (guint j = 0; j < lod->actors[i].state_count; j++) occurs[lod->actors[i].states[j]] = TRUE;
}
const HdModel *hd_lod_model(const HdLod *lod) { return lod->model; }

guint32 hd_lod_worst_wait(const HdLod *lod) { return lod->worst_wait; }

guint32 hd_lod_search(const gint64 *values, guint32 count, guint32 hint, gint64 at_ns) {
  if (count == 0 || values[0] > at_ns) return 0;
  guint32 low = MIN(hint, count - 1), high; /* values[low] ≤ at_ns < values[high] */
  if (values[low] <= at_ns) {
    guint32 step = 1;
    high = low + step;
    while (high < count && values[high] <= at_ns) low = high, step *= 2, high = step < count - low ? low + step : count;
    high = MIN(high, count);
  } else {
    guint32 step = 1;
    high = low;
    low = high - step;
    while (values[low] > at_ns) high = low, step *= 2, low = step < high ? high - step : 0;
  }
  while (high - low > 1) {
    guint32 middle = low + (high - low) / 2;
    if (values[middle] <= at_ns)
      low = middle;
    else
      high = middle;
  }
  return low;
}

void hd_lod_cursor_init(HdLodCursor *cursor, const HdLod *lod, guint32 actor) { *cursor = (HdLodCursor){.lod = lod, .actor = actor}; }

/* The block that a time of the actor's life lies in. */
static guint32 block_at(const HdLodCursor *cursor, gint64 at_ns) {
  const HdLodActor *entry = &cursor->lod->actors[cursor->actor];
  const gint64 *blocks = (const gint64 *)cursor->lod->block_begin_ns->data + entry->block_first;
  return hd_lod_search(blocks, entry->block_count, cursor->interval / HD_LOD_BLOCK, at_ns);
}

guint32 hd_lod_interval_at(HdLodCursor *cursor, gint64 at_ns) {
  const HdActor *actor = &cursor->lod->model->actors[cursor->actor];
  const gint64 *begins = begins_of(cursor->lod, actor);
  if (actor->interval_count == 0 || at_ns < begins[0] || at_ns >= actor->end_ns) return HD_NONE;
  guint32 first = block_at(cursor, at_ns) * HD_LOD_BLOCK;
  guint32 count = MIN(HD_LOD_BLOCK, actor->interval_count - first);
  guint32 hint = cursor->interval >= first && cursor->interval < first + count ? cursor->interval - first : 0;
  return cursor->interval = first + hd_lod_search(begins + first, count, hint, at_ns);
}

static void add_rows(const HdLod *lod, const HdLodActor *entry, guint32 from_block, guint32 to_block, gint64 *states_ns) {
  const gint64 *from = (const gint64 *)lod->sums_ns->data + entry->sum_first + (gsize)from_block * entry->state_count;
  const gint64 *to = (const gint64 *)lod->sums_ns->data + entry->sum_first + (gsize)to_block * entry->state_count;
  for (guint i = 0; i < entry->state_count; i++) states_ns[entry->states[i]] += to[i] - from[i];
}

/* Adds the intervals first … last, cut to the stretch. */
static void add_intervals(const HdLod *lod, const HdActor *actor, guint32 first, guint32 end, gint64 from_ns, gint64 to_ns,
                          gint64 *states_ns) {
  const gint64 *begins = begins_of(lod, actor);
  for (guint32 i = first; i < end && begins[i] < to_ns; i++) {
    gint64 overlap_ns = MIN(end_of(actor, begins, i), to_ns) - MAX(begins[i], from_ns);
    if (overlap_ns > 0) states_ns[hd_lod_shown(lod, actor->interval_first + i)] += overlap_ns;
  }
}

void hd_lod_states(HdLodCursor *cursor, gint64 from_ns, gint64 to_ns, gint64 states_ns[HD_SHOWN_COUNT]) {
  const HdLod *lod = cursor->lod;
  const HdActor *actor = &lod->model->actors[cursor->actor];
  const HdLodActor *entry = &lod->actors[cursor->actor];
  if (actor->interval_count == 0 || to_ns <= from_ns) return;
  from_ns = MAX(from_ns, begins_of(lod, actor)[0]);
  to_ns = MIN(to_ns, actor->end_ns);
  if (to_ns <= from_ns) return;
  guint32 first = block_at(cursor, from_ns);
  cursor->interval = first * HD_LOD_BLOCK;
  guint32 last = block_at(cursor, to_ns - 1);
  if (last - first > SNAP_BLOCKS) {
    add_rows(lod, entry, first, last + 1, states_ns);
  } else if (last - first < 2) {
    add_intervals(lod, actor, first * HD_LOD_BLOCK, MIN((last + 1) * HD_LOD_BLOCK, actor->interval_count), from_ns, to_ns, states_ns);
  } else {
    add_intervals(lod, actor, first * HD_LOD_BLOCK, (first + 1) * HD_LOD_BLOCK, from_ns, to_ns, states_ns);
    add_rows(lod, entry, first + 1, last, states_ns);
    add_intervals(lod, actor, last * HD_LOD_BLOCK, MIN((last + 1) * HD_LOD_BLOCK, actor->interval_count), from_ns, to_ns, states_ns);
  }
  cursor->interval = last * HD_LOD_BLOCK;
}

gboolean hd_lod_has_state(const HdLod *lod, guint32 actor, guint8 shown) {
  const HdLodActor *entry = &lod->actors[actor];
  for (guint i = 0; i < entry->state_count; i++)
    if (entry->states[i] == shown) return TRUE;
  return FALSE;
}
