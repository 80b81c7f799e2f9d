/* heddle report: the findings and tables of a recording. */
#include "report.h"

int main(int argument_count, char **arguments) {
  gboolean json = FALSE;
  const GOptionEntry entries[] = {{"json", 0, 0, G_OPTION_ARG_NONE, &json, "One JSON object for scripts instead of text", NULL}, {NULL}};
  g_autofree char *path = hd_cli_arguments(&argument_count, &arguments, entries,
                                           "Says what was found in a recording: who waited, for what, because of whom, and what hangs.");
  HdOpened opened = hd_cli_open(path);
  if (json)
    hd_report_json(opened.model, opened.analysis);
  else
    hd_report_text(opened.model, opened.analysis);
  hd_cli_close(&opened);
  return HD_EXIT_FINE;
}
