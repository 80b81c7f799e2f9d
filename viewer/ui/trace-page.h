/* The page of an open recording: banner, timeline, the panels below it, the findings at its right, a demonstration's lesson at its left.
 * Under 1400 px the findings become a drawer over the timeline. */
#pragma once
#include "findings-panel.h"
#include "timeline.h"

G_BEGIN_DECLS

#define HD_TYPE_TRACE_PAGE (hd_trace_page_get_type())
G_DECLARE_FINAL_TYPE(HdTracePage, hd_trace_page, HD, TRACE_PAGE, GtkWidget)

GtkWidget *hd_trace_page_new(HdDocument *document);
HdViewState *hd_trace_page_state(HdTracePage *page);
HdTimeline *hd_trace_page_timeline(HdTracePage *page);
HdFindingsPanel *hd_trace_page_findings(HdTracePage *page);

/* It has had its first layout, and shows the first finding if there is one already. */
gboolean hd_trace_page_is_placed(HdTracePage *page);
gboolean hd_trace_page_drawer_open(HdTracePage *page);
void hd_trace_page_set_drawer_open(HdTracePage *page, gboolean open);
gboolean hd_trace_page_bottom_open(HdTracePage *page);
void hd_trace_page_set_bottom_open(HdTracePage *page, gboolean open);

/* The lesson, when the recorded program is a demonstration. */
gboolean hd_trace_page_has_lesson(HdTracePage *page);
gboolean hd_trace_page_lesson_open(HdTracePage *page);
void hd_trace_page_set_lesson_open(HdTracePage *page, gboolean open);

/* Looks for a query (search.h; or lane:PATTERN, which shows only the lanes of that name); "" ends the search. Returns what to say about it
 * ("3 of 12", why not); the caller frees it. */
char *hd_trace_page_search(HdTracePage *page, const char *query);
/* Goes to the next (1) or previous (−1) match. */
char *hd_trace_page_search_step(HdTracePage *page, int step);
/* Signals: "clear-filter", the reader wants the search entry emptied; "layout-changed", a panel was opened or closed. */

G_END_DECLS
