/* A process's state, shared by its handles; the child has a copy of its own. */
#ifndef HEDDLE_PROCESS_STATE_H
#define HEDDLE_PROCESS_STATE_H
#include "futex.h"
#include "trace.h"
#include <heddle/process.h>
#include <sys/types.h>

enum hd_process_phase {
  HD_PROCESS_NEW,
  HD_PROCESS_STARTING,
  HD_PROCESS_RUNNING, /* or it has ended, and nobody has asked yet */
  HD_PROCESS_REAPED,
};

/* All but what is set once is guarded by hd_children_enter. */
struct hd_process_state {
  enum hd_process_phase phase;
  uint32_t references; /* handles, and the registry's own while it is in it */
  pid_t maker;         /* who made it, and alone may start it */
  pid_t parent;        /* of what was started: who did that; 0 before */
  pid_t pid;
  uint32_t actor; /* process number in the recording, 0 when it is not recorded */
  bool daemon;
  bool exit_known;
  int exit_code;
  hd_process_routine *routine;
  void *argument;
  char *name;                               /* owned */
  struct hd_process_state *next, *previous; /* in the registry, from its start until it is reaped */
};

/* The calling process's own; NULL: it was not started by hd_process. */
extern struct hd_process_state *hd_process_self;

struct hd_process_state *hd_process_state_new(hd_process_routine *routine, void *argument, const char *name);
void hd_process_state_ref(struct hd_process_state *state);
/* Frees it with the last reference. */
void hd_process_state_unref(struct hd_process_state *state);

/* The guard of all states and the registry of children; a forked child finds it free, and no children. */
void hd_children_enter(void);
void hd_children_leave(void);
/* With the guard: from now on (until it is reaped) a child. The first one arranges for the exit of the process. */
void hd_children_add(struct hd_process_state *state);
/* With the guard: reaps it if it has ended, tells so, and says whether it has: then it may be gone, but for the caller's own handle. */
bool hd_process_reap(struct hd_process_state *state, struct hd_emit *emit);
/* Waits until the deadline for its end: HD_OK or HD_ERROR_TIMEOUT. */
int hd_process_state_join(struct hd_process_state *state, hd_deadline deadline, enum hd_operation operation,
                          const struct hd_source *source);
/* Terminates the daemons among the children, and waits for all of them. */
void hd_children_end(void);
/* Becomes the process that state describes, runs its routine, and ends. In a forked child only. */
_Noreturn void hd_process_run(struct hd_process_state *state);

#endif
