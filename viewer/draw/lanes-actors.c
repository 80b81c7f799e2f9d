/* The rows of actors: processes, their threads, folds. */
#include "lanes-private.h"
#include "names.h"
#include "palette.h"

enum {
  FOLD_THREADS = 12,   /* more threads of one start routine are folded */
  OPEN_PROCESSES = 12, /* of more processes only those with blamed waits are open … */
  FOLD_PROCESSES = 3   /* … and more of one name without such waits are folded */
};

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
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_ACTORS, HD_ROW_THREAD, actor, depth, hd_model_actor_label(lanes->model, actor), note);
  unit->works = thread->job_count > 0;
  hd_unit_set_search(unit, process_name);
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
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_ACTORS, HD_ROW_FOLD, (*fold_count)++, 1, name, NULL);
  guint at = lanes->units[HD_PANE_ACTORS]->len - 1;
  hd_unit_set_members(unit, threads);
  hd_unit_set_search(unit, process_name);
  for (guint i = 0; i < threads->len; i++) add_thread(lanes, g_array_index(threads, guint32, i), 2, process_name);
  g_array_index(lanes->units[HD_PANE_ACTORS], HdUnit, at).child_count = threads->len;
}

static void add_process(HdLanes *lanes, const gboolean *contended, guint32 process, GArray *threads, gboolean open, guint32 depth,
                        guint32 *fold_count) {
  const HdModel *model = lanes->model;
  const HdActor *actor = &model->actors[process];
  g_autofree char *label = hd_display_name(actor->name ? actor->name : "process", HD_NAME_CHARS);
  char *name = actor->process_id ? g_strdup_printf("%s  (%u)", label, actor->process_id) : g_strdup(label);
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_ACTORS, HD_ROW_PROCESS, process, depth, name, process_note(model, actor, threads->len));
  guint at = lanes->units[HD_PANE_ACTORS]->len - 1;
  unit->opened = open && threads->len;
  hd_unit_set_members(unit, threads);
  hd_unit_set_search(unit, "");
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

void hd_lanes_build_actors(HdLanes *lanes) {
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
