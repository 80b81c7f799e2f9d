/* The rows of actors: processes, their threads, folds. */
#include "lanes-actors.h"
#include "names.h"
#include "palette.h"
#include "task-words.h"
#include <string.h>

enum {
  OPEN_PROCESSES = 12, /* of more processes only those with blamed waits are open … */
  FOLD_PROCESSES = 3   /* … and more of one name without such waits are folded */
};

/* Whether each actor had a wait that somebody is to blame for, or was ready while a long step blocked its loop. */
static gboolean *find_contended(const HdLanes *lanes) {
  const HdModel *model = lanes->model;
  gboolean *contended = g_new0(gboolean, model->actor_count);
  for (guint i = 0; i < model->wait_count; i++)
    if (hd_state_styles[model->waits[i].state].shape == HD_SHAPE_TALL) contended[model->waits[i].actor] = TRUE;
  for (guint i = 0; i < model->actor_count; i++) contended[i] |= hd_lod_has_state(lanes->source.lod, i, HD_SHOWN_STARVED);
  return contended;
}

static void append_part(GString *note, const char *part) { g_string_append_printf(note, "%s%s", note->len ? " · " : "", part); }

/* "6 threads · daemon · exit 0"; of an only thread's lane without their number. */
static char *process_note(const HdModel *model, guint32 process, const GArray *threads, guint task_count, const GArray *turns,
                          gboolean alone) {
  const HdActor *actor = &model->actors[process];
  GString *note = g_string_new(NULL);
  if (threads->len == 0) append_part(note, "seen by its parent only");
  if (threads->len && !alone) g_string_append_printf(note, "%u thread%s", threads->len, threads->len == 1 ? "" : "s");
  g_autofree char *tasks = hd_format_count(task_count);
  if (task_count) g_string_append_printf(note, " · %s task%s", tasks, task_count == 1 ? "" : "s");
  if (alone && model->actors[g_array_index(threads, guint32, 0)].lost_count)
    g_string_append_printf(note, "%u events lost", model->actors[g_array_index(threads, guint32, 0)].lost_count);
  if (actor->daemon) append_part(note, "daemon");
  for (guint i = 0; i < turns->len; i++) {
    guint32 object = g_array_index(turns, guint32, i);
    if (model->objects[object].kind != HD_KIND_GIL) continue;
    HdGilUse use = hd_gil_use(model, object);
    gboolean hardly = use.held_ns > 0 && use.held_fraction < 0.01;
    g_autofree char *figures = g_strdup_printf("GIL held %s%.0f %% · serialization %.1f", hardly ? "< " : "",
                                               hardly ? 1 : use.held_fraction * 100, use.serialization_factor);
    append_part(note, figures);
  }
  g_autofree char *exit = actor->exit_known ? hd_exit_words(actor->exit) : NULL;
  if (exit)
    append_part(note, exit);
  else if (actor->outlived)
    append_part(note, "outlived the recording");
  return g_string_free(note, FALSE);
}

/* Whether it ran jobs of an executor: callbacks of loops and entries of schedulers have lanes of their own. */
static gboolean is_worker(const HdLanes *lanes, guint32 actor) { return hd_lod_jobs(lanes->source.lod, actor).count > 0; }

static void add_thread(HdLanes *lanes, guint32 actor, guint32 depth, const char *process_name) {
  const HdActor *thread = &lanes->model->actors[actor];
  char *note = thread->lost_count ? g_strdup_printf("%s%u events lost", thread->daemon ? "daemon · " : "", thread->lost_count)
               : thread->daemon   ? g_strdup("daemon")
                                  : NULL;
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_ACTORS, HD_ROW_THREAD, actor, depth, hd_model_actor_label(lanes->model, actor), note);
  unit->works = is_worker(lanes, actor);
  g_autofree char *values = hd_label_values(lanes->model, actor, " "), *search = g_strdup_printf("%s %s", process_name, values);
  hd_unit_set_search(unit, search);
}

/* Threads or tasks of one routine, with the routine's name. */
void hd_lanes_add_fold(HdActorsBuild *build, GArray *actors, guint32 depth, const char *process_name) {
  HdLanes *lanes = build->lanes;
  const HdModel *model = lanes->model;
  const HdActor *first = &model->actors[g_array_index(actors, guint32, 0)];
  const char *function = first->routine_site < model->site_count ? model->sites[first->routine_site].function : NULL;
  g_autofree char *routine = hd_display_name(function ? function : first->name ? first->name : "unnamed", HD_NAME_CHARS);
  guint contended_count = 0;
  for (guint i = 0; i < actors->len; i++) contended_count += build->contended[g_array_index(actors, guint32, i)];
  g_autofree char *count = hd_format_count(actors->len), *contended = hd_format_count(contended_count);
  char *name = contended_count
                   ? g_strdup_printf("%s ×%s · %s contended", routine, count, contended_count == actors->len ? "all" : contended)
                   : g_strdup_printf("%s ×%s · no lock waits", routine, count);
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_ACTORS, HD_ROW_FOLD, build->fold_count++, depth, name, NULL);
  guint at = lanes->units[HD_PANE_ACTORS]->len - 1;
  hd_unit_set_members(unit, actors);
  hd_unit_set_search(unit, process_name);
  for (guint i = 0; i < actors->len; i++)
    (first->kind == HD_ACTOR_TASK ? hd_lanes_add_task : add_thread)(lanes, g_array_index(actors, guint32, i), depth + 1, process_name);
  g_array_index(lanes->units[HD_PANE_ACTORS], HdUnit, at).child_count = actors->len;
}

/* A process with one thread, among others: one lane, by the process's name, and the thread's when it says more. */
static void add_alone(HdLanes *lanes, guint32 process, guint32 thread, guint32 depth, char *name, char *note) {
  const HdModel *model = lanes->model;
  g_autofree char *label = hd_model_actor_label(model, thread);
  gboolean says_more = strcmp(label, "main") != 0 && g_strcmp0(label, model->actors[process].name) != 0;
  char *both = says_more ? g_strdup_printf("%s · %s", name, label) : g_strdup(name);
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_ACTORS, HD_ROW_THREAD, thread, depth, both, note);
  unit->alone = TRUE;
  unit->works = is_worker(lanes, thread);
  hd_unit_set_search(unit, label);
}

static gboolean runs_loop(const HdActorsBuild *build, const GArray *turns, guint32 thread) {
  for (guint i = 0; i < turns->len; i++)
    if (build->runner[g_array_index(turns, guint32, i)] == thread) return TRUE;
  return FALSE;
}

static void add_process(HdActorsBuild *build, guint32 process, gboolean open, guint32 depth) {
  HdLanes *lanes = build->lanes;
  const HdModel *model = lanes->model;
  const HdActor *actor = &model->actors[process];
  GArray *threads = build->threads->pdata[process], *tasks = build->tasks->pdata[process], *turns = build->turns->pdata[process];
  g_autofree char *label = hd_display_name(actor->name ? actor->name : "process", HD_NAME_CHARS);
  g_autofree char *name = actor->process_id ? g_strdup_printf("%s  (%u)", label, actor->process_id) : g_strdup(label);
  gboolean alone = threads->len == 1 && tasks->len == 0 && turns->len == 0 && model->process_count > 1;
  char *note = process_note(model, process, threads, tasks->len, turns, alone);
  if (alone) return add_alone(lanes, process, g_array_index(threads, guint32, 0), depth, name, note);
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_ACTORS, HD_ROW_PROCESS, process, depth, g_strdup(name), note);
  guint at = lanes->units[HD_PANE_ACTORS]->len - 1;
  g_autoptr(GArray) members = g_array_copy(threads), left = g_array_copy(tasks);
  g_array_append_vals(members, tasks->data, tasks->len);
  unit->alone = members->len == 0;
  unit->opened = open && members->len;
  hd_unit_set_members(unit, members);
  hd_unit_set_search(unit, "");
  for (guint i = 0; i < turns->len; i++)
    if (model->objects[g_array_index(turns, guint32, i)].kind == HD_KIND_GIL)
      hd_lanes_add_turns(lanes, g_array_index(turns, guint32, i), 1, label);
  g_autoptr(GHashTable) routines = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref); /* site → threads */
  for (guint i = 0; i < threads->len; i++) {
    guint32 thread = g_array_index(threads, guint32, i), site = model->actors[thread].routine_site;
    if (site >= model->site_count || runs_loop(build, turns, thread)) continue;
    GArray *group = g_hash_table_lookup(routines, GUINT_TO_POINTER(site));
    if (!group) g_hash_table_insert(routines, GUINT_TO_POINTER(site), group = g_array_new(FALSE, FALSE, sizeof(guint32)));
    g_array_append_val(group, thread);
  }
  for (guint i = 0; i < threads->len; i++) {
    guint32 thread = g_array_index(threads, guint32, i);
    GArray *group = g_hash_table_lookup(routines, GUINT_TO_POINTER(model->actors[thread].routine_site));
    if (!group || group->len <= HD_FOLD_ACTORS || runs_loop(build, turns, thread)) {
      add_thread(lanes, thread, 1, label);
      hd_lanes_add_loops(build, turns, left, thread, 2, label);
    } else if (g_array_index(group, guint32, 0) == thread)
      hd_lanes_add_fold(build, group, 1, label);
  }
  hd_lanes_add_loops(build, turns, left, HD_NONE, 1, label);
  hd_lanes_add_tasks(build, left, 1, label);
  HdUnit *self = &g_array_index(lanes->units[HD_PANE_ACTORS], HdUnit, at);
  self->child_count = lanes->units[HD_PANE_ACTORS]->len - at - 1;
}

static gboolean is_contended(const HdActorsBuild *build, guint32 process) {
  const GArray *own = g_ptr_array_index(build->threads, process);
  for (guint i = 0; i < own->len; i++)
    if (build->contended[g_array_index(own, guint32, i)]) return TRUE;
  const GArray *tasks = g_ptr_array_index(build->tasks, process);
  for (guint i = 0; i < tasks->len; i++)
    if (build->contended[g_array_index(tasks, guint32, i)]) return TRUE;
  return FALSE;
}

/* Processes of one name: a shell's or a server's short-lived children. */
static void add_process_fold(HdActorsBuild *build, const GArray *processes, const char *process_name) {
  GArray *units = build->lanes->units[HD_PANE_ACTORS];
  g_autofree char *label = hd_display_name(process_name, HD_NAME_CHARS);
  HdUnit *unit = hd_lanes_add_unit(build->lanes, HD_PANE_ACTORS, HD_ROW_FOLD, build->fold_count++, 0,
                                   g_strdup_printf("%s ×%u · no lock waits", label, processes->len), NULL);
  guint at = units->len - 1;
  g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < processes->len; i++) {
    const GArray *own = g_ptr_array_index(build->threads, g_array_index(processes, guint32, i));
    g_array_append_vals(members, own->data, own->len);
  }
  hd_unit_set_members(unit, members);
  hd_unit_set_search(unit, "");
  for (guint i = 0; i < processes->len; i++) add_process(build, g_array_index(processes, guint32, i), FALSE, 1);
  g_array_index(units, HdUnit, at).child_count = units->len - at - 1;
}

static void find_alike(HdActorsBuild *build) {
  const HdModel *model = build->lanes->model;
  for (guint32 i = 0; i < model->actor_count; i++) {
    if (model->actors[i].kind != HD_ACTOR_PROCESS || is_contended(build, i)) continue;
    const char *name = model->actors[i].name ? model->actors[i].name : "process";
    GArray *group = g_hash_table_lookup(build->alike, name);
    if (!group) g_hash_table_insert(build->alike, (gpointer)name, group = g_array_new(FALSE, FALSE, sizeof(guint32)));
    g_array_append_val(group, i);
  }
}

static void unref_array(gpointer array) {
  if (array) g_array_unref(array);
}

/* By process; NULL for other actors. */
static GPtrArray *new_arrays(const HdModel *model) {
  GPtrArray *arrays = g_ptr_array_new_with_free_func(unref_array);
  for (guint i = 0; i < model->actor_count; i++)
    g_ptr_array_add(arrays, model->actors[i].kind == HD_ACTOR_PROCESS ? g_array_new(FALSE, FALSE, sizeof(guint32)) : NULL);
  return arrays;
}

/* An only thread's interpreter lock says what the thread's own lane does; a loop on which nothing happened says nothing. */
static gboolean has_turns_to_show(const HdActorsBuild *build, guint32 object, guint32 process) {
  const HdObject *entry = &build->lanes->model->objects[object];
  if (entry->kind == HD_KIND_LOOP) return hd_lod_runs(build->lanes->source.lod, object).count || entry->wait_count;
  const GArray *threads = build->threads->pdata[process];
  return entry->wait_count || (entry->hold_count && threads->len > 1);
}

/* The threads, tasks, interpreter locks and loops of each process. */
static void gather(HdActorsBuild *build) {
  const HdModel *model = build->lanes->model;
  for (guint32 i = 0; i < model->actor_count; i++) {
    const HdActor *actor = &model->actors[i];
    GArray *own = actor->kind == HD_ACTOR_PROCESS || actor->parent >= model->actor_count ? NULL : build->threads->pdata[actor->parent];
    if (own) g_array_append_val(actor->kind == HD_ACTOR_TASK ? build->tasks->pdata[actor->parent] : own, i);
  }
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    build->runner[i] = HD_NONE;
    if (!hd_object_has_turns(object)) continue;
    gboolean known = object->kind == HD_KIND_LOOP && object->actor < model->actor_count;
    if (known) build->runner[i] = object->actor;
    guint32 process = known ? model->actors[object->actor].parent : object->process;
    if (process >= model->actor_count) process = 0; /* the program's own */
    GArray *own = model->actor_count ? build->turns->pdata[process] : NULL;
    if (own && has_turns_to_show(build, i, process)) g_array_append_val(own, i);
  }
}

void hd_lanes_build_actors(HdLanes *lanes) {
  const HdModel *model = lanes->model;
  g_autofree gboolean *contended = find_contended(lanes);
  g_autofree guint32 *runner = g_new(guint32, model->object_count + 1);
  g_autoptr(GPtrArray) threads = new_arrays(model), tasks = new_arrays(model);
  g_autoptr(GPtrArray) turns = new_arrays(model);
  g_autoptr(GHashTable) alike = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
  HdActorsBuild build = {lanes, contended, threads, tasks, turns, runner, alike, 0};
  guint process_count = 0;
  for (guint i = 0; i < model->actor_count; i++) process_count += model->actors[i].kind == HD_ACTOR_PROCESS;
  gather(&build);
  if (process_count > OPEN_PROCESSES) find_alike(&build);
  gboolean first = TRUE; /* the program itself is never folded */
  for (guint i = 0; i < model->actor_count; i++) {
    if (model->actors[i].kind != HD_ACTOR_PROCESS) continue;
    gboolean open = process_count <= OPEN_PROCESSES || is_contended(&build, i);
    const char *name = model->actors[i].name ? model->actors[i].name : "process";
    GArray *group = open ? NULL : g_hash_table_lookup(alike, name);
    if (first && group) g_array_remove_index(group, 0);
    if (first || !group || group->len <= FOLD_PROCESSES)
      add_process(&build, i, open || first, 0);
    else if (g_array_index(group, guint32, 0) == i)
      add_process_fold(&build, group, name);
    first = FALSE;
  }
}
