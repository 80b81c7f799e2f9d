/* Painting display lists. Boxes of one look are filled together: a fill per look, not per box. */
#include "paint-private.h"
#include "shape.h"
#include "text.h"
#include <math.h>

HdTextStyle hd_box_text_style(const HdRow *row) {
  return (HdTextStyle){.size_px = (row->height_px - row->jobs_px >= 24 ? 11 : 9.5) * hd_row_scale(row), .weight = HD_WEIGHT_MEDIUM};
}

/* A box on whole pixels; at least one wide; wide ones leave a pixel to their neighbour. */
typedef struct {
  double x, y, width, height;
} Place;

/* A box of its own, not a column. */
static gboolean is_single(const HdBox *box) {
  return box->kind == HD_BOX_STATE || ((box->kind == HD_BOX_HOLD || box->kind == HD_BOX_PHASE) && box->value > 0);
}

/* Those that are filled by their look; the others have painters of their own. */
static gboolean has_look(const HdBox *box) {
  return box->kind < HD_BOX_MARK || (box->kind == HD_BOX_MARK && !box->cited) || box->kind == HD_BOX_PHASE;
}

static Place place_box(const HdBox *box, double x, double y) {
  double x0 = round(x + box->x0_px), x1 = round(x + box->x1_px);
  double width = fmax(x1 - x0, 1);
  if (width >= 4 && is_single(box)) width -= 1;
  return (Place){x0, y + box->y_px, width, box->height_px};
}

typedef enum { LOOK_PLAIN, LOOK_PATTERN, LOOK_HOLLOW } Fill;

typedef struct {
  guint8 kind, state, shape, fill;
} Look;

/* Narrow or low pieces would show a fragment of the pattern: they are plain. */
static Look look_of(const HdBox *box) {
  Look look = {box->kind, box->state, box->shape, LOOK_PLAIN};
  if (box->kind == HD_BOX_WAITERS) look.shape = 0;
  if (box->kind != HD_BOX_STATE && box->kind != HD_BOX_COLUMN) return look;
  if (box->shape == HD_SHAPE_HOLLOW)
    look.fill = LOOK_HOLLOW;
  else if (hd_state_styles[box->state].family != HD_FAMILY_NONE && box->height_px >= 6 &&
           (box->kind == HD_BOX_COLUMN || box->x1_px - box->x0_px >= 7))
    look.fill = LOOK_PATTERN;
  return look;
}

static gboolean same_look(Look a, Look b) { return a.kind == b.kind && a.state == b.state && a.shape == b.shape && a.fill == b.fill; }

static HdColour colour_of(const HdTheme *theme, Look look) {
  switch ((HdBoxKind)look.kind) {
  case HD_BOX_HOLD:
  case HD_BOX_PHASE:
  case HD_BOX_LEVEL:
    return theme->hold;
  case HD_BOX_MARK:
    return theme->dim;
  default:
    return theme->states[look.state];
  }
}

static void add_path(cairo_t *cr, const HdBox *box, Look look, double x, double y) {
  Place place = place_box(box, x, y);
  if (look.fill == LOOK_HOLLOW) { /* an outline whose strokes lie inside */
    cairo_rectangle(cr, place.x, place.y, place.width, 1);
    cairo_rectangle(cr, place.x, place.y + place.height - 1, place.width, 1);
    if (box->kind == HD_BOX_STATE) {
      cairo_rectangle(cr, place.x, place.y + 1, 1, place.height - 2);
      cairo_rectangle(cr, place.x + place.width - 1, place.y + 1, 1, place.height - 2);
    }
    return;
  }
  double radius = !is_single(box) ? 0 : look.shape == HD_SHAPE_TALL || look.kind != HD_BOX_STATE ? 2 : 1;
  hd_rounded(cr, place.x, place.y, place.width, place.height, place.width < 6 ? 0 : radius);
}

static void fill_look(cairo_t *cr, const HdTheme *theme, const HdBox *boxes, guint count, Look look, double x, double y) {
  for (guint i = 0; i < count; i++)
    if (has_look(&boxes[i]) && same_look(look_of(&boxes[i]), look)) add_path(cr, &boxes[i], look, x, y);
  if (look.fill == LOOK_PATTERN)
    hd_set_pattern(cr, theme, hd_state_styles[look.state].family, x, y);
  else
    hd_set_colour(cr, colour_of(theme, look), 1);
  cairo_fill(cr);
  if (look.fill != LOOK_PATTERN || look.kind != HD_BOX_STATE) return;
  for (guint i = 0; i < count; i++) { /* the outline of a patterned box */
    if (!has_look(&boxes[i]) || !same_look(look_of(&boxes[i]), look)) continue;
    Place place = place_box(&boxes[i], x, y);
    hd_rounded(cr, place.x + 0.5, place.y + 0.5, place.width - 1, place.height - 1, look.shape == HD_SHAPE_TALL ? 2 : 1);
  }
  cairo_set_line_width(cr, 1);
  hd_set_colour(cr, theme->states[look.state], 1);
  cairo_stroke(cr);
}

static void paint_missing(cairo_t *cr, const HdTheme *theme, const HdBox *box, double x, double y) {
  Place place = place_box(box, x, y);
  cairo_save(cr);
  cairo_rectangle(cr, place.x, place.y, place.width, place.height);
  cairo_clip(cr);
  double x0, y0, x1, y1;
  cairo_clip_extents(cr, &x0, &y0, &x1, &y1);
  for (double at = floor((x0 - place.height) / 5) * 5; at < x1 + place.height; at += 5) {
    cairo_move_to(cr, at, place.y + place.height);
    cairo_line_to(cr, at + place.height, place.y);
  }
  cairo_set_line_width(cr, 1);
  hd_set_colour(cr, theme->warning, 0.7);
  cairo_stroke(cr);
  cairo_restore(cr);
}

/* Letter and words of a tall wait, on a plate of plain colour that leaves the lower edge patterned. */
static void paint_tall_words(cairo_t *cr, const HdTheme *theme, const HdBox *box, const char *words, Place place, HdTextStyle style,
                             double scale) {
  HdColour ink = theme->family_ink[hd_state_styles[box->state].family], fill = theme->states[box->state];
  double plate_height = place.height >= 10 ? place.height - 4 : place.height;
  double plate_width = words ? fmin(place.width, 22 * scale + hd_text_width(&style, words)) : 14 * scale;
  hd_set_colour(cr, fill, 1);
  hd_rounded(cr, place.x, place.y, plate_width, plate_height, 2);
  cairo_fill(cr);
  double baseline = place.y + plate_height / 2 + style.size_px * 0.36 + 0.3;
  HdTextStyle bold = style;
  bold.size_px -= 0.5;
  bold.weight = HD_WEIGHT_BOLD;
  char letter[2] = {hd_state_styles[box->state].letter, 0};
  if (letter[0]) hd_draw_text(cr, &bold, ink, place.x + 4, baseline, letter);
  if (words) hd_draw_text(cr, &style, ink, place.x + 4 + 13 * scale, baseline, words);
}

static void paint_low_words(cairo_t *cr, const HdTheme *theme, const HdBox *box, const char *words, Place place, HdTextStyle style,
                            double scale) {
  style.size_px = fmin(style.size_px, place.height - 0.5);
  style.weight = HD_WEIGHT_NORMAL;
  double baseline = place.y + place.height / 2 + style.size_px * 0.36;
  if (words) {
    hd_set_colour(cr, theme->background, 1);
    hd_rounded(cr, place.x + 3, place.y + 1, hd_text_width(&style, words) + 8, place.height - 2, 2);
    cairo_fill(cr);
    hd_draw_text(cr, &style, theme->text, place.x + 7, baseline, words);
    return;
  }
  char letter[2] = {hd_state_styles[box->state].letter, 0};
  if (!letter[0]) return;
  style.size_px = fmin(style.size_px, place.height - 2.5);
  style.weight = HD_WEIGHT_BOLD;
  hd_set_colour(cr, theme->states[box->state], 1);
  hd_rounded(cr, place.x, place.y, 13 * scale, place.height, 1);
  cairo_fill(cr);
  hd_draw_text(cr, &style, theme->family_ink[hd_state_styles[box->state].family], place.x + 4,
               place.y + place.height / 2 + style.size_px * 0.36, letter);
}

static void paint_words(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdBox *box, const HdRow *row, double x,
                        double y) {
  double scale = hd_row_scale(row);
  if ((box->kind != HD_BOX_STATE && box->kind != HD_BOX_HOLD && box->kind != HD_BOX_PHASE) || box->x1_px - box->x0_px <= 15 * scale ||
      row->height_px < 12)
    return;
  const char *words = box->words ? list->text->str + box->words : NULL;
  Place place = place_box(box, x, y);
  HdTextStyle style = hd_box_text_style(row);
  if (box->kind != HD_BOX_STATE) {
    if (words) hd_draw_text(cr, &style, theme->hold_ink, place.x + 6, place.y + place.height / 2 + style.size_px * 0.36, words);
  } else if (box->shape == HD_SHAPE_TALL)
    paint_tall_words(cr, theme, box, words, place, style, scale);
  else if (box->shape == HD_SHAPE_LOW)
    paint_low_words(cr, theme, box, words, place, style, scale);
}

void hd_paint_list(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y) {
  const HdBox *boxes = (const HdBox *)list->boxes->data;
  guint count = list->boxes->len;
  Look looks[64];
  guint look_count = 0;
  for (guint i = 0; i < count; i++) {
    Look look = look_of(&boxes[i]);
    gboolean known = !has_look(&boxes[i]);
    for (guint j = 0; j < look_count && !known; j++) known = same_look(looks[j], look);
    if (known || look_count == G_N_ELEMENTS(looks)) continue;
    guint at = look_count++; /* calm ones first: in a stack a wait lies on top, a tall one on a low one */
    for (; at > 0 && looks[at - 1].shape > look.shape; at--) looks[at] = looks[at - 1];
    looks[at] = look;
  }
  cairo_save(cr);
  cairo_new_path(cr);
  hd_paint_charts(cr, theme, list, x, y);
  hd_paint_turns(cr, theme, list, row, x, y);
  for (guint i = 0; i < look_count; i++) fill_look(cr, theme, boxes, count, looks[i], x, y);
  hd_paint_nested(cr, theme, list, x, y);
  for (guint i = 0; i < count; i++) {
    paint_words(cr, theme, list, &boxes[i], row, x, y);
    if (boxes[i].kind == HD_BOX_MISSING) paint_missing(cr, theme, &boxes[i], x, y);
  }
  hd_paint_signs(cr, theme, list, x, y);
  hd_paint_work(cr, theme, list, row, x, y);
  cairo_restore(cr);
}
