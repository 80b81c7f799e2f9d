#include "minimap.h"
#include "flags.h"
#include "overview.h"
#include "text.h"

#define STRIP_HEIGHT_PX 20
#define STRIP_TOP_PX 2
#define FLAG_REACH_PX 11

/* One of the two strips. It is made by a worker: it costs a look at every lane; until then the last one stands. */
typedef struct {
  HdOverview *overview;   /* NULL: none yet */
  gboolean making, again; /* again: the view moved meanwhile */
} Strip;

enum { WHOLE, AROUND, STRIP_COUNT };

struct _HdMinimap {
  GtkWidget parent;
  HdScene *scene;
  Strip strips[STRIP_COUNT];
  HdView dragged; /* the strip in which a drag began */
};

G_DEFINE_TYPE(HdMinimap, hd_minimap, GTK_TYPE_WIDGET)

/* What a worker makes. The document keeps the source alive. */
typedef struct {
  HdDocument *document;
  HdSource source;
  HdView view;
  guint which;
} Order;

static void order_free(Order *order) {
  g_object_unref(order->document);
  g_free(order);
}

static int times_width(HdMinimap *minimap) { return MAX(gtk_widget_get_width(GTK_WIDGET(minimap)) - minimap->scene->names_px, 1); }

static void make_in_worker(GTask *task, gpointer minimap, gpointer task_data, GCancellable *cancellable) {
  const Order *order = task_data;
  g_task_return_pointer(task, hd_overview_new(&order->source, &order->view), (GDestroyNotify)hd_overview_free);
}

static void make(HdMinimap *minimap, guint which);

static void was_made(GObject *object, GAsyncResult *result, gpointer user_data) {
  HdMinimap *minimap = HD_MINIMAP(object);
  HdOverview *overview = g_task_propagate_pointer(G_TASK(result), NULL);
  Strip *strip = &minimap->strips[((const Order *)g_task_get_task_data(G_TASK(result)))->which];
  strip->making = FALSE;
  if (!gtk_widget_get_root(GTK_WIDGET(minimap))) return hd_overview_free(overview); /* closed meanwhile */
  g_clear_pointer(&strip->overview, hd_overview_free);
  strip->overview = overview;
  gtk_widget_queue_draw(GTK_WIDGET(minimap));
  if (strip->again) make(minimap, strip - minimap->strips);
}

static void make(HdMinimap *minimap, guint which) {
  Strip *strip = &minimap->strips[which];
  strip->again = strip->making;
  if (strip->making || !gtk_widget_get_width(GTK_WIDGET(minimap))) return;
  HdView view = hd_view_state_view(minimap->scene->state);
  Order *order = g_new0(Order, 1);
  order->document = g_object_ref(hd_view_state_document(minimap->scene->state));
  order->source = minimap->scene->source;
  order->view = which == WHOLE ? hd_overview_whole(order->source.model, times_width(minimap))
                               : hd_overview_around(order->source.model, &view, times_width(minimap));
  order->which = which;
  strip->making = TRUE;
  g_autoptr(GTask) task = g_task_new(minimap, NULL, was_made, NULL);
  g_task_set_task_data(task, order, (GDestroyNotify)order_free);
  g_task_run_in_thread(task, make_in_worker);
}

static void range_changed(HdMinimap *minimap) {
  make(minimap, AROUND);
  gtk_widget_queue_draw(GTK_WIDGET(minimap));
}

gboolean hd_minimap_complete(HdMinimap *minimap) { return !minimap->strips[WHOLE].making && !minimap->strips[AROUND].making; }

static double strip_top(guint which) { return STRIP_TOP_PX + which * (STRIP_HEIGHT_PX + 2); }

static void paint_words(cairo_t *cr, const char *what, const HdOverview *overview, double scale, double y, double width) {
  g_autofree char *duration = hd_format_duration(hd_view_end_ns(&overview->view) - overview->view.from_ns);
  g_autofree char *words = g_strdup_printf("%s, %s", what, duration);
  HdTextStyle style = {MIN(11 * scale, STRIP_HEIGHT_PX - 4), HD_WEIGHT_NORMAL, HD_ALIGN_LEFT, width - 20, FALSE};
  hd_draw_text(cr, &style, hd_scene_theme()->dim, 14, y + 15, words);
}

static void snapshot(GtkWidget *widget, GtkSnapshot *snapshot) {
  static const char *const names[] = {"whole recording", "around the view"};
  HdMinimap *minimap = HD_MINIMAP(widget);
  HdScene *scene = minimap->scene;
  const HdTheme *theme = hd_scene_theme();
  HdView view = hd_view_state_view(scene->state);
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
  for (guint which = WHOLE; which < STRIP_COUNT; which++) {
    const HdOverview *overview = minimap->strips[which].overview;
    double y = strip_top(which);
    if (!minimap->strips[which].making && (!overview || overview->view.width_px != times_width(minimap))) make(minimap, which);
    if (!overview) continue;
    hd_paint_overview(cr, theme, &scene->source, overview, &view, which == WHOLE, scene->names_px, y, STRIP_HEIGHT_PX);
    paint_words(cr, names[which], overview, hd_scene_scale(scene), y, scene->names_px);
  }
  cairo_destroy(cr);
}

static void measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                    int *natural_baseline) {
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HD_OVERVIEW_HEIGHT_PX + 1 : HD_NAMES_NARROW_PX;
}

static void drag_begin(GtkGestureDrag *drag, double x, double y, HdMinimap *minimap) {
  guint which = y < strip_top(AROUND) - 1 ? WHOLE : AROUND;
  const HdOverview *overview = minimap->strips[which].overview;
  if (!overview || x < minimap->scene->names_px) {
    gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  double times_x = x - minimap->scene->names_px;
  guint32 finding = which == WHOLE && y < FLAG_REACH_PX ? hd_flag_at(&minimap->scene->source, &overview->view, times_x) : HD_NONE;
  if (finding != HD_NONE) {
    hd_view_state_show_finding(minimap->scene->state, finding);
    gtk_gesture_set_state(GTK_GESTURE(drag), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  minimap->dragged = overview->view;
  hd_view_state_centre(minimap->scene->state, hd_view_time(&minimap->dragged, times_x), HD_STEP_JUMP);
}

static void drag_update(GtkGestureDrag *drag, double by_x, double by_y, HdMinimap *minimap) {
  double x = 0, y = 0;
  gtk_gesture_drag_get_start_point(drag, &x, &y);
  hd_view_state_centre(minimap->scene->state, hd_view_time(&minimap->dragged, x + by_x - minimap->scene->names_px), HD_STEP_GESTURE);
}

static void dispose(GObject *object) {
  HdMinimap *minimap = HD_MINIMAP(object);
  for (guint which = WHOLE; which < STRIP_COUNT; which++) g_clear_pointer(&minimap->strips[which].overview, hd_overview_free);
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
