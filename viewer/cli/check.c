/* heddle check: for CI. A line for each finding that matters, exit 1 when there is one. */
#include "open.h"
#include <stdio.h>
#include <string.h>

/* What fails a check unless --fail-on says otherwise: hangs, and orders of locks that were predicted to hang. */
static const char *const default_kinds = "deadlock,self-deadlock,held-by-exited,lost-wakeup,stuck,executor-starvation,lock-order";

static int index_of(const char *const *names, int count, const char *name) {
  for (int i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0) return i;
  return -1;
}

int main(int argument_count, char **arguments) {
  g_autofree char *kinds = NULL, *grade = NULL;
  const GOptionEntry entries[] = {
      {"fail-on", 0, 0, G_OPTION_ARG_STRING, &kinds, "Kinds of findings that fail, with commas between (default: hangs and lock-order)",
       "KIND,…"},
      {"grade", 0, 0, G_OPTION_ARG_STRING, &grade, "Weakest grade that fails: occurred, predicted (default) or potential", "GRADE"},
      {NULL}};
  g_autofree char *path =
      hd_cli_arguments(&argument_count, &arguments, entries,
                       "Exits with 1 and prints one line a finding when the recording shows a hang, or whatever else is asked for.");
  gboolean wanted[HD_FINDING_KIND_COUNT] = {FALSE};
  g_auto(GStrv) list = g_strsplit(kinds ? kinds : default_kinds, ",", -1);
  for (char **kind = list; *kind; kind++) {
    int index = index_of(hd_finding_kind_names, HD_FINDING_KIND_COUNT, *kind);
    if (index < 0) {
      fprintf(stderr, "heddle: no kind of finding is called '%s'\n", *kind);
      return HD_EXIT_USAGE;
    }
    wanted[index] = TRUE;
  }
  int weakest = index_of(hd_grade_names, HD_GRADE_REFUTED, grade ? grade : "predicted");
  if (weakest < 0) {
    fprintf(stderr, "heddle: no grade is called '%s' (occurred, predicted, potential)\n", grade);
    return HD_EXIT_USAGE;
  }
  HdOpened opened = hd_cli_open(path);
  guint failed = 0;
  for (guint i = 0; i < opened.analysis->finding_count; i++) {
    const HdFinding *finding = &opened.analysis->findings[i];
    if (!wanted[finding->kind] || (int)finding->grade > weakest) continue;
    printf("%s: %s: %s\n", hd_finding_kind_names[finding->kind], hd_grade_names[finding->grade], finding->summary);
    failed++;
  }
  if (!opened.model->complete) fprintf(stderr, "heddle: the recording is not complete; what is missing cannot be checked\n");
  hd_cli_close(&opened);
  return failed ? HD_EXIT_FINDINGS : HD_EXIT_FINE;
}
