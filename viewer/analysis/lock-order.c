#include "lock-order.h"
#include "happens-before.h"
#include "lock-cycles.h"
#include "sentences.h"
#include "wait-graph.h"

enum { POTENTIAL_MAX = 100, REFUTED_MAX = 20, TRIES_MAX = 50 * 1000, ORDER_QUESTIONS_MAX = 4000 };

typedef enum { CHAIN_POSSIBLE, CHAIN_ALONE, CHAIN_GUARDED, CHAIN_ORDERED } Verdict;

typedef struct {
  const HdModel *model;
  const HdDependencies *all;
  const GArray *hangs;
  GArray *findings;
  HdHappensBefore *before;
  GPtrArray *reported; /* sets of locks (GHashTable) of potential cycles */
  guint potential_count, refuted_count;
} Predictor;

/* The choice of one dependency for each step of a cycle. */
typedef struct {
  Predictor *predictor;
  const guint32 *locks;
  GArray *const *edges;
  guint length;
  guint32 *chosen; /* indices of dependencies */
  guint32 *best;   /* those of the best verdict so far */
  guint tries, order_questions;
  Verdict verdict;
  guint32 guard; /* the common lock of a guarded chain */
} Chain;

static const HdDependency *dependency_at(const Predictor *predictor, guint32 index) {
  return &g_array_index(predictor->all->dependencies, HdDependency, index);
}

/* Whether some request of a and some of b may be pending at the same time. */
static gboolean may_meet(Chain *chain, const HdDependency *a, const HdDependency *b) {
  for (guint i = 0; i < a->requests->len; i++) {
    for (guint j = 0; j < b->requests->len; j++) {
      if (++chain->order_questions > ORDER_QUESTIONS_MAX) return TRUE;
      gint64 left_ns = g_array_index(a->requests, HdRequest, i).at_ns, right_ns = g_array_index(b->requests, HdRequest, j).at_ns;
      gboolean ordered = left_ns < right_ns ? hd_happens_before(chain->predictor->before, a->actor, left_ns, b->actor, right_ns)
                                            : hd_happens_before(chain->predictor->before, b->actor, right_ns, a->actor, left_ns);
      if (!ordered) return TRUE;
    }
  }
  return a->count > a->requests->len || b->count > b->requests->len; /* not all were kept */
}

static void note(Chain *chain, guint depth, Verdict verdict, guint32 guard) {
  if (chain->verdict >= verdict) return;
  chain->verdict = verdict;
  chain->guard = guard;
  for (guint i = 0; i < chain->length; i++) chain->best[i] = i <= depth ? chain->chosen[i] : g_array_index(chain->edges[i], guint32, 0);
}

static gboolean fits(Chain *chain, guint depth) {
  const HdDependency *it = dependency_at(chain->predictor, chain->chosen[depth]);
  for (guint i = 0; i < depth; i++) {
    const HdDependency *other = dependency_at(chain->predictor, chain->chosen[i]);
    guint32 guard = HD_NONE;
    if (other->actor == it->actor) return FALSE;
    if (hd_dependencies_disjoint(chain->predictor->all, it, other, &guard)) continue;
    note(chain, depth, CHAIN_GUARDED, guard);
    return FALSE;
  }
  for (guint i = 0; i < depth; i++) {
    if (may_meet(chain, it, dependency_at(chain->predictor, chain->chosen[i]))) continue;
    note(chain, depth, CHAIN_ORDERED, HD_NONE);
    return FALSE;
  }
  return TRUE;
}

/* Whether the request of step i blocks on what step i + 1 holds: two readers do not. */
static gboolean blocks(const Chain *chain, guint step) {
  guint next = (step + 1) % chain->length;
  const HdDependency *asks = dependency_at(chain->predictor, chain->chosen[step]),
                     *holds = dependency_at(chain->predictor, chain->chosen[next]);
  gboolean shared = FALSE;
  hd_dependency_holds(chain->predictor->all, holds, chain->locks[next], &shared);
  return !(asks->shared && shared);
}

static gboolean choose(Chain *chain, guint depth) {
  const GArray *candidates = chain->edges[depth];
  for (guint i = 0; i < candidates->len; i++) {
    if (++chain->tries > TRIES_MAX) return FALSE;
    chain->chosen[depth] = g_array_index(candidates, guint32, i);
    if (depth > 0 && (!blocks(chain, depth - 1) || !fits(chain, depth))) continue;
    if (depth + 1 == chain->length ? blocks(chain, depth) : choose(chain, depth + 1)) return TRUE;
  }
  return FALSE;
}

static gboolean occurred(const Predictor *predictor, const guint32 *locks, guint length) {
  for (guint i = 0; i < predictor->hangs->len; i++) {
    const HdHang *hang = &g_array_index(predictor->hangs, HdHang, i);
    if (hang->kind != HD_FINDING_DEADLOCK) continue;
    guint found = 0;
    for (guint j = 0; j < length; j++)
      for (guint k = 0; k < hang->waits->len; k++)
        if (predictor->model->waits[g_array_index(hang->waits, guint32, k)].object == locks[j]) {
          found++;
          break;
        }
    if (found == length) return TRUE;
  }
  return FALSE;
}

static gboolean contains_reported(const Predictor *predictor, const guint32 *locks, guint length) {
  for (guint i = 0; i < predictor->reported->len; i++) {
    GHashTable *set = g_ptr_array_index(predictor->reported, i);
    guint found = 0;
    for (guint j = 0; j < length; j++) found += g_hash_table_contains(set, GUINT_TO_POINTER(locks[j])) ? 1 : 0;
    if (found == g_hash_table_size(set)) return TRUE;
  }
  return FALSE;
}

static const HdRequest *request_of(const Chain *chain, guint step) {
  return &g_array_index(dependency_at(chain->predictor, chain->chosen[step])->requests, HdRequest, 0);
}

/* "carol took ledger and then asked for vault" */
static char *step_clause(const Chain *chain, guint step, const GArray *actors) {
  const Predictor *predictor = chain->predictor;
  const HdDependency *it = dependency_at(predictor, chain->chosen[step]);
  g_autofree char *actor = hd_text_actor(predictor->model, it->actor, actors);
  g_autofree char *held = hd_text_object(predictor->model, chain->locks[step]), *asked = hd_text_object(predictor->model, it->lock);
  return g_strdup_printf("%s took %s and then asked for %s", actor, held, asked);
}

/* The step whose request came first: the story begins there. */
static guint first_step(const Chain *chain) {
  guint first = 0;
  for (guint i = 1; i < chain->length; i++)
    if (request_of(chain, i)->at_ns < request_of(chain, first)->at_ns) first = i;
  return first;
}

static char *reason(const Chain *chain) {
  if (chain->verdict == CHAIN_ORDERED) return g_strdup("It cannot hang: the threads' creation, end or signals put them in order.");
  if (chain->verdict != CHAIN_GUARDED) return g_strdup("It did not hang this time, but with another timing it can.");
  g_autofree char *guard = hd_text_object(chain->predictor->model, chain->guard);
  return g_strdup_printf("It cannot hang: all of them held %s, so only one at a time gets here.", guard);
}

/* Says which lock's identity is not sure, or nothing. */
static char *doubt(const Chain *chain) {
  for (guint i = 0; i < chain->length; i++) {
    const HdObject *lock = &chain->predictor->model->objects[chain->locks[i]];
    if (lock->birth_seen || lock->named) continue;
    g_autofree char *name = hd_text_object(chain->predictor->model, chain->locks[i]);
    return g_strdup_printf(" The birth of %s was not seen: it may be several objects, one after the other, at one address.", name);
  }
  return g_strdup("");
}

static void report(Chain *chain, HdGrade grade) {
  const HdModel *model = chain->predictor->model;
  HdFinding *finding = hd_finding_add(chain->predictor->findings, HD_FINDING_LOCK_ORDER, grade);
  GString *clauses = g_string_new(NULL);
  finding->from_ns = G_MAXINT64;
  guint first = first_step(chain);
  for (guint i = 0; i < chain->length; i++) {
    hd_finding_add_actor(finding, dependency_at(chain->predictor, chain->chosen[(first + i) % chain->length])->actor);
    hd_finding_add_object(finding, chain->locks[(first + i) % chain->length]);
  }
  for (guint i = 0; i < chain->length; i++) {
    guint step = (first + i) % chain->length;
    const HdDependency *it = dependency_at(chain->predictor, chain->chosen[step]);
    const HdRequest *request = request_of(chain, step);
    guint32 outer = hd_dependency_hold(model, it->actor, chain->locks[step], request->at_ns);
    guint32 site = request->hold != HD_NONE ? model->holds[request->hold].acquire_site : model->waits[request->wait].site;
    char *clause = step_clause(chain, step, finding->actors);
    g_autofree char *place = hd_text_in_site(model, site);
    if (i < 4) g_string_append_printf(clauses, "%s%s%s", i > 0 ? ", " : "", clause, place);
    hd_finding_add_evidence(finding, request->at_ns, it->actor, site, request->wait, outer, clause);
    if (request->at_ns >= finding->at_ns) finding->site = site;
    finding->at_ns = MAX(finding->at_ns, request->at_ns);
    finding->from_ns = MIN(finding->from_ns, outer == HD_NONE ? request->at_ns : model->holds[outer].begin_ns);
    finding->to_ns = MAX(finding->to_ns, MAX(request->at_ns, outer == HD_NONE ? 0 : model->holds[outer].end_ns));
  }
  if (chain->length > 4) g_string_append_printf(clauses, ", and so on for %u more", chain->length - 4);
  g_autofree char *names = hd_text_objects(model, finding->objects), *why = reason(chain), *unsure = doubt(chain);
  finding->title = g_strdup_printf(chain->length == 2 ? "%s in both orders" : "%s in a circle", names);
  finding->summary = g_strdup_printf("%s. %s%s", clauses->str, why, unsure);
  finding->advice = g_strdup("Take these locks in the same order everywhere.");
  g_string_free(clauses, TRUE);
}

static gboolean on_cycle(const guint32 *locks, GArray *const *edges, guint length, gpointer user_data) {
  Predictor *predictor = user_data;
  if (occurred(predictor, locks, length) || contains_reported(predictor, locks, length)) return TRUE;
  Chain chain = {predictor, locks, edges, length, g_new0(guint32, length), g_new0(guint32, length), 0, 0, CHAIN_ALONE, HD_NONE};
  chain.verdict = CHAIN_ALONE;
  if (choose(&chain, 0)) {
    chain.verdict = CHAIN_POSSIBLE;
    GHashTable *set = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < length; i++) g_hash_table_add(set, GUINT_TO_POINTER(locks[i]));
    g_ptr_array_add(predictor->reported, set);
    predictor->potential_count++;
    report(&chain, HD_GRADE_POTENTIAL);
  } else if (chain.verdict != CHAIN_ALONE && length == 2 && predictor->refuted_count < REFUTED_MAX) {
    memcpy(chain.chosen, chain.best, sizeof *chain.chosen * length);
    predictor->refuted_count++;
    report(&chain, HD_GRADE_REFUTED);
  }
  g_free(chain.chosen);
  g_free(chain.best);
  return predictor->potential_count < POTENTIAL_MAX;
}

void hd_findings_add_lock_orders(const HdModel *model, const GArray *hangs, GArray *findings) {
  g_autoptr(HdDependencies) all = hd_dependencies_new(model);
  g_autoptr(HdHappensBefore) before = hd_happens_before_new(model);
  g_autoptr(GPtrArray) reported = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
  Predictor predictor = {model, all, hangs, findings, before, reported, 0, 0};
  guint first = findings->len;
  gboolean complete = hd_lock_cycles(model, all, on_cycle, &predictor);
  if (complete || findings->len == first) return;
  HdFinding *last = &g_array_index(findings, HdFinding, findings->len - 1);
  char *summary = g_strdup_printf("%s There are more such cycles; the search for them was stopped.", last->summary);
  g_free(last->summary);
  last->summary = summary;
}
