/* Levels of objects: numbers that change in steps. */
#include "lod-private.h"
#include <stdlib.h>

int hd_lod_compare_times(const void *a, const void *b) {
  gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;
  return (first > second) - (first < second);
}

/* --- building --- */

static HdLodLevel begin_level(const HdLod *lod, HdLevel kind, gint64 start) {
  return (HdLodLevel){.first = lod->step_at_ns->len, .kind = kind, .start = (gint32)CLAMP(start, 0, G_MAXINT32), .max = (gint32)start};
}

/* Steps at one time become one. */
static void append_step(HdLod *lod, const HdLodLevel *level, gint64 at_ns, gint64 value) {
  gint32 shown = (gint32)CLAMP(value, 0, G_MAXINT32);
  if (lod->step_at_ns->len > level->first && g_array_index(lod->step_at_ns, gint64, lod->step_at_ns->len - 1) == at_ns) {
    g_array_index(lod->step_value, gint32, lod->step_value->len - 1) = shown;
    return;
  }
  g_array_append_val(lod->step_at_ns, at_ns);
  g_array_append_val(lod->step_value, shown);
}

/* Sums up the blocks; a level without steps is none. */
static void end_level(HdLod *lod, guint32 object, HdLodLevel level) {
  level.count = lod->step_at_ns->len - level.first;
  if (level.count == 0) return;
  level.block_first = lod->level_most->len;
  const gint64 *at_ns = (const gint64 *)lod->step_at_ns->data + level.first;
  const gint32 *values = (const gint32 *)lod->step_value->data + level.first;
  gint64 sum_ns = 0;
  for (guint32 first = 0; first < level.count; first += HD_LOD_BLOCK) {
    gint32 least = G_MAXINT32, most = 0;
    g_array_append_val(lod->level_sum_ns, sum_ns);
    for (guint32 i = first; i < MIN(first + HD_LOD_BLOCK, level.count); i++) {
      least = MIN(least, values[i]);
      most = MAX(most, values[i]);
      if (i + 1 < level.count) sum_ns += (at_ns[i + 1] - at_ns[i]) * values[i];
    }
    level.max = MAX(level.max, most);
    g_array_append_val(lod->level_least, least);
    g_array_append_val(lod->level_most, most);
  }
  g_array_append_val(lod->levels, level);
  lod->objects[object].level_count++;
}

void hd_lod_count_going_on(HdLod *lod, guint32 object, HdLevel kind, gint64 *begins_ns, gint64 *ends_ns, guint32 count) {
  if (count == 0) return;
  HdLodLevel level = begin_level(lod, kind, 0);
  qsort(begins_ns, count, sizeof *begins_ns, hd_lod_compare_times);
  qsort(ends_ns, count, sizeof *ends_ns, hd_lod_compare_times);
  guint32 begun = 0, ended = 0;
  while (ended < count) {
    gboolean begins = begun < count && begins_ns[begun] <= ends_ns[ended];
    gint64 at_ns = begins ? begins_ns[begun] : ends_ns[ended];
    if (begins)
      while (begun < count && begins_ns[begun] == at_ns) begun++;
    else
      while (ended < count && ends_ns[ended] == at_ns) ended++;
    append_step(lod, &level, at_ns, (gint64)begun - ended);
  }
  end_level(lod, object, level);
}

static enum hd_operation operation_of(const HdModel *model, guint32 site) {
  return site < model->site_count ? model->sites[site].operation : HD_OPERATION_NONE;
}

static void index_waiters(HdLod *lod, guint32 index) {
  const HdObject *object = &lod->model->objects[index];
  g_autofree gint64 *begins_ns = g_new(gint64, object->wait_count + 1), *ends_ns = g_new(gint64, object->wait_count + 1);
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &lod->model->waits[lod->model->object_waits[object->wait_first + i]];
    begins_ns[i] = wait->begin_ns;
    ends_ns[i] = wait->end_ns;
  }
  hd_lod_count_going_on(lod, index, HD_LEVEL_WAITERS, begins_ns, ends_ns, object->wait_count);
}

static void index_items(HdLod *lod, guint32 index) {
  const HdObject *object = &lod->model->objects[index];
  if (object->item_count == 0) return;
  g_autofree gint64 *begins_ns = g_new(gint64, object->item_count), *ends_ns = g_new(gint64, object->item_count);
  for (guint32 i = 0; i < object->item_count; i++) {
    const HdItem *item = &lod->model->items[object->item_first + i];
    begins_ns[i] = item->put_ns;
    ends_ns[i] = MAX(item->get_ns, item->put_ns);
  }
  hd_lod_count_going_on(lod, index, HD_LEVEL_ITEMS, begins_ns, ends_ns, object->item_count);
}

static void index_jobs(HdLod *lod, guint32 index) {
  const HdObject *object = &lod->model->objects[index];
  if (object->job_count == 0) return;
  g_autofree gint64 *begins_ns = g_new(gint64, object->job_count), *ends_ns = g_new(gint64, object->job_count);
  for (int running = 0; running < 2; running++) {
    guint32 count = 0;
    for (guint32 i = 0; i < object->job_count; i++) {
      const HdJob *job = &lod->model->jobs[object->job_first + i];
      if (running && !job->begun) continue;
      begins_ns[count] = running ? job->begin_ns : job->submit_ns;
      gint64 end_ns = running || !job->begun ? job->end_ns : job->begin_ns; /* a cancelled one leaves the queue at its end */
      ends_ns[count] = MAX(end_ns, begins_ns[count]);
      count++;
    }
    hd_lod_count_going_on(lod, index, running ? HD_LEVEL_RUNNING : HD_LEVEL_ITEMS, begins_ns, ends_ns, count);
  }
}

static void index_flag(HdLod *lod, guint32 index) {
  const HdObject *object = &lod->model->objects[index];
  HdLodLevel level = begin_level(lod, HD_LEVEL_FLAG, object->initial_value > 0);
  for (guint32 i = 0; i < object->mark_count; i++) {
    const HdMark *mark = &lod->model->marks[object->mark_first + i];
    enum hd_operation operation = operation_of(lod->model, mark->site);
    if (mark->error || (operation != HD_OPERATION_EVENT_SET && operation != HD_OPERATION_EVENT_CLEAR)) continue;
    append_step(lod, &level, mark->at_ns, operation == HD_OPERATION_EVENT_SET);
  }
  end_level(lod, index, level);
}

/* Depth of a lock that its holder took again. */
static void index_depth(HdLod *lod, guint32 index) {
  const HdObject *object = &lod->model->objects[index];
  gboolean nested = FALSE;
  for (guint32 i = 0; i < object->hold_count && !nested; i++) nested = lod->model->holds[object->hold_first + i].depth > 1;
  if (!nested) return;
  g_autofree gint64 *begins_ns = g_new(gint64, object->hold_count), *ends_ns = g_new(gint64, object->hold_count);
  for (guint32 i = 0; i < object->hold_count; i++) {
    begins_ns[i] = lod->model->holds[object->hold_first + i].begin_ns;
    ends_ns[i] = lod->model->holds[object->hold_first + i].end_ns;
  }
  hd_lod_count_going_on(lod, index, HD_LEVEL_DEPTH, begins_ns, ends_ns, object->hold_count);
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

/* Free permits after each take and post. A take that waited is no mark, but a wait that ended well; a task's is a mark after its await. */
static void index_permits(HdLod *lod, guint32 index) {
  const HdModel *model = lod->model;
  const HdObject *object = &model->objects[index];
  if (object->initial_value < 0) return;
  g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(PermitChange));
  for (guint32 i = 0; i < object->mark_count; i++) {
    const HdMark *mark = &model->marks[object->mark_first + i];
    guint role = hd_operations[operation_of(model, mark->site)].role;
    if (mark->error || (role != HD_ROLE_TAKE && role != HD_ROLE_ENABLE)) continue;
    PermitChange change = {mark->at_ns, role == HD_ROLE_TAKE ? -1 : MAX(mark->value, 1)};
    g_array_append_val(changes, change);
  }
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[object->wait_first + i]];
    PermitChange change = {wait->end_ns, -1};
    gboolean took = wait->result == HD_WAIT_RESULT_OK && !wait->open;
    if (took && hd_operations[operation_of(model, wait->site)].role != HD_ROLE_AWAIT) g_array_append_val(changes, change);
  }
  g_array_sort(changes, compare_changes);
  HdLodLevel level = begin_level(lod, HD_LEVEL_PERMITS, object->initial_value);
  gint64 permits = object->initial_value;
  for (guint i = 0; i < changes->len; i++) {
    const PermitChange *change = &g_array_index(changes, PermitChange, i);
    permits += change->change;
    append_step(lod, &level, change->at_ns, permits);
  }
  end_level(lod, index, level);
}

void hd_lod_index_levels(HdLod *lod, guint32 index) {
  const HdObject *object = &lod->model->objects[index];
  lod->objects[index].level_first = lod->levels->len;
  index_waiters(lod, index);
  index_items(lod, index);
  if (object->kind == HD_KIND_LOOP || object->kind == HD_KIND_SCHEDULER)
    hd_lod_index_ready(lod, index); /* their callbacks and entries are no jobs of workers */
  else
    index_jobs(lod, index);
  if (object->kind == HD_KIND_SEMAPHORE) index_permits(lod, index);
  if (object->kind == HD_KIND_EVENT) index_flag(lod, index);
  if (object->kind == HD_KIND_RLOCK || object->kind == HD_KIND_LOCK) index_depth(lod, index);
}

/* --- asking --- */

static const HdLodLevel *find_level(const HdLod *lod, guint32 object, HdLevel kind) {
  const HdLodObject *entry = &lod->objects[object];
  for (guint32 i = 0; i < entry->level_count; i++) {
    const HdLodLevel *level = &g_array_index(lod->levels, HdLodLevel, entry->level_first + i);
    if (level->kind == kind) return level;
  }
  return NULL;
}

static HdSteps steps_of(const HdLod *lod, const HdLodLevel *level) {
  return (HdSteps){.count = level->count,
                   .first_value = level->start,
                   .value_max = level->max,
                   .at_ns = (const gint64 *)lod->step_at_ns->data + level->first,
                   .value = (const gint32 *)lod->step_value->data + level->first};
}

HdSteps hd_lod_level(const HdLod *lod, guint32 object, HdLevel kind) {
  const HdLodLevel *level = find_level(lod, object, kind);
  return level ? steps_of(lod, level) : (HdSteps){0};
}

guint32 hd_steps_at(const HdSteps *steps, gint64 at_ns) {
  return steps->count == 0 || steps->at_ns[0] > at_ns ? HD_NONE : hd_lod_search(steps->at_ns, steps->count, 0, at_ns);
}

static void add_step(HdLevelRange *range, gint32 value, gint64 length_ns) {
  if (length_ns <= 0) return;
  range->least = MIN(range->least, value);
  range->most = MAX(range->most, value);
  range->sum_ns += length_ns * value;
}

HdLevelRange hd_lod_level_range(const HdLod *lod, guint32 object, HdLevel kind, gint64 from_ns, gint64 to_ns) {
  HdLevelRange range = {.least = G_MAXINT32};
  const HdLodLevel *level = find_level(lod, object, kind);
  if (!level || to_ns <= from_ns) return (HdLevelRange){0};
  HdSteps steps = steps_of(lod, level);
  guint32 step = hd_steps_at(&steps, from_ns);
  if (step == HD_NONE) {
    add_step(&range, steps.first_value, MIN(steps.at_ns[0], to_ns) - from_ns);
    step = 0;
  }
  const gint32 *least = (const gint32 *)lod->level_least->data + level->block_first;
  const gint32 *most = (const gint32 *)lod->level_most->data + level->block_first;
  const gint64 *sums_ns = (const gint64 *)lod->level_sum_ns->data + level->block_first;
  while (step < steps.count && steps.at_ns[step] < to_ns) {
    guint32 block = step / HD_LOD_BLOCK, after = step + HD_LOD_BLOCK;
    if (step % HD_LOD_BLOCK == 0 && after < steps.count && steps.at_ns[step] >= from_ns && steps.at_ns[after] <= to_ns) {
      range.sum_ns += sums_ns[block + 1] - sums_ns[block];
      range.least = MIN(range.least, least[block]);
      range.most = MAX(range.most, most[block]);
      step = after;
      continue;
    }
    gint64 end_ns = step + 1 < steps.count ? MIN(steps.at_ns[step + 1], to_ns) : to_ns;
    add_step(&range, steps.value[step], end_ns - MAX(steps.at_ns[step], from_ns));
    step++;
  }
  if (range.least == G_MAXINT32) range.least = 0;
  return range;
}
