#include "findings.h"
#include "overview.h"
#include "paint.h"
#include "render-private.h"
#include "ruler.h"
#include "text.h"
#include <math.h>
#include <string.h>

/* Minutes and hours as on a clock. */
char *hd_picture_length(gint64 length_ns) {
  return length_ns < 120 * G_GINT64_CONSTANT(1000000000) ? hd_format_duration(length_ns) : hd_format_time(length_ns, 1000000000);
}

static void append_count(GString *line, guint64 count, const char *word) {
  if (line->len) g_string_append(line, " · ");
  if (count >= 1000000)
    g_string_append_printf(line, "%.1f M %ss", count / 1e6, word);
  else if (count >= 10000)
    g_string_append_printf(line, "%.1f k %ss", count / 1e3, word);
  else
    g_string_append_printf(line, "%" G_GUINT64_FORMAT " %s%s", count, word, count == 1 ? "" : strcmp(word, "process") ? "s" : "es");
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
  g_autofree char *duration = hd_picture_length(model->duration_ns);
  g_string_append_printf(line, " · %s", duration);
  if (info && info->lost_count)
    g_string_append_printf(line, " · %" G_GUINT64_FORMAT " events lost", info->lost_count);
  else
    g_string_append(line, " · nothing lost");
  if (info && info->damaged) g_string_append(line, " · damaged");
  if (info && info->in_progress) g_string_append(line, " · in progress");
  g_string_append(line, info && info->schedule_observed ? " · CPU observed" : " · CPU not observed");
  return g_string_free(line, FALSE);
}

void hd_picture_fill(const HdPicture *picture, HdColour colour, double x, double y, double width, double height) {
  hd_set_colour(picture->cr, colour, 1);
  cairo_rectangle(picture->cr, x, y, width, height);
  cairo_fill(picture->cr);
}

void hd_picture_header(const HdPicture *picture) {
  const HdTheme *theme = picture->theme;
  const HdLogInfo *info = picture->source->model->info;
  gboolean amber = info && (info->lost_count || info->damaged);
  hd_picture_fill(picture, theme->head, 0, 0, picture->width, HEADER_PX);
  if (amber) hd_picture_fill(picture, theme->warning, 0, HEADER_PX - 2, picture->width, 2);
  hd_picture_fill(picture, theme->line, 0, HEADER_PX, picture->width, 1);
  g_autofree char *base = info && info->path ? g_path_get_basename(info->path) : NULL;
  g_autofree char *title = hd_display_name(picture->options->title ? picture->options->title : base ? base : "recording", 120);
  g_autofree char *line = hd_recording_line(picture->source->model);
  HdTextStyle style = {.size_px = 13, .weight = HD_WEIGHT_BOLD, .align = HD_ALIGN_CENTRE};
  hd_draw_text(picture->cr, &style, theme->text, picture->width / 2, 20, title);
  style = (HdTextStyle){.size_px = 11, .align = HD_ALIGN_CENTRE, .width_px = picture->width - 20};
  hd_draw_text(picture->cr, &style, amber ? theme->warning : theme->dim, picture->width / 2, 36, line);
}

void hd_picture_overviews(const HdPicture *picture) {
  const HdModel *model = picture->source->model;
  double y = HEADER_PX + 1, half = HD_OVERVIEW_HEIGHT_PX / 2;
  HdView whole = hd_overview_whole(model, picture->view.width_px),
         around = hd_overview_around(model, &picture->view, picture->view.width_px);
  HdTextStyle style = {.size_px = picture->left >= 200 ? 11.5 : 10.5, .width_px = picture->left - 20};
  gboolean near_whole = around.ns_per_px >= whole.ns_per_px * 0.9; /* the strip would say the same again */
  for (int strip = 0; strip < (near_whole ? 1 : 2); strip++) {
    const HdView *view = strip ? &around : &whole;
    g_autoptr(HdOverview) overview = hd_overview_new(picture->source, view);
    double height = near_whole ? HD_OVERVIEW_HEIGHT_PX - 1 : half;
    g_autofree char *duration = hd_picture_length((gint64)(view->width_px * view->ns_per_px));
    g_autofree char *words = g_strdup_printf(strip ? "around the view, %s" : "whole recording, %s", duration);
    hd_paint_overview(picture->cr, picture->theme, picture->source, overview, &picture->view, strip == 0, picture->left, y + strip * half,
                      height);
    hd_draw_text(picture->cr, &style, picture->theme->dim, 14, y + strip * half + 16, words);
  }
  hd_picture_fill(picture, picture->theme->line, picture->left, y + HD_OVERVIEW_HEIGHT_PX - 1, picture->view.width_px, 1);
  y += HD_OVERVIEW_HEIGHT_PX;
  hd_picture_fill(picture, picture->theme->head, 0, y, picture->left, HD_RULER_HEIGHT_PX);
  hd_paint_ruler(picture->cr, picture->theme, picture->source, &picture->view, FALSE, picture->left, y);
  if (picture->finding)
    hd_paint_to_end(picture->cr, picture->theme, picture->source, picture->finding, &picture->view, 1, picture->left, y);
}

void hd_picture_findings(const HdPicture *picture) {
  const HdTheme *theme = picture->theme;
  const HdAnalysis *analysis = picture->source->analysis;
  double x = picture->width - picture->right, y = HEADER_PX + 42, inside = picture->right - 24;
  hd_picture_fill(picture, theme->panel, x, HEADER_PX + 1, picture->right, picture->height);
  hd_picture_fill(picture, theme->line, x, HEADER_PX + 1, 1, picture->height);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 14, .weight = HD_WEIGHT_BOLD}, theme->text, x + 18, HEADER_PX + 26, "Findings");
  double legend_height = hd_paint_legend(NULL, theme, picture->source->lod, 0, 0, inside);
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
    g_autofree char *none = hd_no_finding_text(picture->source);
    y += hd_draw_paragraph(picture->cr, &body, theme->text, x + 18, y, 6, none) + 10;
  } else if (shown_count < count) {
    g_autofree char *more = g_strdup_printf("%u more", count - shown_count);
    hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11}, theme->dim, x + 18, y + 10, more);
    y += 20;
  }
  hd_picture_fill(picture, theme->line, x + 12, y + 4, inside, 1);
  hd_paint_legend(picture->cr, theme, picture->source->lod, x + 18, y + 18, inside - 6);
}

double hd_picture_findings_height(const HdPicture *picture) {
  const HdAnalysis *analysis = picture->source->analysis;
  double inside = picture->right - 24,
         height = HEADER_PX + 42 + 30 + hd_paint_legend(NULL, picture->theme, picture->source->lod, 0, 0, inside);
  gboolean none = TRUE;
  for (guint i = 0; analysis && i < analysis->finding_count; i++) {
    if (analysis->findings[i].grade == HD_GRADE_REFUTED) continue;
    height += hd_paint_card(NULL, picture->theme, &analysis->findings[i], FALSE, 0, 0, inside) + 10;
    none = FALSE;
  }
  return height + (none ? 60 : 0);
}

void hd_picture_footer(const HdPicture *picture) {
  const HdTheme *theme = picture->theme;
  const HdAnalysis *analysis = picture->source->analysis;
  double y = picture->height - FOOTER_PX;
  hd_picture_fill(picture, theme->panel, 0, y, picture->width, FOOTER_PX);
  hd_picture_fill(picture, theme->line, 0, y, picture->width, 1);
  guint count = 0;
  const HdFinding *top = picture->finding;
  for (guint i = 0; analysis && i < analysis->finding_count; i++) {
    if (analysis->findings[i].grade == HD_GRADE_REFUTED) continue;
    count++;
    if (!top) top = &analysis->findings[i];
  }
  if (!top) {
    g_autofree char *none = hd_no_finding_text(picture->source);
    hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11.5, .width_px = picture->width - 28}, theme->dim, 14, y + 19, none);
    return;
  }
  hd_picture_fill(picture, top->grade == HD_GRADE_OCCURRED ? theme->alarm : theme->warning, 0, y + 1, 4, FOOTER_PX - 1);
  g_autofree char *tag = hd_finding_tag(top);
  g_autofree char *more = count > 1 ? g_strdup_printf("   +%u more", count - 1) : g_strdup("");
  double x = 14;
  x += hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 12, .weight = HD_WEIGHT_BOLD}, theme->text, x, y + 19, top->title) + 10;
  g_autofree char *rest = g_strdup_printf("%s%s", tag, more);
  hd_draw_text(picture->cr, &(HdTextStyle){.size_px = 11.5, .width_px = fmax(picture->width - x - 14, 20)}, theme->dim, x, y + 19, rest);
}
