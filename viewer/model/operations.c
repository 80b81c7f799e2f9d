/* The second reading of the log: operations become holds, loose halves of holds, waits and marks. Who acts is the task in whose step it
 * is, by its begin, else the thread; the interpreter lock is always the thread's, which keeps it from one step to the next. */
#include "builder.h"

typedef struct {
  HdBuilder *builder;
  const HdThread *thread;
  guint32 image;
  guint32 actor;
  guint32 step_near;       /* where the last question for a step ended */
  gint64 start_ns, end_ns; /* of the actor */
} Emitter;

static gint64 in_life(const Emitter *emitter, gint64 time_ns) { return CLAMP(time_ns, emitter->start_ns, emitter->end_ns); }

static guint32 acting(Emitter *emitter, enum hd_object_kind kind, gint64 at_ns, gboolean instant) {
  if (!emitter->thread->step_count || kind == HD_KIND_GIL) return emitter->actor;
  guint32 step = hd_step_at(emitter->builder, emitter->thread, at_ns, instant, &emitter->step_near);
  return step == HD_NONE ? emitter->actor : emitter->builder->steps.items[step].task;
}

static enum hd_object_kind kind_of(const Emitter *emitter, guint32 object) {
  return object == HD_NONE ? HD_KIND_NONE : emitter->builder->objects.items[object].kind;
}

static void add_mark(Emitter *emitter, guint32 object, guint32 site, gint64 at_ns, guint32 sequence, guint32 stack, gint64 value,
                     gint32 error) {
  guint32 actor = acting(emitter, kind_of(emitter, object), at_ns, TRUE);
  *hd_vector_add(&emitter->builder->marks) = (HdMark){
      .object = object, .actor = actor, .site = site, .stack = stack, .sequence = sequence, .at_ns = at_ns, .value = value, .error = error};
}

/* The actor that a reference stands for: a thread by its emitter number, a process by its pid, a task by its own. */
static guint32 actor_of_reference(const Emitter *emitter, enum hd_object_kind kind, guint64 reference, gint64 at_ns) {
  HdBuilder *builder = emitter->builder;
  guint32 index;
  switch (kind) {
  case HD_KIND_THREAD:
    return hd_actor_of_emitter(builder, MIN(reference, HD_NONE));
  case HD_KIND_PROCESS:
    index = reference ? hd_process_at(builder, MIN(reference, HD_NONE), at_ns) : HD_NONE;
    return index == HD_NONE ? HD_NONE : builder->processes.items[index].actor;
  case HD_KIND_TASK:
    index = hd_task_find(builder, reference);
    return index == HD_NONE ? HD_NONE : builder->tasks.items[index].actor;
  default:
    return HD_NONE;
  }
}

/* What an operation's value says; of one on a thread, process or task which actor that is. */
static gint64 mark_value(const Emitter *emitter, const struct hd_operation_info *operation, guint64 reference, gint64 value, gint64 at_ns) {
  enum hd_object_kind kind = operation->object_kind;
  if (kind != HD_KIND_PROCESS && kind != HD_KIND_THREAD && kind != HD_KIND_TASK) return value;
  guint32 actor = actor_of_reference(emitter, kind, reference, at_ns);
  return actor == HD_NONE ? -1 : (gint64)actor;
}

#define NS_IN_US 1000

/* An await is a wait of the task whose step it ended. When it ends somebody else tells (awaits.c). */
static void read_await(Emitter *emitter, guint64 reference, guint32 site, gint64 at_ns, gint64 value, guint32 sequence) {
  HdBuilder *builder = emitter->builder;
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  guint32 step = hd_step_take_end(builder, emitter->thread, at_ns, site, &emitter->step_near);
  if (step == HD_NONE) {
    builder->unknown_task_count++;
    return;
  }
  guint32 object = hd_object_at(builder, emitter->image, reference, operation->object_kind, at_ns), task = builder->steps.items[step].task;
  *hd_vector_add(&builder->waits) = (HdWait){.actor = task,
                                             .object = object,
                                             .partner = HD_NONE,
                                             .site = site,
                                             .stack = HD_NONE,
                                             .owner = HD_NONE,
                                             .waker = HD_NONE,
                                             .target = actor_of_reference(emitter, operation->object_kind, reference, at_ns),
                                             .sequence = sequence,
                                             .begin_ns = at_ns,
                                             .end_ns = builder->model->actors[task].end_ns,
                                             .waker_ns = value > 1 ? at_ns + MIN(value, G_MAXUINT32) * NS_IN_US : 0, /* awaits.c */
                                             .waker_site = HD_NONE,
                                             .descriptor = -1,
                                             .state = operation->state,
                                             .flags = operation->flags | (value > 0 ? HD_OPERATION_FLAG_TIMED : 0),
                                             .open = TRUE};
}

/* An instant that says where a task is, TRUE; most of them stand in its steps already. */
static gboolean read_task_instant(Emitter *emitter, guint64 reference, guint32 site, gint64 at_ns, gint64 value, guint32 sequence) {
  HdBuilder *builder = emitter->builder;
  if (hd_site_operation(builder, site)->role == HD_ROLE_AWAIT) {
    read_await(emitter, reference, site, at_ns, value, sequence);
    return TRUE;
  }
  switch (builder->sites.items[site].operation) {
  case HD_OPERATION_TASK_STEP:
  case HD_OPERATION_TASK_YIELD:
  case HD_OPERATION_TASK_END:
    return TRUE;
  case HD_OPERATION_TASK_READY: {
    guint32 task = actor_of_reference(emitter, HD_KIND_TASK, reference, at_ns);
    if (task == HD_NONE)
      builder->unknown_task_count++;
    else
      *hd_vector_add(&builder->readies) = (HdReady){.at_ns = at_ns,
                                                    .task = task,
                                                    .actor = acting(emitter, HD_KIND_TASK, at_ns, TRUE),
                                                    .site = site,
                                                    .result = MIN((guint64)value, HD_WAIT_RESULT_COUNT - 1)};
    return TRUE;
  }
  default:
    return FALSE;
  }
}

static void read_instant(Emitter *emitter, guint64 reference, guint32 site, gint64 at_ns, gint64 value, guint32 stack, guint32 sequence) {
  HdBuilder *builder = emitter->builder;
  if (site != HD_NONE && read_task_instant(emitter, reference, site, at_ns, value, sequence)) return;
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  guint32 object = hd_object_at(builder, emitter->image, reference, operation->object_kind, at_ns);
  if (operation->object_kind == HD_KIND_TASK && object == HD_NONE)
    builder->unknown_task_count++;
  else
    add_mark(emitter, object, site, at_ns, sequence, stack, mark_value(emitter, operation, reference, value, at_ns), 0);
}

static HdHold *add_hold(Emitter *emitter, guint32 object, guint32 site, gint64 begin_ns, gint64 end_ns, guint32 sequence) {
  enum hd_object_kind kind = kind_of(emitter, object);
  guint32 releaser = acting(emitter, kind, end_ns, TRUE), actor = acting(emitter, kind, MIN(begin_ns, end_ns), FALSE);
  if (releaser != actor) emitter->builder->objects.items[object].exclusive_owner = FALSE;
  HdHold *hold = hd_vector_add(&emitter->builder->holds);
  *hold = (HdHold){.object = object,
                   .actor = actor,
                   .acquire_site = site,
                   .release_site = HD_NONE,
                   .release_stack = HD_NONE,
                   .releaser = releaser,
                   .wait = HD_NONE,
                   .sequence = sequence,
                   .begin_ns = MIN(begin_ns, end_ns),
                   .end_ns = end_ns,
                   .depth = 1,
                   .shared = (hd_site_operation(emitter->builder, site)->flags & HD_OPERATION_FLAG_READ) != 0};
  return hold;
}

static guint32 site_with_stack(HdBuilder *builder, guint32 site, guint32 stack) {
  return hd_site_outside(builder, hd_site_index(builder, site), hd_stack_index(builder, stack));
}

/* Of a wait or call. An await is an instant: one that is told as a wait is damage, and its site says nothing. */
static guint32 wait_site(HdBuilder *builder, guint32 site, guint32 stack) {
  guint32 index = site_with_stack(builder, site, stack);
  return hd_site_operation(builder, index)->role == HD_ROLE_AWAIT ? HD_NONE : index;
}

static void read_batch(Emitter *emitter, const struct hd_event_batch *batch) {
  HdBuilder *builder = emitter->builder;
  for (guint32 i = 0; i + 1 < batch->operations_count; i += 2) {
    guint64 what = hd_log_word(batch->operations, i), when = hd_log_word(batch->operations, i + 1);
    guint64 end_stamp_ns = batch->base_ns + (when >> 32), length_ns = when & G_MAXUINT32;
    guint32 site = builder->small_sites[what & ((1u << HD_BATCH_SITE_BITS) - 1)];
    const struct hd_operation_info *operation = hd_site_operation(builder, site);
    gint64 end_ns = in_life(emitter, hd_builder_time(builder, end_stamp_ns));
    if (operation->role != HD_ROLE_ACQUIRE && site != HD_NONE) {
      read_instant(emitter, hd_batch_reference(what), site, end_ns, (gint64)length_ns, HD_NONE, batch->sequence);
      continue;
    }
    gint64 begin_ns = length_ns < end_stamp_ns ? in_life(emitter, hd_builder_time(builder, end_stamp_ns - length_ns)) : emitter->start_ns;
    guint32 object = hd_object_at(builder, emitter->image, hd_batch_reference(what), operation->object_kind, begin_ns);
    /* Of a site whose definition was lost the length tells whether it was a section. */
    if (object != HD_NONE && (operation->role == HD_ROLE_ACQUIRE || length_ns))
      add_hold(emitter, object, site, begin_ns, end_ns, batch->sequence);
    else
      add_mark(emitter, object, site, end_ns, batch->sequence, HD_NONE, 0, 0);
  }
}

static void read_acquired(Emitter *emitter, const struct hd_event_acquired *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = hd_site_index(builder, event->site);
  gint64 at_ns = in_life(emitter, hd_builder_time(builder, event->at_ns));
  enum hd_object_kind kind = site == HD_NONE ? HD_KIND_LOCK : hd_site_operation(builder, site)->object_kind;
  guint32 object = hd_object_at(builder, emitter->image, event->object, kind, at_ns);
  if (object == HD_NONE) return;
  *hd_vector_add(&builder->loose) = (HdLoose){.at_ns = at_ns,
                                              .object = object,
                                              .actor = acting(emitter, kind_of(emitter, object), at_ns, FALSE),
                                              .site = site,
                                              .stack = HD_NONE,
                                              .sequence = event->sequence,
                                              .shared = (hd_site_operation(builder, site)->flags & HD_OPERATION_FLAG_READ) != 0};
}

static void read_released(Emitter *emitter, const struct hd_event_released *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = site_with_stack(builder, event->site, event->stack),
          acquire_site = event->acquire_site ? hd_site_index(builder, event->acquire_site) : HD_NONE;
  guint32 telling_site = acquire_site != HD_NONE ? acquire_site : site;
  gint64 at_ns = in_life(emitter, hd_builder_time(builder, event->at_ns));
  gint64 begin_ns = event->acquired_ns ? MIN(at_ns, in_life(emitter, hd_builder_time(builder, event->acquired_ns))) : at_ns;
  enum hd_object_kind kind = telling_site == HD_NONE ? HD_KIND_LOCK : hd_site_operation(builder, telling_site)->object_kind;
  guint32 object = hd_object_at(builder, emitter->image, event->object, kind, begin_ns);
  if (object == HD_NONE) return;
  guint32 stack = hd_stack_index(builder, event->stack);
  if (event->acquired_ns) {
    HdHold *hold = add_hold(emitter, object, acquire_site, begin_ns, at_ns, event->sequence);
    hold->release_site = site;
    hold->release_stack = stack;
  } else
    *hd_vector_add(&builder->loose) = (HdLoose){.at_ns = at_ns,
                                                .object = object,
                                                .actor = acting(emitter, kind_of(emitter, object), at_ns, TRUE),
                                                .site = site,
                                                .stack = stack,
                                                .sequence = event->sequence,
                                                .release = TRUE};
}

static void read_operation(Emitter *emitter, const struct hd_event_operation *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = site_with_stack(builder, event->site, event->stack);
  gint64 at_ns = in_life(emitter, hd_builder_time(builder, event->at_ns));
  read_instant(emitter, event->object, site, at_ns, event->value, hd_stack_index(builder, event->stack), event->sequence);
}

/* An entry of an event scheduler, or a callback that a loop calls at a time: its mark is its submission, what else is known of it stands
 * beside it. */
static void read_schedule_entry(Emitter *emitter, const struct hd_event_schedule_entry *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = hd_site_index(builder, event->site);
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  if (!hd_has_number(operation) || operation->role != HD_ROLE_ENABLE) return;
  gint64 at_ns = in_life(emitter, hd_builder_time(builder, event->at_ns));
  guint32 object = hd_object_at(builder, emitter->image, event->object, operation->object_kind, at_ns);
  if (object == HD_NONE) return;
  *hd_vector_add(&builder->schedule_entries) = (HdScheduleEntry){.key = (guint64)object << 32 | event->number,
                                                                 .planned_ns = hd_builder_time(builder, event->planned_ns),
                                                                 .priority = event->priority,
                                                                 .routine = hd_site_index(builder, event->routine)};
  add_mark(emitter, object, site, at_ns, event->sequence, HD_NONE, event->number, 0);
}

static void read_misuse(Emitter *emitter, const struct hd_event_misuse *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = site_with_stack(builder, event->site, event->stack);
  gint64 at_ns = in_life(emitter, hd_builder_time(builder, event->at_ns));
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  guint32 object = hd_object_at(builder, emitter->image, event->object, operation->object_kind, at_ns);
  /* Whoever makes a task wrongly has none: then it is what it was to belong to. */
  if (object == HD_NONE && operation->object_kind == HD_KIND_TASK)
    object = hd_object_find(builder, emitter->image, event->object, HD_KIND_NONE, at_ns);
  gint64 value = mark_value(emitter, operation, event->object, 0, at_ns);
  add_mark(emitter, object, site, at_ns, event->sequence, hd_stack_index(builder, event->stack), value, event->error ? event->error : -1);
}

/* What is common to waits and blocking calls. */
static HdWait *add_wait(Emitter *emitter, guint32 site, guint64 begin_stamp_ns, guint64 at_stamp_ns, guint32 stack, guint32 sequence) {
  HdBuilder *builder = emitter->builder;
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  gboolean open = at_stamp_ns == HD_LOG_OPEN_NS;
  gint64 end_ns = open ? emitter->end_ns : in_life(emitter, hd_builder_time(builder, at_stamp_ns));
  gint64 begin_ns = MIN(end_ns, in_life(emitter, hd_builder_time(builder, begin_stamp_ns)));
  guint32 actor = acting(emitter, operation->object_kind, begin_ns, FALSE);
  end_ns = MIN(end_ns, builder->model->actors[actor].end_ns);
  HdWait *wait = hd_vector_add(&builder->waits);
  *wait = (HdWait){.actor = actor,
                   .object = HD_NONE,
                   .partner = HD_NONE,
                   .site = site,
                   .stack = hd_stack_index(builder, stack),
                   .owner = HD_NONE,
                   .waker = HD_NONE,
                   .target = HD_NONE,
                   .sequence = open ? 0 : sequence,
                   .begin_ns = begin_ns,
                   .end_ns = end_ns,
                   .waker_site = HD_NONE,
                   .descriptor = -1,
                   .state = operation->state,
                   .flags = operation->flags,
                   .open = open};
  return wait;
}

static void read_wait(Emitter *emitter, const struct hd_event_wait *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = wait_site(builder, event->site, event->stack);
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  if (site == HD_NONE && event->partner) operation = &hd_operations[HD_OPERATION_CONDITION_WAIT]; /* only those have one */
  HdWait *wait = add_wait(emitter, site, event->begin_ns, event->at_ns, event->stack, event->sequence);
  wait->state = operation->state;
  wait->result = event->result < HD_WAIT_RESULT_COUNT ? event->result : HD_WAIT_RESULT_ERROR;
  if (operation->object_kind == HD_KIND_THREAD || operation->object_kind == HD_KIND_PROCESS)
    wait->target = actor_of_reference(emitter, operation->object_kind, event->object, wait->begin_ns);
  else {
    wait->object = hd_object_at(builder, emitter->image, event->object, operation->object_kind, wait->begin_ns);
    if (operation->object_kind == HD_KIND_CONDITION && event->partner)
      wait->partner = hd_object_at(builder, emitter->image, event->partner, HD_KIND_LOCK, wait->begin_ns);
    wait->owner = hd_actor_of_thread_id(builder, event->owner, wait->begin_ns);
  }
}

static void read_call(Emitter *emitter, const struct hd_event_call *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = wait_site(builder, event->site, event->stack);
  HdWait *wait = add_wait(emitter, site, event->begin_ns, event->at_ns, event->stack, event->sequence);
  if (site == HD_NONE) wait->state = HD_STATE_BLOCKED;
  wait->result = event->result < 0 ? HD_WAIT_RESULT_ERROR : HD_WAIT_RESULT_OK;
  wait->descriptor = event->descriptor;
  enum hd_object_kind kind = hd_site_operation(builder, site)->object_kind == HD_KIND_LOOP ? HD_KIND_LOOP : HD_KIND_PIPE;
  wait->object = hd_object_at(builder, emitter->image, event->object, kind, wait->begin_ns);
}

void hd_read_operations(HdBuilder *builder) {
  const HdLog *log = builder->log;
  for (guint i = 0; i < log->emitter_count; i++) {
    const HdLogEmitter *log_emitter = &log->emitters[i];
    const HdThread *thread = hd_thread_find(builder, log_emitter->number);
    const HdActor *actor = &builder->model->actors[thread->actor];
    Emitter emitter = {builder, thread, thread->image, thread->actor, thread->step_first, actor->start_ns, actor->end_ns};
    for (guint64 index = log_emitter->first; index < log_emitter->first + log_emitter->count; index++) {
      if (!(index & 0xffff) && !hd_builder_progress(builder, 0.1 + 0.4 * i / log->emitter_count, "Reading operations")) return;
      HdEvent event;
      log->read(log, index, &event);
      switch (event.id) {
      case HD_EVENT_BATCH:
        read_batch(&emitter, &event.batch);
        break;
      case HD_EVENT_ACQUIRED:
        read_acquired(&emitter, &event.acquired);
        break;
      case HD_EVENT_RELEASED:
        read_released(&emitter, &event.released);
        break;
      case HD_EVENT_OPERATION:
        read_operation(&emitter, &event.operation);
        break;
      case HD_EVENT_MISUSE:
        read_misuse(&emitter, &event.misuse);
        break;
      case HD_EVENT_WAIT:
        read_wait(&emitter, &event.wait);
        break;
      case HD_EVENT_CALL:
        read_call(&emitter, &event.call);
        break;
      case HD_EVENT_SCHEDULE_ENTRY:
        read_schedule_entry(&emitter, &event.schedule_entry);
        break;
      default:
        break;
      }
    }
  }
}
