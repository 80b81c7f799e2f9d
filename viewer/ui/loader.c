#include "loader.h"
#include "load.h"
#include <gio/gio.h>

#define REPORT_EVERY_MS 50

struct _HdLoader {
  GObject parent;
  HdLoaderRead read;
  GCancellable *cancellable;
  GMutex lock; /* guards what a worker reports */
  double fraction;
  char *what;
  gboolean reported;
  guint report_timer;
  guint job_count;
};

G_DEFINE_TYPE(HdLoader, hd_loader, G_TYPE_OBJECT)

static HdModel *read_recording(const char *path, HdProgress progress, gpointer user_data, GError **error) {
  HdLog *log = hd_load(path, NULL, progress, user_data, error);
  return log ? hd_model_new(log, progress, user_data, error) : NULL;
}

static void finalize(GObject *object) {
  HdLoader *loader = HD_LOADER(object);
  g_clear_handle_id(&loader->report_timer, g_source_remove);
  g_object_unref(loader->cancellable);
  g_mutex_clear(&loader->lock);
  g_free(loader->what);
  G_OBJECT_CLASS(hd_loader_parent_class)->finalize(object);
}

static void hd_loader_class_init(HdLoaderClass *class) {
  G_OBJECT_CLASS(class)->finalize = finalize;
  g_signal_new("progress", HD_TYPE_LOADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_STRING);
  g_signal_new("loaded", HD_TYPE_LOADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, HD_TYPE_DOCUMENT);
  g_signal_new("failed", HD_TYPE_LOADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void hd_loader_init(HdLoader *loader) {
  g_mutex_init(&loader->lock);
  loader->cancellable = g_cancellable_new();
}

HdLoader *hd_loader_new(HdLoaderRead read) {
  HdLoader *loader = g_object_new(HD_TYPE_LOADER, NULL);
  loader->read = read ? read : read_recording;
  return loader;
}

/* In a worker. Reports are taken up by a timer: a source per report would flood the main loop. */
static gboolean report(double fraction, const char *what, gpointer user_data) {
  HdLoader *loader = user_data;
  g_mutex_lock(&loader->lock);
  loader->fraction = fraction;
  if (g_strcmp0(what, loader->what) != 0) {
    g_free(loader->what);
    loader->what = g_strdup(what);
  }
  loader->reported = TRUE;
  g_mutex_unlock(&loader->lock);
  return !g_cancellable_is_cancelled(loader->cancellable);
}

static gboolean take_up_report(gpointer user_data) {
  HdLoader *loader = user_data;
  g_mutex_lock(&loader->lock);
  gboolean reported = loader->reported;
  double fraction = loader->fraction;
  g_autofree char *what = g_strdup(loader->what);
  loader->reported = FALSE;
  g_mutex_unlock(&loader->lock);
  if (reported && !g_cancellable_is_cancelled(loader->cancellable)) g_signal_emit_by_name(loader, "progress", fraction, what);
  return G_SOURCE_CONTINUE;
}

static void begin_job(HdLoader *loader) {
  GApplication *application = g_application_get_default();
  if (application) g_application_hold(application);
  if (loader->job_count++ == 0) loader->report_timer = g_timeout_add(REPORT_EVERY_MS, take_up_report, loader);
}

static void end_job(HdLoader *loader) {
  if (--loader->job_count == 0) g_clear_handle_id(&loader->report_timer, g_source_remove);
  GApplication *application = g_application_get_default();
  if (application) g_application_release(application);
}

static void analyse_in_worker(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable) {
  HdAnalysis *analysis = hd_analysis_new(hd_document_model(task_data), report, source);
  if (analysis && g_cancellable_is_cancelled(cancellable)) g_clear_pointer(&analysis, hd_analysis_free);
  if (analysis)
    g_task_return_pointer(task, analysis, (GDestroyNotify)hd_analysis_free);
  else
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
}

static void analysed(GObject *source, GAsyncResult *result, gpointer user_data) {
  HdLoader *loader = HD_LOADER(source);
  HdAnalysis *analysis = g_task_propagate_pointer(G_TASK(result), NULL);
  end_job(loader);
  if (analysis) hd_document_take_analysis(g_task_get_task_data(G_TASK(result)), analysis, NULL);
}

void hd_loader_analyse(HdLoader *loader, HdDocument *document) {
  begin_job(loader);
  g_autoptr(GTask) task = g_task_new(loader, loader->cancellable, analysed, NULL);
  g_task_set_task_data(task, g_object_ref(document), g_object_unref);
  g_task_run_in_thread(task, analyse_in_worker);
}

/* What a worker read. */
typedef struct {
  HdModel *model;
  HdLod *lod;
} Content;

static void content_free(Content *content) {
  g_clear_pointer(&content->lod, hd_lod_free);
  g_clear_pointer(&content->model, hd_model_free);
  g_free(content);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Content, content_free)

static void read_in_worker(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable) {
  GError *error = NULL;
  g_autoptr(Content) content = g_new0(Content, 1);
  content->model = HD_LOADER(source)->read(task_data, report, source, &error);
  if (content->model) content->lod = hd_lod_new(content->model, report, source);
  if (content->lod)
    g_task_return_pointer(task, g_steal_pointer(&content), (GDestroyNotify)content_free);
  else
    g_task_return_error(task, error ? error : g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "%s cannot be read", (char *)task_data));
}

static void was_read(GObject *source, GAsyncResult *result, gpointer user_data) {
  HdLoader *loader = HD_LOADER(source);
  g_autoptr(GError) error = NULL;
  g_autoptr(Content) content = g_task_propagate_pointer(G_TASK(result), &error);
  gboolean cancelled = g_cancellable_is_cancelled(loader->cancellable);
  if (content && !cancelled) {
    HdModel *model = g_steal_pointer(&content->model);
    g_autoptr(HdDocument) document = hd_document_new(g_task_get_task_data(G_TASK(result)), model, NULL, g_steal_pointer(&content->lod));
    g_signal_emit_by_name(loader, "loaded", document);
    if (!g_cancellable_is_cancelled(loader->cancellable)) hd_loader_analyse(loader, document);
  } else if (!cancelled) {
    g_signal_emit_by_name(loader, "failed", error);
  }
  end_job(loader);
}

void hd_loader_start(HdLoader *loader, const char *path) {
  begin_job(loader);
  g_autoptr(GTask) task = g_task_new(loader, loader->cancellable, was_read, NULL);
  /* Whether it was cancelled is asked of the cancellable, so that a model that came all the same is freed where it came from. */
  g_task_set_check_cancellable(task, FALSE);
  g_task_set_task_data(task, g_strdup(path), g_free);
  g_task_run_in_thread(task, read_in_worker);
}

void hd_loader_cancel(HdLoader *loader) { g_cancellable_cancel(loader->cancellable); }
