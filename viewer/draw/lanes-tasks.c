/* The rows of tasks, and of what actors take turns on: interpreter locks and event loops. */
#include "lanes-actors.h"
#include "names.h"
#include "task-words.h"
#include <string.h>

/* Its words are made when they are needed: there may be very many. */
void hd_lanes_add_task(HdLanes *lanes, guint32 actor, guint32 depth, const char *process_name) {
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_ACTORS, HD_ROW_THREAD, actor, depth, NULL, NULL);
  unit->wordless = TRUE;
}

void hd_lanes_find_words(const HdLanes *lanes, HdUnit *unit) {
  const HdModel *model = lanes->model;
  guint32 process = model->actors[unit->index].parent;
  g_autofree char *values = hd_label_values(model, unit->index, " "),
                  *search = g_strdup_printf("%s task %s", process < model->actor_count ? model->actors[process].name : "", values);
  unit->wordless = FALSE;
  g_free(unit->note);
  unit->name = hd_model_actor_label(model, unit->index);
  unit->note = hd_task_note(model, unit->index);
  hd_unit_set_search(unit, search);
}

void hd_lanes_add_tasks(HdActorsBuild *build, const GArray *tasks, guint32 depth, const char *process_name) {
  const HdModel *model = build->lanes->model;
  g_autoptr(GHashTable) routines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr(GPtrArray) groups = g_ptr_array_new();
  for (guint i = 0; i < tasks->len; i++) {
    const HdActor *task = &model->actors[g_array_index(tasks, guint32, i)];
    g_autofree char *key = task->routine_site < model->site_count ? g_strdup_printf("%u", task->routine_site)
                                                                  : g_strconcat("named ", task->name ? task->name : "", NULL);
    GArray *group = g_hash_table_lookup(routines, key);
    if (!group) g_hash_table_insert(routines, g_steal_pointer(&key), group = g_array_new(FALSE, FALSE, sizeof(guint32)));
    g_array_append_val(group, g_array_index(tasks, guint32, i));
    g_ptr_array_add(groups, group);
  }
  for (guint i = 0; i < tasks->len; i++) {
    GArray *group = groups->pdata[i];
    guint32 task = g_array_index(tasks, guint32, i);
    if (group->len <= HD_FOLD_ACTORS)
      hd_lanes_add_task(build->lanes, task, depth, process_name);
    else if (g_array_index(group, guint32, 0) == task)
      hd_lanes_add_fold(build, group, depth, process_name);
  }
}

void hd_lanes_add_turns(HdLanes *lanes, guint32 object, guint32 depth, const char *process_name) {
  const HdObject *entry = &lanes->model->objects[object];
  const char *note = entry->kind == HD_KIND_GIL ? "interpreter lock" : "event loop";
  g_autofree char *label = hd_object_label(lanes->model, object);
  gboolean says_more = entry->named && strcmp(label, note) != 0;
  char *name = says_more ? g_strdup(label) : g_strdup(entry->kind == HD_KIND_GIL ? "GIL" : "loop");
  HdUnit *unit = hd_lanes_add_unit(lanes, HD_PANE_ACTORS, HD_ROW_TURNS, object, depth, name, g_strdup(note));
  hd_unit_set_search(unit, process_name);
}

void hd_lanes_add_loops(HdActorsBuild *build, const GArray *turns, GArray *tasks, guint32 thread, guint32 depth, const char *process_name) {
  const HdModel *model = build->lanes->model;
  for (guint i = 0; i < turns->len; i++) {
    guint32 object = g_array_index(turns, guint32, i);
    if (model->objects[object].kind != HD_KIND_LOOP || build->runner[object] != thread) continue;
    hd_lanes_add_turns(build->lanes, object, depth, process_name);
    g_autoptr(GArray) own = g_array_new(FALSE, FALSE, sizeof(guint32));
    guint kept = 0;
    for (guint j = 0; j < tasks->len; j++) {
      guint32 task = g_array_index(tasks, guint32, j);
      if (model->actors[task].loop == object)
        g_array_append_val(own, task);
      else
        g_array_index(tasks, guint32, kept++) = task;
    }
    g_array_set_size(tasks, kept);
    hd_lanes_add_tasks(build, own, depth, process_name);
  }
}
