#include "graph.h"
#include "names.h"
#include <math.h>

enum {
  ALIKE_MIN = 4,  /* waiters alike that become one circle */
  NODES_MAX = 40, /* in a picture */
  COLUMN_PX = 190,
  ROW_PX = 58,
  MARGIN_X_PX = 70, /* names are wider than circles */
  MARGIN_Y_PX = 26,
  RING_CHORD_PX = 124,
  LOOP_PX = 34, /* above who waits for itself */
  RING_MIN_PX = 58
};

static const HdWaitEdge *edge_at(const GArray *edges, guint index) { return &g_array_index(edges, HdWaitEdge, index); }
static HdGraphNode *node_at(const HdGraph *graph, guint index) { return &g_array_index(graph->nodes, HdGraphNode, index); }
static HdGraphArrow *arrow_at(const HdGraph *graph, guint index) { return &g_array_index(graph->arrows, HdGraphArrow, index); }

/* Whether an actor reaches another along the edges that are still marked. */
static gboolean reaches(const GArray *edges, const gboolean *marked, guint32 from, guint32 to) {
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  g_autoptr(GArray) todo = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_array_append_val(todo, from);
  while (todo->len) {
    guint32 actor = g_array_index(todo, guint32, todo->len - 1);
    g_array_set_size(todo, todo->len - 1);
    if (actor == to) return TRUE;
    if (!g_hash_table_add(seen, GUINT_TO_POINTER(actor))) continue;
    for (guint i = 0; i < edges->len; i++)
      if (marked[i] && edge_at(edges, i)->waiter == actor) g_array_append_val(todo, edge_at(edges, i)->target);
  }
  return FALSE;
}

/* The edges that begin, or end, at each actor: actor → GArray of guint. */
static void add_end(GHashTable *ends, guint32 actor, guint edge) {
  GArray *own = g_hash_table_lookup(ends, GUINT_TO_POINTER(actor));
  if (!own) g_hash_table_insert(ends, GUINT_TO_POINTER(actor), own = g_array_new(FALSE, FALSE, sizeof(guint)));
  g_array_append_val(own, edge);
}

static gboolean any_marked(GHashTable *ends, guint32 actor, const gboolean *marked) {
  GArray *own = g_hash_table_lookup(ends, GUINT_TO_POINTER(actor));
  while (own && own->len && !marked[g_array_index(own, guint, own->len - 1)]) g_array_set_size(own, own->len - 1); /* each only once */
  return own && own->len;
}

static void unmark(GHashTable *ends, guint32 actor, gboolean *marked, GArray *dropped) {
  const GArray *own = g_hash_table_lookup(ends, GUINT_TO_POINTER(actor));
  for (guint i = 0; own && i < own->len; i++) {
    guint edge = g_array_index(own, guint, i);
    if (!marked[edge]) continue;
    marked[edge] = FALSE;
    g_array_append_val(dropped, edge);
  }
}

/* Drops the edges that start or end where nothing goes on, and those that then do, which leaves only cycles and what is between them. */
static void drop_ends(const GArray *edges, gboolean *marked) {
  g_autoptr(GHashTable) from = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  g_autoptr(GHashTable) to = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  g_autoptr(GArray) dropped = g_array_new(FALSE, FALSE, sizeof(guint));
  for (guint i = 0; i < edges->len; i++) {
    if (!marked[i]) continue;
    add_end(from, edge_at(edges, i)->waiter, i);
    add_end(to, edge_at(edges, i)->target, i);
  }
  for (guint i = 0; i < edges->len; i++) {
    gboolean goes_on = marked[i] && g_hash_table_contains(from, GUINT_TO_POINTER(edge_at(edges, i)->target)) &&
                       g_hash_table_contains(to, GUINT_TO_POINTER(edge_at(edges, i)->waiter));
    if (!marked[i] || goes_on) continue;
    marked[i] = FALSE;
    g_array_append_val(dropped, i);
  }
  for (guint i = 0; i < dropped->len; i++) {
    const HdWaitEdge *edge = edge_at(edges, g_array_index(dropped, guint, i));
    if (!any_marked(from, edge->waiter, marked)) unmark(to, edge->waiter, marked, dropped);
    if (!any_marked(to, edge->target, marked)) unmark(from, edge->target, marked, dropped);
  }
}

/* Marks the edges that lie on a cycle. */
static void find_cycles(HdGraph *graph, const GArray *edges) {
  gboolean *marked = graph->edge_in_cycle = g_new0(gboolean, edges->len + 1);
  for (guint i = 0; i < edges->len; i++) marked[i] = edge_at(edges, i)->target != HD_NONE && !edge_at(edges, i)->any;
  drop_ends(edges, marked);
  graph->lasts = TRUE;
  for (guint i = 0; i < edges->len; i++) {
    const HdWaitEdge *edge = edge_at(edges, i);
    if (marked[i] && !reaches(edges, marked, edge->target, edge->waiter)) marked[i] = FALSE;
    if (!marked[i]) continue;
    graph->has_cycle = TRUE;
    if (edge->wait < graph->model->wait_count && !graph->model->waits[edge->wait].open) graph->lasts = FALSE;
  }
}

/* What waiters must share to be drawn as one. */
static char *alike_key(const HdWaitEdge *edge) { return g_strdup_printf("%u %u %d", edge->target, edge->object, edge->any); }

/* Waiters for whom nobody waits and that wait once: key → how many. */
static GHashTable *count_alike(const GArray *edges, GHashTable *awaited) {
  GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < edges->len; i++) {
    if (g_hash_table_contains(awaited, GUINT_TO_POINTER(edge_at(edges, i)->waiter))) continue;
    char *key = alike_key(edge_at(edges, i));
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key)) + 1;
    g_hash_table_insert(counts, key, GUINT_TO_POINTER(count));
  }
  return counts;
}

typedef struct {
  HdGraph *graph;
  GHashTable *by_actor; /* actor + 1 → number of its node + 1 */
  GHashTable *by_key;   /* alike → number of their node + 1 */
} Building;

/* The node of an actor (HD_NONE: a new one for each edge); HD_NONE when there are nodes_max already. */
static guint need_node(Building *building, guint32 actor, guint nodes_max) {
  gpointer key = GUINT_TO_POINTER(actor + 1);
  guint known = actor == HD_NONE ? 0 : GPOINTER_TO_UINT(g_hash_table_lookup(building->by_actor, key));
  if (known) return known - 1;
  if (building->graph->nodes->len >= nodes_max) return HD_NONE;
  HdGraphNode node = {.actor = actor, .count = 1};
  g_array_append_val(building->graph->nodes, node);
  if (actor != HD_NONE) g_hash_table_insert(building->by_actor, key, GUINT_TO_POINTER(building->graph->nodes->len));
  return building->graph->nodes->len - 1;
}

static void add_edge(Building *building, const HdWaitEdge *edge, gboolean in_cycle, guint alike_count) {
  HdGraph *graph = building->graph;
  g_autofree char *key = alike_key(edge);
  guint shared = alike_count >= ALIKE_MIN ? GPOINTER_TO_UINT(g_hash_table_lookup(building->by_key, key)) : 0;
  if (shared) {
    node_at(graph, shared - 1)->count++;
    return;
  }
  guint from = need_node(building, edge->waiter, NODES_MAX);
  if (from == HD_NONE) {
    graph->left_out_count++;
    return;
  }
  guint to = edge->target == edge->waiter ? from : need_node(building, edge->target, G_MAXUINT); /* no arrow leads nowhere */
  if (alike_count >= ALIKE_MIN) g_hash_table_insert(building->by_key, g_steal_pointer(&key), GUINT_TO_POINTER(from + 1));
  if (in_cycle) node_at(graph, from)->in_cycle = node_at(graph, to)->in_cycle = TRUE;
  HdGraphArrow arrow = {.from = from, .to = to, .object = edge->object, .any = edge->any, .in_cycle = in_cycle};
  for (guint i = 0; i < graph->arrows->len; i++)
    if (arrow_at(graph, i)->from == to && arrow_at(graph, i)->to == from) arrow.bent = arrow_at(graph, i)->bent = TRUE;
  g_array_append_val(graph->arrows, arrow);
}

/* Cycles come first, so that they are there when there is no room for all. */
static void add_edges(HdGraph *graph, const GArray *edges) {
  g_autoptr(GHashTable) by_actor = g_hash_table_new(NULL, NULL), awaited = g_hash_table_new(NULL, NULL);
  g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < edges->len; i++) g_hash_table_add(awaited, GUINT_TO_POINTER(edge_at(edges, i)->target));
  g_autoptr(GHashTable) alike = count_alike(edges, awaited);
  Building building = {graph, by_actor, by_key};
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < edges->len; i++) {
      if (graph->edge_in_cycle[i] != (pass == 0)) continue;
      g_autofree char *key = alike_key(edge_at(edges, i));
      gboolean leaf = !g_hash_table_contains(awaited, GUINT_TO_POINTER(edge_at(edges, i)->waiter));
      add_edge(&building, edge_at(edges, i), pass == 0, leaf ? GPOINTER_TO_UINT(g_hash_table_lookup(alike, key)) : 0);
    }
}

/* How many arrows each node is away from those that wait for nobody, or from the ring; those that reach neither count as ends. */
static guint *find_levels(const HdGraph *graph) {
  guint *levels = g_new(guint, graph->nodes->len + 1);
  for (guint i = 0; i < graph->nodes->len; i++) levels[i] = node_at(graph, i)->in_cycle ? 0 : HD_NONE;
  for (guint i = 0; i < graph->nodes->len; i++) {
    gboolean waits = FALSE;
    for (guint j = 0; j < graph->arrows->len; j++) waits |= arrow_at(graph, j)->from == i && arrow_at(graph, j)->to != i;
    if (!waits) levels[i] = 0;
  }
  for (guint end = 0; end < graph->nodes->len;) {
    gboolean changed = FALSE;
    for (guint j = 0; j < graph->arrows->len; j++) {
      const HdGraphArrow *arrow = arrow_at(graph, j);
      if (levels[arrow->to] == HD_NONE || levels[arrow->from] <= levels[arrow->to] + 1) continue;
      levels[arrow->from] = levels[arrow->to] + 1;
      changed = TRUE;
    }
    if (changed) continue;
    while (end < graph->nodes->len && levels[end] != HD_NONE) end++;
    if (end < graph->nodes->len) levels[end] = 0;
  }
  return levels;
}

/* Places the ring of the cycles; returns its radius, 0 when there is none. Each is followed by the one it waits for. */
static double place_ring(HdGraph *graph, double centre_x, double centre_y) {
  g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));
  g_autofree gboolean *placed = g_new0(gboolean, graph->nodes->len + 1);
  for (guint i = 0; i < graph->nodes->len; i++) {
    for (guint at = i; at != HD_NONE && node_at(graph, at)->in_cycle && !placed[at];) {
      placed[at] = TRUE;
      g_array_append_val(order, at);
      guint next = HD_NONE;
      for (guint j = 0; j < graph->arrows->len && next == HD_NONE; j++)
        if (arrow_at(graph, j)->from == at && arrow_at(graph, j)->in_cycle && !placed[arrow_at(graph, j)->to])
          next = arrow_at(graph, j)->to;
      at = next;
    }
  }
  if (order->len == 0) return 0;
  double radius = order->len < 2 ? RING_MIN_PX / 2.0 : fmax(RING_MIN_PX, RING_CHORD_PX / 2.0 / sin(G_PI / order->len));
  for (guint i = 0; i < order->len; i++) {
    double angle = 2 * G_PI * i / order->len - (order->len == 2 ? G_PI : G_PI / 2);
    HdGraphNode *node = node_at(graph, g_array_index(order, guint, i));
    node->x_px = centre_x + radius * cos(angle) * (order->len == 2 ? 1.4 : 1.25);
    node->y_px = centre_y + radius * sin(angle) * (order->len == 2 ? 1 : 0.82);
  }
  return radius;
}

static void place_nodes(HdGraph *graph) {
  g_autofree guint *levels = find_levels(graph), *rows = g_new0(guint, graph->nodes->len + 1),
                   *row_counts = g_new0(guint, graph->nodes->len + 1);
  guint level_max = 0, row_max = 1;
  double ring_radius = place_ring(graph, 0, 0);
  for (guint i = 0; i < graph->nodes->len; i++) {
    level_max = MAX(level_max, levels[i]);
    if (node_at(graph, i)->in_cycle) continue;
    rows[i] = row_counts[levels[i]]++;
    row_max = MAX(row_max, row_counts[levels[i]]);
  }
  double top = MARGIN_Y_PX;
  for (guint i = 0; i < graph->arrows->len; i++)
    if (arrow_at(graph, i)->from == arrow_at(graph, i)->to) top = MARGIN_Y_PX + LOOP_PX;
  double ring_width = ring_radius * 2.8, ring_height = ring_radius * 1.64;
  double ends_height = ring_height + (ring_radius > 0 && row_counts[0] ? ROW_PX : 0) + (row_counts[0] ? (row_counts[0] - 1) * ROW_PX : 0);
  double height = fmax(fmax((row_max - 1.0) * ROW_PX, ends_height), 20);
  graph->width_px = MARGIN_X_PX * 2 + level_max * COLUMN_PX + ring_width;
  graph->height_px = top + MARGIN_Y_PX + 16 + height; /* names stand under the circles */
  double ends_x = MARGIN_X_PX + level_max * COLUMN_PX + ring_width / 2;
  double ring_y = top + (height - ends_height) / 2 + ring_height / 2;
  place_ring(graph, ends_x, ring_y);
  for (guint i = 0; i < graph->nodes->len; i++) {
    HdGraphNode *node = node_at(graph, i);
    if (node->in_cycle) continue;
    guint level = levels[i];
    double first_y = level ? top + (height - (row_counts[level] - 1.0) * ROW_PX) / 2
                           : ring_y - ring_height / 2 + ring_height + (ring_radius > 0 ? ROW_PX : 0);
    node->x_px = level ? MARGIN_X_PX + (level_max - level) * (double)COLUMN_PX : ends_x;
    node->y_px = first_y + rows[i] * (double)ROW_PX;
  }
}

/* An arrow whose straight line would run through a circle goes around it. */
static void bend_around(HdGraph *graph) {
  enum { NEAR_PX = 18 };
  for (guint i = 0; i < graph->arrows->len; i++) {
    HdGraphArrow *arrow = arrow_at(graph, i);
    const HdGraphNode *from = node_at(graph, arrow->from), *to = node_at(graph, arrow->to);
    double by_x = to->x_px - from->x_px, by_y = to->y_px - from->y_px, length = hypot(by_x, by_y);
    for (guint j = 0; j < graph->nodes->len && !arrow->bent && !arrow->around && length > 1; j++) {
      const HdGraphNode *other = node_at(graph, j);
      double along = ((other->x_px - from->x_px) * by_x + (other->y_px - from->y_px) * by_y) / length,
             beside = ((other->x_px - from->x_px) * by_y - (other->y_px - from->y_px) * by_x) / length;
      if (along > NEAR_PX && along < length - NEAR_PX && fabs(beside) < NEAR_PX) arrow->around = TRUE;
    }
  }
}

HdGraph *hd_graph_new(const HdModel *model, const GArray *edges) {
  HdGraph *graph = g_new0(HdGraph, 1);
  graph->model = model;
  graph->nodes = g_array_new(FALSE, TRUE, sizeof(HdGraphNode));
  graph->arrows = g_array_new(FALSE, TRUE, sizeof(HdGraphArrow));
  find_cycles(graph, edges);
  add_edges(graph, edges);
  if (graph->nodes->len) place_nodes(graph);
  bend_around(graph);
  return graph;
}

void hd_graph_free(HdGraph *graph) {
  if (!graph) return;
  g_array_unref(graph->nodes);
  g_array_unref(graph->arrows);
  g_free(graph->edge_in_cycle);
  g_free(graph);
}

char *hd_graph_node_label(const HdGraph *graph, guint index) {
  const HdGraphNode *node = node_at(graph, index);
  if (node->actor >= graph->model->actor_count) return g_strdup("not observable");
  g_autofree char *name = hd_actor_label_beside(graph->model, node->actor, HD_NONE);
  return node->count > 1 ? g_strdup_printf("%s and %u more", name, node->count - 1) : g_steal_pointer(&name);
}
