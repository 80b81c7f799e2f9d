/* Pictures as files. */
#include "render-private.h"
#include <cairo-pdf.h>
#include <cairo-svg.h>

gboolean hd_render_can_write(const char *path) {
  return g_str_has_suffix(path, ".png") || g_str_has_suffix(path, ".svg") || g_str_has_suffix(path, ".pdf");
}

gboolean hd_picture_write(const char *path, double width, double height, HdPicturePaint paint, gpointer user_data, GError **error) {
  cairo_surface_t *surface = NULL;
  gboolean png = g_str_has_suffix(path, ".png");
  if (png)
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
  else if (g_str_has_suffix(path, ".svg")) {
    surface = cairo_svg_surface_create(path, width, height);
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
  } else if (g_str_has_suffix(path, ".pdf"))
    surface = cairo_pdf_surface_create(path, width, height);
  if (!surface) {
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: the name must end in .png, .svg or .pdf", path);
    return FALSE;
  }
  cairo_t *cr = cairo_create(surface);
  paint(cr, user_data);
  cairo_show_page(cr);
  cairo_status_t status = cairo_status(cr);
  cairo_destroy(cr);
  if (png && status == CAIRO_STATUS_SUCCESS) status = cairo_surface_write_to_png(surface, path);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (status == CAIRO_STATUS_SUCCESS) return TRUE;
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: cannot be written: %s", path, cairo_status_to_string(status));
  return FALSE;
}
