/* Events: all intervals of the selected actor, or all holds of the selected object, with the selected one in sight. */
#pragma once
#include <gtk/gtk.h>
#include "view-state.h"

G_BEGIN_DECLS

GtkWidget *hd_events_panel_new(HdViewState *state);

G_END_DECLS
