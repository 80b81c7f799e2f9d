/* The table of contended objects, most lost time first; a click leads to the object's lane. */
#pragma once
#include <gtk/gtk.h>
#include "view-state.h"

G_BEGIN_DECLS

GtkWidget *hd_contention_panel_new(HdViewState *state);

G_END_DECLS
