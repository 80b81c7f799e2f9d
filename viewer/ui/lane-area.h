/* One pane of the timeline (actors or objects): names on the left, times on the right, scrolled up and down by a GtkScrolledWindow.
 *
 * A frame only appends render nodes that are kept: workers paint tiles (tiles.h), each is wrapped once, a name is painted once. What moves
 * (cursor, selection, hover) is the overlay's. */
#pragma once
#include "scene.h"

G_BEGIN_DECLS

#define HD_LANE_AREA_MIN_PX 48

#define HD_TYPE_LANE_AREA (hd_lane_area_get_type())
G_DECLARE_FINAL_TYPE(HdLaneArea, hd_lane_area, HD, LANE_AREA, GtkWidget)

/* The scene must outlive the area. */
GtkWidget *hd_lane_area_new(HdScene *scene, HdPane pane);
/* The scene's source was renewed or is about to go: gives up tiles and names (waits for the workers). Tiles come back at the next frame. */
void hd_lane_area_forget(HdLaneArea *area);
/* Rows were folded, sorted or raised. */
void hd_lane_area_rows_changed(HdLaneArea *area);
/* Scrolls until a row is in sight. */
void hd_lane_area_scroll_to(HdLaneArea *area, const HdRow *row);
void hd_lane_area_scroll_by(HdLaneArea *area, double by_px);
double hd_lane_area_scroll_px(HdLaneArea *area);
/* The row at y of the widget, NULL below the last. */
const HdRow *hd_lane_area_row_at(HdLaneArea *area, double y_px);
/* Everything in sight is painted. */
gboolean hd_lane_area_complete(HdLaneArea *area);

G_END_DECLS
