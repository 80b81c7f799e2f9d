#include "components.h"

typedef struct {
  const guint32 *first; /* of each node's edges; one more than nodes */
  const HdEdge *edges;
  guint32 *order; /* when a node was reached, from 1; 0: not yet */
  guint32 *low;   /* the earliest node on the stack that it reaches */
  guint32 *component;
  guint32 *next_edge;
  GArray *path, *stack; /* of guint32 */
  guint32 reached_count, component_count;
} Search;

static guint32 *edges_by_node(guint32 node_count, GArray *edges) {
  guint32 *first = g_new0(guint32, (gsize)node_count + 1);
  HdEdge *all = (HdEdge *)(gpointer)edges->data;
  for (guint i = 0; i < edges->len; i++) first[all[i].from + 1]++;
  for (guint32 node = 0; node < node_count; node++) first[node + 1] += first[node];
  guint32 *next = g_memdup2(first, sizeof *first * ((gsize)node_count + 1));
  HdEdge *sorted = g_new(HdEdge, MAX(edges->len, 1));
  for (guint i = 0; i < edges->len; i++) sorted[next[all[i].from]++] = all[i];
  if (edges->len > 0) memcpy(all, sorted, sizeof *all * edges->len);
  g_free(sorted);
  g_free(next);
  return first;
}

static void enter(Search *search, guint32 node) {
  search->order[node] = search->low[node] = ++search->reached_count;
  search->next_edge[node] = search->first[node];
  g_array_append_val(search->path, node);
  g_array_append_val(search->stack, node);
}

static void leave(Search *search, guint32 node) {
  if (search->low[node] == search->order[node]) {
    guint32 member;
    do {
      member = g_array_index(search->stack, guint32, search->stack->len - 1);
      g_array_set_size(search->stack, search->stack->len - 1);
      search->component[member] = search->component_count;
    } while (member != node);
    search->component_count++;
  }
  g_array_set_size(search->path, search->path->len - 1);
  if (search->path->len > 0) {
    guint32 before = g_array_index(search->path, guint32, search->path->len - 1);
    search->low[before] = MIN(search->low[before], search->low[node]);
  }
}

guint32 *hd_components(guint32 node_count, GArray *edges, guint32 *component_count) {
  guint32 *first = edges_by_node(node_count, edges);
  Search search = {.first = first,
                   .edges = (const HdEdge *)(gpointer)edges->data,
                   .order = g_new0(guint32, node_count),
                   .low = g_new0(guint32, node_count),
                   .component = g_new0(guint32, MAX(node_count, 1)),
                   .next_edge = g_new0(guint32, node_count),
                   .path = g_array_new(FALSE, FALSE, sizeof(guint32)),
                   .stack = g_array_new(FALSE, FALSE, sizeof(guint32))};
  for (guint32 node = 0; node < node_count; node++) search.component[node] = G_MAXUINT32;
  for (guint32 start = 0; start < node_count; start++) {
    if (search.order[start]) continue;
    enter(&search, start);
    while (search.path->len > 0) {
      guint32 node = g_array_index(search.path, guint32, search.path->len - 1);
      if (search.next_edge[node] == first[node + 1]) {
        leave(&search, node);
        continue;
      }
      guint32 to = search.edges[search.next_edge[node]++].to;
      if (!search.order[to])
        enter(&search, to);
      else if (search.component[to] == G_MAXUINT32)
        search.low[node] = MIN(search.low[node], search.order[to]);
    }
  }
  *component_count = search.component_count;
  g_free(first);
  g_free(search.order);
  g_free(search.low);
  g_free(search.next_edge);
  g_array_unref(search.path);
  g_array_unref(search.stack);
  return search.component;
}
