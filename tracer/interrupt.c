#include "interrupt.h"
#include "clock.h"
#include "message.h"
#include <signal.h>
#include <unistd.h>

#define GRACE_NS 5000000000u
/* timeout(1) sends its signal to a process and then to its group: that is one wish, not two. */
#define ONE_WISH_NS 250000000u

struct passing {
  pid_t program;
  int signal;
};

static void pass_to_child(const struct process *process, void *argument) {
  const struct passing *passing = argument;
  if (process->id != passing->program && process->group == getpgrp()) kill(process->id, passing->signal);
}

/* The program first: the end of a child must not be what lets it go on. */
static void pass_on(const struct interrupt *interrupt, int signal) {
  struct passing passing = {interrupt->program, signal};
  kill(interrupt->program, signal);
  if (interrupt->descendants) descendants_each(interrupt->descendants, pass_to_child, &passing);
}

static void next_stage(struct interrupt *interrupt) {
  interrupt->deadline_ns = now_ns() + GRACE_NS;
  switch (++interrupt->stage) {
  case 2:
    say("the program has not ended: sending SIGTERM");
    pass_on(interrupt, SIGTERM);
    break;
  case 3:
    say("the program has not ended: sending SIGKILL");
    pass_on(interrupt, SIGKILL);
    break;
  }
}

void interrupt_asked(struct interrupt *interrupt, int signal, bool from_terminal) {
  uint64_t now = now_ns(), before = interrupt->last_ns;
  interrupt->last_ns = now;
  if (interrupt->stage) {
    if (now - before >= ONE_WISH_NS) next_stage(interrupt);
    return;
  }
  next_stage(interrupt);
  if (from_terminal) return;
  if (signal == SIGINT)
    pass_on(interrupt, signal);
  else
    kill(interrupt->program, signal);
}

void interrupt_tick(struct interrupt *interrupt) {
  if (interrupt->stage && interrupt->stage < 3 && now_ns() >= interrupt->deadline_ns) next_stage(interrupt);
}
