/* Tasks: made by an event, known by their reference; they live on the threads that run their steps. */
#include "builder.h"

/* References of tasks come from the recording's counter of shared objects; others are damage. */
static guint32 number_of(guint64 reference) { return reference >> 32 == HD_OBJECT_SHARED_BIT >> 32 ? (guint32)reference : 0; }

guint32 hd_task_find(const HdBuilder *builder, guint64 reference) {
  guint32 number = number_of(reference);
  return number && builder->task_numbers ? hd_number_find(builder->task_numbers, number) : HD_NONE;
}

void hd_scan_task(HdBuilder *builder, const struct hd_event_task_create *event) {
  guint32 number = number_of(event->task);
  if (!builder->task_numbers) builder->task_numbers = g_hash_table_new(NULL, NULL);
  if (!number || hd_number_find(builder->task_numbers, number) != HD_NONE) {
    builder->unknown_task_count++;
    return;
  }
  hd_number_set(builder->task_numbers, number, builder->tasks.count);
  gint64 at_ns = hd_builder_time(builder, event->at_ns);
  guint32 index = builder->tasks.count, thread = hd_thread_find(builder, event->emitter) - builder->threads.items;
  *hd_vector_add(&builder->tasks) = (HdTask){.number = number,
                                             .emitter = event->emitter,
                                             .thread = thread,
                                             .last_thread = thread,
                                             .create_site = event->site,
                                             .routine = event->routine,
                                             .actor = HD_NONE,
                                             .loop = event->loop,
                                             .create_ns = at_ns,
                                             .first_ns = G_MAXINT64,
                                             .last_ns = G_MININT64,
                                             .name = event->name};
  *hd_vector_add(&builder->context_events) = (HdContextEvent){.at_ns = at_ns,
                                                              .context = event->context,
                                                              .from = event->context_from,
                                                              .kind = HD_CONTEXT_TASK,
                                                              .emitter = event->emitter,
                                                              .task = index};
}

void hd_scan_context(HdBuilder *builder, const HdEvent *event) {
  HdContextEvent *it = hd_vector_add(&builder->context_events);
  *it = (HdContextEvent){.at_ns = hd_builder_time(builder, event->common.at_ns), .emitter = event->common.emitter, .task = HD_NONE};
  if (event->id == HD_EVENT_CONTEXT_COPY) {
    it->kind = HD_CONTEXT_COPY;
    it->context = event->context_copy.context;
    it->from = event->context_copy.from;
  } else if (event->id == HD_EVENT_CONTEXT_VALUE) {
    it->kind = HD_CONTEXT_VALUE;
    it->context = event->context_value.context;
    it->site = event->context_value.site;
    it->variable = hd_builder_text(builder, event->context_value.variable);
    if (!it->variable) it->variable = "";
    it->value = event->context_value.is_set ? hd_builder_text(builder, event->context_value.value) : NULL;
    if (event->context_value.is_set && !it->value) it->value = "";
  } else {
    it->kind = HD_CONTEXT_ENTER;
    it->context = event->context_enter.context;
  }
}

void hd_bound_tasks(HdBuilder *builder) {
  hd_bound_steps(builder);
  for (guint32 i = 0; i < builder->tasks.count; i++) {
    HdTask *task = &builder->tasks.items[i];
    task->create_ns = MIN(MIN(task->create_ns, task->first_ns), builder->model->duration_ns);
    if (!task->ended) task->end_ns = builder->threads.items[task->last_thread].end_ns;
    task->end_ns = MAX(MIN(MAX(task->end_ns, task->last_ns), builder->model->duration_ns), task->create_ns);
  }
}

/* Who acts on an emitter at a moment: the task in whose step it is, else the thread. */
static guint32 acting_at(HdBuilder *builder, guint32 emitter, gint64 at_ns) {
  const HdThread *thread = hd_thread_find(builder, emitter);
  if (!thread) return HD_NONE;
  guint32 near = thread->step_first, step = hd_step_at(builder, thread, at_ns, TRUE, &near);
  return step == HD_NONE ? thread->actor : builder->steps.items[step].task;
}

/* Threads and processes that a task made. */
static void find_creators(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->threads.count; i++) {
    const HdThread *thread = &builder->threads.items[i];
    if (!thread->created || !thread->creator || thread->creator == thread->number) continue;
    builder->model->actors[thread->actor].creator = acting_at(builder, thread->creator, thread->create_ns);
  }
  for (guint32 i = 0; i < builder->processes.count; i++) {
    const HdProcess *process = &builder->processes.items[i];
    if (process->creator_emitter)
      builder->model->actors[process->actor].creator = acting_at(builder, process->creator_emitter, process->start_ns);
  }
}

void hd_connect_tasks(HdBuilder *builder) {
  HdModel *model = builder->model;
  for (guint32 i = 0; i < builder->steps.count; i++) {
    HdTaskStep *step = &builder->steps.items[i];
    step->task = builder->tasks.items[step->task].actor;
    step->thread = builder->threads.items[step->thread].actor;
  }
  for (guint32 i = 0; i < builder->tasks.count; i++) {
    const HdTask *task = &builder->tasks.items[i];
    const HdThread *maker = hd_thread_find(builder, task->emitter);
    guint32 creator = acting_at(builder, task->emitter, task->create_ns);
    HdActor *actor = &model->actors[task->actor];
    actor->creator = creator == task->actor ? maker->actor : creator;
    actor->loop = hd_object_at(builder, maker->image, task->loop, HD_KIND_LOOP, task->create_ns);
    /* Of a damaged trace something else may lie there. */
    if (actor->loop != HD_NONE && builder->objects.items[actor->loop].kind != HD_KIND_LOOP) actor->loop = HD_NONE;
  }
  if (builder->steps.count) find_creators(builder);
}

/* Who was seen to use an object. */
typedef struct {
  guint32 process; /* actor; HD_NONE: nobody yet, or those of several processes */
  gboolean several;
  gboolean local; /* in a way in which only what belongs to one process is used */
} Users;

static void use_by(HdBuilder *builder, Users *users, guint32 object_index, guint32 actor_index, gboolean awaited) {
  if (object_index == HD_NONE || builder->objects.items[object_index].process != HD_NONE) return;
  const HdActor *actor = &builder->model->actors[actor_index];
  enum hd_object_kind kind = builder->objects.items[object_index].kind;
  Users *of_object = &users[object_index];
  of_object->several |= of_object->process != HD_NONE && of_object->process != actor->parent;
  of_object->process = actor->parent;
  of_object->local |= awaited || actor->kind == HD_ACTOR_TASK || kind == HD_KIND_LOOP || kind == HD_KIND_SCHEDULER;
}

static Users *find_users(HdBuilder *builder) {
  Users *users = g_new(Users, MAX(1, builder->objects.count));
  for (guint32 i = 0; i < builder->objects.count; i++) users[i] = (Users){.process = HD_NONE};
  for (guint32 i = 0; i < builder->waits.count; i++) {
    const HdWait *wait = &builder->waits.items[i];
    use_by(builder, users, wait->object, wait->actor, hd_is_await(builder, wait));
  }
  for (guint32 i = 0; i < builder->marks.count; i++)
    use_by(builder, users, builder->marks.items[i].object, builder->marks.items[i].actor, FALSE);
  for (guint32 i = 0; i < builder->loose.count; i++)
    use_by(builder, users, builder->loose.items[i].object, builder->loose.items[i].actor, FALSE);
  for (guint32 i = 0; i < builder->holds.count; i++)
    use_by(builder, users, builder->holds.items[i].object, builder->holds.items[i].actor, FALSE);
  for (guint32 i = 0; i < builder->tasks.count; i++) {
    guint32 actor = builder->tasks.items[i].actor;
    use_by(builder, users, builder->model->actors[actor].loop, actor, FALSE);
  }
  return users;
}

/* Objects of tasks have numbers for references, as those in shared memory have. Those that nobody but the tasks and threads of one process
 * was seen to use, and tasks were, are that process's, if they stand for no place in shared memory. */
static void find_processes(HdBuilder *builder) {
  g_autofree Users *users = find_users(builder);
  g_autofree guint32 *images = g_new(guint32, MAX(1, builder->model->actor_count));
  for (guint32 i = 0; i < builder->processes.count; i++) images[builder->processes.items[i].actor] = builder->processes.items[i].image_last;
  for (guint32 i = 0; i < builder->objects.count; i++) {
    HdObject *object = &builder->objects.items[i];
    if (!users[i].local || users[i].several || g_hash_table_contains(builder->shared_numbers, &object->address)) continue;
    object->process = images[users[i].process];
  }
}

void hd_finish_task_objects(HdBuilder *builder) {
  if (!builder->tasks.count) return;
  find_processes(builder);
  for (guint32 i = 0; i < builder->objects.count; i++) {
    HdObject *object = &builder->objects.items[i];
    guint32 index = object->kind == HD_KIND_TASK ? hd_task_find(builder, object->address) : HD_NONE;
    if (index == HD_NONE) continue;
    const HdTask *task = &builder->tasks.items[index];
    HdActor *actor = &builder->model->actors[task->actor];
    if (actor->task != HD_NONE) continue;
    actor->task = i;
    object->actor = task->actor;
    object->start_ns = MIN(object->start_ns, actor->start_ns);
    object->create_site = actor->create_site;
    object->process = builder->threads.items[task->thread].image;
  }
}
