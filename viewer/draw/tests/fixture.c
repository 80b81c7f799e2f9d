#include "fixture.h"
#include "builder.h"
#include <string.h>

typedef struct {
  guint32 thread;
  gint64 begin_ns, end_ns;
  guint8 state;
  gboolean waits;
  guint32 object, target, waker, order, wait;
  guint8 result;
} Span;

struct HdFixture {
  HdLogInfo info;
  GArray *actors, *objects, *sites, *spans, *holds, *marks, *findings, *items, *jobs, *links, *steps, *labels;
  HdModel model;
  HdAnalysis analysis;
  GArray *waits, *contentions;
  HdLod *lod;
};

HdFixture *hd_fixture_new(gboolean schedule_observed) {
  HdFixture *fixture = g_new0(HdFixture, 1);
  fixture->info.schedule_observed = schedule_observed;
  fixture->info.path = (char *)"ingest.heddle";
  fixture->actors = g_array_new(FALSE, TRUE, sizeof(HdActor));
  fixture->objects = g_array_new(FALSE, TRUE, sizeof(HdObject));
  fixture->sites = g_array_new(FALSE, TRUE, sizeof(HdSite));
  fixture->spans = g_array_new(FALSE, TRUE, sizeof(Span));
  fixture->holds = g_array_new(FALSE, TRUE, sizeof(HdHold));
  fixture->marks = g_array_new(FALSE, TRUE, sizeof(HdMark));
  fixture->findings = g_array_new(FALSE, TRUE, sizeof(HdFinding));
  fixture->items = g_array_new(FALSE, TRUE, sizeof(HdItem));
  fixture->jobs = g_array_new(FALSE, TRUE, sizeof(HdJob));
  fixture->links = g_array_new(FALSE, TRUE, sizeof(HdLink));
  fixture->steps = g_array_new(FALSE, TRUE, sizeof(HdTaskStep));
  fixture->labels = g_array_new(FALSE, TRUE, sizeof(HdLabel));
  fixture->waits = g_array_new(FALSE, TRUE, sizeof(HdWait));
  fixture->contentions = g_array_new(FALSE, TRUE, sizeof(HdContention));
  return fixture;
}

void hd_fixture_free(HdFixture *fixture) {
  if (!fixture) return;
  hd_lod_free(fixture->lod);
  for (guint i = 0; i < fixture->findings->len; i++) {
    HdFinding *finding = &g_array_index(fixture->findings, HdFinding, i);
    g_array_unref(finding->actors);
    g_array_unref(finding->objects);
    g_array_unref(finding->evidence);
  }
  GArray *arrays[] = {fixture->actors, fixture->objects,  fixture->sites, fixture->spans,       fixture->holds,
                      fixture->marks,  fixture->findings, fixture->waits, fixture->contentions, fixture->items,
                      fixture->jobs,   fixture->links,    fixture->steps, fixture->labels};
  for (guint i = 0; i < G_N_ELEMENTS(arrays); i++) g_array_unref(arrays[i]);
  g_free(fixture->model.intervals.begin_ns);
  g_free(fixture->model.intervals.state);
  g_free(fixture->model.intervals.wait);
  g_free(fixture->model.object_waits);
  g_free(fixture->model.actor_holds);
  g_free(fixture->model.actor_jobs);
  g_free(fixture->model.thread_steps);
  g_free(fixture);
}

static gint64 to_ns(double ms) { return (gint64)(ms * 1e6 + 0.5); }

guint32 hd_fixture_site(HdFixture *fixture, const char *function, const char *file, guint line, enum hd_operation operation) {
  HdSite site = {
      .number = fixture->sites->len + 1, .operation = operation, .module = HD_NONE, .function = function, .file = file, .line = line};
  g_array_append_val(fixture->sites, site);
  return fixture->sites->len - 1;
}

guint32 hd_fixture_process(HdFixture *fixture, const char *name, guint32 process_id) {
  HdActor actor = {.kind = HD_ACTOR_PROCESS,
                   .name = name,
                   .process_id = process_id,
                   .parent = HD_NONE,
                   .creator = HD_NONE,
                   .routine_site = HD_NONE,
                   .create_site = HD_NONE,
                   .exit_known = TRUE,
                   .end_seen = TRUE};
  g_array_append_val(fixture->actors, actor);
  return fixture->actors->len - 1;
}

guint32 hd_fixture_thread(HdFixture *fixture, guint32 process, const char *name, guint32 routine) {
  HdActor actor = {.kind = HD_ACTOR_THREAD,
                   .name = name,
                   .parent = process,
                   .creator = HD_NONE,
                   .routine_site = routine,
                   .create_site = HD_NONE,
                   .loop = HD_NONE,
                   .task = HD_NONE,
                   .end_seen = TRUE};
  g_array_append_val(fixture->actors, actor);
  return fixture->actors->len - 1;
}

guint32 hd_fixture_object(HdFixture *fixture, enum hd_object_kind kind, const char *name, guint32 create_site, gint64 initial_value) {
  HdObject object = {.kind = kind,
                     .name = name,
                     .named = strchr(name, '#') == NULL,
                     .process = HD_NONE,
                     .job = HD_NONE,
                     .actor = HD_NONE,
                     .end_ns = G_MAXINT64,
                     .create_site = create_site,
                     .initial_value = initial_value};
  g_array_append_val(fixture->objects, object);
  return fixture->objects->len - 1;
}

guint32 hd_fixture_wait(HdFixture *fixture, guint32 thread, double begin_ms, double end_ms, enum hd_state state, guint32 object,
                        guint32 target, guint32 waker) {
  Span span = {.thread = thread,
               .begin_ns = to_ns(begin_ms),
               .end_ns = to_ns(end_ms),
               .state = state,
               .waits = TRUE,
               .object = object,
               .target = target,
               .waker = waker,
               .order = fixture->spans->len,
               .wait = HD_NONE};
  g_array_append_val(fixture->spans, span);
  return fixture->spans->len - 1;
}

guint32 hd_fixture_span(HdFixture *fixture, guint32 thread, double begin_ms, double end_ms, enum hd_state state) {
  guint32 span = hd_fixture_wait(fixture, thread, begin_ms, end_ms, state, HD_NONE, HD_NONE, HD_NONE);
  g_array_index(fixture->spans, Span, span).waits = FALSE;
  return span;
}

void hd_fixture_hold(HdFixture *fixture, guint32 thread, guint32 object, double begin_ms, double end_ms, guint32 site, gboolean shared) {
  HdHold hold = {.object = object,
                 .actor = thread,
                 .acquire_site = site,
                 .release_site = site,
                 .release_stack = HD_NONE,
                 .releaser = thread,
                 .wait = HD_NONE,
                 .begin_ns = to_ns(begin_ms),
                 .end_ns = to_ns(end_ms),
                 .depth = 1,
                 .shared = shared};
  g_array_append_val(fixture->holds, hold);
}

void hd_fixture_nested_hold(HdFixture *fixture, guint32 thread, guint32 object, double begin_ms, double end_ms, guint32 site, guint depth) {
  hd_fixture_hold(fixture, thread, object, begin_ms, end_ms, site, FALSE);
  g_array_index(fixture->holds, HdHold, fixture->holds->len - 1).depth = depth;
}

void hd_fixture_mark(HdFixture *fixture, guint32 thread, guint32 object, double at_ms, guint32 site, gint64 value) {
  HdMark mark = {.object = object, .actor = thread, .site = site, .stack = HD_NONE, .at_ns = to_ns(at_ms), .value = value};
  g_array_append_val(fixture->marks, mark);
}

void hd_fixture_misuse(HdFixture *fixture, guint32 thread, guint32 object, double at_ms, guint32 site, guint32 error) {
  hd_fixture_mark(fixture, thread, object, at_ms, site, 0);
  g_array_index(fixture->marks, HdMark, fixture->marks->len - 1).error = error;
}

guint32 hd_fixture_item(HdFixture *fixture, guint32 object, guint32 putter, double put_ms, guint32 getter, double get_ms) {
  HdItem item = {.object = object,
                 .number = fixture->items->len + 1,
                 .put_actor = putter,
                 .put_site = HD_NONE,
                 .get_actor = get_ms < 0 ? HD_NONE : getter,
                 .get_site = HD_NONE,
                 .put_ns = to_ns(put_ms),
                 .get_ns = get_ms < 0 ? G_MAXINT64 : to_ns(get_ms)};
  g_array_append_val(fixture->items, item);
  return item.number;
}

void hd_fixture_job(HdFixture *fixture, guint32 executor, guint32 future, guint32 submitter, double submit_ms, guint32 worker,
                    double begin_ms, double end_ms, guint32 submit_site) {
  HdJob job = {.executor = executor,
               .future = future,
               .number = fixture->jobs->len + 1,
               .submitter = submitter,
               .submit_site = submit_site,
               .worker = begin_ms < 0 ? HD_NONE : worker,
               .routine_site = HD_NONE,
               .planned_ns = -1,
               .submit_ns = to_ns(submit_ms),
               .begin_ns = to_ns(begin_ms < 0 ? end_ms : begin_ms),
               .end_ns = end_ms < 0 ? G_MAXINT64 : to_ns(end_ms),
               .begun = begin_ms >= 0,
               .ended = end_ms >= 0};
  if (begin_ms < 0) job.result = HD_FUTURE_RESULT_CANCELLED;
  g_array_append_val(fixture->jobs, job);
}

void hd_fixture_plan(HdFixture *fixture, double planned_ms, guint32 routine_site) {
  HdJob *job = &g_array_index(fixture->jobs, HdJob, fixture->jobs->len - 1);
  job->planned_ns = to_ns(planned_ms);
  job->routine_site = routine_site;
}

guint32 hd_fixture_task(HdFixture *fixture, guint32 process, const char *name, guint32 routine, guint32 loop, int result) {
  guint32 task = hd_fixture_thread(fixture, process, name, routine);
  HdActor *actor = &g_array_index(fixture->actors, HdActor, task);
  actor->kind = HD_ACTOR_TASK;
  actor->loop = loop;
  actor->end_seen = result >= 0;
  actor->result = MAX(result, 0);
  return task;
}

void hd_fixture_step(HdFixture *fixture, guint32 task, guint32 thread, double begin_ms, double end_ms, guint32 end_site) {
  HdTaskStep step = {.task = task, .thread = thread, .end_site = end_site, .begin_ns = to_ns(begin_ms), .end_ns = to_ns(end_ms)};
  g_array_append_val(fixture->steps, step);
  hd_fixture_span(fixture, task, begin_ms, end_ms, HD_STATE_RUNNING);
}

void hd_fixture_label(HdFixture *fixture, guint32 actor, const char *variable, const char *value, double from_ms) {
  HdLabel label = {.actor = actor, .site = HD_NONE, .variable = variable, .value = value, .from_ns = to_ns(from_ms)};
  g_array_append_val(fixture->labels, label);
}

void hd_fixture_run_by(HdFixture *fixture, guint32 loop, guint32 thread) { g_array_index(fixture->objects, HdObject, loop).actor = thread; }

void hd_fixture_wait_result(HdFixture *fixture, enum hd_wait_result result) {
  g_array_index(fixture->spans, Span, fixture->spans->len - 1).result = result;
}

void hd_fixture_release_site(HdFixture *fixture, guint32 site) {
  g_array_index(fixture->holds, HdHold, fixture->holds->len - 1).release_site = site;
}

void hd_fixture_link(HdFixture *fixture, HdLinkKind kind, guint32 from, double from_ms, guint32 to, double to_ms) {
  HdLink link = {kind, from, to, HD_NONE, to_ns(from_ms), to_ns(to_ms)};
  g_array_append_val(fixture->links, link);
}

void hd_fixture_exit(HdFixture *fixture, guint32 process, int exit, double end_ms) {
  HdActor *actor = &g_array_index(fixture->actors, HdActor, process);
  actor->exit = exit;
  actor->end_ns = to_ns(end_ms);
}

guint32 hd_fixture_child(HdFixture *fixture, const char *name, guint32 process_id, double begin_ms, double end_ms, int exit) {
  guint32 child = hd_fixture_process(fixture, name, process_id);
  g_array_index(fixture->actors, HdActor, child).start_ns = to_ns(begin_ms);
  hd_fixture_exit(fixture, child, exit, end_ms);
  return child;
}

void hd_fixture_evidence(HdFixture *fixture, guint32 thread, double at_ms, guint32 site) {
  HdFinding *finding = &g_array_index(fixture->findings, HdFinding, fixture->findings->len - 1);
  HdEvidence evidence = {.at_ns = to_ns(at_ms), .actor = thread, .site = site, .wait = HD_NONE, .hold = HD_NONE};
  g_array_append_val(finding->evidence, evidence);
  g_array_append_val(finding->actors, thread);
}

void hd_fixture_finding_object(HdFixture *fixture, guint32 object) {
  g_array_append_val(g_array_index(fixture->findings, HdFinding, fixture->findings->len - 1).objects, object);
}

void hd_fixture_finding(HdFixture *fixture, HdFindingKind kind, HdGrade grade, const char *title, const char *summary, const char *advice,
                        double from_ms, double end_ms, double at_ms, double lost_ms, double share, const guint32 *spans, guint span_count) {
  HdFinding finding = {.kind = kind,
                       .grade = grade,
                       .title = (char *)title,
                       .summary = (char *)summary,
                       .advice = (char *)advice,
                       .at_ns = to_ns(at_ms),
                       .from_ns = to_ns(from_ms),
                       .to_ns = to_ns(end_ms),
                       .lost_ns = to_ns(lost_ms),
                       .share = share,
                       .site = HD_NONE,
                       .actors = g_array_new(FALSE, FALSE, 4),
                       .objects = g_array_new(FALSE, FALSE, 4),
                       .evidence = g_array_new(FALSE, TRUE, sizeof(HdEvidence))};
  for (guint i = 0; i < span_count; i++) {
    const Span *span = &g_array_index(fixture->spans, Span, spans[i]);
    HdEvidence evidence = {.at_ns = span->begin_ns, .actor = span->thread, .site = HD_NONE, .wait = spans[i], .hold = HD_NONE};
    g_array_append_val(finding.evidence, evidence);
    g_array_append_val(finding.actors, span->thread);
  }
  g_array_append_val(fixture->findings, finding);
}

void hd_fixture_lose(HdFixture *fixture, guint32 thread, guint count, double from_ms, double end_ms) {
  HdActor *actor = &g_array_index(fixture->actors, HdActor, thread);
  actor->lost_count = count;
  actor->lost_first_ns = to_ns(from_ms);
  actor->lost_last_ns = to_ns(end_ms);
}

static int compare_spans(const void *a, const void *b) {
  const Span *first = a, *second = b;
  if (first->thread != second->thread) return first->thread < second->thread ? -1 : 1;
  return (first->begin_ns > second->begin_ns) - (first->begin_ns < second->begin_ns);
}

static int compare_holds(const void *a, const void *b) {
  const HdHold *first = a, *second = b;
  if (first->object != second->object) return first->object < second->object ? -1 : 1;
  return (first->begin_ns > second->begin_ns) - (first->begin_ns < second->begin_ns);
}

static int compare_marks(const void *a, const void *b) {
  const HdMark *first = a, *second = b;
  if (first->object != second->object) return first->object < second->object ? -1 : 1;
  return (first->at_ns > second->at_ns) - (first->at_ns < second->at_ns);
}

static void build_intervals(HdFixture *fixture, GArray *wait_of_span) {
  HdModel *model = &fixture->model;
  guint count = fixture->spans->len;
  model->intervals = (HdIntervals){count, g_new(gint64, count + 1), g_new(guint8, count + 1), g_new(guint32, count + 1)};
  g_array_set_size(wait_of_span, count);
  for (guint i = 0; i < count; i++) {
    const Span *span = &g_array_index(fixture->spans, Span, i);
    HdActor *actor = &g_array_index(fixture->actors, HdActor, span->thread);
    if (actor->interval_count++ == 0) {
      actor->interval_first = i;
      actor->start_ns = span->begin_ns;
    }
    actor->end_ns = span->end_ns;
    model->intervals.begin_ns[i] = span->begin_ns;
    model->intervals.state[i] = span->state;
    model->intervals.wait[i] = HD_NONE;
    g_array_index(wait_of_span, guint32, span->order) = HD_NONE;
    if (!span->waits) continue;
    HdWait wait = {.actor = span->thread,
                   .object = span->object,
                   .partner = HD_NONE,
                   .site = HD_NONE,
                   .stack = HD_NONE,
                   .owner = HD_NONE,
                   .waker = span->waker,
                   .target = span->target,
                   .begin_ns = span->begin_ns,
                   .end_ns = span->end_ns,
                   .waker_ns = span->end_ns,
                   .waker_site = HD_NONE,
                   .descriptor = -1,
                   .state = span->state,
                   .result = span->result};
    model->intervals.wait[i] = fixture->waits->len;
    g_array_index(wait_of_span, guint32, span->order) = fixture->waits->len;
    g_array_append_val(fixture->waits, wait);
  }
}

static int compare_object_waits(const void *a, const void *b, gpointer user_data) {
  const HdWait *waits = user_data, *first = &waits[*(const guint32 *)a], *second = &waits[*(const guint32 *)b];
  if (first->object != second->object) return first->object < second->object ? -1 : 1;
  return (first->begin_ns > second->begin_ns) - (first->begin_ns < second->begin_ns);
}

static void build_objects(HdFixture *fixture) {
  HdModel *model = &fixture->model;
  guint32 filled = 0;
  model->object_waits = g_new(guint32, fixture->waits->len + 1);
  for (guint32 i = 0; i < fixture->waits->len; i++)
    if (g_array_index(fixture->waits, HdWait, i).object != HD_NONE) model->object_waits[filled++] = i;
  g_qsort_with_data(model->object_waits, (int)filled, sizeof(guint32), compare_object_waits, fixture->waits->data);
  for (guint32 i = 0; i < fixture->objects->len; i++) {
    HdContention contention = {.object = i};
    g_array_append_val(fixture->contentions, contention);
  }
  for (guint32 i = 0; i < filled; i++) {
    const HdWait *wait = &g_array_index(fixture->waits, HdWait, model->object_waits[i]);
    HdObject *object = &g_array_index(fixture->objects, HdObject, wait->object);
    if (object->wait_count++ == 0) object->wait_first = i;
    g_array_index(fixture->contentions, HdContention, wait->object).wait_total_ns += wait->end_ns - wait->begin_ns;
  }
  for (guint32 i = 0; i < fixture->holds->len; i++) {
    HdObject *object = &g_array_index(fixture->objects, HdObject, g_array_index(fixture->holds, HdHold, i).object);
    if (object->hold_count++ == 0) object->hold_first = i;
  }
  for (guint32 i = 0; i < fixture->marks->len; i++) {
    HdObject *object = &g_array_index(fixture->objects, HdObject, g_array_index(fixture->marks, HdMark, i).object);
    if (object->mark_count++ == 0) object->mark_first = i;
  }
}

static int compare_items(const void *a, const void *b) {
  const HdItem *first = a, *second = b;
  if (first->object != second->object) return first->object < second->object ? -1 : 1;
  return (first->put_ns > second->put_ns) - (first->put_ns < second->put_ns);
}

static int compare_jobs(const void *a, const void *b) {
  const HdJob *first = a, *second = b;
  if (first->executor != second->executor) return first->executor < second->executor ? -1 : 1;
  return (first->submit_ns > second->submit_ns) - (first->submit_ns < second->submit_ns);
}

static int compare_links(const void *a, const void *b) {
  gint64 first = ((const HdLink *)a)->to_ns, second = ((const HdLink *)b)->to_ns;
  return (first > second) - (first < second);
}

static int compare_job_begins(const void *a, const void *b, gpointer user_data) {
  const HdJob *jobs = user_data, *first = &jobs[*(const guint32 *)a], *second = &jobs[*(const guint32 *)b];
  if (first->worker != second->worker) return first->worker < second->worker ? -1 : 1;
  return (first->begin_ns > second->begin_ns) - (first->begin_ns < second->begin_ns);
}

/* What never ends lasts to the end of all. */
static void build_work(HdFixture *fixture, gint64 end_ns) {
  HdModel *model = &fixture->model;
  g_array_sort(fixture->items, compare_items);
  g_array_sort(fixture->jobs, compare_jobs);
  g_array_sort(fixture->links, compare_links);
  for (guint32 i = 0; i < fixture->items->len; i++) {
    HdItem *item = &g_array_index(fixture->items, HdItem, i);
    HdObject *object = &g_array_index(fixture->objects, HdObject, item->object);
    item->get_ns = MIN(item->get_ns, end_ns);
    if (object->item_count++ == 0) object->item_first = i;
  }
  model->actor_jobs = g_new(guint32, fixture->jobs->len + 1);
  guint32 begun_count = 0;
  for (guint32 i = 0; i < fixture->jobs->len; i++) {
    HdJob *job = &g_array_index(fixture->jobs, HdJob, i);
    HdObject *object = &g_array_index(fixture->objects, HdObject, job->executor);
    job->end_ns = MIN(job->end_ns, end_ns);
    if (object->job_count++ == 0) object->job_first = i;
    if (job->future != HD_NONE) g_array_index(fixture->objects, HdObject, job->future).job = i;
    if (job->begun) model->actor_jobs[begun_count++] = i;
  }
  g_qsort_with_data(model->actor_jobs, (int)begun_count, sizeof(guint32), compare_job_begins, fixture->jobs->data);
  for (guint32 i = 0; i < begun_count; i++) {
    HdActor *worker = &g_array_index(fixture->actors, HdActor, g_array_index(fixture->jobs, HdJob, model->actor_jobs[i]).worker);
    if (worker->job_count++ == 0) worker->job_first = i;
  }
  model->items = (HdItem *)fixture->items->data, model->item_count = fixture->items->len;
  model->jobs = (HdJob *)fixture->jobs->data, model->job_count = fixture->jobs->len;
  model->links = (HdLink *)fixture->links->data, model->link_count = fixture->links->len;
  for (guint32 i = 0; i < fixture->objects->len; i++) {
    HdObject *object = &g_array_index(fixture->objects, HdObject, i);
    object->end_ns = MIN(object->end_ns, end_ns);
  }
}

static int compare_steps(const void *a, const void *b) {
  const HdTaskStep *first = a, *second = b;
  if (first->task != second->task) return first->task < second->task ? -1 : 1;
  return (first->begin_ns > second->begin_ns) - (first->begin_ns < second->begin_ns);
}

static int compare_thread_steps(const void *a, const void *b, gpointer user_data) {
  const HdTaskStep *steps = user_data, *first = &steps[*(const guint32 *)a], *second = &steps[*(const guint32 *)b];
  if (first->thread != second->thread) return first->thread < second->thread ? -1 : 1;
  return (first->begin_ns > second->begin_ns) - (first->begin_ns < second->begin_ns);
}

static int compare_labels(const void *a, const void *b) {
  const HdLabel *first = a, *second = b;
  if (first->actor != second->actor) return first->actor < second->actor ? -1 : 1;
  return (first->from_ns > second->from_ns) - (first->from_ns < second->from_ns);
}

static void build_tasks(HdFixture *fixture) {
  HdModel *model = &fixture->model;
  g_array_sort(fixture->steps, compare_steps);
  g_array_sort(fixture->labels, compare_labels);
  model->thread_steps = g_new(guint32, fixture->steps->len + 1);
  for (guint32 i = 0; i < fixture->steps->len; i++) {
    HdActor *task = &g_array_index(fixture->actors, HdActor, g_array_index(fixture->steps, HdTaskStep, i).task);
    if (task->step_count++ == 0) task->step_first = i;
    model->thread_steps[i] = i;
  }
  g_qsort_with_data(model->thread_steps, (int)fixture->steps->len, sizeof(guint32), compare_thread_steps, fixture->steps->data);
  for (guint32 i = 0; i < fixture->steps->len; i++) {
    guint32 thread = g_array_index(fixture->steps, HdTaskStep, model->thread_steps[i]).thread;
    HdActor *actor = &g_array_index(fixture->actors, HdActor, thread);
    if (actor->step_count++ == 0) actor->step_first = i;
  }
  for (guint32 i = 0; i < fixture->labels->len; i++) {
    HdActor *actor = &g_array_index(fixture->actors, HdActor, g_array_index(fixture->labels, HdLabel, i).actor);
    if (actor->label_count++ == 0) actor->label_first = i;
  }
  model->steps = (HdTaskStep *)fixture->steps->data, model->step_count = fixture->steps->len;
  model->labels = (HdLabel *)fixture->labels->data, model->label_count = fixture->labels->len;
}

HdSource hd_fixture_source(HdFixture *fixture, double duration_ms) {
  HdModel *model = &fixture->model;
  g_array_sort(fixture->spans, compare_spans);
  g_array_sort(fixture->holds, compare_holds);
  g_array_sort(fixture->marks, compare_marks);
  g_autoptr(GArray) wait_of_span = g_array_new(FALSE, TRUE, sizeof(guint32));
  build_intervals(fixture, wait_of_span);
  build_objects(fixture);
  build_work(fixture, to_ns(duration_ms));
  build_tasks(fixture);
  for (guint i = 0; i < fixture->findings->len; i++) {
    GArray *evidence = g_array_index(fixture->findings, HdFinding, i).evidence;
    for (guint j = 0; j < evidence->len; j++) {
      guint32 *wait = &g_array_index(evidence, HdEvidence, j).wait;
      if (*wait != HD_NONE) *wait = g_array_index(wait_of_span, guint32, *wait);
    }
  }
  fixture->info.event_count = fixture->spans->len + fixture->holds->len;
  model->info = &fixture->info;
  model->duration_ns = model->judged_ns = to_ns(duration_ms);
  model->actors = (HdActor *)fixture->actors->data, model->actor_count = fixture->actors->len;
  hd_number_actors(model);
  model->objects = (HdObject *)fixture->objects->data, model->object_count = fixture->objects->len;
  model->waits = (HdWait *)fixture->waits->data, model->wait_count = fixture->waits->len;
  model->holds = (HdHold *)fixture->holds->data, model->hold_count = fixture->holds->len;
  model->marks = (HdMark *)fixture->marks->data, model->mark_count = fixture->marks->len;
  model->sites = (HdSite *)fixture->sites->data, model->site_count = fixture->sites->len;
  for (guint i = 0; i < model->actor_count; i++) {
    model->process_count += model->actors[i].kind == HD_ACTOR_PROCESS;
    if (model->actors[i].kind == HD_ACTOR_PROCESS && model->actors[i].end_ns == 0) model->actors[i].end_ns = model->duration_ns;
  }
  fixture->analysis = (HdAnalysis){(HdFinding *)fixture->findings->data, fixture->findings->len, (HdContention *)fixture->contentions->data,
                                   fixture->contentions->len};
  fixture->lod = hd_lod_new(model, NULL, NULL);
  return (HdSource){model, &fixture->analysis, fixture->lod};
}
