#include "supervise.h"
#include "clock.h"
#include "disk.h"
#include "interrupt.h"
#include "message.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK_MS = 20, TICKS_PER_DISK_LOOK = 5 };

struct loop {
  struct supervision *supervision;
  struct interrupt interrupt;
  bool stop_asked;      /* SIGTSTP came, and no SIGCONT since */
  bool program_stopped; /* by a SIGTSTP of its own */
  bool ended;
  int wait_status;
};

void supervision_end_recording(struct supervision *supervision) {
  if (!supervision->recording_on) return;
  supervision->recording_on = false;
  control_over(supervision->control, true);
  if (!schedule_stop(supervision->schedule)) recording_note(supervision->recording, "The CPU schedule could not be written in full.");
  if (!daemon_stop(supervision->daemon)) {
    recording_note(supervision->recording, "%s", supervision->daemon->reason);
    say("%s", supervision->daemon->reason);
  }
}

/* Stops this process as a terminal's Ctrl-Z does, once the program has stopped by the same: now the shell may have the terminal. A program
 * that is stopped in any other way is somebody's business with that program alone; and one that goes on in spite of it is not left
 * without its recorder. */
static void stop_with_program(struct loop *loop) {
  if (!loop->stop_asked || !loop->program_stopped) return;
  loop->stop_asked = loop->program_stopped = false;
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, SIGTSTP);
  raise(SIGTSTP);
  sigprocmask(SIG_UNBLOCK, &only, NULL);
  sigprocmask(SIG_BLOCK, &only, NULL);
}

static void reap(struct loop *loop) {
  int status;
  pid_t process;
  while ((process = waitpid(loop->supervision->program, &status, WNOHANG | WUNTRACED | WCONTINUED)) > 0) {
    if (WIFSTOPPED(status) || WIFCONTINUED(status)) {
      loop->program_stopped = WIFSTOPPED(status) && WSTOPSIG(status) == SIGTSTP;
      stop_with_program(loop);
      continue;
    }
    loop->ended = true;
    loop->wait_status = status;
    return;
  }
}

static void handle(struct loop *loop, const struct signalfd_siginfo *signal) {
  struct supervision *supervision = loop->supervision;
  int number = (int)signal->ssi_signo;
  bool from_terminal = signal->ssi_code == SI_KERNEL; /* then the program, in the same process group, got it too */
  if (number == SIGCHLD) return reap(loop);
  if (signal->ssi_pid == (uint32_t)supervision->program && signal->ssi_code <= 0) {
    from_terminal = true; /* kill(0, …) by the program: it has it already */
  }
  if (signals_ignored_at_start(number) && from_terminal) return;
  switch (number) {
  case SIGINT:
  case SIGTERM:
    if (loop->interrupt.stage == 0 && supervision->recording_on) /* before the program can do anything about it */
      supervision->recording->interrupted_ns = supervision->control->header->interrupted_ns = now_ns();
    interrupt_asked(&loop->interrupt, number, from_terminal);
    return;
  case SIGTSTP:
    loop->stop_asked = true;
    break;
  case SIGCONT:
    loop->stop_asked = false;
    break;
  }
  if (!from_terminal) kill(supervision->program, number);
  stop_with_program(loop);
}

static void look_at_disk(struct supervision *supervision) {
  char reason[256];
  if (!disk_is_used_up(supervision->recording, supervision->control, supervision->options, reason, sizeof reason)) return;
  say("%s; the program goes on", reason);
  recording_note(supervision->recording, "%s", reason);
  supervision_end_recording(supervision);
}

static void look_at_daemon(struct supervision *supervision) {
  if (!daemon_has_died(supervision->daemon)) return;
  say("%s; the program goes on", supervision->daemon->reason);
  recording_note(supervision->recording, "%s", supervision->daemon->reason);
  supervision->recording_on = false;
  control_over(supervision->control, false);
  schedule_stop(supervision->schedule);
}

int supervise(struct supervision *supervision) {
  struct loop loop = {.supervision = supervision, .interrupt = {.program = supervision->program, .descendants = supervision->descendants}};
  int signals = signalfd(-1, supervision->signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (supervision->recording_on) look_at_disk(supervision);
  reap(&loop);
  for (unsigned tick = 1; !loop.ended; tick++) {
    bool on = supervision->recording_on;
    struct pollfd polled[] = {{.fd = signals, .events = POLLIN}, {.fd = on ? supervision->daemon->socket : -1, .events = POLLIN}};
    bool hurried = loop.interrupt.stage != 0;
    poll(polled, 2, on ? TICK_MS : hurried ? 200 : -1);
    struct signalfd_siginfo signal;
    while (!loop.ended && read(signals, &signal, sizeof signal) == sizeof signal) handle(&loop, &signal);
    interrupt_tick(&loop.interrupt);
    if (loop.ended || !on) continue;
    if (polled[1].revents) {
      look_at_daemon(supervision);
      continue;
    }
    control_keep_ahead(supervision->control);
    if (tick % TICKS_PER_DISK_LOOK == 0) look_at_disk(supervision);
  }
  close(signals);
  return loop.wait_status;
}
