/* The traced program as a child process: started in the recorder's process group and terminal, with everything (signal mask,
 * dispositions, limits, descriptors) as the recorder found it. */
#pragma once
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct child {
  pid_t process;
  int gate;    /* closing it without a word ends the child before it becomes the program */
  int failure; /* the child's errno, when the program could not be executed */
};

/* Blocks the signals that the recorder takes care of, and remembers how it found them. Before any other thread is made. */
void signals_take(sigset_t *taken);
/* Whether the recorder was started with this signal ignored (nohup, shells without job control). */
bool signals_ignored_at_start(int signal);

/* SIGINT or SIGTERM when one of them came since signals_take and was not handled, else 0. */
int signals_end_asked(void);

/* Makes the child, which waits at the gate, so that it can be watched from its first instruction. 0 or negative errno. */
int child_make(struct child *child, const char *path, char **arguments, char **environment);
/* Lets it become the program. 0, or the errno of exec. */
int child_go(struct child *child);
/* Ends this process as the program ended: by the same signal, but without a second core, or with its code. */
_Noreturn void die_as(int wait_status);
