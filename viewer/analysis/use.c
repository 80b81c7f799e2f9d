/* What went through queues and pipes, what executors and schedulers did: sums over items, jobs and waits. */
#include "sums.h"
#include "wait-graph.h"

static int compare_times(gconstpointer a, gconstpointer b) {
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
  return (left > right) - (left < right);
}

/* How many of the spans that begin in order were open at once. ends: as many, sorted here. */
static guint32 most_at_once(const gint64 *begins, gint64 *ends, guint32 count) {
  guint32 most = 0, ended = 0;
  gboolean sorted = TRUE;
  for (guint32 i = 1; i < count && sorted; i++) sorted = ends[i - 1] <= ends[i];
  if (!sorted) qsort(ends, count, sizeof *ends, compare_times);
  for (guint32 i = 0; i < count; i++) {
    while (ended < i && ends[ended] <= begins[i]) ended++;
    most = MAX(most, i + 1 - ended);
  }
  return most;
}

static void add_waits(const HdModel *model, const HdObject *object, HdQueueUse *use) {
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[object->wait_first + i]];
    enum hd_operation operation = hd_site_operation(model, wait->site);
    gint64 length_ns = MAX(wait->end_ns - wait->begin_ns, 0);
    if (operation == HD_OPERATION_QUEUE_JOIN || operation == HD_OPERATION_QUEUE_JOIN_TIMED ||
        operation == HD_OPERATION_ASYNC_QUEUE_JOIN_AWAIT)
      hd_add_ns(&use->join_wait_ns, length_ns);
    else if (hd_operations[operation].role == HD_ROLE_ENABLE || operation == HD_OPERATION_PIPE_WRITE ||
             operation == HD_OPERATION_ASYNC_QUEUE_PUT_AWAIT) {
      use->put_wait_count++;
      hd_add_ns(&use->put_wait_ns, length_ns);
    } else {
      use->get_wait_count++;
      hd_add_ns(&use->get_wait_ns, length_ns);
    }
  }
}

HdQueueUse hd_queue_use(const HdModel *model, guint32 object_index) {
  const HdObject *object = &model->objects[object_index];
  HdQueueUse use = {0};
  g_autofree gint64 *begins = g_new(gint64, MAX(object->item_count, 1)), *ends = g_new(gint64, MAX(object->item_count, 1));
  for (guint32 i = 0; i < object->item_count; i++) {
    const HdItem *item = &model->items[object->item_first + i];
    gboolean put = item->put_actor != HD_NONE, got = item->get_actor != HD_NONE;
    begins[i] = item->put_ns;
    ends[i] = item->get_ns;
    use.put_count += put;
    use.got_count += got;
    if (!put || !got) continue;
    gint64 latency_ns = item->get_ns - item->put_ns;
    use.paired_count++;
    hd_add_ns(&use.latency_total_ns, latency_ns);
    use.latency_max_ns = MAX(use.latency_max_ns, latency_ns);
  }
  use.depth_max = most_at_once(begins, ends, object->item_count);
  add_waits(model, object, &use);
  return use;
}

static void add_job(const HdJob *job, HdExecutorUse *use) {
  gboolean cancelled = job->ended && !job->begun;
  use->job_count++;
  use->begun_count += job->begun;
  use->ended_count += job->begun && job->ended;
  use->cancelled_count += cancelled;
  use->failed_count += job->begun && job->ended && job->result == HD_FUTURE_RESULT_ERROR;
  if (job->submitter != HD_NONE) {
    hd_add_ns(&use->queued_total_ns, job->begin_ns - job->submit_ns);
    use->queued_max_ns = MAX(use->queued_max_ns, job->begin_ns - job->submit_ns);
  }
  if (!job->begun) return;
  hd_add_ns(&use->run_total_ns, job->end_ns - job->begin_ns);
  use->run_max_ns = MAX(use->run_max_ns, job->end_ns - job->begin_ns);
}

HdExecutorUse hd_executor_use(const HdModel *model, guint32 object_index) {
  const HdObject *object = &model->objects[object_index];
  HdExecutorUse use = {0};
  g_autoptr(GHashTable) workers = g_hash_table_new(NULL, NULL);
  g_autofree gint64 *begins = g_new(gint64, MAX(object->job_count, 1)), *ends = g_new(gint64, MAX(object->job_count, 1));
  for (guint32 i = 0; i < object->job_count; i++) {
    const HdJob *job = &model->jobs[object->job_first + i];
    add_job(job, &use);
    if (job->begun) g_hash_table_add(workers, GUINT_TO_POINTER(job->worker));
    begins[i] = job->submit_ns;
    ends[i] = job->begin_ns;
  }
  for (guint32 i = 0; i < object->wait_count; i++) {
    guint32 index = model->object_waits[object->wait_first + i];
    if (!hd_wait_is_idle(model, index)) continue;
    hd_add_ns(&use.idle_ns, MAX(model->waits[index].end_ns - model->waits[index].begin_ns, 0));
    g_hash_table_add(workers, GUINT_TO_POINTER(model->waits[index].actor));
  }
  use.worker_count = g_hash_table_size(workers);
  use.queued_max = most_at_once(begins, ends, object->job_count);
  return use;
}

HdScheduleUse hd_schedule_use(const HdModel *model, guint32 object_index) {
  const HdObject *object = &model->objects[object_index];
  HdScheduleUse use = {.entry_count = object->job_count};
  for (guint32 i = 0; i < object->job_count; i++) {
    const HdJob *entry = &model->jobs[object->job_first + i];
    use.cancelled_count += entry->ended && !entry->begun;
    if (!entry->begun) continue;
    gint64 late_ns = entry->planned_ns < 0 ? 0 : MAX(entry->begin_ns - MAX(entry->planned_ns, entry->submit_ns), 0);
    use.begun_count++;
    hd_add_ns(&use.late_total_ns, late_ns);
    use.late_max_ns = MAX(use.late_max_ns, late_ns);
    hd_add_ns(&use.run_total_ns, entry->end_ns - entry->begin_ns);
    use.run_max_ns = MAX(use.run_max_ns, entry->end_ns - entry->begin_ns);
  }
  return use;
}
