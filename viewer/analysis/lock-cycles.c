#include "lock-cycles.h"
#include "components.h"

enum { STEPS_MAX = 20 * 1000 * 1000 };

typedef struct {
  guint32 to;
  GArray *dependencies; /* of guint32 */
} Step;

typedef struct {
  GArray **steps; /* of each node: of Step */
  guint32 *lock;  /* of each node */
  guint32 node_count;
  gboolean *on_path;
  GArray *path_locks; /* of guint32 */
  GPtrArray *path_edges;
  guint32 start;
  guint limit;
  guint64 step_count;
  gboolean reached_limit; /* some path was cut off by the limit */
  gboolean stopped;
  HdLockCycle found;
  gpointer user_data;
} Search;

static void visit(Search *search, guint32 node) {
  for (guint i = 0; i < search->steps[node]->len && !search->stopped; i++) {
    const Step *step = &g_array_index(search->steps[node], Step, i);
    if (++search->step_count > STEPS_MAX) {
      search->stopped = TRUE;
      return;
    }
    if (step->to < search->start || (step->to != search->start && search->on_path[step->to])) continue;
    g_ptr_array_add(search->path_edges, step->dependencies);
    if (step->to == search->start) {
      if (search->path_locks->len == search->limit) /* shorter ones were found with a lower limit */
        search->stopped = !search->found((const guint32 *)(gpointer)search->path_locks->data, (GArray *const *)search->path_edges->pdata,
                                         search->limit, search->user_data);
    } else if (search->path_locks->len < search->limit) {
      search->on_path[step->to] = TRUE;
      g_array_append_val(search->path_locks, search->lock[step->to]);
      visit(search, step->to);
      g_array_set_size(search->path_locks, search->path_locks->len - 1);
      search->on_path[step->to] = FALSE;
    } else {
      search->reached_limit = TRUE;
    }
    g_ptr_array_set_size(search->path_edges, (int)search->path_edges->len - 1);
  }
}

static void clear_step(gpointer step) { g_array_unref(((Step *)step)->dependencies); }

/* Nodes are the locks that lie on some cycle, steps lead within a component. */
static void build(Search *search, const HdModel *model, const HdDependencies *all) {
  g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(HdEdge));
  for (guint i = 0; i < all->dependencies->len; i++) {
    const HdDependency *dependency = &g_array_index(all->dependencies, HdDependency, i);
    for (guint32 j = 0; j < dependency->set_count; j++) {
      HdEdge edge = {(guint32)(g_array_index(all->sets, guint64, dependency->set_first + j) >> 1), dependency->lock};
      g_array_append_val(edges, edge);
    }
  }
  guint32 component_count;
  g_autofree guint32 *component = hd_components(model->object_count, edges, &component_count);
  g_autofree guint32 *size = g_new0(guint32, MAX(component_count, 1)), *node = g_new0(guint32, MAX(model->object_count, 1));
  for (guint32 object = 0; object < model->object_count; object++) size[component[object]]++;
  search->lock = g_new(guint32, MAX(model->object_count, 1));
  for (guint32 object = 0; object < model->object_count; object++) {
    if (size[component[object]] < 2) continue;
    node[object] = search->node_count;
    search->lock[search->node_count++] = object;
  }
  search->steps = g_new(GArray *, MAX(search->node_count, 1));
  for (guint32 i = 0; i < search->node_count; i++) {
    search->steps[i] = g_array_new(FALSE, FALSE, sizeof(Step));
    g_array_set_clear_func(search->steps[i], clear_step);
  }
  g_autoptr(GHashTable) known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL); /* from << 32 | to -> its dependencies */
  for (guint32 i = 0; i < all->dependencies->len; i++) {
    const HdDependency *dependency = &g_array_index(all->dependencies, HdDependency, i);
    for (guint32 j = 0; j < dependency->set_count; j++) {
      guint32 held = (guint32)(g_array_index(all->sets, guint64, dependency->set_first + j) >> 1);
      if (component[held] != component[dependency->lock] || size[component[held]] < 2) continue;
      gint64 key = (gint64)((guint64)held << 32 | dependency->lock);
      GArray *dependencies = g_hash_table_lookup(known, &key);
      if (!dependencies) {
        Step step = {node[dependency->lock], dependencies = g_array_new(FALSE, FALSE, sizeof(guint32))};
        g_array_append_val(search->steps[node[held]], step);
        g_hash_table_insert(known, g_memdup2(&key, sizeof key), dependencies);
      }
      g_array_append_val(dependencies, i);
    }
  }
}

gboolean hd_lock_cycles(const HdModel *model, const HdDependencies *dependencies, HdLockCycle found, gpointer user_data) {
  Search search = {
      .found = found, .user_data = user_data, .path_locks = g_array_new(FALSE, FALSE, sizeof(guint32)), .path_edges = g_ptr_array_new()};
  build(&search, model, dependencies);
  search.on_path = g_new0(gboolean, MAX(search.node_count, 1));
  search.reached_limit = search.node_count > 0;
  for (search.limit = 2; search.reached_limit && search.limit <= search.node_count && !search.stopped; search.limit++) {
    search.reached_limit = FALSE;
    for (search.start = 0; search.start < search.node_count && !search.stopped; search.start++) {
      g_array_set_size(search.path_locks, 0);
      g_ptr_array_set_size(search.path_edges, 0);
      g_array_append_val(search.path_locks, search.lock[search.start]);
      visit(&search, search.start);
    }
  }
  for (guint32 i = 0; i < search.node_count; i++) g_array_unref(search.steps[i]);
  g_free(search.steps);
  g_free(search.lock);
  g_free(search.on_path);
  g_array_unref(search.path_locks);
  g_ptr_array_unref(search.path_edges);
  return !search.stopped;
}
