/* Interrupts: what happens to a program that the user asked to end. The signal is passed on once; five seconds later, or when the user asks
 * again, SIGTERM; five seconds after that SIGKILL. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct interrupt {
  pid_t program;
  unsigned stage;       /* 0: none; 1: passed on; 2: SIGTERM sent; 3: SIGKILL sent */
  uint64_t last_ns;     /* when the user asked last */
  uint64_t deadline_ns; /* when the next stage comes by itself */
};

/* The user asked by this signal. from_terminal: the program got it as well. True the first time. */
bool interrupt_asked(struct interrupt *interrupt, int signal, bool from_terminal);
/* To be called now and then. */
void interrupt_tick(struct interrupt *interrupt);
