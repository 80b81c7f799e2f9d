/* The small picture of a demonstration: of fixed size, for a light or a dark window, read by a worker while the window is on the screen
 * already. A demonstration without a picture has an empty frame. */
#pragma once
#include "catalog.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

enum { HD_DEMO_PICTURE_WIDTH_PX = 288, HD_DEMO_PICTURE_HEIGHT_PX = 162 };

#define HD_TYPE_DEMO_PICTURE (hd_demo_picture_get_type())
G_DECLARE_FINAL_TYPE(HdDemoPicture, hd_demo_picture, HD, DEMO_PICTURE, GtkWidget)

/* The catalog must outlive the widget. */
GtkWidget *hd_demo_picture_new(const HdCatalog *catalog, const HdDemo *demo);
/* Its file has been read, or cannot be. */
gboolean hd_demo_picture_complete(HdDemoPicture *picture);
/* The picture is there to be seen. */
gboolean hd_demo_picture_shown(HdDemoPicture *picture);

G_END_DECLS
