/* The second reading of the log: operations become holds, loose halves of holds, waits and marks. */
#include "builder.h"

typedef struct {
  HdBuilder *builder;
  guint32 image;
  guint32 actor;
  gint64 start_ns, end_ns; /* of the actor */
} Emitter;

static gint64 in_life(const Emitter *emitter, gint64 time_ns) { return CLAMP(time_ns, emitter->start_ns, emitter->end_ns); }

static void add_mark(Emitter *emitter, guint32 object, guint32 site, gint64 at_ns, guint32 sequence, guint32 stack, gint64 value,
                     gint32 error) {
  *hd_vector_add(&emitter->builder->marks) = (HdMark){.object = object,
                                                      .actor = emitter->actor,
                                                      .site = site,
                                                      .stack = stack,
                                                      .sequence = sequence,
                                                      .at_ns = at_ns,
                                                      .value = value,
                                                      .error = error};
}

/* What an operation's value says; of one on a thread or process, whose object is an emitter number or a pid, which actor that is. */
static gint64 mark_value(const Emitter *emitter, const struct hd_operation_info *operation, guint64 reference, gint64 value, gint64 at_ns) {
  if (operation->object_kind != HD_KIND_PROCESS && operation->object_kind != HD_KIND_THREAD) return value;
  guint32 number = MIN(reference, HD_NONE), actor = HD_NONE;
  if (operation->object_kind == HD_KIND_THREAD)
    actor = hd_actor_of_emitter(emitter->builder, number);
  else {
    guint32 process = hd_process_at(emitter->builder, number, at_ns);
    if (process != HD_NONE) actor = emitter->builder->processes.items[process].actor;
  }
  return actor == HD_NONE ? -1 : (gint64)actor;
}

static HdHold *add_hold(Emitter *emitter, guint32 object, guint32 site, gint64 begin_ns, gint64 end_ns, guint32 sequence) {
  HdHold *hold = hd_vector_add(&emitter->builder->holds);
  *hold = (HdHold){.object = object,
                   .actor = emitter->actor,
                   .acquire_site = site,
                   .release_site = HD_NONE,
                   .release_stack = HD_NONE,
                   .releaser = emitter->actor,
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

static guint64 batch_reference(guint64 word) {
  guint64 place = word >> HD_BATCH_SITE_BITS;
  return place & HD_BATCH_OBJECT_SHARED_BIT ? HD_OBJECT_SHARED_BIT | (place & (HD_BATCH_OBJECT_SHARED_BIT - 1)) : place << 2;
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
      guint32 object = hd_object_at(builder, emitter->image, batch_reference(what), operation->object_kind, end_ns);
      gint64 value = mark_value(emitter, operation, batch_reference(what), (gint64)length_ns, end_ns);
      add_mark(emitter, object, site, end_ns, batch->sequence, HD_NONE, value, 0);
      continue;
    }
    gint64 begin_ns = length_ns < end_stamp_ns ? in_life(emitter, hd_builder_time(builder, end_stamp_ns - length_ns)) : emitter->start_ns;
    guint32 object = hd_object_at(builder, emitter->image, batch_reference(what), operation->object_kind, begin_ns);
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
                                              .actor = emitter->actor,
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
                                                .actor = emitter->actor,
                                                .site = site,
                                                .stack = stack,
                                                .sequence = event->sequence,
                                                .release = TRUE};
}

static void read_operation(Emitter *emitter, const struct hd_event_operation *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = site_with_stack(builder, event->site, event->stack);
  gint64 at_ns = in_life(emitter, hd_builder_time(builder, event->at_ns));
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  guint32 object = hd_object_at(builder, emitter->image, event->object, operation->object_kind, at_ns);
  gint64 value = mark_value(emitter, operation, event->object, event->value, at_ns);
  add_mark(emitter, object, site, at_ns, event->sequence, hd_stack_index(builder, event->stack), value, 0);
}

static void read_misuse(Emitter *emitter, const struct hd_event_misuse *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = site_with_stack(builder, event->site, event->stack);
  gint64 at_ns = in_life(emitter, hd_builder_time(builder, event->at_ns));
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  guint32 object = hd_object_at(builder, emitter->image, event->object, operation->object_kind, at_ns);
  gint64 value = mark_value(emitter, operation, event->object, 0, at_ns);
  add_mark(emitter, object, site, at_ns, event->sequence, hd_stack_index(builder, event->stack), value, event->error ? event->error : -1);
}

/* What is common to waits and blocking calls. */
static HdWait *add_wait(Emitter *emitter, guint32 site, guint64 begin_stamp_ns, guint64 at_stamp_ns, guint32 stack, guint32 sequence) {
  HdBuilder *builder = emitter->builder;
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  gboolean open = at_stamp_ns == HD_LOG_OPEN_NS;
  gint64 end_ns = open ? emitter->end_ns : in_life(emitter, hd_builder_time(builder, at_stamp_ns));
  HdWait *wait = hd_vector_add(&builder->waits);
  *wait = (HdWait){.actor = emitter->actor,
                   .object = HD_NONE,
                   .partner = HD_NONE,
                   .site = site,
                   .stack = hd_stack_index(builder, stack),
                   .owner = HD_NONE,
                   .waker = HD_NONE,
                   .target = HD_NONE,
                   .sequence = open ? 0 : sequence,
                   .end_ns = end_ns,
                   .waker_site = HD_NONE,
                   .descriptor = -1,
                   .state = operation->state,
                   .flags = operation->flags,
                   .open = open};
  wait->begin_ns = MIN(end_ns, in_life(emitter, hd_builder_time(builder, begin_stamp_ns)));
  return wait;
}

static void read_wait(Emitter *emitter, const struct hd_event_wait *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = site_with_stack(builder, event->site, event->stack);
  const struct hd_operation_info *operation = hd_site_operation(builder, site);
  if (site == HD_NONE && event->partner) operation = &hd_operations[HD_OPERATION_CONDITION_WAIT]; /* only those have one */
  HdWait *wait = add_wait(emitter, site, event->begin_ns, event->at_ns, event->stack, event->sequence);
  wait->state = operation->state;
  wait->result = event->result < HD_WAIT_RESULT_COUNT ? event->result : HD_WAIT_RESULT_ERROR;
  if (operation->object_kind == HD_KIND_THREAD)
    wait->target = hd_actor_of_emitter(builder, MIN(event->object, HD_NONE));
  else if (operation->object_kind == HD_KIND_PROCESS) {
    guint32 process = event->object ? hd_process_at(builder, MIN(event->object, HD_NONE), wait->begin_ns) : HD_NONE;
    if (process != HD_NONE) wait->target = builder->processes.items[process].actor;
  } else {
    wait->object = hd_object_at(builder, emitter->image, event->object, operation->object_kind, wait->begin_ns);
    if (operation->object_kind == HD_KIND_CONDITION && event->partner)
      wait->partner = hd_object_at(builder, emitter->image, event->partner, HD_KIND_LOCK, wait->begin_ns);
    wait->owner = hd_actor_of_thread_id(builder, event->owner, wait->begin_ns);
  }
}

static void read_call(Emitter *emitter, const struct hd_event_call *event) {
  HdBuilder *builder = emitter->builder;
  guint32 site = site_with_stack(builder, event->site, event->stack);
  HdWait *wait = add_wait(emitter, site, event->begin_ns, event->at_ns, event->stack, event->sequence);
  if (site == HD_NONE) wait->state = HD_STATE_BLOCKED;
  wait->result = event->result < 0 ? HD_WAIT_RESULT_ERROR : HD_WAIT_RESULT_OK;
  wait->descriptor = event->descriptor;
  wait->object = hd_object_at(builder, emitter->image, event->object, HD_KIND_PIPE, wait->begin_ns);
}

void hd_read_operations(HdBuilder *builder) {
  const HdLog *log = builder->log;
  for (guint i = 0; i < log->emitter_count; i++) {
    const HdLogEmitter *log_emitter = &log->emitters[i];
    const HdThread *thread = hd_thread_find(builder, log_emitter->number);
    const HdActor *actor = &builder->model->actors[thread->actor];
    Emitter emitter = {builder, thread->image, thread->actor, actor->start_ns, actor->end_ns};
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
      default:
        break;
      }
    }
  }
}
