/* Painting: display lists and all that surrounds them, into any cairo context. Nothing here looks into the model for what is not on
 * the list. Any thread, as long as the cairo_t is its own.
 *
 * Coordinates are the caller's user space: every function says where its (x, y) is.
 */
#pragma once
#include "display.h"
#include "text.h"

G_BEGIN_DECLS

/* The style of words in the boxes of a row. */
HdTextStyle hd_box_text_style(const HdRow *row);
/* Paints a list at (x, y) = the row's left upper corner; does not paint a background. */
void hd_paint_list(cairo_t *cr, const HdTheme *theme, const HdDisplayList *list, const HdRow *row, double x, double y);
/* A row's background over the width: header strip, selection; and, with view not NULL, the grid lines of the ruler. */
void hd_paint_row_background(cairo_t *cr, const HdTheme *theme, const HdRow *row, const HdView *view, gboolean selected, double x, double y,
                             double width_px);
/* The row's name (and second line) in a column of width_px. */
void hd_paint_label(cairo_t *cr, const HdTheme *theme, const HdRow *row, double x, double y, double width_px);
/* The column's width that the row's name would need (design: 160–420 px). */
double hd_label_width(const HdRow *row);
/* A header's note, for the timeline part of its row. */
void hd_paint_note(cairo_t *cr, const HdTheme *theme, const HdRow *row, double x, double y, double width_px);

/* Width of a header's note. */
double hd_note_width(const HdRow *row);

/* Overlays. Boxes are relative to (x, y) of their row. */
void hd_paint_selection(cairo_t *cr, const HdTheme *theme, const HdBox *box, double x, double y);
void hd_paint_hover(cairo_t *cr, const HdTheme *theme, const HdBox *box, double x, double y);
/* From the waker's lane (its middle) to the end of the wait; both points in user space. number 0: without a number. */
void hd_paint_arrow(cairo_t *cr, const HdTheme *theme, double from_x, double from_y, double to_x, double to_y, int number);
/* The same without a number; thin, for what nobody asked for. */
void hd_paint_strong_arrow(cairo_t *cr, const HdTheme *theme, double from_x, double from_y, double to_x, double to_y);
void hd_paint_quiet_arrow(cairo_t *cr, const HdTheme *theme, double from_x, double from_y, double to_x, double to_y);
/* The same dashed, in the colour of a warning: somebody was asked to end. */
void hd_paint_cancel_arrow(cairo_t *cr, const HdTheme *theme, double from_x, double from_y, double to_x, double to_y);
/* A numbered disc, as arrows have at their beginning. */
void hd_paint_number(cairo_t *cr, const HdTheme *theme, double x, double y, int number);
/* Dashed line from top to bottom, its time in a badge on the ruler whose top is ruler_y (NULL words: no badge), of which the text is
 * scaled. */
void hd_paint_cursor(cairo_t *cr, const HdTheme *theme, double x, double ruler_y, double top_y, double bottom_y, double scale,
                     const char *words);
/* A span of time that was dragged with Shift: shaded, with its length. */
void hd_paint_measure(cairo_t *cr, const HdTheme *theme, double from_x, double to_x, double top_y, double bottom_y, double scale,
                      const char *words);

/* A swatch of a state as in the legend: 24 × 13 px. */
void hd_paint_swatch(cairo_t *cr, const HdTheme *theme, guint state, double x, double y);
/* The legend of the states and signs that occur; returns its height. cr NULL: only measures. */
double hd_paint_legend(cairo_t *cr, const HdTheme *theme, const HdLod *lod, double x, double y, double width_px);
/* … in any of several recordings. */
double hd_paint_common_legend(cairo_t *cr, const HdTheme *theme, const HdLod *const *lods, guint lod_count, double x, double y,
                              double width_px);

G_END_DECLS
