#include "executors.h"

static gboolean is_executor(const HdObject *object) { return object->kind == HD_KIND_EXECUTOR || object->kind == HD_KIND_POOL; }

/* The job whose result is waited for; NULL: of several, or not known. */
static const HdJob *job_of(const HdModel *model, const HdWait *wait) {
  guint32 job = model->objects[wait->object].job;
  return job < model->job_count ? &model->jobs[job] : NULL;
}

static gboolean is_queued(const HdJob *job, gint64 at_ns) {
  return job->submit_ns <= at_ns && (!job->begun || at_ns < job->begin_ns) && !(job->ended && job->end_ns <= at_ns);
}

static gboolean any_is_queued(const HdModel *model, const HdObject *executor, gint64 at_ns) {
  for (guint32 i = 0; i < executor->job_count; i++)
    if (is_queued(&model->jobs[executor->job_first + i], at_ns)) return TRUE;
  return FALSE;
}

guint32 hd_wait_queued_in(const HdModel *model, guint32 wait, gint64 at_ns) {
  const HdWait *it = &model->waits[wait];
  if (it->state != HD_STATE_WAIT_FUTURE || it->object >= model->object_count) return HD_NONE;
  if (is_executor(&model->objects[it->object])) return any_is_queued(model, &model->objects[it->object], at_ns) ? it->object : HD_NONE;
  const HdJob *job = job_of(model, it);
  return job && is_queued(job, at_ns) ? job->executor : HD_NONE;
}

HdWaitRule hd_future_rule(const HdModel *model, guint32 wait, gint64 at_ns) {
  const HdWait *it = &model->waits[wait];
  if (is_executor(&model->objects[it->object])) return HD_ENDS_BY_SOME;
  const HdJob *job = job_of(model, it);
  if (!job) return HD_ENDS_BY_ANY;
  if (is_queued(job, at_ns)) return HD_ENDS_BY_SOME;
  gboolean runs = job->begun && !(job->ended && job->end_ns <= at_ns);
  return runs && hd_actor_alive_at(model, job->worker, at_ns) ? HD_ENDS_BY_ALL : HD_ENDS_BY_ANY;
}

static void add_worker(const HdModel *model, guint32 actor, gint64 seen_ns, gint64 at_ns, GHashTable *known, GArray *workers) {
  if (actor >= model->actor_count || seen_ns > at_ns || !hd_actor_alive_at(model, actor, at_ns)) return;
  if (g_hash_table_add(known, GUINT_TO_POINTER(actor))) g_array_append_val(workers, actor);
}

GArray *hd_executor_workers(const HdModel *model, guint32 executor, gint64 at_ns) {
  const HdObject *object = &model->objects[executor];
  GArray *workers = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
  for (guint32 i = 0; i < object->job_count; i++) {
    const HdJob *job = &model->jobs[object->job_first + i];
    add_worker(model, job->worker, job->begin_ns, at_ns, known, workers);
  }
  for (guint32 i = 0; i < object->wait_count; i++) {
    guint32 index = model->object_waits[object->wait_first + i];
    if (hd_wait_is_idle(model, index)) add_worker(model, model->waits[index].actor, model->waits[index].begin_ns, at_ns, known, workers);
  }
  return workers;
}

gboolean hd_executor_is_full(const HdModel *model, guint32 executor, const GArray *workers) {
  gint64 worker_max = model->objects[executor].initial_value;
  return worker_max > 0 && workers->len >= worker_max;
}

gboolean hd_wait_is_idle(const HdModel *model, guint32 wait) {
  enum hd_operation operation = hd_site_operation(model, model->waits[wait].site);
  return operation == HD_OPERATION_JOB_BEGIN || operation == HD_OPERATION_LOOP_POLL || operation == HD_OPERATION_LOOP_POLL_TIMED;
}

static void add_owner(GArray *owners, guint32 actor) {
  HdOwner owner = {actor, HD_NONE, FALSE};
  g_array_append_val(owners, owner);
}

/* Its workers; while there may be more of them, everybody who could start one. */
static void add_workers(const HdModel *model, guint32 waiter, guint32 executor, gint64 at_ns, GArray *owners) {
  g_autoptr(GArray) workers = hd_executor_workers(model, executor, at_ns);
  gboolean full = hd_executor_is_full(model, executor, workers);
  guint32 process = hd_actor_process(model, waiter);
  for (guint i = 0; i < workers->len; i++) {
    guint32 worker = g_array_index(workers, guint32, i);
    if (full || hd_actor_process(model, worker) != process) add_owner(owners, worker);
  }
  for (guint32 actor = process + 1; !full && actor < model->actor_count && model->actors[actor].parent == process; actor++)
    if (model->actors[actor].kind != HD_ACTOR_PROCESS && hd_actor_alive_at(model, actor, at_ns)) add_owner(owners, actor);
}

void hd_future_owners(const HdModel *model, guint32 wait, gint64 at_ns, GArray *owners) {
  const HdWait *it = &model->waits[wait];
  const HdJob *job = job_of(model, it);
  HdWaitRule rule = hd_future_rule(model, wait, at_ns);
  if (rule == HD_ENDS_BY_ALL) add_owner(owners, job->worker);
  if (rule == HD_ENDS_BY_SOME) add_workers(model, it->actor, job ? job->executor : it->object, at_ns, owners);
}
