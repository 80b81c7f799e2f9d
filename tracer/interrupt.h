/* Interrupts: what happens to a program that the user asked to end. The signal is passed on once; five seconds later, or when the user asks
 * again, SIGTERM; five seconds after that SIGKILL.
 *
 * A SIGINT stands for Ctrl-C, which a terminal sends to the program's children, too: it goes to all that came from the program and are
 * still in its process group. So do the later stages, which are to leave nothing behind. A SIGTERM is the program's own business first. */
#pragma once
#include "descendants.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct interrupt {
  pid_t program;
  const struct descendants *descendants; /* NULL: nobody knows them */
  unsigned stage;                        /* 0: none; 1: passed on; 2: SIGTERM sent; 3: SIGKILL sent */
  uint64_t last_ns;                      /* when the user asked last */
  uint64_t deadline_ns;                  /* when the next stage comes by itself */
};

/* The user asked by this signal. from_terminal: the program got it as well. */
void interrupt_asked(struct interrupt *interrupt, int signal, bool from_terminal);
/* To be called now and then. */
void interrupt_tick(struct interrupt *interrupt);
