#include "judgement.h"

static GHashTable *processes_of(HdJudgement *judgement, guint32 shared_object) {
  GHashTable *processes = g_hash_table_lookup(judgement->object_processes, GUINT_TO_POINTER(shared_object));
  if (!processes) {
    processes = hd_object_processes(judgement->model, shared_object, judgement->at_ns);
    g_hash_table_insert(judgement->object_processes, GUINT_TO_POINTER(shared_object), processes);
  }
  return processes;
}

gboolean hd_judgement_could_end(HdJudgement *judgement, guint32 waiter, guint32 other) {
  const HdModel *model = judgement->model;
  const HdWait *wait = &model->waits[judgement->wait[waiter]];
  if (waiter == other || judgement->rule[waiter] != HD_ENDS_BY_ANY) return FALSE;
  guint32 process = hd_actor_process(model, other);
  if (wait->state == HD_STATE_WAIT_PROCESS) return model->actors[process].parent == hd_actor_process(model, waiter) && process != other;
  guint32 own = model->objects[wait->object].process;
  return own < model->actor_count ? own == process
                                  : g_hash_table_contains(processes_of(judgement, wait->object), GUINT_TO_POINTER(process));
}

static gboolean any_child_blocks(const HdJudgement *judgement, guint32 process) {
  gboolean some = FALSE;
  for (guint32 child = 0; child < judgement->model->actor_count; child++) {
    const HdActor *actor = &judgement->model->actors[child];
    if (actor->kind != HD_ACTOR_PROCESS || actor->parent != process) continue;
    if (judgement->standing[child] == HD_STANDING_CAN_RUN) return FALSE;
    if (judgement->standing[child] == HD_STANDING_BLOCKED) some = TRUE;
  }
  return some;
}

static gboolean any_ender_runs(HdJudgement *judgement, guint32 object) {
  const HdModel *model = judgement->model;
  guint32 own = model->objects[object].process;
  if (own < model->actor_count) return judgement->running_count[own] > 0;
  GHashTableIter iter;
  gpointer process;
  g_hash_table_iter_init(&iter, processes_of(judgement, object));
  while (g_hash_table_iter_next(&iter, &process, NULL))
    if (judgement->running_count[GPOINTER_TO_UINT(process)] > 0) return TRUE;
  return FALSE;
}

static gboolean some_owner_runs(const HdJudgement *judgement, const GArray *owners) {
  for (guint i = 0; i < owners->len; i++)
    if (judgement->standing[g_array_index(owners, HdOwner, i).actor] == HD_STANDING_CAN_RUN) return TRUE;
  return FALSE;
}

static gboolean stays_blocked(HdJudgement *judgement, guint32 actor) {
  const HdWait *wait = &judgement->model->waits[judgement->wait[actor]];
  if (judgement->rule[actor] == HD_ENDS_BY_SOME) return !some_owner_runs(judgement, judgement->owners[actor]);
  if (judgement->owners[actor]) {
    for (guint i = 0; i < judgement->owners[actor]->len; i++) {
      const HdOwner *owner = &g_array_index(judgement->owners[actor], HdOwner, i);
      if (owner->gone || judgement->standing[owner->actor] == HD_STANDING_BLOCKED) return TRUE;
    }
    return FALSE;
  }
  if (wait->state == HD_STATE_WAIT_PROCESS) return any_child_blocks(judgement, hd_actor_process(judgement->model, actor));
  return !any_ender_runs(judgement, wait->object);
}

static void can_run(HdJudgement *judgement, guint32 actor) {
  guint32 process = hd_actor_process(judgement->model, actor);
  judgement->standing[actor] = judgement->standing[process] = HD_STANDING_CAN_RUN;
  judgement->running_count[process]++;
}

gboolean hd_process_is_judged(const HdModel *model, guint32 process) {
  const HdActor *actor = &model->actors[process];
  gboolean orderly = actor->exit_known ? actor->exit >= 0 : actor->end_seen;
  gboolean interrupted_first = model->info && model->info->interrupted_ns != 0 && actor->end_ns > model->judged_ns;
  return !orderly || interrupted_first;
}

static void survey(HdJudgement *judgement) {
  const HdModel *model = judgement->model;
  guint32 *thread_count = g_new0(guint32, model->actor_count);
  for (guint32 actor = 0; actor < model->actor_count; actor++) {
    judgement->wait[actor] = judgement->behind[actor] = HD_NONE;
    if (!hd_actor_alive_at(model, actor, judgement->at_ns)) continue;
    judgement->standing[actor] = HD_STANDING_BLOCKED;
    if (model->actors[actor].kind == HD_ACTOR_PROCESS) continue;
    thread_count[hd_actor_process(model, actor)]++;
    guint32 wait = hd_wait_at(model, actor, judgement->at_ns);
    HdWaitRule rule = wait == HD_NONE || !hd_wait_lasts(model, wait) ? HD_ENDS_BY_ITSELF : hd_wait_rule(model, wait, judgement->at_ns);
    if (rule == HD_ENDS_BY_ITSELF) {
      judgement->behind[actor] = hd_actor_behind(model, actor, judgement->at_ns);
      if (judgement->behind[actor] == HD_NONE)
        can_run(judgement, actor);
      else
        g_array_append_val(judgement->held_up, actor);
      continue;
    }
    judgement->wait[actor] = wait;
    judgement->rule[actor] = rule;
    if (rule != HD_ENDS_BY_ANY) {
      judgement->owners[actor] = g_array_new(FALSE, FALSE, sizeof(HdOwner));
      hd_wait_owners(model, wait, judgement->at_ns, judgement->owners[actor]);
    }
    g_array_append_val(judgement->blocked, actor);
  }
  for (guint32 actor = 0; actor < model->actor_count; actor++) {
    if (model->actors[actor].kind != HD_ACTOR_PROCESS || judgement->standing[actor] == HD_STANDING_ABSENT) continue;
    gboolean unseen = thread_count[actor] == 0; /* nobody saw its threads */
    if (unseen || !hd_process_is_judged(model, actor)) can_run(judgement, actor);
  }
  g_free(thread_count);
}

static int compare_actors(gconstpointer a, gconstpointer b) {
  guint32 left = *(const guint32 *)a, right = *(const guint32 *)b;
  return (left > right) - (left < right);
}

/* Whoever is blocked no more for others can run. FALSE when nobody was. */
static gboolean let_go(HdJudgement *judgement) {
  gboolean changed = FALSE;
  for (guint i = judgement->blocked->len; i-- > 0;) {
    guint32 actor = g_array_index(judgement->blocked, guint32, i);
    if (stays_blocked(judgement, actor)) continue;
    can_run(judgement, actor);
    g_array_remove_index_fast(judgement->blocked, i);
    changed = TRUE;
  }
  for (guint i = judgement->held_up->len; i-- > 0;) {
    guint32 actor = g_array_index(judgement->held_up, guint32, i);
    if (judgement->standing[judgement->behind[actor]] != HD_STANDING_CAN_RUN) continue;
    can_run(judgement, actor);
    g_array_remove_index_fast(judgement->held_up, i);
    changed = TRUE;
  }
  return changed;
}

HdJudgement *hd_judgement_new(const HdModel *model, gint64 at_ns) {
  HdJudgement *judgement = g_new0(HdJudgement, 1);
  judgement->model = model;
  judgement->at_ns = at_ns;
  judgement->standing = g_new0(guint8, MAX(model->actor_count, 1));
  judgement->wait = g_new(guint32, MAX(model->actor_count, 1));
  judgement->behind = g_new(guint32, MAX(model->actor_count, 1));
  judgement->rule = g_new0(guint8, MAX(model->actor_count, 1));
  judgement->owners = g_new0(GArray *, MAX(model->actor_count, 1));
  judgement->running_count = g_new0(guint32, MAX(model->actor_count, 1));
  judgement->blocked = g_array_new(FALSE, FALSE, sizeof(guint32));
  judgement->held_up = g_array_new(FALSE, FALSE, sizeof(guint32));
  judgement->object_processes = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
  survey(judgement);
  while (let_go(judgement)) {}
  g_array_sort(judgement->blocked, compare_actors);
  return judgement;
}

void hd_judgement_free(HdJudgement *judgement) {
  if (!judgement) return;
  for (guint32 actor = 0; actor < judgement->model->actor_count; actor++) g_clear_pointer(&judgement->owners[actor], g_array_unref);
  g_free(judgement->owners);
  g_free(judgement->standing);
  g_free(judgement->wait);
  g_free(judgement->rule);
  g_free(judgement->running_count);
  g_free(judgement->behind);
  g_array_unref(judgement->blocked);
  g_array_unref(judgement->held_up);
  g_hash_table_unref(judgement->object_processes);
  g_free(judgement);
}
