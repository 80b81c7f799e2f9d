/* Strongly connected components of a directed graph. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint32 from, to;
} HdEdge;

/* The component of each node (R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1972; without recursion).
 * Components are numbered so that an edge never leads to a higher number: what is reached comes first. edges: of HdEdge, reordered.
 * The caller frees the result with g_free. */
guint32 *hd_components(guint32 node_count, GArray *edges, guint32 *component_count);

G_END_DECLS
