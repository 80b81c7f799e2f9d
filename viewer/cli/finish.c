/* heddle-finish: what record runs when the program has ended. Puts symbols into the recording, so that it can be read elsewhere,
 * and says on stderr what was recorded, the first findings and how to open it. If it fails, the recording is still valid. */
#include "report.h"
#include <stdio.h>
#include <string.h>

enum { FINDING_COUNT = 3 };
#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+,@%="

int main(int argument_count, char **arguments) {
  g_autofree char *path = hd_cli_arguments(&argument_count, &arguments, NULL, "Completes a recording and prints its summary.");
  g_autoptr(GError) error = NULL;
  HdLog *log = hd_load(path, NULL, NULL, NULL, &error);
  if (!log) {
    fprintf(stderr, "heddle: %s\n", error->message);
    return HD_EXIT_BAD_INPUT;
  }
  if (!hd_load_write_symbols(log, &error)) {
    fprintf(stderr, "heddle: no symbols were put into the recording: %s\n", error->message);
    g_clear_error(&error);
  }
  hd_log_free(log);
  HdOpened opened = hd_cli_open(path);
  const HdAnalysis *analysis = opened.analysis;
  g_autofree char *summary = hd_cli_summary(opened.model);
  fprintf(stderr, "heddle: recorded %s\n", summary);
  g_auto(GStrv) caveats = hd_cli_caveats(opened.model);
  for (char **caveat = caveats; *caveat; caveat++) fprintf(stderr, "heddle: note: %s\n", *caveat);
  guint shown = 0, all = 0;
  for (guint i = 0; i < analysis->finding_count; i++) {
    const HdFinding *finding = &analysis->findings[i];
    if (finding->grade == HD_GRADE_REFUTED) continue;
    all++;
    if (shown == FINDING_COUNT) continue;
    shown++;
    fprintf(stderr, "heddle: %s (%s): %s\n", finding->title, hd_grade_names[finding->grade], finding->summary);
  }
  if (all > shown) fprintf(stderr, "heddle: … and %u more findings: heddle report %s\n", all - shown, path);
  /* So that it can be pasted into a shell. */
  g_autofree char *quoted = strspn(path, PLAIN) == strlen(path) ? g_strdup(path) : g_shell_quote(path);
  fprintf(stderr, "heddle view %s\n", quoted);
  hd_cli_close(&opened);
  return HD_EXIT_FINE;
}
