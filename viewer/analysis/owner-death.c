/* A robust lock that processes share, and whose holder was killed: the next one to get it is told so and goes on (issue facts, "Deadlocks":
 * an actor that exited while holding is a reason of its own). It cost nothing, perhaps, but what the lock guards may be half changed. */
#include "finding-list.h"
#include "sentences.h"
#include "wait-graph.h"

enum { HOLDS_BACK_MAX = 64 };

/* The last hold by somebody else before the wait's end of which nobody saw a release: whoever had it is dead. HD_NONE. */
static guint32 orphaned_hold(const HdModel *model, const HdWait *wait) {
  const HdObject *object = &model->objects[wait->object];
  guint32 low = object->hold_first, high = object->hold_first + object->hold_count;
  while (low < high) {
    guint32 middle = low + (high - low) / 2;
    if (model->holds[middle].begin_ns < wait->end_ns)
      low = middle + 1;
    else
      high = middle;
  }
  for (guint looked = 0; low-- > object->hold_first && looked < HOLDS_BACK_MAX; looked++) {
    const HdHold *hold = &model->holds[low];
    if (hold->actor == wait->actor || hold->releaser != HD_NONE) continue;
    return model->actors[hold->actor].end_seen && model->actors[hold->actor].end_ns <= wait->end_ns ? low : HD_NONE;
  }
  return HD_NONE;
}

static void add_death(const HdModel *model, guint32 wait_index, guint32 hold_index, GArray *findings) {
  const HdWait *wait = &model->waits[wait_index];
  const HdHold *hold = &model->holds[hold_index];
  const HdActor *holder = &model->actors[hold->actor];
  HdFinding *finding = hd_finding_add(findings, HD_FINDING_HELD_BY_EXITED, HD_GRADE_OCCURRED);
  hd_finding_add_actor(finding, hold->actor);
  hd_finding_add_actor(finding, wait->actor);
  hd_finding_add_object(finding, wait->object);
  g_autofree char *dead = hd_text_actor(model, hold->actor, finding->actors), *finder = hd_text_actor(model, wait->actor, finding->actors);
  g_autofree char *object = hd_text_object(model, wait->object), *site = hd_text_in_site(model, hold->acquire_site);
  g_autofree char *at = hd_text_time(holder->end_ns), *later = hd_format_duration(MAX(wait->end_ns - holder->end_ns, 0));
  finding->title = g_strdup_printf("%s held %s when it was killed", dead, object);
  finding->summary = g_strdup_printf("%s took %s%s and was killed at %s while it held it; %s found out %s later, and has the lock.", dead,
                                     object, site, at, finder, later);
  finding->advice = g_strdup_printf("Put right what %s guards before going on: it may have been left half changed.", object);
  finding->from_ns = hold->begin_ns;
  finding->at_ns = MAX(holder->end_ns, hold->begin_ns);
  finding->to_ns = MAX(wait->end_ns, finding->at_ns);
  finding->site = hold->acquire_site;
  hd_finding_add_evidence(finding, hold->begin_ns, hold->actor, hold->acquire_site, HD_NONE, hold_index,
                          g_strdup_printf("%s takes %s and never releases it", dead, object));
  hd_finding_add_evidence(finding, wait->end_ns, wait->actor, wait->site, wait_index, HD_NONE,
                          g_strdup_printf("%s gets %s, and is told that its owner died", finder, object));
}

void hd_findings_add_owner_deaths(const HdModel *model, GArray *findings) {
  for (guint32 i = 0; i < model->wait_count; i++) {
    const HdWait *wait = &model->waits[i];
    if (wait->open || wait->result != HD_WAIT_RESULT_OWNER_DIED || wait->object >= model->object_count) continue;
    if (model->objects[wait->object].process < model->actor_count) continue; /* not shared: its thread ended in an orderly way */
    guint32 hold = orphaned_hold(model, wait);
    if (hold == HD_NONE) continue;
    const HdActor *process = &model->actors[hd_actor_process(model, model->holds[hold].actor)];
    if (process->exit_known && process->exit < 0) add_death(model, i, hold, findings); /* an orderly end is what robust locks are for */
  }
}
