#include "legend.h"
#include "appearance.h"
#include "paint.h"

#define LEGEND_WIDTH_PX 320

static void draw(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer document) {
  const HdLod *lod = hd_document_source(document).lod;
  /* The height was chosen for the scale. */
  double scale = height / (hd_paint_legend(NULL, &hd_themes[HD_THEME_LIGHT], lod, 0, 0, LEGEND_WIDTH_PX) + 1);
  cairo_scale(cr, scale, scale);
  hd_paint_legend(cr, &hd_themes[hd_appearance_theme()], lod, 0, 0, width / scale);
}

GtkWidget *hd_legend_new(HdDocument *document, double scale) {
  GtkWidget *area = gtk_drawing_area_new();
  double height = hd_paint_legend(NULL, &hd_themes[HD_THEME_LIGHT], hd_document_source(document).lod, 0, 0, LEGEND_WIDTH_PX);
  gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(area), (int)((height + 1) * scale));
  gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(area), draw, g_object_ref(document), g_object_unref);
  gtk_widget_add_css_class(area, "legend");
  gtk_accessible_update_property(GTK_ACCESSIBLE(area), GTK_ACCESSIBLE_PROPERTY_LABEL, "Legend of the states", -1);
  hd_appearance_follow(area);
  return area;
}
