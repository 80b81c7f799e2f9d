#include "events-panel.h"
#include "links.h"
#include "names.h"
#include "palette.h"
#include "ruler.h"
#include "table.h"

/* What is listed: a row is the number of one of these in the model. */
typedef enum { LIST_NOTHING, LIST_INTERVALS, LIST_HOLDS, LIST_ITEMS, LIST_JOBS, LIST_MARKS } Listed;

typedef struct {
  HdViewState *state;
  HdIndexList *list;
  GtkWidget *table;
  Listed listed;
  guint32 actor, object; /* whose */
  gboolean activating;   /* a click on a row must not scroll the table under the pointer */
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

static enum hd_operation operation_of(const HdModel *model, guint32 site) {
  return site < model->site_count ? model->sites[site].operation : HD_OPERATION_NONE;
}

static char *time_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  gint64 at_ns = panel->listed == LIST_INTERVALS ? model->intervals.begin_ns[index]
                 : panel->listed == LIST_HOLDS   ? model->holds[index].begin_ns
                 : panel->listed == LIST_ITEMS   ? model->items[index].put_ns
                 : panel->listed == LIST_JOBS    ? model->jobs[index].submit_ns
                                                 : model->marks[index].at_ns;
  return hd_format_time(at_ns, 1000);
}

static char *what_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  switch (panel->listed) {
  case LIST_INTERVALS:
    return g_strdup(hd_state_styles[model->intervals.state[index]].label);
  case LIST_ITEMS:
    return g_strdup_printf("item %u", model->items[index].number);
  case LIST_JOBS:
    return hd_job_label(model, index);
  case LIST_MARKS: {
    const HdMark *mark = &model->marks[index];
    const char *name = hd_operations[operation_of(model, mark->site)].name;
    gboolean version = model->objects[mark->object].kind == HD_KIND_SHARED && !mark->error;
    return mark->error ? g_strdup_printf("%s, refused", name)
           : version   ? g_strdup_printf("%s, version %" G_GINT64_FORMAT, name, mark->value)
                       : g_strdup(name);
  }
  default:
    return g_strdup(model->holds[index].shared ? "held, shared" : "held");
  }
}

/* "producer → consumer". */
static char *from_to_text(const HdModel *model, guint32 from, guint32 to) {
  g_autofree char *first = from == HD_NONE ? g_strdup("?") : hd_actor_label_beside(model, from, to == HD_NONE ? from : to);
  g_autofree char *second = to == HD_NONE ? g_strdup("nobody") : hd_actor_label_beside(model, to, from == HD_NONE ? to : from);
  return g_strdup_printf("%s → %s", first, second);
}

static char *whom_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  if (panel->listed == LIST_HOLDS) return hd_actor_text(model, model->holds[index].actor);
  if (panel->listed == LIST_ITEMS) return from_to_text(model, model->items[index].put_actor, model->items[index].get_actor);
  if (panel->listed == LIST_JOBS) return from_to_text(model, model->jobs[index].submitter, model->jobs[index].worker);
  if (panel->listed == LIST_MARKS) return hd_actor_text(model, model->marks[index].actor);
  const HdWait *wait = wait_of(model, index);
  if (wait && wait->object != HD_NONE) return hd_display_name(model->objects[wait->object].name, 64);
  if (wait && wait->target != HD_NONE) return hd_actor_text(model, wait->target);
  return g_strdup("");
}

static char *duration_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  switch (panel->listed) {
  case LIST_INTERVALS:
    return hd_format_duration(hd_model_interval_end_ns(model, panel->actor, index) - model->intervals.begin_ns[index]);
  case LIST_HOLDS:
    return hd_format_duration(model->holds[index].end_ns - model->holds[index].begin_ns);
  case LIST_ITEMS:
    return hd_format_duration(model->items[index].get_ns - model->items[index].put_ns);
  case LIST_JOBS: {
    const HdJob *job = &model->jobs[index];
    g_autofree char *queued = hd_format_duration((job->begun ? job->begin_ns : job->end_ns) - job->submit_ns),
                    *ran = hd_format_duration(job->end_ns - job->begin_ns);
    return g_strdup_printf("%s + %s", queued, job->begun ? ran : "0");
  }
  default:
    return g_strdup("");
  }
}

static char *site_text(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  const HdWait *wait = panel->listed == LIST_INTERVALS ? wait_of(model, index) : NULL;
  guint32 site = wait                          ? wait->site
                 : panel->listed == LIST_HOLDS ? model->holds[index].acquire_site
                 : panel->listed == LIST_ITEMS ? model->items[index].put_site
                 : panel->listed == LIST_JOBS  ? model->jobs[index].submit_site
                 : panel->listed == LIST_MARKS ? model->marks[index].site
                                               : HD_NONE;
  g_autofree char *text = site < model->site_count ? hd_model_site_text(model, site) : g_strdup("");
  return hd_display_name(text, 120);
}

static const HdTableColumn columns[] = {
    {"Time", time_text, NULL, TRUE, FALSE},         {"What", what_text, NULL, FALSE, FALSE}, {"For or by", whom_text, NULL, FALSE, TRUE},
    {"Duration", duration_text, NULL, TRUE, FALSE}, {"Site", site_text, NULL, FALSE, TRUE},
};

static void activated(guint32 index, gpointer user_data) {
  EventsPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  panel->activating = TRUE;
  if (panel->listed == LIST_INTERVALS)
    hd_view_state_select_interval(panel->state, panel->actor, index);
  else if (panel->listed == LIST_HOLDS)
    hd_view_state_select_hold(panel->state, index);
  else if (panel->listed == LIST_ITEMS)
    hd_view_state_select_item(panel->state, index, HD_NONE);
  else if (panel->listed == LIST_JOBS)
    hd_view_state_select_job(panel->state, index);
  else if (panel->listed == LIST_MARKS)
    hd_view_state_centre(panel->state, model->marks[index].at_ns, HD_STEP_JUMP);
  if (panel->listed != LIST_MARKS) hd_view_state_reveal_selection(panel->state);
  panel->activating = FALSE;
}

static void list_object(EventsPanel *panel, const HdObject *object) {
  const struct {
    Listed listed;
    guint32 first, count;
  } parts[] = {{LIST_HOLDS, object->hold_first, object->hold_count},
               {LIST_ITEMS, object->item_first, object->item_count},
               {LIST_JOBS, object->job_first, object->job_count},
               {LIST_MARKS, object->mark_first, object->mark_count}};
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    if (parts[i].count == 0) continue;
    panel->listed = parts[i].listed;
    hd_index_list_set(panel->list, parts[i].first, parts[i].count);
    return;
  }
  panel->listed = LIST_NOTHING;
  hd_index_list_set(panel->list, 0, 0);
}

/* A job or item that is selected in its actor's lane is listed with those of its executor or queue. */
static void selection_changed(GtkWidget *table) {
  EventsPanel *panel = g_object_get_data(G_OBJECT(table), "panel");
  const HdModel *model = hd_view_state_model(panel->state);
  HdSelection selection = hd_view_state_selection(panel->state);
  gboolean work = selection.job != HD_NONE || selection.item != HD_NONE;
  guint32 actor = work ? HD_NONE : selection.actor, object = actor == HD_NONE ? selection.object : HD_NONE;
  if (panel->activating) return;
  if (actor != panel->actor || object != panel->object) {
    panel->actor = actor;
    panel->object = object;
    panel->listed = actor != HD_NONE ? LIST_INTERVALS : LIST_NOTHING;
    if (actor != HD_NONE)
      hd_index_list_set(panel->list, model->actors[actor].interval_first, model->actors[actor].interval_count);
    else if (object != HD_NONE)
      list_object(panel, &model->objects[object]);
    else
      hd_index_list_set(panel->list, 0, 0);
  }
  if (panel->actor != HD_NONE && selection.interval != HD_NONE)
    hd_table_select(table, selection.interval - model->actors[panel->actor].interval_first);
  else if (selection.hold != HD_NONE)
    hd_table_select(table, selection.hold - model->objects[object].hold_first);
  else if (selection.job != HD_NONE && panel->listed == LIST_JOBS)
    hd_table_select(table, selection.job - model->objects[object].job_first);
  else if (selection.item != HD_NONE && panel->listed == LIST_ITEMS)
    hd_table_select(table, selection.item - model->objects[object].item_first);
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
