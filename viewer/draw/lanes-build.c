#include "lanes-private.h"
#include "names.h"
#include "palette.h"
#include <string.h>

enum {
  FOLD_THREADS = 12,        /* more threads of one start routine are folded */
  FOLD_OBJECTS = 3,         /* more unnamed objects of one site are folded */
  OPEN_PROCESSES = 12,      /* of more processes only those with blamed waits are open … */
  FOLD_PROCESSES = 3,       /* … and more of one name without such waits are folded */
  FUTURE_WAIT_NS = 10000000 /* futures for which nobody waited this long have no row */
};

static HdUnit *add_unit(HdLanes *lanes, HdPane pane, HdRowKind kind, guint32 index, guint32 depth, char *name, char *note) {
  HdUnit unit = {.kind = kind, .index = index, .depth = depth, .name = name, .note = note ? note : g_strdup("")};
  unit.child_first = lanes->units[pane]->len + 1;
  g_array_append_val(lanes->units[pane], unit);
  return &g_array_index(lanes->units[pane], HdUnit, lanes->units[pane]->len - 1);
}

static void set_members(HdUnit *unit, GArray *members) {
  unit->member_count = members->len;
  unit->members = g_memdup2(members->data, members->len * sizeof(guint32));
}

static void set_search(HdUnit *unit, const char *extra) {
  g_autofree char *all = g_strconcat(unit->name, " ", extra, NULL);
  g_free(unit->search);
  unit->search = g_utf8_casefold(all, -1);
}

/* Whether each actor had a wait that somebody is to blame for. */
static gboolean *find_contended(const HdModel *model) {
  gboolean *contended = g_new0(gboolean, model->actor_count);
  for (guint i = 0; i < model->wait_count; i++)
    if (hd_state_styles[model->waits[i].state].shape == HD_SHAPE_TALL) contended[model->waits[i].actor] = TRUE;
  return contended;
}

static char *process_note(const HdModel *model, const HdActor *process, guint thread_count) {
  GString *note = g_string_new(NULL);
  if (thread_count)
    g_string_append_printf(note, "%u thread%s", thread_count, thread_count == 1 ? "" : "s");
  else
    g_string_append(note, "seen by its parent only");
  if (process->daemon) g_string_append(note, " · daemon");
  g_autofree char *exit = process->exit_known ? hd_exit_words(process->exit) : NULL;
  if (exit)
    g_string_append_printf(note, " · %s", exit);
  else if (process->outlived)
    g_string_append(note, " · outlived the recording");
  return g_string_free(note, FALSE);
}

static void add_thread(HdLanes *lanes, guint32 actor, guint32 depth, const char *process_name) {
  const HdActor *thread = &lanes->model->actors[actor];
  char *note = thread->lost_count ? g_strdup_printf("%s%u events lost", thread->daemon ? "daemon · " : "", thread->lost_count)
               : thread->daemon   ? g_strdup("daemon")
                                  : NULL;
  HdUnit *unit = add_unit(lanes, HD_PANE_ACTORS, HD_ROW_THREAD, actor, depth, hd_model_actor_label(lanes->model, actor), note);
  unit->works = thread->job_count > 0;
  set_search(unit, process_name);
}

/* Threads of one start routine, with the routine's name. */
static void add_fold(HdLanes *lanes, const gboolean *contended, GArray *threads, const char *process_name, guint32 *fold_count) {
  const HdActor *first = &lanes->model->actors[g_array_index(threads, guint32, 0)];
  const char *function = lanes->model->sites[first->routine_site].function;
  g_autofree char *routine = hd_display_name(function ? function : first->name, HD_NAME_CHARS);
  guint contended_count = 0;
  for (guint i = 0; i < threads->len; i++) contended_count += contended[g_array_index(threads, guint32, i)];
  char *name = contended_count ? g_strdup_printf("%s ×%u · %u contended", routine, threads->len, contended_count)
                               : g_strdup_printf("%s ×%u · no lock waits", routine, threads->len);
  HdUnit *unit = add_unit(lanes, HD_PANE_ACTORS, HD_ROW_FOLD, (*fold_count)++, 1, name, NULL);
  guint at = lanes->units[HD_PANE_ACTORS]->len - 1;
  set_members(unit, threads);
  set_search(unit, process_name);
  for (guint i = 0; i < threads->len; i++) add_thread(lanes, g_array_index(threads, guint32, i), 2, process_name);
  g_array_index(lanes->units[HD_PANE_ACTORS], HdUnit, at).child_count = threads->len;
}

static void add_process(HdLanes *lanes, const gboolean *contended, guint32 process, GArray *threads, gboolean open, guint32 depth,
                        guint32 *fold_count) {
  const HdModel *model = lanes->model;
  const HdActor *actor = &model->actors[process];
  g_autofree char *label = hd_display_name(actor->name ? actor->name : "process", HD_NAME_CHARS);
  char *name = actor->process_id ? g_strdup_printf("%s  (%u)", label, actor->process_id) : g_strdup(label);
  HdUnit *unit = add_unit(lanes, HD_PANE_ACTORS, HD_ROW_PROCESS, process, depth, name, process_note(model, actor, threads->len));
  guint at = lanes->units[HD_PANE_ACTORS]->len - 1;
  unit->opened = open && threads->len;
  set_members(unit, threads);
  set_search(unit, "");
  g_autoptr(GHashTable) routines = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref); /* site → threads */
  for (guint i = 0; i < threads->len; i++) {
    guint32 thread = g_array_index(threads, guint32, i), site = model->actors[thread].routine_site;
    if (site >= model->site_count) continue;
    GArray *group = g_hash_table_lookup(routines, GUINT_TO_POINTER(site));
    if (!group) g_hash_table_insert(routines, GUINT_TO_POINTER(site), group = g_array_new(FALSE, FALSE, sizeof(guint32)));
    g_array_append_val(group, thread);
  }
  for (guint i = 0; i < threads->len; i++) {
    guint32 thread = g_array_index(threads, guint32, i);
    GArray *group = g_hash_table_lookup(routines, GUINT_TO_POINTER(model->actors[thread].routine_site));
    if (!group || group->len <= FOLD_THREADS)
      add_thread(lanes, thread, 1, label);
    else if (g_array_index(group, guint32, 0) == thread)
      add_fold(lanes, contended, group, label, fold_count);
  }
  HdUnit *self = &g_array_index(lanes->units[HD_PANE_ACTORS], HdUnit, at);
  self->child_count = lanes->units[HD_PANE_ACTORS]->len - at - 1;
}

/* What the building of the actors' pane shares. */
typedef struct {
  HdLanes *lanes;
  gboolean *contended;
  GPtrArray *threads; /* of GArray of guint32, by process */
  GHashTable *alike;  /* name → GArray of processes without blamed waits; empty when there are few processes */
  guint32 fold_count;
} ActorsBuild;

static gboolean is_contended(const ActorsBuild *build, guint32 process) {
  const GArray *own = g_ptr_array_index(build->threads, process);
  for (guint i = 0; i < own->len; i++)
    if (build->contended[g_array_index(own, guint32, i)]) return TRUE;
  return FALSE;
}

/* Processes of one name: a shell's or a server's short-lived children. */
static void add_process_fold(ActorsBuild *build, const GArray *processes, const char *process_name) {
  GArray *units = build->lanes->units[HD_PANE_ACTORS];
  g_autofree char *label = hd_display_name(process_name, HD_NAME_CHARS);
  HdUnit *unit = add_unit(build->lanes, HD_PANE_ACTORS, HD_ROW_FOLD, build->fold_count++, 0,
                          g_strdup_printf("%s ×%u · no lock waits", label, processes->len), NULL);
  guint at = units->len - 1;
  g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < processes->len; i++) {
    const GArray *own = g_ptr_array_index(build->threads, g_array_index(processes, guint32, i));
    g_array_append_vals(members, own->data, own->len);
  }
  set_members(unit, members);
  set_search(unit, "");
  for (guint i = 0; i < processes->len; i++) {
    guint32 process = g_array_index(processes, guint32, i);
    add_process(build->lanes, build->contended, process, g_ptr_array_index(build->threads, process), FALSE, 1, &build->fold_count);
  }
  g_array_index(units, HdUnit, at).child_count = units->len - at - 1;
}

static void find_alike(ActorsBuild *build) {
  const HdModel *model = build->lanes->model;
  for (guint32 i = 0; i < model->actor_count; i++) {
    if (model->actors[i].kind != HD_ACTOR_PROCESS || is_contended(build, i)) continue;
    const char *name = model->actors[i].name ? model->actors[i].name : "process";
    GArray *group = g_hash_table_lookup(build->alike, name);
    if (!group) g_hash_table_insert(build->alike, (gpointer)name, group = g_array_new(FALSE, FALSE, sizeof(guint32)));
    g_array_append_val(group, i);
  }
}

static void build_actors(HdLanes *lanes) {
  const HdModel *model = lanes->model;
  g_autofree gboolean *contended = find_contended(model);
  g_autoptr(GPtrArray) threads = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
  g_autoptr(GHashTable) alike = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
  ActorsBuild build = {lanes, contended, threads, alike, 0};
  guint process_count = 0;
  for (guint i = 0; i < model->actor_count; i++) {
    g_ptr_array_add(threads, g_array_new(FALSE, FALSE, sizeof(guint32)));
    process_count += model->actors[i].kind == HD_ACTOR_PROCESS;
  }
  for (guint32 i = 0; i < model->actor_count; i++)
    if (model->actors[i].kind != HD_ACTOR_PROCESS && model->actors[i].parent < model->actor_count)
      g_array_append_val(g_ptr_array_index(threads, model->actors[i].parent), i);
  if (process_count > OPEN_PROCESSES) find_alike(&build);
  gboolean first = TRUE; /* the program itself is never folded */
  for (guint i = 0; i < model->actor_count; i++) {
    if (model->actors[i].kind != HD_ACTOR_PROCESS) continue;
    gboolean open = process_count <= OPEN_PROCESSES || is_contended(&build, i);
    const char *name = model->actors[i].name ? model->actors[i].name : "process";
    GArray *group = open ? NULL : g_hash_table_lookup(alike, name);
    if (first && group) g_array_remove_index(group, 0);
    if (first || !group || group->len <= FOLD_PROCESSES)
      add_process(lanes, contended, i, g_ptr_array_index(threads, i), open || first, 0, &build.fold_count);
    else if (g_array_index(group, guint32, 0) == i)
      add_process_fold(&build, group, name);
    first = FALSE;
  }
}

/* --- objects --- */

typedef struct {
  guint32 object;
  gint64 waited_ns;
  guint8 rank; /* 0 blamed waits, 1 other waits, 2 quiet */
} Candidate;

static int compare_candidates(const void *a, const void *b) {
  const Candidate *first = a, *second = b;
  if (first->rank != second->rank) return first->rank - second->rank;
  if (first->waited_ns != second->waited_ns) return first->waited_ns < second->waited_ns ? 1 : -1;
  return first->object < second->object ? -1 : first->object > second->object;
}

static gboolean is_lane_kind(enum hd_object_kind kind) {
  return kind != HD_KIND_NONE && kind != HD_KIND_THREAD && kind != HD_KIND_PROCESS && kind != HD_KIND_TASK && kind != HD_KIND_FILE;
}

static gint64 waited_ns(const HdModel *model, const HdObject *object) {
  gint64 sum_ns = 0;
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[object->wait_first + i]];
    sum_ns += wait->end_ns - wait->begin_ns;
  }
  return sum_ns;
}

static gboolean is_blamed_kind(enum hd_object_kind kind) {
  return kind == HD_KIND_LOCK || kind == HD_KIND_RLOCK || kind == HD_KIND_RWLOCK || kind == HD_KIND_SEMAPHORE || kind == HD_KIND_GIL;
}

/* The scale of what the lane shows: "queue of 64", "queue, ≤ 17 items", "executor of 4, ≤ 12 queued". */
static void append_scale(GString *note, const HdLanes *lanes, guint32 index) {
  const HdObject *object = &lanes->model->objects[index];
  HdSteps items = hd_lod_level(lanes->source.lod, index, HD_LEVEL_ITEMS), depth = hd_lod_level(lanes->source.lod, index, HD_LEVEL_DEPTH);
  gboolean has_bound = object->kind == HD_KIND_SEMAPHORE || object->kind == HD_KIND_BARRIER || object->kind == HD_KIND_QUEUE ||
                       object->kind == HD_KIND_EXECUTOR || object->kind == HD_KIND_POOL || object->kind == HD_KIND_PIPE;
  if (object->initial_value > 0 && has_bound) g_string_append_printf(note, " of %" G_GINT64_FORMAT, object->initial_value);
  if (object->job_count)
    g_string_append_printf(note, ", ≤ %d queued", items.value_max);
  else if (object->item_count && object->initial_value <= 0)
    g_string_append_printf(note, ", ≤ %d item%s", items.value_max, items.value_max == 1 ? "" : "s");
  if (depth.value_max > 1) g_string_append_printf(note, ", depth ≤ %d", depth.value_max);
}

/* index: HD_NONE of a fold. */
static char *object_note(const HdLanes *lanes, enum hd_object_kind kind, guint32 index, gint64 sum_ns) {
  GString *note = g_string_new(hd_object_kind_names[kind]);
  if (index != HD_NONE) append_scale(note, lanes, index);
  g_autofree char *place = index == HD_NONE ? NULL : hd_site_place(lanes->model, lanes->model->objects[index].create_site);
  if (place) g_string_append_printf(note, " · %s", place);
  g_autofree char *duration = hd_format_duration(sum_ns);
  gboolean idle_workers = kind == HD_KIND_EXECUTOR || kind == HD_KIND_POOL; /* their waits cost nobody anything */
  if (sum_ns > 0 && !idle_workers) g_string_append_printf(note, " · %s %s", is_blamed_kind(kind) ? "lost" : "waited", duration);
  return g_string_free(note, FALSE);
}

/* "mutex #3, first locked in f" → "mutex, first locked in f": what unnamed objects of one site share. */
static char *group_key(const HdModel *model, const HdObject *object) {
  if (object->kind == HD_KIND_FUTURE && object->job < model->job_count) {
    g_autofree char *executor = hd_object_label(model, model->jobs[object->job].executor);
    return g_strdup_printf("%u futures ×N of %s", object->kind, executor);
  }
  const char *number = object->name ? strstr(object->name, " #") : NULL;
  if (object->named || !number) return NULL;
  const char *rest = number + 2;
  while (g_ascii_isdigit(*rest)) rest++;
  return g_strdup_printf("%u %.*s ×N%s", object->kind, (int)(number - object->name), object->name, rest);
}

static void add_object(HdLanes *lanes, const Candidate *candidate, guint32 depth) {
  const HdObject *object = &lanes->model->objects[candidate->object];
  char *note = object_note(lanes, object->kind, candidate->object, candidate->waited_ns);
  HdUnit *unit =
      add_unit(lanes, HD_PANE_OBJECTS, HD_ROW_OBJECT, candidate->object, depth, hd_object_label(lanes->model, candidate->object), note);
  unit->quiet = candidate->rank == 2;
  set_search(unit, "");
}

static void add_object_fold(HdLanes *lanes, const char *key, GArray *group, guint32 *fold_count) {
  const Candidate *first = &g_array_index(group, Candidate, 0);
  const char *rest = strstr(key, "×N"), *word = strchr(key, ' ') + 1;
  g_autofree char *name = g_strdup_printf("%.*s×%u%s", (int)(rest - word), word, group->len, rest + strlen("×N"));
  g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(guint32));
  gint64 sum_ns = 0;
  for (guint i = 0; i < group->len; i++) {
    g_array_append_val(members, g_array_index(group, Candidate, i).object);
    sum_ns += g_array_index(group, Candidate, i).waited_ns;
  }
  enum hd_object_kind kind = lanes->model->objects[first->object].kind;
  HdUnit *unit = add_unit(lanes, HD_PANE_OBJECTS, HD_ROW_OBJECT_FOLD, (*fold_count)++, 0, hd_display_name(name, HD_NAME_CHARS),
                          object_note(lanes, kind, HD_NONE, sum_ns));
  unit->quiet = first->rank == 2;
  set_members(unit, members);
  set_search(unit, "");
  guint at = lanes->units[HD_PANE_OBJECTS]->len - 1;
  for (guint i = 0; i < group->len; i++) add_object(lanes, &g_array_index(group, Candidate, i), 1);
  g_array_index(lanes->units[HD_PANE_OBJECTS], HdUnit, at).child_count = group->len;
}

static guint8 rank_of(const HdLanes *lanes, guint32 index, gint64 waited) {
  const HdObject *object = &lanes->model->objects[index];
  if (object->kind == HD_KIND_SHARED && object->mark_count) /* a lost write is as bad as a wait */
    return !hd_lod_lost_between(lanes->source.lod, object->mark_first, object->mark_first + object->mark_count);
  gboolean quiet = waited == 0 && object->wait_count == 0 && object->item_count == 0 && object->job_count == 0;
  return quiet ? 2 : !is_blamed_kind(object->kind);
}

static void build_objects(HdLanes *lanes) {
  const HdModel *model = lanes->model;
  g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));
  g_autoptr(GHashTable) groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    if (!is_lane_kind(object->kind)) continue;
    const HdContention *contention = lanes->source.analysis ? hd_analysis_contention(lanes->source.analysis, i) : NULL;
    Candidate candidate = {.object = i, .waited_ns = contention ? contention->wait_total_ns : waited_ns(model, object)};
    if (object->kind == HD_KIND_FUTURE && candidate.waited_ns < MAX(FUTURE_WAIT_NS, model->duration_ns / 100)) continue;
    candidate.rank = rank_of(lanes, i, candidate.waited_ns);
    g_array_append_val(candidates, candidate);
  }
  g_array_sort(candidates, compare_candidates);
  g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < candidates->len; i++) {
    const Candidate *candidate = &g_array_index(candidates, Candidate, i);
    char *key = group_key(model, &model->objects[candidate->object]);
    g_ptr_array_add(keys, key);
    if (!key) continue;
    GArray *group = g_hash_table_lookup(groups, key);
    if (!group) g_hash_table_insert(groups, g_strdup(key), group = g_array_new(FALSE, FALSE, sizeof(Candidate)));
    g_array_append_val(group, *candidate);
  }
  guint32 fold_count = 0;
  for (guint i = 0; i < candidates->len; i++) {
    const Candidate *candidate = &g_array_index(candidates, Candidate, i);
    const char *key = g_ptr_array_index(keys, i);
    GArray *group = key ? g_hash_table_lookup(groups, key) : NULL;
    gboolean futures = model->objects[candidate->object].kind == HD_KIND_FUTURE;
    if (!group || group->len <= (futures ? 1 : FOLD_OBJECTS))
      add_object(lanes, candidate, 0);
    else if (g_array_index(group, Candidate, 0).object == candidate->object)
      add_object_fold(lanes, key, group, &fold_count);
  }
}

void hd_lanes_build(HdLanes *lanes) {
  build_actors(lanes);
  build_objects(lanes);
}
