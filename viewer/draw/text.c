#include "text.h"
#include <string.h>

/* One layout and the measured advances, per thread: pango's default font map is per thread as well. */
typedef struct {
  PangoContext *context;
  PangoLayout *layout;
  GHashTable *advances; /* style and character → width in 1/1024 px */
} TextCache;

static void text_cache_free(gpointer memory) {
  TextCache *cache = memory;
  g_object_unref(cache->layout);
  g_object_unref(cache->context);
  g_hash_table_unref(cache->advances);
  g_free(cache);
}

static GPrivate text_cache = G_PRIVATE_INIT(text_cache_free);

static TextCache *get_cache(void) {
  TextCache *cache = g_private_get(&text_cache);
  if (cache) return cache;
  cache = g_new0(TextCache, 1);
  cache->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
  pango_cairo_context_set_font_options(cache->context, options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(cache->context, TRUE);
  cache->layout = pango_layout_new(cache->context);
  cache->advances = g_hash_table_new(NULL, NULL);
  g_private_set(&text_cache, cache);
  return cache;
}

static PangoLayout *set_up_layout(const HdTextStyle *style, const char *text, int length) {
  static const PangoWeight weights[] = {PANGO_WEIGHT_NORMAL, PANGO_WEIGHT_SEMIBOLD, PANGO_WEIGHT_BOLD};
  PangoLayout *layout = get_cache()->layout;
  PangoFontDescription *font = pango_font_description_new();
  pango_font_description_set_family_static(font, style->mono ? "DejaVu Sans Mono, monospace" : HD_FONT_FAMILY);
  pango_font_description_set_absolute_size(font, style->size_px * PANGO_SCALE);
  pango_font_description_set_weight(font, weights[style->weight]);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  pango_layout_set_width(layout, style->width_px > 0 ? (int)(style->width_px * PANGO_SCALE) : -1);
  pango_layout_set_height(layout, -1);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  pango_layout_set_ellipsize(layout, style->width_px > 0 ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_NONE);
  pango_layout_set_text(layout, text, length);
  return layout;
}

double hd_draw_text(cairo_t *cr, const HdTextStyle *style, HdColour colour, double x, double baseline_y, const char *text) {
  PangoLayout *layout = set_up_layout(style, text, -1);
  PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);
  PangoRectangle extents;
  pango_layout_line_get_extents(line, NULL, &extents);
  double width_px = (double)extents.width / PANGO_SCALE;
  hd_set_colour(cr, colour, 1);
  cairo_move_to(cr, x - (style->align == HD_ALIGN_RIGHT ? width_px : style->align == HD_ALIGN_CENTRE ? width_px / 2 : 0), baseline_y);
  pango_cairo_show_layout_line(cr, line);
  cairo_new_path(cr);
  return width_px;
}

double hd_draw_paragraph(cairo_t *cr, const HdTextStyle *style, HdColour colour, double x, double y, int max_lines, const char *text) {
  PangoLayout *layout = set_up_layout(style, text, -1);
  pango_layout_set_single_paragraph_mode(layout, FALSE);
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_height(layout, -max_lines);
  double line_px = style->size_px * 1.48;
  int line_count = pango_layout_get_line_count(layout);
  if (!cr) return line_px * line_count;
  hd_set_colour(cr, colour, 1);
  for (int i = 0; i < line_count; i++) {
    cairo_move_to(cr, x, y + line_px * i + style->size_px * 1.05);
    pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(layout, i));
  }
  cairo_new_path(cr);
  return line_px * line_count;
}

double hd_text_width(const HdTextStyle *style, const char *text) {
  TextCache *cache = get_cache();
  guint size = (guint)(style->size_px * 4);
  double sum = 0;
  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    gunichar character = g_utf8_get_char(at);
    gpointer key = GSIZE_TO_POINTER((gsize)character | (gsize)size << 24 | (gsize)style->weight << 40 | (gsize)style->mono << 44);
    gpointer width = g_hash_table_lookup(cache->advances, key);
    if (!width) {
      HdTextStyle plain = *style;
      plain.width_px = 0;
      int layout_width;
      pango_layout_get_size(set_up_layout(&plain, at, (int)(g_utf8_next_char(at) - at)), &layout_width, NULL);
      width = GSIZE_TO_POINTER((gsize)layout_width + 1);
      g_hash_table_insert(cache->advances, key, width);
    }
    sum += (double)(GPOINTER_TO_SIZE(width) - 1) / PANGO_SCALE;
  }
  return sum;
}

double hd_measure_text(const char *text, gpointer text_style) { return hd_text_width(text_style, text); }
