/* What surrounds the display lists: labels, backgrounds, overlays. */
#include "paint.h"
#include "ruler.h"
#include "shape.h"
#include "text.h"
#include <math.h>
#include <string.h>

enum { HEADER_GAP_PX = 2 }; /* under a header's strip */

/* A header is a strip over the whole width; a lane that stands for a process has one behind its name only. */
void hd_paint_row_background(cairo_t *cr, const HdTheme *theme, const HdRow *row, const HdView *view, gboolean selected, double x, double y,
                             double width_px) {
  gboolean header = row->kind == HD_ROW_PROCESS && !row->alone, strip = header || (row->alone && !view);
  if (strip || selected) {
    hd_set_colour(cr, selected ? theme->selected_background : theme->head, 1);
    cairo_rectangle(cr, x, y, width_px, strip ? row->height_px - HEADER_GAP_PX : row->height_px);
    cairo_fill(cr);
  }
  if (!view || header) return;
  HdTicks ticks = hd_ticks(view, HD_TICK_APART_PX);
  for (gint64 at_ns = ticks.first_ns; at_ns < hd_view_end_ns(view); at_ns += ticks.step_ns)
    cairo_rectangle(cr, x + round(hd_view_x(view, at_ns)), y, 1, row->height_px);
  hd_set_colour(cr, theme->grid, 1);
  cairo_fill(cr);
}

/* Where a row's name begins: behind the mark of a header, indented by its depth. */
static double label_left(const HdRow *row) {
  return row->kind == HD_ROW_PROCESS || row->alone ? 26 + 14 * row->depth : 12 + 14 * MAX(row->depth, 1);
}

static HdTextStyle label_style(const HdRow *row) {
  return (HdTextStyle){.size_px = (row->height_px - row->jobs_px >= 22 ? 12 : 11) * hd_row_scale(row),
                       .weight = row->kind == HD_ROW_PROCESS || row->alone ? HD_WEIGHT_BOLD
                                 : row->kind == HD_ROW_TURNS               ? HD_WEIGHT_MEDIUM
                                                                           : HD_WEIGHT_NORMAL};
}

double hd_label_width(const HdRow *row) {
  HdTextStyle style = label_style(row);
  return label_left(row) + hd_text_width(&style, row->name) + 10;
}

/* "lock · log.c:22 · lost 790 ms" → "lock · lost 790 ms": the place goes first. */
static void leave_out_place(char *note) {
  char *first = strstr(note, " · "), *second = first ? strstr(first + 1, " · ") : NULL;
  if (second)
    memmove(first, second, strlen(second) + 1);
  else if (first && strchr(first, ':'))
    *first = 0;
}

void hd_paint_label(cairo_t *cr, const HdTheme *theme, const HdRow *row, double x, double y, double width_px) {
  if (row->height_px < 12) return;
  gboolean header = row->kind == HD_ROW_PROCESS,
           has_mark = (header && row->member_count) || row->kind == HD_ROW_FOLD || row->kind == HD_ROW_OBJECT_FOLD;
  gboolean two_lines = (row->kind == HD_ROW_OBJECT || row->kind == HD_ROW_OBJECT_FOLD) && row->height_px >= 34;
  double scale = hd_row_scale(row), strip = header      ? row->height_px - HEADER_GAP_PX
                                            : two_lines ? 24 * scale
                                                        : row->height_px - row->jobs_px;
  double left = x + label_left(row);
  if (!two_lines && row->kind != HD_ROW_TURNS) y += row->jobs_px;
  HdTextStyle style = label_style(row);
  double baseline = y + strip / 2 + style.size_px * 0.36;
  if (has_mark) {
    hd_set_colour(cr, theme->dim, 1);
    hd_fold_mark(cr, left - 9, y + strip / 2, row->opened);
    cairo_fill(cr);
  }
  style.width_px = fmax(x + width_px - left - 8, 10);
  double name_px = hd_draw_text(cr, &style, has_mark && !header ? theme->dim : theme->text, left, baseline, row->name);
  if (!two_lines) {
    HdTextStyle small = {.size_px = style.size_px - 1.5};
    gboolean fits = (row->kind == HD_ROW_THREAD || row->kind == HD_ROW_TURNS || row->alone) && *row->note &&
                    name_px + 10 + hd_text_width(&small, row->note) < style.width_px;
    if (fits) hd_draw_text(cr, &small, theme->dim, left + name_px + 10, baseline, row->note);
    return;
  }
  style.size_px = 10.5 * scale;
  g_autofree char *note = g_strdup(row->note);
  if (hd_text_width(&style, note) > style.width_px) leave_out_place(note);
  hd_draw_text(cr, &style, theme->dim, left, y + 33 * scale, note);
}

void hd_paint_note(cairo_t *cr, const HdTheme *theme, const HdRow *row, double x, double y, double width_px) {
  if (row->kind != HD_ROW_PROCESS || !row->opened) return;
  double scale = hd_row_scale(row);
  HdTextStyle style = {.size_px = 11 * scale, .width_px = fmax(width_px - 16, 10)};
  hd_draw_text(cr, &style, theme->dim, x + 8, y + 15 * scale, row->note);
}

double hd_note_width(const HdRow *row) {
  HdTextStyle style = {.size_px = 11 * hd_row_scale(row)};
  return hd_text_width(&style, row->note);
}

void hd_paint_selection(cairo_t *cr, const HdTheme *theme, const HdBox *box, double x, double y) {
  double x0 = round(x + box->x0_px), width = fmax(round(x + box->x1_px) - x0, 3);
  hd_rounded(cr, x0 - 1, y + box->y_px - 1, width + 1, box->height_px + 2, 3);
  cairo_set_line_width(cr, 2);
  hd_set_colour(cr, theme->selection, 1);
  cairo_stroke(cr);
}

void hd_paint_hover(cairo_t *cr, const HdTheme *theme, const HdBox *box, double x, double y) {
  double x0 = round(x + box->x0_px), width = fmax(round(x + box->x1_px) - x0, 3);
  hd_rounded(cr, x0 - 0.5, y + box->y_px - 0.5, width, box->height_px + 1, 2);
  cairo_set_line_width(cr, 1);
  hd_set_colour(cr, theme->text, 0.8);
  cairo_stroke(cr);
}

void hd_paint_number(cairo_t *cr, const HdTheme *theme, double x, double y, int number) {
  g_autofree char *words = g_strdup_printf("%d", number);
  hd_set_colour(cr, theme->selection, 1);
  cairo_new_sub_path(cr);
  cairo_arc(cr, x, y, 7.5, 0, 2 * G_PI);
  cairo_fill(cr);
  hd_draw_text(cr, &(HdTextStyle){.size_px = 10, .weight = HD_WEIGHT_BOLD, .align = HD_ALIGN_CENTRE}, theme->on_selection, x, y + 3.6,
               words);
}

static void paint_curve(cairo_t *cr, double from_x, double from_y, double to_x, double to_y, double head_px) {
  double down = to_y >= from_y ? 1 : -1, bend = fmin(fabs(to_y - from_y) / 2, 24) * down;
  cairo_move_to(cr, from_x, from_y);
  cairo_curve_to(cr, from_x, from_y + bend, to_x, to_y - bend, to_x, to_y - (head_px - 2) * down);
  cairo_stroke(cr);
  cairo_move_to(cr, to_x, to_y);
  cairo_line_to(cr, to_x - head_px * 4 / 7, to_y - head_px * down);
  cairo_line_to(cr, to_x + head_px * 4 / 7, to_y - head_px * down);
  cairo_close_path(cr);
  cairo_fill(cr);
}

void hd_paint_arrow(cairo_t *cr, const HdTheme *theme, double from_x, double from_y, double to_x, double to_y, int number) {
  hd_set_colour(cr, theme->selection, 1);
  cairo_set_line_width(cr, 1.8);
  paint_curve(cr, from_x, from_y, to_x, to_y, 7);
  if (number > 0) hd_paint_number(cr, theme, from_x, from_y, number);
}

void hd_paint_strong_arrow(cairo_t *cr, const HdTheme *theme, double from_x, double from_y, double to_x, double to_y) {
  hd_paint_arrow(cr, theme, from_x, from_y, to_x, to_y, 0);
}

void hd_paint_quiet_arrow(cairo_t *cr, const HdTheme *theme, double from_x, double from_y, double to_x, double to_y) {
  hd_set_colour(cr, theme->dim, 0.65);
  cairo_set_line_width(cr, 1);
  paint_curve(cr, from_x, from_y, to_x, to_y, 5);
}

void hd_paint_cancel_arrow(cairo_t *cr, const HdTheme *theme, double from_x, double from_y, double to_x, double to_y) {
  cairo_save(cr);
  hd_set_colour(cr, theme->warning, 1);
  cairo_set_line_width(cr, 1.2);
  cairo_set_dash(cr, (double[]){4, 3}, 2, 0);
  paint_curve(cr, from_x, from_y, to_x, to_y, 6);
  cairo_restore(cr);
}

static void paint_badge(cairo_t *cr, const HdTheme *theme, double x, double y, double scale, const char *words) {
  HdTextStyle style = {.size_px = 10.5 * scale, .weight = HD_WEIGHT_MEDIUM, .align = HD_ALIGN_CENTRE};
  double width = hd_text_width(&style, words) + 14 * scale;
  hd_set_colour(cr, theme->selection, 1);
  hd_rounded(cr, x - width / 2, y, width, 18 * scale, 4 * scale);
  cairo_fill(cr);
  hd_draw_text(cr, &style, theme->on_selection, x, y + 13 * scale, words);
}

void hd_paint_cursor(cairo_t *cr, const HdTheme *theme, double x, double ruler_y, double top_y, double bottom_y, double scale,
                     const char *words) {
  double line_x = floor(x) + 0.5;
  cairo_save(cr);
  hd_set_colour(cr, theme->selection, 1);
  cairo_set_line_width(cr, 1);
  cairo_set_dash(cr, (double[]){3, 3}, 2, 0);
  cairo_move_to(cr, line_x, top_y);
  cairo_line_to(cr, line_x, bottom_y);
  cairo_stroke(cr);
  cairo_restore(cr);
  if (words) paint_badge(cr, theme, x, ruler_y + 3, scale, words);
}

void hd_paint_measure(cairo_t *cr, const HdTheme *theme, double from_x, double to_x, double top_y, double bottom_y, double scale,
                      const char *words) {
  double x0 = fmin(from_x, to_x), x1 = fmax(from_x, to_x);
  hd_set_colour(cr, theme->selection, 0.12);
  cairo_rectangle(cr, x0, top_y, x1 - x0, bottom_y - top_y);
  cairo_fill(cr);
  hd_set_colour(cr, theme->selection, 1);
  cairo_rectangle(cr, floor(x0), top_y, 1, bottom_y - top_y);
  cairo_rectangle(cr, floor(x1), top_y, 1, bottom_y - top_y);
  cairo_fill(cr);
  if (words) paint_badge(cr, theme, (x0 + x1) / 2, top_y + 4, scale, words);
}
