/* The evidence of a finding, drawn over the lanes. */
#include "arrows.h"
#include "findings.h"
#include "paint.h"
#include "shape.h"
#include "text.h"

typedef struct {
  cairo_t *cr;
  const HdTheme *theme;
  const HdSource *source;
  HdLanes *lanes;
  const HdView *view;
  double x, y;
} Pane;

static double lane_middle(const Pane *pane, const HdRow *row) {
  return pane->y + row->y_px + row->jobs_px + (row->height_px - row->jobs_px) / 2.0;
}

/* An arrow between two lanes at two times, from edge to edge. */
static void paint_between(const Pane *pane, const HdRow *from, gint64 from_ns, const HdRow *to, gint64 to_ns, int number) {
  double from_x = hd_view_x(pane->view, from_ns), to_x = hd_view_x(pane->view, to_ns);
  if (!from || !to || from->id == to->id || to_x < 0 || to_x > pane->view->width_px || from_x < -50 || from_x > pane->view->width_px + 50)
    return;
  double down = to->y_px > from->y_px ? 1 : -1;
  hd_paint_arrow(pane->cr, pane->theme, pane->x + from_x, lane_middle(pane, from) + down * from->height_px * (number ? 0 : 0.2),
                 pane->x + to_x, lane_middle(pane, to) - down * to->height_px * (number ? 0.2 : 0.42), number);
}

/* Whom a wait waits for: the one joined, else who holds the object when it ends. */
static guint32 awaited_actor(const HdModel *model, const HdWait *wait) {
  if (wait->target != HD_NONE) return wait->target;
  if (wait->object == HD_NONE) return HD_NONE;
  guint32 hold = hd_model_holder_at(model, wait->object, wait->end_ns - 1);
  return hold == HD_NONE ? HD_NONE : model->holds[hold].actor;
}

/* Of a pool that starves itself: each waits for a worker to become free, the next one stands for all. */
static guint32 next_actor(const HdFinding *finding, guint32 actor) {
  for (guint i = 0; i < finding->actors->len; i++)
    if (g_array_index(finding->actors, guint32, i) == actor) return g_array_index(finding->actors, guint32, (i + 1) % finding->actors->len);
  return HD_NONE;
}

/* Those of the cycle; whoever waits behind them is evidence, too, but no actor of the finding. */
static gboolean is_involved(const HdFinding *finding, guint32 actor) {
  for (guint i = 0; finding->actors && i < finding->actors->len; i++)
    if (g_array_index(finding->actors, guint32, i) == actor) return TRUE;
  return FALSE;
}

static void paint_hang(const Pane *pane, const HdFinding *finding) {
  const HdModel *model = pane->source->model;
  int number = 0;
  for (guint i = 0; i < finding->evidence->len; i++) {
    guint32 index = g_array_index(finding->evidence, HdEvidence, i).wait;
    if (index == HD_NONE || !is_involved(finding, model->waits[index].actor)) continue;
    const HdWait *wait = &model->waits[index];
    number++;
    gboolean starving = finding->kind == HD_FINDING_EXECUTOR_STARVATION;
    const HdRow *from = hd_lanes_row_of_actor(pane->lanes, wait->actor),
                *to = hd_lanes_row_of_actor(pane->lanes, starving ? next_actor(finding, wait->actor) : awaited_actor(model, wait));
    if (!from || !to || from->kind != HD_ROW_THREAD) continue;
    /* just before the wait, side by side where several begin together; behind its words where there is no room before */
    double before_px = hd_view_x(pane->view, wait->begin_ns) - number * 20 + 8;
    gint64 at_ns = hd_view_time(pane->view, before_px >= 8 ? before_px : pane->view->width_px * 0.6 + number * 20);
    paint_between(pane, from, at_ns, to, at_ns, number);
  }
}

static void paint_wait(const Pane *pane, const HdFinding *finding) {
  const HdModel *model = pane->source->model;
  g_autoptr(GArray) waits = hd_finding_waits(finding);
  guint32 longest = HD_NONE;
  for (guint i = 0; i < waits->len; i++) {
    guint32 index = g_array_index(waits, guint32, i);
    gboolean visible = model->waits[index].end_ns > pane->view->from_ns && model->waits[index].begin_ns < hd_view_end_ns(pane->view);
    gint64 length_ns = model->waits[index].end_ns - model->waits[index].begin_ns;
    if (visible && (longest == HD_NONE || length_ns > model->waits[longest].end_ns - model->waits[longest].begin_ns)) longest = index;
  }
  if (longest == HD_NONE) return;
  const HdWait *wait = &model->waits[longest];
  const HdRow *row = hd_lanes_row_of_actor(pane->lanes, wait->actor);
  if (!row || row->kind != HD_ROW_THREAD) return;
  HdDisplayList *list = hd_display_list_new();
  HdDisplayOptions options = {.clip = TRUE, .cited = &longest, .cited_count = 1};
  hd_display_row(list, pane->source, row, pane->view, &options);
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    if (box->kind == HD_BOX_STATE && model->intervals.wait[box->index] == longest)
      hd_paint_selection(pane->cr, pane->theme, box, pane->x, pane->y + row->y_px);
  }
  hd_display_list_free(list);
  g_autoptr(GArray) arrows = g_array_new(FALSE, FALSE, sizeof(HdArrow));
  if (!wait->open) hd_arrows_add_wait(arrows, pane->source, longest);
  hd_paint_arrows(pane->cr, pane->theme, pane->lanes, arrows, pane->view, pane->x, pane->y);
}

/* The accesses in the order in which they happened: from each to the next, numbered. */
static void paint_interleaving(const Pane *pane, const HdFinding *finding) {
  const HdRow *before = NULL;
  gint64 before_ns = 0;
  for (guint i = 0; i < MIN(finding->evidence->len, HD_INTERLEAVING_LENGTH); i++) {
    const HdEvidence *evidence = &g_array_index(finding->evidence, HdEvidence, i);
    const HdRow *row = hd_lanes_row_of_actor(pane->lanes, evidence->actor);
    if (before && row) paint_between(pane, before, before_ns, row, evidence->at_ns, (int)i);
    before = row;
    before_ns = evidence->at_ns;
    gboolean last = i + 1 == MIN(finding->evidence->len, HD_INTERLEAVING_LENGTH);
    if (row && last) hd_paint_number(pane->cr, pane->theme, pane->x + hd_view_x(pane->view, before_ns), lane_middle(pane, row), (int)i + 1);
  }
}

void hd_paint_evidence(cairo_t *cr, const HdTheme *theme, const HdSource *source, HdLanes *lanes, const HdFinding *finding,
                       const HdView *view, double x, double y) {
  Pane pane = {cr, theme, source, lanes, view, x, y};
  if (!finding->evidence) return;
  if (finding->kind == HD_FINDING_LOST_UPDATE)
    paint_interleaving(&pane, finding);
  else if (hd_finding_is_hang(finding))
    paint_hang(&pane, finding);
  else
    paint_wait(&pane, finding);
}

void hd_paint_to_end(cairo_t *cr, const HdTheme *theme, const HdSource *source, const HdFinding *finding, const HdView *view, double scale,
                     double x, double y) {
  gint64 left_ns = source->model->duration_ns - hd_view_end_ns(view);
  if (!hd_finding_is_hang(finding) || finding->resolved || left_ns <= 0) return;
  g_autofree char *left = hd_format_duration(left_ns), *words = g_strdup_printf("→ %s to the end", left);
  HdTextStyle style = {.size_px = 10.5 * scale, .weight = HD_WEIGHT_MEDIUM, .align = HD_ALIGN_RIGHT};
  double width = hd_text_width(&style, words) + 14 * scale, right = x + view->width_px - 4, height = 18 * scale;
  hd_set_colour(cr, theme->head, 1); /* no half number of the ruler before it */
  cairo_rectangle(cr, right - width - 30 * scale, y, width + 30 * scale + 4, height - 2);
  cairo_fill(cr);
  hd_set_colour(cr, theme->alarm, 1);
  hd_rounded(cr, right - width, y + 3, width, height, 4 * scale);
  cairo_fill(cr);
  hd_draw_text(cr, &style, theme->panel, right - 7 * scale, y + 3 + 13 * scale, words);
}
