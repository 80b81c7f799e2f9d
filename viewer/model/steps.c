/* Steps of tasks: which task a thread ran, from when to when. A step begins with task_step and ends with what its task said then: a yield,
 * its end, an await. Whatever else its thread tells in between is the task's doing.
 *
 * Each emitter's points are gathered in the order of time. Of a step whose end was lost the thread's next step tells the latest time at
 * which it can have ended; of two steps of one task that overlap, which cannot be, the later one tells the end of the first. */
#include "builder.h"

/* Where a step begins or ends. */
typedef struct {
  gint64 at_ns;
  guint32 task; /* index of tasks; of an await HD_NONE */
  guint32 site;
  guint32 sequence;
  guint32 group; /* 0: for hd_order */
} Point;

typedef struct {
  HdBuilder *builder;
  HD_VECTOR(Point) points;
} Reader;

static gboolean is_point(const struct hd_operation_info *operation) {
  return operation->role == HD_ROLE_AWAIT || operation == &hd_operations[HD_OPERATION_TASK_STEP] ||
         operation == &hd_operations[HD_OPERATION_TASK_YIELD] || operation == &hd_operations[HD_OPERATION_TASK_END];
}

static void end_task(HdTask *task, gint64 at_ns, gint64 result) {
  if (task->ended) return;
  task->ended = TRUE;
  task->end_ns = at_ns;
  task->result = MIN((guint64)result, HD_TASK_RESULT_COUNT - 1);
}

static void add_point(Reader *reader, guint64 reference, guint32 site, guint64 stamp_ns, gint64 value, guint32 sequence) {
  HdBuilder *builder = reader->builder;
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  if (!is_point(operation)) return;
  gint64 at_ns = hd_builder_time(builder, stamp_ns);
  guint32 task = operation->role == HD_ROLE_AWAIT ? HD_NONE : hd_task_find(builder, reference);
  if (task == HD_NONE && operation->role != HD_ROLE_AWAIT) {
    builder->unknown_task_count++;
    return;
  }
  if (operation == &hd_operations[HD_OPERATION_TASK_END]) end_task(&builder->tasks.items[task], at_ns, value);
  *hd_vector_add(&reader->points) = (Point){at_ns, task, site, sequence, 0};
}

static void read_points(Reader *reader, const HdLogEmitter *emitter) {
  HdBuilder *builder = reader->builder;
  const HdLog *log = builder->log;
  for (guint64 index = emitter->first; index < emitter->first + emitter->count; index++) {
    HdEvent event;
    log->read(log, index, &event);
    if (event.id == HD_EVENT_OPERATION)
      add_point(reader, event.operation.object, hd_site_index(builder, event.operation.site), event.operation.at_ns, event.operation.value,
                event.operation.sequence);
    if (event.id != HD_EVENT_BATCH) continue;
    const struct hd_event_batch *batch = &event.batch;
    for (guint32 i = 0; i + 1 < batch->operations_count; i += 2) {
      guint64 what = hd_log_word(batch->operations, i), when = hd_log_word(batch->operations, i + 1);
      add_point(reader, hd_batch_reference(what), builder->small_sites[what & ((1u << HD_BATCH_SITE_BITS) - 1)],
                batch->base_ns + (when >> 32), (gint64)(when & G_MAXUINT32), batch->sequence);
    }
  }
}

static void add_step(HdBuilder *builder, const Point *begin, guint32 thread) {
  HdTask *task = &builder->tasks.items[begin->task];
  if (begin->at_ns < task->first_ns) {
    task->first_ns = begin->at_ns;
    task->thread = thread;
  }
  if (begin->at_ns >= task->last_ns) task->last_thread = thread;
  task->last_ns = MAX(task->last_ns, begin->at_ns);
  *hd_vector_add(&builder->steps) = (HdTaskStep){.task = begin->task,
                                                 .thread = thread,
                                                 .sequence = begin->sequence,
                                                 .end_site = HD_NONE,
                                                 .begin_ns = begin->at_ns,
                                                 .end_ns = G_MAXINT64};
}

/* The points in order become steps. */
static void make_steps(Reader *reader, guint32 thread_index) {
  HdBuilder *builder = reader->builder;
  HdThread *thread = &builder->threads.items[thread_index];
  guint32 *order = HD_ORDER(&reader->points, Point, group, 0, at_ns);
  gboolean open = FALSE;
  thread->step_first = builder->steps.count;
  for (guint32 i = 0; i < reader->points.count; i++) {
    const Point *point = &reader->points.items[order[i]];
    HdTaskStep *step = open ? &builder->steps.items[builder->steps.count - 1] : NULL;
    const struct hd_operation_info *operation = hd_site_operation(builder, point->site);
    gboolean begins = operation == &hd_operations[HD_OPERATION_TASK_STEP];
    if (step && !begins && point->task != HD_NONE && point->task != step->task) continue; /* of a task that is not in this step */
    if (step) {
      step->end_ns = point->at_ns;
      if (!begins) step->end_site = point->site;
    }
    open = begins;
    if (begins) add_step(builder, point, thread_index);
  }
  thread->step_count = builder->steps.count - thread->step_first;
  g_free(order);
}

void hd_build_steps(HdBuilder *builder) {
  if (!builder->tasks.count) return;
  Reader reader = {.builder = builder};
  for (guint i = 0; i < builder->log->emitter_count; i++) {
    const HdThread *thread = hd_thread_find(builder, builder->log->emitters[i].number);
    reader.points.count = 0;
    read_points(&reader, &builder->log->emitters[i]);
    make_steps(&reader, thread - builder->threads.items);
  }
  g_free(reader.points.items);
}

void hd_bound_steps(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->steps.count; i++) {
    HdTaskStep *step = &builder->steps.items[i];
    const HdThread *thread = &builder->threads.items[step->thread];
    step->begin_ns = CLAMP(step->begin_ns, thread->start_ns, thread->end_ns);
    step->end_ns = CLAMP(step->end_ns, step->begin_ns, thread->end_ns);
  }
  g_autofree guint32 *order = HD_ORDER(&builder->steps, HdTaskStep, task, builder->tasks.count, begin_ns);
  for (guint32 i = 1; i < builder->steps.count; i++) {
    HdTaskStep *before = &builder->steps.items[order[i - 1]], *step = &builder->steps.items[order[i]];
    if (before->task != step->task || before->end_ns <= step->begin_ns) continue;
    before->end_ns = step->begin_ns;
    before->end_site = HD_NONE;
  }
  builder->step_taken = g_new0(guint8, MAX(1, builder->steps.count));
  for (guint32 i = 0; i < builder->steps.count; i++) {
    HdTask *task = &builder->tasks.items[builder->steps.items[i].task];
    task->first_ns = MIN(task->first_ns, builder->steps.items[i].begin_ns);
    task->last_ns = MAX(task->last_ns, builder->steps.items[i].end_ns);
  }
}

/* The last step of a thread that began by then, HD_NONE. Most questions are about the step of the one before, or the next. */
static guint32 begun_by(const HdBuilder *builder, const HdThread *thread, gint64 at_ns, guint32 *near) {
  const HdTaskStep *steps = builder->steps.items;
  guint32 low = thread->step_first, high = low + thread->step_count; /* those before low began by then */
  for (guint32 i = *near; i < high && i <= *near + 1; i++)
    if (steps[i].begin_ns <= at_ns && (i + 1 == high || at_ns < steps[i + 1].begin_ns)) return *near = i;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (steps[middle].begin_ns <= at_ns)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == thread->step_first) return HD_NONE;
  return *near = low - 1;
}

guint32 hd_step_at(const HdBuilder *builder, const HdThread *thread, gint64 at_ns, gboolean instant, guint32 *near) {
  guint32 step = thread->step_count ? begun_by(builder, thread, at_ns, near) : HD_NONE;
  if (step == HD_NONE) return HD_NONE;
  gint64 end_ns = builder->steps.items[step].end_ns;
  return at_ns < end_ns || (instant && at_ns == end_ns) ? step : HD_NONE;
}

guint32 hd_step_take_end(HdBuilder *builder, const HdThread *thread, gint64 at_ns, guint32 site, guint32 *near) {
  guint32 step = thread->step_count ? begun_by(builder, thread, at_ns, near) : HD_NONE, found = HD_NONE;
  for (; step != HD_NONE && builder->steps.items[step].end_ns >= at_ns; step--) {
    const HdTaskStep *it = &builder->steps.items[step];
    if (it->end_ns == at_ns && it->end_site == site && !builder->step_taken[step]) found = step; /* the first of several at one time */
    if (step == thread->step_first) break;
  }
  if (found != HD_NONE) builder->step_taken[found] = TRUE;
  return found;
}

void hd_sort_steps(HdBuilder *builder) {
  HdModel *model = builder->model;
  guint32 count = builder->steps.count;
  if (!count) return;
  /* As they stand they are sorted by emitter, whose actors stand in another order. */
  model->thread_steps = HD_ORDER(&builder->steps, HdTaskStep, thread, model->actor_count, begin_ns);
  guint32 *by_task = HD_ORDER(&builder->steps, HdTaskStep, task, model->actor_count, begin_ns);
  g_autofree guint32 *moved_to = g_new(guint32, count);
  for (guint32 i = 0; i < count; i++) moved_to[by_task[i]] = i;
  hd_vector_reorder(&builder->steps, by_task);
  g_free(by_task);
  for (guint32 i = 0; i < count; i++) {
    model->thread_steps[i] = moved_to[model->thread_steps[i]];
    HdActor *task = &model->actors[builder->steps.items[i].task], *thread;
    if (!task->step_count++) task->step_first = i;
    thread = &model->actors[builder->steps.items[model->thread_steps[i]].thread];
    if (!thread->step_count++) thread->step_first = i;
  }
}
