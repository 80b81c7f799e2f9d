/* Events: all intervals of the selected actor, or all holds of the selected object, with the selected one in sight. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hd_events_panel_new(HdViewState *state);

G_END_DECLS
