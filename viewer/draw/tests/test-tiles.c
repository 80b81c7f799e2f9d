/* Tiles: painted by workers, never twice, below the cap, and the same as a picture painted at once. */
#include "fixture.h"
#include "paint.h"
#include "text.h"
#include "tiles.h"
#include <string.h>

static void count_ready(gpointer user_data) { g_atomic_int_inc((int *)user_data); }

static HdTileKey key_at(const HdRow *row, int zoom, gint64 at_ns) {
  return (HdTileKey){.row = row->id,
                     .x = (gint64)(at_ns / hd_zoom_ns_per_px(zoom) / HD_TILE_WIDTH_PX),
                     .zoom = zoom,
                     .height_px = row->height_px,
                     .scale = 1};
}

static cairo_surface_t *get_now(HdTiles *tiles, const HdTileKey *key, const HdRow *row) {
  hd_tiles_begin_frame(tiles);
  hd_tiles_get(tiles, key, row);
  hd_tiles_end_frame(tiles);
  hd_tiles_wait(tiles);
  return hd_tiles_get(tiles, key, row);
}

static void test_zoom(void) {
  for (int zoom = 0; zoom < 160; zoom++) g_assert_cmpint(hd_zoom_nearest(hd_zoom_ns_per_px(zoom)), ==, zoom);
  g_assert_cmpint(hd_zoom_nearest(0.001), ==, 0);
}

static void test_paint(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  const HdRow *row = hd_lanes_row_of_actor(lanes, 3);
  int ready_count = 0;
  g_autoptr(HdTiles) tiles = hd_tiles_new(&source, 1 << 20, 2, count_ready, &ready_count);
  HdTileKey key = key_at(row, hd_zoom_nearest(50000), 1210000000);
  hd_tiles_begin_frame(tiles);
  g_assert_null(hd_tiles_get(tiles, &key, row));
  hd_tiles_end_frame(tiles);
  hd_tiles_wait(tiles);
  g_assert_true(hd_tiles_complete(tiles));
  cairo_surface_t *surface = hd_tiles_get(tiles, &key, row);
  g_assert_nonnull(surface);
  g_assert_true(hd_tiles_get(tiles, &key, row) == surface);
  /* the same as painted at once */
  cairo_surface_t *expected = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, HD_TILE_WIDTH_PX, row->height_px);
  HdView view = hd_tile_view(&key);
  HdTextStyle style = hd_box_text_style(row);
  HdDisplayOptions options = {.measure = hd_measure_text, .measure_data = &style};
  g_autoptr(HdDisplayList) list = hd_display_list_new();
  hd_display_row(list, &source, row, &view, &options);
  cairo_t *cr = cairo_create(expected);
  hd_paint_list(cr, &hd_themes[HD_THEME_LIGHT], list, row, 0, 0);
  cairo_destroy(cr);
  cairo_surface_flush(expected);
  gsize bytes = (gsize)cairo_image_surface_get_stride(expected) * row->height_px;
  g_assert_cmpmem(cairo_image_surface_get_data(surface), bytes, cairo_image_surface_get_data(expected), bytes);
  cairo_surface_destroy(expected);
  /* another zoom: the painted one stands in for it */
  HdTileKey nearer = key_at(row, key.zoom - 4, 1210000000), found;
  hd_tiles_begin_frame(tiles);
  g_assert_null(hd_tiles_get(tiles, &nearer, row));
  g_assert_true(hd_tiles_near(tiles, &nearer, &found) == surface);
  g_assert_cmpint(found.zoom, ==, key.zoom);
  hd_tiles_end_frame(tiles);
}

static void test_cap(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  g_autoptr(HdLanes) lanes = hd_lanes_new(&source);
  const HdRow *row = hd_lanes_row_of_actor(lanes, 3);
  gsize one = (gsize)HD_TILE_WIDTH_PX * 4 * row->height_px, cap = one * 8;
  g_autoptr(HdTiles) tiles = hd_tiles_new(&source, cap, 1, NULL, NULL);
  for (int i = 0; i < 60; i++) {
    HdTileKey key = key_at(row, 60, 1210000000);
    key.x += i;
    g_assert_nonnull(get_now(tiles, &key, row));
    g_assert_cmpuint(hd_tiles_bytes(tiles), <=, cap + one);
  }
}

static void test_cite(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  g_autoptr(HdTiles) tiles = hd_tiles_new(&source, 1 << 20, 1, NULL, NULL);
  const guint32 waits[] = {2, 1}, same[] = {1, 2}, other[] = {3};
  g_assert_cmpuint(hd_tiles_cite(tiles, NULL, 0), ==, 0);
  guint16 first = hd_tiles_cite(tiles, waits, 2);
  g_assert_cmpuint(first, !=, 0);
  g_assert_cmpuint(hd_tiles_cite(tiles, same, 2), ==, first);
  g_assert_cmpuint(hd_tiles_cite(tiles, other, 1), !=, first);
}

/* The words of a wait that begins left of the view stand at its edge. */
static void test_edge(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  HdRow row = {.kind = HD_ROW_THREAD, .index = 3, .height_px = 26};
  HdTextStyle style = hd_box_text_style(&row);
  HdDisplayOptions options = {.measure = hd_measure_text, .measure_data = &style};
  HdView view = {1210000000, 20e3, 1000};
  g_autoptr(HdDisplayList) list = hd_display_list_new();
  hd_tiles_edge_list(list, &source, &row, &view, &options);
  g_assert_cmpuint(list->boxes->len, ==, 1);
  const HdBox *box = &g_array_index(list->boxes, HdBox, 0);
  g_assert_cmpfloat(box->x0_px, ==, 0);
  g_assert_nonnull(strstr(list->text->str + box->words, "flusher"));
  HdView exact = {1206000000, 20e3, 1000}; /* it begins at the edge: the tile has its words */
  g_autoptr(HdDisplayList) none = hd_display_list_new();
  hd_tiles_edge_list(none, &source, &row, &exact, &options);
  g_assert_cmpuint(none->boxes->len, ==, 0);
  HdView before = {1195000000, 20e3, 1000}; /* it ends behind the view: its words are chosen for what is seen of it */
  g_autoptr(HdDisplayList) right = hd_display_list_new();
  hd_tiles_edge_list(right, &source, &row, &before, &options);
  g_assert_cmpuint(right->boxes->len, ==, 1);
  box = &g_array_index(right->boxes, HdBox, 0);
  g_assert_cmpfloat(box->x1_px, ==, 1000);
  g_assert_cmpfloat(hd_measure_text(right->text->str + box->words, &style), <=, box->x1_px - box->x0_px);
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/tiles/zoom", test_zoom);
  g_test_add_func("/tiles/paint", test_paint);
  g_test_add_func("/tiles/cap", test_cap);
  g_test_add_func("/tiles/cite", test_cite);
  g_test_add_func("/tiles/edge", test_edge);
  return g_test_run();
}
