/* report as people read it: findings, then where time was lost, then who did what. */
#include "report.h"
#include <stdio.h>

/* Rows of a table that are worth reading on a terminal; the rest is counted. */
enum { ROW_COUNT = 20 };

void hd_report_finding(FILE *to, const HdModel *model, const HdFinding *finding, gboolean with_evidence) {
  g_autofree char *lost = hd_format_duration(finding->lost_ns);
  fprintf(to, "%s  [%s, %s%s", finding->title, hd_finding_kind_names[finding->kind], hd_grade_names[finding->grade],
          finding->resolved || finding->grade != HD_GRADE_OCCURRED ? "" : ", not resolved");
  if (finding->lost_ns > 0) fprintf(to, ", %s lost, %.1f %%", lost, finding->share * 100);
  fprintf(to, "]\n    %s\n", finding->summary);
  if (finding->advice && *finding->advice) fprintf(to, "    %s\n", finding->advice);
  for (guint i = 0; with_evidence && finding->evidence && i < finding->evidence->len; i++) {
    const HdEvidence *evidence = &g_array_index(finding->evidence, HdEvidence, i);
    g_autofree char *at = hd_format_duration(evidence->at_ns);
    g_autofree char *site = evidence->site == HD_NONE ? NULL : hd_model_site_text(model, evidence->site);
    fprintf(to, "      at %-8s %s%s%s\n", at, evidence->text, site ? ", " : "", site ? site : "");
  }
}

static void print_findings(const HdModel *model, const HdAnalysis *analysis) {
  guint shown = 0, refuted = 0;
  for (guint i = 0; i < analysis->finding_count; i++) {
    const HdFinding *finding = &analysis->findings[i];
    if (finding->grade == HD_GRADE_REFUTED) {
      refuted++;
      continue;
    }
    printf("%s%2u. ", shown ? "" : "\nFindings\n", shown + 1);
    shown++;
    hd_report_finding(stdout, model, finding, TRUE);
  }
  if (!shown) printf("\nNo findings: nobody waited long for a lock, and nothing hung.\n");
  if (refuted) printf("    (%u refuted: an order of locks that can never meet)\n", refuted);
}

static void print_contention(const HdModel *model, const HdAnalysis *analysis) {
  guint shown = 0;
  for (guint i = 0; i < analysis->contention_count && shown < ROW_COUNT; i++) {
    const HdContention *contention = &analysis->contentions[i];
    const HdObject *object = &model->objects[contention->object];
    if (!contention->wait_total_ns) break;
    if (!shown++)
      printf("\nWaited for\n  %-34s %-10s %10s %10s %10s %10s %10s\n", "object", "kind", "wait", "longest", "held", "acquired", "waited");
    g_autofree char *name = hd_display_name(object->name, 34);
    g_autofree char *wait = hd_format_duration(contention->wait_total_ns), *longest = hd_format_duration(contention->wait_max_ns);
    g_autofree char *held = hd_format_duration(contention->held_ns);
    printf("  %-34s %-10s %10s %10s %10s %10" G_GUINT64_FORMAT " %10" G_GUINT64_FORMAT "\n", name, hd_object_kind_names[object->kind], wait,
           longest, held, contention->acquisition_count, contention->contention_count);
    for (guint b = 0; b < contention->blame_count && b < 3 && contention->blame[b].blame_ns > 0; b++) {
      g_autofree char *blame = hd_format_duration(contention->blame[b].blame_ns);
      g_autofree char *site = contention->blame[b].site == HD_NONE ? g_strdup("?") : hd_model_site_text(model, contention->blame[b].site);
      const char *who = contention->blame[b].actor == HD_NONE ? "?" : model->actors[contention->blame[b].actor].name;
      g_autofree char *holder = hd_display_name(who, 40);
      printf("      %s while %s held it, since %s\n", blame, holder, site);
    }
  }
}

/* The states that a thread spent most time in, but for running. */
static void print_states(const HdModel *model, guint32 actor) {
  gint64 states_ns[HD_STATE_COUNT] = {0};
  hd_model_state_times(model, actor, states_ns);
  for (int printed = 0; printed < 4; printed++) {
    int longest = 0;
    for (int state = 1; state < HD_STATE_COUNT; state++)
      if (states_ns[state] > states_ns[longest]) longest = state;
    if (states_ns[longest] <= 0) break;
    g_autofree char *time = hd_format_duration(states_ns[longest]);
    printf("%s%s %s", printed ? ", " : "  ", hd_state_names[longest], time);
    states_ns[longest] = 0;
  }
  printf("\n");
}

static void print_actors(const HdModel *model) {
  printf("\nActors\n");
  guint printed = 0;
  for (guint32 i = 0; i < model->actor_count && printed < 5 * ROW_COUNT; i++, printed++) {
    const HdActor *actor = &model->actors[i];
    g_autofree char *name = hd_display_name(actor->name, 32);
    if (actor->kind == HD_ACTOR_PROCESS) {
      printf("  %s (%u)", name, actor->process_id);
      if (actor->exit_known && actor->exit < 0) printf(", ended by signal %d", -actor->exit);
      else if (actor->exit_known) printf(", exit %d", actor->exit);
      if (actor->outlived) printf(", outlived the recording");
      printf("%s\n", actor->emitter ? "" : ", seen by its parent only");
    } else {
      g_autofree char *life = hd_format_duration(actor->end_ns - actor->start_ns);
      printf("    %-32s %9s", name, life);
      print_states(model, i);
    }
  }
  if (printed < model->actor_count) printf("  … and %u more\n", model->actor_count - printed);
}

void hd_report_text(const HdModel *model, const HdAnalysis *analysis) {
  g_autofree char *summary = hd_cli_summary(model);
  g_autofree char *program = hd_display_name(model->info->program ? model->info->program : model->info->path, 120);
  printf("%s: %s\n", program, summary);
  g_auto(GStrv) caveats = hd_cli_caveats(model);
  for (char **caveat = caveats; *caveat; caveat++) printf("  note: %s\n", *caveat);
  print_findings(model, analysis);
  print_contention(model, analysis);
  print_actors(model);
}
