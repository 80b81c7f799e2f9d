/* Jobs: submitted to an executor, begun and ended by one of its workers, told by their future's end. Their number is the low half of their
 * future's reference, which is the recording's, so it tells them apart in whatever process. Callbacks of an event loop and entries of an
 * event scheduler are jobs, too: they have no futures, their numbers are their object's. */
#include "builder.h"

static gboolean is_executor(const HdObject *object) { return object->kind == HD_KIND_EXECUTOR || object->kind == HD_KIND_POOL; }

static gboolean has_jobs(const HdObject *object) {
  return is_executor(object) || object->kind == HD_KIND_LOOP || object->kind == HD_KIND_SCHEDULER;
}

/* A worker begins a job at its routine, which is a place in the code; another site is where it was submitted. */
static guint32 routine_of(const HdBuilder *builder, const HdMark *begin) {
  gboolean in_code = begin && begin->site < builder->sites.count && builder->sites.items[begin->site].module != HD_NONE;
  return in_code ? begin->site : HD_NONE;
}

static void add_job(HdBuilder *builder, guint32 executor, const HdMark *submit, const HdMark *begin) {
  const HdMark *known = submit ? submit : begin;
  *hd_vector_add(&builder->jobs) = (HdJob){.executor = executor,
                                           .future = HD_NONE,
                                           .number = (guint32)known->value,
                                           .submitter = submit ? submit->actor : HD_NONE,
                                           .submit_site = submit ? submit->site : HD_NONE,
                                           .submit_sequence = submit ? submit->sequence : HD_NONE,
                                           .routine_site = routine_of(builder, begin),
                                           .worker = begin ? begin->actor : HD_NONE,
                                           .begin_sequence = begin ? begin->sequence : HD_NONE,
                                           .end_sequence = HD_NONE,
                                           .submit_ns = known->at_ns,
                                           .begin_ns = begin ? begin->at_ns : G_MAXINT64,
                                           .end_ns = G_MAXINT64,
                                           .planned_ns = -1,
                                           .begun = begin != NULL};
}

static void collect_jobs(HdBuilder *builder, guint32 executor) {
  const HdObject *object = &builder->objects.items[executor];
  for (guint32 k = object->mark_first; k < object->mark_first + object->mark_count; k++) {
    const HdMark *mark = &builder->marks.items[k];
    const struct hd_operation_info *operation = hd_site_operation(builder, mark->site);
    if (!hd_has_number(operation) || mark->error) continue;
    const HdMark *other = builder->mark_partners[k] == HD_NONE ? NULL : &builder->marks.items[builder->mark_partners[k]];
    if (operation->role == HD_ROLE_ENABLE)
      add_job(builder, executor, mark, other);
    else if (operation->role == HD_ROLE_TAKE && !other)
      add_job(builder, executor, NULL, mark);
  }
}

static void end_job(HdJob *job, const HdMark *end) {
  job->ended = TRUE;
  job->end_ns = end->at_ns;
  job->end_sequence = end->sequence;
  if (job->begun) return;
  job->begun = TRUE; /* its begin was lost */
  job->worker = end->actor;
  job->begin_ns = end->at_ns;
}

static void cancel_job(HdJob *job, const HdMark *cancel) {
  if (job->begun || job->ended) return;
  job->ended = TRUE;
  job->end_ns = cancel->at_ns;
  job->end_sequence = cancel->sequence;
  job->result = HD_FUTURE_RESULT_CANCELLED;
}

static gboolean ends_job(const HdBuilder *builder, const HdMark *mark, gboolean cancels) {
  if (mark->site >= builder->sites.count || mark->error) return FALSE;
  switch (builder->sites.items[mark->site].operation) {
  case HD_OPERATION_JOB_END:
  case HD_OPERATION_CALLBACK_END:
  case HD_OPERATION_SCHEDULE_END:
    return !cancels;
  case HD_OPERATION_CALLBACK_CANCEL:
  case HD_OPERATION_SCHEDULE_CANCEL:
    return cancels;
  default:
    return FALSE;
  }
}

/* An end of which neither submission nor begin were seen is no job: nothing tells how long it was. */
static void match_ends(HdBuilder *builder, gboolean cancels) {
  HD_VECTOR(HdNumbered) ends = {0};
  for (guint32 i = 0; i < builder->marks.count && builder->marks.items[i].object != HD_NONE; i++) {
    const HdMark *mark = &builder->marks.items[i];
    if (!ends_job(builder, mark, cancels)) continue;
    *hd_vector_add(&ends) = (HdNumbered){.object = mark->object, .index = i, .number = (guint32)mark->value, .at_ns = mark->at_ns};
  }
  g_autofree HdNumbered *jobs = g_new(HdNumbered, MAX(1, builder->jobs.count));
  for (guint32 i = 0; i < builder->jobs.count; i++) {
    const HdJob *job = &builder->jobs.items[i];
    jobs[i] =
        (HdNumbered){.object = job->executor, .index = i, .number = job->number, .at_ns = job->begun ? job->begin_ns : job->submit_ns};
  }
  g_autofree guint32 *matches = hd_match_numbers(jobs, builder->jobs.count, ends.items, ends.count, builder->objects.count);
  for (guint32 i = 0; i < ends.count; i++)
    if (matches[i] != HD_NONE)
      (cancels ? cancel_job : end_job)(&builder->jobs.items[matches[i]], &builder->marks.items[ends.items[i].index]);
  g_free(ends.items);
}

const HdMark *hd_future_done(const HdBuilder *builder, const HdObject *future) {
  for (guint32 k = future->mark_first; k < future->mark_first + future->mark_count; k++) {
    const HdMark *mark = &builder->marks.items[k];
    if (!mark->error && hd_site_operation(builder, mark->site) == &hd_operations[HD_OPERATION_FUTURE_DONE]) return mark;
  }
  return NULL;
}

/* The future knows how it ended. A job that never began has ended with it (cancelled); of one that began and whose end was not seen the
 * future tells only when its worker said so: else somebody found out that the worker had died. */
static void connect_future(HdBuilder *builder, guint32 index) {
  HdJob *job = &builder->jobs.items[index];
  guint64 reference = HD_OBJECT_SHARED_BIT | job->number;
  guint32 future_index = hd_object_find(builder, HD_NONE, reference, HD_KIND_FUTURE, G_MAXINT64);
  HdObject *future = future_index == HD_NONE ? NULL : &builder->objects.items[future_index];
  if (!future || future->job != HD_NONE) return;
  job->future = future_index;
  future->job = index;
  future->start_ns = MIN(future->start_ns, job->submit_ns);
  future->process = builder->objects.items[job->executor].process; /* known where its executor is */
  const HdMark *done = hd_future_done(builder, future);
  if (!done) return;
  job->result = MIN((guint64)done->value, HD_FUTURE_RESULT_COUNT - 1);
  if (job->ended || (job->begun && job->worker != done->actor)) return;
  job->ended = TRUE;
  job->end_ns = done->at_ns;
  job->end_sequence = done->sequence;
}

/* What else was told of the entries of schedulers. */
static void describe_entries(HdBuilder *builder) {
  g_autoptr(GHashTable) entries = g_hash_table_new(g_int64_hash, g_int64_equal);
  for (guint32 i = 0; i < builder->schedule_entries.count; i++)
    g_hash_table_insert(entries, &builder->schedule_entries.items[i].key, &builder->schedule_entries.items[i]);
  for (guint32 i = 0; i < builder->jobs.count; i++) {
    HdJob *job = &builder->jobs.items[i];
    guint64 key = (guint64)job->executor << 32 | job->number;
    const HdScheduleEntry *entry = job->submitter == HD_NONE ? NULL : g_hash_table_lookup(entries, &key);
    if (!entry) continue;
    job->planned_ns = entry->planned_ns;
    job->priority = entry->priority;
    if (entry->routine != HD_NONE) job->routine_site = entry->routine;
  }
}

/* What did not happen lasts to the executor's end, at a worker to its end. */
static void bound_job(const HdBuilder *builder, HdJob *job) {
  const HdObject *executor = &builder->objects.items[job->executor];
  gint64 limit_ns = MAX(executor->end_ns, job->submit_ns);
  if (!job->ended) job->end_ns = limit_ns;
  if (!job->begun) job->begin_ns = job->end_ns;
  job->begin_ns = MAX(job->begin_ns, job->submit_ns);
  job->end_ns = MAX(job->end_ns, job->begin_ns);
  if (job->begun) job->end_ns = MAX(MIN(job->end_ns, builder->model->actors[job->worker].end_ns), job->begin_ns);
}

static void index_workers(HdBuilder *builder) {
  HdModel *model = builder->model;
  model->actor_jobs = HD_ORDER(&builder->jobs, HdJob, worker, model->actor_count, begin_ns);
  for (guint32 i = 0; i < builder->jobs.count; i++) {
    guint32 worker = builder->jobs.items[model->actor_jobs[i]].worker;
    if (worker == HD_NONE) break;
    if (!model->actors[worker].job_count++) model->actors[worker].job_first = i;
  }
}

void hd_build_jobs(HdBuilder *builder) {
  if (!builder->mark_partners) return;
  for (guint32 i = 0; i < builder->objects.count; i++) {
    HdObject *object = &builder->objects.items[i];
    object->job_first = builder->jobs.count;
    if (has_jobs(object)) collect_jobs(builder, i);
    object->job_count = builder->jobs.count - object->job_first;
  }
  match_ends(builder, FALSE);
  match_ends(builder, TRUE);
  if (builder->schedule_entries.count) describe_entries(builder);
  for (guint32 i = 0; i < builder->jobs.count; i++) {
    if (is_executor(&builder->objects.items[builder->jobs.items[i].executor])) connect_future(builder, i);
    bound_job(builder, &builder->jobs.items[i]);
  }
  index_workers(builder);
}
