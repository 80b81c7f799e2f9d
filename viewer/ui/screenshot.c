#include "screenshot.h"
#include <gsk/gsk.h>

gboolean hd_screenshot_save(GtkWidget *widget, const char *path, GError **error) {
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(widget);
  GtkSnapshot *snapshot = gtk_snapshot_new();
  gdk_paintable_snapshot(paintable, snapshot, width, height);
  g_autoptr(GskRenderNode) node = gtk_snapshot_free_to_node(snapshot);
  if (!node) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_PENDING, "%s: there is nothing to draw yet", path);
    return FALSE;
  }
  g_autoptr(GskRenderer) renderer = gsk_cairo_renderer_new();
  if (!gsk_renderer_realize(renderer, NULL, error)) return FALSE;
  g_autoptr(GdkTexture) texture = gsk_renderer_render_texture(renderer, node, &GRAPHENE_RECT_INIT(0, 0, width, height));
  gboolean saved = gdk_texture_save_to_png(texture, path);
  gsk_renderer_unrealize(renderer);
  if (!saved) g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: cannot be written", path);
  return saved;
}
