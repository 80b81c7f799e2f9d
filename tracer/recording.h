/* The folder of a recording, and its recording.json (runtime/schema/recording.md). */
#pragma once
#include "options.h"
#include <sys/types.h>

enum { NOTE_CAPACITY = 32 };

struct recording {
  char *path;  /* absolute; owned */
  char *shown; /* as the user would type it; owned */
  int folder;  /* the folder, open */
  char **arguments;
  pid_t program;
  uint64_t started_realtime_ns, started_ns; /* 0 before the program's start */
  uint64_t ended_ns;                        /* 0 while it is going on */
  uint64_t interrupted_ns;                  /* 0 when it was not */
  int exit;                                 /* code, or minus the signal */
  bool schedule_observed;
  char schedule_reason[256]; /* why not */
  pid_t *outlived;           /* owned */
  unsigned outlived_count;
  char *notes[NOTE_CAPACITY]; /* owned */
  unsigned note_count;
};

/* Makes the folder: options->output, or ./PROGRAM-N.heddle with the first N that is free. 0, or the status to exit with (said). */
int recording_create(struct recording *recording, const struct options *options);
/* Adds a sentence about what went wrong while recording. */
void recording_note(struct recording *recording, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes recording.json anew, all at once. */
void recording_write(const struct recording *recording);
/* Removes the folder: nothing was recorded. */
void recording_discard(struct recording *recording);
