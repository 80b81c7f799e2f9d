#include "graph-panel.h"
#include "describe.h"
#include "graph.h"
#include "ruler.h"
#include "scene.h"

#define EDGES_SHOWN_MAX 200
#define FOLLOW_MS 60

/* Belongs to the widget. */
typedef struct {
  HdViewState *state;
  GtkWidget *title, *list, *picture;
  HdGraph *graph; /* NULL: nobody waits */
  guint timer;
} GraphPanel;

static void graph_panel_free(GraphPanel *panel) {
  g_clear_handle_id(&panel->timer, g_source_remove);
  g_clear_pointer(&panel->graph, hd_graph_free);
  g_object_unref(panel->state);
  g_free(panel);
}

static char *title_text(const HdGraph *graph, guint edge_count, gint64 at_ns) {
  g_autofree char *time = hd_format_time(at_ns, 1000);
  if (edge_count == 0) return g_strdup_printf("At %s nobody waits for anybody.", time);
  GString *title = g_string_new(NULL);
  g_string_append_printf(title, "At %s", time);
  if (graph->has_cycle)
    g_string_append(title, graph->lasts ? ": a cycle, none of these can go on" : ": a cycle, but not all of its waits lasted");
  if (graph->left_out_count) g_string_append_printf(title, " (%u more are in the list only)", graph->left_out_count);
  return g_string_free(title, FALSE);
}

/* The edges as sentences, those of a cycle first: for the keyboard and for those who do not see the picture. */
static char *list_markup(const HdModel *model, const GArray *edges, const HdGraph *graph, gint64 at_ns) {
  GString *markup = g_string_new(NULL);
  guint shown_count = 0;
  for (guint pass = 0; pass < 2; pass++) {
    for (guint i = 0; i < edges->len && shown_count < EDGES_SHOWN_MAX; i++) {
      if (graph->edge_in_cycle[i] != (pass == 0)) continue;
      g_autofree char *line = hd_describe_edge_markup(model, &g_array_index(edges, HdWaitEdge, i), at_ns);
      g_string_append_printf(markup, "%s%s%s", markup->len ? "\n" : "", pass == 0 ? "↻  " : "", line);
      shown_count++;
    }
  }
  if (edges->len > shown_count) g_string_append_printf(markup, "\n%u waits in all", edges->len);
  return g_string_free(markup, FALSE);
}

static gboolean refresh(gpointer widget) {
  GraphPanel *panel = g_object_get_data(G_OBJECT(widget), "panel");
  panel->timer = 0;
  if (!gtk_widget_get_mapped(widget)) return G_SOURCE_REMOVE;
  const HdModel *model = hd_view_state_model(panel->state);
  gint64 at_ns = hd_view_state_cursor_ns(panel->state);
  g_autoptr(GArray) edges = hd_wait_graph(model, at_ns);
  g_clear_pointer(&panel->graph, hd_graph_free);
  panel->graph = hd_graph_new(model, edges);
  g_autofree char *title = title_text(panel->graph, edges->len, at_ns), *markup = list_markup(model, edges, panel->graph, at_ns);
  gtk_label_set_text(GTK_LABEL(panel->title), title);
  gtk_label_set_markup(GTK_LABEL(panel->list), markup);
  gtk_widget_set_visible(panel->list, edges->len > 0);
  gtk_widget_set_visible(panel->picture, edges->len > 0);
  gtk_drawing_area_set_content_width(GTK_DRAWING_AREA(panel->picture), (int)panel->graph->width_px);
  gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(panel->picture), (int)panel->graph->height_px);
  gtk_widget_queue_draw(panel->picture);
  return G_SOURCE_REMOVE;
}

/* The cursor moves with every motion of the pointer; the graph follows a little later. */
static void refresh_soon(GtkWidget *widget) {
  GraphPanel *panel = g_object_get_data(G_OBJECT(widget), "panel");
  if (!panel->timer) panel->timer = g_timeout_add(FOLLOW_MS, refresh, widget);
}

static void draw(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data) {
  GraphPanel *panel = user_data;
  if (panel->graph) hd_paint_graph(cr, hd_scene_theme(), panel->graph, hd_view_state_selection(panel->state).actor, 0, 0);
}

static void pressed(GtkGestureClick *gesture, int press_count, double x, double y, GraphPanel *panel) {
  guint32 actor = panel->graph ? hd_graph_actor_at(panel->graph, x, y) : HD_NONE;
  if (actor == HD_NONE) return;
  g_autofree char *address = g_strdup_printf("actor:%u", actor);
  hd_link_follow(panel->state, address);
}

GtkWidget *hd_graph_panel_new(HdViewState *state) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6), *columns = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 18);
  gtk_widget_add_css_class(box, "panel-page");
  GraphPanel *panel = g_new0(GraphPanel, 1);
  panel->state = g_object_ref(state);
  g_object_set_data_full(G_OBJECT(box), "panel", panel, (GDestroyNotify)graph_panel_free);
  panel->title = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(panel->title), 0);
  gtk_label_set_wrap(GTK_LABEL(panel->title), TRUE);
  gtk_widget_add_css_class(panel->title, "heading");
  panel->picture = gtk_drawing_area_new();
  gtk_widget_set_valign(panel->picture, GTK_ALIGN_START);
  gtk_widget_set_halign(panel->picture, GTK_ALIGN_START);
  gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(panel->picture), draw, panel, NULL);
  gtk_accessible_update_property(GTK_ACCESSIBLE(panel->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 "Who waits for whom; the list says the same", -1);
  hd_appearance_follow(panel->picture);
  GtkGesture *click = gtk_gesture_click_new();
  g_signal_connect(click, "pressed", G_CALLBACK(pressed), panel);
  gtk_widget_add_controller(panel->picture, GTK_EVENT_CONTROLLER(click));
  panel->list = hd_link_label_new(state);
  gtk_widget_set_valign(panel->list, GTK_ALIGN_START);
  gtk_widget_add_css_class(panel->list, "graph-list");
  gtk_label_set_width_chars(GTK_LABEL(panel->list), 40);
  gtk_widget_set_hexpand(panel->list, TRUE);
  gtk_box_append(GTK_BOX(columns), panel->picture);
  gtk_box_append(GTK_BOX(columns), panel->list);
  gtk_box_append(GTK_BOX(box), panel->title);
  gtk_box_append(GTK_BOX(box), columns);
  g_signal_connect_object(state, "cursor", G_CALLBACK(refresh_soon), box, G_CONNECT_SWAPPED);
  g_signal_connect_object(state, "selection", G_CALLBACK(refresh_soon), box, G_CONNECT_SWAPPED);
  g_signal_connect_object(state, "range", G_CALLBACK(refresh_soon), box, G_CONNECT_SWAPPED);
  g_signal_connect(box, "map", G_CALLBACK(refresh_soon), NULL);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), box);
  return scroller;
}
