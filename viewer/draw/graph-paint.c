#include "graph.h"
#include "names.h"
#include "shape.h"
#include "text.h"
#include <math.h>

enum { RADIUS_PX = 13, BEND_PX = 22, AROUND_PX = 40, NAME_WIDTH_PX = 128, WORDS_WIDTH_PX = 110 };

static const HdGraphNode *node_at(const HdGraph *graph, guint index) { return &g_array_index(graph->nodes, HdGraphNode, index); }

static double radius_of(const HdGraphNode *node) { return node->count > 1 ? RADIUS_PX + 3 : RADIUS_PX; }

/* Words on a plate, so that no line runs through them. */
static void paint_plate(cairo_t *cr, const HdTheme *theme, HdColour colour, HdTextStyle style, double x, double baseline,
                        const char *words) {
  double width = fmin(hd_text_width(&style, words), style.width_px);
  hd_set_colour(cr, theme->panel, 0.92);
  cairo_rectangle(cr, x - width / 2 - 3, baseline - style.size_px, width + 6, style.size_px + 4);
  cairo_fill(cr);
  style.align = HD_ALIGN_LEFT;
  hd_draw_text(cr, &style, colour, x - width / 2, baseline, words);
}

static void paint_head(cairo_t *cr, double x, double y, double angle) {
  cairo_save(cr);
  cairo_translate(cr, x, y);
  cairo_rotate(cr, angle);
  cairo_move_to(cr, 0, 0);
  cairo_line_to(cr, -9, 4.5);
  cairo_line_to(cr, -9, -4.5);
  cairo_close_path(cr);
  cairo_fill(cr);
  cairo_restore(cr);
}

/* Of an awaited task nothing: the arrow leads to it. Of a group which of its tasks are awaited. */
static char *arrow_words(const HdGraph *graph, const HdGraphArrow *arrow) {
  if (arrow->object >= graph->model->object_count) return g_strdup("its end");
  const HdObject *object = &graph->model->objects[arrow->object];
  if (object->kind == HD_KIND_TASK) return g_strdup("");
  if (object->kind == HD_KIND_GROUP) return g_strdup_printf("one of %u", object->member_count);
  return hd_object_label(graph->model, arrow->object);
}

/* Who waits for itself: a loop above its circle. */
static void paint_loop(cairo_t *cr, const HdGraphNode *node) {
  cairo_arc(cr, node->x_px, node->y_px - RADIUS_PX - 6, 11, 0.7 * G_PI, 2.25 * G_PI);
  cairo_stroke(cr);
  paint_head(cr, node->x_px + 8, node->y_px - RADIUS_PX + 3, 0.65 * G_PI);
}

/* Lines first, words later: no line crosses words. */
static void paint_arrow(cairo_t *cr, const HdTheme *theme, const HdGraph *graph, const HdGraphArrow *arrow, gboolean words) {
  const HdGraphNode *from = node_at(graph, arrow->from), *to = node_at(graph, arrow->to);
  double by_x = to->x_px - from->x_px, by_y = to->y_px - from->y_px, length = fmax(hypot(by_x, by_y), 1);
  double bend = arrow->bent     ? BEND_PX
                : arrow->around ? (by_x > 0 ? -AROUND_PX : AROUND_PX)
                                : 0,
         middle_x = (from->x_px + to->x_px) / 2 - by_y / length * bend, middle_y = (from->y_px + to->y_px) / 2 + by_x / length * bend;
  HdColour colour = arrow->in_cycle ? theme->alarm : theme->dim;
  if (words) {
    g_autofree char *text = arrow_words(graph, arrow);
    HdTextStyle style = {.size_px = 10.5, .width_px = WORDS_WIDTH_PX};
    double own_y = arrow->from == arrow->to ? from->y_px - RADIUS_PX - 22
                                            : middle_y + (arrow->bent     ? (bend * by_x > 0 ? 8 : -2)
                                                          : arrow->around ? 12
                                                                          : 3);
    if (*text) paint_plate(cr, theme, colour, style, arrow->from == arrow->to ? from->x_px : middle_x, own_y, text);
    return;
  }
  hd_set_colour(cr, colour, 1);
  cairo_set_line_width(cr, arrow->in_cycle ? 2 : 1.5);
  if (arrow->any) cairo_set_dash(cr, (double[]){5, 4}, 2, 0);
  if (arrow->from == arrow->to) {
    paint_loop(cr, from);
  } else {
    double begin = atan2(middle_y - from->y_px, middle_x - from->x_px), end = atan2(to->y_px - middle_y, to->x_px - middle_x);
    double x0 = from->x_px + cos(begin) * radius_of(from), y0 = from->y_px + sin(begin) * radius_of(from);
    double x1 = to->x_px - cos(end) * (radius_of(to) + 2), y1 = to->y_px - sin(end) * (radius_of(to) + 2);
    cairo_move_to(cr, x0, y0);
    cairo_curve_to(cr, middle_x, middle_y, middle_x, middle_y, x1 - cos(end) * 7, y1 - sin(end) * 7);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
    paint_head(cr, x1, y1, end);
  }
  cairo_set_dash(cr, NULL, 0, 0);
}

static void paint_node(cairo_t *cr, const HdTheme *theme, const HdGraph *graph, guint index, gboolean marked) {
  const HdGraphNode *node = node_at(graph, index);
  double radius = radius_of(node);
  cairo_new_path(cr);
  cairo_arc(cr, node->x_px, node->y_px, radius, 0, 2 * G_PI);
  hd_set_colour(cr, node->in_cycle ? theme->alarm : marked ? theme->selection : theme->head, 1);
  cairo_fill_preserve(cr);
  hd_set_colour(cr, node->in_cycle ? theme->alarm : marked ? theme->selection : theme->dim, 1);
  cairo_set_line_width(cr, 1.5);
  if (node->actor == HD_NONE) cairo_set_dash(cr, (double[]){3, 3}, 2, 0);
  cairo_stroke(cr);
  cairo_set_dash(cr, NULL, 0, 0);
  if (marked) {
    cairo_arc(cr, node->x_px, node->y_px, radius + 3.5, 0, 2 * G_PI);
    hd_set_colour(cr, theme->selection, 1);
    cairo_set_line_width(cr, 2);
    cairo_stroke(cr);
  }
  g_autofree char *name = hd_graph_node_label(graph, index);
  g_autofree char *mark = node->actor == HD_NONE ? g_strdup("?") : node->count > 1 ? g_strdup_printf("%u", node->count) : NULL;
  HdTextStyle inside = {.size_px = 11, .weight = HD_WEIGHT_BOLD, .align = HD_ALIGN_CENTRE};
  if (mark) hd_draw_text(cr, &inside, node->in_cycle || marked ? theme->on_selection : theme->text, node->x_px, node->y_px + 4, mark);
  HdTextStyle style = {.size_px = 11.5, .weight = node->in_cycle ? HD_WEIGHT_BOLD : HD_WEIGHT_NORMAL, .width_px = NAME_WIDTH_PX};
  paint_plate(cr, theme, theme->text, style, node->x_px, node->y_px + radius + 14, name);
}

void hd_paint_graph(cairo_t *cr, const HdTheme *theme, const HdGraph *graph, guint32 marked_actor, double x, double y) {
  cairo_save(cr);
  cairo_translate(cr, x, y);
  cairo_new_path(cr);
  for (guint i = 0; i < graph->arrows->len; i++) paint_arrow(cr, theme, graph, &g_array_index(graph->arrows, HdGraphArrow, i), FALSE);
  for (guint i = 0; i < graph->nodes->len; i++)
    paint_node(cr, theme, graph, i, marked_actor != HD_NONE && node_at(graph, i)->actor == marked_actor);
  for (guint i = 0; i < graph->arrows->len; i++) paint_arrow(cr, theme, graph, &g_array_index(graph->arrows, HdGraphArrow, i), TRUE);
  cairo_restore(cr);
}

guint32 hd_graph_actor_at(const HdGraph *graph, double x_px, double y_px) {
  for (guint i = 0; i < graph->nodes->len; i++)
    if (hypot(node_at(graph, i)->x_px - x_px, node_at(graph, i)->y_px - y_px) <= RADIUS_PX + 4) return node_at(graph, i)->actor;
  return HD_NONE;
}
