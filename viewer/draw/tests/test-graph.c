/* The wait-for graph's picture: cycles, waiters alike, room. */
#include "fixture.h"
#include "graph.h"

static HdWaitEdge edge(guint32 waiter, guint32 target, guint32 object, gboolean any) {
  return (HdWaitEdge){.waiter = waiter, .wait = HD_NONE, .target = target, .object = object, .any = any};
}

static const HdGraphNode *node_of(const HdGraph *graph, guint32 actor) {
  for (guint i = 0; i < graph->nodes->len; i++)
    if (g_array_index(graph->nodes, HdGraphNode, i).actor == actor) return &g_array_index(graph->nodes, HdGraphNode, i);
  g_error("no circle for actor %u", actor);
}

static void assert_paintable(const HdGraph *graph) {
  for (guint i = 0; i < graph->nodes->len; i++) {
    const HdGraphNode *node = &g_array_index(graph->nodes, HdGraphNode, i);
    g_assert_cmpfloat(node->x_px, >=, 0);
    g_assert_cmpfloat(node->x_px, <=, graph->width_px);
    g_assert_cmpfloat(node->y_px, >=, 0);
    g_assert_cmpfloat(node->y_px, <=, graph->height_px);
    for (guint j = 0; j < i; j++) {
      const HdGraphNode *other = &g_array_index(graph->nodes, HdGraphNode, j);
      g_assert_false(ABS(node->x_px - other->x_px) < 20 && ABS(node->y_px - other->y_px) < 20);
    }
  }
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)graph->width_px + 1, (int)graph->height_px + 1);
  cairo_t *cr = cairo_create(surface);
  hd_paint_graph(cr, &hd_themes[HD_THEME_DARK], graph, HD_NONE, 0, 0);
  g_assert_cmpint(cairo_status(cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy(cr);
  const char *folder = g_getenv("HD_TEST_PICTURES");
  g_autofree char *path = folder ? g_strdup_printf("%s/graph-%u.png", folder, graph->nodes->len) : NULL;
  if (path) cairo_surface_write_to_png(surface, path);
  cairo_surface_destroy(surface);
}

static HdGraph *make(const HdModel *model, const HdWaitEdge *edges, guint count) {
  g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(HdWaitEdge));
  g_array_append_vals(array, edges, count);
  return hd_graph_new(model, array);
}

static void test_cycle(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_deadlock(&source);
  g_autoptr(GArray) edges = hd_wait_graph(source.model, source.model->duration_ns - 1000000);
  g_autoptr(HdGraph) graph = hd_graph_new(source.model, edges);
  g_assert_true(graph->has_cycle);
  guint cycle_count = 0;
  for (guint i = 0; i < graph->nodes->len; i++) cycle_count += g_array_index(graph->nodes, HdGraphNode, i).in_cycle;
  g_assert_cmpuint(cycle_count, ==, 2);
  const HdGraphNode *first = &g_array_index(graph->nodes, HdGraphNode, 0);
  g_assert_cmpuint(hd_graph_actor_at(graph, first->x_px + 3, first->y_px), ==, first->actor);
  g_assert_cmpuint(hd_graph_actor_at(graph, -50, -50), ==, HD_NONE);
  assert_paintable(graph);
}

/* Two that wait for anybody's notify, and might be woken by each other, are no cycle; one that waits behind a cycle is not in it. */
static void test_any_is_no_cycle(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_crowd(&source);
  const HdWaitEdge any[] = {edge(1, 2, 0, TRUE), edge(2, 1, 0, TRUE), edge(3, 2, 0, FALSE), edge(2, 3, 0, TRUE)};
  g_autoptr(HdGraph) loose = make(source.model, any, G_N_ELEMENTS(any));
  g_assert_false(loose->has_cycle);
  assert_paintable(loose);
  const HdWaitEdge behind[] = {edge(1, 2, 0, FALSE), edge(2, 3, 0, FALSE), edge(3, 1, 0, FALSE), edge(4, 1, 0, FALSE),
                               edge(5, HD_NONE, 0, TRUE)};
  g_autoptr(HdGraph) graph = make(source.model, behind, G_N_ELEMENTS(behind));
  g_assert_true(graph->has_cycle);
  g_assert_true(node_of(graph, 1)->in_cycle && node_of(graph, 2)->in_cycle && node_of(graph, 3)->in_cycle);
  g_assert_false(node_of(graph, 4)->in_cycle || node_of(graph, 5)->in_cycle);
  g_assert_true(graph->edge_in_cycle[0] && !graph->edge_in_cycle[3]);
  g_assert_cmpfloat(node_of(graph, 4)->x_px, <, node_of(graph, 1)->x_px);
  assert_paintable(graph);
}

static void test_crowd(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_crowd(&source);
  HdWaitEdge edges[250];
  for (guint32 i = 0; i < G_N_ELEMENTS(edges); i++) edges[i] = edge(i + 2, 1, 0, FALSE);
  g_autoptr(HdGraph) alike = make(source.model, edges, G_N_ELEMENTS(edges));
  g_assert_cmpuint(alike->nodes->len, ==, 2);
  g_assert_cmpuint(node_of(alike, 2)->count, ==, G_N_ELEMENTS(edges));
  g_assert_cmpuint(alike->left_out_count, ==, 0);
  assert_paintable(alike);
  for (guint32 i = 0; i < G_N_ELEMENTS(edges); i++) edges[i] = edge(i + 2, i + 1, 0, FALSE); /* a chain longer than the picture */
  g_autoptr(HdGraph) chain = make(source.model, edges, G_N_ELEMENTS(edges));
  g_assert_cmpuint(chain->nodes->len, <, 60);
  g_assert_cmpuint(chain->left_out_count, >, 100);
  g_assert_false(chain->has_cycle);
  const HdWaitEdge self = edge(1, 1, 0, FALSE);
  g_autoptr(HdGraph) alone = make(source.model, &self, 1);
  g_assert_true(alone->has_cycle);
  assert_paintable(alone);
  g_autoptr(HdGraph) empty = make(source.model, NULL, 0);
  g_assert_cmpuint(empty->nodes->len, ==, 0);
}

/* Who waits for both of a cycle stands in line with them: one of the arrows goes around. */
static void test_around(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_crowd(&source);
  const HdWaitEdge edges[] = {edge(1, 2, 0, FALSE), edge(2, 1, 0, FALSE), edge(3, 1, 0, TRUE), edge(3, 2, 0, TRUE)};
  g_autoptr(HdGraph) graph = make(source.model, edges, G_N_ELEMENTS(edges));
  guint around_count = 0;
  for (guint i = 0; i < graph->arrows->len; i++) {
    const HdGraphArrow *arrow = &g_array_index(graph->arrows, HdGraphArrow, i);
    around_count += arrow->around && g_array_index(graph->nodes, HdGraphNode, arrow->from).actor == 3;
  }
  g_assert_cmpuint(around_count, ==, 1);
  assert_paintable(graph);
}

/* A long way into a cycle: only the cycle is one. */
static void test_tail(void) {
  enum { LENGTH = 20000 };
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_crowd(&source);
  g_autofree HdWaitEdge *edges = g_new(HdWaitEdge, LENGTH);
  for (guint32 i = 0; i < LENGTH; i++) edges[i] = edge(i, i + 1, 0, FALSE);
  edges[LENGTH - 1].target = LENGTH - 3;
  g_autoptr(HdGraph) graph = make(source.model, edges, LENGTH);
  g_assert_true(graph->has_cycle);
  for (guint32 i = 0; i < LENGTH; i++) g_assert_cmpint(graph->edge_in_cycle[i], ==, i >= LENGTH - 3);
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/graph/cycle", test_cycle);
  g_test_add_func("/graph/any-is-no-cycle", test_any_is_no_cycle);
  g_test_add_func("/graph/crowd", test_crowd);
  g_test_add_func("/graph/around", test_around);
  g_test_add_func("/graph/tail", test_tail);
  return g_test_run();
}
