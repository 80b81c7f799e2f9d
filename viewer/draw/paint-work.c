/* Painting of what is neither a state nor a holder: charts, jobs, puts and gets, accesses, ends of processes. */
#include "paint-private.h"
#include "shape.h"
#include "text.h"
#include <math.h>

#define BOXES(list, kind_wanted)                                                                                                           \
  for (const HdBox *box = (const HdBox *)(list)->boxes->data, *end = box + (list)->boxes->len; box < end; box++)                           \
    if (box->kind == (kind_wanted))

static void fill_boxes(cairo_t *cr, const HdDisplayList *list, HdBoxKind kind, double x, double y, HdColour colour, double alpha) {
  BOXES(list, kind) {
    double x0 = round(x + box->x0_px), x1 = fmax(round(x + box->x1_px), x0 + 1);
    cairo_rectangle(cr, x0, y + box->y_px, x1 - x0, box->height_px);
  }
  hd_set_colour(cr, colour, alpha);
  cairo_fill(cr);
}

/* The line goes from box to box; where one is missing it begins anew. */
static void stroke_chart(cairo_t *cr, const HdDisplayList *list, double x, double y) {
  double pen_x = -G_MAXDOUBLE;
  BOXES(list, HD_BOX_CHART) {
    double x0 = x + box->x0_px, x1 = x + box->x1_px, top = y + box->y_px;
    if (fabs(x0 - pen_x) > 0.01)
      cairo_move_to(cr, x0, top);
    else
      cairo_line_to(cr, x0, top);
    cairo_line_to(cr, x1, top);
    pen_x = x1;
  }
  cairo_set_line_width(cr, 1.5);
  cairo_stroke(cr);
}

static void paint_bound(cairo_t *cr, const HdTheme *theme, const HdBox *box, double x, double y) {
  double phase = fmod(x + box->x0_px, 7); /* dashes stay where they are when the view cuts the line */
  cairo_save(cr);
  hd_set_colour(cr, box->cited ? theme->alarm : theme->dim, box->cited ? 0.9 : 0.6);
  cairo_set_line_width(cr, 1);
  cairo_set_dash(cr, (double[]){4, 3}, 2, phase);
  cairo_move_to(cr, x + box->x0_px, floor(y + box->y_px) + 0.5);
  cairo_line_to(cr, x + box->x1_px, floor(y + box->y_px) + 0.5);
  cairo_stroke(cr);
  cairo_restore(cr);
}

void hd_paint_charts(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  const HdBox *first = NULL;
  BOXES(list, HD_BOX_BOUND) paint_bound(cr, theme, box, x, y);
  BOXES(list, HD_BOX_CHART) {
    first = box;
    break;
  }
  if (!first) return;
  HdColour colour = theme->states[first->state];
  fill_boxes(cr, list, HD_BOX_SPREAD, x, y, colour, 0.3);
  fill_boxes(cr, list, HD_BOX_CHART, x, y, colour, 0.18);
  hd_set_colour(cr, colour, 1);
  stroke_chart(cr, list, x, y);
}

void hd_paint_nested(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  fill_boxes(cr, list, HD_BOX_NESTED, x, y, theme->hold_deep, 1);
}

/* Columns are plain; a job of its own has an edge, at its left a red one when it failed. */
static void paint_jobs(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y) {
  double scale = hd_row_scale(row);
  cairo_set_line_width(cr, 1);
  BOXES(list, HD_BOX_JOB) {
    double x0 = round(x + box->x0_px), width = fmax(round(x + box->x1_px) - x0, 1), top = y + box->y_px;
    gboolean single = box->value > 0 && width >= 4;
    hd_set_colour(cr, theme->job, 1);
    hd_rounded(cr, x0, top, width - single, box->height_px, single && width >= 6 ? 2 : 0);
    cairo_fill(cr);
    if (!single) continue;
    hd_rounded(cr, x0 + 0.5, top + 0.5, width - 2, box->height_px - 1, width >= 6 ? 1.5 : 0);
    hd_set_colour(cr, theme->job_edge, 1);
    cairo_stroke(cr);
    if (!box->cited) continue;
    cairo_rectangle(cr, x0, top, 3, box->height_px);
    hd_set_colour(cr, theme->alarm, 1);
    cairo_fill(cr);
  }
  BOXES(list, HD_BOX_JOB) {
    if (!box->words) continue;
    HdTextStyle style = {.size_px = fmin(10 * scale, box->height_px - 1)};
    hd_draw_text(cr, &style, theme->job_ink, round(x + box->x0_px) + 5 * scale, y + box->y_px + box->height_px / 2 + style.size_px * 0.36,
                 list->text->str + box->words);
  }
}

/* A put points away from its lane, a get into it; several are a dot. */
static void paint_items(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  BOXES(list, HD_BOX_ITEM) {
    double middle = x + (box->x0_px + box->x1_px) / 2, top = y + box->y_px, bottom = top + box->height_px;
    gboolean got = box->index != HD_NONE && (box->index & HD_LOD_GOT);
    if (box->index == HD_NONE) {
      cairo_rectangle(cr, round(middle) - 1.5, top + 0.5, 3, 3);
      continue;
    }
    cairo_move_to(cr, middle, got ? top : bottom);
    cairo_line_to(cr, middle - 3, got ? bottom : top);
    cairo_line_to(cr, middle + 3, got ? bottom : top);
    cairo_close_path(cr);
  }
  hd_set_colour(cr, theme->family[HD_FAMILY_QUEUE], 1);
  cairo_fill(cr);
}

/* Circle, square, diamond, triangle: one for each line of the lane. */
static void access_path(cairo_t *cr, guint line, double middle_x, double middle_y, double radius) {
  cairo_new_sub_path(cr);
  switch (line) {
  case 0:
    cairo_arc(cr, middle_x, middle_y, radius, 0, 2 * G_PI);
    break;
  case 1:
    cairo_rectangle(cr, middle_x - radius * 0.85, middle_y - radius * 0.85, radius * 1.7, radius * 1.7);
    return;
  case 2:
    cairo_move_to(cr, middle_x, middle_y - radius * 1.1);
    cairo_line_to(cr, middle_x + radius * 1.1, middle_y);
    cairo_line_to(cr, middle_x, middle_y + radius * 1.1);
    cairo_line_to(cr, middle_x - radius * 1.1, middle_y);
    break;
  default:
    cairo_move_to(cr, middle_x, middle_y - radius);
    cairo_line_to(cr, middle_x + radius, middle_y + radius * 0.8);
    cairo_line_to(cr, middle_x - radius, middle_y + radius * 0.8);
  }
  cairo_close_path(cr);
}

void hd_paint_access_sign(cairo_t *cr, const HdTheme *theme, guint line, gboolean writes, gboolean lost, double middle_x, double middle_y,
                          double size_px) {
  double radius = size_px / 2 - 0.75;
  access_path(cr, line, middle_x, middle_y, radius);
  hd_set_colour(cr, lost ? theme->alarm : theme->access[line], 1);
  cairo_set_line_width(cr, 1.5);
  if (writes) cairo_fill_preserve(cr);
  cairo_stroke(cr);
  if (!lost) return;
  cairo_move_to(cr, middle_x - radius - 2, middle_y + radius + 2);
  cairo_line_to(cr, middle_x + radius + 2, middle_y - radius - 2);
  hd_set_colour(cr, theme->alarm, 1);
  cairo_stroke(cr);
}

static void paint_accesses(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  BOXES(list, HD_BOX_ACCESS) {
    if (box->index != HD_NONE) {
      hd_paint_access_sign(cr, theme, box->shape & ~HD_ACCESS_WRITE, box->shape & HD_ACCESS_WRITE, box->cited,
                           x + (box->x0_px + box->x1_px) / 2, y + box->y_px + box->height_px / 2, box->height_px);
      continue;
    }
    double x0 = round(x + box->x0_px), width = fmax(round(x + box->x1_px) - x0 - 1, 1);
    cairo_rectangle(cr, x0, y + box->y_px, width, box->height_px);
    hd_set_colour(cr, theme->dim, 0.55);
    cairo_fill(cr);
    if (!box->cited) continue;
    cairo_rectangle(cr, x0, y + box->y_px + box->height_px, width, 3);
    hd_set_colour(cr, theme->alarm, 1);
    cairo_fill(cr);
  }
}

static void paint_misuses(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  BOXES(list, HD_BOX_MISUSE) {
    double middle = x + (box->x0_px + box->x1_px) / 2, top = y + box->y_px + 0.5, bottom = top + box->height_px - 1,
           half = (bottom - top) / 2;
    cairo_move_to(cr, middle - half, top);
    cairo_line_to(cr, middle + half, bottom);
    cairo_move_to(cr, middle + half, top);
    cairo_line_to(cr, middle - half, bottom);
  }
  cairo_path_t *path = cairo_copy_path(cr); /* once wide in the colour of the ground, so that it stands out on a holder */
  hd_set_colour(cr, theme->background, 1);
  cairo_set_line_width(cr, 4.5);
  cairo_stroke(cr);
  cairo_append_path(cr, path);
  cairo_path_destroy(path);
  hd_set_colour(cr, theme->alarm, 1);
  cairo_set_line_width(cr, 2);
  cairo_stroke(cr);
}

static void paint_life(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y) {
  BOXES(list, HD_BOX_LIFE) {
    double x0 = round(x + box->x0_px), width = fmax(round(x + box->x1_px) - x0, 2);
    hd_rounded(cr, x0 + 0.5, y + box->y_px + 0.5, width - 1, box->height_px - 1, 2);
    hd_set_colour(cr, theme->background, 1);
    cairo_fill_preserve(cr);
    cairo_set_line_width(cr, 1);
    hd_set_colour(cr, theme->states[HD_STATE_NOT_WAITING], 1);
    cairo_stroke(cr);
    if (!box->words) continue;
    HdTextStyle style = {.size_px = fmin(9.5 * hd_row_scale(row), box->height_px - 1)};
    hd_draw_text(cr, &style, theme->dim, x0 + 5, y + box->y_px + box->height_px / 2 + style.size_px * 0.36, list->text->str + box->words);
  }
}

static void paint_ends(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y) {
  BOXES(list, HD_BOX_END) {
    HdColour colour = box->value == 0 ? theme->dim : box->value < 0 ? theme->alarm : theme->warning;
    double at = round(x + box->x0_px);
    cairo_rectangle(cr, at, y + box->y_px, 1.5, box->height_px);
    hd_set_colour(cr, colour, 1);
    cairo_fill(cr);
    if (!box->words) continue;
    HdTextStyle style = hd_box_text_style(row);
    const char *words = list->text->str + box->words;
    double width = hd_text_width(&style, words) + 8, left = box->shape ? at - 2 - width : at + 3;
    double middle = y + box->y_px + box->height_px / 2, height = style.size_px + 4;
    hd_rounded(cr, left, middle - height / 2, width, height, 3);
    hd_set_colour(cr, theme->background, 0.92);
    cairo_fill(cr);
    hd_draw_text(cr, &style, colour, left + 4, middle + style.size_px * 0.36, words);
  }
}

void hd_paint_work(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y) {
  paint_life(cr, theme, list, row, x, y);
  paint_jobs(cr, theme, list, row, x, y);
  paint_items(cr, theme, list, x, y);
  paint_accesses(cr, theme, list, x, y);
  paint_misuses(cr, theme, list, x, y);
  paint_ends(cr, theme, list, row, x, y);
}
