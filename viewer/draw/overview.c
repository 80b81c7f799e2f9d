#include "overview.h"
#include "flags.h"
#include "shape.h"
#include <math.h>

enum { AROUND_FACTOR = 50 };

HdView hd_overview_whole(const HdModel *model, int width_px) {
  return (HdView){
      .from_ns = 0, .ns_per_px = fmax((double)MAX(model->duration_ns, 1) / MAX(width_px, 1), 1e-3), .width_px = MAX(width_px, 1)};
}

HdView hd_overview_around(const HdModel *model, const HdView *view, int width_px) {
  double length_ns = view->width_px * view->ns_per_px;
  double around_ns = fmin(length_ns * AROUND_FACTOR, (double)MAX(model->duration_ns, 1));
  double from_ns = view->from_ns + length_ns / 2 - around_ns / 2;
  from_ns = fmax(fmin(from_ns, model->duration_ns - around_ns), 0);
  return (HdView){.from_ns = (gint64)from_ns, .ns_per_px = fmax(around_ns / MAX(width_px, 1), 1e-3), .width_px = MAX(width_px, 1)};
}

static void add_states(const gint64 *states_ns, double *life_ns, double *busy_ns, double *tall_ns) {
  for (guint state = 0; state < HD_SHOWN_COUNT; state++) {
    HdShape shape = hd_state_styles[state].shape;
    *life_ns += states_ns[state];
    if (shape == HD_SHAPE_TALL) *tall_ns += states_ns[state];
    if (shape == HD_SHAPE_TALL || shape == HD_SHAPE_BAR || shape == HD_SHAPE_HOLLOW || state == HD_STATE_READY)
      *busy_ns += states_ns[state];
  }
}

static gint64 bar_ns(const HdView *view, guint bar) { return hd_view_time(view, bar * HD_OVERVIEW_BAR_PX); }

/* Adds one actor's time in each bar: its life, in any state in which it does or wants something, in a blamed wait. */
static void add_actor(const HdSource *source, guint32 actor, const HdView *view, guint bar_count, double *life_ns, double *busy_ns,
                      double *tall_ns) {
  HdLodCursor cursor;
  hd_lod_cursor_init(&cursor, source->lod, actor);
  double from_px = hd_view_x(view, source->model->actors[actor].start_ns), to_px = hd_view_x(view, source->model->actors[actor].end_ns);
  if (to_px <= 0 || from_px >= view->width_px) return;
  guint first = (guint)(fmax(from_px, 0) / HD_OVERVIEW_BAR_PX),
        end = MIN((guint)(fmin(to_px, view->width_px) / HD_OVERVIEW_BAR_PX) + 1, bar_count);
  for (guint bar = first; bar < end; bar++) {
    gint64 states_ns[HD_SHOWN_COUNT] = {0};
    hd_lod_states(&cursor, bar_ns(view, bar), bar_ns(view, bar + 1), states_ns);
    add_states(states_ns, &life_ns[bar], &busy_ns[bar], &tall_ns[bar]);
  }
}

HdOverview *hd_overview_new(const HdSource *source, const HdView *view) {
  HdOverview *overview = g_new0(HdOverview, 1);
  overview->view = *view;
  overview->bars = g_array_new(FALSE, TRUE, sizeof(HdOverviewBar));
  guint bar_count = (view->width_px + HD_OVERVIEW_BAR_PX - 1) / HD_OVERVIEW_BAR_PX;
  g_array_set_size(overview->bars, bar_count);
  g_autofree double *life_ns = g_new0(double, bar_count), *busy_ns = g_new0(double, bar_count), *tall_ns = g_new0(double, bar_count);
  const HdCrowd *everyone = source->model->actor_count >= HD_CROWD_FROM ? hd_lod_crowd(source->lod, NULL, 0) : NULL;
  for (guint bar = 0; everyone && bar < bar_count; bar++) {
    gint64 states_ns[HD_SHOWN_COUNT] = {0};
    hd_crowd_states(everyone, bar_ns(view, bar), bar_ns(view, bar + 1), states_ns);
    add_states(states_ns, &life_ns[bar], &busy_ns[bar], &tall_ns[bar]);
  }
  for (guint32 i = 0; i < source->model->actor_count && !everyone; i++)
    if (source->model->actors[i].interval_count) add_actor(source, i, view, bar_count, life_ns, busy_ns, tall_ns);
  double most_ns = 1; /* as if all that live at the fullest time were busy */
  for (guint i = 0; i < bar_count; i++) most_ns = fmax(most_ns, life_ns[i]);
  for (guint i = 0; i < bar_count; i++)
    g_array_index(overview->bars, HdOverviewBar, i) =
        (HdOverviewBar){(float)(life_ns[i] / most_ns), (float)(busy_ns[i] / most_ns), (float)(tall_ns[i] / most_ns)};
  return overview;
}

void hd_overview_free(HdOverview *overview) {
  if (!overview) return;
  g_array_unref(overview->bars);
  g_free(overview);
}

static void paint_bars(cairo_t *cr, const HdTheme *theme, const HdSource *source, const HdOverview *overview, double x, double y,
                       double height_px) {
  double room = height_px - 2;
  gboolean observed = source->model->info && source->model->info->schedule_observed;
  HdColour colours[] = {theme->grid, theme->states[observed ? HD_STATE_RUNNING : HD_STATE_NOT_WAITING], theme->family[HD_FAMILY_LOCK]};
  for (int layer = 0; layer < 3; layer++) {
    for (guint i = 0; i < overview->bars->len; i++) {
      const HdOverviewBar *bar = &g_array_index(overview->bars, HdOverviewBar, i);
      double share = layer == 0 ? bar->life : layer == 1 ? bar->busy : bar->tall;
      if (share <= 0) continue;
      double height = fmax(round(share * room), layer == 2 ? 3 : 1); /* a wait is never invisible */
      cairo_rectangle(cr, x + i * HD_OVERVIEW_BAR_PX, y + height_px - height, HD_OVERVIEW_BAR_PX - 1, height);
    }
    hd_set_colour(cr, colours[layer], layer == 1 && !observed ? 0.55 : 1);
    cairo_fill(cr);
  }
}

void hd_paint_overview(cairo_t *cr, const HdTheme *theme, const HdSource *source, const HdOverview *overview, const HdView *view,
                       gboolean flags, double x, double y, double height_px) {
  hd_set_colour(cr, theme->panel, 1);
  cairo_rectangle(cr, x, y, overview->view.width_px, height_px);
  cairo_fill(cr);
  paint_bars(cr, theme, source, overview, x, y, height_px);
  gboolean all_in_view =
      view && view->from_ns <= overview->view.from_ns && hd_view_end_ns(view) >= hd_view_end_ns(&overview->view) - view->ns_per_px;
  if (view && !all_in_view) {
    double x0 = fmax(hd_view_x(&overview->view, view->from_ns), 0);
    double x1 = fmin(hd_view_x(&overview->view, hd_view_end_ns(view)), overview->view.width_px);
    double middle = (x0 + x1) / 2, half = fmax(x1 - x0, 8) / 2;
    x0 = CLAMP(middle - half, 0, overview->view.width_px - 1);
    x1 = CLAMP(middle + half, x0 + 1, overview->view.width_px);
    hd_rounded(cr, floor(x + x0) + 0.5, y + 0.5, ceil(x1 - x0) - 1, height_px - 1, 2);
    hd_set_colour(cr, theme->selection, 0.25);
    cairo_fill_preserve(cr);
    cairo_set_line_width(cr, 1);
    hd_set_colour(cr, theme->selection, 1);
    cairo_stroke(cr);
  }
  if (flags) hd_paint_flags(cr, theme, source, &overview->view, HD_FLAG_UP, x, y + 1);
}
