#include "render.h"
#include "findings.h"
#include "names.h"
#include "overview.h"
#include "paint.h"
#include "ruler.h"
#include "shape.h"
#include "text.h"
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <string.h>

enum {
  HEADER_PX = 46,
  LANES_TOP_PX = HEADER_PX + 1 + HD_OVERVIEW_HEIGHT_PX + HD_RULER_HEIGHT_PX + 6,
  PANE_HEADER_PX = 24,
  OBJECT_ROW_PX = 44,
  FINDINGS_WIDTH_PX = 372,
  FINDINGS_FROM_PX = 1400, /* narrower pictures have no column for them */
  FOOTER_PX = 30,
  HEIGHT_MAX_PX = 1000,
  HEIGHT_MIN_PX = 360
};

/* A picture in the making. */
typedef struct {
  cairo_t *cr;
  const HdTheme *theme;
  const HdSource *source;
  const HdRenderOptions *options;
  HdLanes *lanes;
  HdView view;
  const HdFinding *finding;  /* on show, NULL */
  GArray *cited;             /* of guint32 */
  double width, height, left, right; /* right: width of the findings' column */
} Picture;

void hd_render_options_init(HdRenderOptions *options) { *options = (HdRenderOptions){.from_ns = -1, .to_ns = -1, .finding = -2}; }

/* Minutes and hours as on a clock. */
static char *format_length(gint64 length_ns) {
  return length_ns < 120 * G_GINT64_CONSTANT(1000000000) ? hd_format_duration(length_ns) : hd_format_time(length_ns, 1000000000);
}

static void append_count(GString *line, guint64 count, const char *word) {
  if (line->len) g_string_append(line, " · ");
  if (count >= 1000000) g_string_append_printf(line, "%.1f M %ss", count / 1e6, word);
  else if (count >= 10000) g_string_append_printf(line, "%.1f k %ss", count / 1e3, word);
  else g_string_append_printf(line, "%" G_GUINT64_FORMAT " %s%s", count, word, count == 1 ? "" : strcmp(word, "process") ? "s" : "es");
}

char *hd_recording_line(const HdModel *model) {
  GString *line = g_string_new(NULL);
  guint thread_count = 0, task_count = 0;
  for (guint i = 0; i < model->actor_count; i++) {
    thread_count += model->actors[i].kind == HD_ACTOR_THREAD;
    task_count += model->actors[i].kind == HD_ACTOR_TASK;
  }
  append_count(line, model->process_count, "process");
  append_count(line, thread_count, "thread");
  if (task_count) append_count(line, task_count, "task");
  const HdLogInfo *info = model->info;
  if (info) append_count(line, info->event_count, "event");
  g_autofree char *duration = format_length(model->duration_ns);
  g_string_append_printf(line, " · %s", duration);
  if (info && info->lost_count) g_string_append_printf(line, " · %" G_GUINT64_FORMAT " events lost", info->lost_count);
  else g_string_append(line, " · nothing lost");
  if (info && info->damaged) g_string_append(line, " · damaged");
  if (info && info->in_progress) g_string_append(line, " · in progress");
  g_string_append(line, info && info->schedule_observed ? " · CPU observed" : " · CPU not observed");
  return g_string_free(line, FALSE);
}

static void fill(const Picture *picture, HdColour colour, double x, double y, double width, double height) {
  hd_set_colour(picture->cr, colour, 1);
  cairo_rectangle(picture->cr, x, y, width, height);
  cairo_fill(picture->cr);
}

static void paint_header(const Picture *picture) {
  const HdTheme *theme = picture->theme;
  const HdLogInfo *info = picture->source->model->info;
  gboolean amber = info && (info->lost_count || info->damaged);
  fill(picture, theme->head, 0, 0, picture->width, HEADER_PX);
  if (amber) fill(picture, theme->warning, 0, HEADER_PX - 2, picture->width, 2);
  fill(picture, theme->line, 0, HEADER_PX, picture->width, 1);
  g_autofree char *base = info && info->path ? g_path_get_basename(info->path) : NULL;
  g_autofree char *title = hd_display_name(picture->options->title ? picture->options->title : base ? base : "recording", 120);
  g_autofree char *line = hd_recording_line(picture->source->model);
  HdTextStyle style = {.size_px = 13, .weight = HD_WEIGHT_BOLD, .align = HD_ALIGN_CENTRE};
  hd_draw_text(picture->cr, &style, theme->text, picture->width / 2, 20, title);
  style = (HdTextStyle){.size_px = 11, .align = HD_ALIGN_CENTRE, .width_px = picture->width - 20};
  hd_draw_text(picture->cr, &style, amber ? theme->warning : theme->dim, picture->width / 2, 36, line);
}

static void paint_overviews(const Picture *picture) {
  const HdModel *model = picture->source->model;
  double y = HEADER_PX + 1, half = HD_OVERVIEW_HEIGHT_PX / 2;
  HdView whole = hd_overview_whole(model, picture->view.width_px), around = hd_overview_around(model, &picture->view, picture->view.width_px);
  HdTextStyle style = {.size_px = picture->left >= 200 ? 11.5 : 10.5, .width_px = picture->left - 20};
  gboolean near_whole = around.ns_per_px >= whole.ns_per_px * 0.9; /* the strip would say the same again */
  for (int strip = 0; strip < (near_whole ? 1 : 2); strip++) {
    const HdView *view = strip ? &around : &whole;
    g_autoptr(HdOverview) overview = hd_overview_new(picture->source, view);
    double height = near_whole ? HD_OVERVIEW_HEIGHT_PX - 1 : half;
    g_autofree char *duration = format_length((gint64)(view->width_px * view->ns_per_px));
    g_autofree char *words = g_strdup_printf(strip ? "around the view, %s" : "whole recording, %s", duration);
    hd_paint_overview(picture->cr, picture->theme, picture->source, overview, &picture->view, strip == 0, picture->left, y + strip * half, height);
    hd_draw_text(picture->cr, &style, picture->theme->dim, 14, y + strip * half + 16, words);
  }
  fill(picture, picture->theme->line, picture->left, y + HD_OVERVIEW_HEIGHT_PX - 1, picture->view.width_px, 1);
  y += HD_OVERVIEW_HEIGHT_PX;
  fill(picture, picture->theme->head, 0, y, picture->left, HD_RULER_HEIGHT_PX);
  hd_paint_ruler(picture->cr, picture->theme, picture->source, &picture->view, FALSE, picture->left, y);
  if (picture->finding) hd_paint_to_end(picture->cr, picture->theme, picture->source, picture->finding, &picture->view, picture->left, y);
}

/* Paints the rows of a pane that fit into height; returns how many were left out. */
static guint paint_pane(const Picture *picture, HdPane pane, double top, double height) {
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
    hd_paint_row_background(picture->cr, picture->theme, row, NULL, FALSE, 0, y, picture->width - picture->right);
    hd_paint_row_background(picture->cr, picture->theme, row, &picture->view, FALSE, picture->left, y, picture->view.width_px);
    hd_paint_label(picture->cr, picture->theme, row, 0, y, picture->left);
    hd_paint_note(picture->cr, picture->theme, row, picture->left, y, picture->view.width_px);
    HdTextStyle style = hd_box_text_style(row->height_px);
    HdDisplayOptions options = {.clip = TRUE, .cited = (const guint32 *)picture->cited->data, .cited_count = picture->cited->len,
                                .measure = hd_measure_text, .measure_data = &style};
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

static void paint_pane_header(const Picture *picture, double y) {
  guint shown_count, all_count;
  hd_lanes_object_counts(picture->lanes, &shown_count, &all_count);
  fill(picture, picture->theme->head, 0, y, picture->width - picture->right, PANE_HEADER_PX - 2);
  hd_set_colour(picture->cr, picture->theme->dim, 1);
  hd_fold_mark(picture->cr, 16, y + 11, TRUE);
  cairo_fill(picture->cr);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 12, .weight = HD_WEIGHT_BOLD, .width_px = picture->left - 30}, picture->theme->text, 26, y + 15, "Locks and queues");
  g_autofree char *note = g_strdup_printf("sorted by time lost · %u of %u shown", shown_count, all_count);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11}, picture->theme->dim, picture->left + 8, y + 15, note);
}

static void paint_left_out(const Picture *picture, double y, guint count, const char *what) {
  if (!count) return;
  g_autofree char *words = g_strdup_printf("%u more %s%s", count, what, count == 1 ? "" : "s");
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11}, picture->theme->dim, 26, y + 12, words);
}

static void paint_findings(const Picture *picture) {
  const HdTheme *theme = picture->theme;
  const HdAnalysis *analysis = picture->source->analysis;
  double x = picture->width - picture->right, y = HEADER_PX + 42, inside = picture->right - 24;
  fill(picture, theme->panel, x, HEADER_PX + 1, picture->right, picture->height);
  fill(picture, theme->line, x, HEADER_PX + 1, 1, picture->height);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 14, .weight = HD_WEIGHT_BOLD}, theme->text, x + 18, HEADER_PX + 26, "Findings");
  double legend_height = hd_paint_legend(NULL, theme, picture->source->model, 0, 0, inside);
  double bottom = picture->height - legend_height - 30;
  guint refuted_count = 0, shown_count = 0, count = 0;
  for (guint i = 0; analysis && i < analysis->finding_count; i++) {
    const HdFinding *finding = &analysis->findings[i];
    if (finding->grade == HD_GRADE_REFUTED) {
      refuted_count++;
      continue;
    }
    count++;
    if (shown_count + 1 < count) continue; /* the first that did not fit ends it */
    double height = hd_paint_card(NULL, theme, finding, FALSE, 0, 0, inside);
    if (y + height > bottom) continue;
    hd_paint_card(picture->cr, theme, finding, finding == picture->finding, x + 12, y, inside);
    y += height + 10;
    shown_count++;
  }
  g_autofree char *words = refuted_count ? g_strdup_printf("%u · %u refuted hidden", count, refuted_count) : g_strdup_printf("%u", count);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11, .align = HD_ALIGN_RIGHT}, theme->dim, picture->width - 18, HEADER_PX + 26, words);
  HdTextStyle body = {.size_px = 11.5, .width_px = inside - 12};
  if (count == 0) {
    g_autofree char *none = hd_no_finding_text(picture->source->model);
    y += hd_draw_paragraph(picture->cr, &body, theme->text, x + 18, y, 6, none) + 10;
  } else if (shown_count < count) {
    g_autofree char *more = g_strdup_printf("%u more", count - shown_count);
    hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11}, theme->dim, x + 18, y + 10, more);
    y += 20;
  }
  fill(picture, theme->line, x + 12, y + 4, inside, 1);
  hd_paint_legend(picture->cr, theme, picture->source->model, x + 18, y + 18, inside - 6);
}

/* What the column would like to have. */
static double findings_height(const Picture *picture) {
  const HdAnalysis *analysis = picture->source->analysis;
  double inside = picture->right - 24, height = HEADER_PX + 42 + 30 + hd_paint_legend(NULL, picture->theme, picture->source->model, 0, 0, inside);
  gboolean none = TRUE;
  for (guint i = 0; analysis && i < analysis->finding_count; i++) {
    if (analysis->findings[i].grade == HD_GRADE_REFUTED) continue;
    height += hd_paint_card(NULL, picture->theme, &analysis->findings[i], FALSE, 0, 0, inside) + 10;
    none = FALSE;
  }
  return height + (none ? 60 : 0);
}

/* Narrow pictures: the top finding in one line. */
static void paint_footer(const Picture *picture) {
  const HdTheme *theme = picture->theme;
  const HdAnalysis *analysis = picture->source->analysis;
  double y = picture->height - FOOTER_PX;
  fill(picture, theme->panel, 0, y, picture->width, FOOTER_PX);
  fill(picture, theme->line, 0, y, picture->width, 1);
  guint count = 0;
  const HdFinding *top = picture->finding;
  for (guint i = 0; analysis && i < analysis->finding_count; i++) {
    if (analysis->findings[i].grade == HD_GRADE_REFUTED) continue;
    count++;
    if (!top) top = &analysis->findings[i];
  }
  if (!top) {
    g_autofree char *none = hd_no_finding_text(picture->source->model);
    hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11.5, .width_px = picture->width - 28}, theme->dim, 14, y + 19, none);
    return;
  }
  fill(picture, top->grade == HD_GRADE_OCCURRED ? theme->alarm : theme->warning, 0, y + 1, 4, FOOTER_PX - 1);
  g_autofree char *tag = hd_finding_tag(top);
  g_autofree char *more = count > 1 ? g_strdup_printf("   +%u more", count - 1) : g_strdup("");
  double x = 14;
  x += hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 12, .weight = HD_WEIGHT_BOLD}, theme->text, x, y + 19, top->title) + 10;
  g_autofree char *rest = g_strdup_printf("%s%s", tag, more);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11.5, .width_px = fmax(picture->width - x - 14, 20)}, theme->dim, x, y + 19, rest);
}

static void choose_finding(Picture *picture) {
  const HdAnalysis *analysis = picture->source->analysis;
  const HdRenderOptions *options = picture->options;
  int index = options->finding;
  gboolean chosen = options->from_ns >= 0 || options->to_ns >= 0;
  picture->cited = g_array_new(FALSE, FALSE, sizeof(guint32));
  if (!analysis || analysis->finding_count == 0 || index == -1 || (index == -2 && (chosen || analysis->findings[0].grade == HD_GRADE_REFUTED))) return;
  picture->finding = &analysis->findings[CLAMP(index, 0, (int)analysis->finding_count - 1)];
  g_array_unref(picture->cited);
  picture->cited = hd_finding_waits(picture->finding);
}

static void choose_view(Picture *picture) {
  const HdModel *model = picture->source->model;
  const HdRenderOptions *options = picture->options;
  int width_px = (int)MAX(picture->width - picture->left - picture->right, 50);
  gint64 duration_ns = MAX(model->duration_ns, 1000);
  if (options->from_ns >= 0 || options->to_ns >= 0) {
    gint64 from_ns = MAX(options->from_ns, 0), to_ns = options->to_ns >= 0 ? options->to_ns : duration_ns;
    picture->view = (HdView){from_ns, (double)MAX(to_ns - from_ns, 1) / width_px, width_px};
  } else if (picture->finding) picture->view = hd_finding_view(model, picture->finding, width_px);
  else picture->view = (HdView){0, (double)duration_ns / width_px, width_px};
}

static void raise_finding(Picture *picture) {
  enum { RAISED_MAX = 12 }; /* of a crowd the first will do */
  if (!picture->finding) return;
  const GArray *actors = picture->finding->actors, *objects = picture->finding->objects;
  hd_lanes_raise(picture->lanes, actors ? (const guint32 *)actors->data : NULL, actors ? MIN(actors->len, RAISED_MAX) : 0,
                 objects ? (const guint32 *)objects->data : NULL, objects ? MIN(objects->len, RAISED_MAX) : 0);
}

/* As wide as the longest name, within what the picture can spare. */
static double names_width(const Picture *picture) {
  double least = picture->width >= 1200 ? 210 : picture->width >= 900 ? 180 : fmin(150, picture->width / 3);
  double most = fmin(420, fmax(picture->width * 0.22, least)), wanted = least;
  for (int pane = 0; pane < HD_PANE_COUNT; pane++) {
    guint count;
    const HdRow *rows = hd_lanes_rows(picture->lanes, pane, &count);
    for (guint i = 0; i < count; i++) wanted = fmax(wanted, hd_label_width(&rows[i]));
  }
  return floor(fmin(wanted, most));
}

static Picture begin_picture(cairo_t *cr, const HdSource *source, const HdRenderOptions *options) {
  Picture picture = {.cr = cr, .theme = &hd_themes[options->theme], .source = source, .options = options};
  picture.width = options->width_px > 0 ? options->width_px : 1600;
  picture.right = picture.width >= FINDINGS_FROM_PX ? FINDINGS_WIDTH_PX : 0;
  picture.lanes = hd_lanes_new(source->model, source->analysis);
  hd_lanes_set_filter(picture.lanes, options->lanes);
  picture.left = names_width(&picture);
  choose_finding(&picture);
  choose_view(&picture);
  double findings_px = picture.right > 0 ? findings_height(&picture) : HEIGHT_MIN_PX;
  int wanted = LANES_TOP_PX + hd_lanes_height_px(picture.lanes, HD_PANE_ACTORS) + PANE_HEADER_PX + hd_lanes_height_px(picture.lanes, HD_PANE_OBJECTS) + 12 +
               (picture.right > 0 ? 0 : FOOTER_PX);
  picture.height = options->height_px > 0 ? options->height_px : CLAMP(fmax(wanted, findings_px), HEIGHT_MIN_PX, HEIGHT_MAX_PX);
  return picture;
}

static void end_picture(Picture *picture) {
  hd_lanes_free(picture->lanes);
  g_array_unref(picture->cited);
}

static void paint_picture(Picture *picture) {
  fill(picture, picture->theme->background, 0, 0, picture->width, picture->height);
  double room = picture->height - LANES_TOP_PX - PANE_HEADER_PX - (picture->right > 0 ? 8 : FOOTER_PX + 4);
  int actors_px = hd_lanes_height_px(picture->lanes, HD_PANE_ACTORS), objects_px = hd_lanes_height_px(picture->lanes, HD_PANE_OBJECTS);
  if (actors_px + objects_px > room) {
    hd_lanes_set_density(picture->lanes, HD_DENSITY_DENSE);
    actors_px = hd_lanes_height_px(picture->lanes, HD_PANE_ACTORS);
  }
  if (actors_px + objects_px > room) {
    raise_finding(picture);
    actors_px = hd_lanes_height_px(picture->lanes, HD_PANE_ACTORS);
    objects_px = hd_lanes_height_px(picture->lanes, HD_PANE_OBJECTS);
  }
  double objects_room = fmin(objects_px, fmax(room * 0.35, room - actors_px));
  if (objects_room < objects_px) objects_room = fmin(objects_px, ceil(objects_room / OBJECT_ROW_PX) * OBJECT_ROW_PX); /* whole rows */
  double actors_room = fmin(actors_px, room - objects_room);
  if (objects_px == 0) actors_room = fmin(actors_px, room + PANE_HEADER_PX);
  gboolean cut = actors_px > actors_room;
  double top = LANES_TOP_PX, actors_shown = cut ? actors_room - 18 : actors_room;
  guint left_out = paint_pane(picture, HD_PANE_ACTORS, top, actors_shown);
  if (picture->finding) {
    cairo_save(picture->cr);
    cairo_rectangle(picture->cr, picture->left, top, picture->view.width_px, actors_shown);
    cairo_clip(picture->cr);
    hd_paint_evidence(picture->cr, picture->theme, picture->source, picture->lanes, picture->finding, &picture->view, picture->left, top);
    cairo_restore(picture->cr);
  }
  paint_left_out(picture, top + actors_shown, left_out, "lane");
  top += actors_room;
  if (objects_px > 0) {
    paint_pane_header(picture, top);
    guint objects_left_out = paint_pane(picture, HD_PANE_OBJECTS, top + PANE_HEADER_PX, objects_room);
    if (objects_left_out) {
      g_autofree char *words = g_strdup_printf("%u more", objects_left_out);
      hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11, .align = HD_ALIGN_RIGHT}, picture->theme->dim, picture->width - picture->right - 8, top + 15, words);
    }
  }
  paint_header(picture);
  paint_overviews(picture);
  if (picture->right > 0) paint_findings(picture);
  else paint_footer(picture);
}

void hd_render(cairo_t *cr, const HdSource *source, const HdRenderOptions *options) {
  Picture picture = begin_picture(cr, source, options);
  paint_picture(&picture);
  end_picture(&picture);
}

gboolean hd_render_can_write(const char *path) {
  return g_str_has_suffix(path, ".png") || g_str_has_suffix(path, ".svg") || g_str_has_suffix(path, ".pdf");
}

gboolean hd_render_file(const HdSource *source, const HdRenderOptions *options, const char *path, GError **error) {
  Picture picture = begin_picture(NULL, source, options);
  cairo_surface_t *surface = NULL;
  gboolean png = g_str_has_suffix(path, ".png");
  if (png) surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)picture.width, (int)picture.height);
  else if (g_str_has_suffix(path, ".svg")) {
    surface = cairo_svg_surface_create(path, picture.width, picture.height);
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
  } else if (g_str_has_suffix(path, ".pdf")) surface = cairo_pdf_surface_create(path, picture.width, picture.height);
  if (!surface) {
    end_picture(&picture);
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: the name must end in .png, .svg or .pdf", path);
    return FALSE;
  }
  picture.cr = cairo_create(surface);
  paint_picture(&picture);
  cairo_show_page(picture.cr);
  cairo_status_t status = cairo_status(picture.cr);
  cairo_destroy(picture.cr);
  end_picture(&picture);
  if (png && status == CAIRO_STATUS_SUCCESS) status = cairo_surface_write_to_png(surface, path);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  if (status == CAIRO_STATUS_SUCCESS) return TRUE;
  g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s: cannot be written: %s", path, cairo_status_to_string(status));
  return FALSE;
}
