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
} HdHit;

/* The box at (x, y) of a row's list (the thinnest one within 2 px wins, so that a narrow wait can be hit). FALSE: none. */
gboolean hd_hit_test(const HdSource *source, const HdRow *row, const HdDisplayList *list, const HdView *view, double x_px, double y_px,
                     HdHit *hit);
/* Plain lines: what, who holds it since when and where, how long. The caller frees it. */
char *hd_hover_text(const HdSource *source, const HdHit *hit);

G_END_DECLS
