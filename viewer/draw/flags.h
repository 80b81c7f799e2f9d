/* Flags: where findings lie in time, on the minimap and on the ruler. Those nearer than HD_FLAG_APART_PX become one with their count.
 * Refuted findings have none. Any thread.
 */
#pragma once
#include "display.h"

G_BEGIN_DECLS

#define HD_FLAG_APART_PX 12
#define HD_FLAG_HEIGHT_PX 7

typedef enum { HD_FLAG_UP, HD_FLAG_DOWN } HdFlagWay; /* the way its tip points */

/* Paints the flags of the findings in the view with their upper border at y. Those at the ends of the whole recording are moved in, so
 * that they are whole. */
void hd_paint_flags(cairo_t *cr, const HdTheme *theme, const HdSource *source, const HdView *view, HdFlagWay way, double x, double y);
/* The finding whose flag is nearest to x in the view (index of analysis->findings); HD_NONE when none is near. */
guint32 hd_flag_at(const HdSource *source, const HdView *view, double x_px);

G_END_DECLS
