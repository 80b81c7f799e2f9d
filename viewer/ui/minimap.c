#include "minimap.h"
#include "overview.h"
#include "text.h"

#define STRIP_HEIGHT_PX 20
#define STRIP_TOP_PX 2
#define AROUND_DELAY_MS 80

struct _HdMinimap {
  GtkWidget parent;
  HdScene *scene;
  HdOverview *whole, *around;
  guint around_timer;
  HdView dragged; /* the strip in which a drag began */
};

G_DEFINE_TYPE(HdMinimap, hd_minimap, GTK_TYPE_WIDGET)

static int times_width(HdMinimap *minimap) { return MAX(gtk_widget_get_width(GTK_WIDGET(minimap)) - minimap->scene->names_px, 1); }

static void make_around(HdMinimap *minimap) {
  HdView view = hd_view_state_view(minimap->scene->state);
  HdView around = hd_overview_around(minimap->scene->source.model, &view, times_width(minimap));
  g_clear_pointer(&minimap->around, hd_overview_free);
  minimap->around = hd_overview_new(&minimap->scene->source, &around);
}

/* The strip around the view costs a look at every lane: it follows a little later. */
static gboolean renew_around(gpointer user_data) {
  HdMinimap *minimap = user_data;
  minimap->around_timer = 0;
  make_around(minimap);
  gtk_widget_queue_draw(GTK_WIDGET(minimap));
  return G_SOURCE_REMOVE;
}

static void range_changed(HdMinimap *minimap) {
  if (!minimap->around_timer) minimap->around_timer = g_timeout_add(AROUND_DELAY_MS, renew_around, minimap);
  gtk_widget_queue_draw(GTK_WIDGET(minimap));
}

static void make_whole(HdMinimap *minimap) {
  HdView view = hd_overview_whole(minimap->scene->source.model, times_width(minimap));
  g_clear_pointer(&minimap->whole, hd_overview_free);
  minimap->whole = hd_overview_new(&minimap->scene->source, &view);
}

void hd_minimap_renew(HdMinimap *minimap) {
  g_clear_pointer(&minimap->whole, hd_overview_free);
  g_clear_pointer(&minimap->around, hd_overview_free);
  gtk_widget_queue_draw(GTK_WIDGET(minimap));
}

static void paint_words(cairo_t *cr, const char *what, const HdOverview *overview, double y, double width) {
  g_autofree char *duration = hd_format_duration(hd_view_end_ns(&overview->view) - overview->view.from_ns);
  g_autofree char *words = g_strdup_printf("%s, %s", what, duration);
  HdTextStyle style = {11, HD_WEIGHT_NORMAL, HD_ALIGN_LEFT, width - 20, FALSE};
  hd_draw_text(cr, &style, hd_scene_theme()->dim, 14, y + 15, words);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  HdMinimap *minimap = HD_MINIMAP(widget);
  HdScene *scene = minimap->scene;
  const HdTheme *theme = hd_scene_theme();
  HdView view = hd_view_state_view(scene->state);
  if (!minimap->whole || minimap->whole->view.width_px != times_width(minimap)) make_whole(minimap);
  if (!minimap->around) make_around(minimap);
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT(0, 0, width, height);
  cairo_t *cr = gtk_snapshot_append_cairo(snapshot, &bounds);
  cairo_rectangle(cr, 0, 0, width, height);
  cairo_clip(cr);
  hd_set_colour(cr, theme->background, 1);
  cairo_paint(cr);
  hd_set_colour(cr, theme->panel, 1);
  cairo_rectangle(cr, scene->names_px, 0, width - scene->names_px, height);
  cairo_fill(cr);
  hd_paint_overview(cr, theme, &scene->source, minimap->whole, &view, TRUE, scene->names_px, STRIP_TOP_PX, STRIP_HEIGHT_PX);
  hd_paint_overview(cr, theme, &scene->source, minimap->around, &view, FALSE, scene->names_px, STRIP_TOP_PX + STRIP_HEIGHT_PX + 2,
                    STRIP_HEIGHT_PX);
  paint_words(cr, "whole recording", minimap->whole, STRIP_TOP_PX, scene->names_px);
  paint_words(cr, "around the view", minimap->around, STRIP_TOP_PX + STRIP_HEIGHT_PX + 2, scene->names_px);
  cairo_destroy(cr);
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                    int *natural_baseline) {
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HD_OVERVIEW_HEIGHT_PX + 1 : HD_NAMES_NARROW_PX;
}

static void drag_begin(GtkGestureDrag *drag, double x, double y, HdMinimap *minimap) {
  gboolean upper = y < STRIP_TOP_PX + STRIP_HEIGHT_PX + 1;
  if (!minimap->whole || !minimap->around || x < minimap->scene->names_px) {
    gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  double times_x = x - minimap->scene->names_px;
  guint32 finding = upper && y < 10 ? hd_overview_finding_at(&minimap->scene->source, minimap->whole, times_x) : HD_NONE;
  if (finding != HD_NONE) {
    hd_view_state_show_finding(minimap->scene->state, finding);
    gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  minimap->dragged = upper ? minimap->whole->view : minimap->around->view;
  hd_view_state_centre(minimap->scene->state, hd_view_time(&minimap->dragged, times_x), HD_STEP_JUMP);
}

static void drag_update(GtkGestureDrag *drag, double by_x, double by_y, HdMinimap *minimap) {
  double x = 0, y = 0;
  gtk_gesture_drag_get_start_point(drag, &x, &y);
  hd_view_state_centre(minimap->scene->state, hd_view_time(&minimap->dragged, x + by_x - minimap->scene->names_px), HD_STEP_GESTURE);
}

static void dispose(GObject *object) {
  HdMinimap *minimap = HD_MINIMAP(object);
  g_clear_handle_id(&minimap->around_timer, g_source_remove);
  g_clear_pointer(&minimap->whole, hd_overview_free);
  g_clear_pointer(&minimap->around, hd_overview_free);
  G_OBJECT_CLASS(hd_minimap_parent_class)->dispose(object);
}

static void hd_minimap_class_init(HdMinimapClass *class) {
  G_OBJECT_CLASS(class)->dispose = dispose;
  GTK_WIDGET_CLASS(class)->snapshot = snapshot;
  GTK_WIDGET_CLASS(class)->measure = measure;
}

static void hd_minimap_init(HdMinimap *minimap) {}

GtkWidget *hd_minimap_new(HdScene *scene) {
  HdMinimap *minimap = g_object_new(HD_TYPE_MINIMAP, NULL);
  minimap->scene = scene;
  GtkGesture *drag = gtk_gesture_drag_new();
  g_signal_connect(drag, "drag-begin", G_CALLBACK(drag_begin), minimap);
  g_signal_connect(drag, "drag-update", G_CALLBACK(drag_update), minimap);
  gtk_widget_add_controller(GTK_WIDGET(minimap), GTK_EVENT_CONTROLLER(drag));
  g_signal_connect_object(scene->state, "range", G_CALLBACK(range_changed), minimap, G_CONNECT_SWAPPED);
  hd_appearance_follow(GTK_WIDGET(minimap));
  gtk_accessible_update_property(GTK_ACCESSIBLE(minimap), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 "Minimap: the whole recording, and around the view", -1);
  return GTK_WIDGET(minimap);
}
