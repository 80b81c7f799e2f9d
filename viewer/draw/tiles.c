#include "tiles.h"
#include "paint.h"
#include "text.h"
#include <math.h>
#include <string.h>

double hd_zoom_ns_per_px(int zoom) { return exp2(zoom / 4.0); }
int hd_zoom_nearest(double ns_per_px) { return (int)MAX(lround(log2(fmax(ns_per_px, 1)) * 4), 0); }

HdView hd_tile_view(const HdTileKey *key) {
  double ns_per_px = hd_zoom_ns_per_px(key->zoom);
  return (HdView){(gint64)floor((double)key->x * HD_TILE_WIDTH_PX * ns_per_px + 0.5), ns_per_px, HD_TILE_WIDTH_PX};
}

/* Cited waits of one emphasis; never freed before the tiles. */
typedef struct {
  guint32 *waits;
  guint count;
} Cited;

typedef struct {
  HdTileKey key;
  HdRow row;
  Cited cited;
} Job;

typedef struct {
  HdTileKey key;
  cairo_surface_t *surface; /* NULL: being painted */
  gsize bytes;
  guint64 used_frame;
} Tile;

struct HdTiles {
  HdSource source;
  gsize cap_bytes;
  HdTilesReady ready;
  gpointer user_data;
  GThread **workers;
  guint worker_count;

  GMutex lock; /* of all below */
  GCond work, done;
  gboolean ending, told; /* told: ready was called since the last frame */
  GHashTable *tiles;     /* HdTileKey → Tile, both in the Tile */
  GQueue *jobs;          /* of Job*: what the last frame asked for */
  guint painting_count;
  gsize bytes;
  guint64 frame;
  GArray *wanted;   /* of Job: what this frame misses */
  GArray *emphases; /* of Cited; number i + 1 */
};

static guint hash_key(gconstpointer memory) {
  const guint64 *words = memory;
  guint64 hash = (words[0] * 0x9e3779b97f4a7c15u) ^ (words[1] * 0xc2b2ae3d27d4eb4fu) ^ (words[2] * 0x165667b19e3779f9u);
  return (guint)(hash ^ hash >> 32);
}
static gboolean equal_keys(gconstpointer a, gconstpointer b) { return memcmp(a, b, sizeof(HdTileKey)) == 0; }
G_STATIC_ASSERT(sizeof(HdTileKey) == 24); /* no padding: keys are compared as bytes */

static void tile_free(gpointer memory) {
  Tile *tile = memory;
  if (tile->surface) cairo_surface_destroy(tile->surface);
  g_free(tile);
}

static cairo_surface_t *paint_tile(const HdSource *source, const Job *job) {
  const HdTileKey *key = &job->key;
  HdView view = hd_tile_view(key);
  HdTextStyle style = hd_box_text_style(&job->row);
  HdDisplayOptions options = {
      .cited = job->cited.waits, .cited_count = job->cited.count, .measure = hd_measure_text, .measure_data = &style};
  g_autoptr(HdDisplayList) list = hd_display_list_new();
  hd_display_row(list, source, &job->row, &view, &options);
  int scale = MAX(key->scale, 1);
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, HD_TILE_WIDTH_PX * scale, MAX(key->height_px, 1) * scale);
  cairo_surface_set_device_scale(surface, scale, scale);
  cairo_t *cr = cairo_create(surface);
  hd_paint_list(cr, &hd_themes[key->theme], list, &job->row, 0, 0);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  return surface;
}

static gpointer work(gpointer memory) {
  HdTiles *tiles = memory;
  g_mutex_lock(&tiles->lock);
  while (!tiles->ending) {
    Job *job = g_queue_pop_head(tiles->jobs);
    if (!job) {
      g_cond_wait(&tiles->work, &tiles->lock);
      continue;
    }
    if (g_hash_table_contains(tiles->tiles, &job->key)) { /* another worker has it in hand */
      g_free(job);
      continue;
    }
    Tile *tile = g_new0(Tile, 1);
    tile->key = job->key;
    tile->used_frame = tiles->frame;
    g_hash_table_insert(tiles->tiles, &tile->key, tile);
    tiles->painting_count++;
    g_mutex_unlock(&tiles->lock);
    cairo_surface_t *surface = paint_tile(&tiles->source, job);
    g_mutex_lock(&tiles->lock);
    tile->surface = surface;
    tile->bytes = (gsize)cairo_image_surface_get_stride(surface) * cairo_image_surface_get_height(surface);
    tiles->bytes += tile->bytes;
    tiles->painting_count--;
    gboolean tell = !tiles->told && tiles->ready;
    tiles->told = TRUE;
    g_cond_broadcast(&tiles->done);
    g_free(job);
    if (!tell) continue;
    g_mutex_unlock(&tiles->lock);
    tiles->ready(tiles->user_data);
    g_mutex_lock(&tiles->lock);
  }
  g_mutex_unlock(&tiles->lock);
  return NULL;
}

HdTiles *hd_tiles_new(const HdSource *source, gsize cap_bytes, guint worker_count, HdTilesReady ready, gpointer user_data) {
  HdTiles *tiles = g_new0(HdTiles, 1);
  tiles->source = *source;
  tiles->cap_bytes = cap_bytes;
  tiles->ready = ready;
  tiles->user_data = user_data;
  tiles->tiles = g_hash_table_new_full(hash_key, equal_keys, NULL, tile_free);
  tiles->jobs = g_queue_new();
  tiles->wanted = g_array_new(FALSE, FALSE, sizeof(Job));
  tiles->emphases = g_array_new(FALSE, FALSE, sizeof(Cited));
  g_mutex_init(&tiles->lock);
  g_cond_init(&tiles->work);
  g_cond_init(&tiles->done);
  tiles->worker_count = MAX(worker_count, 1);
  tiles->workers = g_new0(GThread *, tiles->worker_count);
  for (guint i = 0; i < tiles->worker_count; i++) tiles->workers[i] = g_thread_new("tiles", work, tiles);
  return tiles;
}

void hd_tiles_free(HdTiles *tiles) {
  if (!tiles) return;
  g_mutex_lock(&tiles->lock);
  tiles->ending = TRUE;
  g_cond_broadcast(&tiles->work);
  g_mutex_unlock(&tiles->lock);
  for (guint i = 0; i < tiles->worker_count; i++) g_thread_join(tiles->workers[i]);
  g_free(tiles->workers);
  g_queue_free_full(tiles->jobs, g_free);
  g_hash_table_unref(tiles->tiles);
  g_array_unref(tiles->wanted);
  for (guint i = 0; i < tiles->emphases->len; i++) g_free(g_array_index(tiles->emphases, Cited, i).waits);
  g_array_unref(tiles->emphases);
  g_mutex_clear(&tiles->lock);
  g_cond_clear(&tiles->work);
  g_cond_clear(&tiles->done);
  g_free(tiles);
}

static int compare_indices(const void *a, const void *b) {
  guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;
  return (first > second) - (first < second);
}

guint16 hd_tiles_cite(HdTiles *tiles, const guint32 *waits, guint count) {
  if (count == 0) return 0;
  Cited cited = {g_memdup2(waits, count * sizeof *waits), count};
  qsort(cited.waits, count, sizeof *cited.waits, compare_indices);
  for (guint i = 0; i < tiles->emphases->len; i++) {
    const Cited *known = &g_array_index(tiles->emphases, Cited, i);
    if (known->count != count || memcmp(known->waits, cited.waits, count * sizeof *waits) != 0) continue;
    g_free(cited.waits);
    return i + 1;
  }
  g_array_append_val(tiles->emphases, cited);
  return tiles->emphases->len;
}

/* Drops the least recently used tiles until half of what is above the cap, at least, is gone; never those of the last frame. */
static void evict(HdTiles *tiles) {
  while (tiles->bytes > tiles->cap_bytes) {
    guint64 oldest = tiles->frame;
    GHashTableIter iter;
    Tile *tile;
    g_hash_table_iter_init(&iter, tiles->tiles);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&tile))
      if (tile->surface) oldest = MIN(oldest, tile->used_frame);
    if (oldest == tiles->frame) return;
    guint64 limit = oldest + (tiles->frame - oldest) / 4;
    g_hash_table_iter_init(&iter, tiles->tiles);
    while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&tile)) {
      if (!tile->surface || tile->used_frame > limit) continue;
      tiles->bytes -= tile->bytes;
      g_hash_table_iter_remove(&iter);
    }
  }
}

void hd_tiles_begin_frame(HdTiles *tiles) {
  g_mutex_lock(&tiles->lock);
  evict(tiles);
  tiles->frame++;
  tiles->told = FALSE;
  g_array_set_size(tiles->wanted, 0);
  g_mutex_unlock(&tiles->lock);
}

cairo_surface_t *hd_tiles_get(HdTiles *tiles, const HdTileKey *key, const HdRow *row) {
  g_mutex_lock(&tiles->lock);
  Tile *tile = g_hash_table_lookup(tiles->tiles, key);
  if (tile)
    tile->used_frame = tiles->frame;
  else {
    Job job = {.key = *key, .row = *row};
    if (key->emphasis && key->emphasis <= tiles->emphases->len) job.cited = g_array_index(tiles->emphases, Cited, key->emphasis - 1);
    g_array_append_val(tiles->wanted, job);
  }
  cairo_surface_t *surface = tile ? tile->surface : NULL;
  g_mutex_unlock(&tiles->lock);
  return surface;
}

cairo_surface_t *hd_tiles_near(HdTiles *tiles, const HdTileKey *key, HdTileKey *found) {
  enum { ZOOM_REACH = 24 }; /* 64 times nearer or farther */
  HdView view = hd_tile_view(key);
  double middle_ns = view.from_ns + view.ns_per_px * HD_TILE_WIDTH_PX / 2;
  cairo_surface_t *surface = NULL;
  g_mutex_lock(&tiles->lock);
  /* coarser first: one of them covers all of it; the same zoom comes up when only the emphasis differs */
  for (int i = 0; i <= 2 * ZOOM_REACH && !surface; i++) {
    int zoom = i <= ZOOM_REACH ? key->zoom + i : key->zoom - (i - ZOOM_REACH);
    if (zoom < 0) break;
    HdTileKey other = *key;
    other.zoom = zoom;
    other.x = (gint64)floor(middle_ns / (hd_zoom_ns_per_px(zoom) * HD_TILE_WIDTH_PX));
    for (int plain = 0; plain < 2 && !surface; plain++) {
      if (plain) other.emphasis = 0;
      Tile *tile = g_hash_table_lookup(tiles->tiles, &other);
      if (!tile || !tile->surface) continue;
      tile->used_frame = tiles->frame;
      surface = tile->surface;
      *found = other;
    }
  }
  g_mutex_unlock(&tiles->lock);
  return surface;
}

void hd_tiles_end_frame(HdTiles *tiles) {
  g_mutex_lock(&tiles->lock);
  g_queue_clear_full(tiles->jobs, g_free);
  for (guint i = 0; i < tiles->wanted->len; i++)
    g_queue_push_tail(tiles->jobs, g_memdup2(&g_array_index(tiles->wanted, Job, i), sizeof(Job)));
  if (tiles->wanted->len) g_cond_broadcast(&tiles->work);
  g_mutex_unlock(&tiles->lock);
}

gboolean hd_tiles_complete(HdTiles *tiles) {
  g_mutex_lock(&tiles->lock);
  gboolean complete = tiles->jobs->length == 0 && tiles->painting_count == 0;
  g_mutex_unlock(&tiles->lock);
  return complete;
}

void hd_tiles_wait(HdTiles *tiles) {
  g_mutex_lock(&tiles->lock);
  while (tiles->jobs->length || tiles->painting_count) g_cond_wait(&tiles->done, &tiles->lock);
  g_mutex_unlock(&tiles->lock);
}

gsize hd_tiles_bytes(HdTiles *tiles) {
  g_mutex_lock(&tiles->lock);
  gsize bytes = tiles->bytes;
  g_mutex_unlock(&tiles->lock);
  return bytes;
}
