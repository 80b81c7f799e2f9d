/* The table of jobs: how long each was queued and ran, by whom. Those that were queued longest come first. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

GtkWidget *hd_jobs_panel_new(HdViewState *state);
