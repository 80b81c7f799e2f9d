/* What is under the pointer, from the same lists that were drawn; and what to say about it. Any thread. */
#pragma once
#include "display.h"

G_BEGIN_DECLS

typedef struct {
  HdBox box;        /* the box that was hit; x in the list's view */
  guint32 actor;    /* of a thread lane; else HD_NONE */
  guint32 interval; /* in model->intervals; for a column the worst at that place */
  guint32 wait;     /* else HD_NONE, as all below */
  guint32 object;
  guint32 hold;
  guint32 job;
  guint32 item;
  guint32 run;            /* what ran on an event loop, as in hd_lod_runs */
  gint64 at_ns;           /* the time that was hit */
  gint64 until_ns;        /* of a lane of several: they are summed up from at_ns to here */
  const guint32 *members; /* … whose it is: borrowed from the row; NULL: of one */
  guint32 member_count;
} HdHit;
#define HD_HIT_NOTHING                                                                                                                     \
  {                                                                                                                                        \
    .actor = HD_NONE, .interval = HD_NONE, .wait = HD_NONE, .object = HD_NONE, .hold = HD_NONE, .job = HD_NONE, .item = HD_NONE,           \
    .run = HD_NONE                                                                                                                         \
  }

/* The box at (x, y) of a row's list (the thinnest one within 2 px wins, so that a narrow wait can be hit). FALSE: none. */
gboolean hd_hit_test(const HdSource *source, const HdRow *row, const HdDisplayList *list, const HdView *view, double x_px, double y_px,
                     HdHit *hit);
/* Plain lines: what, who holds it since when and where, how long. The caller frees it. */
char *hd_hover_text(const HdSource *source, const HdHit *hit);

/* The item that a wait put or got at its end; HD_NONE when it was none. */
guint32 hd_item_of_wait(const HdSource *source, guint32 wait);

G_END_DECLS
