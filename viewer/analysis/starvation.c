/* Starvation (issue facts, "Contention"): one waiter overtaken ten times in a wait of 100 ms or more. Overtaken: somebody else got the
 * lock during the wait who asked for it later. One finding a lock, of the wait that was overtaken most. */
#include "finding-list.h"
#include "sentences.h"
#include "wait-graph.h"

enum { OVERTAKEN_MIN = 10, STARVATION_WAIT_MIN_NS = 100 * 1000 * 1000 };

static guint overtaken_count(const HdModel *model, const HdWait *wait) {
  const HdObject *object = &model->objects[wait->object];
  guint32 low = object->hold_first, high = object->hold_first + object->hold_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (model->holds[middle].begin_ns <= wait->begin_ns)
      low = middle + 1;
    else
      high = middle;
  }
  guint count = 0;
  for (; low < object->hold_first + object->hold_count && model->holds[low].begin_ns < wait->end_ns; low++) {
    const HdHold *hold = &model->holds[low];
    if (hold->depth > 1 || hold->actor == wait->actor) continue;
    gint64 asked_ns = hold->wait < model->wait_count ? model->waits[hold->wait].begin_ns : hold->begin_ns;
    if (asked_ns > wait->begin_ns) count++;
  }
  return count;
}

void hd_findings_add_starvation(const HdModel *model, GHashTable *hung, GArray *findings) {
  for (guint32 object = 0; object < model->object_count; object++) {
    const HdObject *it = &model->objects[object];
    if (!hd_object_is_lock(model, object) || it->hold_count < OVERTAKEN_MIN) continue;
    guint32 worst = HD_NONE;
    guint most = OVERTAKEN_MIN - 1;
    for (guint32 i = 0; i < it->wait_count; i++) {
      guint32 index = model->object_waits[it->wait_first + i];
      const HdWait *wait = &model->waits[index];
      if (wait->end_ns - wait->begin_ns < STARVATION_WAIT_MIN_NS || g_hash_table_contains(hung, GUINT_TO_POINTER(index))) continue;
      guint count = overtaken_count(model, wait);
      if (count <= most) continue;
      worst = index;
      most = count;
    }
    if (worst == HD_NONE) continue;
    const HdWait *wait = &model->waits[worst];
    g_autofree char *actor = hd_text_actor(model, wait->actor, NULL), *name = hd_text_object(model, object);
    g_autofree char *lasted = hd_format_duration(wait->end_ns - wait->begin_ns), *at = hd_text_time(wait->begin_ns);
    HdFinding *finding = hd_finding_add(findings, HD_FINDING_STARVATION, HD_GRADE_OCCURRED);
    finding->title = g_strdup_printf("%s starves at %s", actor, at);
    finding->summary =
        g_strdup_printf("%s waited %s for %s and was overtaken %u times by others who asked later.", actor, lasted, name, most);
    finding->advice =
        g_strdup_printf("Let those who release %s not take it again at once: a fair lock, or longer work outside of it.", name);
    finding->at_ns = finding->from_ns = wait->begin_ns;
    finding->to_ns = wait->end_ns;
    finding->lost_ns = wait->end_ns - wait->begin_ns;
    finding->site = wait->site;
    hd_finding_add_actor(finding, wait->actor);
    finding->share = hd_life_share(model, finding->actors, finding->lost_ns);
    hd_finding_add_object(finding, object);
    hd_finding_add_evidence(finding, wait->begin_ns, wait->actor, wait->site, worst, HD_NONE,
                            g_strdup_printf("%s asks for %s and gets it after %s", actor, name, lasted));
  }
}
