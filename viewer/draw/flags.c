#include "flags.h"
#include "text.h"
#include <math.h>

/* Where a finding's flag stands; FALSE: it has none here. */
static gboolean place(const HdSource *source, const HdView *view, const HdFinding *finding, double *x_px) {
  *x_px = hd_view_x(view, MIN(finding->at_ns, source->model->duration_ns));
  if (finding->grade == HD_GRADE_REFUTED || *x_px < 0 || *x_px > view->width_px) return FALSE;
  *x_px = CLAMP(*x_px, 5, MAX(view->width_px - 5, 5));
  return TRUE;
}

static void paint_flag(cairo_t *cr, HdColour colour, HdFlagWay way, double x, double y) {
  double tip = way == HD_FLAG_UP ? y : y + HD_FLAG_HEIGHT_PX, base = way == HD_FLAG_UP ? y + HD_FLAG_HEIGHT_PX : y;
  hd_set_colour(cr, colour, 1);
  cairo_move_to(cr, x, tip);
  cairo_line_to(cr, x + 5, base);
  cairo_line_to(cr, x - 5, base);
  cairo_close_path(cr);
  cairo_fill(cr);
}

void hd_paint_flags(cairo_t *cr, const HdTheme *theme, const HdSource *source, const HdView *view, HdFlagWay way, double x, double y) {
  const HdAnalysis *analysis = source->analysis;
  if (!analysis) return;
  g_autofree gboolean *done = g_new0(gboolean, analysis->finding_count + 1);
  for (guint i = 0; i < analysis->finding_count; i++) {
    double at, other;
    if (done[i] || !place(source, view, &analysis->findings[i], &at)) continue;
    guint count = 0;
    gboolean alarm = FALSE;
    for (guint j = i; j < analysis->finding_count; j++) {
      if (done[j] || !place(source, view, &analysis->findings[j], &other) || fabs(other - at) >= HD_FLAG_APART_PX) continue;
      done[j] = TRUE;
      count++;
      alarm |= analysis->findings[j].grade == HD_GRADE_OCCURRED;
    }
    HdColour colour = alarm ? theme->alarm : theme->warning;
    paint_flag(cr, colour, way, x + at, y);
    if (count == 1) continue;
    g_autofree char *words = g_strdup_printf("%u", count);
    HdTextStyle style = {.size_px = 9, .weight = HD_WEIGHT_BOLD};
    double width = hd_text_width(&style, words);
    double words_x = at + 7 + width <= view->width_px ? at + 7 : at - 7 - width;
    hd_set_colour(cr, theme->panel, 0.85); /* bars or ticks may stand behind it */
    cairo_rectangle(cr, x + words_x - 1, y - 1, width + 2, HD_FLAG_HEIGHT_PX + 2);
    cairo_fill(cr);
    hd_draw_text(cr, &style, colour, x + words_x, y + HD_FLAG_HEIGHT_PX, words);
  }
}

guint32 hd_flag_at(const HdSource *source, const HdView *view, double x_px) {
  guint32 best = HD_NONE;
  double nearest = HD_FLAG_APART_PX / 2.0 + 1, at;
  for (guint i = 0; source->analysis && i < source->analysis->finding_count; i++) {
    if (!place(source, view, &source->analysis->findings[i], &at) || fabs(at - x_px) >= nearest) continue;
    nearest = fabs(at - x_px);
    best = i;
  }
  return best;
}
