/* The minimap: all actors together over a stretch of time; twice, since the view is often a pixel wide in the first: the whole
 * recording, and under it a strip that shows fifty times the view's length around it. Each bar: how many actors were busy, and how much of
 * it was waiting for somebody. Any thread; an overview is immutable once made.
 */
#pragma once
#include "display.h"

G_BEGIN_DECLS

typedef struct {
  float life; /* 0..1: how many live, of the most that lived at a time */
  float busy; /* 0..1: part of it that runs, or wants something */
  float tall; /* 0..1: part of it in waits that somebody is to blame for; never 0 when there was one */
} HdOverviewBar;

typedef struct {
  HdView view;
  GArray *bars; /* of HdOverviewBar, one every HD_OVERVIEW_BAR_PX */
} HdOverview;
#define HD_OVERVIEW_BAR_PX 4
#define HD_OVERVIEW_HEIGHT_PX 45

HdOverview *hd_overview_new(const HdSource *source, const HdView *view);
void hd_overview_free(HdOverview *overview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdOverview, hd_overview_free)

/* The whole recording on width_px; the stretch around a view (fifty times its length, within the recording). */
HdView hd_overview_whole(const HdModel *model, int width_px);
HdView hd_overview_around(const HdModel *model, const HdView *view, int width_px);

/* Paints a strip of height_px with the window of the view on it; flags: with the findings' ticks (clusters with their count). */
void hd_paint_overview(cairo_t *cr, const HdTheme *theme, const HdSource *source, const HdOverview *overview, const HdView *view,
                       gboolean flags, double x, double y, double height_px);
G_END_DECLS
