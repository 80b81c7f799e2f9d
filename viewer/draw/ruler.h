/* The ruler: ticks at round times, their words, and flags of findings. Any thread. */
#pragma once
#include "display.h"

G_BEGIN_DECLS

typedef struct {
  gint64 first_ns, step_ns; /* labelled ticks: first_ns + k · step_ns */
  gint64 minor_step_ns;     /* step_ns, or a divisor of it */
} HdTicks;
/* Ticks at least apart_px apart, at 1, 2 or 5 times a power of ten of the unit (or 60 s, 1 h and their parts). */
#define HD_TICK_APART_PX 96
HdTicks hd_ticks(const HdView *view, double apart_px);
/* "1.204 s": as many digits as step_ns needs. The caller frees it. */
char *hd_format_time(gint64 at_ns, gint64 step_ns);
/* Wall-clock time "14:03:07.204"; started_realtime_ns as in HdLogInfo, 0: recording time. */
char *hd_format_wall_time(gint64 at_ns, gint64 step_ns, gint64 started_realtime_ns);

#define HD_RULER_HEIGHT_PX 24
/* wall_clock: words are wall-clock time where it is known. */
void hd_paint_ruler(cairo_t *cr, const HdTheme *theme, const HdSource *source, const HdView *view, gboolean wall_clock, double x, double y);

G_END_DECLS
