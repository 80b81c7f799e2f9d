#include "shape.h"
#include <glib.h>

void hd_rounded(cairo_t *cr, double x, double y, double width, double height, double radius_px) {
  double radius = MIN(radius_px, MIN(width, height) / 2);
  if (radius < 0.5) {
    cairo_rectangle(cr, x, y, width, height);
    return;
  }
  cairo_new_sub_path(cr);
  cairo_arc(cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc(cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
  cairo_arc(cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
  cairo_arc(cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path(cr);
}

void hd_fold_mark(cairo_t *cr, double x, double y, int opened) {
  cairo_save(cr);
  cairo_translate(cr, x, y);
  if (opened) cairo_rotate(cr, G_PI_2);
  cairo_move_to(cr, -2.5, -4);
  cairo_line_to(cr, 3, 0);
  cairo_line_to(cr, -2.5, 4);
  cairo_close_path(cr);
  cairo_restore(cr);
}
