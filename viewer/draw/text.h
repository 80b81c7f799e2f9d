/* Text: one font description, one way to measure, one way to draw. Advances are whole pixels, since cairo's image surfaces place glyphs
 * on whole pixels anyway. Any thread; each has its own caches.
 */
#pragma once
#include "palette.h"
#include <pango/pangocairo.h>

G_BEGIN_DECLS

#define HD_FONT_FAMILY "Inter, Cantarell, sans-serif"

typedef enum { HD_WEIGHT_NORMAL, HD_WEIGHT_MEDIUM, HD_WEIGHT_BOLD } HdWeight;
typedef enum { HD_ALIGN_LEFT, HD_ALIGN_CENTRE, HD_ALIGN_RIGHT } HdAlign;

typedef struct {
  double size_px;
  HdWeight weight;
  HdAlign align;
  double width_px; /* 0: as wide as it is; else cut with an ellipsis in the middle */
  gboolean mono;
} HdTextStyle;

/* Draws one line whose baseline is at y. Returns its width in px. */
double hd_draw_text(cairo_t *cr, const HdTextStyle *style, HdColour colour, double x, double baseline_y, const char *text);
/* Draws a paragraph of style->width_px with its top at y, at most max_lines. Returns its height; cr NULL: only measures. */
double hd_draw_paragraph(cairo_t *cr, const HdTextStyle *style, HdColour colour, double x, double y, int max_lines, const char *text);
/* Width of one line, from cached advances: cheap. */
double hd_text_width(const HdTextStyle *style, const char *text);
/* hd_text_width as an HdMeasure; user_data is the HdTextStyle. */
double hd_measure_text(const char *text, gpointer text_style);

G_END_DECLS
