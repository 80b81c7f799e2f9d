/* What the painters of display lists share. */
#pragma once
#include "paint.h"

/* Charts lie under everything, nested holds on the holds and under their words, the rest on top. */
void hd_paint_charts(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y);
void hd_paint_nested(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y);
void hd_paint_work(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y);
/* Whose turn it is; the signs of schedules and of waits' ends, on top. */
void hd_paint_turns(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y);
void hd_paint_signs(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y);
/* The sign of an access of a shared variable: whose it is by shape and colour, filled when it wrote, crossed out when that was lost. */
void hd_paint_access_sign(cairo_t *cr, const HdTheme *theme, guint line, gboolean writes, gboolean lost, double middle_x, double middle_y,
                          double size_px);
