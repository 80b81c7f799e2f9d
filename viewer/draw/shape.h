/* Small paths that several painters use. */
#pragma once
#include <cairo.h>

/* A rectangle with corners of radius_px. */
void hd_rounded(cairo_t *cr, double x, double y, double width, double height, double radius_px);
/* The triangle of a header or fold, 8 px wide, its middle at (x, y); opened: pointing down. */
void hd_fold_mark(cairo_t *cr, double x, double y, int opened);
