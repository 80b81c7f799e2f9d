/* The end of a scenario: its parts sorted and indexed as model.h says. */
#include "builder.h"
#include "scenario-private.h"
#include <string.h>

/* The order of an array by one or two keys: the indices. */
typedef struct {
  guint64 first;
  gint64 second;
  guint32 index;
} SortKey;

static int compare_keys(gconstpointer a, gconstpointer b) {
  const SortKey *left = a, *right = b;
  if (left->first != right->first) return left->first < right->first ? -1 : 1;
  if (left->second != right->second) return left->second < right->second ? -1 : 1;
  return (left->index > right->index) - (left->index < right->index);
}

static guint32 mapped(const guint32 *map, guint32 index) { return index == HD_NONE ? HD_NONE : map[index]; }

/* Sorts the elements by the keys; map: old index -> new index. */
static gpointer sorted(GArray *array, SortKey *keys, guint32 **map) {
  guint size = g_array_get_element_size(array);
  char *result = g_malloc0((gsize)size * MAX(array->len, 1));
  if (map) *map = g_new(guint32, MAX(array->len, 1));
  qsort(keys, array->len, sizeof *keys, compare_keys);
  for (guint32 i = 0; i < array->len; i++) {
    memcpy(result + (gsize)size * i, array->data + (gsize)size * keys[i].index, size);
    if (map) (*map)[keys[i].index] = i;
  }
  g_free(keys);
  return result;
}

static SortKey *keys_for(const GArray *array) {
  SortKey *keys = g_new0(SortKey, MAX(array->len, 1));
  for (guint32 i = 0; i < array->len; i++) keys[i].index = i;
  return keys;
}

static guint32 *sort_actors(Scenario *scenario, HdModel *model) {
  guint32 *map;
  SortKey *keys = keys_for(scenario->actors);
  for (guint32 i = 0; i < scenario->actors->len; i++) {
    const HdActor *actor = &g_array_index(scenario->actors, HdActor, i);
    gboolean process = actor->kind == HD_ACTOR_PROCESS;
    keys[i].first = process ? i : actor->parent;
    keys[i].second = process ? -1 : (gint64)i;
    model->process_count += process;
  }
  model->actor_count = scenario->actors->len;
  model->actors = sorted(scenario->actors, keys, &map);
  for (guint32 i = 0; i < model->actor_count; i++) {
    HdActor *actor = &model->actors[i];
    actor->parent = mapped(map, actor->parent);
    actor->creator = mapped(map, actor->creator);
    if (actor->end_ns < 0) actor->end_ns = model->duration_ns;
  }
  hd_number_actors(model);
  return map;
}

static void sort_waits(Scenario *scenario, HdModel *model, const guint32 *actors, guint32 **map) {
  SortKey *keys = keys_for(scenario->waits);
  for (guint32 i = 0; i < scenario->waits->len; i++) {
    HdWait *wait = &g_array_index(scenario->waits, HdWait, i);
    wait->actor = actors[wait->actor];
    wait->target = mapped(actors, wait->target);
    if (wait->open) wait->end_ns = model->actors[wait->actor].end_ns;
    keys[i].first = wait->actor;
    keys[i].second = wait->begin_ns;
  }
  model->wait_count = scenario->waits->len;
  model->waits = sorted(scenario->waits, keys, map);
  SortKey *by_object = keys_for(scenario->waits);
  for (guint32 i = 0; i < model->wait_count; i++) {
    by_object[i].first = model->waits[i].object;
    by_object[i].second = model->waits[i].begin_ns;
  }
  qsort(by_object, model->wait_count, sizeof *by_object, compare_keys);
  model->object_waits = g_new0(guint32, MAX(model->wait_count, 1));
  for (guint32 i = 0; i < model->wait_count; i++) {
    model->object_waits[i] = by_object[i].index;
    if (by_object[i].first >= model->object_count) continue;
    HdObject *object = &model->objects[by_object[i].first];
    if (object->wait_count++ == 0) object->wait_first = i;
  }
  g_free(by_object);
}

static void sort_holds(Scenario *scenario, HdModel *model, const guint32 *actors, const guint32 *waits) {
  SortKey *keys = keys_for(scenario->holds), *by_actor = keys_for(scenario->holds);
  for (guint32 i = 0; i < scenario->holds->len; i++) {
    HdHold *hold = &g_array_index(scenario->holds, HdHold, i);
    hold->actor = actors[hold->actor];
    hold->releaser = mapped(actors, hold->releaser);
    hold->wait = mapped(waits, hold->wait);
    guint32 process = model->objects[hold->object].process;
    if (hold->open) hold->end_ns = process == HD_NONE ? model->duration_ns : MAX(model->actors[process].end_ns, hold->begin_ns);
    keys[i].first = hold->object;
    keys[i].second = hold->begin_ns;
  }
  model->hold_count = scenario->holds->len;
  model->holds = sorted(scenario->holds, keys, NULL);
  for (guint32 i = 0; i < model->hold_count; i++) {
    HdObject *object = &model->objects[model->holds[i].object];
    if (object->hold_count++ == 0) object->hold_first = i;
    by_actor[i].first = model->holds[i].actor;
    by_actor[i].second = model->holds[i].begin_ns;
  }
  qsort(by_actor, model->hold_count, sizeof *by_actor, compare_keys);
  model->actor_holds = g_new0(guint32, MAX(model->hold_count, 1));
  for (guint32 i = 0; i < model->hold_count; i++) {
    model->actor_holds[i] = by_actor[i].index;
    HdActor *actor = &model->actors[by_actor[i].first];
    if (actor->hold_count++ == 0) actor->hold_first = i;
  }
  g_free(by_actor);
}

static void sort_marks_and_links(Scenario *scenario, HdModel *model, const guint32 *actors) {
  SortKey *keys = keys_for(scenario->marks);
  for (guint32 i = 0; i < scenario->marks->len; i++) {
    HdMark *mark = &g_array_index(scenario->marks, HdMark, i);
    mark->actor = actors[mark->actor];
    keys[i].first = mark->object;
    keys[i].second = mark->at_ns;
  }
  model->mark_count = scenario->marks->len;
  model->marks = sorted(scenario->marks, keys, NULL);
  for (guint32 i = 0; i < model->mark_count; i++) {
    HdObject *object = &model->objects[model->marks[i].object];
    if (object->mark_count++ == 0) object->mark_first = i;
  }
  keys = keys_for(scenario->links);
  for (guint32 i = 0; i < scenario->links->len; i++) {
    HdLink *link = &g_array_index(scenario->links, HdLink, i);
    link->from_actor = actors[link->from_actor];
    link->to_actor = actors[link->to_actor];
    keys[i].second = link->to_ns;
  }
  model->link_count = scenario->links->len;
  model->links = sorted(scenario->links, keys, NULL);
}

/* The model, and what its strings lie in. */
typedef struct {
  HdModel model;
  HdLogInfo *info;
  GStringChunk *strings;
} OwningModel;

HdModel *scenario_end(Scenario *scenario) {
  OwningModel *owning = g_new0(OwningModel, 1);
  HdModel *model = &owning->model;
  HdLogInfo *info = hd_log_info_new();
  info->interrupted_ns = scenario->interrupt_ns >= 0 ? (guint64)scenario->interrupt_ns : 0;
  model->info = info;
  model->duration_ns = scenario->now_ns;
  model->judged_ns = scenario->interrupt_ns >= 0 ? scenario->interrupt_ns : model->duration_ns;
  model->complete = TRUE;
  g_autofree guint32 *actors = sort_actors(scenario, model), *waits = NULL;
  model->object_count = scenario->objects->len;
  model->objects = g_new0(HdObject, MAX(model->object_count, 1));
  if (model->object_count) memcpy(model->objects, scenario->objects->data, sizeof(HdObject) * model->object_count);
  for (guint32 i = 0; i < model->object_count; i++) model->objects[i].process = mapped(actors, model->objects[i].process);
  sort_waits(scenario, model, actors, &waits);
  sort_holds(scenario, model, actors, waits);
  sort_marks_and_links(scenario, model, actors);
  scenario_sort_jobs(scenario, model, actors);
  model->site_count = scenario->sites->len;
  model->sites = (HdSite *)(gpointer)g_array_free(scenario->sites, FALSE);
  GArray *parts[] = {scenario->actors, scenario->objects, scenario->waits, scenario->holds, scenario->marks, scenario->links};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) g_array_unref(parts[i]);
  g_hash_table_unref(scenario->actor_names);
  g_hash_table_unref(scenario->object_names);
  g_hash_table_unref(scenario->site_names);
  owning->info = info;
  owning->strings = scenario->strings;
  g_free(scenario);
  return model;
}

void scenario_free(HdModel *model) {
  OwningModel *owning = (OwningModel *)model;
  g_free(model->actors);
  g_free(model->objects);
  g_free(model->waits);
  g_free(model->object_waits);
  g_free(model->holds);
  g_free(model->actor_holds);
  g_free(model->marks);
  g_free(model->links);
  g_free(model->jobs);
  g_free(model->sites);
  hd_log_info_free(owning->info);
  g_string_chunk_free(owning->strings);
  g_free(owning);
}
