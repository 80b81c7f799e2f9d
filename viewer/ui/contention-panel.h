/* The table of contended objects, most lost time first; a click leads to the object's lane. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hd_contention_panel_new(HdViewState *state);

G_END_DECLS
