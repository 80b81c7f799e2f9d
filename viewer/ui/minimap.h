/* The minimap: the whole recording and, under it, fifty views around the view; a click or drag moves the view there, a click on a finding's
 * flag shows the finding. */
#pragma once
#include "scene.h"

G_BEGIN_DECLS

#define HD_TYPE_MINIMAP (hd_minimap_get_type())
G_DECLARE_FINAL_TYPE(HdMinimap, hd_minimap, HD, MINIMAP, GtkWidget)

/* The scene must outlive the minimap. */
GtkWidget *hd_minimap_new(HdScene *scene);
/* Nothing is being made. */
gboolean hd_minimap_complete(HdMinimap *minimap);

G_END_DECLS
