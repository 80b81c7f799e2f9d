#include "lod-private.h"
#include <stdlib.h>

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

static int compare_times(const void *a, const void *b) {
  gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;
  return (first > second) - (first < second);
}

/* Appends a step; steps at one time become one. first is the index of the function's first step. */
static void append_step(HdLod *lod, gsize first, gint64 at_ns, gint32 value) {
  if (lod->step_at_ns->len > first && g_array_index(lod->step_at_ns, gint64, lod->step_at_ns->len - 1) == at_ns)
    g_array_index(lod->step_value, gint32, lod->step_value->len - 1) = value;
  else {
    g_array_append_val(lod->step_at_ns, at_ns);
    g_array_append_val(lod->step_value, value);
  }
}

static void index_waiters(HdLod *lod, guint32 index) {
  const HdModel *model = lod->model;
  const HdObject *object = &model->objects[index];
  HdLodObject *entry = &lod->objects[index];
  entry->waiter_first = lod->step_at_ns->len;
  if (object->wait_count == 0) return;
  g_autofree gint64 *ends_ns = g_new(gint64, object->wait_count);
  for (guint32 i = 0; i < object->wait_count; i++) ends_ns[i] = model->waits[model->object_waits[object->wait_first + i]].end_ns;
  qsort(ends_ns, object->wait_count, sizeof *ends_ns, compare_times);
  guint32 begun = 0, ended = 0;
  while (ended < object->wait_count) {
    gint64 begin_ns = begun < object->wait_count ? model->waits[model->object_waits[object->wait_first + begun]].begin_ns : G_MAXINT64;
    gboolean begins = begin_ns <= ends_ns[ended];
    if (begins) begun++;
    append_step(lod, entry->waiter_first, begins ? begin_ns : ends_ns[ended], (gint32)(begun - ended) - !begins);
    if (!begins) ended++;
    entry->waiter_max = MAX(entry->waiter_max, (gint32)(begun - ended));
  }
  entry->waiter_count = lod->step_at_ns->len - entry->waiter_first;
  entry->waiter_block_first = lod->waiter_most->len;
  HdSteps steps = hd_lod_waiters(lod, index);
  gint64 sum_ns = 0;
  for (guint32 first = 0; first < steps.count; first += HD_LOD_BLOCK) {
    gint32 most = 0;
    g_array_append_val(lod->waiter_sum_ns, sum_ns);
    for (guint32 i = first; i < MIN(first + HD_LOD_BLOCK, steps.count); i++) {
      most = MAX(most, steps.value[i]);
      if (i + 1 < steps.count) sum_ns += (steps.at_ns[i + 1] - steps.at_ns[i]) * steps.value[i];
    }
    g_array_append_val(lod->waiter_most, most);
  }
}

typedef struct {
  gint64 at_ns;
  gint64 change;
} PermitChange;

static int compare_changes(const void *a, const void *b) {
  const PermitChange *first = a, *second = b;
  if (first->at_ns != second->at_ns) return first->at_ns < second->at_ns ? -1 : 1;
  return (first->change < second->change) - (first->change > second->change); /* posts before takes */
}

/* Free permits after each take and post. A take that waited is no mark, but a wait that ended well. */
static void index_permits(HdLod *lod, guint32 index) {
  const HdModel *model = lod->model;
  const HdObject *object = &model->objects[index];
  HdLodObject *entry = &lod->objects[index];
  entry->permit_first = lod->step_at_ns->len;
  if (object->kind != HD_KIND_SEMAPHORE || object->initial_value < 0) return;
  g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(PermitChange));
  for (guint32 i = 0; i < object->mark_count; i++) {
    const HdMark *mark = &model->marks[object->mark_first + i];
    enum hd_operation operation = mark->site < model->site_count ? model->sites[mark->site].operation : HD_OPERATION_NONE;
    guint role = hd_operations[operation].role;
    if (mark->error || (role != HD_ROLE_TAKE && role != HD_ROLE_ENABLE)) continue;
    PermitChange change = {mark->at_ns, role == HD_ROLE_TAKE ? -1 : MAX(mark->value, 1)};
    g_array_append_val(changes, change);
  }
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[object->wait_first + i]];
    PermitChange change = {wait->end_ns, -1};
    if (wait->result == HD_WAIT_RESULT_OK && !wait->open) g_array_append_val(changes, change);
  }
  g_array_sort(changes, compare_changes);
  gint64 permits = entry->permit_start = object->initial_value;
  entry->permit_max = permits;
  for (guint i = 0; i < changes->len; i++) {
    const PermitChange *change = &g_array_index(changes, PermitChange, i);
    permits += change->change;
    gint32 shown = CLAMP(permits, 0, G_MAXINT32);
    append_step(lod, entry->permit_first, change->at_ns, shown);
    entry->permit_max = MAX(entry->permit_max, shown);
  }
  entry->permit_count = lod->step_at_ns->len - entry->permit_first;
}

gboolean hd_lod_index_objects(HdLod *lod, HdProgress progress, gpointer user_data) {
  guint count = lod->model->object_count;
  for (guint i = 0; i < count; i++) {
    if (progress && i % 256 == 0 && !progress(0.5 + 0.5 * i / count, "indexing objects", user_data)) return FALSE;
    index_holds(lod, i);
    index_waiters(lod, i);
    index_permits(lod, i);
  }
  return TRUE;
}

static HdSteps make_steps(const HdLod *lod, gsize first, guint32 count, gint32 first_value, gint32 value_max) {
  return (HdSteps){.count = count,
                   .first_value = first_value,
                   .value_max = value_max,
                   .at_ns = (const gint64 *)lod->step_at_ns->data + first,
                   .value = (const gint32 *)lod->step_value->data + first};
}

HdSteps hd_lod_waiters(const HdLod *lod, guint32 object) {
  const HdLodObject *entry = &lod->objects[object];
  return make_steps(lod, entry->waiter_first, entry->waiter_count, 0, entry->waiter_max);
}

HdSteps hd_lod_permits(const HdLod *lod, guint32 object) {
  const HdLodObject *entry = &lod->objects[object];
  return make_steps(lod, entry->permit_first, entry->permit_count, entry->permit_start, entry->permit_max);
}

guint32 hd_steps_at(const HdSteps *steps, gint64 at_ns) {
  return steps->count == 0 || steps->at_ns[0] > at_ns ? HD_NONE : hd_lod_search(steps->at_ns, steps->count, 0, at_ns);
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
  HdSteps steps = hd_lod_waiters(lod, object);
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

static void sum_waiters(const HdLod *lod, guint32 index, gint64 from_ns, gint64 to_ns, HdObjectSums *sums) {
  HdSteps steps = hd_lod_waiters(lod, index);
  const gint32 *most = (const gint32 *)lod->waiter_most->data + lod->objects[index].waiter_block_first;
  const gint64 *block_sums = (const gint64 *)lod->waiter_sum_ns->data + lod->objects[index].waiter_block_first;
  guint32 block_count = (steps.count + HD_LOD_BLOCK - 1) / HD_LOD_BLOCK;
  guint32 step = hd_steps_at(&steps, from_ns);
  if (step == HD_NONE) step = 0;
  while (step < steps.count && steps.at_ns[step] < to_ns) {
    guint32 block = step / HD_LOD_BLOCK;
    if (step % HD_LOD_BLOCK == 0 && block + 1 < block_count && steps.at_ns[step] >= from_ns && steps.at_ns[step + HD_LOD_BLOCK] <= to_ns) {
      sums->waited_ns += block_sums[block + 1] - block_sums[block];
      sums->waiters_max = MAX(sums->waiters_max, (guint)most[block]);
      step += HD_LOD_BLOCK;
      continue;
    }
    gint64 end_ns = step + 1 < steps.count ? steps.at_ns[step + 1] : to_ns;
    gint64 overlap_ns = MIN(end_ns, to_ns) - MAX(steps.at_ns[step], from_ns);
    if (overlap_ns > 0) {
      sums->waited_ns += overlap_ns * steps.value[step];
      sums->waiters_max = MAX(sums->waiters_max, (guint)steps.value[step]);
    }
    step++;
  }
}

void hd_lod_object(const HdLod *lod, guint32 object, gint64 from_ns, gint64 to_ns, HdObjectSums *sums) {
  *sums = (HdObjectSums){0};
  if (to_ns <= from_ns) return;
  sum_holds(lod, object, from_ns, to_ns, sums);
  sum_waiters(lod, object, from_ns, to_ns, sums);
}
