#include "lane-area.h"
#include "paint.h"
#include "text.h"
#include "tile-nodes.h"
#include <math.h>

#define TILE_CACHE_BYTES (96u << 20)
#define ROW_SCROLL_STEP_PX 26

struct _HdLaneArea {
  GtkWidget parent;
  HdScene *scene;
  HdPane pane;
  HdTiles *tiles;
  guint16 emphasis;    /* of the cited waits, in keys */
  GArray *emphasis_of; /* the scene's cited, for which emphasis was got */
  HdTileNodes *nodes;
  GHashTable *names;            /* HdRowId * -> GskRenderNode of the row's name */
  int names_px;                 /* for which they were painted */
  gboolean missing;             /* the last picture had not all of its tiles */
  GtkAdjustment *adjustment[2]; /* horizontal (unused), vertical */
  GtkScrollablePolicy policy[2];
};

enum { PROPERTY_HADJUSTMENT = 1, PROPERTY_VADJUSTMENT, PROPERTY_HSCROLL_POLICY, PROPERTY_VSCROLL_POLICY };

G_DEFINE_TYPE_WITH_CODE(HdLaneArea, hd_lane_area, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE(GTK_TYPE_SCROLLABLE, NULL))

/* Workers call this; the widget is redrawn in the main thread. */
static gboolean redraw(gpointer area) {
  gtk_widget_queue_draw(area);
  return G_SOURCE_REMOVE;
}

static void tiles_ready(gpointer area) { g_idle_add_full(G_PRIORITY_DEFAULT, redraw, g_object_ref(area), g_object_unref); }

static void need_tiles(HdLaneArea *area) {
  if (!area->tiles) {
    area->tiles = hd_tiles_new(&area->scene->source, TILE_CACHE_BYTES, 1, tiles_ready, area);
    g_clear_pointer(&area->emphasis_of, g_array_unref);
  }
  if (area->emphasis_of == area->scene->cited) return;
  g_clear_pointer(&area->emphasis_of, g_array_unref);
  area->emphasis_of = g_array_ref(area->scene->cited);
  area->emphasis = hd_tiles_cite(area->tiles, (const guint32 *)area->scene->cited->data, area->scene->cited->len);
}

static void append_name(HdLaneArea *area, GtkSnapshot *snapshot, const HdRow *row, double y) {
  GskRenderNode *node = g_hash_table_lookup(area->names, &row->id);
  if (!node) {
    graphene_rect_t bounds = GRAPHENE_RECT_INIT(0, 0, area->scene->names_px, row->height_px);
    node = gsk_cairo_node_new(&bounds);
    cairo_t *cr = gsk_cairo_node_get_draw_context(node);
    hd_paint_label(cr, hd_scene_theme(), row, 0, 0, area->scene->names_px);
    cairo_destroy(cr);
    g_hash_table_insert(area->names, g_memdup2(&row->id, sizeof row->id), node);
  }
  gtk_snapshot_save(snapshot);
  gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(0, y));
  gtk_snapshot_append_node(snapshot, node);
  gtk_snapshot_restore(snapshot);
}

/* A tile at its place; while it is being painted, what another zoom has of that place, stretched. */
static void append_tile(HdLaneArea *area, GtkSnapshot *snapshot, const HdTileKey *key, const HdRow *row, double x, double y) {
  GskRenderNode *node = NULL;
  cairo_surface_t *surface = hd_tiles_get(area->tiles, key, row);
  gtk_snapshot_save(snapshot);
  gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(x, y));
  if (surface) {
    node = hd_tile_nodes_get(area->nodes, key, surface);
    gtk_snapshot_append_node(snapshot, node);
  } else {
    HdTileKey found;
    area->missing = TRUE;
    surface = hd_tiles_near(area->tiles, key, &found);
    if (surface) {
      double ns_per_px = hd_zoom_ns_per_px(key->zoom), found_ns_per_px = hd_zoom_ns_per_px(found.zoom);
      double begin_px = found.x * HD_TILE_WIDTH_PX * (found_ns_per_px / ns_per_px) - key->x * (double)HD_TILE_WIDTH_PX;
      gtk_snapshot_push_clip(snapshot, &GRAPHENE_RECT_INIT(0, 0, HD_TILE_WIDTH_PX, row->height_px));
      gtk_snapshot_translate(snapshot, &GRAPHENE_POINT_INIT(begin_px, 0));
      gtk_snapshot_scale(snapshot, found_ns_per_px / ns_per_px, 1);
      gtk_snapshot_append_node(snapshot, hd_tile_nodes_get(area->nodes, &found, surface));
      gtk_snapshot_pop(snapshot);
    }
  }
  gtk_snapshot_restore(snapshot);
}

static void append_times(HdLaneArea *area, GtkSnapshot *snapshot, const HdRow *row, double y) {
  HdScene *scene = area->scene;
  HdView view = hd_view_state_view(scene->state);
  int zoom = hd_zoom_nearest(view.ns_per_px);
  double from_px = round(view.from_ns / view.ns_per_px);
  gint64 last = MIN((gint64)((from_px + view.width_px) / HD_TILE_WIDTH_PX),
                    (gint64)(scene->source.model->duration_ns / view.ns_per_px / HD_TILE_WIDTH_PX));
  for (gint64 x = (gint64)(from_px / HD_TILE_WIDTH_PX); x <= last; x++) {
    HdTileKey key = {row->id,       x, zoom, row->height_px, hd_appearance_theme(), gtk_widget_get_scale_factor(GTK_WIDGET(area)),
                     area->emphasis};
    append_tile(area, snapshot, &key, row, scene->names_px + x * (double)HD_TILE_WIDTH_PX - from_px, y);
  }
}

/* The words of boxes that the view cuts. */
static void paint_edges(HdLaneArea *area, cairo_t *cr, const HdRow *row, double y) {
  HdScene *scene = area->scene;
  HdView view = hd_view_state_view(scene->state);
  HdTextStyle style = hd_box_text_style(row);
  HdDisplayOptions options = {TRUE, (const guint32 *)scene->cited->data, scene->cited->len, hd_measure_text, &style};
  g_autoptr(HdDisplayList) list = hd_display_list_new();
  hd_tiles_edge_list(list, &scene->source, row, &view, &options);
  if (list->boxes->len) hd_paint_list(cr, hd_scene_theme(), list, row, scene->names_px, y);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  HdLaneArea *area = HD_LANE_AREA(widget);
  HdScene *scene = area->scene;
  const HdTheme *theme = hd_scene_theme();
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  double scroll = round(hd_lane_area_scroll_px(area));
  HdView view = hd_view_state_view(scene->state);
  guint count;
  const HdRow *rows = hd_lanes_rows(scene->lanes, area->pane, &count);
  const HdRow *first = hd_lanes_row_at(scene->lanes, area->pane, scroll), *selected = hd_scene_selected_row(scene);
  const HdRow *end = first ? first : rows + count;
  while (end < rows + count && end->y_px < scroll + height) end++;
  if (!first) first = end;
  if (area->names_px != scene->names_px) g_hash_table_remove_all(area->names);
  area->names_px = scene->names_px;

  need_tiles(area);
  area->missing = FALSE;
  hd_tiles_begin_frame(area->tiles);
  hd_tile_nodes_begin_frame(area->nodes, hd_renderer_wants_textures(widget));
  graphene_rect_t bounds = GRAPHENE_RECT_INIT(0, 0, width, height),
                  times = GRAPHENE_RECT_INIT(scene->names_px, 0, MAX(width - scene->names_px, 0), height);
  gtk_snapshot_push_clip(snapshot, &bounds);
  cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &bounds);
  hd_set_colour(cr, theme->background, 1);
  cairo_paint(cr);
  for (const HdRow *row = first; row < end; row++) {
    hd_paint_row_background(cr, theme, row, NULL, row == selected, 0, row->y_px - scroll, scene->names_px);
    hd_paint_row_background(cr, theme, row, &view, row == selected, scene->names_px, row->y_px - scroll, width - scene->names_px);
  }
  cairo_destroy(cr);
  for (const HdRow *row = first; row < end; row++) append_name(area, snapshot, row, row->y_px - scroll);
  gtk_snapshot_push_clip(snapshot, &times);
  for (const HdRow *row = first; row < end; row++)
    if (row->kind != HD_ROW_PROCESS || !row->opened) append_times(area, snapshot, row, row->y_px - scroll);
  cr = gtk_snapshot_append_cairo(snapshot, &times);
  for (const HdRow *row = first; row < end; row++) {
    hd_paint_note(cr, theme, row, scene->names_px, row->y_px - scroll, width - scene->names_px);
    paint_edges(area, cr, row, row->y_px - scroll);
  }
  cairo_destroy(cr);
  gtk_snapshot_pop(snapshot);
  gtk_snapshot_pop(snapshot);
  hd_tiles_end_frame(area->tiles);
}

static void configure(HdLaneArea *area) {
  if (!area->scene) return; /* being constructed */
  int height = gtk_widget_get_height(GTK_WIDGET(area)), upper = hd_lanes_height_px(area->scene->lanes, area->pane);
  GtkAdjustment *vertical = area->adjustment[1];
  if (vertical) {
    double value = CLAMP(gtk_adjustment_get_value(vertical), 0, MAX(upper - height, 0));
    gtk_adjustment_configure(vertical, value, 0, MAX(upper, height), ROW_SCROLL_STEP_PX, height * 0.9, height);
  }
  if (area->adjustment[0]) gtk_adjustment_configure(area->adjustment[0], 0, 0, 1, 1, 1, 1);
}

static void size_allocate(GtkWidget *widget, int width, int height, int baseline) { configure(HD_LANE_AREA(widget)); }

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                    int *natural_baseline) {
  HdLaneArea *area = HD_LANE_AREA(widget);
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HD_LANE_AREA_MIN_PX : HD_NAMES_NARROW_PX + 100;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? MAX(*minimum, hd_lanes_height_px(area->scene->lanes, area->pane)) : 900;
}

static void set_adjustment(HdLaneArea *area, guint which, GtkAdjustment *adjustment) {
  if (adjustment && area->adjustment[which] == adjustment) return;
  if (area->adjustment[which]) g_signal_handlers_disconnect_by_data(area->adjustment[which], area);
  g_autoptr(GtkAdjustment) fresh = g_object_ref_sink(adjustment ? adjustment : gtk_adjustment_new(0, 0, 0, 0, 0, 0));
  g_set_object(&area->adjustment[which], fresh);
  g_signal_connect_swapped(fresh, "value-changed", G_CALLBACK(gtk_widget_queue_draw), area);
  configure(area);
}

static void set_property(GObject *object, guint property, const GValue *value, GParamSpec *spec) {
  HdLaneArea *area = HD_LANE_AREA(object);
  if (property <= PROPERTY_VADJUSTMENT)
    set_adjustment(area, property - PROPERTY_HADJUSTMENT, g_value_get_object(value));
  else
    area->policy[property - PROPERTY_HSCROLL_POLICY] = g_value_get_enum(value);
}

static void get_property(GObject *object, guint property, GValue *value, GParamSpec *spec) {
  HdLaneArea *area = HD_LANE_AREA(object);
  if (property <= PROPERTY_VADJUSTMENT)
    g_value_set_object(value, area->adjustment[property - PROPERTY_HADJUSTMENT]);
  else
    g_value_set_enum(value, area->policy[property - PROPERTY_HSCROLL_POLICY]);
}

static void dispose(GObject *object) {
  HdLaneArea *area = HD_LANE_AREA(object);
  hd_lane_area_forget(area);
  for (guint i = 0; i < 2; i++) {
    if (area->adjustment[i]) g_signal_handlers_disconnect_by_data(area->adjustment[i], area);
    g_clear_object(&area->adjustment[i]);
  }
  G_OBJECT_CLASS(hd_lane_area_parent_class)->dispose(object);
}

static void finalize(GObject *object) {
  HdLaneArea *area = HD_LANE_AREA(object);
  g_clear_pointer(&area->nodes, hd_tile_nodes_free);
  g_hash_table_unref(area->names);
  G_OBJECT_CLASS(hd_lane_area_parent_class)->finalize(object);
}

static void hd_lane_area_class_init(HdLaneAreaClass *class) {
  GObjectClass *object_class = G_OBJECT_CLASS(class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->dispose = dispose;
  object_class->finalize = finalize;
  widget_class->snapshot = snapshot;
  widget_class->measure = measure;
  widget_class->size_allocate = size_allocate;
  g_object_class_override_property(object_class, PROPERTY_HADJUSTMENT, "hadjustment");
  g_object_class_override_property(object_class, PROPERTY_VADJUSTMENT, "vadjustment");
  g_object_class_override_property(object_class, PROPERTY_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property(object_class, PROPERTY_VSCROLL_POLICY, "vscroll-policy");
  gtk_widget_class_set_css_name(widget_class, "lanes");
}

static void forget_names(HdLaneArea *area) {
  g_hash_table_remove_all(area->names);
  gtk_widget_queue_draw(GTK_WIDGET(area));
}

static void hd_lane_area_init(HdLaneArea *area) {
  area->names = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)gsk_render_node_unref);
  area->nodes = hd_tile_nodes_new();
  g_signal_connect_object(gtk_settings_get_default(), "notify::gtk-application-prefer-dark-theme", G_CALLBACK(forget_names), area,
                          G_CONNECT_SWAPPED);
}

GtkWidget *hd_lane_area_new(HdScene *scene, HdPane pane) {
  HdLaneArea *area = g_object_new(HD_TYPE_LANE_AREA, NULL);
  area->scene = scene;
  area->pane = pane;
  return GTK_WIDGET(area);
}

void hd_lane_area_forget(HdLaneArea *area) {
  g_clear_pointer(&area->tiles, hd_tiles_free);
  g_clear_pointer(&area->emphasis_of, g_array_unref);
  hd_tile_nodes_clear(area->nodes);
  g_hash_table_remove_all(area->names);
}

void hd_lane_area_rows_changed(HdLaneArea *area) {
  g_hash_table_remove_all(area->names);
  configure(area);
  gtk_widget_queue_resize(GTK_WIDGET(area));
  gtk_widget_queue_draw(GTK_WIDGET(area));
}

double hd_lane_area_scroll_px(HdLaneArea *area) { return area->adjustment[1] ? gtk_adjustment_get_value(area->adjustment[1]) : 0; }

void hd_lane_area_scroll_by(HdLaneArea *area, double by_px) {
  if (area->adjustment[1]) gtk_adjustment_set_value(area->adjustment[1], gtk_adjustment_get_value(area->adjustment[1]) + by_px);
}

void hd_lane_area_scroll_to(HdLaneArea *area, const HdRow *row) {
  if (area->adjustment[1]) gtk_adjustment_clamp_page(area->adjustment[1], row->y_px - row->height_px, row->y_px + 2 * row->height_px);
}

const HdRow *hd_lane_area_row_at(HdLaneArea *area, double y_px) {
  return hd_lanes_row_at(area->scene->lanes, area->pane, y_px + round(hd_lane_area_scroll_px(area)));
}

gboolean hd_lane_area_complete(HdLaneArea *area) { return !area->missing && (!area->tiles || hd_tiles_complete(area->tiles)); }
