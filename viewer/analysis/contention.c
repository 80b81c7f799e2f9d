#include "contention.h"
#include "sums.h"
#include "wait-graph.h"

static int compare_blame(gconstpointer a, gconstpointer b) {
  const HdBlame *left = a, *right = b;
  if (left->blame_ns != right->blame_ns) return left->blame_ns > right->blame_ns ? -1 : 1;
  if (left->site != right->site) return left->site < right->site ? -1 : 1;
  return (left->actor > right->actor) - (left->actor < right->actor);
}

/* Sums by site and actor. */
typedef struct {
  GHashTable *numbers; /* site << 32 | actor -> index of sums + 1 */
  GArray *sums;        /* of HdBlame */
} Ledger;

static Ledger ledger_new(void) {
  return (Ledger){g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL), g_array_new(FALSE, FALSE, sizeof(HdBlame))};
}

static void ledger_add(Ledger *ledger, guint32 site, guint32 actor, gint64 amount_ns) {
  gint64 key = (gint64)((guint64)site << 32 | actor);
  guint number = GPOINTER_TO_UINT(g_hash_table_lookup(ledger->numbers, &key));
  if (!number) {
    HdBlame sum = {.site = site, .actor = actor};
    g_array_append_val(ledger->sums, sum);
    number = ledger->sums->len;
    g_hash_table_insert(ledger->numbers, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(number));
  }
  HdBlame *sum = &g_array_index(ledger->sums, HdBlame, number - 1);
  sum->blame_ns += amount_ns;
  sum->hold_count++;
}

static HdBlame *ledger_end(Ledger *ledger, guint *count) {
  g_array_sort(ledger->sums, compare_blame);
  *count = ledger->sums->len;
  g_hash_table_unref(ledger->numbers);
  return (HdBlame *)(gpointer)g_array_free(ledger->sums, FALSE);
}

static void fill_waits(const HdModel *model, const HdObject *object, HdContention *contention) {
  Ledger ledger = ledger_new();
  for (guint32 i = 0; i < object->wait_count; i++) {
    guint32 index = model->object_waits[object->wait_first + i];
    const HdWait *wait = &model->waits[index];
    if (hd_wait_is_idle(model, index)) continue;
    gint64 duration_ns = MAX(wait->end_ns - wait->begin_ns, 0);
    contention->wait_min_ns = contention->contention_count++ == 0 ? duration_ns : MIN(contention->wait_min_ns, duration_ns);
    contention->wait_max_ns = MAX(contention->wait_max_ns, duration_ns);
    contention->wait_total_ns += duration_ns;
    hd_histogram_add(&contention->wait_histogram, duration_ns);
    ledger_add(&ledger, wait->site, wait->actor, duration_ns);
  }
  contention->waiters = ledger_end(&ledger, &contention->waiter_count);
}

static void fill_holds(const HdModel *model, const HdObject *object, HdContention *contention) {
  gint64 covered_until_ns = G_MININT64;
  for (guint32 i = object->hold_first; i < object->hold_first + object->hold_count; i++) {
    const HdHold *hold = &model->holds[i];
    if (hold->depth > 1) continue;
    gint64 end_ns = MIN(hd_hold_end_ns(model, i), MAX(hold->end_ns, hold->begin_ns));
    gint64 duration_ns = end_ns - hold->begin_ns;
    contention->hold_min_ns = contention->acquisition_count == 0 ? duration_ns : MIN(contention->hold_min_ns, duration_ns);
    contention->hold_max_ns = MAX(contention->hold_max_ns, duration_ns);
    contention->hold_total_ns += duration_ns;
    contention->acquisition_count++;
    hd_histogram_add(&contention->hold_histogram, duration_ns);
    if (end_ns > covered_until_ns) contention->held_ns += end_ns - MAX(hold->begin_ns, covered_until_ns);
    covered_until_ns = MAX(covered_until_ns, end_ns);
  }
}

static void fill_blame(const HdModel *model, guint32 object_index, HdContention *contention) {
  const HdObject *object = &model->objects[object_index];
  if (object->wait_count == 0 || object->hold_count == 0) {
    contention->handoff_ns = hd_object_is_lock(model, object_index) ? contention->wait_total_ns : 0;
    return;
  }
  g_autofree gint64 *blame_ns = g_new(gint64, object->hold_count);
  gint64 wait_total_ns, blame_total_ns;
  hd_blame_sweep(model, object_index, blame_ns, &wait_total_ns, &blame_total_ns);
  contention->handoff_ns = wait_total_ns - blame_total_ns;
  Ledger ledger = ledger_new();
  for (guint32 i = 0; i < object->hold_count; i++) {
    const HdHold *hold = &model->holds[object->hold_first + i];
    if (blame_ns[i] > 0) ledger_add(&ledger, hold->acquire_site, hold->actor, blame_ns[i]);
  }
  contention->blame = ledger_end(&ledger, &contention->blame_count);
}

/* Permits taken: at once, or at the end of a wait (whose take may be marked, too; that of an item always is). */
static guint64 take_count(const HdModel *model, const HdObject *object) {
  guint64 count = 0;
  for (guint32 i = 0; i < object->mark_count; i++) {
    const HdMark *mark = &model->marks[object->mark_first + i];
    if (!mark->error && hd_operations[hd_site_operation(model, mark->site)].role == HD_ROLE_TAKE) count++;
  }
  for (guint32 i = 0; i < object->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[object->wait_first + i]];
    const struct hd_operation_info *operation = &hd_operations[hd_site_operation(model, wait->site)];
    if (wait->open || wait->result != HD_WAIT_RESULT_OK || operation->role != HD_ROLE_TAKE || operation->flags & HD_OPERATION_FLAG_ITEM)
      continue;
    guint32 low = 0, high = object->mark_count;
    while (low < high) {
      guint32 middle = low + (high - low) / 2;
      if (model->marks[object->mark_first + middle].at_ns < wait->end_ns)
        low = middle + 1;
      else
        high = middle;
    }
    gboolean marked = FALSE;
    for (; low < object->mark_count && model->marks[object->mark_first + low].at_ns == wait->end_ns && !marked; low++) {
      const HdMark *mark = &model->marks[object->mark_first + low];
      marked = mark->actor == wait->actor && hd_operations[hd_site_operation(model, mark->site)].role == HD_ROLE_TAKE;
    }
    if (!marked) count++;
  }
  return count;
}

gboolean hd_contention_fill(const HdModel *model, guint32 object_index, HdContention *contention) {
  const HdObject *object = &model->objects[object_index];
  *contention = (HdContention){.object = object_index};
  fill_holds(model, object, contention);
  if (!hd_object_is_lock(model, object_index)) contention->acquisition_count += take_count(model, object);
  if (contention->acquisition_count == 0 && object->wait_count == 0) return FALSE;
  fill_waits(model, object, contention);
  fill_blame(model, object_index, contention);
  return TRUE;
}

void hd_contention_clear(HdContention *contention) {
  g_clear_pointer(&contention->blame, g_free);
  g_clear_pointer(&contention->waiters, g_free);
}
