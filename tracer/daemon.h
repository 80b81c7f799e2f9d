/* The recorder's end of heddle-session (protocol.h): starts LTTng for one recording, and ends it. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

struct daemon {
  int socket;       /* -1 when there is none (any more) */
  pid_t process;    /* heddle-session */
  char home[64];    /* LTTNG_HOME of the traced program */
  char memory[64];  /* where the buffers lie; empty when there is no /dev/shm */
  char reason[512]; /* why it failed or ended: a sentence */
};

/* Starts all, and returns when the program may begin. folder: the recording's. 0, or -1 with the reason. */
int daemon_start(struct daemon *daemon, int folder);
/* Reads what heddle-session says of itself when its socket is readable. True when the recording has ended early (see reason). */
bool daemon_has_died(struct daemon *daemon);
/* Returns when the trace is complete on disk. False, with a reason, when something of it is missing. */
bool daemon_stop(struct daemon *daemon);
/* Ends heddle-session, which removes everything behind itself, and waits for that. */
void daemon_end(struct daemon *daemon);
