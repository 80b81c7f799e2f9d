/* The table of tasks: what each one's life was made of, the one with the longest step first. A click goes to its lane. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

GtkWidget *hd_tasks_panel_new(HdViewState *state);
