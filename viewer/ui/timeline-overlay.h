/* What moves over the lanes: cursor, selection, hover, arrows of the finding on show, a measured span, and the card of words at the
 * pointer. It lies over minimap, ruler and both panes, takes no events, and redraws without redrawing them. */
#pragma once
#include "lane-area.h"

G_BEGIN_DECLS

#define HD_TYPE_TIMELINE_OVERLAY (hd_timeline_overlay_get_type())
G_DECLARE_FINAL_TYPE(HdTimelineOverlay, hd_timeline_overlay, HD, TIMELINE_OVERLAY, GtkWidget)

/* ruler and panes must be in the same window; all borrowed. */
GtkWidget *hd_timeline_overlay_new(HdScene *scene, GtkWidget *ruler, HdLaneArea *panes[HD_PANE_COUNT]);
/* The scene's hover changed: takes up the words to say, NULL for none. */
void hd_timeline_overlay_say(HdTimelineOverlay *overlay, const char *words);
/* The pointer moved, and the words are the same. */
void hd_timeline_overlay_move(HdTimelineOverlay *overlay);
/* The words at the pointer now, NULL for none; for tests and assistive technology. */
const char *hd_timeline_overlay_words(HdTimelineOverlay *overlay);

G_END_DECLS
