/* Serialization by an interpreter lock (issue facts, "Interpreter lock"; the figures: HdGilUse). A finding: a serialization factor of 1.3
 * or more with two or more threads that together want the lock for at least 100 ms. Whoever waits to the end takes no turns: that is a
 * hang, and found as one. */
#include "finding-list.h"
#include "sentences.h"
#include "sums.h"

enum { WANTED_MIN_NS = 100 * 1000 * 1000, ACTORS_MAX = 32, EVIDENCE_MAX = 3, TURNS_AROUND = 3 };
#define FACTOR_MIN 1.3

typedef struct {
  guint32 actor;
  gint64 waited_ns;
  guint32 longest; /* wait */
} Waiter;

static int compare_waiters(gconstpointer a, gconstpointer b) {
  const Waiter *left = a, *right = b;
  if (left->waited_ns != right->waited_ns) return left->waited_ns > right->waited_ns ? -1 : 1;
  return (left->actor > right->actor) - (left->actor < right->actor);
}

static GArray *waiters_of(const HdModel *model, const HdObject *object) {
  g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
  GArray *waiters = g_array_new(FALSE, FALSE, sizeof(Waiter));
  for (guint32 i = object->wait_first; i < object->wait_first + object->wait_count; i++) {
    guint32 index = model->object_waits[i];
    const HdWait *wait = &model->waits[index];
    if (wait->open) continue;
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, GUINT_TO_POINTER(wait->actor)));
    if (!place) {
      Waiter waiter = {wait->actor, 0, index};
      g_array_append_val(waiters, waiter);
      g_hash_table_insert(places, GUINT_TO_POINTER(wait->actor), GUINT_TO_POINTER(place = waiters->len));
    }
    Waiter *waiter = &g_array_index(waiters, Waiter, place - 1);
    const HdWait *longest = &model->waits[waiter->longest];
    hd_add_ns(&waiter->waited_ns, wait->end_ns - wait->begin_ns);
    if (wait->end_ns - wait->begin_ns > longest->end_ns - longest->begin_ns) waiter->longest = index;
  }
  g_array_sort(waiters, compare_waiters);
  return waiters;
}

static void add_finding(const HdModel *model, guint32 object, const HdGilUse *use, GArray *findings) {
  g_autoptr(GArray) waiters = waiters_of(model, &model->objects[object]);
  if (!waiters->len) return;
  HdFinding *finding = hd_finding_add(findings, HD_FINDING_GIL_SERIALIZATION, HD_GRADE_OCCURRED);
  for (guint i = 0; i < MIN(waiters->len, ACTORS_MAX); i++) hd_finding_add_actor(finding, g_array_index(waiters, Waiter, i).actor);
  g_autofree char *object_name = hd_text_object(model, object), *name = hd_text_capital(object_name),
                  *wall = hd_format_duration(use->wall_ns), *waited = hd_format_duration(use->waiting_ns);
  g_autofree char *threads = hd_text_number(use->thread_count);
  finding->title = g_strdup_printf("%s lets %s threads run only in turns", name, threads);
  finding->summary =
      g_strdup_printf("%s was held for %.0f %% of %s; %s threads took turns and waited %s for it together: a serialization factor of %.1f "
                      "(1: nothing lost), a useful "
                      "parallelism of %.2f.",
                      name, 100 * use->held_fraction, wall, threads, waited, use->serialization_factor, use->useful_parallelism);
  finding->advice = g_strdup("Run this work in processes, or release the lock around what does not need it; more threads will not make it "
                             "faster.");
  const HdWait *longest = &model->waits[g_array_index(waiters, Waiter, 0).longest];
  gint64 around_ns = TURNS_AROUND * (longest->end_ns - longest->begin_ns); /* turns are seen where there are several */
  finding->at_ns = longest->begin_ns;
  finding->from_ns = MAX(longest->begin_ns - around_ns, 0);
  finding->to_ns = MAX(MIN(longest->end_ns + around_ns, model->duration_ns), finding->at_ns);
  finding->lost_ns = use->waiting_ns;
  finding->site = longest->site;
  finding->share = hd_life_share(model, finding->actors, use->waiting_ns);
  hd_finding_add_object(finding, object);
  for (guint i = 0; i < MIN(waiters->len, EVIDENCE_MAX); i++) {
    const Waiter *waiter = &g_array_index(waiters, Waiter, i);
    const HdWait *wait = &model->waits[waiter->longest];
    g_autofree char *actor = hd_text_actor(model, waiter->actor, finding->actors), *all = hd_format_duration(waiter->waited_ns);
    g_autofree char *most = hd_format_duration(wait->end_ns - wait->begin_ns);
    hd_finding_add_evidence(finding, wait->begin_ns, waiter->actor, wait->site, waiter->longest, HD_NONE,
                            g_strdup_printf("%s waits for it, %s in all, the longest wait %s", actor, all, most));
  }
}

static gint64 ended_waits_ns(const HdModel *model, const HdObject *object) {
  gint64 sum_ns = 0;
  for (guint32 i = object->wait_first; i < object->wait_first + object->wait_count; i++) {
    const HdWait *wait = &model->waits[model->object_waits[i]];
    if (!wait->open) hd_add_ns(&sum_ns, wait->end_ns - wait->begin_ns);
  }
  return sum_ns;
}

void hd_findings_add_gil_serialization(const HdModel *model, GArray *findings) {
  for (guint32 object = 0; object < model->object_count; object++) {
    if (model->objects[object].kind != HD_KIND_GIL) continue;
    HdGilUse use = hd_gil_use(model, object);
    gint64 wanted_ns = use.held_ns;
    hd_add_ns(&wanted_ns, ended_waits_ns(model, &model->objects[object]));
    if (use.thread_count < 2 || (double)wanted_ns < FACTOR_MIN * (double)use.held_ns || wanted_ns < WANTED_MIN_NS) continue;
    add_finding(model, object, &use, findings);
  }
}
