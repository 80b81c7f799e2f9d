/* report as people read it: findings, then where time was lost, then who did what. Lines of HD_COLUMN_COUNT characters. */
#include "columns.h"
#include "report-tables.h"
#include "report.h"
#include <string.h>

enum { FINDING_INDENT = 4, NOTE_INDENT = 8, EVIDENCE_INDENT = 17 };

/* "contention, occurred, 3.6 s lost, 61.7 %" */
static char *finding_kind(const HdFinding *finding) {
  GString *text = g_string_new(hd_finding_kind_names[finding->kind]);
  g_string_append_printf(text, ", %s", hd_grade_names[finding->grade]);
  if (finding->grade == HD_GRADE_OCCURRED && !finding->resolved) g_string_append(text, ", not resolved");
  g_autofree char *lost = hd_format_duration(finding->lost_ns);
  if (finding->lost_ns > 0) g_string_append_printf(text, ", %s lost, %.1f %%", lost, finding->share * 100);
  return g_string_free(text, FALSE);
}

static void print_evidence(const HdModel *model, const HdEvidence *evidence) {
  g_autofree char *at = hd_format_duration(evidence->at_ns),
                  *site = evidence->site == HD_NONE ? NULL : hd_model_site_text(model, evidence->site);
  g_autofree char *text = g_strdup_printf("%s%s%s", evidence->text, site ? ", " : "", site ? site : "");
  printf("    at ");
  hd_print_cell(stdout, at, -8);
  printf("  ");
  hd_print_wrapped(stdout, EVIDENCE_INDENT, text, EVIDENCE_INDENT);
}

static void print_indented(const char *text) {
  printf("%*s", FINDING_INDENT, "");
  hd_print_wrapped(stdout, FINDING_INDENT, text, FINDING_INDENT);
}

static void print_finding(const HdModel *model, const HdFinding *finding, guint number) {
  g_autofree char *kind = finding_kind(finding), *head = g_strdup_printf("%s  [%s]", finding->title, kind);
  printf("%2u. ", number);
  hd_print_wrapped(stdout, FINDING_INDENT, head, FINDING_INDENT);
  print_indented(finding->summary);
  if (finding->advice && *finding->advice) print_indented(finding->advice);
  for (guint i = 0; finding->evidence && i < finding->evidence->len; i++)
    print_evidence(model, &g_array_index(finding->evidence, HdEvidence, i));
}

static void print_findings(const HdModel *model, const HdAnalysis *analysis) {
  guint shown = 0, refuted = 0;
  for (guint i = 0; i < analysis->finding_count; i++) {
    if (analysis->findings[i].grade == HD_GRADE_REFUTED) {
      refuted++;
      continue;
    }
    printf("%s", shown ? "" : "\nFindings\n");
    print_finding(model, &analysis->findings[i], ++shown);
  }
  if (!shown) printf("\nNo findings: nobody waited long for a lock, and nothing hung.\n");
  if (refuted) printf("    (%u refuted: orders of locks that can never meet)\n", refuted);
}

void hd_report_text(const HdModel *model, const HdAnalysis *analysis) {
  g_autofree char *summary = hd_cli_summary(model);
  g_autofree char *program = hd_display_name(model->info->program ? model->info->program : model->info->path, 120);
  g_autofree char *head = g_strdup_printf("%s: %s", program, summary);
  hd_print_wrapped(stdout, 0, head, 2);
  g_auto(GStrv) caveats = hd_cli_caveats(model);
  for (char **caveat = caveats; *caveat; caveat++) {
    printf("  note: ");
    hd_print_wrapped(stdout, NOTE_INDENT, *caveat, NOTE_INDENT);
  }
  print_findings(model, analysis);
  hd_report_waits(model, analysis);
  hd_report_queues(model);
  hd_report_jobs(model);
  hd_report_schedules(model);
  hd_report_loops(model);
  hd_report_tasks(model);
  hd_report_gils(model);
  hd_report_misuses(model);
  hd_report_actors(model);
}
