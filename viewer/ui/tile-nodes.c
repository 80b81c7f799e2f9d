#include "tile-nodes.h"
#include <gsk/gsk.h>
#include <string.h>

#define UNUSED_FRAMES_MAX 90

typedef struct {
  GskRenderNode *node;
  guint64 frame; /* last one in which it was shown */
} TileNode;

struct HdTileNodes {
  GHashTable *nodes; /* HdTileKey * -> TileNode * */
  guint64 frame;
  gboolean textures;
};

static void tile_node_free(TileNode *tile) {
  gsk_render_node_unref(tile->node);
  g_free(tile);
}

/* Field by field: a key may have holes. */
static guint key_hash(gconstpointer pointer) {
  const HdTileKey *key = pointer;
  guint64 hash = key->row * 0x9e3779b97f4a7c15u ^ (guint64)key->x * 0xc2b2ae3d27d4eb4fu;
  hash ^= ((guint64)key->zoom << 40) ^ ((guint64)key->height_px << 24) ^ ((guint64)key->theme << 20) ^ ((guint64)key->scale << 16) ^
          key->emphasis;
  return hash ^ hash >> 29;
}

static gboolean key_equal(gconstpointer a, gconstpointer b) {
  const HdTileKey *x = a, *y = b;
  return x->row == y->row && x->x == y->x && x->zoom == y->zoom && x->height_px == y->height_px && x->theme == y->theme &&
         x->scale == y->scale && x->emphasis == y->emphasis;
}

HdTileNodes *hd_tile_nodes_new(void) {
  HdTileNodes *nodes = g_new0(HdTileNodes, 1);
  nodes->nodes = g_hash_table_new_full(key_hash, key_equal, g_free, (GDestroyNotify)tile_node_free);
  return nodes;
}

void hd_tile_nodes_free(HdTileNodes *nodes) {
  g_hash_table_unref(nodes->nodes);
  g_free(nodes);
}

void hd_tile_nodes_clear(HdTileNodes *nodes) { g_hash_table_remove_all(nodes->nodes); }

static gboolean is_old(gpointer key, gpointer tile, gpointer nodes) {
  return ((TileNode *)tile)->frame + UNUSED_FRAMES_MAX < ((HdTileNodes *)nodes)->frame;
}

gboolean hd_renderer_wants_textures(GtkWidget *widget) {
  GtkNative *native = gtk_widget_get_native(widget);
  GskRenderer *renderer = native ? gtk_native_get_renderer(native) : NULL;
  return renderer && strcmp(G_OBJECT_TYPE_NAME(renderer), "GskCairoRenderer") != 0;
}

void hd_tile_nodes_begin_frame(HdTileNodes *nodes, gboolean textures) {
  if (nodes->textures != textures) hd_tile_nodes_clear(nodes);
  nodes->textures = textures;
  if (++nodes->frame % UNUSED_FRAMES_MAX == 0) g_hash_table_foreach_remove(nodes->nodes, is_old, nodes);
}

static GskRenderNode *wrap(HdTileNodes *nodes, const HdTileKey *key, cairo_surface_t *surface) {
  graphene_rect_t bounds = GRAPHENE_RECT_INIT(0, 0, HD_TILE_WIDTH_PX, key->height_px);
  if (!nodes->textures) {
    GskRenderNode *node = gsk_cairo_node_new(&bounds);
    cairo_t *cr = gsk_cairo_node_get_draw_context(node);
    cairo_set_source_surface(cr, surface, 0, 0);
    cairo_paint(cr);
    cairo_destroy(cr);
    return node;
  }
  int width = cairo_image_surface_get_width(surface), height = cairo_image_surface_get_height(surface),
      stride = cairo_image_surface_get_stride(surface);
  g_autoptr(GBytes) pixels = g_bytes_new_with_free_func(cairo_image_surface_get_data(surface), (gsize)height * stride,
                                                        (GDestroyNotify)cairo_surface_destroy, cairo_surface_reference(surface));
  g_autoptr(GdkTexture) texture = gdk_memory_texture_new(width, height, GDK_MEMORY_DEFAULT, pixels, stride);
  return gsk_texture_node_new(texture, &bounds);
}

GskRenderNode *hd_tile_nodes_get(HdTileNodes *nodes, const HdTileKey *key, cairo_surface_t *surface) {
  TileNode *tile = g_hash_table_lookup(nodes->nodes, key);
  if (!tile) {
    tile = g_new0(TileNode, 1);
    tile->node = wrap(nodes, key, surface);
    g_hash_table_insert(nodes->nodes, g_memdup2(key, sizeof *key), tile);
  }
  tile->frame = nodes->frame;
  return tile->node;
}
