#include "measure.h"
#include <time.h>

#define ZOOM_COUNT 5
#define ZOOM_APART_STEPS 14 /* a factor of eleven */
#define FRAME_COUNT 20
#define PAN_PX 7
#define TURN_MS 2

typedef struct {
  HdWindow *window;
  gint64 started_us;
  gboolean first_seen;
  gboolean moved; /* this frame shows another part than the last one */
  guint zoom;     /* of ZOOM_COUNT */
  int frame;      /* of FRAME_COUNT; −1 before the first */
  double begin_ms;
  double turn_ms;    /* when the main loop last took a turn */
  double longest_ms; /* between two turns: how long a hand had to wait for an answer */
  guint turn_timer;
  double cost_ms[FRAME_COUNT];
} Measure;

/* Processor time: a frame's cost shall not depend on what else the machine does. */
static double thread_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b) {
  return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static gboolean turn(gpointer user_data) {
  Measure *measure = user_data;
  double now_ms = thread_ms();
  measure->longest_ms = MAX(measure->longest_ms, now_ms - measure->turn_ms);
  measure->turn_ms = now_ms;
  return G_SOURCE_CONTINUE;
}

static void before_paint(GdkFrameClock *clock, Measure *measure) { measure->begin_ms = thread_ms(); }

static void move_on(Measure *measure, HdViewState *state) {
  gint64 middle_ns = hd_view_state_from_ns(state) + (hd_view_state_to_ns(state) - hd_view_state_from_ns(state)) / 2;
  if (measure->frame >= 0) {
    /* At the whole recording there is nothing to pan to: the frame is drawn again all the same. */
    hd_view_state_pan_px(state, measure->frame % 2 ? PAN_PX : -PAN_PX);
    g_signal_emit_by_name(state, "range");
  } else if (measure->zoom == 0) {
    hd_view_state_show_all(state);
  } else {
    hd_view_state_zoom(state, -ZOOM_APART_STEPS, middle_ns);
  }
  measure->frame++;
  measure->moved = TRUE;
}

static void after_paint(GdkFrameClock *clock, Measure *measure) {
  double cost_ms = thread_ms() - measure->begin_ms;
  HdTracePage *page = hd_window_trace_page(measure->window);
  if (!page || !gtk_widget_get_mapped(GTK_WIDGET(page)) || !hd_timeline_complete(hd_trace_page_timeline(page))) return;
  if (!measure->first_seen) {
    g_print("first_picture %.0f ms\n", (g_get_monotonic_time() - measure->started_us) / 1000.0);
    g_print("longest_turn_while_opening %.1f ms\n", measure->longest_ms);
    measure->longest_ms = 0;
    measure->first_seen = TRUE;
  }
  HdViewState *state = hd_trace_page_state(page);
  if (!hd_trace_page_is_placed(page) || !hd_document_analysis(hd_view_state_document(state))) return;
  /* Frame 0 of a zoom waits for its tiles and is not counted. */
  if (measure->moved && measure->frame > 0) measure->cost_ms[measure->frame - 1] = cost_ms;
  if (measure->frame < FRAME_COUNT) return move_on(measure, state);
  qsort(measure->cost_ms, FRAME_COUNT, sizeof *measure->cost_ms, by_size);
  g_print("frame_at_%.0f_ns_per_px %.1f ms\n", hd_view_state_ns_per_px(state), measure->cost_ms[FRAME_COUNT / 2]);
  measure->frame = -1;
  measure->moved = FALSE;
  if (++measure->zoom < ZOOM_COUNT) return;
  g_print("longest_turn %.1f ms\n", measure->longest_ms);
  g_signal_handlers_disconnect_by_data(clock, measure);
  gtk_window_destroy(GTK_WINDOW(measure->window));
}

/* The start page: the first frame, and the first that has all pictures. */
static void after_start_paint(GdkFrameClock *clock, Measure *measure) {
  HdGallery *gallery = hd_window_gallery(measure->window);
  double elapsed_ms = (g_get_monotonic_time() - measure->started_us) / 1000.0;
  if (!measure->first_seen) g_print("first_frame %.0f ms\n", elapsed_ms);
  measure->first_seen = TRUE;
  if (gallery && !hd_gallery_complete(gallery)) return;
  g_print("all_pictures %.0f ms\n", elapsed_ms);
  g_print("longest_turn %.1f ms\n", measure->longest_ms);
  g_signal_handlers_disconnect_by_data(clock, measure);
  gtk_window_destroy(GTK_WINDOW(measure->window));
}

static void measure_free(Measure *measure) {
  g_source_remove(measure->turn_timer);
  g_free(measure);
}

static gboolean keep_ticking(GtkWidget *widget, GdkFrameClock *clock, gpointer measure) { return G_SOURCE_CONTINUE; }

void hd_measure(HdWindow *window, gint64 started_us) {
  Measure *measure = g_new0(Measure, 1);
  measure->window = window;
  measure->started_us = started_us;
  measure->frame = -1;
  measure->turn_ms = thread_ms();
  measure->turn_timer = g_timeout_add_full(G_PRIORITY_HIGH, TURN_MS, turn, measure, NULL);
  gboolean recording = g_strcmp0(hd_window_page(window), "start") != 0;
  GdkFrameClock *clock = gtk_widget_get_frame_clock(GTK_WIDGET(window));
  g_signal_connect(clock, "before-paint", G_CALLBACK(before_paint), measure);
  g_signal_connect_data(clock, "after-paint", G_CALLBACK(recording ? after_paint : after_start_paint), measure, NULL, G_CONNECT_AFTER);
  gtk_widget_add_tick_callback(GTK_WIDGET(window), keep_ticking, measure, (GDestroyNotify)measure_free);
}
