#include "events-panel.h"
#include "links.h"
#include "palette.h"
#include "ruler.h"
#include "table.h"

/* A row is the number of an interval of the model when an actor is listed, of a hold when an object is. */
typedef struct {
  HdViewState *state;
  HdIndexList *list;
  GtkWidget *table;
  guint32 actor, object;
  gboolean activating; /* a click on a row must not scroll the table under the pointer */
} EventsPanel;

static void events_panel_free(EventsPanel *panel) {
  g_object_unref(panel->list);
  g_object_unref(panel->state);
  g_free(panel);
}

static const HdWait *wait_of(const HdModel *model, guint32 index) {
  guint32 wait = model->intervals.wait[index];
  return wait == HD_NONE ? NULL : &model->waits[wait];
}

static char *time_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  gint64 at_ns = panel->actor != HD_NONE ? model->intervals.begin_ns[index] : model->holds[index].begin_ns;
  return hd_format_time(at_ns, 1000);
}

static char *what_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  if (panel->actor != HD_NONE) return g_strdup(hd_state_styles[model->intervals.state[index]].label);
  return g_strdup(model->holds[index].shared ? "held, shared" : "held");
}

static char *whom_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  if (panel->actor == HD_NONE) return hd_actor_text(model, model->holds[index].actor);
  const HdWait *wait = wait_of(model, index);
  if (wait && wait->object != HD_NONE) return hd_display_name(model->objects[wait->object].name, 64);
  if (wait && wait->target != HD_NONE) return hd_actor_text(model, wait->target);
  return g_strdup("");
}

static char *duration_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  if (panel->actor == HD_NONE) return hd_format_duration(model->holds[index].end_ns - model->holds[index].begin_ns);
  return hd_format_duration(hd_model_interval_end_ns(model, panel->actor, index) - model->intervals.begin_ns[index]);
}

static char *site_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  const HdWait *wait = panel->actor != HD_NONE ? wait_of(model, index) : NULL;
  guint32 site = panel->actor == HD_NONE ? model->holds[index].acquire_site : wait ? wait->site : HD_NONE;
  g_autofree char *text = site < model->site_count ? hd_model_site_text(model, site) : g_strdup("");
  return hd_display_name(text, 120);
}

static const HdTableColumn columns[] = {
    {"Time", time_text, NULL, TRUE, FALSE},         {"What", what_text, NULL, FALSE, FALSE}, {"For or by", whom_text, NULL, FALSE, TRUE},
    {"Duration", duration_text, NULL, TRUE, FALSE}, {"Site", site_text, NULL, FALSE, TRUE},
};

static void activated(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  panel->activating = TRUE;
  if (panel->actor != HD_NONE)
    hd_view_state_select_interval(panel->state, panel->actor, index);
  else
    hd_view_state_select_hold(panel->state, index);
  hd_view_state_reveal_selection(panel->state);
  panel->activating = FALSE;
}

static void selection_changed(GtkWidget *table) {
  EventsPanel *panel = g_object_get_data(G_OBJECT(table), "panel");
  const HdModel *model = hd_view_state_model(panel->state);
  HdSelection selection = hd_view_state_selection(panel->state);
  guint32 object = selection.actor == HD_NONE ? selection.object : HD_NONE;
  if (panel->activating) return;
  if (selection.actor != panel->actor || object != panel->object) {
    panel->actor = selection.actor;
    panel->object = object;
    if (panel->actor != HD_NONE)
      hd_index_list_set(panel->list, model->actors[panel->actor].interval_first, model->actors[panel->actor].interval_count);
    else if (object != HD_NONE)
      hd_index_list_set(panel->list, model->objects[object].hold_first, model->objects[object].hold_count);
    else
      hd_index_list_set(panel->list, 0, 0);
  }
  if (panel->actor != HD_NONE && selection.interval != HD_NONE)
    hd_table_select(table, selection.interval - model->actors[panel->actor].interval_first);
  else if (selection.hold != HD_NONE)
    hd_table_select(table, selection.hold - model->objects[object].hold_first);
}

GtkWidget *hd_events_panel_new(HdViewState *state) {
  EventsPanel *panel = g_new0(EventsPanel, 1);
  panel->state = g_object_ref(state);
  panel->list = hd_index_list_new();
  panel->actor = panel->object = HD_NONE;
  GtkWidget *table = hd_table_new(panel->list, columns, G_N_ELEMENTS(columns), "Events", activated, panel);
  g_object_set_data_full(G_OBJECT(table), "panel", panel, (GDestroyNotify)events_panel_free);
  g_signal_connect_object(state, "selection", G_CALLBACK(selection_changed), table, G_CONNECT_SWAPPED);
  return table;
}
