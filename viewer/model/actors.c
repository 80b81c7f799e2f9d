/* The model's actors. Here lives get their ends: of a thread what it said, else the end of its image (exec) or process; of a process
 * what it said, else when it was reaped, else what can be concluded. */
#include "builder.h"

#define TEARDOWN_NS G_GINT64_CONSTANT(1000000000) /* at most, for a killed process's threads to be gone */

static gboolean contains(const GArray *numbers, guint32 number) {
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index(numbers, guint32, i) == number) return TRUE;
  return FALSE;
}

/* The program itself: by its pid, else the first process. */
static guint32 program_process(HdBuilder *builder) {
  guint32 process = builder->log->info->process_id ? hd_process_at(builder, builder->log->info->process_id, 0) : HD_NONE;
  return process == HD_NONE && builder->processes.count ? 0 : process;
}

/* The end of a process that did not say it. Whoever reaped it came later; the schedule knows best. */
static gint64 unsaid_end(const HdBuilder *builder, const HdProcess *process, gboolean is_program) {
  const HdLogInfo *info = builder->log->info;
  if (process->exit_ns != G_MININT64) return process->exit_ns;
  if (process->reaped) return process->end_ns;
  /* Once the recording is over a process that did not outlive it has died unseen: nobody knows when. What it said last is the
   * safest end, unless it waits or holds: that went on. */
  gboolean over = info->ended_ns && !info->in_progress;
  return over && !process->outlived && !is_program && process->began && !process->open ? process->last_ns : builder->model->duration_ns;
}

static void end_process(HdBuilder *builder, HdProcess *process, gboolean is_program) {
  const HdLogInfo *info = builder->log->info;
  process->end_seen = process->ended || process->reaped || process->exit_ns != G_MININT64;
  if (is_program && info->exit_known) {
    process->exit_known = process->end_seen = TRUE;
    process->exit = info->exit;
  }
  process->outlived = !process->end_seen && contains(info->outlived, process->process_id);
  if (!process->ended) process->end_ns = unsaid_end(builder, process, is_program);
  process->end_ns = MAX(MAX(process->end_ns, process->last_ns), process->start_ns);
}

static void start_thread(HdThread *thread) {
  if (!thread->begun) thread->start_ns = thread->log_emitter == HD_NONE ? thread->create_ns : thread->first_ns;
  thread->start_ns = MIN(thread->start_ns, thread->first_ns); /* of one that said nothing: G_MAXINT64 */
}

/* A signal that kills a process takes its threads one after the other; they all end with the process, lest some seem to have left before.
 * So only a thread that left long before, in no wait and holding nothing, left by itself (and what it said of it was lost). */
static void end_thread(const HdBuilder *builder, HdThread *thread) {
  gint64 image_end_ns = builder->images.items[thread->image].end_ns;
  gboolean left = !thread->open && thread->exit_ns < image_end_ns - TEARDOWN_NS;
  if (!thread->ended) thread->end_ns = left ? thread->exit_ns : image_end_ns;
  thread->end_ns = MAX(MAX(thread->end_ns, thread->last_ns), thread->start_ns);
}

static void bound_lives(HdBuilder *builder) {
  for (guint32 i = 0; i < builder->processes.count; i++) {
    HdProcess *process = &builder->processes.items[i];
    gint64 exit_ns = hd_exit_after(builder, process->process_id, process->start_ns);
    process->exit_ns = exit_ns == G_MAXINT64 ? G_MININT64 : exit_ns;
  }
  for (guint32 i = 0; i < builder->threads.count; i++) {
    HdThread *thread = &builder->threads.items[i];
    HdProcess *process = &builder->processes.items[builder->images.items[thread->image].process];
    start_thread(thread);
    thread->exit_ns = hd_exit_after(builder, thread->thread_id, thread->start_ns);
    if (thread->exit_ns != G_MAXINT64 && process->exit_ns != G_MININT64) process->exit_ns = MAX(process->exit_ns, thread->exit_ns);
    process->last_ns = MAX(process->last_ns, MAX(thread->last_ns, thread->create_ns));
    process->open |= thread->open;
  }
  guint32 program = program_process(builder);
  for (guint32 i = 0; i < builder->processes.count; i++) end_process(builder, &builder->processes.items[i], i == program);
  for (guint32 i = 0; i < builder->images.count; i++) {
    HdImage *image = &builder->images.items[i];
    image->end_ns = MAX(MIN(image->end_ns, builder->processes.items[image->process].end_ns), image->start_ns);
  }
  for (guint32 i = 0; i < builder->threads.count; i++) end_thread(builder, &builder->threads.items[i]);
}

static HdActor *actor_add(HdBuilder *builder, HdActorKind kind) {
  HdActor *actor = &builder->model->actors[builder->model->actor_count++];
  *actor = (HdActor){.kind = kind,
                     .parent = HD_NONE,
                     .creator = HD_NONE,
                     .routine_site = HD_NONE,
                     .create_site = HD_NONE,
                     .loop = HD_NONE,
                     .task = HD_NONE};
  return actor;
}

static void add_process(HdBuilder *builder, guint32 index) {
  HdProcess *process = &builder->processes.items[index];
  process->actor = builder->model->actor_count;
  HdActor *actor = actor_add(builder, HD_ACTOR_PROCESS);
  actor->process_id = actor->thread_id = process->process_id;
  actor->create_site = hd_site_index(builder, process->create_site);
  actor->start_ns = process->start_ns;
  actor->end_ns = process->end_ns;
  actor->end_seen = process->end_seen;
  actor->outlived = process->outlived;
  actor->exit_known = process->exit_known;
  actor->exit = process->exit;
  actor->daemon = process->daemon;
}

static void add_thread(HdBuilder *builder, HdThread *thread) {
  HdImage *image = &builder->images.items[thread->image];
  HdProcess *process = &builder->processes.items[image->process];
  thread->actor = builder->model->actor_count;
  HdActor *actor = actor_add(builder, HD_ACTOR_THREAD);
  actor->emitter = thread->number;
  actor->process_id = process->process_id;
  actor->thread_id = thread->thread_id;
  actor->parent = process->actor;
  actor->routine_site = hd_site_index(builder, thread->routine);
  actor->create_site = hd_site_index(builder, thread->create_site);
  actor->start_ns = thread->start_ns;
  actor->end_ns = thread->end_ns;
  actor->daemon = thread->daemon;
  actor->end_seen = thread->ended || thread->exit_ns != G_MAXINT64 || process->end_seen || process->image_last != thread->image;
  actor->outlived = !thread->ended && process->outlived && process->image_last == thread->image;
  if (thread->number == image->number) image->main_actor = thread->actor;
  if (!builder->model->actors[process->actor].emitter) builder->model->actors[process->actor].emitter = image->number;
  if (thread->log_emitter == HD_NONE) return;
  const HdLogEmitter *emitter = &builder->log->emitters[thread->log_emitter];
  actor->lost_count = emitter->lost_count;
  if (!emitter->lost_count) return;
  actor->lost_first_ns = hd_builder_time(builder, emitter->lost_first_ns);
  actor->lost_last_ns = MAX(hd_builder_time(builder, emitter->lost_last_ns), actor->lost_first_ns);
}

static void add_task(HdBuilder *builder, HdTask *task) {
  const HdThread *thread = &builder->threads.items[task->thread];
  const HdActor *lane = &builder->model->actors[thread->actor];
  task->actor = builder->model->actor_count;
  HdActor *actor = actor_add(builder, HD_ACTOR_TASK);
  actor->process_id = lane->process_id;
  actor->thread_id = lane->thread_id;
  actor->parent = lane->parent;
  actor->routine_site = hd_site_index(builder, task->routine);
  actor->create_site = hd_site_index(builder, task->create_site);
  actor->start_ns = task->create_ns;
  actor->end_ns = task->end_ns;
  actor->end_seen = task->ended;
  actor->outlived = !task->ended && lane->outlived;
  actor->result = task->result;
}

static void index_thread_id(HdBuilder *builder, guint32 actor) {
  guint32 thread_id = builder->model->actors[actor].thread_id;
  if (!thread_id) return;
  GArray *actors = g_hash_table_lookup(builder->thread_ids, GUINT_TO_POINTER(thread_id));
  if (!actors) {
    actors = g_array_new(FALSE, FALSE, sizeof(guint32));
    g_hash_table_insert(builder->thread_ids, GUINT_TO_POINTER(thread_id), actors);
  }
  g_array_append_val(actors, actor);
}

/* Who made whom: only now does everybody have an index. */
static void relate(HdBuilder *builder) {
  HdModel *model = builder->model;
  for (guint32 i = 0; i < builder->processes.count; i++) {
    const HdProcess *process = &builder->processes.items[i];
    HdActor *actor = &model->actors[process->actor];
    if (process->parent != HD_NONE) actor->parent = builder->processes.items[process->parent].actor;
    if (process->creator_emitter) actor->creator = hd_actor_of_emitter(builder, process->creator_emitter);
  }
  for (guint32 i = 0; i < builder->threads.count; i++) {
    const HdThread *thread = &builder->threads.items[i];
    if (thread->creator && thread->creator != thread->number)
      model->actors[thread->actor].creator = hd_actor_of_emitter(builder, thread->creator);
  }
}

typedef struct {
  guint32 process; /* index among the processes by start */
  guint32 thread;
  gint64 made_ns; /* threads stand in the order in which the program made them, which is how it counts them; they begin in any */
} ThreadOrder;

/* Where the tasks of each thread begin in their order. */
static guint32 *first_tasks(const HdBuilder *builder, const guint32 *order) {
  guint32 *firsts = g_new(guint32, (gsize)builder->threads.count + 1), next = 0;
  for (guint32 thread = 0; thread <= builder->threads.count; thread++) {
    while (next < builder->tasks.count && builder->tasks.items[order[next]].thread < thread) next++;
    firsts[thread] = next;
  }
  return firsts;
}

void hd_build_actors(HdBuilder *builder) {
  bound_lives(builder);
  hd_bound_tasks(builder);
  HdModel *model = builder->model;
  guint32 process_count = builder->processes.count, thread_count = builder->threads.count;
  model->actors = g_new(HdActor, MAX(1, (gsize)process_count + thread_count + builder->tasks.count));
  model->process_count = process_count;
  builder->thread_ids = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);

  guint32 *process_order = hd_order(builder->processes.items, sizeof(HdProcess), process_count, 0, 0, G_STRUCT_OFFSET(HdProcess, start_ns));
  g_autofree guint32 *ranks = g_new(guint32, MAX(1, process_count));
  for (guint32 i = 0; i < process_count; i++) ranks[process_order[i]] = i;
  g_autofree ThreadOrder *threads = g_new(ThreadOrder, MAX(1, thread_count));
  for (guint32 i = 0; i < thread_count; i++) {
    const HdThread *thread = &builder->threads.items[i];
    threads[i] =
        (ThreadOrder){ranks[builder->images.items[thread->image].process], i, thread->created ? thread->create_ns : thread->start_ns};
  }
  g_autofree guint32 *thread_order = hd_order(threads, sizeof *threads, thread_count, G_STRUCT_OFFSET(ThreadOrder, process), process_count,
                                              G_STRUCT_OFFSET(ThreadOrder, made_ns));
  guint32 *task_order = HD_ORDER(&builder->tasks, HdTask, thread, thread_count, create_ns);
  g_autofree guint32 *task_firsts = first_tasks(builder, task_order);
  for (guint32 rank = 0, next = 0; rank < process_count; rank++) {
    add_process(builder, process_order[rank]);
    for (; next < thread_count && threads[thread_order[next]].process == rank; next++) {
      guint32 thread = threads[thread_order[next]].thread;
      add_thread(builder, &builder->threads.items[thread]);
      for (guint32 i = task_firsts[thread]; i < task_firsts[thread + 1]; i++) add_task(builder, &builder->tasks.items[task_order[i]]);
    }
  }
  g_free(task_order);
  g_free(process_order);
  relate(builder);
  for (guint32 actor = 0; actor < model->actor_count; actor++)
    if (model->actors[actor].kind == HD_ACTOR_THREAD) index_thread_id(builder, actor);
}

guint32 hd_actor_of_emitter(HdBuilder *builder, guint32 number) {
  const HdThread *thread = hd_thread_find(builder, number);
  return thread ? thread->actor : HD_NONE;
}

guint32 hd_actor_of_thread_id(HdBuilder *builder, guint32 thread_id, gint64 at_ns) {
  const GArray *actors = thread_id ? g_hash_table_lookup(builder->thread_ids, GUINT_TO_POINTER(thread_id)) : NULL;
  guint32 found = HD_NONE;
  guint first = actors && actors->len > 64 ? actors->len - 64 : 0; /* thread ids are reused rarely; bounds the cost of nonsense */
  for (guint i = first; actors && i < actors->len; i++) {
    guint32 actor = g_array_index(actors, guint32, i);
    gint64 start_ns = builder->model->actors[actor].start_ns;
    if (start_ns <= at_ns && (found == HD_NONE || start_ns >= builder->model->actors[found].start_ns)) found = actor;
  }
  return found;
}
