/* Convoys (issue facts, "Contention" and "Interpreter lock"): 20 acquisitions in a row of one actor, each after a wait behind the same
 * other actor that was longer than five times the waiter's own hold before. Behind: it was the last to hold the lock before. One finding a
 * lock, of the row that cost most. */
#include "finding-list.h"
#include "sentences.h"
#include "sums.h"
#include "wait-graph.h"

enum { ROW_MIN = 20, WAIT_TO_HOLD_MIN = 5 };

/* What is known of one actor's acquisitions of a lock. */
typedef struct {
  guint32 last_hold; /* HD_NONE */
  guint32 culprit;
  guint count;
  gint64 waited_ns, held_ns;
  guint32 first_wait, last_wait, longest_wait;
} Row;

static gint64 length_of(const HdWait *wait) { return wait->end_ns - wait->begin_ns; }

/* Adds a hold to the actor's row, or begins a new one; FALSE: it is none. */
static gboolean continue_row(const HdModel *model, Row *row, guint32 hold_index, guint32 culprit) {
  const HdHold *hold = &model->holds[hold_index], *last = row->last_hold == HD_NONE ? NULL : &model->holds[row->last_hold];
  const HdWait *wait = hold->wait < model->wait_count ? &model->waits[hold->wait] : NULL;
  gint64 own_ns = last ? last->end_ns - last->begin_ns : 0;
  row->last_hold = hold_index;
  if (!wait || !last || culprit == HD_NONE || culprit == hold->actor || length_of(wait) <= WAIT_TO_HOLD_MIN * own_ns) {
    row->count = 0;
    return FALSE;
  }
  if (row->count == 0 || row->culprit != culprit)
    *row = (Row){.last_hold = hold_index, .culprit = culprit, .first_wait = hold->wait, .longest_wait = hold->wait};
  row->count++;
  hd_add_ns(&row->waited_ns, length_of(wait));
  hd_add_ns(&row->held_ns, own_ns);
  row->last_wait = hold->wait;
  if (length_of(wait) > length_of(&model->waits[row->longest_wait])) row->longest_wait = hold->wait;
  return TRUE;
}

static Row costliest_row(const HdModel *model, const HdObject *object) {
  g_autoptr(GHashTable) rows = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  Row worst = {.count = 0};
  guint32 before = HD_NONE;
  for (guint32 i = object->hold_first; i < object->hold_first + object->hold_count; i++) {
    const HdHold *hold = &model->holds[i];
    if (hold->depth > 1 || hold->actor >= model->actor_count) continue;
    Row *row = g_hash_table_lookup(rows, GUINT_TO_POINTER(hold->actor));
    if (!row) {
      row = g_new0(Row, 1);
      row->last_hold = HD_NONE;
      g_hash_table_insert(rows, GUINT_TO_POINTER(hold->actor), row);
    }
    if (continue_row(model, row, i, before) && row->count >= ROW_MIN && row->waited_ns > worst.waited_ns) worst = *row;
    before = hold->actor;
  }
  return worst;
}

static void add_finding(const HdModel *model, guint32 object, const Row *row, GArray *findings) {
  HdFinding *finding = hd_finding_add(findings, HD_FINDING_CONVOY, HD_GRADE_OCCURRED);
  const HdWait *first = &model->waits[row->first_wait], *last = &model->waits[row->last_wait], *longest = &model->waits[row->longest_wait];
  hd_finding_add_actor(finding, first->actor);
  hd_finding_add_actor(finding, row->culprit);
  g_autofree char *victim = hd_text_actor(model, first->actor, finding->actors),
                  *culprit = hd_text_actor(model, row->culprit, finding->actors);
  g_autofree char *name = hd_text_object(model, object), *waited = hd_format_duration(row->waited_ns / row->count);
  g_autofree char *held = hd_format_duration(row->held_ns / row->count), *all = hd_format_duration(row->waited_ns);
  gint64 span_ns = last->end_ns - first->begin_ns;
  double slowdown = (double)span_ns / (double)MAX(span_ns - row->waited_ns, 1);
  finding->title = g_strdup_printf("%s queues behind %s at every turn", victim, culprit);
  finding->summary =
      g_strdup_printf("%s took %s %u times in a row only after a wait behind %s: %s each time, for holds of %s. It lost %s, and "
                      "was %.1f times slower.",
                      victim, name, row->count, culprit, waited, held, all, slowdown);
  finding->advice = model->objects[object].kind == HD_KIND_GIL
                        ? g_strdup_printf("Give %s a shorter switch interval, let %s release the lock more often, or move its work into a "
                                          "process.",
                                          name, culprit)
                        : g_strdup_printf("Let %s hold %s for less, or let %s take it once for more work.", culprit, name, victim);
  finding->from_ns = first->begin_ns;
  finding->at_ns = first->begin_ns;
  finding->to_ns = last->end_ns;
  finding->lost_ns = row->waited_ns;
  finding->site = longest->site;
  g_autoptr(GArray) victims = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_array_append_val(victims, first->actor);
  finding->share = hd_life_share(model, victims, row->waited_ns);
  hd_finding_add_object(finding, object);
  g_autofree char *most = hd_format_duration(length_of(longest));
  hd_finding_add_evidence(finding, first->begin_ns, first->actor, first->site, row->first_wait, HD_NONE,
                          g_strdup_printf("%s begins to wait for %s behind %s", victim, name, culprit));
  hd_finding_add_evidence(finding, longest->begin_ns, longest->actor, longest->site, row->longest_wait, HD_NONE,
                          g_strdup_printf("%s waits longest, %s", victim, most));
}

void hd_findings_add_convoys(const HdModel *model, GArray *findings) {
  for (guint32 object = 0; object < model->object_count; object++) {
    if (!hd_object_is_lock(model, object) || model->objects[object].hold_count < ROW_MIN || model->objects[object].wait_count < ROW_MIN)
      continue;
    Row row = costliest_row(model, &model->objects[object]);
    if (row.count >= ROW_MIN) add_finding(model, object, &row, findings);
  }
}
