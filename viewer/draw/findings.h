/* The findings as cards, and the evidence of one as numbered arrows. Any thread. */
#pragma once
#include "display.h"

G_BEGIN_DECLS

/* Height of a card of width_px; painted when cr is not NULL. on: the finding on show. */
double hd_paint_card(cairo_t *cr, const HdTheme *theme, const HdFinding *finding, gboolean on, double x, double y, double width_px);
/* "occurred · 790 ms lost · 0.7 % of their time". The caller frees it. */
char *hd_finding_tag(const HdFinding *finding);
/* Sorted indices of the waits that the finding cites: guint32 array. The caller frees it. */
GArray *hd_finding_waits(const HdFinding *finding);
/* The view that shows a finding: its evidence plus 15 %, with the shortest cited wait at 20 px or more. */
HdView hd_finding_view(const HdModel *model, const HdFinding *finding, int width_px);
/* The finding's evidence over the actors' pane whose left upper corner is (x, y) (y less its scroll): the longest cited wait selected
 * and the arrow of who ended it; for a hang numbered arrows from each waiter to the one it waits for; for a lost update
 * from access to access. */
void hd_paint_evidence(cairo_t *cr, const HdTheme *theme, const HdSource *source, HdLanes *lanes, const HdFinding *finding,
                       const HdView *view, double x, double y);
/* A lost update is shown by the first accesses of its evidence: a read, another's write, the write that undoes it. */
#define HD_INTERLEAVING_LENGTH 3u
/* For a hang that is not resolved, when the view ends before it: "→ 6.8 s to the end" at the right end of the ruler at (x, y), its text
 * scaled. */
void hd_paint_to_end(cairo_t *cr, const HdTheme *theme, const HdSource *source, const HdFinding *finding, const HdView *view, double scale,
                     double x, double y);
/* TRUE for findings after which somebody waits for ever: deadlock, lost-wakeup … */
gboolean hd_finding_is_hang(const HdFinding *finding);
/* "No wait above 1 %. Observed: … Not observed: …". The caller frees it. */
char *hd_no_finding_text(const HdSource *source);

G_END_DECLS
