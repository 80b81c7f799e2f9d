#include "paint.h"
#include "render-private.h"
#include "text.h"
#include <math.h>

/* In the unit that it is laid out in: two pixels of the file. */
enum {
  WIDTH_PX = HD_THUMBNAIL_WIDTH_PX / 2,
  HEIGHT_PX = HD_THUMBNAIL_HEIGHT_PX / 2,
  MARGIN_PX = 8,
  NAME_MAX_PX = 64,
  NAME_TEXT_PX = 9,
  NAME_ROW_PX = 11, /* lower rows have no name */
};
#define STRETCH_MAX 2.0 /* of crowds of thin lanes that leave room */

/* Too wide for every box: words so small would not be read. */
static double no_words(const char *text, gpointer unused) { return WIDTH_PX * 100; }

/* "worker (1629)" is "worker" here, "group (main.c:59)" is "group"; the caller frees it. */
static char *short_name(const char *name) {
  const char *more = g_str_has_suffix(name, ")") ? g_strrstr(name, " (") : NULL;
  return more && more > name ? g_strndup(name, more - name) : g_strdup(name);
}

static void paint_row(const HdPicture *picture, const HdRow *row, double y, double stretch) {
  HdDisplayOptions options = {
      .clip = TRUE, .cited = (const guint32 *)picture->cited->data, .cited_count = picture->cited->len, .measure = no_words};
  g_autoptr(HdDisplayList) list = hd_display_list_new();
  hd_display_row(list, picture->source, row, &picture->view, &options);
  cairo_save(picture->cr);
  cairo_translate(picture->cr, 0, y);
  cairo_scale(picture->cr, 1, stretch);
  cairo_rectangle(picture->cr, picture->left, 0, picture->view.width_px, row->height_px);
  cairo_clip(picture->cr);
  hd_paint_list(picture->cr, picture->theme, list, row, picture->left, 0);
  cairo_restore(picture->cr);
  double height = row->height_px * stretch;
  if (height < NAME_ROW_PX) return;
  HdTextStyle style = {.size_px = NAME_TEXT_PX, .width_px = picture->left - MARGIN_PX - 4};
  HdColour colour = row->kind == HD_ROW_PROCESS ? picture->theme->dim : picture->theme->text;
  g_autofree char *name = short_name(row->name);
  hd_draw_text(picture->cr, &style, colour, MARGIN_PX, y + height / 2 + NAME_TEXT_PX * 0.35, name);
}

/* The rows that fit as a whole into height, of which all together take up used_px. */
static guint fitting_rows(const HdPicture *picture, HdPane pane, double height, int *used_px) {
  guint count, fit_count = 0;
  const HdRow *rows = hd_lanes_rows(picture->lanes, pane, &count);
  *used_px = 0;
  while (fit_count < count && rows[fit_count].y_px + rows[fit_count].height_px <= height) {
    *used_px = rows[fit_count].y_px + rows[fit_count].height_px;
    fit_count++;
  }
  return fit_count;
}

/* The first rows of a pane, less a header above them. */
static void paint_rows(const HdPicture *picture, HdPane pane, guint row_count, int hidden_px, double top, double stretch) {
  guint count;
  const HdRow *rows = hd_lanes_rows(picture->lanes, pane, &count);
  for (guint i = 0; i < row_count; i++)
    if (rows[i].y_px >= hidden_px) paint_row(picture, &rows[i], top + rows[i].y_px * stretch, stretch);
}

/* The header of the only process says nothing: the lanes begin below it. */
static int hidden_header_px(HdLanes *lanes) {
  guint count, header_count = 0;
  const HdRow *rows = hd_lanes_rows(lanes, HD_PANE_ACTORS, &count);
  for (guint i = 0; i < count; i++) header_count += rows[i].kind == HD_ROW_PROCESS;
  return header_count == 1 && rows[0].kind == HD_ROW_PROCESS ? rows[0].height_px : 0;
}

static double widest_name_px(const HdPicture *picture) {
  HdTextStyle style = {.size_px = NAME_TEXT_PX};
  double widest = 0;
  for (int pane = 0; pane < HD_PANE_COUNT; pane++) {
    guint count;
    const HdRow *rows = hd_lanes_rows(picture->lanes, pane, &count);
    for (guint i = 0; i < count; i++) {
      g_autofree char *name = short_name(rows[i].name);
      widest = fmax(widest, hd_text_width(&style, name));
    }
  }
  return fmin(widest + 2, NAME_MAX_PX);
}

/* As high as all lanes allow beside at least one object, whose lane often is the point. */
static HdDensity choose_density(HdPicture *picture) {
  static const HdDensity densities[] = {HD_DENSITY_WIDE, HD_DENSITY_DENSE, HD_DENSITY_TINY};
  guint object_count;
  hd_lanes_rows(picture->lanes, HD_PANE_OBJECTS, &object_count);
  for (guint i = 0; i < G_N_ELEMENTS(densities); i++) {
    hd_lanes_set_density(picture->lanes, densities[i]);
    int objects_px = object_count ? hd_lanes_height_px(picture->lanes, HD_PANE_OBJECTS) / (int)object_count : 0;
    int lanes_px = hd_lanes_height_px(picture->lanes, HD_PANE_ACTORS) - hidden_header_px(picture->lanes);
    if (lanes_px + objects_px <= HEIGHT_PX - 2 * MARGIN_PX) return densities[i];
    if (densities[i] == HD_DENSITY_DENSE && lanes_px <= HEIGHT_PX - 2 * MARGIN_PX) return densities[i];
  }
  hd_picture_raise_finding(picture);
  return HD_DENSITY_TINY;
}

static void paint_thumbnail(HdPicture *picture) {
  gboolean tiny = choose_density(picture) == HD_DENSITY_TINY;
  int hidden_px = hidden_header_px(picture->lanes), lanes_px, objects_px;
  double room = picture->height - 2 * MARGIN_PX;
  guint lane_count = fitting_rows(picture, HD_PANE_ACTORS, room + hidden_px, &lanes_px);
  guint object_count = fitting_rows(picture, HD_PANE_OBJECTS, room + hidden_px - lanes_px, &objects_px);
  int used_px = lanes_px - hidden_px + objects_px;
  double stretch = tiny && used_px ? CLAMP(room / used_px, 1, STRETCH_MAX) : 1;
  double shown_top = MARGIN_PX + floor((room - used_px * stretch) / 2), top = shown_top - hidden_px * stretch;
  hd_picture_fill(picture, picture->theme->background, 0, 0, picture->width, picture->height);
  paint_rows(picture, HD_PANE_ACTORS, lane_count, hidden_px, top, stretch);
  paint_rows(picture, HD_PANE_OBJECTS, object_count, 0, top + lanes_px * stretch, stretch);
  cairo_save(picture->cr);
  cairo_translate(picture->cr, 0, top);
  cairo_scale(picture->cr, 1, stretch);
  cairo_rectangle(picture->cr, 0, hidden_px, picture->width, lanes_px - hidden_px);
  cairo_clip(picture->cr);
  hd_picture_arrows(picture, 0, lanes_px);
  cairo_restore(picture->cr);
}

gboolean hd_picture_thumbnail(const HdSource *source, const HdRenderOptions *options, const char *path, GError **error) {
  HdPicture picture = {.theme = &hd_themes[options->theme],
                       .source = source,
                       .options = options,
                       .width = WIDTH_PX,
                       .height = HEIGHT_PX,
                       .right = MARGIN_PX};
  cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, HD_THUMBNAIL_WIDTH_PX, HD_THUMBNAIL_HEIGHT_PX);
  picture.cr = cairo_create(surface);
  cairo_scale(picture.cr, HD_THUMBNAIL_WIDTH_PX / (double)WIDTH_PX, HD_THUMBNAIL_HEIGHT_PX / (double)HEIGHT_PX);
  picture.lanes = hd_lanes_new(source);
  hd_lanes_set_filter(picture.lanes, options->lanes);
  guint object_count;
  hd_lanes_rows(picture.lanes, HD_PANE_OBJECTS, &object_count);
  if (object_count == 0) hd_lanes_set_quiet_objects(picture.lanes, TRUE); /* better those that nobody waited for than none */
  picture.left = MARGIN_PX + widest_name_px(&picture) + 4;
  hd_picture_choose_finding(&picture);
  hd_picture_choose_view(&picture);
  paint_thumbnail(&picture);
  cairo_destroy(picture.cr);
  hd_lanes_free(picture.lanes);
  g_array_unref(picture.cited);
  cairo_status_t status = cairo_surface_write_to_png(surface, path);
  cairo_surface_destroy(surface);
  if (status == CAIRO_STATUS_SUCCESS) return TRUE;
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: cannot be written: %s", path, cairo_status_to_string(status));
  return FALSE;
}
