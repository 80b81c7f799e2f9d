/* The findings, first things first: a card for each with its grade, what it cost, what happened, one advice and its site; under them the
 * legend of the states. A click, or n and p, shows a finding in the timeline. */
#pragma once
#include "view-state.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

#define HD_TYPE_FINDINGS_PANEL (hd_findings_panel_get_type())
G_DECLARE_FINAL_TYPE(HdFindingsPanel, hd_findings_panel, HD, FINDINGS_PANEL, GtkBox)

GtkWidget *hd_findings_panel_new(HdViewState *state);
/* Shows the next (step 1) or previous (−1) finding of those listed, round about; FALSE when there is none. */
gboolean hd_findings_panel_step(HdFindingsPanel *panel, int step);

G_END_DECLS
