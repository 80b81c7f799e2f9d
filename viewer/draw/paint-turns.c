/* Painting of lanes of turns and schedules, and of how waits ended. */
#include "paint-private.h"
#include "shape.h"
#include "text.h"
#include <math.h>

#define BOXES(list, kind_wanted)                                                                                                           \
  for (const HdBox *box = (const HdBox *)(list)->boxes->data, *end = box + (list)->boxes->len; box < end; box++)                           \
    if (box->kind == (kind_wanted))

/* On whole pixels; single ones leave a pixel to their neighbour. */
static double place(const HdBox *box, double x, double *x0) {
  *x0 = round(x + box->x0_px);
  double width = fmax(round(x + box->x1_px) - *x0, 1);
  return width >= 4 && box->value > 0 ? width - 1 : width;
}

static void paint_words(cairo_t *cr, const HdDisplayList *list, const HdBox *box, HdColour ink, const HdRow *row, double x, double y) {
  if (!box->words) return;
  HdTextStyle style = hd_box_text_style(row);
  style.size_px = fmin(style.size_px, box->height_px - 1);
  hd_draw_text(cr, &style, ink, round(x + box->x0_px) + 5 * hd_row_scale(row), y + box->y_px + box->height_px / 2 + style.size_px * 0.36,
               list->text->str + box->words);
}

static void paint_turns(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y) {
  for (guint colour = 0; colour < HD_TURN_COLOURS; colour++) {
    BOXES(list, HD_BOX_TURN) {
      double x0, width = place(box, x, &x0);
      if (box->shape == colour) hd_rounded(cr, x0, y + box->y_px, width, box->height_px, box->value > 0 && width >= 6 ? 2 : 0);
    }
    hd_set_colour(cr, theme->turn[colour], 1);
    cairo_fill(cr);
  }
  BOXES(list, HD_BOX_TURN) paint_words(cr, list, box, theme->turn_ink, row, x, y);
}

/* Forced: a filled wedge; given up by itself: a small ring. */
static void paint_handovers(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  BOXES(list, HD_BOX_HANDOVER) {
    double middle = round(x + (box->x0_px + box->x1_px) / 2), top = y + box->y_px, bottom = top + box->height_px;
    if (box->cited) {
      cairo_move_to(cr, middle, top);
      cairo_line_to(cr, middle + 4, bottom);
      cairo_line_to(cr, middle - 4, bottom);
      cairo_close_path(cr);
      hd_set_colour(cr, theme->background, 1);
      cairo_set_line_width(cr, 2);
      cairo_stroke_preserve(cr);
      hd_set_colour(cr, theme->text, 1);
      cairo_fill(cr);
      continue;
    }
    cairo_new_sub_path(cr);
    cairo_arc(cr, middle, bottom - 2.5, 2.2, 0, 2 * G_PI);
    hd_set_colour(cr, theme->background, 1);
    cairo_fill_preserve(cr);
    hd_set_colour(cr, theme->dim, 1);
    cairo_set_line_width(cr, 1);
    cairo_stroke(cr);
  }
}

/* A step that blocks the loop is filled with the colour of who waits for it, and has an edge of alarm. */
static void paint_runs(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y) {
  BOXES(list, HD_BOX_POLL) {
    double x0, width = place(box, x, &x0);
    cairo_rectangle(cr, x0, y + box->y_px, width, box->height_px);
  }
  hd_set_colour(cr, theme->states[HD_STATE_BLOCKED], 1);
  cairo_fill(cr);
  cairo_set_line_width(cr, 1);
  BOXES(list, HD_BOX_RUN) {
    double x0, width = place(box, x, &x0);
    gboolean single = box->value > 0 && width >= 6;
    hd_set_colour(cr, box->cited ? theme->family[HD_FAMILY_STARVED] : box->shape ? theme->head : theme->job, 1);
    hd_rounded(cr, x0, y + box->y_px, width, box->height_px, single ? 2 : 0);
    cairo_fill(cr);
    if (!single) continue;
    hd_rounded(cr, x0 + 0.5, y + box->y_px + 0.5, width - 1, box->height_px - 1, 1.5);
    hd_set_colour(cr, box->cited ? theme->alarm : box->shape ? theme->dim : theme->job_edge, 1);
    cairo_set_line_width(cr, box->cited ? 1.5 : 1);
    cairo_stroke(cr);
  }
  BOXES(list, HD_BOX_RUN)
  paint_words(cr, list, box, box->cited ? theme->family_ink[HD_FAMILY_STARVED] : box->shape ? theme->text : theme->job_ink, row, x, y);
}

/* A pin where an entry should begin, a bar from there until it did. */
static void paint_plans(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  BOXES(list, HD_BOX_LATE) {
    double x0, width = place(box, x, &x0);
    cairo_rectangle(cr, x0, y + box->y_px, width, box->height_px);
  }
  hd_set_colour(cr, theme->warning, 0.85);
  cairo_fill(cr);
  BOXES(list, HD_BOX_PLAN) {
    double middle = round(x + (box->x0_px + box->x1_px) / 2) + 0.5, top = y + box->y_px, bottom = top + box->height_px;
    cairo_move_to(cr, middle, top + 4);
    cairo_line_to(cr, middle, bottom);
    hd_set_colour(cr, box->cited ? theme->dim : theme->text, 0.8);
    cairo_set_line_width(cr, 1);
    cairo_stroke(cr);
    cairo_move_to(cr, middle, top - 1);
    cairo_line_to(cr, middle + 3.5, top + 3);
    cairo_line_to(cr, middle, top + 7);
    cairo_line_to(cr, middle - 3.5, top + 3);
    cairo_close_path(cr);
    if (box->cited)
      cairo_stroke(cr);
    else
      cairo_fill(cr);
  }
}

/* A clock face for a time-out, a crossed ring for a wait that was cancelled. */
static void paint_results(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  BOXES(list, HD_BOX_RESULT) {
    double radius = box->height_px / 2, middle_x = x + (box->x0_px + box->x1_px) / 2, middle_y = y + box->y_px + radius;
    cairo_new_sub_path(cr);
    cairo_arc(cr, middle_x, middle_y, radius, 0, 2 * G_PI);
    hd_set_colour(cr, theme->background, 1);
    cairo_fill_preserve(cr);
    hd_set_colour(cr, theme->text, 1);
    cairo_set_line_width(cr, 1.2);
    cairo_stroke(cr);
    if (box->value == HD_WAIT_RESULT_TIMEOUT) {
      cairo_move_to(cr, middle_x, middle_y - radius * 0.65);
      cairo_line_to(cr, middle_x, middle_y);
      cairo_line_to(cr, middle_x + radius * 0.55, middle_y);
    } else {
      cairo_move_to(cr, middle_x - radius * 0.7, middle_y + radius * 0.7);
      cairo_line_to(cr, middle_x + radius * 0.7, middle_y - radius * 0.7);
    }
    cairo_stroke(cr);
  }
}

/* Behind the states: an outline around what belongs together. */
static void paint_steps(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  BOXES(list, HD_BOX_STEP) {
    double x0, width = place(box, x, &x0);
    hd_rounded(cr, x0 + 0.5, y + box->y_px + 0.5, width - 1, box->height_px - 1, 2);
    hd_set_colour(cr, box->cited ? theme->family[HD_FAMILY_STARVED] : theme->job, 1);
    cairo_fill_preserve(cr);
    hd_set_colour(cr, box->cited ? theme->alarm : theme->job_edge, 1);
    cairo_set_line_width(cr, 1);
    cairo_stroke(cr);
  }
}

void hd_paint_turns(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y) {
  paint_steps(cr, theme, list, x, y);
  paint_runs(cr, theme, list, row, x, y);
  paint_turns(cr, theme, list, row, x, y);
  paint_handovers(cr, theme, list, x, y);
}

void hd_paint_signs(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, double x, double y) {
  paint_plans(cr, theme, list, x, y);
  paint_results(cr, theme, list, x, y);
}
