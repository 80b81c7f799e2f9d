#include "scene.h"
#include "findings.h"
#include "paint.h"
#include "text.h"

#define BOX_MIN_PX 3.0f
#define NARROW_PX 900
#define RAISED_MAX 16
#define HD_NAMES_PROJECTOR_PX 380

HdScene *hd_scene_new(HdViewState *state) {
  HdScene *scene = g_new0(HdScene, 1);
  scene->state = g_object_ref(state);
  scene->names_px = HD_NAMES_WIDTH_PX;
  scene->measure_from_ns = HD_MEASURE_NONE;
  scene->cited = g_array_new(FALSE, FALSE, sizeof(guint32));
  hd_scene_renew(scene);
  return scene;
}

void hd_scene_free(HdScene *scene) {
  g_clear_pointer(&scene->lanes, hd_lanes_free);
  g_array_unref(scene->cited);
  g_object_unref(scene->state);
  g_free(scene);
}

void hd_scene_renew(HdScene *scene) {
  g_clear_pointer(&scene->lanes, hd_lanes_free);
  scene->source = hd_document_source(hd_view_state_document(scene->state));
  scene->lanes = hd_lanes_new(&scene->source);
  if (hd_view_state_projector(scene->state)) hd_lanes_set_density(scene->lanes, HD_DENSITY_PROJECTOR);
  scene->hovering = FALSE;
  hd_scene_take_finding(scene);
}

/* Appends what is not there yet, up to RAISED_MAX. */
static void add_once(GArray *indices, guint32 index) {
  if (index == HD_NONE || indices->len >= RAISED_MAX) return;
  for (guint i = 0; i < indices->len; i++)
    if (g_array_index(indices, guint32, i) == index) return;
  g_array_append_val(indices, index);
}

/* The lanes that a finding needs on top: all of them; of a crowd those of its evidence, who waits in the selected wait first. */
static GArray *raised_actors(const HdScene *scene, const HdFinding *finding) {
  GArray *actors = g_array_new(FALSE, FALSE, sizeof(guint32));
  gboolean crowd = finding->actors->len > RAISED_MAX;
  if (crowd) add_once(actors, hd_view_state_selection(scene->state).actor);
  for (guint i = 0; crowd && i < finding->evidence->len; i++) add_once(actors, g_array_index(finding->evidence, HdEvidence, i).actor);
  for (guint i = 0; !crowd && i < finding->actors->len; i++) add_once(actors, g_array_index(finding->actors, guint32, i));
  return actors;
}

void hd_scene_take_finding(HdScene *scene) {
  guint32 index = hd_view_state_finding(scene->state);
  g_array_unref(scene->cited);
  if (!scene->source.analysis || index >= scene->source.analysis->finding_count) {
    scene->cited = g_array_new(FALSE, FALSE, sizeof(guint32));
    hd_lanes_raise(scene->lanes, NULL, 0, NULL, 0);
    return;
  }
  const HdFinding *finding = &scene->source.analysis->findings[index];
  scene->cited = hd_finding_waits(finding);
  g_autoptr(GArray) actors = raised_actors(scene, finding), objects = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < finding->objects->len; i++) add_once(objects, g_array_index(finding->objects, guint32, i));
  hd_lanes_raise(scene->lanes, (const guint32 *)actors->data, actors->len, (const guint32 *)objects->data, objects->len);
}

double hd_scene_scale(const HdScene *scene) { return hd_view_state_projector(scene->state) ? HD_PROJECTOR_SCALE : 1; }

int hd_scene_names_px(const HdScene *scene, int width_px) {
  int suggested = width_px < NARROW_PX                    ? HD_NAMES_NARROW_PX
                  : hd_view_state_projector(scene->state) ? HD_NAMES_PROJECTOR_PX
                                                          : HD_NAMES_WIDTH_PX;
  return scene->names_wanted_px ? CLAMP(scene->names_wanted_px, HD_NAMES_MIN_PX, MAX(MIN(HD_NAMES_MAX_PX, width_px / 2), HD_NAMES_MIN_PX))
                                : suggested;
}

const HdTheme *hd_scene_theme(void) { return &hd_themes[hd_appearance_theme()]; }

double hd_scene_x(const HdScene *scene, gint64 at_ns) {
  HdView view = hd_view_state_view(scene->state);
  return scene->names_px + hd_view_x(&view, at_ns);
}

gint64 hd_scene_time(const HdScene *scene, double x_px) {
  HdView view = hd_view_state_view(scene->state);
  return hd_view_time(&view, x_px - scene->names_px);
}

const HdRow *hd_scene_selected_row(const HdScene *scene) {
  HdSelection selection = hd_view_state_selection(scene->state);
  if (selection.actor != HD_NONE) return hd_lanes_row_of_actor(scene->lanes, selection.actor);
  return selection.object != HD_NONE ? hd_lanes_row_of_object(scene->lanes, selection.object) : NULL;
}

HdPane hd_scene_pane_of(const HdRow *row) { return hd_row_is_object(row) ? HD_PANE_OBJECTS : HD_PANE_ACTORS; }

HdDisplayList *hd_scene_row_list(const HdScene *scene, const HdRow *row) {
  HdView view = hd_view_state_view(scene->state);
  HdTextStyle style = hd_box_text_style(row);
  HdDisplayOptions options = {TRUE, (const guint32 *)scene->cited->data, scene->cited->len, hd_measure_text, &style};
  HdDisplayList *list = hd_display_list_new();
  hd_display_row(list, &scene->source, row, &view, &options);
  return list;
}

static gboolean is_selected(const HdBox *box, const HdSelection *selection, const HdModel *model) {
  if (box->index == HD_NONE) return FALSE;
  switch ((HdBoxKind)box->kind) {
  case HD_BOX_STATE:
    return box->index == selection->interval;
  case HD_BOX_HOLD:
  case HD_BOX_TURN:
    return box->index == selection->hold;
  case HD_BOX_JOB:
    return box->index == selection->job;
  case HD_BOX_ITEM: /* the put or the get, whichever is the actor's */
    return selection->item != HD_NONE &&
           box->index == (selection->item | (model->items[selection->item].get_actor == selection->actor ? HD_LOD_GOT : 0));
  default:
    return FALSE;
  }
}

HdBox hd_scene_selected_box(const HdScene *scene, const HdRow *row, gint64 begin_ns, gint64 end_ns) {
  HdSelection selection = hd_view_state_selection(scene->state);
  g_autoptr(HdDisplayList) list = hd_scene_row_list(scene, row);
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    if (is_selected(box, &selection, scene->source.model)) return *box;
  }
  if (selection.item != HD_NONE) { /* its tick is not drawn here: the moment at which this actor had it */
    const HdItem *item = &scene->source.model->items[selection.item];
    begin_ns = end_ns = item->get_actor == selection.actor ? item->get_ns : item->put_ns;
  }
  HdView view = hd_view_state_view(scene->state);
  float x0 = CLAMP(hd_view_x(&view, begin_ns), -BOX_MIN_PX, view.width_px + BOX_MIN_PX);
  float x1 = CLAMP(hd_view_x(&view, end_ns), x0 + BOX_MIN_PX, MAX(x0 + BOX_MIN_PX, view.width_px + BOX_MIN_PX));
  gboolean job = selection.job != HD_NONE && row->jobs_px > 0;
  int top = job ? 0 : row->jobs_px, height = job ? row->jobs_px : row->height_px - row->jobs_px;
  return (HdBox){.x0_px = x0, .x1_px = x1, .y_px = top + (job ? 0 : 2), .height_px = MAX(height - (job ? 0 : 5), 2), .index = HD_NONE};
}
