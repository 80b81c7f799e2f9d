/* Logs that say nonsense. */
#pragma once
#include "model.h"

/* Another seed by HEDDLE_SEED, to look for more. */
void random_begin(void);
void random_end(void);
guint32 pick(guint32 count); /* below count */
/* So many events of all kinds, which mean nothing, but meet now and then. */
HdLog *random_log(guint event_count);
/* What is told of a few tasks, in whatever order: steps that overlap, awaits in none, events lost in between. */
HdModel *random_tasks(void);
