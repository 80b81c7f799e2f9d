/* Processes that came from the program: those that an interrupt goes to, and those that are still alive when the program has ended. */
#pragma once
#include "control.h"
#include "processes.h"
#include "recording.h"

/* Where to look for them. A process counts when it began after the recording and has our control file in its environment, or a slot in
 * it. (A child subreaper would know as well, but every orphan of the program would then see another parent than without us.) */
struct descendants {
  const struct recording *recording;
  const struct control *control;
  uint64_t since_boottime_ns;
};

/* Calls visit for each that is alive, the program itself included. */
void descendants_each(const struct descendants *descendants, void (*visit)(const struct process *process, void *argument), void *argument);
/* Fills recording->outlived. To be called when the program has ended. */
void descendants_note_outlived(const struct descendants *descendants, struct recording *recording);
