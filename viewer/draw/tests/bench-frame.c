/* What a frame costs: CPU ms for 1920×1080 at five zooms over a model of 10 M intervals (and as many holds), as the window does it:
 * every visible row and tile anew ("all new"), with tiles from the cache ("cached": only what the window then still paints itself).
 * The last line is the measure to compare with: filling the same surface with one colour.
 * Run: build/viewer/draw/tests/bench-frame [MILLION_INTERVALS] */
#include "paint.h"
#include "ruler.h"
#include "text.h"
#include "tiles.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WIDTH_PX = 1920, HEIGHT_PX = 1080, NAMES_PX = 232, THREADS = 32, LOCKS = 4 };

static double cpu_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

/* Threads that run, wait for a lock now and then, and hold it: like a hot allocator. */
static HdModel *make_model(guint32 interval_count) {
  HdModel *model = g_new0(HdModel, 1);
  static HdLogInfo info = {.schedule_observed = TRUE};
  g_autoptr(GRand) random = g_rand_new_with_seed(1);
  guint32 each = interval_count / THREADS;
  interval_count = each * THREADS;
  model->info = &info;
  model->process_count = 1;
  model->actor_count = THREADS + 1;
  model->actors = g_new0(HdActor, model->actor_count);
  model->object_count = LOCKS;
  model->objects = g_new0(HdObject, LOCKS);
  model->intervals =
      (HdIntervals){interval_count, g_new(gint64, interval_count), g_new(guint8, interval_count), g_new(guint32, interval_count)};
  model->waits = g_new0(HdWait, interval_count / 4);
  model->holds = g_new0(HdHold, interval_count);
  model->actors[0] = (HdActor){.kind = HD_ACTOR_PROCESS, .name = "hot", .process_id = 1, .parent = HD_NONE};
  for (guint32 t = 0; t < THREADS; t++) {
    HdActor *actor = &model->actors[t + 1];
    *actor = (HdActor){.kind = HD_ACTOR_THREAD,
                       .name = g_strdup_printf("worker-%u", t + 1),
                       .routine_site = HD_NONE,
                       .interval_first = t * each,
                       .interval_count = each};
    gint64 at_ns = 0;
    for (guint32 i = t * each; i < (t + 1) * each; i++) {
      guint32 length_ns = 200 + g_rand_int_range(random, 0, 4000);
      gboolean waits = i % 2 && g_rand_int_range(random, 0, 16) == 0 && model->wait_count < interval_count / 4;
      model->intervals.begin_ns[i] = at_ns;
      model->intervals.state[i] = waits ? HD_STATE_WAIT_LOCK : i % 2 ? HD_STATE_BLOCKED : HD_STATE_RUNNING;
      model->intervals.wait[i] = waits ? model->wait_count : HD_NONE;
      if (waits)
        model->waits[model->wait_count++] = (HdWait){.actor = t + 1,
                                                     .object = i / 2 % LOCKS,
                                                     .partner = HD_NONE,
                                                     .site = HD_NONE,
                                                     .stack = HD_NONE,
                                                     .owner = HD_NONE,
                                                     .waker = HD_NONE,
                                                     .target = HD_NONE,
                                                     .begin_ns = at_ns,
                                                     .end_ns = at_ns + length_ns,
                                                     .waker_site = HD_NONE,
                                                     .state = HD_STATE_WAIT_LOCK};
      at_ns += length_ns;
    }
    actor->end_ns = at_ns;
    model->duration_ns = MAX(model->duration_ns, at_ns);
  }
  model->object_waits = g_new(guint32, model->wait_count + 1);
  guint32 filled = 0;
  for (guint32 i = 0; i < LOCKS; i++) { /* holds of a lock follow each other; its waits sorted by begin */
    HdObject *object = &model->objects[i];
    *object = (HdObject){.kind = HD_KIND_LOCK,
                         .name = g_strdup_printf("lock_%u", i),
                         .named = TRUE,
                         .process = 0,
                         .create_site = HD_NONE,
                         .wait_first = filled};
    object->hold_first = i * (interval_count / LOCKS), object->hold_count = interval_count / LOCKS;
    gint64 step_ns = model->duration_ns / object->hold_count;
    for (guint32 j = 0; j < object->hold_count; j++)
      model->holds[object->hold_first + j] = (HdHold){.object = i,
                                                      .actor = 1 + j % THREADS,
                                                      .acquire_site = HD_NONE,
                                                      .release_site = HD_NONE,
                                                      .wait = HD_NONE,
                                                      .begin_ns = j * step_ns,
                                                      .end_ns = j * step_ns + step_ns / 2,
                                                      .depth = 1};
    model->hold_count += object->hold_count;
    g_autoptr(GArray) own = g_array_new(FALSE, FALSE, sizeof(gint64) * 2);
    for (guint32 j = 0; j < model->wait_count; j++)
      if (model->waits[j].object == i) g_array_append_vals(own, (gint64[]){model->waits[j].begin_ns, j}, 1);
    int compare(const void *a, const void *b) {
      return (*(const gint64 *)a > *(const gint64 *)b) - (*(const gint64 *)a < *(const gint64 *)b);
    }
    g_array_sort(own, compare);
    for (guint j = 0; j < own->len; j++) model->object_waits[filled++] = ((const gint64 *)own->data)[2 * j + 1];
    object->wait_count = filled - object->wait_first;
  }
  return model;
}

/* One frame of the window: rows, tiles, labels, ruler. Returns when all tiles are there. */
static void draw_frame(cairo_t *cr, HdTiles *tiles, HdLanes *lanes, const HdSource *source, int zoom, gboolean wait) {
  const HdTheme *theme = &hd_themes[HD_THEME_LIGHT];
  HdView view = {(gint64)(source->model->duration_ns * 0.4), hd_zoom_ns_per_px(zoom), WIDTH_PX - NAMES_PX};
  if (view.ns_per_px * view.width_px > source->model->duration_ns) view.from_ns = 0;
  for (int pass = wait ? 0 : 1; pass < 2; pass++) {
    int top = 116;
    hd_tiles_begin_frame(tiles);
    for (int pane = 0; pane < HD_PANE_COUNT; pane++) {
      guint count;
      const HdRow *rows = hd_lanes_rows(lanes, pane, &count);
      for (guint i = 0; i < count && top + rows[i].y_px < HEIGHT_PX; i++) {
        double tile_ns = HD_TILE_WIDTH_PX * view.ns_per_px;
        for (gint64 x = (gint64)(view.from_ns / tile_ns); x * tile_ns < hd_view_end_ns(&view); x++) {
          HdTileKey key = {.row = rows[i].id, .x = x, .zoom = zoom, .height_px = rows[i].height_px, .scale = 1};
          cairo_surface_t *surface = hd_tiles_get(tiles, &key, &rows[i]);
          if (!pass || !surface) continue;
          cairo_set_source_surface(cr, surface, NAMES_PX + (x * tile_ns - view.from_ns) / view.ns_per_px, top + rows[i].y_px);
          cairo_paint(cr);
        }
        if (pass) hd_paint_label(cr, theme, &rows[i], 0, top + rows[i].y_px, NAMES_PX);
      }
      top += hd_lanes_height_px(lanes, pane);
    }
    hd_tiles_end_frame(tiles);
    if (!pass) hd_tiles_wait(tiles);
  }
  hd_paint_ruler(cr, theme, source, &view, FALSE, NAMES_PX, 92);
}

int main(int argument_count, char **arguments) {
  double millions = argument_count > 1 ? atof(arguments[1]) : 10;
  HdModel *model = make_model((guint32)(millions * 1e6));
  double began_ms = cpu_ms();
  HdLod *lod = hd_lod_new(model, NULL, NULL);
  double built_ms = cpu_ms() - began_ms;
  HdSource source = {model, NULL, lod};
  HdLanes *lanes = hd_lanes_new(&source);
  printf("%.1f M intervals, %.1f M holds, %.2f M waits: index built in %.0f ms (%.1f ns an interval or hold), %.1f MB\n",
         model->intervals.count / 1e6, model->hold_count / 1e6, model->wait_count / 1e6, built_ms,
         built_ms * 1e6 / ((double)model->intervals.count + model->hold_count), hd_lod_bytes(lod) / 1e6);
  cairo_surface_t *screen = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH_PX, HEIGHT_PX);
  cairo_t *cr = cairo_create(screen);
  int whole = hd_zoom_nearest((double)model->duration_ns / (WIDTH_PX - NAMES_PX)), nearest = hd_zoom_nearest(50);
  printf("%14s %16s %12s %12s\n", "ns per px", "view", "all new, ms", "cached, ms");
  for (int step = 0; step < 5; step++) {
    int zoom = whole + (nearest - whole) * step / 4;
    HdTiles *tiles = hd_tiles_new(&source, 256 << 20, 2, NULL, NULL);
    began_ms = cpu_ms();
    draw_frame(cr, tiles, lanes, &source, zoom, TRUE);
    double new_ms = cpu_ms() - began_ms;
    began_ms = cpu_ms();
    for (int i = 0; i < 10; i++) draw_frame(cr, tiles, lanes, &source, zoom, FALSE);
    double cached_ms = (cpu_ms() - began_ms) / 10;
    g_autofree char *length = hd_format_duration((gint64)(hd_zoom_ns_per_px(zoom) * (WIDTH_PX - NAMES_PX)));
    printf("%14.0f %16s %12.1f %12.1f\n", hd_zoom_ns_per_px(zoom), length, new_ms, cached_ms);
    hd_tiles_free(tiles);
  }
  began_ms = cpu_ms();
  for (int i = 0; i < 100; i++) {
    cairo_set_source_rgb(cr, 0, 0, i / 100.0);
    cairo_paint(cr);
  }
  printf("one solid fill, ms: %.3f\n", (cpu_ms() - began_ms) / 100);
  cairo_destroy(cr);
  cairo_surface_destroy(screen);
  hd_lanes_free(lanes);
  hd_lod_free(lod);
  return 0;
}
