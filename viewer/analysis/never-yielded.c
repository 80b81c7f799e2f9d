/* Tasks that never yielded (issue facts, "Async"): one step so far, a second or longer. */
#include "finding-list.h"
#include "sentences.h"

enum { NEVER_YIELDED_MIN_NS = 1000 * 1000 * 1000 };

void hd_findings_add_never_yielded(const HdModel *model, GArray *findings) {
  for (guint32 actor = 0; actor < model->actor_count; actor++) {
    const HdActor *task = &model->actors[actor];
    if (task->kind != HD_ACTOR_TASK || task->step_count != 1) continue;
    const HdTaskStep *step = &model->steps[task->step_first];
    if (step->end_ns - step->begin_ns < NEVER_YIELDED_MIN_NS) continue;
    g_autofree char *name = hd_text_actor(model, actor, NULL), *lasted = hd_format_duration(step->end_ns - step->begin_ns);
    g_autofree char *site = hd_text_in_site(model, task->routine_site);
    HdFinding *finding = hd_finding_add(findings, HD_FINDING_NEVER_YIELDED, HD_GRADE_OCCURRED);
    finding->title = g_strdup_printf("%s never yields", name);
    finding->summary = g_strdup_printf("%s%s ran for %s in one step: it never awaited anything, so its loop ran nothing else%s.", name,
                                       site, lasted, task->end_seen ? "" : ", and it had not ended yet");
    finding->advice = g_strdup("Let it await something now and then (a sleep of 0 will do), or run it in an executor.");
    finding->at_ns = finding->from_ns = step->begin_ns;
    finding->to_ns = step->end_ns;
    finding->site = task->routine_site;
    hd_finding_add_actor(finding, actor);
    hd_finding_add_object(finding, task->loop);
    hd_finding_add_evidence(finding, step->begin_ns, actor, task->routine_site, HD_NONE, HD_NONE,
                            g_strdup_printf("%s begins its only step, which lasts %s", name, lasted));
  }
}
