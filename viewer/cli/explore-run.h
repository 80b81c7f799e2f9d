/* Runs a program once under a seed, and says what came of it. */
#pragma once
#include "seed-report.h"
#include <glib.h>

G_BEGIN_DECLS

/* What a run makes worth recording. */
typedef enum {
  RUN_FINE,
  RUN_HUNG,        /* none of its threads could ever go on */
  RUN_LOST_UPDATE, /* of a shared variable */
  RUN_KILLED,      /* by a signal that nobody of us sent */
  RUN_WAITED,      /* it ended while threads waited without a time-out */
  RUN_LONG,        /* it had not ended when its time was over */
  RUN_KIND_COUNT
} RunKind;

typedef struct {
  RunKind kind;
  int wait_status;              /* as waitpid gives it */
  gboolean began;               /* FALSE: it cannot be executed */
  struct hd_seed_report report; /* as it stood at the end */
} Run;

/* The place for the report, and the signals that end all of it; once, before the first run. FALSE, after a line on stderr, when there is no
 * place. */
gboolean hd_run_prepare(void);
void hd_run_conclude(void);
/* Whether a Ctrl-C or SIGTERM came; then its run has been ended, and no other is to be begun. */
int hd_run_interrupted(void);

/* Runs arguments (the program first) with this seed, without input or output, in a process group of its own; for at most limit_s. Then
 * it is ended: gently (an interrupt, as the recorder wants it), or at once. */
Run hd_run(char *const *arguments, gint64 seed, guint limit_s, gboolean gently);

G_END_DECLS
