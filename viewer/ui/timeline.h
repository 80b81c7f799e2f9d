/* The timeline: minimap, ruler, lanes of actors and, in a pane of their own, of objects, with all that hands do in them.
 *
 *   drag                pans; on the ruler or with Shift: measures a span
 *   wheel               lanes; Shift: time; Ctrl, or a pinch: zoom at the pointer
 *   click, double-click selects and never moves; fits what is under the pointer. On a name: opens or closes a fold
 *   border of the names  drag sets their width, double-click fits it
 *   keys                see hd_timeline_key
 */
#pragma once
#include "scene.h"

G_BEGIN_DECLS

#define HD_TYPE_TIMELINE (hd_timeline_get_type())
G_DECLARE_FINAL_TYPE(HdTimeline, hd_timeline, HD, TIMELINE, GtkWidget)

GtkWidget *hd_timeline_new(HdViewState *state);
HdScene *hd_timeline_scene(HdTimeline *timeline);
/* Letters by hardware key code, so that they lie where the hand is on any layout. FALSE: not ours. */
gboolean hd_timeline_key(HdTimeline *timeline, guint key, guint key_code, GdkModifierType modifiers);
/* Height at which nothing has to scroll. */
int hd_timeline_content_height_px(HdTimeline *timeline);
/* The words at the pointer, NULL for none. */
const char *hd_timeline_hover_words(HdTimeline *timeline);
/* Everything in sight is painted. */
gboolean hd_timeline_complete(HdTimeline *timeline);
/* Shows only lanes whose name contains the pattern; NULL or "": all. FALSE when none is left. */
gboolean hd_timeline_filter(HdTimeline *timeline, const char *pattern);

/* Width of the names, within what is sensible; as wide as the longest one. */
void hd_timeline_set_names_px(HdTimeline *timeline, int names_px);
void hd_timeline_fit_names(HdTimeline *timeline);

/* Rows were folded, pinned, hidden: takes it up. */
void hd_timeline_rows_changed(HdTimeline *timeline);

/* For timeline-input.c. */
void hd_timeline_hover_at(HdTimeline *timeline, double x, double y);
void hd_timeline_leave(HdTimeline *timeline);
/* The row at a point of the timeline and the pane it is in; NULL outside both panes. y_px, if wanted: in the row. */
const HdRow *hd_timeline_row_at(HdTimeline *timeline, double x, double y, double *y_px);
gboolean hd_timeline_on_ruler(HdTimeline *timeline, double x, double y);
gboolean hd_timeline_in_lanes(HdTimeline *timeline, double x, double y);
void hd_timeline_toggle_row(HdTimeline *timeline, const HdRow *row);
void hd_timeline_scroll_lanes(HdTimeline *timeline, double x, double y, double by_px);
void hd_timeline_redraw_overlay(HdTimeline *timeline);
void hd_timeline_add_input(HdTimeline *timeline);

G_END_DECLS
