#include "lock-dependencies.h"
#include "wait-graph.h"

enum { PREFETCH_DISTANCE = 16 };

/* What groups: actor, lock and mode, held set. */
typedef struct {
  guint32 actor;
  guint64 item; /* lock << 1 | shared */
  const guint64 *set;
  guint32 set_count;
} Key;

typedef struct {
  const HdModel *model;
  HdDependencies *all;
  GHashTable *groups; /* Key -> index of dependencies + 1 */
  GArray *active;     /* holds of the actor that is looked at, of guint32 */
  GArray *set;        /* of guint64 */
  guint32 last_group; /* loops ask for the same again */
} Collector;

/* Spreads all bits (the finalizer of splitmix64): locks that are taken together have numbers close to each other. */
static guint64 mix(guint64 value) {
  value = (value + 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ value >> 27) * 0x94d049bb133111ebull;
  return value ^ value >> 31;
}

static guint key_hash(gconstpointer pointer) {
  const Key *key = pointer;
  guint64 hash = mix(mix(key->actor) ^ key->item);
  for (guint32 i = 0; i < key->set_count; i++) hash = mix(hash ^ key->set[i]);
  return (guint)hash;
}

static gboolean key_equal(gconstpointer a, gconstpointer b) {
  const Key *left = a, *right = b;
  return left->actor == right->actor && left->item == right->item && left->set_count == right->set_count &&
         memcmp(left->set, right->set, sizeof *left->set * left->set_count) == 0;
}

static void key_free(gpointer pointer) {
  g_free((guint64 *)((Key *)pointer)->set);
  g_free(pointer);
}

static int compare_items(gconstpointer a, gconstpointer b) {
  guint64 left = *(const guint64 *)a, right = *(const guint64 *)b;
  return (left > right) - (left < right);
}

static HdDependency *group_of(Collector *collector, const Key *key) {
  GArray *dependencies = collector->all->dependencies;
  if (collector->last_group < dependencies->len) {
    HdDependency *last = &g_array_index(dependencies, HdDependency, collector->last_group);
    Key last_key = {last->actor, (guint64)last->lock << 1 | last->shared, &g_array_index(collector->all->sets, guint64, last->set_first),
                    last->set_count};
    if (key_equal(&last_key, key)) return last;
  }
  guint number = GPOINTER_TO_UINT(g_hash_table_lookup(collector->groups, key));
  if (!number) {
    HdDependency added = {.actor = key->actor,
                          .lock = (guint32)(key->item >> 1),
                          .shared = key->item & 1,
                          .set_first = collector->all->sets->len,
                          .set_count = key->set_count,
                          .requests = g_array_new(FALSE, FALSE, sizeof(HdRequest))};
    g_array_append_vals(collector->all->sets, key->set, key->set_count);
    g_array_append_val(dependencies, added);
    number = dependencies->len;
    Key *kept = g_memdup2(key, sizeof *key);
    kept->set = g_memdup2(key->set, sizeof *key->set * key->set_count);
    g_hash_table_insert(collector->groups, kept, GUINT_TO_POINTER(number));
  }
  collector->last_group = number - 1;
  return &g_array_index(dependencies, HdDependency, number - 1);
}

static void add_request(Collector *collector, guint32 actor, guint32 lock, gboolean shared, HdRequest request) {
  g_array_set_size(collector->set, 0);
  for (guint i = 0; i < collector->active->len; i++) {
    const HdHold *hold = &collector->model->holds[g_array_index(collector->active, guint32, i)];
    guint64 item = (guint64)hold->object << 1 | (hold->shared ? 1 : 0);
    if (hold->object == lock) return;
    g_array_append_val(collector->set, item);
  }
  if (collector->set->len == 0) return;
  if (collector->set->len > 1) g_array_sort(collector->set, compare_items);
  Key key = {actor, (guint64)lock << 1 | (shared ? 1 : 0), (const guint64 *)(gpointer)collector->set->data, collector->set->len};
  HdDependency *dependency = group_of(collector, &key);
  dependency->count++;
  if (dependency->requests->len < HD_DEPENDENCY_INSTANCES_MAX)
    g_array_append_val(dependency->requests, request);
  else
    g_array_index(dependency->requests, HdRequest, HD_DEPENDENCY_INSTANCES_MAX - 1) = request;
}

static void release_until(Collector *collector, gint64 at_ns) {
  for (guint i = collector->active->len; i-- > 0;) {
    const HdHold *hold = &collector->model->holds[g_array_index(collector->active, guint32, i)];
    if (!hold->open && hold->end_ns <= at_ns) g_array_remove_index(collector->active, i);
  }
}

static gboolean counts_as_lock(const HdModel *model, guint32 object) {
  return hd_object_is_lock(model, object) && model->objects[object].exclusive_owner && model->objects[object].kind != HD_KIND_GIL;
}

static void collect_actor(Collector *collector, guint32 actor) {
  const HdModel *model = collector->model;
  const HdActor *it = &model->actors[actor];
  g_array_set_size(collector->active, 0);
  for (guint32 i = 0; i < it->hold_count; i++) {
    guint32 index = model->actor_holds[it->hold_first + i];
    const HdHold *hold = &model->holds[index];
    /* An actor's holds lie scattered among the objects'; their latency would be most of the time here. */
    if (i + PREFETCH_DISTANCE < it->hold_count)
      __builtin_prefetch(&model->holds[model->actor_holds[it->hold_first + i + PREFETCH_DISTANCE]]);
    if (hold->depth > 1 || !counts_as_lock(model, hold->object)) continue;
    HdRequest request = {hold->begin_ns, index, HD_NONE};
    if (hold->wait < model->wait_count) request = (HdRequest){model->waits[hold->wait].begin_ns, index, hold->wait};
    if (collector->active->len > 0) release_until(collector, request.at_ns);
    guint8 flags = hd_operations[hd_site_operation(model, hold->acquire_site)].flags;
    gboolean can_block = !(flags & (HD_OPERATION_FLAG_TRY | HD_OPERATION_FLAG_TIMED)) && !hold->inherited;
    if (collector->active->len > 0 && can_block) add_request(collector, actor, hold->object, hold->shared, request);
    g_array_append_val(collector->active, index);
  }
  guint32 wait = collector->active->len > 0 ? hd_wait_at(model, actor, it->end_ns) : HD_NONE;
  if (wait == HD_NONE || !model->waits[wait].open || !counts_as_lock(model, model->waits[wait].object)) return;
  const HdWait *pending = &model->waits[wait];
  if (pending->flags & (HD_OPERATION_FLAG_TRY | HD_OPERATION_FLAG_TIMED)) return;
  release_until(collector, pending->begin_ns);
  add_request(collector, actor, pending->object, pending->flags & HD_OPERATION_FLAG_READ, (HdRequest){pending->begin_ns, HD_NONE, wait});
}

static void clear_dependency(gpointer dependency) { g_array_unref(((HdDependency *)dependency)->requests); }

HdDependencies *hd_dependencies_new(const HdModel *model) {
  HdDependencies *all = g_new0(HdDependencies, 1);
  all->dependencies = g_array_new(FALSE, FALSE, sizeof(HdDependency));
  g_array_set_clear_func(all->dependencies, clear_dependency);
  all->sets = g_array_new(FALSE, FALSE, sizeof(guint64));
  Collector collector = {model,
                         all,
                         g_hash_table_new_full(key_hash, key_equal, key_free, NULL),
                         g_array_new(FALSE, FALSE, sizeof(guint32)),
                         g_array_new(FALSE, FALSE, sizeof(guint64)),
                         HD_NONE};
  for (guint32 actor = 0; actor < model->actor_count; actor++) collect_actor(&collector, actor);
  g_hash_table_unref(collector.groups);
  g_array_unref(collector.active);
  g_array_unref(collector.set);
  return all;
}

void hd_dependencies_free(HdDependencies *dependencies) {
  if (!dependencies) return;
  g_array_unref(dependencies->dependencies);
  g_array_unref(dependencies->sets);
  g_free(dependencies);
}

gboolean hd_dependencies_disjoint(const HdDependencies *all, const HdDependency *a, const HdDependency *b, guint32 *guard) {
  const guint64 *left = &g_array_index(all->sets, guint64, a->set_first), *right = &g_array_index(all->sets, guint64, b->set_first);
  for (guint32 i = 0, j = 0; i < a->set_count && j < b->set_count;) {
    if (left[i] >> 1 == right[j] >> 1) {
      *guard = (guint32)(left[i] >> 1);
      if (!(left[i] & right[j] & 1)) return FALSE; /* two readers do not exclude each other */
      i++;
      j++;
    } else if (left[i] < right[j]) {
      i++;
    } else {
      j++;
    }
  }
  return TRUE;
}

gboolean hd_dependency_holds(const HdDependencies *all, const HdDependency *dependency, guint32 lock, gboolean *shared) {
  const guint64 *set = &g_array_index(all->sets, guint64, dependency->set_first);
  for (guint32 i = 0; i < dependency->set_count; i++) {
    if (set[i] >> 1 != lock) continue;
    *shared = set[i] & 1;
    return TRUE;
  }
  return FALSE;
}

guint32 hd_dependency_hold(const HdModel *model, guint32 actor, guint32 lock, gint64 at_ns) {
  const HdActor *it = &model->actors[actor];
  guint32 low = 0, high = it->hold_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (model->holds[model->actor_holds[it->hold_first + middle]].begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  while (low-- > 0) {
    guint32 index = model->actor_holds[it->hold_first + low];
    const HdHold *hold = &model->holds[index];
    if (hold->object == lock && hold->depth <= 1 && (hold->open || hold->end_ns > at_ns)) return index;
  }
  return HD_NONE;
}
