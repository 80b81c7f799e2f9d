#include "components.h"
#include "hang.h"
#include "judgement.h"

/* Of each thread blocked at a moment the hang that explains it. */
typedef struct {
  const HdModel *model;
  HdJudgement *judgement;
  GArray *hangs;
  guint32 *explained; /* of each actor: index of hangs, HD_NONE */
} Judge;

static guint32 explanation(Judge *judge, guint32 actor) {
  GArray *owners = judge->judgement->owners[actor];
  if (owners) {
    for (guint i = 0; i < owners->len; i++) {
      const HdOwner *owner = &g_array_index(owners, HdOwner, i);
      if (!owner->gone && judge->explained[owner->actor] != HD_NONE) return judge->explained[owner->actor];
    }
    return HD_NONE;
  }
  const HdWait *wait = &judge->model->waits[judge->judgement->wait[actor]];
  guint32 own = wait->object < judge->model->object_count ? judge->model->objects[wait->object].process : HD_NONE;
  if (own < judge->model->actor_count) return judge->explained[own]; /* anybody of its process would do */
  for (guint i = 0; i < judge->judgement->blocked->len; i++) {
    guint32 other = g_array_index(judge->judgement->blocked, guint32, i);
    if (judge->explained[other] != HD_NONE && hd_judgement_could_end(judge->judgement, actor, other)) return judge->explained[other];
  }
  return HD_NONE;
}

/* Who cannot go on because of somebody explained, though it waits for nothing, makes its followers follow, too. */
static gboolean explain_held_up(Judge *judge) {
  gboolean changed = FALSE;
  for (guint i = 0; i < judge->judgement->held_up->len; i++) {
    guint32 actor = g_array_index(judge->judgement->held_up, guint32, i), behind = judge->judgement->behind[actor];
    if (judge->explained[actor] != HD_NONE || judge->explained[behind] == HD_NONE) continue;
    judge->explained[actor] = judge->explained[behind];
    changed = TRUE;
  }
  return changed;
}

/* Everybody who depends on somebody explained becomes a follower of the same hang. A blocked process counts with its threads. */
static void explain_followers(Judge *judge) {
  const GArray *blocked = judge->judgement->blocked;
  for (gboolean changed = TRUE; changed;) {
    changed = explain_held_up(judge);
    for (guint i = 0; i < blocked->len; i++) {
      guint32 actor = g_array_index(blocked, guint32, i);
      guint32 process = hd_actor_process(judge->model, actor);
      guint32 hang = judge->explained[actor];
      if (hd_wait_is_idle(judge->model, judge->judgement->wait[actor])) continue; /* no work is no trouble */
      if (hang == HD_NONE) {
        hang = explanation(judge, actor);
        if (hang == HD_NONE) continue;
        judge->explained[actor] = hang;
        g_array_append_val(g_array_index(judge->hangs, HdHang, hang).followers, judge->judgement->wait[actor]);
        changed = TRUE;
      }
      if (judge->explained[process] == HD_NONE) {
        judge->explained[process] = hang;
        changed = TRUE;
      }
    }
  }
}

static gboolean is_open_question(const Judge *judge, guint32 actor) {
  return judge->explained[actor] == HD_NONE && !hd_wait_is_idle(judge->model, judge->judgement->wait[actor]);
}

static HdHang *begin_hang(Judge *judge, HdFindingKind kind) { return hd_hang_add(judge->hangs, kind, judge->judgement->at_ns); }

static void add_member(Judge *judge, guint32 actor) {
  HdHang *hang = &g_array_index(judge->hangs, HdHang, judge->hangs->len - 1);
  hd_hang_add_member(judge->model, hang, judge->judgement->wait[actor]);
  judge->explained[actor] = judge->hangs->len - 1;
}

/* The last wait to begin among a hang's members and followers completed it; workers that starve were so without their followers. */
static void close_hang(Judge *judge) {
  explain_followers(judge);
  HdHang *hang = &g_array_index(judge->hangs, HdHang, judge->hangs->len - 1);
  for (guint i = 0; i < hang->waits->len; i++)
    hang->closed_ns = MAX(hang->closed_ns, judge->model->waits[g_array_index(hang->waits, guint32, i)].begin_ns);
  for (guint i = 0; i < hang->followers->len && hang->kind != HD_FINDING_EXECUTOR_STARVATION; i++)
    hang->closed_ns = MAX(hang->closed_ns, judge->model->waits[g_array_index(hang->followers, guint32, i)].begin_ns);
}

static void find_self_deadlocks(Judge *judge) {
  g_autoptr(GArray) holders = g_array_new(FALSE, FALSE, sizeof(HdOwner));
  for (guint i = 0; i < judge->judgement->blocked->len; i++) {
    guint32 actor = g_array_index(judge->judgement->blocked, guint32, i), wait = judge->judgement->wait[actor];
    if (!is_open_question(judge, actor) || !hd_object_is_lock(judge->model, judge->model->waits[wait].object)) continue;
    g_array_set_size(holders, 0);
    hd_wait_owners(judge->model, wait, judge->judgement->at_ns, holders);
    if (holders->len == 0 || g_array_index(holders, HdOwner, 0).actor != actor) continue;
    begin_hang(judge, HD_FINDING_SELF_DEADLOCK);
    add_member(judge, actor);
    close_hang(judge);
  }
}

static void find_lost_wakeups(Judge *judge) {
  const GArray *blocked = judge->judgement->blocked;
  for (guint i = 0; i < blocked->len; i++) {
    guint32 actor = g_array_index(blocked, guint32, i), wait = judge->judgement->wait[actor];
    guint32 notify = is_open_question(judge, actor) ? hd_lost_notify(judge->model, wait) : HD_NONE;
    if (notify == HD_NONE) continue;
    begin_hang(judge, HD_FINDING_LOST_WAKEUP)->notify = notify;
    add_member(judge, actor);
    for (guint j = i + 1; j < blocked->len; j++) { /* who missed the same notify */
      guint32 other = g_array_index(blocked, guint32, j);
      if (is_open_question(judge, other) && hd_lost_notify(judge->model, judge->judgement->wait[other]) == notify) add_member(judge, other);
    }
    close_hang(judge);
  }
}

static void find_executor_starvations(Judge *judge) {
  const GArray *blocked = judge->judgement->blocked;
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < blocked->len; i++) {
    guint32 actor = g_array_index(blocked, guint32, i);
    guint32 executor =
        is_open_question(judge, actor) ? hd_wait_queued_in(judge->model, judge->judgement->wait[actor], judge->judgement->at_ns) : HD_NONE;
    if (executor == HD_NONE || !g_hash_table_add(seen, GUINT_TO_POINTER(executor))) continue;
    g_autoptr(GArray) workers = hd_starved_workers(judge->judgement, executor);
    gboolean all_open = workers != NULL;
    for (guint k = 0; all_open && k < workers->len; k++) all_open = is_open_question(judge, g_array_index(workers, guint32, k));
    if (!all_open) continue;
    begin_hang(judge, HD_FINDING_EXECUTOR_STARVATION)->executor = executor;
    for (guint k = 0; k < workers->len; k++) add_member(judge, g_array_index(workers, guint32, k));
    close_hang(judge);
  }
}

/* Whether who did this to a queue or pipe would end a wait there: a put the wait to get, a get the wait to put, task_done a join. */
static gboolean provides_item(enum hd_operation wait, enum hd_operation done) {
  if (wait == HD_OPERATION_QUEUE_JOIN) return done == HD_OPERATION_QUEUE_TASK_DONE;
  return hd_operations[done].role == (hd_operations[wait].role == HD_ROLE_ENABLE ? HD_ROLE_TAKE : HD_ROLE_ENABLE);
}

/* Those who have done before what ends the wait, or have enabled, taken or held the object. */
static GHashTable *providers_of(const Judge *judge, const HdWait *waiting) {
  const HdObject *object = &judge->model->objects[waiting->object];
  enum hd_operation operation = hd_site_operation(judge->model, waiting->site);
  gboolean items = object->kind == HD_KIND_QUEUE || hd_operations[operation].flags & HD_OPERATION_FLAG_ITEM;
  GHashTable *providers = g_hash_table_new(NULL, NULL);
  for (guint32 i = 0; i < object->mark_count; i++) {
    const HdMark *mark = &judge->model->marks[object->mark_first + i];
    enum hd_operation done = hd_site_operation(judge->model, mark->site);
    enum hd_role role = hd_operations[done].role;
    if (items ? provides_item(operation, done) : role == HD_ROLE_ENABLE || role == HD_ROLE_TAKE)
      g_hash_table_add(providers, GUINT_TO_POINTER(mark->actor));
  }
  if (items) return providers;
  for (guint32 i = 0; i < object->hold_count; i++)
    g_hash_table_add(providers, GUINT_TO_POINTER(judge->model->holds[object->hold_first + i].actor));
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &judge->model->waits[judge->model->object_waits[object->wait_first + i]];
    if (!wait->open && wait->result == HD_WAIT_RESULT_OK) g_hash_table_add(providers, GUINT_TO_POINTER(wait->actor));
  }
  return providers;
}

/* Whether b, which could end a's wait, is one who would (see deadlock.h). */
static gboolean would_end(const Judge *judge, guint32 a, guint32 b, GHashTable *providers) {
  const HdWait *wait = &judge->model->waits[judge->judgement->wait[a]], *other = &judge->model->waits[judge->judgement->wait[b]];
  if (other->object == wait->object && other->object != HD_NONE) return FALSE;
  gboolean elsewhere = hd_actor_process(judge->model, a) != hd_actor_process(judge->model, b);
  if (wait->state == HD_STATE_WAIT_PROCESS || (wait->state == HD_STATE_WAIT_PIPE && elsewhere)) return TRUE;
  if (other->state == HD_STATE_WAIT_LOCK) return TRUE;
  gboolean joins = judge->judgement->rule[b] != HD_ENDS_BY_ANY || other->state == HD_STATE_WAIT_PROCESS;
  if (joins && wait->state == HD_STATE_WAIT_CONDITION) return FALSE;
  if (g_hash_table_contains(providers, GUINT_TO_POINTER(b))) return TRUE;
  return !joins && wait->state != HD_STATE_WAIT_CONDITION && other->state != HD_STATE_WAIT_CONDITION;
}

/* Edges from node to everybody who would end its wait; through a node of the object, which its other waiters of that sort share. */
static void add_any_edges(Judge *judge, const GArray *nodes, guint32 node, GHashTable *object_nodes, guint32 *node_count, GArray *edges) {
  guint32 actor = g_array_index(nodes, guint32, node);
  const HdWait *wait = &judge->model->waits[judge->judgement->wait[actor]];
  gboolean has_object = wait->object < judge->model->object_count;
  guint32 through = node;
  if (has_object) {
    gpointer key = GSIZE_TO_POINTER(((gsize)wait->object + 1) << 8 | hd_operations[hd_site_operation(judge->model, wait->site)].role);
    guint32 known = GPOINTER_TO_UINT(g_hash_table_lookup(object_nodes, key));
    through = known ? known : (*node_count)++;
    HdEdge edge = {node, through};
    g_array_append_val(edges, edge);
    if (known) return;
    g_hash_table_insert(object_nodes, key, GUINT_TO_POINTER(through));
  }
  g_autoptr(GHashTable) providers = has_object ? providers_of(judge, wait) : g_hash_table_new(NULL, NULL);
  for (guint32 other = 0; other < nodes->len; other++) {
    guint32 ender = g_array_index(nodes, guint32, other);
    if (!hd_judgement_could_end(judge->judgement, actor, ender) || !would_end(judge, actor, ender, providers)) continue;
    HdEdge edge = {through, other};
    g_array_append_val(edges, edge);
  }
}

static void find_deadlocks(Judge *judge) {
  g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(guint32)), edges = g_array_new(FALSE, FALSE, sizeof(HdEdge));
  g_autofree guint32 *number = g_new0(guint32, MAX(judge->model->actor_count, 1));
  for (guint i = 0; i < judge->judgement->blocked->len; i++) {
    guint32 actor = g_array_index(judge->judgement->blocked, guint32, i);
    if (!is_open_question(judge, actor)) continue;
    number[actor] = nodes->len + 1;
    g_array_append_val(nodes, actor);
  }
  g_autoptr(GHashTable) object_nodes = g_hash_table_new(NULL, NULL);
  guint32 node_count = nodes->len;
  for (guint32 node = 0; node < nodes->len; node++) {
    const GArray *owners = judge->judgement->owners[g_array_index(nodes, guint32, node)];
    if (!owners) add_any_edges(judge, nodes, node, object_nodes, &node_count, edges);
    for (guint i = 0; owners && i < owners->len; i++) {
      guint32 owner = g_array_index(owners, HdOwner, i).actor;
      gboolean is_process = judge->model->actors[owner].kind == HD_ACTOR_PROCESS;
      HdEdge edge = {node, number[owner] - 1};
      if (number[owner]) g_array_append_val(edges, edge);
      for (edge.to = 0; is_process && edge.to < nodes->len; edge.to++) /* any of its threads */
        if (hd_actor_process(judge->model, g_array_index(nodes, guint32, edge.to)) == owner) g_array_append_val(edges, edge);
    }
  }
  guint32 count;
  g_autofree guint32 *component = hd_components(node_count, edges, &count);
  g_autofree guint32 *size = g_new0(guint32, MAX(count, 1));
  for (guint32 node = 0; node < nodes->len; node++) size[component[node]]++;
  for (guint32 wanted = 0; wanted < count; wanted++) { /* what others depend on comes first */
    if (size[wanted] < 2) continue;
    gboolean begun = FALSE;
    for (guint32 node = 0; node < nodes->len; node++) {
      guint32 actor = g_array_index(nodes, guint32, node);
      if (component[node] != wanted || !is_open_question(judge, actor)) continue;
      if (!begun) begin_hang(judge, HD_FINDING_DEADLOCK);
      begun = TRUE;
      add_member(judge, actor);
    }
    if (begun) close_hang(judge);
  }
}

/* What is left: nobody would end these waits. Those who could end each other's are one hang; who waits for the end of one follows it. */
static void find_stuck(Judge *judge) {
  const GArray *blocked = judge->judgement->blocked;
  for (guint i = 0; i < blocked->len; i++) {
    guint32 actor = g_array_index(blocked, guint32, i);
    if (!is_open_question(judge, actor) || judge->judgement->owners[actor]) continue;
    begin_hang(judge, HD_FINDING_STUCK);
    add_member(judge, actor);
    for (guint j = i + 1; j < blocked->len; j++) {
      guint32 other = g_array_index(blocked, guint32, j);
      if (is_open_question(judge, other) && hd_judgement_could_end(judge->judgement, actor, other) &&
          hd_judgement_could_end(judge->judgement, other, actor))
        add_member(judge, other);
    }
    close_hang(judge);
  }
}

void hd_hangs_judge(const HdModel *model, gint64 at_ns, GArray *hangs, GHashTable *known) {
  g_autoptr(HdJudgement) judgement = hd_judgement_new(model, at_ns);
  Judge judge = {model, judgement, hangs, g_new(guint32, MAX(model->actor_count, 1))};
  for (guint32 actor = 0; actor < model->actor_count; actor++) judge.explained[actor] = HD_NONE;
  for (guint i = 0; i < hangs->len; i++) {
    const HdHang *hang = &g_array_index(hangs, HdHang, i);
    for (guint j = 0; j < hang->waits->len; j++) {
      guint32 wait = g_array_index(hang->waits, guint32, j), actor = model->waits[wait].actor;
      if (judgement->wait[actor] == wait) judge.explained[actor] = i;
    }
  }
  guint first_new = hangs->len;
  explain_followers(&judge);
  find_self_deadlocks(&judge);
  find_executor_starvations(&judge);
  find_lost_wakeups(&judge);
  find_deadlocks(&judge);
  find_stuck(&judge);
  for (guint i = first_new; i < hangs->len; i++) {
    const GArray *waits = g_array_index(hangs, HdHang, i).waits;
    for (guint j = 0; j < waits->len; j++) g_hash_table_add(known, GUINT_TO_POINTER(g_array_index(waits, guint32, j)));
  }
  g_free(judge.explained);
}
