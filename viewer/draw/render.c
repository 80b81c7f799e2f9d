#include "arrows.h"
#include "findings.h"
#include "paint.h"
#include "render-private.h"
#include "shape.h"
#include "text.h"
#include <math.h>

void hd_render_options_init(HdRenderOptions *options) { *options = (HdRenderOptions){.from_ns = -1, .to_ns = -1, .finding = -2}; }

/* Paints the rows of a pane that fit into height; returns how many were left out. */
static guint paint_pane(const HdPicture *picture, HdPane pane, double top, double height) {
  guint count;
  const HdRow *rows = hd_lanes_rows(picture->lanes, pane, &count);
  for (guint i = 0; i < count; i++) {
    const HdRow *row = &rows[i];
    double y = top + row->y_px;
    if (row->y_px + row->height_px > height) {
      guint left_out = 0;
      for (guint j = i; j < count; j++) left_out += rows[j].kind != HD_ROW_PROCESS;
      return left_out;
    }
    hd_paint_row_background(picture->cr, picture->theme, row, NULL, FALSE, 0, y, picture->left);
    hd_paint_row_background(picture->cr, picture->theme, row, &picture->view, FALSE, picture->left, y, picture->view.width_px);
    hd_paint_label(picture->cr, picture->theme, row, 0, y, picture->left);
    hd_paint_note(picture->cr, picture->theme, row, picture->left, y, picture->view.width_px);
    HdTextStyle style = hd_box_text_style(row);
    HdDisplayOptions options = {.clip = TRUE,
                                .cited = (const guint32 *)picture->cited->data,
                                .cited_count = picture->cited->len,
                                .measure = hd_measure_text,
                                .measure_data = &style};
    g_autoptr(HdDisplayList) list = hd_display_list_new();
    hd_display_row(list, picture->source, row, &picture->view, &options);
    cairo_save(picture->cr);
    cairo_rectangle(picture->cr, picture->left, y, picture->view.width_px, row->height_px);
    cairo_clip(picture->cr);
    hd_paint_list(picture->cr, picture->theme, list, row, picture->left, y);
    cairo_restore(picture->cr);
  }
  return 0;
}

static void paint_pane_header(const HdPicture *picture, double y) {
  guint shown_count, all_count;
  hd_lanes_object_counts(picture->lanes, &shown_count, &all_count);
  hd_picture_fill(picture, picture->theme->head, 0, y, picture->width - picture->right, PANE_HEADER_PX - 2);
  hd_set_colour(picture->cr, picture->theme->dim, 1);
  hd_fold_mark(picture->cr, 16, y + 11, TRUE);
  cairo_fill(picture->cr);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 12, .weight = HD_WEIGHT_BOLD, .width_px = picture->left - 30}, picture->theme->text,
               26, y + 15, "Locks and queues");
  g_autofree char *note = g_strdup_printf("sorted by time lost · %u of %u shown", shown_count, all_count);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11}, picture->theme->dim, picture->left + 8, y + 15, note);
}

static void paint_left_out(const HdPicture *picture, double y, guint count, const char *what) {
  if (!count) return;
  g_autofree char *words = g_strdup_printf("%u more %s%s", count, what, count == 1 ? "" : "s");
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11}, picture->theme->dim, 26, y + 12, words);
}

void hd_picture_choose_finding(HdPicture *picture) {
  const HdAnalysis *analysis = picture->source->analysis;
  const HdRenderOptions *options = picture->options;
  int index = options->finding;
  gboolean chosen = options->from_ns >= 0 || options->to_ns >= 0;
  picture->cited = g_array_new(FALSE, FALSE, sizeof(guint32));
  if (!analysis || analysis->finding_count == 0 || index == -1 ||
      (index == -2 && (chosen || analysis->findings[0].grade == HD_GRADE_REFUTED)))
    return;
  picture->finding = &analysis->findings[CLAMP(index, 0, (int)analysis->finding_count - 1)];
  g_array_unref(picture->cited);
  picture->cited = hd_finding_waits(picture->finding);
}

void hd_picture_choose_view(HdPicture *picture) {
  const HdModel *model = picture->source->model;
  const HdRenderOptions *options = picture->options;
  int width_px = (int)MAX(picture->width - picture->left - picture->right, 50);
  gint64 duration_ns = MAX(model->duration_ns, 1000);
  if (options->from_ns >= 0 || options->to_ns >= 0) {
    gint64 from_ns = MAX(options->from_ns, 0), to_ns = options->to_ns >= 0 ? options->to_ns : duration_ns;
    picture->view = (HdView){from_ns, (double)MAX(to_ns - from_ns, 1) / width_px, width_px};
  } else if (picture->finding)
    picture->view = hd_finding_view(model, picture->finding, width_px);
  else
    picture->view = (HdView){0, (double)duration_ns / width_px, width_px};
}

void hd_picture_raise_finding(HdPicture *picture) {
  enum { RAISED_MAX = 12 }; /* of a crowd the first will do */
  if (!picture->finding) return;
  const GArray *actors = picture->finding->actors, *objects = picture->finding->objects;
  hd_lanes_raise(picture->lanes, actors ? (const guint32 *)actors->data : NULL, actors ? MIN(actors->len, RAISED_MAX) : 0,
                 objects ? (const guint32 *)objects->data : NULL, objects ? MIN(objects->len, RAISED_MAX) : 0);
}

/* As wide as the longest name, within what the picture can spare. */
double hd_picture_names_width(const HdPicture *picture) {
  double least = picture->width >= 1200 ? 210 : picture->width >= 900 ? 180 : fmin(150, picture->width / 3);
  double most = fmin(420, fmax(picture->width * 0.22, least)), wanted = least;
  for (int pane = 0; pane < HD_PANE_COUNT; pane++) {
    guint count;
    const HdRow *rows = hd_lanes_rows(picture->lanes, pane, &count);
    for (guint i = 0; i < count; i++) wanted = fmax(wanted, hd_label_width(&rows[i]));
  }
  return floor(fmin(wanted, most));
}

static HdPicture begin_picture(cairo_t *cr, const HdSource *source, const HdRenderOptions *options) {
  HdPicture picture = {.cr = cr, .theme = &hd_themes[options->theme], .source = source, .options = options};
  picture.width = options->width_px > 0 ? options->width_px : 1600;
  picture.right = picture.width >= FINDINGS_FROM_PX ? FINDINGS_WIDTH_PX : 0;
  picture.lanes = hd_lanes_new(source);
  hd_lanes_set_filter(picture.lanes, options->lanes);
  picture.left = hd_picture_names_width(&picture);
  hd_picture_choose_finding(&picture);
  hd_picture_choose_view(&picture);
  double findings_px = picture.right > 0 ? hd_picture_findings_height(&picture) : HEIGHT_MIN_PX;
  int wanted = LANES_TOP_PX + hd_lanes_height_px(picture.lanes, HD_PANE_ACTORS) + PANE_HEADER_PX +
               hd_lanes_height_px(picture.lanes, HD_PANE_OBJECTS) + 12 + (picture.right > 0 ? 0 : FOOTER_PX);
  picture.height = options->height_px > 0 ? options->height_px : CLAMP(fmax(wanted, findings_px), HEIGHT_MIN_PX, HEIGHT_MAX_PX);
  return picture;
}

static void end_picture(HdPicture *picture) {
  hd_lanes_free(picture->lanes);
  g_array_unref(picture->cited);
}

/* The arrows of the finding on show; the quiet ones of what is seen. */
void hd_picture_arrows(const HdPicture *picture, double top, double height) {
  cairo_save(picture->cr);
  cairo_rectangle(picture->cr, picture->left, top, picture->view.width_px, height);
  cairo_clip(picture->cr);
  g_autoptr(GArray) arrows = g_array_new(FALSE, FALSE, sizeof(HdArrow));
  hd_arrows_add_births(arrows, picture->source, &picture->view);
  if (!picture->finding || !hd_finding_is_hang(picture->finding))
    hd_arrows_add_work(arrows, picture->source, picture->lanes, &picture->view);
  hd_paint_arrows(picture->cr, picture->theme, picture->lanes, arrows, &picture->view, picture->left, top);
  if (picture->finding)
    hd_paint_evidence(picture->cr, picture->theme, picture->source, picture->lanes, picture->finding, &picture->view, picture->left, top);
  cairo_restore(picture->cr);
}

double hd_picture_lanes_height(const HdPicture *picture) {
  int objects_px = hd_lanes_height_px(picture->lanes, HD_PANE_OBJECTS);
  return hd_lanes_height_px(picture->lanes, HD_PANE_ACTORS) + (objects_px ? objects_px + PANE_HEADER_PX : 0);
}

void hd_picture_lanes(HdPicture *picture, double top, double room) {
  room -= PANE_HEADER_PX;
  int actors_px = hd_lanes_height_px(picture->lanes, HD_PANE_ACTORS), objects_px = hd_lanes_height_px(picture->lanes, HD_PANE_OBJECTS);
  if (actors_px + objects_px > room) {
    hd_lanes_set_density(picture->lanes, HD_DENSITY_DENSE);
    actors_px = hd_lanes_height_px(picture->lanes, HD_PANE_ACTORS);
  }
  if (actors_px + objects_px > room) {
    hd_picture_raise_finding(picture);
    actors_px = hd_lanes_height_px(picture->lanes, HD_PANE_ACTORS);
    objects_px = hd_lanes_height_px(picture->lanes, HD_PANE_OBJECTS);
  }
  double objects_room = fmin(objects_px, fmax(room * 0.35, room - actors_px));
  if (objects_room < objects_px) objects_room = fmin(objects_px, ceil(objects_room / OBJECT_ROW_PX) * OBJECT_ROW_PX); /* whole rows */
  double actors_room = fmin(actors_px, room - objects_room);
  if (objects_px == 0) actors_room = fmin(actors_px, room + PANE_HEADER_PX);
  gboolean cut = actors_px > actors_room;
  double actors_shown = cut ? actors_room - 18 : actors_room;
  guint left_out = paint_pane(picture, HD_PANE_ACTORS, top, actors_shown);
  hd_picture_arrows(picture, top, actors_shown);
  paint_left_out(picture, top + actors_shown, left_out, "lane");
  top += actors_room;
  if (objects_px == 0) return;
  paint_pane_header(picture, top);
  guint objects_left_out = paint_pane(picture, HD_PANE_OBJECTS, top + PANE_HEADER_PX, objects_room);
  if (!objects_left_out) return;
  g_autofree char *words = g_strdup_printf("%u more", objects_left_out);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11, .align = HD_ALIGN_RIGHT}, picture->theme->dim,
               picture->width - picture->right - 8, top + 15, words);
}

static void paint_picture(HdPicture *picture) {
  hd_picture_fill(picture, picture->theme->background, 0, 0, picture->width, picture->height);
  hd_picture_lanes(picture, LANES_TOP_PX, picture->height - LANES_TOP_PX - (picture->right > 0 ? 8 : FOOTER_PX + 4));
  hd_picture_header(picture);
  hd_picture_overviews(picture);
  if (picture->right > 0)
    hd_picture_findings(picture);
  else
    hd_picture_footer(picture);
}

void hd_render(cairo_t *cr, const HdSource *source, const HdRenderOptions *options) {
  HdPicture picture = begin_picture(cr, source, options);
  paint_picture(&picture);
  end_picture(&picture);
}

static void paint_to(cairo_t *cr, gpointer picture) {
  ((HdPicture *)picture)->cr = cr;
  paint_picture(picture);
}

gboolean hd_render_file(const HdSource *source, const HdRenderOptions *options, const char *path, GError **error) {
  if (options->thumbnail) return hd_picture_thumbnail(source, options, path, error);
  HdPicture picture = begin_picture(NULL, source, options);
  gboolean written = hd_picture_write(path, picture.width, picture.height, paint_to, &picture, error);
  end_picture(&picture);
  return written;
}
