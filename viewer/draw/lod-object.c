#include "lod-private.h"

static void index_holds(HdLod *lod, guint32 index) {
  const HdObject *object = &lod->model->objects[index];
  HdLodObject *entry = &lod->objects[index];
  entry->block_first = lod->hold_begin_ns->len;
  entry->block_count = (object->hold_count + HD_LOD_BLOCK - 1) / HD_LOD_BLOCK;
  gint64 sum_ns = 0, reach_ns = G_MININT64;
  for (guint32 i = 0; i < object->hold_count; i++) {
    const HdHold *hold = &lod->model->holds[object->hold_first + i];
    if (i % HD_LOD_BLOCK == 0) {
      g_array_append_val(lod->hold_begin_ns, hold->begin_ns);
      g_array_append_val(lod->hold_sum_ns, sum_ns);
    }
    if (hold->depth <= 1) sum_ns += hold->end_ns - hold->begin_ns;
    reach_ns = MAX(reach_ns, hold->end_ns);
    if (i % HD_LOD_BLOCK == HD_LOD_BLOCK - 1 || i + 1 == object->hold_count) g_array_append_val(lod->hold_reach_ns, reach_ns);
  }
}

gboolean hd_lod_index_objects(HdLod *lod, HdProgress progress, gpointer user_data) {
  guint count = lod->model->object_count;
  for (guint i = 0; i < count; i++) {
    if (progress && i % 256 == 0 && !progress(0.5 + 0.4 * i / count, "indexing objects", user_data)) return FALSE;
    index_holds(lod, i);
    hd_lod_index_levels(lod, i);
    hd_lod_index_phases(lod, i);
    hd_lod_index_accesses(lod, i);
  }
  hd_lod_sort_lost(lod);
  return TRUE;
}

/* Held time and number of holds in a stretch: the outer blocks hold by hold, those between by their sums. */
static void sum_holds(const HdLod *lod, guint32 index, gint64 from_ns, gint64 to_ns, HdObjectSums *sums) {
  const HdLodObject *entry = &lod->objects[index];
  const HdHold *holds = lod->model->holds + lod->model->objects[index].hold_first;
  const gint64 *begins = (const gint64 *)lod->hold_begin_ns->data + entry->block_first;
  const gint64 *reaches = (const gint64 *)lod->hold_reach_ns->data + entry->block_first;
  const gint64 *block_sums = (const gint64 *)lod->hold_sum_ns->data + entry->block_first;
  if (entry->block_count == 0 || begins[0] >= to_ns) return;
  guint32 first = hd_lod_search(reaches, entry->block_count, 0, from_ns);
  if (reaches[first] <= from_ns && ++first == entry->block_count) return;
  guint32 last = hd_lod_search(begins, entry->block_count, first, to_ns - 1);
  if (last < first) return;
  if (last > first + 1) {
    sums->held_ns += block_sums[last] - block_sums[first + 1];
    sums->hold_count += (last - first - 1) * HD_LOD_BLOCK;
  }
  guint32 hold_count = lod->model->objects[index].hold_count;
  for (guint32 block = first;; block = last) {
    for (guint32 i = block * HD_LOD_BLOCK; i < MIN((block + 1) * HD_LOD_BLOCK, hold_count) && holds[i].begin_ns < to_ns; i++) {
      if (holds[i].depth > 1) continue;
      gint64 overlap_ns = MIN(holds[i].end_ns, to_ns) - MAX(holds[i].begin_ns, from_ns);
      if (overlap_ns > 0) sums->held_ns += overlap_ns;
      if (holds[i].begin_ns >= from_ns) sums->hold_count++;
    }
    if (block == last) break;
  }
}

void hd_lod_object_life(const HdLod *lod, guint32 object, gint64 *from_ns, gint64 *to_ns) {
  const HdLodObject *entry = &lod->objects[object];
  HdSteps steps = hd_lod_level(lod, object, HD_LEVEL_WAITERS);
  *from_ns = G_MAXINT64;
  *to_ns = 0;
  if (entry->block_count) {
    *from_ns = g_array_index(lod->hold_begin_ns, gint64, entry->block_first);
    *to_ns = g_array_index(lod->hold_reach_ns, gint64, entry->block_first + entry->block_count - 1);
  }
  if (steps.count) {
    *from_ns = MIN(*from_ns, steps.at_ns[0]);
    *to_ns = MAX(*to_ns, steps.at_ns[steps.count - 1]);
  }
  *from_ns = MIN(*from_ns, *to_ns);
}

guint32 hd_lod_hold_after(const HdLod *lod, guint32 object, gint64 at_ns) {
  const HdLodObject *entry = &lod->objects[object];
  guint32 hold_first = lod->model->objects[object].hold_first, hold_count = lod->model->objects[object].hold_count;
  const gint64 *reaches = (const gint64 *)lod->hold_reach_ns->data + entry->block_first;
  if (entry->block_count == 0) return HD_NONE;
  guint32 block = hd_lod_search(reaches, entry->block_count, 0, at_ns);
  for (guint32 i = block * HD_LOD_BLOCK; i < hold_count; i++) {
    const HdHold *hold = &lod->model->holds[hold_first + i];
    if (hold->end_ns > at_ns && hold->depth <= 1) return hold_first + i;
  }
  return HD_NONE;
}

void hd_lod_object(const HdLod *lod, guint32 object, gint64 from_ns, gint64 to_ns, HdObjectSums *sums) {
  *sums = (HdObjectSums){0};
  if (to_ns <= from_ns) return;
  sum_holds(lod, object, from_ns, to_ns, sums);
  HdLevelRange waiters = hd_lod_level_range(lod, object, HD_LEVEL_WAITERS, from_ns, to_ns);
  sums->waited_ns = waiters.sum_ns;
  sums->waiters_max = waiters.most;
}
