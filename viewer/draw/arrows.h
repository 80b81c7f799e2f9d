/* Arrows between actors' lanes: who put what another got, who submitted what a worker ran, who started, awaited or cancelled whom.
 *
 * Asked for (of a wait, an item or a job that is selected or under the pointer) they are strong. Unasked they are thin, and only where so
 * few are in the view that they do not clutter it: items and jobs up to HD_ARROWS_MAX, a few when they are long; births, and awaits
 * with cancellations, up to HD_BIRTHS_MAX.
 *
 * Any thread, the lanes' one where they are asked for.
 */
#pragma once
#include "display.h"

G_BEGIN_DECLS

#define HD_ARROWS_MAX 40
#define HD_BIRTHS_MAX 24

typedef struct {
  guint32 from_actor, to_actor;
  gint64 from_ns, to_ns;
  gboolean quiet;
  gboolean cancels; /* somebody was asked to end */
} HdArrow;

/* Appends to an array of HdArrow. Of a wait: what it got, else who ended it, else (it never ended) whom it waits for. Of a job: to the
 * worker, and from its end to who waited for its result. */
void hd_arrows_add_wait(GArray *arrows, const HdSource *source, guint32 wait);
void hd_arrows_add_item(GArray *arrows, const HdSource *source, guint32 item);
void hd_arrows_add_job(GArray *arrows, const HdSource *source, guint32 job);
/* The quiet ones of what the rows of the actors' pane show in the view. */
void hd_arrows_add_births(GArray *arrows, const HdSource *source, const HdView *view);
void hd_arrows_add_work(GArray *arrows, const HdSource *source, HdLanes *lanes, const HdView *view);
/* Paints them over the actors' pane whose left upper corner is (x, y) (y less its scroll). */
void hd_paint_arrows(cairo_t *cr, const HdTheme *theme, HdLanes *lanes, const GArray *arrows, const HdView *view, double x, double y);

G_END_DECLS
