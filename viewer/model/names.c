/* What everything is called: the name that the program gave, else the variable, else one made up from the code. */
#include "builder.h"
#include <string.h>

#define FORK_DEPTH_MAX 256 /* ancestors that are asked for a module */

static const char *keep(HdBuilder *builder, char *text) {
  const char *kept = g_string_chunk_insert(builder->strings, text);
  g_free(text);
  return kept;
}

static const char *base_name(const char *path) {
  const char *slash = path ? strrchr(path, '/') : NULL;
  return slash && slash[1] ? slash + 1 : path;
}

/* Which of its process's threads it is, from 1. */
static guint number_of_thread(const HdModel *model, guint32 thread) {
  guint number = 1;
  for (guint32 i = model->actors[thread].parent + 1; i < thread; i++) number += model->actors[i].kind == HD_ACTOR_THREAD;
  return number;
}

/* The names that were given to tasks later, by their references: the last of each. */
static void rename_tasks(HdBuilder *builder) {
  guint32 *order = HD_ORDER(&builder->object_names, HdGivenName, emitter, 0, at_ns); /* one group: by time */
  for (guint32 i = 0; i < builder->object_names.count; i++) {
    const HdGivenName *given = &builder->object_names.items[order[i]];
    guint32 task = hd_task_find(builder, given->reference);
    if (task != HD_NONE && given->name && *given->name) builder->tasks.items[task].name = given->name;
  }
  g_free(order);
}

static void name_tasks(HdBuilder *builder) {
  if (!builder->tasks.count) return;
  rename_tasks(builder);
  for (guint32 i = 0; i < builder->tasks.count; i++) {
    const HdTask *task = &builder->tasks.items[i];
    HdActor *actor = &builder->model->actors[task->actor];
    actor->name = hd_builder_text(builder, task->name);
    if (!actor->name && actor->routine_site != HD_NONE) actor->name = builder->sites.items[actor->routine_site].function;
    if (!actor->name) actor->name = "task";
  }
}

static void name_actors(HdBuilder *builder) {
  HdModel *model = builder->model;
  const HdLogInfo *info = builder->log->info;
  for (guint32 i = 0; i < builder->processes.count; i++) {
    const HdProcess *process = &builder->processes.items[i];
    const char *program = hd_builder_text(builder, process->program);
    gboolean one_image = process->image_last != HD_NONE && builder->images.items[process->image_last].start_ns == process->start_ns;
    gboolean is_program = info->process_id && process->process_id == info->process_id && i == hd_process_at(builder, info->process_id, 0);
    if (info->program && ((is_program && one_image) || (!program && i == 0))) program = hd_builder_text(builder, info->program);
    if (process->name) program = hd_builder_text(builder, process->name);
    model->actors[process->actor].name = process->name ? program
                                         : program     ? base_name(program)
                                                       : keep(builder, g_strdup_printf("process %u", process->process_id));
  }
  for (guint32 i = 0; i < builder->threads.count; i++) {
    const HdThread *thread = &builder->threads.items[i];
    HdActor *actor = &model->actors[thread->actor];
    const char *routine = actor->routine_site == HD_NONE ? NULL : builder->sites.items[actor->routine_site].function;
    actor->name = hd_builder_text(builder, thread->name);
    if (!actor->name && thread->actor == builder->images.items[thread->image].main_actor) actor->name = "main";
    if (!actor->name) actor->name = routine;
    if (!actor->name) actor->name = keep(builder, g_strdup_printf("thread %u", number_of_thread(model, thread->actor)));
  }
  name_tasks(builder);
}

typedef struct {
  guint32 first, count;
} Bearers;

void hd_number_actors(HdModel *model) {
  g_autoptr(GHashTable) bearers_by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free); /* "process name" */
  for (guint32 i = 0; i < model->actor_count; i++) {
    HdActor *actor = &model->actors[i];
    actor->ordinal = 0;
    if (actor->kind == HD_ACTOR_PROCESS) continue;
    g_autofree char *key = g_strdup_printf("%u %s", actor->parent, actor->name ? actor->name : "");
    Bearers *bearers = g_hash_table_lookup(bearers_by_name, key);
    if (!bearers) {
      bearers = g_new0(Bearers, 1);
      bearers->first = i;
      g_hash_table_insert(bearers_by_name, g_steal_pointer(&key), bearers);
    }
    if (++bearers->count == 1) continue;
    model->actors[bearers->first].ordinal = 1;
    actor->ordinal = bearers->count;
  }
}

/* The modules that each image itself saw: chains. */
typedef struct {
  guint32 *first; /* of an image; HD_NONE */
  guint32 *next;  /* of a module */
} ModuleMap;

static void map_modules(HdBuilder *builder, ModuleMap *map) {
  map->first = g_new(guint32, MAX(1, builder->images.count));
  map->next = g_new(guint32, MAX(1, builder->mappings.count));
  for (guint32 image = 0; image < builder->images.count; image++) map->first[image] = HD_NONE;
  for (guint32 i = builder->mappings.count; i-- > 0;) {
    const HdThread *thread = hd_thread_find(builder, builder->mappings.items[i].emitter);
    map->next[i] = HD_NONE;
    if (!thread) continue;
    map->next[i] = map->first[thread->image];
    map->first[thread->image] = i;
  }
}

/* The module that lay at an address in an image: seen by the image itself, or by one that it was forked from. */
static guint32 module_at(const HdBuilder *builder, const ModuleMap *map, guint32 image, guint64 address) {
  for (guint depth = 0; image != HD_NONE && depth < FORK_DEPTH_MAX; image = builder->images.items[image].forked_from, depth++)
    for (guint32 i = map->first[image]; i != HD_NONE; i = map->next[i])
      if (address >= builder->mappings.items[i].begin && address < builder->mappings.items[i].end) return i;
  return HD_NONE;
}

static const HdLogVariable *variable_at(const GArray *variables, guint32 module, guint64 offset) {
  guint low = 0, high = variables ? variables->len : 0;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    const HdLogVariable *variable = &g_array_index(variables, HdLogVariable, middle);
    if (variable->module < module || (variable->module == module && variable->offset <= offset))
      low = middle + 1;
    else
      high = middle;
  }
  if (!low) return NULL;
  const HdLogVariable *variable = &g_array_index(variables, HdLogVariable, low - 1);
  return variable->module == module && offset - variable->offset < MAX(variable->bytes, 1) ? variable : NULL;
}

/* Size of glibc's primitive of a kind (x86-64), to tell elements of an array from members of a structure. */
static guint64 primitive_bytes(enum hd_object_kind kind) {
  switch (kind) {
  case HD_KIND_LOCK:
  case HD_KIND_RLOCK:
    return 40;
  case HD_KIND_RWLOCK:
    return 56;
  case HD_KIND_CONDITION:
    return 48;
  case HD_KIND_SEMAPHORE:
  case HD_KIND_BARRIER:
    return 32;
  default:
    return 0;
  }
}

static const char *variable_name(HdBuilder *builder, const ModuleMap *map, const HdObject *object) {
  guint32 module = module_at(builder, map, object->process, object->address); /* process: still an image's index */
  if (module == HD_NONE) return NULL;
  guint64 offset = object->address - builder->modules.items[module].base;
  const HdLogVariable *variable = variable_at(builder->log->variables, builder->modules.items[module].number, offset);
  if (!variable || !variable->name) return NULL;
  const char *name = hd_builder_text(builder, variable->name);
  guint64 inside = offset - variable->offset, bytes = primitive_bytes(object->kind);
  if (bytes && variable->bytes > bytes && variable->bytes % bytes == 0 && inside % bytes == 0)
    return keep(builder, g_strdup_printf("%s[%" G_GUINT64_FORMAT "]", name, inside / bytes));
  if (inside) return keep(builder, g_strdup_printf("%s+0x%" G_GINT64_MODIFIER "x", name, inside));
  return name;
}

/* The file that a shared object lies in; a named semaphore has one of its own. */
static const char *shared_name(HdBuilder *builder, const HdObject *object) {
  gpointer found = g_hash_table_lookup(builder->shared_numbers, &object->address);
  const HdShared *shared = found ? &builder->shared.items[GPOINTER_TO_UINT(found) - 1] : NULL;
  const char *name = shared ? base_name(hd_builder_text(builder, shared->path)) : NULL;
  if (!name || shared->offset) return NULL;
  return g_str_has_prefix(name, "sem.") && name[4] ? name + 4 : shared->kind == HD_KIND_PIPE ? name : NULL;
}

/* The site of the first thing that was done with an object. */
static guint32 first_site(HdBuilder *builder, const HdObject *object) {
  gint64 first_ns = G_MAXINT64;
  guint32 site = HD_NONE;
#define EARLIER(use_site, use_ns)                                                                                                          \
  if ((use_site) != HD_NONE && (use_ns) < first_ns) {                                                                                      \
    site = (use_site);                                                                                                                     \
    first_ns = (use_ns);                                                                                                                   \
  }
  if (object->hold_count) {
    const HdHold *hold = &builder->holds.items[object->hold_first];
    EARLIER(hold->acquire_site, hold->begin_ns);
  }
  if (object->wait_count) {
    const HdWait *wait = &builder->waits.items[builder->model->object_waits[object->wait_first]];
    EARLIER(wait->site, wait->begin_ns);
  }
  if (object->mark_count) {
    const HdMark *mark = &builder->marks.items[object->mark_first];
    EARLIER(mark->site, mark->at_ns);
  }
#undef EARLIER
  return site;
}

/* What people call an object that has no name; locks by what was done with them first. */
static const char *kind_text(const HdBuilder *builder, const HdObject *object, guint32 site) {
  if (object->kind == HD_KIND_NONE) return "object";
  switch (site == HD_NONE ? HD_OPERATION_NONE : builder->sites.items[site].operation) {
  case HD_OPERATION_FILE_LOCK_ACQUIRE:
  case HD_OPERATION_FILE_LOCK_TRY:
  case HD_OPERATION_FILE_LOCK_SHARED:
    return "file lock";
  case HD_OPERATION_SPIN_ACQUIRE:
  case HD_OPERATION_SPIN_TRY:
    return "spin lock";
  case HD_OPERATION_ONCE:
    return "once";
  default:
    return object->kind == HD_KIND_LOCK ? "mutex" : hd_object_kind_names[object->kind];
  }
}

/* A future is known by its job's routine, or by where it was submitted. */
static guint32 job_site(const HdJob *job) { return job->routine_site == HD_NONE ? job->submit_site : job->routine_site; }

/* What is made by a call, and used elsewhere, is known by where it was made. */
static guint32 making_site(const HdBuilder *builder, const HdObject *object) {
  switch (object->kind) {
  case HD_KIND_FUTURE:
    return object->job == HD_NONE ? object->create_site : job_site(&builder->jobs.items[object->job]);
  case HD_KIND_QUEUE:
  case HD_KIND_PIPE:
  case HD_KIND_EXECUTOR:
  case HD_KIND_POOL:
  case HD_KIND_SHARED:
  case HD_KIND_LOCAL:
    return object->create_site;
  default:
    return HD_NONE;
  }
}

static const char *made_up_name(HdBuilder *builder, const HdObject *object, guint number) {
  gboolean is_lock = object->kind == HD_KIND_LOCK || object->kind == HD_KIND_RLOCK || object->kind == HD_KIND_RWLOCK;
  guint32 used = first_site(builder, object), made = making_site(builder, object);
  const char *kind = kind_text(builder, object, used);
  const char *verb = made != HD_NONE ? "created in" : used == HD_NONE ? "created in" : is_lock ? "first locked in" : "first used in";
  guint32 site = made != HD_NONE ? made : used == HD_NONE ? object->create_site : used;
  g_autofree char *place = site == HD_NONE ? NULL : hd_model_site_text(builder->model, site);
  if (object->kind == HD_KIND_GROUP && object->member_count)
    return keep(builder, g_strdup_printf("group #%u of %u task%s%s%s", number, object->member_count, object->member_count == 1 ? "" : "s",
                                         place ? " in " : "", place ? place : ""));
  if (!place) return keep(builder, g_strdup_printf("%s #%u", kind, number));
  if (object->kind == HD_KIND_FUTURE && made != HD_NONE) return keep(builder, g_strdup_printf("%s #%u of %s", kind, number, place));
  return keep(builder, g_strdup_printf("%s #%u, %s %s", kind, number, verb, place));
}

/* A task is called the same as what is awaited and as who acts. */
static const char *task_name(HdBuilder *builder, guint32 task) {
  const HdActor *actor = &builder->model->actors[task];
  return actor->ordinal ? keep(builder, g_strdup_printf("%s #%u", actor->name, actor->ordinal)) : actor->name;
}

static void name_objects(HdBuilder *builder) {
  guint counts[HD_KIND_COUNT] = {0};
  ModuleMap map;
  map_modules(builder, &map);
  g_autofree guint32 *order =
      hd_order(builder->objects.items, sizeof(HdObject), builder->objects.count, 0, 0, G_STRUCT_OFFSET(HdObject, start_ns));
  for (guint32 i = 0; i < builder->objects.count; i++) {
    HdObject *object = &builder->objects.items[order[i]];
    guint number = ++counts[object->kind];
    if (object->kind == HD_KIND_TASK && object->actor != HD_NONE) object->name = task_name(builder, object->actor);
    if (!object->name) object->name = object->process == HD_NONE ? shared_name(builder, object) : variable_name(builder, &map, object);
    object->named = object->name != NULL;
    if (!object->named) object->name = made_up_name(builder, object, number);
  }
  g_free(map.first);
  g_free(map.next);
}

void hd_build_names(HdBuilder *builder) {
  name_actors(builder);
  hd_number_actors(builder->model);
  name_objects(builder);
}
