#include "legend.h"
#include "appearance.h"
#include "paint.h"

#define LEGEND_WIDTH_PX 320

static void draw(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer document) {
  hd_paint_legend(cr, &hd_themes[hd_appearance_theme()], hd_document_source(document).lod, 0, 0, width);
}

GtkWidget *hd_legend_new(HdDocument *document) {
  GtkWidget *area = gtk_drawing_area_new();
  double height = hd_paint_legend(NULL, &hd_themes[HD_THEME_LIGHT], hd_document_source(document).lod, 0, 0, LEGEND_WIDTH_PX);
  gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(area), height + 1);
  gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(area), draw, g_object_ref(document), g_object_unref);
  gtk_widget_add_css_class(area, "legend");
  gtk_accessible_update_property(GTK_ACCESSIBLE(area), GTK_ACCESSIBLE_PROPERTY_LABEL, "Legend of the states", -1);
  hd_appearance_follow(area);
  return area;
}
