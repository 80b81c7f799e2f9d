#include "analysis.h"
#include "contention.h"
#include "finding-list.h"
#include "lock-order.h"

static gboolean go_on(HdProgress progress, double fraction, const char *what, gpointer user_data) {
  return !progress || progress(fraction, what, user_data);
}

static int compare_contentions(gconstpointer a, gconstpointer b) {
  const HdContention *left = a, *right = b;
  if (left->wait_total_ns != right->wait_total_ns) return left->wait_total_ns > right->wait_total_ns ? -1 : 1;
  return (left->object > right->object) - (left->object < right->object);
}

static void clear_contention(gpointer contention) { hd_contention_clear(contention); }

/* The tables, most wait first. FALSE when cancelled. */
static gboolean fill_contentions(const HdModel *model, GArray *contentions, HdProgress progress, gpointer user_data) {
  guint64 holds_done = 0, holds_told = 0;
  for (guint32 object = 0; object < model->object_count; object++) {
    HdContention contention;
    if (hd_contention_fill(model, object, &contention)) g_array_append_val(contentions, contention);
    holds_done += model->objects[object].hold_count + 1;
    if (holds_done - holds_told < 1000 * 1000) continue;
    holds_told = holds_done;
    double part = (double)holds_done / ((double)model->hold_count + model->object_count + 1);
    if (!go_on(progress, 0.5 * part, "Sharing out the waits", user_data)) return FALSE;
  }
  g_array_sort(contentions, compare_contentions);
  return TRUE;
}

static GHashTable *hung_waits(const GArray *hangs) {
  GHashTable *hung = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < hangs->len; i++) {
    const HdHang *hang = &g_array_index(hangs, HdHang, i);
    for (guint j = 0; j < hang->waits->len; j++) g_hash_table_add(hung, GUINT_TO_POINTER(g_array_index(hang->waits, guint32, j)));
    for (guint j = 0; j < hang->followers->len; j++) g_hash_table_add(hung, GUINT_TO_POINTER(g_array_index(hang->followers, guint32, j)));
  }
  return hung;
}

/* Everything that is worth showing. FALSE when cancelled. */
static gboolean fill_findings(const HdModel *model, const GArray *contentions, GArray *findings, HdProgress progress, gpointer user_data) {
  if (!go_on(progress, 0.5, "Looking for hangs", user_data)) return FALSE;
  g_autoptr(GArray) hangs = hd_hangs_new(model);
  g_autoptr(GHashTable) hung = hung_waits(hangs);
  hd_findings_add_hangs(model, hangs, findings);
  if (!go_on(progress, 0.6, "Looking at contention", user_data)) return FALSE;
  hd_findings_add_contention(model, (const HdContention *)(gpointer)contentions->data, contentions->len, hung, findings);
  hd_findings_add_starvation(model, hung, findings);
  hd_findings_add_convoys(model, findings);
  hd_findings_add_gil_serialization(model, findings);
  if (!go_on(progress, 0.65, "Looking at the loops", user_data)) return FALSE;
  hd_findings_add_blocked_loops(model, findings);
  hd_findings_add_never_yielded(model, findings);
  hd_findings_add_over_release(model, findings);
  hd_findings_add_lost_updates(model, findings);
  hd_findings_add_owner_deaths(model, findings);
  if (!go_on(progress, 0.7, "Comparing the orders of locks", user_data)) return FALSE;
  hd_findings_add_lock_orders(model, hangs, findings);
  hd_findings_sort(findings);
  return go_on(progress, 1, "Done", user_data);
}

static void index_contentions(HdAnalysis *analysis, guint32 object_count) {
  analysis->object_count = object_count;
  analysis->contention_of_object = g_new(guint32, MAX(object_count, 1));
  for (guint32 object = 0; object < object_count; object++) analysis->contention_of_object[object] = HD_NONE;
  for (guint i = 0; i < analysis->contention_count; i++) analysis->contention_of_object[analysis->contentions[i].object] = i;
}

HdAnalysis *hd_analysis_new(const HdModel *model, HdProgress progress, gpointer user_data) {
  g_autoptr(GArray) contentions = g_array_new(FALSE, FALSE, sizeof(HdContention)), findings = g_array_new(FALSE, FALSE, sizeof(HdFinding));
  g_array_set_clear_func(contentions, clear_contention);
  g_array_set_clear_func(findings, hd_finding_clear);
  if (!fill_contentions(model, contentions, progress, user_data) || !fill_findings(model, contentions, findings, progress, user_data))
    return NULL;
  HdAnalysis *analysis = g_new0(HdAnalysis, 1);
  gsize count;
  analysis->contentions = g_array_steal(contentions, &count);
  analysis->contention_count = (guint)count;
  analysis->findings = g_array_steal(findings, &count);
  analysis->finding_count = (guint)count;
  index_contentions(analysis, model->object_count);
  return analysis;
}

void hd_analysis_free(HdAnalysis *analysis) {
  if (!analysis) return;
  for (guint i = 0; i < analysis->finding_count; i++) hd_finding_clear(&analysis->findings[i]);
  for (guint i = 0; i < analysis->contention_count; i++) hd_contention_clear(&analysis->contentions[i]);
  g_free(analysis->findings);
  g_free(analysis->contentions);
  g_free(analysis->contention_of_object);
  g_free(analysis);
}

const HdContention *hd_analysis_contention(const HdAnalysis *analysis, guint32 object) {
  if (!analysis->contention_of_object) {
    for (guint i = 0; i < analysis->contention_count; i++)
      if (analysis->contentions[i].object == object) return &analysis->contentions[i];
    return NULL;
  }
  guint32 index = object < analysis->object_count ? analysis->contention_of_object[object] : HD_NONE;
  return index == HD_NONE ? NULL : &analysis->contentions[index];
}
