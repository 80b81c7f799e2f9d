/* The table of queues and pipes: how deep, how long an item is in there, who waited. Those that make their producers wait come first. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

GtkWidget *hd_queues_panel_new(HdViewState *state);
