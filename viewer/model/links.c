/* Links: who made, woke, joined or reaped whom. Also the wakers of waits for threads and processes, whose ends are known by now. */
#include "builder.h"

#define MEMBER_MAX 16384 /* of a group that are looked through for one await: bounds the cost of nonsense */

static void link_add(HdBuilder *builder, HdLinkKind kind, guint32 from, guint32 to, guint32 object, gint64 from_ns, gint64 to_ns) {
  if (from == HD_NONE || to == HD_NONE) return;
  *hd_vector_add(&builder->links) = (HdLink){kind, from, to, object, MIN(from_ns, to_ns), to_ns};
}

/* Of a process the thread that stands for it: its last image's main thread. */
static guint32 lane_of_process(const HdBuilder *builder, const HdProcess *process) {
  guint32 main_actor = process->image_last == HD_NONE ? HD_NONE : builder->images.items[process->image_last].main_actor;
  return main_actor == HD_NONE ? process->actor : main_actor;
}

static void link_tasks(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->tasks.count; i++) {
    guint32 task = builder->tasks.items[i].actor;
    const HdActor *actor = &builder->model->actors[task];
    link_add(builder, HD_LINK_CREATE, actor->creator, task, HD_NONE, actor->start_ns, actor->start_ns);
  }
  for (guint32 i = 0; builder->tasks.count && i < builder->marks.count; i++) {
    const HdMark *mark = &builder->marks.items[i];
    if (mark->error || mark->value < 0 || hd_site_operation(builder, mark->site) != &hd_operations[HD_OPERATION_TASK_CANCEL]) continue;
    link_add(builder, HD_LINK_CANCEL, mark->actor, (guint32)mark->value, mark->object, mark->at_ns, mark->at_ns);
  }
}

/* The task whose end an await waited for: the awaited one; of a group the member that ended last before. HD_NONE: none had ended. Who
 * awaits is made ready in the last step of the one that ends, a moment before its end is told. */
static guint32 ended_task(const HdBuilder *builder, const HdWait *wait) {
  const HdModel *model = builder->model;
  const HdObject *group = wait->object == HD_NONE ? NULL : &builder->objects.items[wait->object];
  const guint32 *tasks = group ? builder->members.items + group->member_first : NULL;
  guint32 count = group ? MIN(group->member_count, MEMBER_MAX) : 0, last = HD_NONE;
  if (wait->target != HD_NONE) {
    tasks = &wait->target;
    count = 1;
  }
  for (guint32 i = 0; i < count; i++) {
    const HdActor *task = &model->actors[tasks[i]];
    gboolean over = task->kind == HD_ACTOR_TASK && task->end_seen && (task->end_ns <= wait->end_ns || tasks[i] == wait->waker);
    if (!over) continue;
    if (last == HD_NONE || task->end_ns > model->actors[last].end_ns) last = tasks[i];
  }
  return last;
}

static void link_births(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->threads.count; i++) {
    const HdThread *thread = &builder->threads.items[i];
    if (thread->created)
      link_add(builder, HD_LINK_CREATE, builder->model->actors[thread->actor].creator, thread->actor, HD_NONE, thread->create_ns,
               builder->model->actors[thread->actor].start_ns);
  }
  for (guint32 i = 0; i < builder->processes.count; i++) {
    const HdProcess *process = &builder->processes.items[i];
    if (!process->creator_emitter) continue;
    guint32 to = process->actor, first_thread = to + 1;
    if (first_thread < builder->model->actor_count && builder->model->actors[first_thread].kind == HD_ACTOR_THREAD) to = first_thread;
    link_add(builder, HD_LINK_FORK, builder->model->actors[process->actor].creator, to, HD_NONE, process->start_ns,
             builder->model->actors[to].start_ns);
  }
}

/* The statuses that each emitter saw: emitter number -> array of indices of lives, by time. */
static GHashTable *statuses_by_emitter(HdBuilder *builder) {
  GHashTable *statuses = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  g_autofree guint32 *order = HD_ORDER(&builder->lives, HdLife, kind, 0, at_ns);
  for (guint32 i = 0; i < builder->lives.count; i++) {
    const HdLife *life = &builder->lives.items[order[i]];
    if (life->kind != HD_LIFE_STATUS) continue;
    GArray *seen = g_hash_table_lookup(statuses, GUINT_TO_POINTER(life->emitter));
    if (!seen) g_hash_table_insert(statuses, GUINT_TO_POINTER(life->emitter), seen = g_array_new(FALSE, FALSE, sizeof(guint32)));
    g_array_append_val(seen, order[i]);
  }
  return statuses;
}

/* Who was reaped by a wait for any child: the status that its thread saw next tells. */
static void find_reaped(HdBuilder *builder, GHashTable *statuses, HdWait *wait) {
  const GArray *seen = g_hash_table_lookup(statuses, GUINT_TO_POINTER(builder->model->actors[wait->actor].emitter));
  guint low = 0, high = seen ? seen->len : 0;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (builder->lives.items[g_array_index(seen, guint32, middle)].at_ns < wait->end_ns)
      low = middle + 1;
    else
      high = middle;
  }
  if (!seen || low == seen->len) return;
  const HdLife *life = &builder->lives.items[g_array_index(seen, guint32, low)];
  guint32 process = hd_process_at(builder, life->process_id, wait->end_ns);
  if (process != HD_NONE) wait->target = builder->processes.items[process].actor;
}

static void link_statuses(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->lives.count; i++) {
    const HdLife *life = &builder->lives.items[i];
    guint32 index = life->kind == HD_LIFE_STATUS ? hd_process_at(builder, life->process_id, life->at_ns) : HD_NONE;
    if (index == HD_NONE) continue;
    const HdProcess *process = &builder->processes.items[index];
    link_add(builder, HD_LINK_REAP, lane_of_process(builder, process), hd_actor_of_emitter(builder, life->emitter), HD_NONE,
             process->end_ns, life->at_ns);
  }
}

/* The lane that ended a wait for an actor: a thread itself, of a process its main thread. */
static void end_by_target(HdBuilder *builder, const guint32 *process_of_actor, HdWait *wait) {
  if (hd_is_told(builder, wait)) return;
  guint32 lane = wait->target, process = process_of_actor[wait->target];
  if (process != HD_NONE) lane = lane_of_process(builder, &builder->processes.items[process]);
  wait->waker = lane;
  wait->waker_ns = MIN(builder->model->actors[wait->target].end_ns, wait->end_ns);
}

/* A put that waited was let in by a get as a taker of permits by a post: it may be another one next time. */
static gboolean waited_for_room(const HdBuilder *builder, const HdWait *wait) {
  const struct hd_operation_info *operation = hd_site_operation(builder, wait->site);
  return wait->state == HD_STATE_WAIT_QUEUE &&
         (operation->role == HD_ROLE_ENABLE || operation == &hd_operations[HD_OPERATION_ASYNC_QUEUE_PUT_AWAIT]);
}

static HdLinkKind link_of_wait(const HdBuilder *builder, const HdWait *wait) {
  if (waited_for_room(builder, wait)) return HD_LINK_POST;
  switch (wait->state) {
  case HD_STATE_WAIT_LOCK:
  case HD_STATE_WAIT_GIL:
    return HD_LINK_HANDOVER;
  case HD_STATE_WAIT_SEMAPHORE:
    return HD_LINK_POST;
  case HD_STATE_WAIT_BARRIER:
    return HD_LINK_BARRIER;
  case HD_STATE_WAIT_PIPE:
    return HD_LINK_PIPE;
  case HD_STATE_WAIT_JOIN:
    return HD_LINK_JOIN;
  case HD_STATE_WAIT_FUTURE:
    return HD_LINK_RESULT;
  default:
    return HD_LINK_NOTIFY;
  }
}

/* What was put and got, submitted and begun has a link, whether somebody waited for it or not. */
static void link_transfers(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->items.count; i++) {
    const HdItem *item = &builder->items.items[i];
    if (item->put_actor != item->get_actor)
      link_add(builder, HD_LINK_ITEM, item->put_actor, item->get_actor, item->object, item->put_ns, item->get_ns);
  }
  for (guint32 i = 0; i < builder->jobs.count; i++) {
    const HdJob *job = &builder->jobs.items[i];
    if (job->begun && job->submitter != job->worker)
      link_add(builder, HD_LINK_JOB, job->submitter, job->worker, job->executor, job->submit_ns, job->begin_ns);
  }
}

/* A wait for an item or a job is linked by what it got, one for a process by its status. What ended a task's sleep or I/O was its loop. */
static gboolean is_linked(const HdBuilder *builder, const HdWait *wait) {
  const struct hd_operation_info *operation = hd_site_operation(builder, wait->site);
  if (wait->state == HD_STATE_WAIT_PROCESS || wait->state == HD_STATE_BLOCKED) return TRUE;
  if (operation == &hd_operations[HD_OPERATION_ASYNC_QUEUE_GET_AWAIT]) return TRUE;
  return operation->role == HD_ROLE_TAKE && operation->flags & HD_OPERATION_FLAG_ITEM;
}

void hd_build_links(HdBuilder *builder) {
  HdModel *model = builder->model;
  g_autofree guint32 *process_of_actor = g_new(guint32, MAX(1, model->actor_count));
  for (guint32 i = 0; i < model->actor_count; i++) process_of_actor[i] = HD_NONE;
  for (guint32 i = 0; i < builder->processes.count; i++) process_of_actor[builder->processes.items[i].actor] = i;
  g_autoptr(GHashTable) statuses = statuses_by_emitter(builder);
  link_births(builder);
  link_tasks(builder);
  link_statuses(builder);
  link_transfers(builder);
  for (guint32 i = 0; i < builder->waits.count; i++) {
    HdWait *wait = &builder->waits.items[i];
    if (wait->state == HD_STATE_WAIT_PROCESS && wait->target == HD_NONE && !wait->open) find_reaped(builder, statuses, wait);
    if (wait->open || wait->result != HD_WAIT_RESULT_OK) continue;
    guint32 ended = wait->state == HD_STATE_WAIT_TASK ? ended_task(builder, wait) : HD_NONE;
    if (ended != HD_NONE) {
      link_add(builder, HD_LINK_AWAIT, ended, wait->actor, wait->object, MIN(model->actors[ended].end_ns, wait->end_ns), wait->end_ns);
      continue;
    }
    if (wait->target != HD_NONE && wait->state != HD_STATE_WAIT_TASK) end_by_target(builder, process_of_actor, wait);
    if (wait->waker != HD_NONE && !is_linked(builder, wait))
      link_add(builder, link_of_wait(builder, wait), wait->waker, wait->actor, wait->object, wait->waker_ns, wait->end_ns);
  }
  guint32 *links_order = HD_ORDER(&builder->links, HdLink, kind, 0, to_ns);
  hd_vector_reorder(&builder->links, links_order);
  g_free(links_order);
}
