#include "ruler.h"
#include "flags.h"
#include "text.h"
#include <math.h>
#include <time.h>

enum { SECOND_NS = 1000000000 };

HdTicks hd_ticks(const HdView *view, double apart_px) {
  static const gint64 long_s[] = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000, 86400};
  gint64 least_ns = MAX((gint64)ceil(apart_px * view->ns_per_px), 1), step_ns = 1;
  if (least_ns > SECOND_NS / 2) {
    guint i = 0;
    while (i + 1 < G_N_ELEMENTS(long_s) && long_s[i] * SECOND_NS < least_ns) i++;
    step_ns = long_s[i] * SECOND_NS;
    while (step_ns < least_ns) step_ns *= 2;
  } else {
    gint64 power = 1;
    while (power * 5 < least_ns) power *= 10;
    step_ns = power >= least_ns ? power : power * 2 >= least_ns ? power * 2 : power * 5;
  }
  gint64 first_ns = view->from_ns >= 0 ? (view->from_ns + step_ns - 1) / step_ns * step_ns : -(-view->from_ns / step_ns) * step_ns;
  return (HdTicks){first_ns, step_ns, step_ns % 5 == 0 ? step_ns / 5 : step_ns % 4 == 0 ? step_ns / 4 : step_ns};
}

/* The fraction of a second, as many digits as the step needs, in groups of three. */
static void append_fraction(GString *words, gint64 fraction_ns, gint64 step_ns) {
  int digits = 0;
  for (gint64 unit_ns = SECOND_NS; digits < 9 && step_ns % unit_ns != 0; unit_ns /= 10) digits++;
  if (digits == 0) return;
  char all[16];
  g_snprintf(all, sizeof all, "%09" G_GINT64_FORMAT, fraction_ns);
  g_string_append_c(words, '.');
  for (int i = 0; i < digits; i++) {
    if (i && i % 3 == 0) g_string_append_c(words, ' ');
    g_string_append_c(words, all[i]);
  }
}

char *hd_format_time(gint64 at_ns, gint64 step_ns) {
  GString *words = g_string_new(at_ns < 0 ? "−" : "");
  gint64 seconds = ABS(at_ns) / SECOND_NS, fraction_ns = ABS(at_ns) % SECOND_NS;
  gboolean clock = seconds >= 60;
  if (seconds >= 3600)
    g_string_append_printf(words, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
  else if (clock)
    g_string_append_printf(words, "%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
  else
    g_string_append_printf(words, "%d", (int)seconds);
  append_fraction(words, fraction_ns, step_ns);
  if (!clock) g_string_append(words, " s");
  return g_string_free(words, FALSE);
}

char *hd_format_wall_time(gint64 at_ns, gint64 step_ns, gint64 started_realtime_ns) {
  if (!started_realtime_ns) return hd_format_time(at_ns, step_ns);
  gint64 wall_ns = started_realtime_ns + at_ns;
  time_t seconds = (time_t)(wall_ns / SECOND_NS);
  struct tm parts;
  if (!localtime_r(&seconds, &parts)) return hd_format_time(at_ns, step_ns);
  GString *words = g_string_new(NULL);
  g_string_append_printf(words, "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec);
  append_fraction(words, wall_ns % SECOND_NS, step_ns);
  return g_string_free(words, FALSE);
}

void hd_paint_ruler(cairo_t *cr, const HdTheme *theme, const HdSource *source, const HdView *view, gboolean wall_clock, double x,
                    double y) {
  hd_set_colour(cr, theme->head, 1);
  cairo_rectangle(cr, x, y, view->width_px, HD_RULER_HEIGHT_PX);
  cairo_fill(cr);
  gint64 realtime_ns = wall_clock && source->model->info ? source->model->info->started_realtime_ns : 0;
  HdTicks ticks = hd_ticks(view, HD_TICK_APART_PX);
  HdTextStyle style = {.size_px = 10.5};
  cairo_save(cr);
  cairo_rectangle(cr, x, y, view->width_px, HD_RULER_HEIGHT_PX + 1);
  cairo_clip(cr);
  for (gint64 at_ns = ticks.first_ns - ticks.step_ns; at_ns < hd_view_end_ns(view); at_ns += ticks.minor_step_ns) {
    if (at_ns < 0) continue;
    gboolean major = at_ns % ticks.step_ns == 0;
    double tick_x = x + round(hd_view_x(view, at_ns));
    hd_set_colour(cr, theme->dim, major ? 1 : 0.4);
    cairo_rectangle(cr, tick_x, y + HD_RULER_HEIGHT_PX - (major ? 6 : 3), 1, major ? 6 : 3);
    cairo_fill(cr);
    if (!major) continue;
    g_autofree char *words = realtime_ns ? hd_format_wall_time(at_ns, ticks.step_ns, realtime_ns) : hd_format_time(at_ns, ticks.step_ns);
    if (tick_x + 4 >= x) hd_draw_text(cr, &style, theme->dim, tick_x + 4, y + 15, words); /* half a number misleads */
  }
  hd_paint_flags(cr, theme, source, view, HD_FLAG_DOWN, x, y);
  hd_set_colour(cr, theme->line, 1);
  cairo_rectangle(cr, x, y + HD_RULER_HEIGHT_PX - 1, view->width_px, 1);
  cairo_fill(cr);
  cairo_restore(cr);
}
