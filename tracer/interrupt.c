#include "interrupt.h"
#include "clock.h"
#include "message.h"
#include <signal.h>

#define GRACE_NS 5000000000u
/* timeout(1) sends its signal to a process and then to its group: that is one wish, not two. */
#define ONE_WISH_NS 250000000u

static void next_stage(struct interrupt *interrupt) {
  interrupt->deadline_ns = now_ns() + GRACE_NS;
  switch (++interrupt->stage) {
  case 2:
    say("the program has not ended: sending SIGTERM");
    kill(interrupt->program, SIGTERM);
    break;
  case 3:
    say("the program has not ended: sending SIGKILL");
    kill(interrupt->program, SIGKILL);
    break;
  }
}

bool interrupt_asked(struct interrupt *interrupt, int signal, bool from_terminal) {
  uint64_t now = now_ns(), before = interrupt->last_ns;
  interrupt->last_ns = now;
  if (interrupt->stage) {
    if (now - before >= ONE_WISH_NS) next_stage(interrupt);
    return false;
  }
  next_stage(interrupt);
  if (!from_terminal) kill(interrupt->program, signal);
  return true;
}

void interrupt_tick(struct interrupt *interrupt) {
  if (interrupt->stage && interrupt->stage < 3 && now_ns() >= interrupt->deadline_ns) next_stage(interrupt);
}
