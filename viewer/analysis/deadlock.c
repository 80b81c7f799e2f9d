#include "deadlock.h"
#include "components.h"
#include "hang.h"
#include "judgement.h"

typedef struct {
  gint64 at_ns;
  guint32 wait;
} Candidate;

static int compare_candidates(gconstpointer a, gconstpointer b) {
  const Candidate *left = a, *right = b;
  if (left->at_ns != right->at_ns) return left->at_ns < right->at_ns ? -1 : 1;
  return (left->wait > right->wait) - (left->wait < right->wait);
}

/* The waits that need an owner and did not end in the usual way, each at its end. */
static GArray *lasting_waits(const HdModel *model) {
  GArray *candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));
  for (guint32 wait = 0; wait < model->wait_count; wait++) {
    if (!hd_wait_lasts(model, wait)) continue;
    const HdWait *it = &model->waits[wait];
    Candidate candidate = {it->open ? it->end_ns : MAX(it->end_ns - 1, it->begin_ns), wait};
    if (hd_wait_rule(model, wait, candidate.at_ns) != HD_ENDS_BY_ALL) continue;
    g_array_append_val(candidates, candidate);
  }
  g_array_sort(candidates, compare_candidates);
  return candidates;
}

/* The part of the wait-for graph that some waits reach at a time. */
typedef struct {
  const HdModel *model;
  gint64 at_ns;
  GArray *nodes;       /* threads, of guint32 */
  GArray *waits;       /* of each node, HD_NONE when it can go on */
  GHashTable *numbers; /* thread -> its node + 1 */
  GArray *edges;       /* of HdEdge */
  GArray *hangs;
  GHashTable *known; /* waits that stand in a hang */
} Reach;

static guint32 node_of(Reach *reach, guint32 actor) {
  guint32 number = GPOINTER_TO_UINT(g_hash_table_lookup(reach->numbers, GUINT_TO_POINTER(actor)));
  if (number) return number - 1;
  guint32 wait = hd_wait_at(reach->model, actor, reach->at_ns);
  if (wait != HD_NONE && (!hd_wait_lasts(reach->model, wait) || hd_wait_rule(reach->model, wait, reach->at_ns) != HD_ENDS_BY_ALL))
    wait = HD_NONE;
  g_array_append_val(reach->nodes, actor);
  g_array_append_val(reach->waits, wait);
  g_hash_table_insert(reach->numbers, GUINT_TO_POINTER(actor), GUINT_TO_POINTER(reach->nodes->len));
  return reach->nodes->len - 1;
}

/* Of a process its only thread, HD_NONE when it has several: then any of them may end it, and it is judged with the waits by any. */
static guint32 thread_to_wait_for(const Reach *reach, guint32 actor) {
  if (reach->model->actors[actor].kind != HD_ACTOR_PROCESS) return actor;
  guint32 only = HD_NONE;
  for (guint32 i = 0; i < reach->model->actor_count; i++) {
    const HdActor *thread = &reach->model->actors[i];
    if (thread->kind == HD_ACTOR_PROCESS || thread->parent != actor || !hd_actor_alive_at(reach->model, i, reach->at_ns)) continue;
    if (only != HD_NONE) return HD_NONE;
    only = i;
  }
  return only;
}

/* One finding for everybody who waits for the same orphaned hold. */
static void add_held_by_exited(Reach *reach, guint32 wait, guint32 hold) {
  HdHang *hang = NULL;
  for (guint i = 0; i < reach->hangs->len && !hang; i++) {
    HdHang *other = &g_array_index(reach->hangs, HdHang, i);
    if (other->kind == HD_FINDING_HELD_BY_EXITED && g_array_index(other->holds, guint32, 0) == hold) hang = other;
  }
  const HdHold *it = &reach->model->holds[hold];
  gint64 gone_ns = it->inherited ? it->begin_ns : reach->model->actors[it->actor].end_ns;
  gint64 closed_ns = MAX(reach->model->waits[wait].begin_ns, gone_ns);
  if (!hang) {
    hang = hd_hang_add(reach->hangs, HD_FINDING_HELD_BY_EXITED, reach->at_ns);
    g_array_append_val(hang->holds, hold);
    g_array_append_val(hang->actors, it->actor);
    hang->closed_ns = closed_ns;
  }
  hang->closed_ns = MIN(hang->closed_ns, closed_ns);
  hd_hang_add_member(reach->model, hang, wait);
  g_hash_table_add(reach->known, GUINT_TO_POINTER(wait));
}

/* Who is in no wait may stand behind somebody all the same: a task whose loop is in another's step. */
static void expand_held_up(Reach *reach, guint32 node) {
  guint32 actor = g_array_index(reach->nodes, guint32, node);
  guint32 wait = hd_wait_at(reach->model, actor, reach->at_ns);
  if (wait != HD_NONE && (hd_wait_lasts(reach->model, wait) && hd_wait_rule(reach->model, wait, reach->at_ns) != HD_ENDS_BY_ITSELF)) return;
  guint32 behind = hd_actor_behind(reach->model, actor, reach->at_ns);
  if (behind == HD_NONE || reach->model->actors[behind].kind == HD_ACTOR_PROCESS) return;
  HdEdge edge = {node, node_of(reach, behind)};
  g_array_append_val(reach->edges, edge);
}

static void expand(Reach *reach, guint32 node) {
  guint32 wait = g_array_index(reach->waits, guint32, node);
  if (wait == HD_NONE) {
    expand_held_up(reach, node);
    return;
  }
  g_autoptr(GArray) owners = g_array_new(FALSE, FALSE, sizeof(HdOwner));
  hd_wait_owners(reach->model, wait, reach->at_ns, owners);
  for (guint i = 0; i < owners->len; i++) {
    const HdOwner *owner = &g_array_index(owners, HdOwner, i);
    guint32 thread = owner->gone ? HD_NONE : thread_to_wait_for(reach, owner->actor);
    if (owner->gone && !g_hash_table_contains(reach->known, GUINT_TO_POINTER(wait))) add_held_by_exited(reach, wait, owner->hold);
    if (thread == HD_NONE) continue;
    HdEdge edge = {node, node_of(reach, thread)};
    g_array_append_val(reach->edges, edge);
  }
}

/* Each component with a cycle is a hang. */
static void add_cycles(Reach *reach) {
  guint32 count;
  g_autofree guint32 *component = hd_components(reach->nodes->len, reach->edges, &count);
  g_autofree guint8 *cyclic = g_new0(guint8, MAX(count, 1));
  g_autofree guint32 *hang_of = g_new(guint32, MAX(count, 1));
  for (guint i = 0; i < reach->edges->len; i++) {
    const HdEdge *edge = &g_array_index(reach->edges, HdEdge, i);
    if (component[edge->from] == component[edge->to]) cyclic[component[edge->from]] |= edge->from == edge->to ? 1 : 2;
  }
  for (guint32 i = 0; i < count; i++) hang_of[i] = HD_NONE;
  for (guint32 node = 0; node < reach->nodes->len; node++) {
    guint32 wait = g_array_index(reach->waits, guint32, node), number = component[node];
    if (!cyclic[number] || wait == HD_NONE || g_hash_table_contains(reach->known, GUINT_TO_POINTER(wait))) continue;
    if (hang_of[number] == HD_NONE) {
      hd_hang_add(reach->hangs, cyclic[number] & 2 ? HD_FINDING_DEADLOCK : HD_FINDING_SELF_DEADLOCK, reach->at_ns);
      hang_of[number] = reach->hangs->len - 1;
    }
    HdHang *hang = &g_array_index(reach->hangs, HdHang, hang_of[number]);
    hd_hang_add_member(reach->model, hang, wait);
    hang->closed_ns = MAX(hang->closed_ns, reach->model->waits[wait].begin_ns);
  }
  for (guint32 node = 0; node < reach->nodes->len; node++) { /* those between them that wait for nothing themselves */
    guint32 number = component[node];
    if (hang_of[number] == HD_NONE || g_array_index(reach->waits, guint32, node) != HD_NONE) continue;
    g_array_append_val(g_array_index(reach->hangs, HdHang, hang_of[number]).actors, g_array_index(reach->nodes, guint32, node));
  }
  for (guint i = 0; i < reach->hangs->len; i++) {
    HdHang *hang = &g_array_index(reach->hangs, HdHang, i);
    for (guint j = 0; j < hang->waits->len; j++) g_hash_table_add(reach->known, GUINT_TO_POINTER(g_array_index(hang->waits, guint32, j)));
  }
}

static void search_at(Reach *reach, const Candidate *candidates, guint count) {
  reach->at_ns = candidates->at_ns;
  g_hash_table_remove_all(reach->numbers);
  g_array_set_size(reach->nodes, 0);
  g_array_set_size(reach->waits, 0);
  g_array_set_size(reach->edges, 0);
  for (guint i = 0; i < count; i++)
    if (!g_hash_table_contains(reach->known, GUINT_TO_POINTER(candidates[i].wait)))
      node_of(reach, reach->model->waits[candidates[i].wait].actor);
  for (guint32 node = 0; node < reach->nodes->len; node++) expand(reach, node);
  add_cycles(reach);
}

/* Cycles of waits by all, and waits for what somebody took with him. */
static void find_owned(const HdModel *model, GArray *hangs, GHashTable *known) {
  g_autoptr(GArray) candidates = lasting_waits(model);
  Reach reach = {.model = model,
                 .nodes = g_array_new(FALSE, FALSE, sizeof(guint32)),
                 .waits = g_array_new(FALSE, FALSE, sizeof(guint32)),
                 .numbers = g_hash_table_new(NULL, NULL),
                 .edges = g_array_new(FALSE, FALSE, sizeof(HdEdge)),
                 .hangs = hangs,
                 .known = known};
  const Candidate *all = (const Candidate *)(gpointer)candidates->data;
  for (guint begin = 0, end; begin < candidates->len; begin = end) {
    for (end = begin + 1; end < candidates->len && all[end].at_ns == all[begin].at_ns;) end++;
    search_at(&reach, &all[begin], end - begin);
  }
  g_array_unref(reach.nodes);
  g_array_unref(reach.waits);
  g_array_unref(reach.edges);
  g_hash_table_unref(reach.numbers);
}

static int compare_times(gconstpointer a, gconstpointer b) {
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
  return (left > right) - (left < right);
}

/* When each process was last told to end by another one of the recording: process -> its mark. */
static GHashTable *told_to_end(const HdModel *model) {
  GHashTable *told = g_hash_table_new(NULL, NULL);
  for (guint32 i = 0; i < model->mark_count; i++) {
    const HdMark *mark = &model->marks[i];
    enum hd_operation operation = hd_site_operation(model, mark->site);
    gboolean tells = operation == HD_OPERATION_PROCESS_TERMINATE || operation == HD_OPERATION_PROCESS_KILL;
    if (!tells || mark->error || mark->value < 0 || mark->value >= model->actor_count) continue;
    const HdMark *known = g_hash_table_lookup(told, GUINT_TO_POINTER((guint)mark->value));
    if (!known || known->at_ns < mark->at_ns) g_hash_table_insert(told, GUINT_TO_POINTER((guint)mark->value), (gpointer)mark);
  }
  return told;
}

/* The moments at which waits by any are judged, and those of the hangs found already (for their followers). */
static GArray *moments(const HdModel *model, const GArray *hangs) {
  GArray *times = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(GHashTable) told = told_to_end(model);
  for (guint32 wait = 0; wait < model->wait_count; wait++) {
    if (!model->waits[wait].open || hd_wait_rule(model, wait, model->waits[wait].end_ns) == HD_ENDS_BY_ITSELF) continue;
    guint32 process = hd_actor_process(model, model->waits[wait].actor);
    if (!hd_process_is_judged(model, process)) continue;
    gint64 at_ns = MIN(model->judged_ns, model->actors[process].end_ns);
    const HdMark *mark = g_hash_table_lookup(told, GUINT_TO_POINTER(process));
    if (mark && mark->at_ns >= model->waits[wait].begin_ns) at_ns = MIN(at_ns, mark->at_ns); /* what follows is its end */
    if (times->len == 0 || g_array_index(times, gint64, times->len - 1) != at_ns) g_array_append_val(times, at_ns);
  }
  for (guint i = 0; i < hangs->len; i++) g_array_append_val(times, g_array_index(hangs, HdHang, i).moment_ns);
  g_array_sort(times, compare_times);
  return times;
}

static int compare_hangs(gconstpointer a, gconstpointer b) {
  const HdHang *left = a, *right = b;
  if (left->closed_ns != right->closed_ns) return left->closed_ns < right->closed_ns ? -1 : 1;
  return (int)left->kind - (int)right->kind;
}

GArray *hd_hangs_new(const HdModel *model) {
  GArray *hangs = g_array_new(FALSE, FALSE, sizeof(HdHang));
  g_array_set_clear_func(hangs, hd_hang_clear);
  g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
  find_owned(model, hangs, known);
  for (guint i = 0; i < hangs->len; i++) {
    HdHang *hang = &g_array_index(hangs, HdHang, i);
    if (hang->closed_ns <= model->judged_ns) hang->moment_ns = MIN(hang->moment_ns, model->judged_ns);
  }
  g_autoptr(GArray) times = moments(model, hangs);
  for (guint i = 0; i < times->len; i++) {
    gint64 at_ns = g_array_index(times, gint64, i);
    if (i > 0 && at_ns == g_array_index(times, gint64, i - 1)) continue;
    hd_hangs_judge(model, at_ns, hangs, known);
  }
  g_array_sort(hangs, compare_hangs);
  return hangs;
}
