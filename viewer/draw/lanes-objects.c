/* The rows of objects, sorted by what they cost. */
#include "lanes-private.h"
#include "names.h"
#include <string.h>

enum {
  FOLD_OBJECTS = 3,         /* more unnamed objects of one site are folded */
  FUTURE_WAIT_NS = 10000000 /* futures for which nobody waited this long have no row */
};

typedef struct {
  guint32 object;
  gint64 waited_ns;
  guint8 rank; /* 0 blamed waits, 1 other waits, 2 quiet */
} Candidate;

static int compare_candidates(const void *a, const void *b) {
  const Candidate *first = a, *second = b;
  if (first->rank != second->rank) return first->rank - second->rank;
  if (first->waited_ns != second->waited_ns) return first->waited_ns < second->waited_ns ? 1 : -1;
  return first->object < second->object ? -1 : first->object > second->object;
}

static gboolean is_lane_kind(enum hd_object_kind kind) {
  switch (kind) { /* threads, tasks, loops and interpreter locks have lanes among the actors */
  case HD_KIND_NONE:
  case HD_KIND_THREAD:
  case HD_KIND_PROCESS:
  case HD_KIND_TASK:
  case HD_KIND_FILE:
  case HD_KIND_LOOP:
  case HD_KIND_GIL:
    return FALSE;
  default:
    return TRUE;
  }
}

static gint64 waited_ns(const HdModel *model, const HdObject *object) {
  gint64 sum_ns = 0;
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[object->wait_first + i]];
    sum_ns += wait->end_ns - wait->begin_ns;
  }
  return sum_ns;
}

static gboolean is_blamed_kind(enum hd_object_kind kind) {
  return kind == HD_KIND_LOCK || kind == HD_KIND_RLOCK || kind == HD_KIND_RWLOCK || kind == HD_KIND_SEMAPHORE || kind == HD_KIND_GIL;
}

/* The scale of what the lane shows: "queue of 64", "queue, ≤ 17 items", "executor of 4, ≤ 12 queued". */
static void append_scale(GString *note, const HdLanes *lanes, guint32 index) {
  const HdObject *object = &lanes->model->objects[index];
  HdSteps items = hd_lod_level(lanes->source.lod, index, HD_LEVEL_ITEMS), depth = hd_lod_level(lanes->source.lod, index, HD_LEVEL_DEPTH);
  gboolean has_bound = object->kind == HD_KIND_SEMAPHORE || object->kind == HD_KIND_BARRIER || object->kind == HD_KIND_QUEUE ||
                       object->kind == HD_KIND_EXECUTOR || object->kind == HD_KIND_POOL || object->kind == HD_KIND_PIPE;
  if (object->initial_value > 0 && has_bound) g_string_append_printf(note, " of %" G_GINT64_FORMAT, object->initial_value);
  if (object->kind == HD_KIND_SCHEDULER)
    g_string_append_printf(note, ", %u entr%s", object->job_count, object->job_count == 1 ? "y" : "ies");
  else if (object->job_count)
    g_string_append_printf(note, ", ≤ %d queued", items.value_max);
  else if (object->item_count && object->initial_value <= 0)
    g_string_append_printf(note, ", ≤ %d %s%s", items.value_max, object->kind == HD_KIND_PIPE ? "message" : "item",
                           items.value_max == 1 ? "" : "s");
  if (depth.value_max > 1) g_string_append_printf(note, ", depth ≤ %d", depth.value_max);
}

/* index: HD_NONE of a fold. */
static char *object_note(const HdLanes *lanes, enum hd_object_kind kind, guint32 index, gint64 sum_ns) {
  GString *note = g_string_new(hd_object_kind_names[kind]);
  if (index != HD_NONE) append_scale(note, lanes, index);
  g_autofree char *place = index == HD_NONE ? NULL : hd_site_place(lanes->model, lanes->model->objects[index].create_site);
  if (place) g_string_append_printf(note, " · %s", place);
  g_autofree char *duration = hd_format_duration(sum_ns);
  gboolean idle_workers = kind == HD_KIND_EXECUTOR || kind == HD_KIND_POOL; /* their waits cost nobody anything */
  if (sum_ns > 0 && !idle_workers) g_string_append_printf(note, " · %s %s", is_blamed_kind(kind) ? "lost" : "waited", duration);
  return g_string_free(note, FALSE);
}

/* "mutex #3, first locked in f" → "mutex, first locked in f": what unnamed objects of one site share. */
static char *group_key(const HdModel *model, const HdObject *object) {
  if (object->kind == HD_KIND_FUTURE && object->job < model->job_count) {
    g_autofree char *executor = hd_object_label(model, model->jobs[object->job].executor);
    return g_strdup_printf("%u futures ×N of %s", object->kind, executor);
  }
  const char *number = object->name ? strstr(object->name, " #") : NULL;
  if (object->named || !number) return NULL;
  const char *rest = number + 2;
  while (g_ascii_isdigit(*rest)) rest++;
  return g_strdup_printf("%u %.*s ×N%s", object->kind, (int)(number - object->name), object->name, rest);
}

static void add_object(HdLanes *lanes, const Candidate *candidate, guint32 depth) {
  const HdObject *object = &lanes->model->objects[candidate->object];
  char *note = object_note(lanes, object->kind, candidate->object, candidate->waited_ns);
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_OBJECTS, HD_ROW_OBJECT, candidate->object, depth,
                                   hd_object_label(lanes->model, candidate->object), note);
  unit->quiet = candidate->rank == 2;
  hd_unit_set_search(unit, "");
}

static void add_object_fold(HdLanes *lanes, const char *key, GArray *group, guint32 *fold_count) {
  const Candidate *first = &g_array_index(group, Candidate, 0);
  const char *rest = strstr(key, "×N"), *word = strchr(key, ' ') + 1;
  g_autofree char *name = g_strdup_printf("%.*s×%u%s", (int)(rest - word), word, group->len, rest + strlen("×N"));
  g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(guint32));
  gint64 sum_ns = 0;
  for (guint i = 0; i < group->len; i++) {
    g_array_append_val(members, g_array_index(group, Candidate, i).object);
    sum_ns += g_array_index(group, Candidate, i).waited_ns;
  }
  enum hd_object_kind kind = lanes->model->objects[first->object].kind;
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_OBJECTS, HD_ROW_OBJECT_FOLD, (*fold_count)++, 0, hd_display_name(name, HD_NAME_CHARS),
                                   object_note(lanes, kind, HD_NONE, sum_ns));
  unit->quiet = first->rank == 2;
  hd_unit_set_members(unit, members);
  hd_unit_set_search(unit, "");
  guint at = lanes->units[HD_PANE_OBJECTS]->len - 1;
  for (guint i = 0; i < group->len; i++) add_object(lanes, &g_array_index(group, Candidate, i), 1);
  g_array_index(lanes->units[HD_PANE_OBJECTS], HdUnit, at).child_count = group->len;
}

static guint8 rank_of(const HdLanes *lanes, guint32 index, gint64 waited) {
  const HdObject *object = &lanes->model->objects[index];
  if (hd_object_is_variable(object) && object->mark_count) /* a lost write is as bad as a wait */
    return !hd_lod_lost_between(lanes->source.lod, object->mark_first, object->mark_first + object->mark_count);
  guint32 misuse_count, misuse = hd_lod_misuse_from(lanes->source.lod, index, G_MININT64);
  const guint32 *misuses = hd_lod_misuses(lanes->source.lod, &misuse_count);
  if (misuse < misuse_count && lanes->model->marks[misuses[misuse]].object == index) return !is_blamed_kind(object->kind);
  if (object->kind == HD_KIND_GROUP) return 2; /* the lanes of its tasks say it all */
  gboolean quiet = waited == 0 && object->wait_count == 0 && object->item_count == 0 && object->job_count == 0;
  return quiet ? 2 : !is_blamed_kind(object->kind);
}

void hd_lanes_build_objects(HdLanes *lanes) {
  const HdModel *model = lanes->model;
  g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));
  g_autoptr(GHashTable) groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    if (!is_lane_kind(object->kind)) continue;
    const HdContention *contention = lanes->source.analysis ? hd_analysis_contention(lanes->source.analysis, i) : NULL;
    Candidate candidate = {.object = i, .waited_ns = contention ? contention->wait_total_ns : waited_ns(model, object)};
    if (object->kind == HD_KIND_FUTURE && candidate.waited_ns < MAX(FUTURE_WAIT_NS, model->duration_ns / 100)) continue;
    candidate.rank = rank_of(lanes, i, candidate.waited_ns);
    g_array_append_val(candidates, candidate);
  }
  g_array_sort(candidates, compare_candidates);
  g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < candidates->len; i++) {
    const Candidate *candidate = &g_array_index(candidates, Candidate, i);
    char *key = group_key(model, &model->objects[candidate->object]);
    g_ptr_array_add(keys, key);
    if (!key) continue;
    GArray *group = g_hash_table_lookup(groups, key);
    if (!group) g_hash_table_insert(groups, g_strdup(key), group = g_array_new(FALSE, FALSE, sizeof(Candidate)));
    g_array_append_val(group, *candidate);
  }
  guint32 fold_count = 0;
  for (guint i = 0; i < candidates->len; i++) {
    const Candidate *candidate = &g_array_index(candidates, Candidate, i);
    const char *key = g_ptr_array_index(keys, i);
    GArray *group = key ? g_hash_table_lookup(groups, key) : NULL;
    gboolean futures = model->objects[candidate->object].kind == HD_KIND_FUTURE;
    if (!group || group->len <= (futures ? 1 : FOLD_OBJECTS))
      add_object(lanes, candidate, 0);
    else if (g_array_index(group, Candidate, 0).object == candidate->object)
      add_object_fold(lanes, key, group, &fold_count);
  }
}
