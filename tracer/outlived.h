/* Processes that came from the program and are still alive when it has ended. */
#pragma once
#include "control.h"
#include "recording.h"

/* Fills recording->outlived. A process counts when it began after the recording and has our control file in its environment, or a
 * slot in it. (A child subreaper would know as well, but every orphan of the program would then see another parent than without us.) */
void outlived_find(struct recording *recording, const struct control *control, uint64_t started_boottime_ns);
