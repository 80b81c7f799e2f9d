/* The wait-for graph at the cursor: who waits for what and whom at that moment, one line an edge; a cycle is said first. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hd_graph_panel_new(HdViewState *state);

G_END_DECLS
