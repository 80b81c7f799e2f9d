/* The wait-for graph at a time, as a picture: a circle is an actor, an arrow leads from who waits to whom it waits for and bears the name
 * of what it waits for. Those who wait in a cycle, each for the next, stand on a ring; who waits behind others stands left of them. An
 * arrow is dashed when anybody else could end the wait as well. Waiters alike, for whom nobody waits, share a circle when they are many.
 *
 * Cycles count only waits that need the very one they wait for; whether a cycle lasts is said by its waits: they never ended.
 *
 * Any thread; a graph is immutable once made. The model must outlive it.
 */
#pragma once
#include "display.h"

G_BEGIN_DECLS

typedef struct {
  guint32 actor; /* the first of those it stands for; HD_NONE: not observable */
  guint32 count; /* actors that it stands for */
  gboolean in_cycle;
  double x_px, y_px; /* its middle */
} HdGraphNode;

typedef struct {
  guint from, to; /* numbers of nodes */
  guint32 object; /* HD_NONE: it waits for the actor itself */
  gboolean any, in_cycle;
  gboolean bent;   /* there is one the other way, too */
  gboolean around; /* its straight line would run through another circle: it goes above that */
} HdGraphArrow;

typedef struct {
  const HdModel *model;
  GArray *nodes;             /* of HdGraphNode */
  GArray *arrows;            /* of HdGraphArrow */
  gboolean *edge_in_cycle;   /* for each of the edges it was made from */
  gboolean has_cycle, lasts; /* lasts: no wait of the cycle ever ended */
  guint left_out_count;      /* actors for which there was no room */
  double width_px, height_px;
} HdGraph;

/* edges: of HdWaitEdge, as hd_wait_graph gives them. */
HdGraph *hd_graph_new(const HdModel *model, const GArray *edges);
void hd_graph_free(HdGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdGraph, hd_graph_free)

/* Paints it with its left upper corner at (x, y); an actor's circle may be marked (HD_NONE: none). */
void hd_paint_graph(cairo_t *cr, const HdTheme *theme, const HdGraph *graph, guint32 marked_actor, double x, double y);
/* The actor whose circle is at a point of the graph; HD_NONE. */
guint32 hd_graph_actor_at(const HdGraph *graph, double x_px, double y_px);
/* "writer-1", "worker #3 and 11 more", "not observable". The caller frees it. */
char *hd_graph_node_label(const HdGraph *graph, guint node);

G_END_DECLS
