#include "contention-cause.h"
#include "contention.h"
#include "finding-list.h"
#include "sentences.h"
#include "wait-graph.h"

enum { EVIDENCE_MAX = 5, SHORT_HOLD_NS = 100 * 1000 };

/* The waits on one lock that stand in no hang: those of the one who is to blame most, and those of all others. */
typedef struct {
  guint32 culprit;   /* HD_NONE: nobody stands out */
  GArray *victims;   /* actors but the culprit, of guint32 */
  GArray *everybody; /* and the culprit: names are told apart among them */
  gint64 victims_ns, culprit_ns;
  guint32 longest; /* wait of a victim, HD_NONE */
} Losses;

/* The actor that is blamed most, and for how much. */
static guint32 most_blamed(const HdContention *contention, gint64 *blame_ns) {
  g_autoptr(GHashTable) sums = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  guint32 actor = HD_NONE;
  *blame_ns = 0;
  for (guint i = 0; i < contention->blame_count; i++) {
    gint64 *sum = g_hash_table_lookup(sums, GUINT_TO_POINTER(contention->blame[i].actor));
    if (!sum) g_hash_table_insert(sums, GUINT_TO_POINTER(contention->blame[i].actor), sum = g_new0(gint64, 1));
    *sum += contention->blame[i].blame_ns;
    if (*sum <= *blame_ns) continue;
    *blame_ns = *sum;
    actor = contention->blame[i].actor;
  }
  return actor;
}

static void add_loss(const HdModel *model, Losses *losses, GHashTable *seen, guint32 index) {
  const HdWait *wait = &model->waits[index];
  gint64 length_ns = wait->end_ns - wait->begin_ns;
  if (wait->actor == losses->culprit) {
    losses->culprit_ns += length_ns;
    return;
  }
  losses->victims_ns += length_ns;
  if (g_hash_table_add(seen, GUINT_TO_POINTER(wait->actor))) g_array_append_val(losses->victims, wait->actor);
  const HdWait *longest = losses->longest == HD_NONE ? NULL : &model->waits[losses->longest];
  if (!longest || length_ns > longest->end_ns - longest->begin_ns) losses->longest = index;
}

static void add_losses(const HdModel *model, const HdObject *object, GHashTable *hung, Losses *losses) {
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  for (guint32 i = 0; i < object->wait_count; i++) {
    guint32 index = model->object_waits[object->wait_first + i];
    const HdWait *wait = &model->waits[index];
    if (!g_hash_table_contains(hung, GUINT_TO_POINTER(index)) && wait->end_ns > wait->begin_ns) add_loss(model, losses, seen, index);
  }
}

/* A culprit is blamed for half of all waiting at least, by somebody else. */
static Losses losses_on(const HdModel *model, const HdContention *contention, GHashTable *hung) {
  const HdObject *object = &model->objects[contention->object];
  gint64 blame_ns;
  Losses losses = {
      .victims = g_array_new(FALSE, FALSE, sizeof(guint32)), .everybody = g_array_new(FALSE, FALSE, sizeof(guint32)), .longest = HD_NONE};
  losses.culprit = most_blamed(contention, &blame_ns);
  add_losses(model, object, hung, &losses);
  if (losses.culprit != HD_NONE && (losses.victims->len == 0 || 2 * blame_ns < losses.victims_ns + losses.culprit_ns)) {
    losses.culprit = losses.longest = HD_NONE;
    losses.victims_ns = losses.culprit_ns = 0;
    g_array_set_size(losses.victims, 0);
    add_losses(model, object, hung, &losses);
  }
  if (losses.culprit != HD_NONE) g_array_append_val(losses.everybody, losses.culprit);
  g_array_append_vals(losses.everybody, losses.victims->data, losses.victims->len);
  return losses;
}

static void losses_clear(Losses *losses) {
  g_array_unref(losses->victims);
  g_array_unref(losses->everybody);
}

/* What the culprit is blamed for most; without one, what anybody is. */
static const HdBlame *worst_blame(const HdContention *contention, const Losses *losses) {
  for (guint i = 0; i < contention->blame_count; i++)
    if (losses->culprit == HD_NONE || contention->blame[i].actor == losses->culprit) return &contention->blame[i];
  return NULL;
}

/* "slow_flush (log.c:118) keeps log_lock: 24 holds, 17.0 ms each on average." */
static char *culprit_text(const HdModel *model, const HdContention *contention, const HdBlame *worst, const char *object_name,
                          gint64 *average_ns) {
  const HdObject *object = &model->objects[contention->object];
  gint64 total_ns = 0;
  guint count = 0;
  for (guint32 i = object->hold_first; i < object->hold_first + object->hold_count; i++) {
    const HdHold *hold = &model->holds[i];
    if (hold->depth > 1 || hold->acquire_site != worst->site || hold->actor != worst->actor) continue;
    total_ns += MAX(hold->end_ns - hold->begin_ns, 0);
    count++;
  }
  *average_ns = count ? total_ns / count : 0;
  g_autofree char *average = hd_format_duration(*average_ns);
  g_autofree char *site =
      worst->site < model->site_count ? hd_model_site_text(model, worst->site) : hd_text_actor(model, worst->actor, NULL);
  if (count == 1) return g_strdup_printf("%s keeps %s for %s.", site, object_name, average);
  return g_strdup_printf("%s keeps %s: %u holds, %s each on average.", site, object_name, count, average);
}

/* "log_lock was taken 549 times and held for 85 µs on average; 61 % of the waiting was for holds from append (log.c:50)." */
static char *turns_text(const HdModel *model, const HdContention *contention, const char *object_name, gint64 *average_ns) {
  g_autoptr(GHashTable) sums = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  guint32 site = HD_NONE;
  gint64 most_ns = 0;
  for (guint i = 0; i < contention->blame_count; i++) {
    gint64 *sum = g_hash_table_lookup(sums, GUINT_TO_POINTER(contention->blame[i].site));
    if (!sum) g_hash_table_insert(sums, GUINT_TO_POINTER(contention->blame[i].site), sum = g_new0(gint64, 1));
    *sum += contention->blame[i].blame_ns;
    if (*sum <= most_ns) continue;
    most_ns = *sum;
    site = contention->blame[i].site;
  }
  guint64 count = contention->acquisition_count;
  *average_ns = count ? contention->hold_total_ns / (gint64)count : 0;
  g_autofree char *average = hd_format_duration(*average_ns), *place = site < model->site_count ? hd_model_site_text(model, site) : NULL;
  g_autofree char *share = g_strdup_printf("%.0f", 100 * (double)most_ns / (double)MAX(contention->wait_total_ns, 1));
  g_autofree char *from = place ? g_strdup_printf("; %s %% of the waiting was for holds from %s", share, place) : g_strdup("");
  return g_strdup_printf("%s was taken %" G_GUINT64_FORMAT " time%s and held for %s%s%s.", object_name, count, count == 1 ? "" : "s",
                         average, count == 1 ? "" : " on average", from);
}

/* "a and b waited 3.6 s together, 61.7 % of their time. flusher itself waited 40 ms for the others." */
static char *victims_text(const HdModel *model, const Losses *losses, double share) {
  g_autofree char *names = hd_text_actors(model, losses->victims, losses->everybody), *lost = hd_format_duration(losses->victims_ns);
  gboolean several = losses->victims->len > 1, itself = losses->culprit != HD_NONE && 100 * losses->culprit_ns >= losses->victims_ns;
  g_autofree char *name = hd_text_actor(model, losses->culprit, losses->everybody), *own = hd_format_duration(losses->culprit_ns);
  g_autofree char *too = itself ? g_strdup_printf(" %s itself waited %s for others.", name, own) : g_strdup("");
  return g_strdup_printf("%s waited %s%s, %.1f %% of %s time.%s", names, lost, several ? " together" : "", 100 * share,
                         several ? "their" : "its", too);
}

static char *contention_title(const HdModel *model, const Losses *losses, const char *object_name) {
  if (losses->culprit == HD_NONE) return g_strdup_printf("Contention on %s", object_name);
  g_autofree char *name = hd_text_actor(model, losses->culprit, losses->everybody), *number = hd_text_number(losses->victims->len);
  if (losses->victims->len > 1) return g_strdup_printf("%s makes %s others wait", name, number);
  g_autofree char *victim = hd_text_actor(model, g_array_index(losses->victims, guint32, 0), losses->everybody);
  return g_strdup_printf("%s makes %s wait", name, victim);
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
    g_autofree char *actor = hd_text_actor(model, hold->actor, losses->everybody), *object = hd_text_object(model, hold->object);
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
    g_autofree char *actor = hd_text_actor(model, wait->actor, losses->everybody), *waits = hd_text_wait(model, index, losses->everybody);
    g_autofree char *lasted = hd_format_duration(wait->end_ns - wait->begin_ns);
    hd_finding_add_evidence(finding, wait->begin_ns, wait->actor, wait->site, index, HD_NONE,
                            g_strdup_printf("%s %s, %s long", actor, waits, lasted));
  }
}

static void add_finding(const HdModel *model, const HdContention *contention, const Losses *losses, double share, GArray *findings) {
  HdFinding *finding = hd_finding_add(findings, HD_FINDING_CONTENTION, HD_GRADE_OCCURRED);
  const HdWait *longest = &model->waits[losses->longest];
  g_autofree char *object = hd_text_object(model, contention->object), *victims = victims_text(model, losses, share), *holds = NULL;
  gint64 average_ns = G_MAXINT64;
  const HdBlame *worst = worst_blame(contention, losses);
  if (!worst)
    holds = g_strdup_printf("Who held %s was not seen.", object);
  else if (losses->culprit != HD_NONE)
    holds = culprit_text(model, contention, worst, object, &average_ns);
  else
    holds = turns_text(model, contention, object, &average_ns);
  finding->title = contention_title(model, losses, object);
  g_autofree char *cause = hd_wait_cause_text(model, losses->longest, losses->everybody, &finding->advice);
  finding->summary = cause ? g_strdup_printf("%s %s %s", holds, victims, cause) : g_strdup_printf("%s %s", holds, victims);
  if (!finding->advice)
    finding->advice = average_ns < SHORT_HOLD_NS ? g_strdup_printf("Take %s less often: its holds are short, but there are many.", object)
                                                 : g_strdup_printf("Do less while holding %s, above all nothing that blocks.", object);
  finding->at_ns = finding->from_ns = longest->begin_ns;
  finding->to_ns = longest->end_ns;
  finding->lost_ns = losses->victims_ns;
  finding->share = share;
  finding->site = worst ? worst->site : HD_NONE;
  for (guint i = 0; i < losses->everybody->len; i++) hd_finding_add_actor(finding, g_array_index(losses->everybody, guint32, i));
  hd_finding_add_object(finding, contention->object);
  cite(model, losses, finding);
}

void hd_findings_add_contention(const HdModel *model, const HdContention *contentions, guint contention_count, GHashTable *hung,
                                GArray *findings) {
  for (guint i = 0; i < contention_count; i++) {
    const HdContention *contention = &contentions[i];
    if (model->objects[contention->object].kind == HD_KIND_GIL) continue; /* it has findings of its own */
    if (!hd_object_is_lock(model, contention->object) || contention->wait_total_ns < HD_CONTENTION_WAIT_MIN_NS) continue;
    Losses losses = losses_on(model, contention, hung);
    double share = hd_life_share(model, losses.victims, losses.victims_ns);
    if (losses.victims_ns >= HD_CONTENTION_WAIT_MIN_NS && share >= HD_CONTENTION_SHARE_MIN)
      add_finding(model, contention, &losses, share, findings);
    losses_clear(&losses);
  }
}
