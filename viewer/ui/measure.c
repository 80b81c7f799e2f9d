#include "measure.h"
#include <gsk/gsk.h>
#include <time.h>

#define ZOOM_COUNT 5
#define ZOOM_APART_STEPS 14 /* a factor of eleven */
#define FRAME_COUNT 20
#define PAN_PX 7
#define POLL_MS 2

typedef struct {
  HdWindow *window;
  gint64 started_us;
  GskRenderer *renderer;
  gboolean first_seen;
  guint zoom; /* of ZOOM_COUNT */
  guint frame;
  double cost_ms[FRAME_COUNT];
} Measure;

static void measure_free(Measure *measure) {
  gsk_renderer_unrealize(measure->renderer);
  g_object_unref(measure->renderer);
  g_free(measure);
}

/* Processor time: a frame's cost shall not depend on what else the machine does. */
static double thread_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

/* All that a frame costs the processor: snapshot and drawing. */
static double frame_cost_ms(Measure *measure) {
  GtkWidget *widget = GTK_WIDGET(measure->window);
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  double begin_ms = thread_ms();
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(widget);
  GtkSnapshot *snapshot = gtk_snapshot_new();
  gdk_paintable_snapshot(paintable, snapshot, width, height);
  g_autoptr(GskRenderNode) node = gtk_snapshot_free_to_node(snapshot);
  if (!node) return 0;
  g_autoptr(GdkTexture) texture = gsk_renderer_render_texture(measure->renderer, node, &GRAPHENE_RECT_INIT(0, 0, width, height));
  return thread_ms() - begin_ms;
}

static int by_size(const void *a, const void *b) {
  return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static gboolean step(gpointer user_data) {
  Measure *measure = user_data;
  HdTracePage *page = hd_window_trace_page(measure->window);
  if (!page || !hd_timeline_complete(hd_trace_page_timeline(page)) || gtk_widget_get_width(GTK_WIDGET(page)) == 0) return G_SOURCE_CONTINUE;
  if (!measure->first_seen) {
    double cost_ms = frame_cost_ms(measure);
    if (cost_ms == 0 || !hd_timeline_complete(hd_trace_page_timeline(page))) return G_SOURCE_CONTINUE;
    g_print("first_picture %.0f ms\n", (g_get_monotonic_time() - measure->started_us) / 1000.0);
    measure->first_seen = TRUE;
  }
  HdViewState *state = hd_trace_page_state(page);
  if (!hd_trace_page_is_placed(page) || !hd_document_analysis(hd_view_state_document(state))) return G_SOURCE_CONTINUE;
  gint64 middle_ns = hd_view_state_from_ns(state) + (hd_view_state_to_ns(state) - hd_view_state_from_ns(state)) / 2;
  if (measure->frame == 0) {
    if (measure->zoom == 0)
      hd_view_state_show_all(state);
    else
      hd_view_state_zoom(state, -ZOOM_APART_STEPS, middle_ns);
  } else {
    measure->cost_ms[measure->frame - 1] = frame_cost_ms(measure);
    hd_view_state_pan_px(state, measure->frame % 2 ? PAN_PX : -PAN_PX);
  }
  if (measure->frame++ < FRAME_COUNT) return G_SOURCE_CONTINUE;
  qsort(measure->cost_ms, FRAME_COUNT, sizeof *measure->cost_ms, by_size);
  g_print("frame_at_%.0f_ns_per_px %.1f ms\n", hd_view_state_ns_per_px(state), measure->cost_ms[FRAME_COUNT / 2]);
  measure->frame = 0;
  if (++measure->zoom < ZOOM_COUNT) return G_SOURCE_CONTINUE;
  gtk_window_destroy(GTK_WINDOW(measure->window));
  return G_SOURCE_REMOVE;
}

void hd_measure(HdWindow *window, gint64 started_us) {
  Measure *measure = g_new0(Measure, 1);
  measure->window = window;
  measure->started_us = started_us;
  measure->renderer = gsk_cairo_renderer_new();
  g_autoptr(GError) error = NULL;
  if (!gsk_renderer_realize(measure->renderer, NULL, &error)) g_error("%s", error->message);
  g_timeout_add_full(G_PRIORITY_DEFAULT_IDLE, POLL_MS, step, measure, (GDestroyNotify)measure_free);
}
