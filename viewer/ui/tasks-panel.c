#include "tasks-panel.h"
#include "names.h"
#include "table.h"
#include "task-words.h"

/* Of one task; less than HdTaskUse, whose histograms are large. */
typedef struct {
  guint32 task, step_count;
  gint64 busy_ns, scheduled_ns, idle_ns, step_max_ns, scheduled_max_ns;
} TaskFigures;

/* Belongs to the table. */
typedef struct {
  HdViewState *state;
  GArray *figures; /* of TaskFigures; a row is an index of it */
} TasksPanel;

static void tasks_panel_free(TasksPanel *panel) {
  g_array_unref(panel->figures);
  g_object_unref(panel->state);
  g_free(panel);
}

static const HdModel *model_of(gpointer panel) { return hd_view_state_model(((TasksPanel *)panel)->state); }
static const TaskFigures *figures_of(gpointer panel, guint32 row) {
  return &g_array_index(((TasksPanel *)panel)->figures, TaskFigures, row);
}
static const HdActor *task_of(gpointer panel, guint32 row) { return &model_of(panel)->actors[figures_of(panel, row)->task]; }

static char *name_text(guint32 row, gpointer panel) {
  return hd_actor_label_beside(model_of(panel), figures_of(panel, row)->task, HD_NONE);
}
static char *routine_text(guint32 row, gpointer panel) {
  char *text = hd_site_label(model_of(panel), task_of(panel, row)->routine_site);
  return text ? text : g_strdup("");
}
static char *result_text(guint32 row, gpointer panel) {
  const char *words = hd_task_result_words(task_of(panel, row));
  return g_strdup(words ? words : "did not end");
}
static char *busy_text(guint32 row, gpointer panel) { return hd_format_duration(figures_of(panel, row)->busy_ns); }
static char *scheduled_text(guint32 row, gpointer panel) { return hd_format_duration(figures_of(panel, row)->scheduled_ns); }
static char *idle_text(guint32 row, gpointer panel) { return hd_format_duration(figures_of(panel, row)->idle_ns); }
static char *longest_text(guint32 row, gpointer panel) { return hd_format_duration(figures_of(panel, row)->step_max_ns); }
static char *ready_text(guint32 row, gpointer panel) { return hd_format_duration(figures_of(panel, row)->scheduled_max_ns); }
static char *steps_text(guint32 row, gpointer panel) { return hd_format_count(figures_of(panel, row)->step_count); }
static char *labels_text(guint32 row, gpointer panel) {
  return hd_label_values_at(model_of(panel), figures_of(panel, row)->task, G_MAXINT64);
}

#define BY(field)                                                                                                                          \
  static int by_##field(guint32 a, guint32 b, gpointer panel) {                                                                            \
    gint64 x = figures_of(panel, a)->field, y = figures_of(panel, b)->field;                                                               \
    return (x > y) - (x < y);                                                                                                              \
  }
BY(busy_ns)
BY(scheduled_ns)
BY(idle_ns)
BY(step_max_ns)
BY(scheduled_max_ns)
BY(step_count)
BY(task)

static int by_name(guint32 a, guint32 b, gpointer panel) {
  int order = g_strcmp0(task_of(panel, a)->name, task_of(panel, b)->name);
  return order ? order : by_task(a, b, panel);
}
static int by_routine(guint32 a, guint32 b, gpointer panel) {
  guint32 x = task_of(panel, a)->routine_site, y = task_of(panel, b)->routine_site;
  return (x > y) - (x < y);
}

static const HdTableColumn columns[] = {
    {"Task", name_text, by_name, FALSE, TRUE},
    {"Routine", routine_text, by_routine, FALSE, TRUE},
    {"Longest step", longest_text, by_step_max_ns, TRUE, FALSE},
    {"Longest ready", ready_text, by_scheduled_max_ns, TRUE, FALSE},
    {"Busy", busy_text, by_busy_ns, TRUE, FALSE},
    {"Scheduled", scheduled_text, by_scheduled_ns, TRUE, FALSE},
    {"Idle", idle_text, by_idle_ns, TRUE, FALSE},
    {"Steps", steps_text, by_step_count, TRUE, FALSE},
    {"End", result_text, NULL, FALSE, FALSE},
    {"Context", labels_text, NULL, FALSE, TRUE},
};

/* To where the longest step was. */
static void activated(guint32 row, gpointer user_data) {
  TasksPanel *panel = user_data;
  const HdModel *model = hd_view_state_model(panel->state);
  const TaskFigures *figures = figures_of(panel, row);
  const HdActor *task = &model->actors[figures->task];
  guint32 interval = task->interval_count ? task->interval_first : HD_NONE;
  for (guint32 i = task->step_first; i < task->step_first + task->step_count; i++)
    if (model->steps[i].end_ns - model->steps[i].begin_ns == figures->step_max_ns)
      interval = hd_model_interval_at(model, figures->task, model->steps[i].begin_ns);
  if (interval != HD_NONE) hd_view_state_select_interval(panel->state, figures->task, interval);
  hd_view_state_reveal_selection(panel->state);
}

static int compare_worst(gconstpointer a, gconstpointer b) {
  const TaskFigures *first = a, *second = b;
  if (first->step_max_ns != second->step_max_ns) return first->step_max_ns < second->step_max_ns ? 1 : -1;
  return first->task < second->task ? -1 : first->task > second->task;
}

static GArray *gather(const HdModel *model) {
  GArray *all = g_array_new(FALSE, FALSE, sizeof(TaskFigures));
  for (guint32 i = 0; i < model->actor_count; i++) {
    if (model->actors[i].kind != HD_ACTOR_TASK) continue;
    HdTaskUse use = hd_task_use(model, i);
    TaskFigures figures = {i, use.step_count, use.busy_ns, use.scheduled_ns, use.idle_ns, use.step_max_ns, use.scheduled_max_ns};
    g_array_append_val(all, figures);
  }
  g_array_sort(all, compare_worst);
  return all;
}

GtkWidget *hd_tasks_panel_new(HdViewState *state) {
  TasksPanel *panel = g_new0(TasksPanel, 1);
  g_autoptr(HdIndexList) list = hd_index_list_new();
  panel->state = g_object_ref(state);
  panel->figures = gather(hd_view_state_model(state));
  GtkWidget *table = hd_table_new(list, columns, G_N_ELEMENTS(columns), "Tasks", activated, panel);
  g_object_set_data_full(G_OBJECT(table), "panel", panel, (GDestroyNotify)tasks_panel_free);
  hd_index_list_set(list, 0, panel->figures->len);
  return table;
}
