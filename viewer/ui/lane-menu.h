/* The menu of a lane (right click, Menu key or Shift+F10 on the selected one): pin on top, hide, show all again. */
#pragma once
#include "timeline.h"

G_BEGIN_DECLS

void hd_lane_menu_add(HdTimeline *timeline);
/* Opens the menu for a row at a point of the timeline. */
void hd_lane_menu_open(HdTimeline *timeline, const HdRow *row, double x, double y);

G_END_DECLS
