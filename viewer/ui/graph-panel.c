#include "graph-panel.h"
#include "describe.h"
#include "ruler.h"

#define EDGES_SHOWN_MAX 200

/* The actors of a cycle through plain (not OR) edges, as a set of edges; NULL when there is none. */
static GHashTable *find_cycle(GArray *edges) {
  g_autoptr(GHashTable) by_waiter = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < edges->len; i++) {
    HdWaitEdge *edge = &g_array_index(edges, HdWaitEdge, i);
    if (edge->target != HD_NONE && !edge->any) g_hash_table_insert(by_waiter, GUINT_TO_POINTER(edge->waiter), edge);
  }
  for (guint i = 0; i < edges->len; i++) {
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    HdWaitEdge *start = &g_array_index(edges, HdWaitEdge, i), *edge = start;
    while (edge && g_hash_table_add(seen, edge)) {
      if (edge->target == start->waiter) return g_steal_pointer(&seen);
      edge = g_hash_table_lookup(by_waiter, GUINT_TO_POINTER(edge->target));
    }
  }
  return NULL;
}

static char *graph_markup(const HdModel *model, gint64 at_ns) {
  g_autoptr(GArray) edges = hd_wait_graph(model, at_ns);
  g_autofree char *time = hd_format_time(at_ns, 1000);
  GString *markup = g_string_new(NULL);
  if (edges->len == 0) {
    g_string_append_printf(markup, "At %s nobody waits for anybody.", time);
    return g_string_free(markup, FALSE);
  }
  g_autoptr(GHashTable) cycle = find_cycle(edges);
  g_string_append_printf(markup, "<b>At %s%s</b>", time, cycle ? ": a cycle, none of these can go on" : "");
  for (guint pass = 0; pass < 2; pass++) {
    guint shown_count = 0;
    for (guint i = 0; i < edges->len && shown_count < EDGES_SHOWN_MAX; i++) {
      const HdWaitEdge *edge = &g_array_index(edges, HdWaitEdge, i);
      gboolean in_cycle = cycle && g_hash_table_contains(cycle, edge);
      if (in_cycle != (pass == 0)) continue;
      g_autofree char *line = hd_describe_edge_markup(model, edge, at_ns);
      g_string_append_printf(markup, "\n%s%s", in_cycle ? "↻  " : cycle ? "     " : "", line);
      shown_count++;
    }
  }
  if (edges->len > EDGES_SHOWN_MAX) g_string_append_printf(markup, "\n%u edges in all", edges->len);
  return g_string_free(markup, FALSE);
}

typedef struct {
  HdViewState *state;
  guint timer;
} GraphPanel;

static void graph_panel_free(GraphPanel *panel) {
  g_clear_handle_id(&panel->timer, g_source_remove);
  g_object_unref(panel->state);
  g_free(panel);
}

static gboolean refresh(gpointer label) {
  GraphPanel *panel = g_object_get_data(G_OBJECT(label), "panel");
  panel->timer = 0;
  if (!gtk_widget_get_mapped(label)) return G_SOURCE_REMOVE;
  g_autofree char *markup = graph_markup(hd_view_state_model(panel->state), hd_view_state_cursor_ns(panel->state));
  gtk_label_set_markup(label, markup);
  return G_SOURCE_REMOVE;
}

/* The cursor moves with every motion of the pointer; the graph follows a little later. */
static void refresh_soon(GtkWidget *label) {
  GraphPanel *panel = g_object_get_data(G_OBJECT(label), "panel");
  if (!panel->timer) panel->timer = g_timeout_add(60, refresh, label);
}

GtkWidget *hd_graph_panel_new(HdViewState *state) {
  GtkWidget *label = hd_link_label_new(state);
  gtk_widget_add_css_class(label, "panel-page");
  gtk_widget_set_valign(label, GTK_ALIGN_START);
  GraphPanel *panel = g_new0(GraphPanel, 1);
  panel->state = g_object_ref(state);
  g_object_set_data_full(G_OBJECT(label), "panel", panel, (GDestroyNotify)graph_panel_free);
  g_signal_connect_object(state, "cursor", G_CALLBACK(refresh_soon), label, G_CONNECT_SWAPPED);
  g_signal_connect_object(state, "selection", G_CALLBACK(refresh_soon), label, G_CONNECT_SWAPPED);
  g_signal_connect_object(state, "range", G_CALLBACK(refresh_soon), label, G_CONNECT_SWAPPED);
  g_signal_connect(label, "map", G_CALLBACK(refresh_soon), NULL);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), label);
  return scroller;
}
