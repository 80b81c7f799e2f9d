#include "wait-panel.h"
#include "describe.h"
#include "hit.h"

/* Belongs to the widget. */
typedef struct {
  HdViewState *state; /* not owned: the labels' links hold it */
  GtkWidget *title, *sentence, *grid;
} WaitPanel;

static void add_line(WaitPanel *panel, int line, const char *key, char *markup) {
  g_autofree char *owned = markup;
  if (!owned || !*owned) return;
  GtkWidget *name = gtk_label_new(key);
  gtk_label_set_xalign(GTK_LABEL(name), 0);
  gtk_widget_set_valign(name, GTK_ALIGN_START);
  gtk_widget_add_css_class(name, "dim-text");
  GtkWidget *value = hd_link_label_new(panel->state);
  gtk_label_set_markup(GTK_LABEL(value), owned);
  gtk_widget_add_css_class(value, "stack");
  gtk_grid_attach(GTK_GRID(panel->grid), name, 0, line, 1, 1);
  gtk_grid_attach(GTK_GRID(panel->grid), value, 1, line, 1, 1);
}

static void show_wait(WaitPanel *panel, const HdModel *model, guint32 index) {
  const HdWait *wait = &model->waits[index];
  guint32 hold_index;
  g_autofree char *title = hd_describe_wait_title(model, index), *sentence = hd_describe_wait_markup(model, index, &hold_index);
  gtk_label_set_text(GTK_LABEL(panel->title), title);
  gtk_label_set_markup(GTK_LABEL(panel->sentence), sentence);
  add_line(panel, 0, "waiting at", hd_describe_stack_markup(model, wait->stack, wait->site));
  if (wait->state == HD_STATE_WAIT_TASK) add_line(panel, 1, "chain", hd_describe_chain_markup(model, index));
  HdSource source = hd_document_source(hd_view_state_document(panel->state));
  guint32 item = hd_item_of_wait(&source, index);
  if (item != HD_NONE) {
    g_autofree char *item_title = hd_describe_item_title(model, item);
    g_autoptr(GString) markup = g_string_new(NULL);
    hd_link_append(markup, HD_LINK_TO_ITEM, item, item_title);
    add_line(panel, 3, "for", g_string_free(g_steal_pointer(&markup), FALSE));
  }
  if (wait->object != HD_NONE && model->objects[wait->object].job != HD_NONE && model->objects[wait->object].kind == HD_KIND_FUTURE) {
    g_autofree char *job_title = hd_describe_job_title(model, model->objects[wait->object].job);
    g_autoptr(GString) markup = g_string_new(NULL);
    hd_link_append(markup, HD_LINK_TO_JOB, model->objects[wait->object].job, job_title);
    add_line(panel, 3, "for", g_string_free(g_steal_pointer(&markup), FALSE));
  }
  if (hold_index == HD_NONE) return;
  const HdHold *hold = &model->holds[hold_index];
  add_line(panel, 1, "held at", hd_describe_stack_markup(model, HD_NONE, hold->acquire_site));
  if (hold->release_site != HD_NONE)
    add_line(panel, 2, "released at", hd_describe_stack_markup(model, hold->release_stack, hold->release_site));
}

static void show_hold(WaitPanel *panel, const HdModel *model, guint32 index) {
  const HdHold *hold = &model->holds[index];
  g_autofree char *duration = hd_format_duration(hold->end_ns - hold->begin_ns),
                  *object = hd_display_name(model->objects[hold->object].name, 64);
  g_autofree char *holder = hd_actor_text(model, hold->actor);
  g_autofree char *title = g_strdup_printf("%s held %s %s%s", holder, object, duration, hold->open ? " and never released it" : "");
  gtk_label_set_text(GTK_LABEL(panel->title), title);
  g_autoptr(GString) sentence = g_string_new(hold->wait != HD_NONE ? "after " : "without waiting");
  if (hold->wait != HD_NONE) hd_link_append(sentence, HD_LINK_TO_WAIT, hold->wait, "a wait for it");
  if (hold->shared) g_string_append(sentence, ", shared with other readers");
  if (hold->releaser != HD_NONE && hold->releaser != hold->actor) {
    g_string_append(sentence, "; released by ");
    hd_link_append_actor(sentence, model, hold->releaser);
  }
  gtk_label_set_markup(GTK_LABEL(panel->sentence), sentence->str);
  add_line(panel, 0, "acquired at", hd_describe_stack_markup(model, HD_NONE, hold->acquire_site));
  if (hold->release_site != HD_NONE)
    add_line(panel, 1, "released at", hd_describe_stack_markup(model, hold->release_stack, hold->release_site));
}

static void show_job(WaitPanel *panel, const HdModel *model, guint32 index) {
  g_autofree char *title = hd_describe_job_title(model, index), *sentence = hd_describe_job_markup(model, index);
  gtk_label_set_text(GTK_LABEL(panel->title), title);
  gtk_label_set_markup(GTK_LABEL(panel->sentence), sentence);
  if (model->jobs[index].submit_site != HD_NONE)
    add_line(panel, 0, "submitted at", hd_describe_stack_markup(model, HD_NONE, model->jobs[index].submit_site));
}

static void show_item(WaitPanel *panel, const HdModel *model, guint32 index) {
  const HdItem *item = &model->items[index];
  g_autofree char *title = hd_describe_item_title(model, index), *sentence = hd_describe_item_markup(model, index);
  gtk_label_set_text(GTK_LABEL(panel->title), title);
  gtk_label_set_markup(GTK_LABEL(panel->sentence), sentence);
  if (item->put_site != HD_NONE) add_line(panel, 0, "put at", hd_describe_stack_markup(model, HD_NONE, item->put_site));
  if (item->get_site != HD_NONE) add_line(panel, 1, "got at", hd_describe_stack_markup(model, HD_NONE, item->get_site));
}

static void show_object(WaitPanel *panel, const HdModel *model, guint32 index) {
  const HdObject *object = &model->objects[index];
  const HdAnalysis *analysis = hd_document_analysis(hd_view_state_document(panel->state));
  const HdContention *contention = analysis ? hd_analysis_contention(analysis, index) : NULL;
  g_autofree char *name = hd_display_name(object->name, 120);
  gtk_label_set_text(GTK_LABEL(panel->title), name);
  HdSource source = hd_document_source(hd_view_state_document(panel->state));
  g_autofree char *work = object->kind == HD_KIND_GIL      ? hd_describe_gil_markup(model, index)
                          : object->kind == HD_KIND_LOOP   ? hd_describe_loop_markup(model, index)
                          : object->kind == HD_KIND_GROUP  ? hd_describe_group_markup(model, index)
                          : object->item_count             ? hd_describe_queue_markup(&source, index)
                          : object->job_count              ? hd_describe_executor_markup(&source, index)
                          : object->kind == HD_KIND_SHARED ? hd_describe_shared_markup(&source, index)
                                                           : NULL;
  g_autoptr(GString) sentence = g_string_new(work ? work : hd_object_kind_names[object->kind]);
  if (contention && !work) {
    g_autofree char *lost = hd_format_duration(contention->wait_total_ns), *held = hd_format_duration(contention->hold_max_ns);
    g_string_append_printf(sentence,
                           "; %" G_GUINT64_FORMAT " acquisitions, %" G_GUINT64_FORMAT " of them waited, %s in all; longest hold %s",
                           contention->acquisition_count, contention->contention_count, lost, held);
  }
  gtk_label_set_markup(GTK_LABEL(panel->sentence), sentence->str);
  if (object->create_site != HD_NONE) add_line(panel, 0, "created at", hd_describe_stack_markup(model, HD_NONE, object->create_site));
  for (guint i = 0; contention && i < MIN(contention->blame_count, 4); i++) {
    const HdBlame *blame = &contention->blame[i];
    g_autofree char *duration = hd_format_duration(blame->blame_ns);
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "%s lost to ", duration);
    hd_link_append_actor(line, model, blame->actor);
    g_string_append(line, " in ");
    hd_link_append_site(line, model, blame->site);
    add_line(panel, 1 + i, i ? "" : "blame", g_string_free(g_steal_pointer(&line), FALSE));
  }
}

static void show_interval(WaitPanel *panel, const HdModel *model, guint32 actor, guint32 interval) {
  g_autofree char *name = hd_actor_text(model, actor);
  g_autofree char *duration = hd_format_duration(hd_model_interval_end_ns(model, actor, interval) - model->intervals.begin_ns[interval]);
  g_autofree char *title = g_strdup_printf(
      "%s: %s, %s", name, hd_state_styles[hd_lod_shown(hd_document_source(hd_view_state_document(panel->state)).lod, interval)].label,
      duration);
  gtk_label_set_text(GTK_LABEL(panel->title), title);
  HdSource source = hd_document_source(hd_view_state_document(panel->state));
  g_autofree char *sentence = hd_describe_task_markup(&source, actor, interval);
  gtk_label_set_markup(GTK_LABEL(panel->sentence), sentence);
}

static void refresh(GtkWidget *widget) {
  WaitPanel *panel = g_object_get_data(G_OBJECT(widget), "panel");
  const HdModel *model = hd_view_state_model(panel->state);
  HdSelection selection = hd_view_state_selection(panel->state);
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child(panel->grid))) gtk_grid_remove(GTK_GRID(panel->grid), child);
  if (selection.job != HD_NONE)
    show_job(panel, model, selection.job);
  else if (selection.item != HD_NONE)
    show_item(panel, model, selection.item);
  else if (selection.wait != HD_NONE)
    show_wait(panel, model, selection.wait);
  else if (selection.interval != HD_NONE)
    show_interval(panel, model, selection.actor, selection.interval);
  else if (selection.hold != HD_NONE)
    show_hold(panel, model, selection.hold);
  else if (selection.object != HD_NONE)
    show_object(panel, model, selection.object);
  else {
    gtk_label_set_text(GTK_LABEL(panel->title), "Nothing is selected");
    gtk_label_set_text(GTK_LABEL(panel->sentence), "Click a wait in the timeline, or walk with the arrow keys.");
  }
}

GtkWidget *hd_wait_panel_new(HdViewState *state) {
  GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class(box, "panel-page");
  WaitPanel *panel = g_new0(WaitPanel, 1);
  g_object_set_data_full(G_OBJECT(box), "panel", panel, g_free);
  panel->state = state;
  panel->title = gtk_label_new(NULL);
  gtk_label_set_xalign(GTK_LABEL(panel->title), 0);
  gtk_label_set_wrap(GTK_LABEL(panel->title), TRUE);
  gtk_label_set_selectable(GTK_LABEL(panel->title), TRUE);
  gtk_widget_add_css_class(panel->title, "heading");
  panel->sentence = hd_link_label_new(state);
  panel->grid = gtk_grid_new();
  gtk_grid_set_column_spacing(GTK_GRID(panel->grid), 16);
  gtk_grid_set_row_spacing(GTK_GRID(panel->grid), 4);
  gtk_box_append(GTK_BOX(box), panel->title);
  gtk_box_append(GTK_BOX(box), panel->sentence);
  gtk_box_append(GTK_BOX(box), panel->grid);
  GtkWidget *scroller = gtk_scrolled_window_new();
  gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroller), box);
  g_object_set_data_full(G_OBJECT(scroller), "state", g_object_ref(state), g_object_unref);
  g_signal_connect_object(state, "selection", G_CALLBACK(refresh), box, G_CONNECT_SWAPPED);
  g_signal_connect_object(hd_view_state_document(state), "analysed", G_CALLBACK(refresh), box, G_CONNECT_SWAPPED);
  refresh(box);
  return scroller;
}
