/* Over-release: a bounded semaphore given back more often than it was taken. The primitive refused it, and said so. */
#include "finding-list.h"
#include "sentences.h"
#include "wait-graph.h"

void hd_findings_add_over_release(const HdModel *model, GArray *findings) {
  for (guint32 object = 0; object < model->object_count; object++) {
    const HdObject *it = &model->objects[object];
    if (it->kind != HD_KIND_SEMAPHORE) continue;
    HdFinding *finding = NULL;
    guint count = 0;
    for (guint32 i = 0; i < it->mark_count; i++) {
      const HdMark *mark = &model->marks[it->mark_first + i];
      if (mark->error == 0 || hd_site_operation(model, mark->site) != HD_OPERATION_SEMAPHORE_POST) continue;
      if (!finding) {
        finding = hd_finding_add(findings, HD_FINDING_OVER_RELEASE, HD_GRADE_OCCURRED);
        finding->at_ns = finding->from_ns = finding->to_ns = mark->at_ns;
        finding->site = mark->site;
        hd_finding_add_object(finding, object);
      }
      count++;
      finding->to_ns = mark->at_ns;
      hd_finding_add_actor(finding, mark->actor);
      if (finding->evidence->len >= 5) continue;
      g_autofree char *actor = hd_text_actor(model, mark->actor, NULL);
      hd_finding_add_evidence(finding, mark->at_ns, mark->actor, mark->site, HD_NONE, HD_NONE,
                              g_strdup_printf("%s gives back a permit too many", actor));
    }
    if (!finding) continue;
    g_autofree char *name = hd_text_object(model, object), *names = hd_text_actors(model, finding->actors, finding->actors);
    g_autofree char *site = hd_text_in_site(model, finding->site), *number = hd_text_number(count);
    finding->title = g_strdup_printf("%s is released too often", name);
    finding->summary =
        g_strdup_printf("%s gave %s back %s time%s more often than it was taken%s.", names, name, number, count == 1 ? "" : "s", site);
    finding->advice = g_strdup("Give a permit back only where one was taken.");
  }
}
