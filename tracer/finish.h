/* The last step: heddle-finish looks at the recording and says on stderr what it found. */
#pragma once
#include "recording.h"

/* Runs it; when it is missing or fails, one line stands for its words. A SIGINT or SIGTERM ends it. */
void finish_run(const struct recording *recording);
