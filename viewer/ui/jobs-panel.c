#include "jobs-panel.h"
#include "links.h"
#include "names.h"
#include "ruler.h"
#include "table.h"

/* Belongs to the table. */
typedef struct {
  HdViewState *state;
  guint32 *worst; /* jobs but callbacks of loops, the longest queued first; a row is an index of it */
} JobsPanel;

static void jobs_panel_free(JobsPanel *panel) {
  g_free(panel->worst);
  g_object_unref(panel->state);
  g_free(panel);
}

static const HdModel *model_of(gpointer panel) { return hd_view_state_model(((JobsPanel *)panel)->state); }
static const HdJob *job_of(gpointer panel, guint32 row) { return &model_of(panel)->jobs[((JobsPanel *)panel)->worst[row]]; }

/* Of an entry of a scheduler: how late it began. */
static gint64 queued_ns(const HdJob *job) { return (job->begun ? job->begin_ns : job->end_ns) - MAX(job->submit_ns, job->planned_ns); }
static gint64 ran_ns(const HdJob *job) { return job->begun ? job->end_ns - job->begin_ns : 0; }

static char *label_text(guint32 row, gpointer panel) { return hd_job_label(model_of(panel), ((JobsPanel *)panel)->worst[row]); }
static char *executor_text(guint32 row, gpointer panel) { return hd_object_label(model_of(panel), job_of(panel, row)->executor); }
static char *submitted_text(guint32 row, gpointer panel) { return hd_format_time(job_of(panel, row)->submit_ns, 1000); }
static char *queued_text(guint32 row, gpointer panel) {
  return job_of(panel, row)->submitter == HD_NONE ? g_strdup("not seen") : hd_format_duration(queued_ns(job_of(panel, row)));
}
static char *ran_text(guint32 row, gpointer panel) {
  return job_of(panel, row)->begun ? hd_format_duration(ran_ns(job_of(panel, row))) : g_strdup("");
}
static char *worker_text(guint32 row, gpointer panel) {
  const HdJob *job = job_of(panel, row);
  return job->begun ? hd_actor_label_beside(model_of(panel), job->worker, job->submitter == HD_NONE ? job->worker : job->submitter)
                    : g_strdup("");
}
static char *result_text(guint32 row, gpointer panel) {
  const HdJob *job = job_of(panel, row);
  return g_strdup(!job->ended                             ? job->begun ? "running" : "queued"
                  : !job->begun                           ? "cancelled"
                  : job->result == HD_FUTURE_RESULT_ERROR ? "failed"
                                                          : "done");
}
static char *site_text(guint32 row, gpointer panel) {
  char *text = hd_site_label(model_of(panel), job_of(panel, row)->submit_site);
  return text ? text : g_strdup("");
}

static int compare(gint64 x, gint64 y) { return (x > y) - (x < y); }
static int by_queued(guint32 a, guint32 b, gpointer panel) { return compare(queued_ns(job_of(panel, a)), queued_ns(job_of(panel, b))); }
static int by_ran(guint32 a, guint32 b, gpointer panel) { return compare(ran_ns(job_of(panel, a)), ran_ns(job_of(panel, b))); }
static int by_submitted(guint32 a, guint32 b, gpointer panel) { return compare(job_of(panel, a)->submit_ns, job_of(panel, b)->submit_ns); }
static int by_worker(guint32 a, guint32 b, gpointer panel) { return compare(job_of(panel, a)->worker, job_of(panel, b)->worker); }

static const HdTableColumn columns[] = {
    {"Job", label_text, NULL, FALSE, TRUE},
    {"Queued", queued_text, by_queued, TRUE, FALSE},
    {"Ran", ran_text, by_ran, TRUE, FALSE},
    {"Result", result_text, NULL, FALSE, FALSE},
    {"Worker", worker_text, by_worker, FALSE, FALSE},
    {"Executor", executor_text, NULL, FALSE, FALSE},
    {"Submitted", submitted_text, by_submitted, TRUE, FALSE},
    {"In", site_text, NULL, FALSE, TRUE},
};

static void activated(guint32 row, gpointer user_data) {
  JobsPanel *panel = user_data;
  hd_view_state_select_job(panel->state, panel->worst[row]);
  hd_view_state_reveal_selection(panel->state);
}

static int compare_worst(gconstpointer a, gconstpointer b, gpointer model) {
  const HdJob *jobs = ((const HdModel *)model)->jobs;
  return compare(queued_ns(&jobs[*(const guint32 *)b]), queued_ns(&jobs[*(const guint32 *)a]));
}

GtkWidget *hd_jobs_panel_new(HdViewState *state) {
  const HdModel *model = hd_view_state_model(state);
  JobsPanel *panel = g_new0(JobsPanel, 1);
  g_autoptr(HdIndexList) list = hd_index_list_new();
  panel->state = g_object_ref(state);
  panel->worst = g_new(guint32, model->job_count + 1);
  guint32 count = 0;
  for (guint32 i = 0; i < model->job_count; i++)
    if (model->objects[model->jobs[i].executor].kind != HD_KIND_LOOP) panel->worst[count++] = i;
  g_qsort_with_data(panel->worst, (int)count, sizeof *panel->worst, compare_worst, (gpointer)model);
  GtkWidget *table = hd_table_new(list, columns, G_N_ELEMENTS(columns), "Jobs", activated, panel);
  g_object_set_data_full(G_OBJECT(table), "panel", panel, (GDestroyNotify)jobs_panel_free);
  hd_index_list_set(list, 0, count);
  return table;
}
