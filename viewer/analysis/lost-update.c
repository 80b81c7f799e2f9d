/* Lost updates that were observed, on variables that the program announces: T1 read the variable, T2 wrote it, and T1 wrote it without
 * reading it again (issue facts, "Races on annotated variables"). Versions are counted inside the variable, so they tell in what order the
 * accesses took effect; stamps of racing accesses do not.
 *
 * A write builds on the version that its thread read last, if it has not written since; an update (read and write in one) on the one
 * before its own; a write without a read of its own builds on nothing, and overwrites on purpose. Going back from the last version along
 * what each builds on, all versions that are passed over were lost: of a counter, as many as are missing in the end. Nothing is said of
 * variables of which nothing was seen to be lost. */
#include "finding-list.h"
#include "sentences.h"
#include "wait-graph.h"

enum { SPARSE_FACTOR = 4, SPARSE_MARGIN = 1024, HOLDS_BACK_MAX = 256, VERSIONS_BACK_MAX = 4096 };

/* A version of a variable, in the order of versions. */
typedef struct {
  guint32 mark; /* that made it, HD_NONE: not seen */
  guint32 read; /* mark of the read that it builds on, HD_NONE: an update, or none */
  gint64 base;  /* version that it builds on; -1: on nothing */
} Version;

typedef struct {
  const HdModel *model;
  guint32 object;
  gint64 first; /* number of versions[0] */
  GArray *versions;
} History;

static gboolean writes(enum hd_operation operation) {
  return operation == HD_OPERATION_SHARED_WRITE || operation == HD_OPERATION_SHARED_UPDATE;
}

/* Room for all versions from the first to the last that was seen; FALSE when the numbers are nonsense. */
static gboolean make_room(History *history, const HdObject *object) {
  gint64 first = G_MAXINT64, last = G_MININT64;
  guint count = 0;
  for (guint32 i = object->mark_first; i < object->mark_first + object->mark_count; i++) {
    const HdMark *mark = &history->model->marks[i];
    if (mark->error || !writes(hd_site_operation(history->model, mark->site))) continue;
    first = MIN(first, mark->value);
    last = MAX(last, mark->value);
    count++;
  }
  if (count < 2 || first < 0 || last - first >= (gint64)count * SPARSE_FACTOR + SPARSE_MARGIN) return FALSE;
  history->first = first;
  for (gint64 version = first; version <= last; version++)
    g_array_append_val(history->versions, ((Version){.mark = HD_NONE, .read = HD_NONE, .base = version - 1}));
  return TRUE;
}

static void fill_in(History *history, const HdObject *object) {
  g_autoptr(GHashTable) reads = g_hash_table_new(NULL, NULL); /* actor -> its last read that no write has used, + 1 */
  for (guint32 i = object->mark_first; i < object->mark_first + object->mark_count; i++) {
    const HdMark *mark = &history->model->marks[i];
    enum hd_operation operation = hd_site_operation(history->model, mark->site);
    gpointer actor = GUINT_TO_POINTER(mark->actor);
    if (mark->error) continue;
    if (operation == HD_OPERATION_SHARED_READ) g_hash_table_insert(reads, actor, GUINT_TO_POINTER(i + 1));
    if (!writes(operation)) continue;
    Version *version = &g_array_index(history->versions, Version, mark->value - history->first);
    version->mark = i;
    if (operation == HD_OPERATION_SHARED_WRITE) {
      version->read = GPOINTER_TO_UINT(g_hash_table_lookup(reads, actor)) - 1;
      version->base = version->read == HD_NONE ? -1 : history->model->marks[version->read].value;
    }
    g_hash_table_remove(reads, actor);
  }
}

/* The version by somebody else that was overwritten at last, HD_NONE. */
static guint32 overwritten(const History *history, guint32 by) {
  const Version *version = &g_array_index(history->versions, Version, by);
  if (version->read == HD_NONE || version->base >= history->first + by) return HD_NONE;
  gint64 last = history->first + by - 1, least = MAX(MAX(version->base + 1, history->first), last - VERSIONS_BACK_MAX);
  for (gint64 number = last; number >= least; number--) {
    guint32 mark = g_array_index(history->versions, Version, number - history->first).mark;
    if (mark != HD_NONE && history->model->marks[mark].actor != history->model->marks[version->mark].actor)
      return (guint32)(number - history->first);
  }
  return HD_NONE;
}

/* The writes on whose versions nothing in the end builds, as marks, and the first write that passed over one. */
static GArray *find_lost(const History *history, guint32 *example) {
  GArray *lost = g_array_new(FALSE, FALSE, sizeof(guint32));
  *example = HD_NONE;
  for (gint64 at = history->versions->len - 1; at >= 0;) {
    const Version *version = &g_array_index(history->versions, Version, at);
    gint64 base = version->read == HD_NONE ? at - 1 : CLAMP(version->base - history->first, -1, at - 1);
    gboolean others = version->mark != HD_NONE && overwritten(history, (guint32)at) != HD_NONE;
    for (gint64 passed = at - 1; others && passed > base; passed--) {
      guint32 mark = g_array_index(history->versions, Version, passed).mark;
      if (mark != HD_NONE) g_array_append_val(lost, mark);
    }
    if (others) *example = (guint32)at;
    at = others ? base : at - 1;
  }
  return lost;
}

/* The locks that an actor held from one time to another, each in one hold when whole, else at both ends. */
static GArray *locks_held(const HdModel *model, guint32 actor_index, gint64 from_ns, gint64 to_ns, gboolean whole) {
  GArray *from = g_array_new(FALSE, FALSE, sizeof(guint32)), *both = g_array_new(FALSE, FALSE, sizeof(guint32));
  const HdActor *actor = &model->actors[actor_index];
  guint32 low = actor->hold_first, high = actor->hold_first + actor->hold_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (model->holds[model->actor_holds[middle]].begin_ns <= to_ns)
      low = middle + 1;
    else
      high = middle;
  }
  for (guint32 i = low, looked = 0; i-- > actor->hold_first && looked < HOLDS_BACK_MAX; looked++) {
    const HdHold *hold = &model->holds[model->actor_holds[i]];
    gboolean at_begin = hold->begin_ns <= from_ns && from_ns <= hold->end_ns, at_end = hold->end_ns >= to_ns;
    if (whole && at_begin && at_end) g_array_append_val(both, hold->object);
    if (!whole && at_end) g_array_append_val(from, hold->object);
    for (guint k = 0; !whole && at_begin && k < from->len; k++)
      if (g_array_index(from, guint32, k) == hold->object) g_array_append_val(both, hold->object);
  }
  g_array_unref(from);
  return both;
}

static guint32 common(const GArray *a, const GArray *b) {
  for (guint i = 0; i < a->len; i++)
    for (guint k = 0; k < b->len; k++)
      if (g_array_index(a, guint32, i) == g_array_index(b, guint32, k)) return g_array_index(a, guint32, i);
  return HD_NONE;
}

/* What would have kept them apart: depends on which locks they held. */
static char *advice(const HdModel *model, const HdMark *read, const HdMark *other, const HdMark *write, const char *name) {
  g_autoptr(GArray) one = locks_held(model, write->actor, read->at_ns, write->at_ns, FALSE),
                    whole = locks_held(model, write->actor, read->at_ns, write->at_ns, TRUE),
                    two = locks_held(model, other->actor, other->at_ns, other->at_ns, TRUE);
  guint32 both = common(one, two);
  if (both != HD_NONE) {
    g_autofree char *lock = hd_text_object(model, both);
    return g_strdup_printf("Both held %s at each access, but it was let go between the read and the write: keep it from one to the other.",
                           lock);
  }
  if (!whole->len && !two->len)
    return g_strdup_printf("No lock was held: guard each read of %s with its write by one lock, or update it in one step.", name);
  g_autofree char *held = hd_text_object(model, whole->len ? g_array_index(whole, guint32, 0) : g_array_index(two, guint32, 0));
  if (!whole->len || !two->len)
    return g_strdup_printf("Only one of them held a lock (%s): all who write %s must take it, from the read to the write.", held, name);
  g_autofree char *second = hd_text_object(model, g_array_index(two, guint32, 0));
  return g_strdup_printf("They held different locks (%s and %s): guard %s by one and the same.", held, second, name);
}

static void cite(const HdModel *model, HdFinding *finding, const HdMark *mark, const char *format_verb, const char *name) {
  g_autofree char *actor = hd_text_actor(model, mark->actor, finding->actors);
  hd_finding_add_evidence(finding, mark->at_ns, mark->actor, mark->site, HD_NONE, HD_NONE,
                          g_strdup_printf("%s %s %s, version %" G_GINT64_FORMAT, actor, format_verb, name, mark->value));
}

static void add_finding(const History *history, guint32 example, guint lost_count, GArray *findings) {
  const HdModel *model = history->model;
  const Version *version = &g_array_index(history->versions, Version, example),
                *passed = &g_array_index(history->versions, Version, overwritten(history, example));
  const HdMark *write = &model->marks[version->mark], *read = &model->marks[version->read], *other = &model->marks[passed->mark];
  HdFinding *finding = hd_finding_add(findings, HD_FINDING_LOST_UPDATE, HD_GRADE_OCCURRED);
  hd_finding_add_actor(finding, write->actor);
  hd_finding_add_actor(finding, other->actor);
  hd_finding_add_object(finding, history->object);
  g_autofree char *name = hd_text_object(model, history->object), *writer = hd_text_actor(model, write->actor, finding->actors);
  g_autofree char *loser = hd_text_actor(model, other->actor, finding->actors), *number = hd_text_number(lost_count);
  g_autofree char *at = hd_text_in_site(model, write->site), *by = hd_text_in_site(model, other->site);
  finding->title = g_strdup_printf("%s lost %s update%s", name, number, lost_count == 1 ? "" : "s");
  finding->summary = g_strdup_printf(
      "%s read %s, %s wrote it%s, and %s wrote it%s without reading it again: what %s had written is gone. In all, %s of %u "
      "writes %s lost so.",
      writer, name, loser, by, writer, at, loser, number, history->versions->len, lost_count == 1 ? "was" : "were");
  finding->advice = advice(model, read, other, write, name);
  finding->from_ns = MIN(read->at_ns, other->at_ns);
  finding->at_ns = finding->to_ns = MAX(write->at_ns, MAX(other->at_ns, read->at_ns));
  finding->site = write->site;
  cite(model, finding, read, "reads", name);
  cite(model, finding, other, "writes", name);
  cite(model, finding, write, "writes", name);
}

/* FALSE: nothing can be said of it. The caller frees the versions. */
static gboolean begin_history(History *history, const HdModel *model, guint32 object) {
  *history = (History){.model = model, .object = object, .versions = g_array_new(FALSE, FALSE, sizeof(Version))};
  if (model->objects[object].kind != HD_KIND_SHARED || !make_room(history, &model->objects[object])) return FALSE;
  fill_in(history, &model->objects[object]);
  return TRUE;
}

static int compare_marks(gconstpointer a, gconstpointer b) {
  guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;
  return (first > second) - (first < second);
}

GArray *hd_lost_writes(const HdModel *model, guint32 object) {
  History history;
  guint32 example;
  GArray *lost = begin_history(&history, model, object) ? find_lost(&history, &example) : g_array_new(FALSE, FALSE, sizeof(guint32));
  g_array_unref(history.versions);
  g_array_sort(lost, compare_marks);
  return lost;
}

void hd_findings_add_lost_updates(const HdModel *model, GArray *findings) {
  for (guint32 object = 0; object < model->object_count; object++) {
    History history;
    guint32 example;
    g_autoptr(GArray) lost = begin_history(&history, model, object) ? find_lost(&history, &example) : NULL;
    if (lost && lost->len) add_finding(&history, example, lost->len, findings);
    g_array_unref(history.versions);
  }
}
