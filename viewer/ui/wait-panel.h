/* The selected wait in words: how long, who held what it waited for over time, who ended it, both stacks; and the same, shorter, for an
 * interval that is no wait, a hold or an object. Every name is a link. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *hd_wait_panel_new(HdViewState *state);

G_END_DECLS
