/* Render nodes of tiles: a tile is wrapped once, as a GskCairoNode for the cairo renderer, as a texture for any other (with the cairo
 * renderer of GTK 4.8 a texture goes through a conversion per pixel; any other would upload a cairo node at every frame). Nodes that were
 * not shown for some frames go. Main thread only. */
#pragma once
#include "tiles.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct HdTileNodes HdTileNodes;

HdTileNodes *hd_tile_nodes_new(void);
void hd_tile_nodes_free(HdTileNodes *nodes);
void hd_tile_nodes_clear(HdTileNodes *nodes);
/* textures: which of the two this frame's renderer wants; nodes of the other kind go. */
void hd_tile_nodes_begin_frame(HdTileNodes *nodes, gboolean textures);
/* What the renderer of a widget's window wants. */
gboolean hd_renderer_wants_textures(GtkWidget *widget);
/* Borrowed until the next begin_frame. The node's origin is the tile's. */
GskRenderNode *hd_tile_nodes_get(HdTileNodes *nodes, const HdTileKey *key, cairo_surface_t *surface);

G_END_DECLS
