#include "wait-graph.h"
#include "executors.h"
#include "tasks.h"

enum { OBJECT_FLAG_ROBUST = 2, STANDARD_DESCRIPTOR_LAST = 2, NESTED_WAITS_MAX = 8 };

enum hd_operation hd_site_operation(const HdModel *model, guint32 site) {
  return site < model->site_count ? model->sites[site].operation : HD_OPERATION_NONE;
}

gboolean hd_object_is_lock(const HdModel *model, guint32 object) {
  if (object >= model->object_count) return FALSE;
  enum hd_object_kind kind = model->objects[object].kind;
  return kind == HD_KIND_LOCK || kind == HD_KIND_RLOCK || kind == HD_KIND_RWLOCK || kind == HD_KIND_GIL;
}

guint32 hd_actor_process(const HdModel *model, guint32 actor) {
  return model->actors[actor].kind == HD_ACTOR_PROCESS || model->actors[actor].parent >= model->actor_count ? actor
                                                                                                            : model->actors[actor].parent;
}

gboolean hd_actor_alive_at(const HdModel *model, guint32 actor, gint64 at_ns) {
  return model->actors[actor].start_ns <= at_ns && at_ns <= model->actors[actor].end_ns;
}

/* Of these an error tells how it ended: shut down, end of file, a job that failed. Of a lock it tells that nobody let go of it. */
static gboolean error_is_an_end(enum hd_state state) {
  return state == HD_STATE_WAIT_QUEUE || state == HD_STATE_WAIT_PIPE || state == HD_STATE_WAIT_FUTURE;
}

gboolean hd_wait_lasts(const HdModel *model, guint32 wait) {
  const HdWait *it = &model->waits[wait];
  if (it->open || it->result == HD_WAIT_RESULT_ABANDONED) return TRUE;
  if (it->result == HD_WAIT_RESULT_CANCELLED) return FALSE; /* whoever cancelled it could */
  return it->result != HD_WAIT_RESULT_OK && it->result != HD_WAIT_RESULT_TIMEOUT && !error_is_an_end(it->state);
}

guint32 hd_wait_at(const HdModel *model, guint32 actor, gint64 at_ns) {
  guint32 low = 0, high = model->wait_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    const HdWait *it = &model->waits[middle];
    if (it->actor < actor || (it->actor == actor && it->begin_ns <= at_ns))
      low = middle + 1;
    else
      high = middle;
  }
  for (guint32 i = 0; i < NESTED_WAITS_MAX && i < low; i++) { /* a signal handler that waits, inside a wait */
    const HdWait *it = &model->waits[low - 1 - i];
    if (it->actor != actor) break;
    if (at_ns < it->end_ns || (it->open && at_ns == it->end_ns)) return low - 1 - i;
  }
  return HD_NONE;
}

/* A pipe may lead out of the recording when nobody was seen to make it and it is somebody's standard input or output only. One of the
 * runtime has no descriptor that is told. */
static gboolean pipe_is_external(const HdModel *model, guint32 object) {
  const HdObject *pipe = &model->objects[object];
  if (pipe->birth_seen || pipe->mark_count) return FALSE;
  for (guint32 i = 0; i < pipe->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[pipe->wait_first + i]];
    if (wait->descriptor > STANDARD_DESCRIPTOR_LAST || hd_operations[hd_site_operation(model, wait->site)].flags & HD_OPERATION_FLAG_ITEM)
      return FALSE;
  }
  return TRUE;
}

HdWaitRule hd_wait_rule(const HdModel *model, guint32 wait, gint64 at_ns) {
  const HdWait *it = &model->waits[wait];
  gboolean has_object = it->object < model->object_count, has_target = it->target < model->actor_count;
  if (it->flags & (HD_OPERATION_FLAG_TRY | HD_OPERATION_FLAG_TIMED)) return HD_ENDS_BY_ITSELF;
  switch ((enum hd_state)it->state) {
  case HD_STATE_WAIT_LOCK:
  case HD_STATE_WAIT_GIL:
    if (!has_object) return HD_ENDS_BY_ITSELF;
    return model->objects[it->object].exclusive_owner ? HD_ENDS_BY_ALL : HD_ENDS_BY_ANY;
  case HD_STATE_WAIT_JOIN:
    return has_target ? HD_ENDS_BY_ALL : HD_ENDS_BY_ITSELF;
  case HD_STATE_WAIT_PROCESS:
    return has_target ? HD_ENDS_BY_ALL : HD_ENDS_BY_ANY;
  case HD_STATE_WAIT_FUTURE:
    return has_object ? hd_future_rule(model, wait, at_ns) : HD_ENDS_BY_ITSELF;
  case HD_STATE_WAIT_TASK:
    return has_target ? HD_ENDS_BY_ALL : has_object ? hd_group_rule(model, wait) : HD_ENDS_BY_ITSELF;
  case HD_STATE_WAIT_CONDITION:
  case HD_STATE_WAIT_SEMAPHORE:
  case HD_STATE_WAIT_BARRIER:
  case HD_STATE_WAIT_EVENT:
  case HD_STATE_WAIT_QUEUE:
  case HD_STATE_WAIT_FUTEX:
    return has_object ? HD_ENDS_BY_ANY : HD_ENDS_BY_ITSELF;
  case HD_STATE_WAIT_PIPE:
    return has_object && !pipe_is_external(model, it->object) ? HD_ENDS_BY_ANY : HD_ENDS_BY_ITSELF;
  default:
    return HD_ENDS_BY_ITSELF;
  }
}

/* Whether nobody is left to release the hold; skip: what is known about its owner does not allow a verdict. */
static gboolean owner_is_gone(const HdModel *model, const HdHold *hold, gint64 at_ns, gboolean *skip) {
  const HdActor *actor = &model->actors[hold->actor];
  const HdObject *object = &model->objects[hold->object];
  *skip = hold->open && hold->sequence != 0 && actor->lost_count > 0 && actor->lost_last_ns >= hold->begin_ns; /* its release may be lost */
  guint32 process = hd_actor_process(model, hold->actor);
  if (hold->inherited && object->process < model->actor_count && process != object->process) return TRUE; /* its thread was not forked */
  if (actor->end_ns >= at_ns) return FALSE;
  gboolean robust = object->flags & OBJECT_FLAG_ROBUST;
  gboolean teardown = actor->end_ns > model->judged_ns;
  gboolean shared = object->process >= model->actor_count;
  gboolean process_lived = actor->end_ns < model->actors[process].end_ns;
  if (robust || teardown || !(shared || process_lived)) *skip = TRUE;
  return TRUE;
}

static void add_holders(const HdModel *model, guint32 object, gint64 at_ns, GArray *owners) {
  guint32 index = hd_model_hold_after(model, object, model->objects[object].hold_first, at_ns);
  while ((index = hd_model_hold_before(model, object, index, at_ns)) != HD_NONE) {
    const HdHold *hold = &model->holds[index];
    if (hold->depth > 1 || hold->actor >= model->actor_count) continue;
    HdOwner owner = {hold->actor, index, FALSE};
    gboolean skip;
    owner.gone = owner_is_gone(model, hold, at_ns, &skip);
    if (!skip) g_array_append_val(owners, owner);
    if (!hold->shared) break; /* whoever held it earlier has released it before */
  }
}

/* The writers that wait since before a reader. */
static void add_queued_writers(const HdModel *model, guint32 wait, gint64 at_ns, GArray *owners) {
  const HdWait *reader = &model->waits[wait];
  const HdObject *object = &model->objects[reader->object];
  for (guint32 i = 0; i < object->wait_count; i++) {
    guint32 other = model->object_waits[object->wait_first + i];
    const HdWait *writer = &model->waits[other];
    if (writer->begin_ns > reader->begin_ns) break;
    if (other == wait || (writer->flags & (HD_OPERATION_FLAG_READ | HD_OPERATION_FLAG_TIMED))) continue;
    if (hd_wait_at(model, writer->actor, at_ns) != other) continue;
    HdOwner owner = {writer->actor, HD_NONE, FALSE};
    g_array_append_val(owners, owner);
  }
}

void hd_wait_owners(const HdModel *model, guint32 wait, gint64 at_ns, GArray *owners) {
  const HdWait *it = &model->waits[wait];
  if (it->target < model->actor_count) {
    HdOwner owner = {it->target, HD_NONE, FALSE};
    if (hd_actor_alive_at(model, it->target, at_ns)) g_array_append_val(owners, owner);
    return;
  }
  if (it->object >= model->object_count) return;
  if (it->state == HD_STATE_WAIT_FUTURE) {
    hd_future_owners(model, wait, at_ns, owners);
    return;
  }
  if (it->state == HD_STATE_WAIT_TASK) {
    hd_group_owners(model, wait, at_ns, owners);
    return;
  }
  guint first = owners->len;
  add_holders(model, it->object, at_ns, owners);
  if (!(it->flags & HD_OPERATION_FLAG_READ) || owners->len == first) return;
  for (guint i = first; i < owners->len; i++)
    if (!model->holds[g_array_index(owners, HdOwner, i).hold].shared) return;
  g_array_set_size(owners, first);
  add_queued_writers(model, wait, at_ns, owners);
}

static void add_user(const HdModel *model, GHashTable *processes, guint32 actor) {
  if (actor < model->actor_count) g_hash_table_add(processes, GUINT_TO_POINTER(hd_actor_process(model, actor)));
}

enum { PIPE_END_COUNT = 2 };

/* When each process had closed both ends of a pipe, as far as it did until then: process -> gint64*. */
static GHashTable *closings_of(const HdModel *model, const HdObject *object, gint64 at_ns) {
  GHashTable *closings = g_hash_table_new_full(NULL, NULL, NULL, g_free), *counts = g_hash_table_new(NULL, NULL);
  for (guint32 i = 0; i < object->mark_count && object->kind == HD_KIND_PIPE; i++) {
    const HdMark *mark = &model->marks[object->mark_first + i];
    if (mark->at_ns > at_ns) break;
    if (mark->error || hd_site_operation(model, mark->site) != HD_OPERATION_PIPE_CLOSE) continue;
    gpointer process = GUINT_TO_POINTER(hd_actor_process(model, mark->actor));
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, process)) + 1;
    g_hash_table_insert(counts, process, GUINT_TO_POINTER(count));
    if (count == PIPE_END_COUNT) g_hash_table_insert(closings, process, g_memdup2(&mark->at_ns, sizeof mark->at_ns));
  }
  g_hash_table_unref(counts);
  return closings;
}

/* Whether a process that was forked could inherit the object from its parent: since its birth, when that is known, and before the parent
 * let go of it. */
static gboolean could_inherit(const HdModel *model, const HdObject *object, GHashTable *closings, guint32 child) {
  const HdActor *actor = &model->actors[child];
  if (actor->kind != HD_ACTOR_PROCESS || actor->parent >= model->actor_count) return FALSE;
  const gint64 *closed_ns = g_hash_table_lookup(closings, GUINT_TO_POINTER(actor->parent));
  return (!object->birth_seen || actor->start_ns >= object->start_ns) && (!closed_ns || actor->start_ns < *closed_ns);
}

GHashTable *hd_object_processes(const HdModel *model, guint32 object_index, gint64 at_ns) {
  const HdObject *object = &model->objects[object_index];
  GHashTable *processes = g_hash_table_new(NULL, NULL);
  for (guint32 i = 0; i < object->hold_count; i++) add_user(model, processes, model->holds[object->hold_first + i].actor);
  for (guint32 i = 0; i < object->mark_count; i++) add_user(model, processes, model->marks[object->mark_first + i].actor);
  for (guint32 i = 0; i < object->wait_count; i++)
    add_user(model, processes, model->waits[model->object_waits[object->wait_first + i]].actor);
  g_autoptr(GHashTable) closings = closings_of(model, object, at_ns);
  for (guint32 child = model->actor_count; child-- > 0;)
    if (g_hash_table_contains(processes, GUINT_TO_POINTER(child)) && could_inherit(model, object, closings, child))
      g_hash_table_add(processes, GUINT_TO_POINTER(model->actors[child].parent));
  for (guint32 child = 0; child < model->actor_count; child++)
    if (could_inherit(model, object, closings, child) && g_hash_table_contains(processes, GUINT_TO_POINTER(model->actors[child].parent)))
      g_hash_table_add(processes, GUINT_TO_POINTER(child));
  GHashTableIter iter;
  gpointer process;
  g_hash_table_iter_init(&iter, closings);
  while (g_hash_table_iter_next(&iter, &process, NULL)) g_hash_table_remove(processes, process);
  return processes;
}

/* Whoever enabled the object before: the likeliest to do it again. */
static gboolean add_enablers(const HdModel *model, guint32 wait, gint64 at_ns, GArray *edges) {
  const HdWait *it = &model->waits[wait];
  if (it->object >= model->object_count) return FALSE;
  const HdObject *object = &model->objects[it->object];
  GHashTable *seen = g_hash_table_new(NULL, NULL);
  for (guint32 i = 0; i < object->mark_count; i++) {
    const HdMark *mark = &model->marks[object->mark_first + i];
    if (mark->at_ns > at_ns) break;
    if (mark->actor >= model->actor_count || mark->actor == it->actor || !hd_actor_alive_at(model, mark->actor, at_ns)) continue;
    if (hd_operations[hd_site_operation(model, mark->site)].role != HD_ROLE_ENABLE ||
        !g_hash_table_add(seen, GUINT_TO_POINTER(mark->actor)))
      continue;
    HdWaitEdge edge = {it->actor, wait, mark->actor, it->object, TRUE};
    g_array_append_val(edges, edge);
  }
  gboolean found = g_hash_table_size(seen) > 0;
  g_hash_table_unref(seen);
  return found;
}

GArray *hd_wait_graph(const HdModel *model, gint64 at_ns) {
  GArray *edges = g_array_new(FALSE, FALSE, sizeof(HdWaitEdge));
  GArray *owners = g_array_new(FALSE, FALSE, sizeof(HdOwner));
  for (guint32 actor = 0; actor < model->actor_count; actor++) {
    if (model->actors[actor].kind == HD_ACTOR_PROCESS || !hd_actor_alive_at(model, actor, at_ns)) continue;
    guint32 wait = hd_wait_at(model, actor, at_ns);
    if (wait == HD_NONE || model->waits[wait].state == HD_STATE_BLOCKED) continue;
    const HdWait *it = &model->waits[wait];
    HdWaitEdge edge = {actor, wait, HD_NONE, it->object, TRUE};
    g_array_set_size(owners, 0);
    gboolean some = it->state == HD_STATE_WAIT_FUTURE || it->state == HD_STATE_WAIT_TASK;
    gboolean owned = hd_object_is_lock(model, it->object) || it->target < model->actor_count || some;
    if (owned) hd_wait_owners(model, wait, at_ns, owners);
    for (guint i = 0; i < owners->len; i++) {
      edge.target = g_array_index(owners, HdOwner, i).actor;
      edge.any = some && hd_wait_rule(model, wait, at_ns) != HD_ENDS_BY_ALL;
      g_array_append_val(edges, edge);
    }
    if (owners->len > 0) continue;
    edge.target = it->waker < model->actor_count ? it->waker : HD_NONE;
    if (edge.target == HD_NONE && add_enablers(model, wait, at_ns, edges)) continue;
    g_array_append_val(edges, edge);
  }
  g_array_unref(owners);
  return edges;
}
