/* The processes of this machine, as far as /proc shows them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
  pid_t id, parent, group;
  char state;             /* 'Z': dead, waiting for its parent */
  uint64_t started_ticks; /* since boot, in clock ticks (sysconf(_SC_CLK_TCK)) */
  char name[32];
};

/* Reads one process; false when there is none. */
bool process_read(pid_t id, struct process *process);
/* Calls visit for every process. */
void process_each(void (*visit)(const struct process *process, void *argument), void *argument);
