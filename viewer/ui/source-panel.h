/* The code of a site: the lines of its source file around it, when the file is there and readable; else why not. Shows what
 * hd_view_state_show_site asks for. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hd_source_panel_new(HdViewState *state);

G_END_DECLS
