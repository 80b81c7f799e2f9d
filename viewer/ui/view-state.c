#include "view-state.h"
#include "findings.h"
#include "tiles.h"
#include <math.h>

#define GESTURE_PAUSE_US 700000
#define HISTORY_MAX 200

typedef struct {
  gint64 from_ns;
  int zoom;       /* step of tiles.h */
  gboolean whole; /* all is in sight, and shall be at any width */
  HdSelection selection;
  guint32 finding;
} Place;

struct _HdViewState {
  GObject parent;
  HdDocument *document;
  Place place;
  Place before_finding; /* where Esc leads back to */
  GArray *history;      /* of Place */
  gint64 gesture_us;    /* when the last gesture moved */
  gint64 cursor_ns;
  int width_px;
  gboolean wall_clock, projector;
};

static const HdSelection nothing = {HD_NONE, HD_NONE, HD_NONE, HD_NONE, HD_NONE, HD_NONE, HD_NONE};

G_DEFINE_TYPE(HdViewState, hd_view_state, G_TYPE_OBJECT)

static void finalize(GObject *object) {
  HdViewState *state = HD_VIEW_STATE(object);
  g_object_unref(state->document);
  g_array_unref(state->history);
  G_OBJECT_CLASS(hd_view_state_parent_class)->finalize(object);
}

static void hd_view_state_class_init(HdViewStateClass *class) {
  G_OBJECT_CLASS(class)->finalize = finalize;
  static const char *const names[] = {"range", "selection", "finding", "cursor", "options"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    g_signal_new(names[i], HD_TYPE_VIEW_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new("site", HD_TYPE_VIEW_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  g_signal_new("reveal", HD_TYPE_VIEW_STATE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void hd_view_state_init(HdViewState *state) {
  state->history = g_array_new(FALSE, FALSE, sizeof(Place));
  state->cursor_ns = -1;
  state->width_px = 1000;
}

HdDocument *hd_view_state_document(HdViewState *state) { return state->document; }
const HdModel *hd_view_state_model(HdViewState *state) { return hd_document_model(state->document); }
HdSelection hd_view_state_selection(HdViewState *state) { return state->place.selection; }
guint32 hd_view_state_finding(HdViewState *state) { return state->place.finding; }

static void remember(HdViewState *state, HdStep step) {
  gint64 now_us = g_get_monotonic_time();
  gboolean continues = step == HD_STEP_GESTURE && now_us - state->gesture_us < GESTURE_PAUSE_US;
  state->gesture_us = step == HD_STEP_GESTURE ? now_us : 0;
  if (continues) return;
  g_array_append_val(state->history, state->place);
  if (state->history->len > HISTORY_MAX) g_array_remove_index(state->history, 0);
}

/* The smallest step at which span_ns fits. */
static int zoom_for(HdViewState *state, gint64 span_ns) {
  double ns_per_px = MAX((double)span_ns / state->width_px, 1);
  int zoom = hd_zoom_nearest(ns_per_px);
  return hd_zoom_ns_per_px(zoom) < ns_per_px * 0.9999 ? zoom + 1 : zoom;
}

HdViewState *hd_view_state_new(HdDocument *document) {
  HdViewState *state = g_object_new(HD_TYPE_VIEW_STATE, NULL);
  state->document = g_object_ref(document);
  state->place = (Place){0, 0, TRUE, nothing, HD_NONE};
  state->place.zoom = zoom_for(state, hd_document_model(document)->duration_ns);
  return state;
}

/* Moves without remembering. The view begins at a whole pixel since time 0, so that tiles meet pixels, and stays in the recording. */
static void move(HdViewState *state, gint64 from_ns, int zoom) {
  gint64 end_ns = hd_view_state_model(state)->duration_ns;
  zoom = CLAMP(zoom, 0, zoom_for(state, end_ns));
  double ns_per_px = hd_zoom_ns_per_px(zoom);
  gint64 from_max_ns = MAX(end_ns - (gint64)(ns_per_px * state->width_px), 0);
  from_ns = (gint64)(ceil(CLAMP(from_ns, 0, from_max_ns) / ns_per_px - 0.5) * ns_per_px);
  if (from_ns == state->place.from_ns && zoom == state->place.zoom) return;
  state->place.from_ns = from_ns;
  state->place.zoom = zoom;
  state->place.whole = from_ns == 0 && zoom == zoom_for(state, end_ns);
  g_signal_emit_by_name(state, "range");
}

static void move_to_span(HdViewState *state, gint64 from_ns, gint64 to_ns) {
  int zoom = zoom_for(state, to_ns - from_ns);
  gint64 spare_ns = hd_zoom_ns_per_px(zoom) * state->width_px - (to_ns - from_ns);
  move(state, from_ns - spare_ns / 2, zoom);
}

double hd_view_state_ns_per_px(HdViewState *state) { return hd_zoom_ns_per_px(state->place.zoom); }
gint64 hd_view_state_from_ns(HdViewState *state) { return state->place.from_ns; }
gint64 hd_view_state_to_ns(HdViewState *state) { return state->place.from_ns + (gint64)(hd_view_state_ns_per_px(state) * state->width_px); }
HdView hd_view_state_view(HdViewState *state) { return (HdView){state->place.from_ns, hd_view_state_ns_per_px(state), state->width_px}; }

void hd_view_state_set_width_px(HdViewState *state, int width_px) {
  if (width_px < 1 || width_px == state->width_px) return;
  state->width_px = width_px;
  if (state->place.whole) state->place.zoom = zoom_for(state, hd_view_state_model(state)->duration_ns);
  g_signal_emit_by_name(state, "range");
}

void hd_view_state_set_range(HdViewState *state, gint64 from_ns, gint64 to_ns, HdStep step) {
  remember(state, step);
  move_to_span(state, from_ns, to_ns);
}

void hd_view_state_zoom(HdViewState *state, int steps, gint64 anchor_ns) {
  int zoom = CLAMP(state->place.zoom + steps, 0, zoom_for(state, hd_view_state_model(state)->duration_ns));
  if (zoom == state->place.zoom) return;
  remember(state, HD_STEP_GESTURE);
  double ratio = hd_zoom_ns_per_px(zoom) / hd_view_state_ns_per_px(state);
  move(state, anchor_ns - (anchor_ns - state->place.from_ns) * ratio, zoom);
}

void hd_view_state_pan_px(HdViewState *state, double by_px) {
  remember(state, HD_STEP_GESTURE);
  move(state, state->place.from_ns + by_px * hd_view_state_ns_per_px(state), state->place.zoom);
}

void hd_view_state_centre(HdViewState *state, gint64 at_ns, HdStep step) {
  remember(state, step);
  move(state, at_ns - (hd_view_state_to_ns(state) - state->place.from_ns) / 2, state->place.zoom);
}

void hd_view_state_show_all(HdViewState *state) {
  hd_view_state_set_range(state, 0, hd_view_state_model(state)->duration_ns, HD_STEP_JUMP);
}

static void select_place(HdViewState *state, HdSelection selection) {
  state->place.selection = selection;
  g_signal_emit_by_name(state, "selection");
}

static HdSelection selection_of_wait(const HdModel *model, guint32 index) {
  const HdWait *wait = &model->waits[index];
  HdSelection selection = nothing;
  selection.actor = wait->actor;
  selection.interval = hd_model_interval_at(model, wait->actor, wait->begin_ns);
  selection.wait = index;
  selection.object = wait->object;
  return selection;
}

void hd_view_state_select_interval(HdViewState *state, guint32 actor, guint32 interval) {
  const HdModel *model = hd_view_state_model(state);
  if (actor >= model->actor_count || interval - model->actors[actor].interval_first >= model->actors[actor].interval_count) return;
  HdSelection selection = nothing;
  selection.actor = actor;
  selection.interval = interval;
  selection.wait = model->intervals.wait[interval];
  if (selection.wait != HD_NONE) selection.object = model->waits[selection.wait].object;
  select_place(state, selection);
}

void hd_view_state_select_wait(HdViewState *state, guint32 wait) {
  const HdModel *model = hd_view_state_model(state);
  if (wait < model->wait_count) select_place(state, selection_of_wait(model, wait));
}

void hd_view_state_select_hold(HdViewState *state, guint32 hold) {
  const HdModel *model = hd_view_state_model(state);
  HdSelection selection = nothing;
  if (hold >= model->hold_count) return;
  selection.object = model->holds[hold].object;
  selection.hold = hold;
  select_place(state, selection);
}

void hd_view_state_select_job(HdViewState *state, guint32 job) {
  const HdModel *model = hd_view_state_model(state);
  HdSelection selection = nothing;
  if (job >= model->job_count) return;
  selection.actor = model->jobs[job].worker;
  selection.object = model->jobs[job].executor;
  selection.job = job;
  select_place(state, selection);
}

void hd_view_state_select_item(HdViewState *state, guint32 item, guint32 actor) {
  const HdModel *model = hd_view_state_model(state);
  HdSelection selection = nothing;
  if (item >= model->item_count) return;
  const HdItem *entry = &model->items[item];
  selection.actor = actor != HD_NONE ? actor : entry->get_actor != HD_NONE ? entry->get_actor : entry->put_actor;
  selection.object = entry->object;
  selection.item = item;
  select_place(state, selection);
}

void hd_view_state_select_object(HdViewState *state, guint32 object) {
  HdSelection selection = nothing;
  selection.object = object;
  if (object < hd_view_state_model(state)->object_count) select_place(state, selection);
}

void hd_view_state_select_nothing(HdViewState *state) { select_place(state, nothing); }

gboolean hd_view_state_selected_span(HdViewState *state, gint64 *from_ns, gint64 *to_ns) {
  const HdModel *model = hd_view_state_model(state);
  const HdSelection *selection = &state->place.selection;
  if (selection->wait != HD_NONE) {
    *from_ns = model->waits[selection->wait].begin_ns;
    *to_ns = model->waits[selection->wait].end_ns;
  } else if (selection->interval != HD_NONE) {
    *from_ns = model->intervals.begin_ns[selection->interval];
    *to_ns = hd_model_interval_end_ns(model, selection->actor, selection->interval);
  } else if (selection->hold != HD_NONE) {
    *from_ns = model->holds[selection->hold].begin_ns;
    *to_ns = model->holds[selection->hold].end_ns;
  } else if (selection->job != HD_NONE) {
    const HdJob *job = &model->jobs[selection->job];
    *from_ns = job->begun ? job->begin_ns : job->submit_ns;
    *to_ns = job->end_ns;
  } else if (selection->item != HD_NONE) {
    *from_ns = model->items[selection->item].put_ns;
    *to_ns = MAX(model->items[selection->item].get_ns, *from_ns);
  } else {
    return FALSE;
  }
  return TRUE;
}

void hd_view_state_reveal(HdViewState *state, guint32 actor, guint32 object) { g_signal_emit_by_name(state, "reveal", actor, object); }

void hd_view_state_show_site(HdViewState *state, guint32 site) {
  if (site < hd_view_state_model(state)->site_count) g_signal_emit_by_name(state, "site", site);
}

void hd_view_state_reveal_selection(HdViewState *state) {
  gint64 begin_ns, end_ns, from_ns = state->place.from_ns, to_ns = hd_view_state_to_ns(state), span_ns = to_ns - from_ns;
  const HdSelection *selection = &state->place.selection;
  hd_view_state_reveal(state, selection->actor, selection->actor == HD_NONE ? selection->object : HD_NONE);
  if (!hd_view_state_selected_span(state, &begin_ns, &end_ns)) return;
  if (end_ns - begin_ns > span_ns * 9 / 10) {
    if (end_ns < from_ns || begin_ns > to_ns || begin_ns > from_ns || end_ns < to_ns) hd_view_state_fit_selection(state);
  } else if (begin_ns < from_ns || end_ns > to_ns) {
    hd_view_state_centre(state, (begin_ns + end_ns) / 2, HD_STEP_JUMP);
  }
}

void hd_view_state_fit_selection(HdViewState *state) {
  gint64 begin_ns, end_ns;
  if (!hd_view_state_selected_span(state, &begin_ns, &end_ns)) return;
  gint64 margin_ns = MAX((end_ns - begin_ns) * 15 / 100, 50);
  hd_view_state_set_range(state, begin_ns - margin_ns, end_ns + margin_ns, HD_STEP_JUMP);
}

gint64 hd_view_state_cursor_ns(HdViewState *state) {
  gint64 begin_ns, end_ns;
  if (state->cursor_ns >= 0) return state->cursor_ns;
  if (hd_view_state_selected_span(state, &begin_ns, &end_ns)) return begin_ns + (end_ns - begin_ns) / 2;
  return state->place.from_ns + (hd_view_state_to_ns(state) - state->place.from_ns) / 2;
}

void hd_view_state_set_cursor_ns(HdViewState *state, gint64 at_ns) {
  if (at_ns == state->cursor_ns) return;
  state->cursor_ns = at_ns;
  g_signal_emit_by_name(state, "cursor");
}

static void go_to(HdViewState *state, Place place) {
  gboolean finding_changed = place.finding != state->place.finding;
  state->place.selection = place.selection;
  state->place.finding = place.finding;
  move(state, place.from_ns, place.whole ? zoom_for(state, hd_view_state_model(state)->duration_ns) : place.zoom);
  g_signal_emit_by_name(state, "selection");
  if (finding_changed) g_signal_emit_by_name(state, "finding");
}

gboolean hd_view_state_back(HdViewState *state) {
  if (state->history->len == 0) return FALSE;
  Place place = g_array_index(state->history, Place, state->history->len - 1);
  g_array_set_size(state->history, state->history->len - 1);
  state->gesture_us = 0;
  go_to(state, place);
  return TRUE;
}

void hd_view_state_show_finding(HdViewState *state, guint32 index) {
  const HdAnalysis *analysis = hd_document_analysis(state->document);
  if (!analysis || index >= analysis->finding_count) return;
  const HdFinding *finding = &analysis->findings[index];
  if (state->place.finding == HD_NONE) state->before_finding = state->place;
  remember(state, HD_STEP_JUMP);
  Place place = {.selection = nothing, .finding = index};
  const HdModel *model = hd_view_state_model(state);
  HdView view = hd_finding_view(model, finding, state->width_px);
  place.zoom = zoom_for(state, hd_view_end_ns(&view) - view.from_ns);
  place.from_ns = view.from_ns;
  guint32 longest = HD_NONE;
  for (guint i = 0; i < finding->evidence->len; i++) {
    guint32 wait = g_array_index(finding->evidence, HdEvidence, i).wait;
    if (wait >= model->wait_count) continue;
    gint64 length_ns = model->waits[wait].end_ns - model->waits[wait].begin_ns;
    if (longest == HD_NONE || length_ns > model->waits[longest].end_ns - model->waits[longest].begin_ns) longest = wait;
  }
  if (longest != HD_NONE)
    place.selection = selection_of_wait(model, longest);
  else if (finding->objects->len)
    place.selection.object = g_array_index(finding->objects, guint32, 0);
  go_to(state, place);
}

void hd_view_state_hide_finding(HdViewState *state) {
  if (state->place.finding == HD_NONE) return;
  remember(state, HD_STEP_JUMP);
  go_to(state, state->before_finding);
}

gboolean hd_view_state_wall_clock(HdViewState *state) { return state->wall_clock; }
gboolean hd_view_state_projector(HdViewState *state) { return state->projector; }

void hd_view_state_set_wall_clock(HdViewState *state, gboolean wall_clock) {
  state->wall_clock = wall_clock;
  g_signal_emit_by_name(state, "options");
}

void hd_view_state_set_projector(HdViewState *state, gboolean projector) {
  state->projector = projector;
  g_signal_emit_by_name(state, "options");
}
