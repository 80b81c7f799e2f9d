/* From the program's start to its end: signals, job control, the disk, the slots, the daemon's health. */
#pragma once
#include "child.h"
#include "control.h"
#include "daemon.h"
#include "descendants.h"
#include "options.h"
#include "perf-schedule.h"
#include "recording.h"

struct supervision {
  const struct options *options;
  const sigset_t *signals; /* those that signals_take took */
  pid_t program;
  bool never_began;  /* it could not be executed */
  bool recording_on; /* false: the program merely runs */
  struct recording *recording;
  struct control *control;
  struct daemon *daemon;
  struct schedule *schedule;
  const struct descendants *descendants; /* NULL while nothing was ever recorded */
};

/* Returns the program's wait status. */
int supervise(struct supervision *supervision);
/* Ends the recording: silences the emitters, and returns when all is on disk. Does nothing when it was ended before. */
void supervision_end_recording(struct supervision *supervision);
