/* The first reading of the log: everything but the operations. */
#include "builder.h"

HdThread *hd_thread_find(HdBuilder *builder, guint32 number) {
  guint32 index = hd_number_find(builder->thread_numbers, number);
  return index == HD_NONE ? NULL : &builder->threads.items[index];
}

static HdThread *thread_get(HdBuilder *builder, guint32 number) {
  HdThread *thread = hd_thread_find(builder, number);
  if (thread) return thread;
  hd_number_set(builder->thread_numbers, number, builder->threads.count);
  thread = hd_vector_add(&builder->threads);
  *thread = (HdThread){.number = number, .image = HD_NONE, .actor = HD_NONE, .log_emitter = HD_NONE, .first_ns = G_MAXINT64, .name_ns = -1};
  return thread;
}

static HdLife *life_add(HdBuilder *builder, HdLifeKind kind, const HdEvent *event) {
  HdLife *life = hd_vector_add(&builder->lives);
  *life = (HdLife){.at_ns = hd_builder_time(builder, event->common.at_ns), .kind = kind, .emitter = event->common.emitter};
  return life;
}

static void scan_process_begin(HdBuilder *builder, const HdEvent *event) {
  const struct hd_event_process_begin *begin = &event->process_begin;
  HdLife *life = life_add(builder, HD_LIFE_BEGIN, event);
  life->number = begin->process;
  life->parent_number = begin->parent_process;
  life->process_id = begin->process_id;
  life->parent_process_id = begin->parent_process_id;
  life->by_exec = begin->origin != HD_ORIGIN_FORK;
  life->program = begin->program;
  HdThread *thread = thread_get(builder, begin->emitter);
  if (!thread->process_number) thread->process_number = begin->process;
}

static void scan_process_fork(HdBuilder *builder, const HdEvent *event) {
  HdLife *life = life_add(builder, HD_LIFE_FORK, event);
  life->number = event->process_fork.child_process;
  life->process_id = event->process_fork.child_process_id;
  life->site = event->process_fork.site;
}

static void scan_process_spawn(HdBuilder *builder, const HdEvent *event) {
  HdLife *life = life_add(builder, HD_LIFE_SPAWN, event);
  life->process_id = event->process_spawn.child_process_id;
  life->site = event->process_spawn.site;
  life->program = event->process_spawn.program;
}

static void scan_thread_create(HdBuilder *builder, const HdEvent *event) {
  HdThread *thread = thread_get(builder, event->thread_create.child);
  thread->created = TRUE;
  thread->create_ns = hd_builder_time(builder, event->common.at_ns);
  thread->create_site = event->thread_create.site;
  if (!thread->creator) thread->creator = event->common.emitter;
}

static void scan_thread_begin(HdBuilder *builder, const HdEvent *event) {
  const struct hd_event_thread_begin *begin = &event->thread_begin;
  HdThread *thread = thread_get(builder, begin->emitter);
  thread->begun = TRUE;
  thread->start_ns = hd_builder_time(builder, begin->at_ns);
  thread->process_number = begin->process;
  thread->thread_id = begin->thread_id;
  thread->creator = begin->creator;
  thread->routine = begin->routine;
}

/* A name is given to a thread that may have said nothing yet; one that never will is no actor. */
static void scan_actor_name(HdBuilder *builder, GArray *names, const HdEvent *event) {
  HdGivenName given = {
      .at_ns = hd_builder_time(builder, event->common.at_ns), .emitter = event->actor_name.actor, .name = event->actor_name.name};
  g_array_append_val(names, given);
}

static void apply_actor_names(HdBuilder *builder, const GArray *names) {
  for (guint i = 0; i < names->len; i++) {
    const HdGivenName *given = &g_array_index(names, HdGivenName, i);
    HdThread *thread = hd_thread_find(builder, given->emitter);
    if (!thread || given->at_ns < thread->name_ns) continue;
    thread->name = given->name;
    thread->name_ns = given->at_ns;
  }
}

static void scan_boundary(HdBuilder *builder, const HdEvent *event) {
  HdBoundary *boundary = hd_vector_add(&builder->boundaries);
  *boundary =
      (HdBoundary){.at_ns = hd_builder_time(builder, event->common.at_ns), .image = event->common.emitter, .object = HD_NONE, .value = -1};
  boundary->begin = event->id == HD_EVENT_OBJECT_BEGIN;
  if (boundary->begin) {
    boundary->reference = event->object_begin.object;
    boundary->site = event->object_begin.site;
    boundary->value = event->object_begin.value;
    boundary->name = event->object_begin.name;
    boundary->kind = event->object_begin.kind < HD_KIND_COUNT ? event->object_begin.kind : HD_KIND_NONE;
    boundary->flags = event->object_begin.flags;
  } else {
    boundary->reference = event->object_end.object;
    boundary->site = event->object_end.site;
  }
}

static void scan_shared(HdBuilder *builder, const struct hd_event_shared_object *event) {
  HdShared *shared = hd_vector_add(&builder->shared);
  *shared =
      (HdShared){.reference = event->object, .device = event->device, .inode = event->inode, .offset = event->offset, .path = event->name};
  shared->kind = event->kind < HD_KIND_COUNT ? event->kind : HD_KIND_NONE;
}

static void scan_process_name(HdBuilder *builder, const HdEvent *event) {
  HdLife *life = life_add(builder, HD_LIFE_NAME, event);
  life->number = event->process_name.process;
  life->program = event->process_name.name;
}

/* Of a thread it may be said before it began. */
static void scan_daemon(HdBuilder *builder, GArray *daemons, const HdEvent *event) {
  if (event->daemon.is_process)
    life_add(builder, HD_LIFE_DAEMON, event)->number = event->daemon.actor;
  else
    g_array_append_val(daemons, event->daemon.actor);
}

static void scan_event(HdBuilder *builder, GArray *names, GArray *daemons, const HdEvent *event) {
  switch (event->id) {
  case HD_EVENT_PROCESS_BEGIN:
    scan_process_begin(builder, event);
    break;
  case HD_EVENT_PROCESS_FORK:
    scan_process_fork(builder, event);
    break;
  case HD_EVENT_PROCESS_SPAWN:
    scan_process_spawn(builder, event);
    break;
  case HD_EVENT_PROCESS_EXEC: {
    HdLife *life = life_add(builder, HD_LIFE_EXEC, event);
    life->process_id = event->process_exec.emitter_process_id;
    life->program = event->process_exec.program;
    break;
  }
  case HD_EVENT_PROCESS_STATUS: {
    HdLife *life = life_add(builder, HD_LIFE_STATUS, event);
    life->process_id = event->process_status.child_process_id;
    life->status = event->process_status.status;
    break;
  }
  case HD_EVENT_PROCESS_END:
    life_add(builder, HD_LIFE_END, event)->status = event->process_end.status;
    break;
  case HD_EVENT_THREAD_CREATE:
    scan_thread_create(builder, event);
    break;
  case HD_EVENT_THREAD_BEGIN:
    scan_thread_begin(builder, event);
    break;
  case HD_EVENT_THREAD_END: {
    HdThread *thread = thread_get(builder, event->common.emitter);
    thread->ended = TRUE;
    thread->end_ns = hd_builder_time(builder, event->common.at_ns);
    break;
  }
  case HD_EVENT_ACTOR_NAME:
    scan_actor_name(builder, names, event);
    break;
  case HD_EVENT_OBJECT_BEGIN:
  case HD_EVENT_OBJECT_END:
    scan_boundary(builder, event);
    break;
  case HD_EVENT_OBJECT_NAME:
    *hd_vector_add(&builder->object_names) = (HdGivenName){hd_builder_time(builder, event->common.at_ns), event->object_name.object,
                                                           event->common.emitter, event->object_name.name};
    break;
  case HD_EVENT_SHARED_OBJECT:
    scan_shared(builder, &event->shared_object);
    break;
  case HD_EVENT_MODULE:
    hd_define_module(builder, &event->module);
    break;
  case HD_EVENT_CODE_SITE:
    hd_define_code_site(builder, &event->code_site);
    break;
  case HD_EVENT_SOURCE_SITE:
    hd_define_source_site(builder, &event->source_site);
    break;
  case HD_EVENT_STACK:
    hd_define_stack(builder, &event->stack);
    break;
  case HD_EVENT_PROCESS_NAME:
    scan_process_name(builder, event);
    break;
  case HD_EVENT_DAEMON:
    scan_daemon(builder, daemons, event);
    break;
  case HD_EVENT_TASK_CREATE:
    hd_scan_task(builder, &event->task_create);
    break;
  case HD_EVENT_CONTEXT_COPY:
  case HD_EVENT_CONTEXT_VALUE:
  case HD_EVENT_CONTEXT_ENTER:
    hd_scan_context(builder, event);
    break;
  case HD_EVENT_UNOBSERVED:
    hd_note_unobserved(builder, &event->unobserved);
    break;
  default:
    break;
  }
}

/* Widens the life of the event's thread. */
static void scan_life(HdBuilder *builder, guint32 thread_index, const HdEvent *event) {
  HdThread *thread = &builder->threads.items[thread_index];
  gint64 first_ns = hd_builder_time(builder, event->common.at_ns), last_ns = first_ns;
  if (event->id == HD_EVENT_WAIT)
    first_ns = hd_builder_time(builder, event->wait.begin_ns);
  else if (event->id == HD_EVENT_CALL)
    first_ns = hd_builder_time(builder, event->call.begin_ns);
  else if (event->id == HD_EVENT_BATCH && event->batch.operations_count >= 2) {
    guint64 last_word = hd_log_word(event->batch.operations, (event->batch.operations_count & ~1u) - 1);
    first_ns = hd_builder_time(builder, event->batch.base_ns);
    last_ns = MAX(last_ns, hd_builder_time(builder, event->batch.base_ns + (last_word >> 32)));
  }
  if (event->common.at_ns == HD_LOG_OPEN_NS) {
    thread->open = TRUE;
    last_ns = first_ns;
  }
  thread->first_ns = MIN(thread->first_ns, MIN(first_ns, last_ns));
  thread->last_ns = MAX(thread->last_ns, last_ns);
}

void hd_scan(HdBuilder *builder) {
  HdLog *log = builder->log;
  g_autoptr(GArray) names = g_array_new(FALSE, FALSE, sizeof(HdGivenName)), daemons = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < log->emitter_count; i++) {
    const HdLogEmitter *emitter = &log->emitters[i];
    HdThread *thread = thread_get(builder, emitter->number);
    thread->log_emitter = i;
    guint32 thread_index = thread - builder->threads.items;
    for (guint64 index = emitter->first; index < emitter->first + emitter->count; index++) {
      if ((index == emitter->first || !(index & 0xffff)) &&
          !hd_builder_progress(builder, 0.1 * i / log->emitter_count, "Reading who did what"))
        return;
      HdEvent event;
      log->read(log, index, &event);
      event.common.emitter = emitter->number; /* it stands among that one's events: one truth */
      scan_life(builder, thread_index, &event);
      scan_event(builder, names, daemons, &event);
    }
  }
  apply_actor_names(builder, names);
  for (guint i = 0; i < daemons->len; i++) {
    HdThread *thread = hd_thread_find(builder, g_array_index(daemons, guint32, i));
    if (thread) thread->daemon = TRUE;
  }
}
