#include "finding-list.h"

const char *const hd_finding_kind_names[HD_FINDING_KIND_COUNT] = {[HD_FINDING_DEADLOCK] = "deadlock",
                                                                  [HD_FINDING_SELF_DEADLOCK] = "self-deadlock",
                                                                  [HD_FINDING_LOCK_ORDER] = "lock-order",
                                                                  [HD_FINDING_HELD_BY_EXITED] = "held-by-exited",
                                                                  [HD_FINDING_LOST_WAKEUP] = "lost-wakeup",
                                                                  [HD_FINDING_STUCK] = "stuck",
                                                                  [HD_FINDING_STARVATION] = "starvation",
                                                                  [HD_FINDING_CONTENTION] = "contention",
                                                                  [HD_FINDING_CONVOY] = "convoy",
                                                                  [HD_FINDING_GIL_SERIALIZATION] = "gil-serialization",
                                                                  [HD_FINDING_BLOCKED_LOOP] = "blocked-loop",
                                                                  [HD_FINDING_NEVER_YIELDED] = "never-yielded",
                                                                  [HD_FINDING_LOST_UPDATE] = "lost-update",
                                                                  [HD_FINDING_OVER_RELEASE] = "over-release",
                                                                  [HD_FINDING_EXECUTOR_STARVATION] = "executor-starvation"};
const char *const hd_grade_names[4] = {"occurred", "predicted", "potential", "refuted"};

static void clear_evidence(gpointer evidence) { g_free(((HdEvidence *)evidence)->text); }

HdFinding *hd_finding_add(GArray *findings, HdFindingKind kind, HdGrade grade) {
  HdFinding finding = {.kind = kind, .grade = grade, .site = HD_NONE, .resolved = TRUE};
  finding.actors = g_array_new(FALSE, FALSE, sizeof(guint32));
  finding.objects = g_array_new(FALSE, FALSE, sizeof(guint32));
  finding.evidence = g_array_new(FALSE, FALSE, sizeof(HdEvidence));
  g_array_set_clear_func(finding.evidence, clear_evidence);
  g_array_append_val(findings, finding);
  return &g_array_index(findings, HdFinding, findings->len - 1);
}

void hd_finding_clear(gpointer pointer) {
  HdFinding *finding = pointer;
  g_free(finding->title);
  g_free(finding->summary);
  g_free(finding->advice);
  g_array_unref(finding->actors);
  g_array_unref(finding->objects);
  g_array_unref(finding->evidence);
}

static void add_once(GArray *numbers, guint32 number) {
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index(numbers, guint32, i) == number) return;
  g_array_append_val(numbers, number);
}

void hd_finding_add_actor(HdFinding *finding, guint32 actor) { add_once(finding->actors, actor); }

void hd_finding_add_object(HdFinding *finding, guint32 object) {
  if (object != HD_NONE) add_once(finding->objects, object);
}

void hd_finding_add_evidence(HdFinding *finding, gint64 at_ns, guint32 actor, guint32 site, guint32 wait, guint32 hold, char *text) {
  HdEvidence evidence = {at_ns, actor, site, wait, hold, text};
  g_array_append_val(finding->evidence, evidence);
}

gboolean hd_finding_kind_is_hang(HdFindingKind kind) {
  return kind == HD_FINDING_DEADLOCK || kind == HD_FINDING_SELF_DEADLOCK || kind == HD_FINDING_HELD_BY_EXITED ||
         kind == HD_FINDING_LOST_WAKEUP || kind == HD_FINDING_STUCK || kind == HD_FINDING_EXECUTOR_STARVATION;
}

static int rank(const HdFinding *finding) {
  if (finding->grade != HD_GRADE_OCCURRED) return 1 + (int)finding->grade;
  return hd_finding_kind_is_hang(finding->kind) && !finding->resolved ? 0 : 1;
}

static int compare_findings(gconstpointer a, gconstpointer b) {
  const HdFinding *left = a, *right = b;
  if (rank(left) != rank(right)) return rank(left) - rank(right);
  if (left->lost_ns != right->lost_ns) return left->lost_ns > right->lost_ns ? -1 : 1;
  if (left->at_ns != right->at_ns) return left->at_ns < right->at_ns ? -1 : 1;
  return (int)left->kind - (int)right->kind;
}

void hd_findings_sort(GArray *findings) { g_array_sort(findings, compare_findings); }

double hd_life_share(const HdModel *model, const GArray *actors, gint64 lost_ns) {
  double life_ns = 0;
  for (guint i = 0; i < actors->len; i++) {
    const HdActor *actor = &model->actors[g_array_index(actors, guint32, i)];
    life_ns += (double)MAX(actor->end_ns - actor->start_ns, 0);
  }
  return life_ns > 0 ? CLAMP((double)lost_ns / life_ns, 0, 1) : 0;
}
