/* Tiles: pieces of rows, painted once by workers and then only shown. The window appends them; it never draws events itself.
 *
 * A tile is one row × HD_TILE_WIDTH_PX at a quantised zoom: tile x covers the times from x · width · ns_per_px(zoom). Its
 * surface is transparent where nothing is drawn, and is never written again after it was handed out. The cache keeps the
 * least recently used tiles below a cap. Tiles do not know where their row stands: folding or sorting keeps them.
 *
 * All functions are the main thread's; workers are inside. Words of boxes that the view cuts: hd_tiles_edge_list.
 *
 *   hd_tiles_begin_frame(tiles);
 *   for each visible row and tile: surface = hd_tiles_get(tiles, &key, row);  if (!surface) surface = hd_tiles_near(…) scaled
 *   hd_tiles_end_frame(tiles);   — what was asked for and is missing is painted now, what is not visible any more is not
 */
#pragma once
#include "display.h"

G_BEGIN_DECLS

#define HD_TILE_WIDTH_PX 504 /* a multiple of HD_PATTERN_PX: patterns go on over the seam */

/* Zoom steps: ns_per_px = 2^(zoom / 4), so a step is 19 %. zoom ≥ 0. */
double hd_zoom_ns_per_px(int zoom);
/* The step that is nearest to ns_per_px. */
int hd_zoom_nearest(double ns_per_px);

typedef struct {
  HdRowId row;
  gint64 x; /* number of the tile from time 0 */
  gint16 zoom;
  gint16 height_px; /* of the row */
  guint8 theme;     /* HdThemeId */
  guint8 scale;     /* device pixels a px */
  guint16 emphasis; /* number of the set of cited waits, see hd_tiles_cite */
} HdTileKey;
HdView hd_tile_view(const HdTileKey *key);

typedef struct HdTiles HdTiles;

/* Called in a worker when tiles became ready: ask the main loop for a new frame. Several tiles may come with one call. */
typedef void (*HdTilesReady)(gpointer user_data);

/* source is copied; all it points to, and the lanes whose rows are asked for, must outlive the tiles. */
HdTiles *hd_tiles_new(const HdSource *source, gsize cap_bytes, guint worker_count, HdTilesReady ready, gpointer user_data);
/* Waits for the workers. */
void hd_tiles_free(HdTiles *tiles);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HdTiles, hd_tiles_free)

/* The waits that the finding on show cites (copied, any order). Returns the emphasis for the keys; 0 when there are none. */
guint16 hd_tiles_cite(HdTiles *tiles, const guint32 *waits, guint count);

void hd_tiles_begin_frame(HdTiles *tiles);
/* The tile's image surface, borrowed until the next begin_frame (reference it to keep it); NULL: it is being painted. */
cairo_surface_t *hd_tiles_get(HdTiles *tiles, const HdTileKey *key, const HdRow *row);
/* Another tile of this row that covers the middle of key's, to be shown scaled meanwhile; NULL none. found is its key. */
cairo_surface_t *hd_tiles_near(HdTiles *tiles, const HdTileKey *key, HdTileKey *found);
void hd_tiles_end_frame(HdTiles *tiles);
/* TRUE when all that was asked for in the last frame is there. */
gboolean hd_tiles_complete(HdTiles *tiles);
/* Waits until what was asked for is painted (tests, screenshots). */
void hd_tiles_wait(HdTiles *tiles);
gsize hd_tiles_bytes(HdTiles *tiles);

/* The boxes that the borders of the view cut, at most one at each, with their words in the visible part: paint them over the tiles, so
 * that a wait's words are never out of sight. Nothing for those without words. */
void hd_tiles_edge_list(HdDisplayList *list, const HdSource *source, const HdRow *row, const HdView *view, const HdDisplayOptions *options);

G_END_DECLS
