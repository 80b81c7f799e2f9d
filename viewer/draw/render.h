/* The whole picture without a screen: header, minimap, ruler, lanes, objects, findings, legend, on any cairo surface.
 *
 * Below 1400 px the findings' column is left out (a line under the header counts them); low pictures show fewer lanes and say how
 * many are left out. Same input, same bytes, for image and SVG surfaces.
 */
#pragma once
#include "display.h"

G_BEGIN_DECLS

typedef struct {
  int width_px, height_px; /* 0: 1600 × as high as the content, at most 1000 */
  HdThemeId theme;
  gint64 from_ns, to_ns; /* −1: chosen: the top finding's view, else the whole recording */
  const char *lanes;     /* pattern, NULL all */
  int finding;           /* index of the finding on show, −1: none, −2: the top one when from and to are not given */
  const char *title;     /* NULL: from the recording's path */
  gboolean thumbnail;    /* to a file: a small PNG for a gallery instead, lanes and their names only */
} HdRenderOptions;

/* A thumbnail's size: it is to be shown at half its pixels. */
enum { HD_THUMBNAIL_WIDTH_PX = 576, HD_THUMBNAIL_HEIGHT_PX = 324 };

void hd_render_options_init(HdRenderOptions *options);
/* Paints the picture at (0, 0). */
void hd_render(cairo_t *cr, const HdSource *source, const HdRenderOptions *options);
/* Renders to a file by its suffix .png, .svg or .pdf. */
gboolean hd_render_can_write(const char *path);
gboolean hd_render_file(const HdSource *source, const HdRenderOptions *options, const char *path, GError **error);
/* Two recordings one above the other on one scale of time, each from its own start, with what differs between them: by the first one's
 * options (from, to and lanes hold for both; no finding is on show). */
gboolean hd_render_compare_file(const HdSource sources[2], const HdRenderOptions *options, const char *path, GError **error);
/* "2.0× faster", "3 % slower", "as fast": from one duration to another. The caller frees it. */
char *hd_compare_words(gint64 before_ns, gint64 after_ns);
/* "2 processes · 11 threads · 9.4 M events · 38.2 s · nothing lost · CPU observed". The caller frees it. */
char *hd_recording_line(const HdModel *model);

G_END_DECLS
