/* The patterns of the families. A tile of 6 × 6 px is drawn once per thread, theme, family and scale; vector targets get it as a
 * recording surface, which the SVG and PDF backends write as a pattern of their own. */
#include "palette.h"
#include <math.h>

static void draw_tile(cairo_t *cr, const HdTheme *theme, HdFamily family) {
  hd_set_colour(cr, theme->family[family], 1);
  cairo_paint(cr);
  hd_set_colour(cr, theme->family_ink[family], 1); /* in full: strokes must reach the contrast of words */
  cairo_set_line_width(cr, 0.8);
  switch (family) {
  case HD_FAMILY_LOCK:
    cairo_set_line_width(cr, 0.9);
    for (int shift = -6; shift <= 6; shift += 6) {
      cairo_move_to(cr, shift - 1, 7);
      cairo_line_to(cr, shift + 7, -1);
    }
    break;
  case HD_FAMILY_GIL:
    for (double x = 1.5; x < 6; x += 3) {
      cairo_move_to(cr, x, 0);
      cairo_line_to(cr, x, 6);
    }
    break;
  case HD_FAMILY_RUNNING:
    cairo_set_line_width(cr, 0.6);
    cairo_move_to(cr, 1.5, 0);
    cairo_line_to(cr, 1.5, 6);
    break;
  case HD_FAMILY_QUEUE:
    cairo_move_to(cr, 1.5, 0.5);
    cairo_line_to(cr, 4, 3);
    cairo_line_to(cr, 1.5, 5.5);
    break;
  case HD_FAMILY_JOIN:
    for (double y = 1.5; y < 6; y += 3) {
      cairo_move_to(cr, 0, y);
      cairo_line_to(cr, 6, y);
    }
    break;
  case HD_FAMILY_CONDITION:
  case HD_FAMILY_READY:
  case HD_FAMILY_STARVED:
    cairo_arc(cr, 3, 3, family == HD_FAMILY_CONDITION ? 1.0 : 0.7, 0, 2 * G_PI);
    cairo_fill(cr);
    break;
  default:
    break;
  }
  cairo_stroke(cr);
}

static gboolean target_is_raster(cairo_t *cr) {
  cairo_surface_type_t type = cairo_surface_get_type(cairo_get_group_target(cr));
  return type == CAIRO_SURFACE_TYPE_IMAGE;
}

enum { SCALE_MAX = 4 };
typedef struct {
  cairo_pattern_t *patterns[HD_THEME_COUNT][HD_FAMILY_COUNT][SCALE_MAX + 1];
} PatternCache; /* scale 0: vector */

static void pattern_cache_free(gpointer memory) {
  PatternCache *cache = memory;
  for (int i = 0; i < HD_THEME_COUNT; i++)
    for (int j = 0; j < HD_FAMILY_COUNT; j++)
      for (int k = 0; k <= SCALE_MAX; k++) g_clear_pointer(&cache->patterns[i][j][k], cairo_pattern_destroy);
  g_free(cache);
}

static GPrivate pattern_cache = G_PRIVATE_INIT(pattern_cache_free);

static cairo_pattern_t *new_pattern(const HdTheme *theme, HdFamily family, int scale) {
  cairo_surface_t *surface;
  if (scale == 0)
    surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &(cairo_rectangle_t){0, 0, HD_PATTERN_PX, HD_PATTERN_PX});
  else {
    surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, HD_PATTERN_PX * scale, HD_PATTERN_PX * scale);
    cairo_surface_set_device_scale(surface, scale, scale);
  }
  cairo_t *cr = cairo_create(surface);
  draw_tile(cr, theme, family);
  cairo_destroy(cr);
  cairo_pattern_t *pattern = cairo_pattern_create_for_surface(surface);
  cairo_surface_destroy(surface);
  cairo_pattern_set_extend(pattern, CAIRO_EXTEND_REPEAT);
  if (scale) cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
  return pattern;
}

void hd_set_pattern(cairo_t *cr, const HdTheme *theme, HdFamily family, double x, double y) {
  PatternCache *cache = g_private_get(&pattern_cache);
  if (!cache) g_private_set(&pattern_cache, cache = g_new0(PatternCache, 1));
  int scale = 0;
  if (target_is_raster(cr)) {
    double scale_x = 1, scale_y = 1, user_x = 1, user_y = 0;
    cairo_surface_get_device_scale(cairo_get_group_target(cr), &scale_x, &scale_y);
    cairo_user_to_device_distance(cr, &user_x, &user_y);
    scale = CLAMP((int)lround(scale_x * hypot(user_x, user_y)), 1, SCALE_MAX);
  }
  cairo_pattern_t **slot = &cache->patterns[theme == &hd_themes[HD_THEME_DARK]][family][scale];
  if (!*slot) *slot = new_pattern(theme, family, scale);
  cairo_matrix_t matrix;
  cairo_matrix_init_translate(&matrix, -x, -y);
  cairo_pattern_set_matrix(*slot, &matrix);
  cairo_set_source(cr, *slot);
}
