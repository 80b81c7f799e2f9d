#include "contention.h"
#include "findings.h"
#include "text.h"
#include "wait-graph.h"

enum { EVIDENCE_MAX = 5 };

/* The waits on one lock that stand in no hang. */
typedef struct {
  GArray *waiters;       /* actors, of guint32 */
  gint64 total_ns;
  guint32 longest;       /* wait, HD_NONE */
} Losses;

static Losses losses_on(const HdModel *model, const HdObject *object, GHashTable *hung) {
  Losses losses = {g_array_new(FALSE, FALSE, sizeof(guint32)), 0, HD_NONE};
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  for (guint32 i = 0; i < object->wait_count; i++) {
    guint32 index = model->object_waits[object->wait_first + i];
    const HdWait *wait = &model->waits[index];
    if (g_hash_table_contains(hung, GUINT_TO_POINTER(index)) || wait->end_ns <= wait->begin_ns) continue;
    losses.total_ns += wait->end_ns - wait->begin_ns;
    if (g_hash_table_add(seen, GUINT_TO_POINTER(wait->actor))) g_array_append_val(losses.waiters, wait->actor);
    const HdWait *longest = losses.longest == HD_NONE ? NULL : &model->waits[losses.longest];
    if (!longest || wait->end_ns - wait->begin_ns > longest->end_ns - longest->begin_ns) losses.longest = index;
  }
  return losses;
}

/* The actor that is blamed most, and how much. */
static guint32 culprit_of(const HdContention *contention, gint64 *blame_ns) {
  g_autoptr(GHashTable) sums = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  guint32 culprit = HD_NONE;
  *blame_ns = 0;
  for (guint i = 0; i < contention->blame_count; i++) {
    gint64 *sum = g_hash_table_lookup(sums, GUINT_TO_POINTER(contention->blame[i].actor));
    if (!sum) g_hash_table_insert(sums, GUINT_TO_POINTER(contention->blame[i].actor), sum = g_new0(gint64, 1));
    *sum += contention->blame[i].blame_ns;
    if (*sum <= *blame_ns) continue;
    *blame_ns = *sum;
    culprit = contention->blame[i].actor;
  }
  return culprit;
}

/* "slow_flush (log.c:118) keeps log_lock: 24 holds, 17.0 ms each on average." of the site that is blamed most. */
static char *worst_site_text(const HdModel *model, const HdContention *contention, const char *object_name) {
  const HdBlame *worst = &contention->blame[0];
  const HdObject *object = &model->objects[contention->object];
  gint64 total_ns = 0;
  guint count = 0;
  for (guint32 i = object->hold_first; i < object->hold_first + object->hold_count; i++) {
    const HdHold *hold = &model->holds[i];
    if (hold->depth > 1 || hold->acquire_site != worst->site || hold->actor != worst->actor) continue;
    total_ns += MAX(hold->end_ns - hold->begin_ns, 0);
    count++;
  }
  g_autofree char *average = hd_format_duration(count ? total_ns / count : 0);
  g_autofree char *site = worst->site < model->site_count ? hd_model_site_text(model, worst->site) : hd_text_actor(model, worst->actor, NULL);
  if (count == 1) return g_strdup_printf("%s keeps %s for %s.", site, object_name, average);
  return g_strdup_printf("%s keeps %s: %u holds, %s each on average.", site, object_name, count, average);
}

static char *contention_title(const HdModel *model, const Losses *losses, guint32 culprit, gint64 blame_ns, const char *object_name) {
  GArray *victims = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; i < losses->waiters->len; i++)
    if (g_array_index(losses->waiters, guint32, i) != culprit) g_array_append_val(victims, g_array_index(losses->waiters, guint32, i));
  g_autofree char *name = hd_text_actor(model, culprit, losses->waiters), *number = hd_text_number(victims->len);
  char *title;
  if (culprit == HD_NONE || victims->len == 0 || 2 * blame_ns < losses->total_ns) {
    title = g_strdup_printf("Contention on %s", object_name);
  } else if (victims->len == 1) {
    g_autofree char *victim = hd_text_actor(model, g_array_index(victims, guint32, 0), losses->waiters);
    title = g_strdup_printf("%s makes %s wait", name, victim);
  } else {
    title = g_strdup_printf("%s makes %s others wait", name, number);
  }
  g_array_unref(victims);
  return title;
}

/* The longest wait, those beside it, and who held the lock for most of it. */
static void cite(const HdModel *model, const Losses *losses, HdFinding *finding) {
  const HdWait *longest = &model->waits[losses->longest];
  g_autoptr(GArray) segments = hd_wait_segments(model, losses->longest);
  const HdWaitSegment *most = NULL;
  for (guint i = 0; i < segments->len; i++) {
    const HdWaitSegment *segment = &g_array_index(segments, HdWaitSegment, i);
    if (segment->hold != HD_NONE && (!most || segment->end_ns - segment->begin_ns > most->end_ns - most->begin_ns)) most = segment;
  }
  if (most) {
    const HdHold *hold = &model->holds[most->hold];
    g_autofree char *actor = hd_text_actor(model, hold->actor, losses->waiters), *object = hd_text_object(model, hold->object);
    g_autofree char *lasted = hd_format_duration(hold->end_ns - hold->begin_ns);
    hd_finding_add_evidence(finding, hold->begin_ns, hold->actor, hold->acquire_site, HD_NONE, most->hold,
                            g_strdup_printf("%s holds %s for %s", actor, object, lasted));
  }
  const HdObject *object = &model->objects[longest->object];
  for (guint32 i = 0; i < object->wait_count && finding->evidence->len < EVIDENCE_MAX; i++) {
    guint32 index = model->object_waits[object->wait_first + i];
    const HdWait *wait = &model->waits[index];
    if (wait->begin_ns >= longest->end_ns) break;
    if (wait->end_ns <= longest->begin_ns && index != losses->longest) continue;
    g_autofree char *actor = hd_text_actor(model, wait->actor, losses->waiters), *waits = hd_text_wait(model, index, losses->waiters);
    g_autofree char *lasted = hd_format_duration(wait->end_ns - wait->begin_ns);
    hd_finding_add_evidence(finding, wait->begin_ns, wait->actor, wait->site, index, HD_NONE, g_strdup_printf("%s %s, %s long", actor, waits, lasted));
  }
}

void hd_findings_add_contention(const HdModel *model, const HdContention *contentions, guint contention_count, GHashTable *hung, GArray *findings) {
  for (guint i = 0; i < contention_count; i++) {
    const HdContention *contention = &contentions[i];
    if (!hd_object_is_lock(model, contention->object) || contention->wait_total_ns < HD_CONTENTION_WAIT_MIN_NS) continue;
    Losses losses = losses_on(model, &model->objects[contention->object], hung);
    double share = hd_life_share(model, losses.waiters, losses.total_ns);
    if (losses.longest != HD_NONE && losses.total_ns >= HD_CONTENTION_WAIT_MIN_NS && share >= HD_CONTENTION_SHARE_MIN) {
      HdFinding *finding = hd_finding_add(findings, HD_FINDING_CONTENTION, HD_GRADE_OCCURRED);
      const HdWait *longest = &model->waits[losses.longest];
      g_autofree char *object = hd_text_object(model, contention->object), *total = hd_format_duration(losses.total_ns);
      g_autofree char *names = hd_text_actors(model, losses.waiters, losses.waiters);
      g_autofree char *keeps = contention->blame_count > 0 ? worst_site_text(model, contention, object) : g_strdup_printf("Who held %s was not seen.", object);
      gint64 blame_ns;
      guint32 culprit = culprit_of(contention, &blame_ns);
      finding->title = contention_title(model, &losses, culprit, blame_ns, object);
      finding->summary = g_strdup_printf("%s %s waited %s%s, %.1f %% of %s time.", keeps, names, total, losses.waiters->len > 1 ? " together" : "",
                                         100 * share, losses.waiters->len > 1 ? "their" : "its");
      finding->advice = g_strdup_printf("Do less while holding %s, above all nothing that blocks.", object);
      finding->at_ns = finding->from_ns = longest->begin_ns;
      finding->to_ns = longest->end_ns;
      finding->lost_ns = losses.total_ns;
      finding->share = share;
      finding->site = contention->blame_count > 0 ? contention->blame[0].site : HD_NONE;
      if (culprit != HD_NONE) hd_finding_add_actor(finding, culprit);
      for (guint j = 0; j < losses.waiters->len; j++) hd_finding_add_actor(finding, g_array_index(losses.waiters, guint32, j));
      hd_finding_add_object(finding, contention->object);
      cite(model, &losses, finding);
    }
    g_array_unref(losses.waiters);
  }
}
