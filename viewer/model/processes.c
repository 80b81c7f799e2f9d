/* Processes and their images, put together from what they, their parents and their reapers said, in the order of time. A pid belongs
 * to the process that last began with it until somebody reaped it; so reuse is no confusion. A process that execs stays one
 * process with a further image. */
#include "builder.h"

static guint32 image_of_number(HdBuilder *builder, guint32 number) { return hd_number_find(builder->image_numbers, number); }

static guint32 image_of_emitter(HdBuilder *builder, guint32 emitter) {
  const HdThread *thread = hd_thread_find(builder, emitter);
  return thread && thread->process_number ? image_of_number(builder, thread->process_number) : HD_NONE;
}

static guint32 process_of_image(const HdBuilder *builder, guint32 image) {
  return image == HD_NONE ? HD_NONE : builder->images.items[image].process;
}

static guint32 current_process(HdBuilder *builder, guint32 process_id) {
  GArray *processes = g_hash_table_lookup(builder->process_ids, GUINT_TO_POINTER(process_id));
  if (!processes) return HD_NONE;
  guint32 process = g_array_index(processes, guint32, processes->len - 1);
  return builder->processes.items[process].reaped ? HD_NONE : process;
}

static guint32 process_add(HdBuilder *builder, guint32 process_id, gint64 start_ns, const char *program) {
  guint32 index = builder->processes.count;
  *hd_vector_add(&builder->processes) = (HdProcess){.process_id = process_id,
                                                    .parent = HD_NONE,
                                                    .image_last = HD_NONE,
                                                    .actor = HD_NONE,
                                                    .program = program,
                                                    .start_ns = start_ns,
                                                    .last_ns = start_ns};
  if (process_id) {
    GArray *processes = g_hash_table_lookup(builder->process_ids, GUINT_TO_POINTER(process_id));
    if (!processes) {
      processes = g_array_new(FALSE, FALSE, sizeof(guint32));
      g_hash_table_insert(builder->process_ids, GUINT_TO_POINTER(process_id), processes);
    }
    g_array_append_val(processes, index);
  }
  return index;
}

static guint32 image_add(HdBuilder *builder, guint32 number, guint32 process, gint64 start_ns) {
  guint32 index = builder->images.count;
  HdProcess *owner = &builder->processes.items[process];
  if (owner->image_last != HD_NONE) builder->images.items[owner->image_last].end_ns = start_ns;
  owner->image_last = index;
  *hd_vector_add(&builder->images) = (HdImage){
      .number = number, .process = process, .forked_from = HD_NONE, .main_actor = HD_NONE, .start_ns = start_ns, .end_ns = G_MAXINT64};
  hd_number_set(builder->image_numbers, number, index);
  return index;
}

static void set_creator(HdBuilder *builder, guint32 process, const HdLife *life) {
  HdProcess *child = &builder->processes.items[process];
  child->creator_emitter = life->emitter;
  child->create_site = life->site;
  guint32 parent = process_of_image(builder, image_of_emitter(builder, life->emitter));
  if (parent < process) child->parent = parent; /* parents come first: so nobody descends from himself */
}

/* People know a program by the name that they asked for; the executable behind a symbolic link or a script is called otherwise. */
static void set_program(HdProcess *process, const char *executable) {
  const char *asked = process->asked;
  process->asked = NULL;
  if (asked && *asked && !g_str_has_prefix(asked, "/proc/"))
    process->program = asked;
  else if (executable && *executable)
    process->program = executable;
}

static void apply_fork(HdBuilder *builder, const HdLife *life) {
  guint32 parent_image = image_of_emitter(builder, life->emitter), image = image_of_number(builder, life->number);
  if (image == HD_NONE) {
    guint32 parent = process_of_image(builder, parent_image);
    const char *program = parent == HD_NONE ? NULL : builder->processes.items[parent].program;
    image = image_add(builder, life->number, process_add(builder, life->process_id, life->at_ns, program), life->at_ns);
  }
  HdImage *child = &builder->images.items[image];
  if (parent_image < image) child->forked_from = parent_image;
  child->fork_emitter = life->emitter;
  child->fork_ns = life->at_ns;
  set_creator(builder, child->process, life);
}

static void apply_spawn(HdBuilder *builder, const HdLife *life) {
  guint32 process = current_process(builder, life->process_id);
  if (process == HD_NONE || builder->processes.items[process].ended || builder->processes.items[process].began)
    process = process_add(builder, life->process_id, life->at_ns, life->program);
  builder->processes.items[process].asked = life->program;
  builder->processes.items[process].program = life->program;
  set_creator(builder, process, life);
}

/* An exec by the process itself, or by a vfork child that speaks through its parent's emitter: that is a process of its own. */
static void apply_exec(HdBuilder *builder, const HdLife *life) {
  guint32 process = process_of_image(builder, image_of_emitter(builder, life->emitter));
  if (process != HD_NONE && life->process_id && builder->processes.items[process].process_id != life->process_id)
    apply_spawn(builder, life);
  else if (process != HD_NONE) {
    builder->processes.items[process].exec_announced = TRUE;
    builder->processes.items[process].asked = life->program;
  }
}

static void apply_begin_by_fork(HdBuilder *builder, const HdLife *life) {
  guint32 image = image_of_number(builder, life->number), parent_image = image_of_number(builder, life->parent_number);
  if (image == HD_NONE) {
    image = image_add(builder, life->number, process_add(builder, life->process_id, life->at_ns, life->program), life->at_ns);
    builder->images.items[image].fork_ns = life->at_ns;
    builder->images.items[image].forked_from = parent_image;
  }
  HdProcess *process = &builder->processes.items[builder->images.items[image].process];
  process->began = TRUE;
  if (life->program && *life->program) process->program = life->program;
  if (process->parent == HD_NONE && process_of_image(builder, parent_image) < builder->images.items[image].process)
    process->parent = process_of_image(builder, parent_image);
}

/* Whether the process that has this pid replaced its image: it announced it, or at least has the same parent. */
static gboolean continues(const HdBuilder *builder, guint32 index, const HdLife *life) {
  const HdProcess *process = &builder->processes.items[index];
  if (process->ended) return FALSE;
  if (!process->began || process->exec_announced) return TRUE;
  return process->parent != HD_NONE && builder->processes.items[process->parent].process_id == life->parent_process_id;
}

static void apply_begin_by_exec(HdBuilder *builder, const HdLife *life) {
  if (image_of_number(builder, life->number) != HD_NONE) return; /* said twice */
  guint32 process = current_process(builder, life->process_id);
  if (process == HD_NONE || !continues(builder, process, life)) {
    guint32 parent = current_process(builder, life->parent_process_id);
    process = process_add(builder, life->process_id, life->at_ns, life->program);
    builder->processes.items[process].parent = parent;
  }
  image_add(builder, life->number, process, life->at_ns);
  HdProcess *owner = &builder->processes.items[process];
  owner->began = TRUE;
  owner->exec_announced = FALSE;
  set_program(owner, life->program);
}

static void apply_status(HdBuilder *builder, const HdLife *life) {
  guint32 index = current_process(builder, life->process_id);
  if (index == HD_NONE) return;
  HdProcess *process = &builder->processes.items[index];
  process->reaped = TRUE;
  if (!process->ended) process->end_ns = life->at_ns;
  process->exit_known = TRUE;
  process->exit = life->status;
}

static void apply_end(HdBuilder *builder, const HdLife *life) {
  guint32 index = process_of_image(builder, image_of_emitter(builder, life->emitter));
  if (index == HD_NONE) return;
  HdProcess *process = &builder->processes.items[index];
  if (process->reaped) return;
  process->ended = TRUE;
  process->end_ns = life->at_ns;
  process->exit_known = TRUE;
  process->exit = life->status;
}

static void apply_name(HdBuilder *builder, const HdLife *life) {
  guint32 index = process_of_image(builder, image_of_number(builder, life->number));
  HdProcess *process = index == HD_NONE ? NULL : &builder->processes.items[index];
  if (!process || !life->program || !*life->program || life->at_ns < process->name_ns) return;
  process->name = life->program;
  process->name_ns = life->at_ns;
}

static void apply_daemon(HdBuilder *builder, const HdLife *life) {
  guint32 index = process_of_image(builder, image_of_number(builder, life->number));
  if (index != HD_NONE) builder->processes.items[index].daemon = TRUE;
}

/* The image of a thread that did not say its process, or whose process did not say its beginning. */
static guint32 missing_image(HdBuilder *builder, const HdThread *thread) {
  if (!thread->process_number && builder->images.count == 1) return 0;
  guint32 number = thread->process_number, image = image_of_number(builder, number);
  if (image != HD_NONE) return image;
  return image_add(builder, number, process_add(builder, 0, MIN(thread->first_ns, builder->limit_ns), NULL), 0);
}

void hd_build_processes(HdBuilder *builder) {
  builder->process_ids = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  guint32 *order = HD_ORDER(&builder->lives, HdLife, kind, 0, at_ns); /* one group: by time */
  for (guint32 i = 0; i < builder->lives.count; i++) {
    const HdLife *life = &builder->lives.items[order[i]];
    switch ((HdLifeKind)life->kind) {
    case HD_LIFE_FORK:
      apply_fork(builder, life);
      break;
    case HD_LIFE_SPAWN:
      apply_spawn(builder, life);
      break;
    case HD_LIFE_BEGIN:
      life->by_exec ? apply_begin_by_exec(builder, life) : apply_begin_by_fork(builder, life);
      break;
    case HD_LIFE_EXEC:
      apply_exec(builder, life);
      break;
    case HD_LIFE_STATUS:
      apply_status(builder, life);
      break;
    case HD_LIFE_END:
      apply_end(builder, life);
      break;
    case HD_LIFE_NAME:
    case HD_LIFE_DAEMON:
      break; /* once all are known */
    }
  }
  for (guint32 i = 0; i < builder->lives.count; i++) {
    const HdLife *life = &builder->lives.items[i];
    if (life->kind == HD_LIFE_NAME) apply_name(builder, life);
    if (life->kind == HD_LIFE_DAEMON) apply_daemon(builder, life);
  }
  g_free(order);
  /* A thread whose own beginning was lost belongs to its creator's process. */
  for (guint32 i = 0; i < builder->threads.count; i++) {
    HdThread *thread = &builder->threads.items[i];
    const HdThread *creator = thread->process_number ? NULL : hd_thread_find(builder, thread->creator);
    if (creator) thread->process_number = creator->process_number;
    if (!thread->process_number && image_of_number(builder, thread->number) != HD_NONE) thread->process_number = thread->number;
    thread->image = missing_image(builder, thread);
  }
}

guint32 hd_process_at(HdBuilder *builder, guint32 process_id, gint64 at_ns) {
  const GArray *processes = g_hash_table_lookup(builder->process_ids, GUINT_TO_POINTER(process_id));
  if (!processes) return HD_NONE;
  guint low = 0, high = processes->len; /* the last one that began by then, else the first */
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (builder->processes.items[g_array_index(processes, guint32, middle)].start_ns <= at_ns)
      low = middle;
    else
      high = middle;
  }
  return g_array_index(processes, guint32, low);
}
