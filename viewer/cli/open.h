/* What every command of cli begins with: a recording, read, modelled and judged. */
#pragma once
#include "analysis.h"
#include "load.h"

/* Exit codes of all commands. */
enum { HD_EXIT_FINE = 0, HD_EXIT_FINDINGS = 1, HD_EXIT_USAGE = 2, HD_EXIT_BAD_INPUT = 3 };

typedef struct {
  HdModel *model;       /* owned */
  HdAnalysis *analysis; /* owned */
} HdOpened;

/* Parses options (NULL-terminated entries, may be NULL; --wrapper, which hd_cli_open heeds, is of all commands) and exactly one RECORDING.
 * description: one sentence for --help. Prints what is wrong and exits with 2 when the arguments are. Returns the recording's path, owned
 * by the caller. */
char *hd_cli_arguments(int *argument_count, char ***arguments, const GOptionEntry *entries, const char *description);

/* Reads the recording; prints one line and exits with 3 when that cannot be done. With progress on stderr when it is a terminal and
 * takes longer than a moment. */
HdOpened hd_cli_open(const char *path);
/* The same without analysis (NULL), for who only counts. */
HdOpened hd_cli_open_unjudged(const char *path);
void hd_cli_close(HdOpened *opened);

/* "2 processes, 11 threads, 9400000 events in 38.2 s; nothing lost; CPU observed" */
char *hd_cli_summary(const HdModel *model);
/* What was not observed or went wrong, a sentence each; NULL-terminated, owned by the caller. */
char **hd_cli_caveats(const HdModel *model);
