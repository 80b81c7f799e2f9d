/* heddle-record: runs a program and records it. The order of things, once for a recording:
 *
 *   the program is found · folder, control file · LTTng is started and primed · the child is made and waits · its CPU schedule is watched
 *   · recording.json · the child becomes the program · … supervise … · the recording is over · all is on disk · recording.json again
 *   · LTTng is gone · heddle-finish · this process ends as the program did
 *
 * When anything of ours fails before the program runs, it runs all the same, unrecorded, and one line says why. */
#include "child.h"
#include "clock.h"
#include "control.h"
#include "daemon.h"
#include "descendants.h"
#include "environment.h"
#include "finish.h"
#include "message.h"
#include "options.h"
#include "perf-schedule.h"
#include "program.h"
#include "recording.h"
#include "supervise.h"
#include "tree.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void complain(struct recording *recording, const char *sentence) {
  say("%s", sentence);
  recording_note(recording, "%s", sentence);
}

/* Everything that must be there before the program: NULL when so, else why it will not be recorded. */
static const char *prepare(struct recording *recording, struct control *control, struct daemon *daemon, char ***environment) {
  const char *missing = NULL;
  int error = control_create(control, recording->folder);
  if (error < 0) return strerror(-error);
  if (daemon_start(daemon, recording->folder) < 0) return daemon->reason;
  static char control_path[PATH_MAX + 16];
  snprintf(control_path, sizeof control_path, "%s/control", recording->path);
  *environment = environment_make(daemon->home, control_path, &missing);
  if (missing) complain(recording, missing);
  return NULL;
}

/* Lets the program begin, and stays with it. Its wait status. */
static int run(struct supervision *supervision, const char *path, char **environment) {
  struct recording *recording = supervision->recording;
  struct child child;
  int error = child_make(&child, path, supervision->options->program, environment);
  if (error < 0) {
    say("no process for %s: %s", path, strerror(-error));
    return W_EXITCODE(126, 0);
  }
  supervision->program = child.process;
  if (supervision->recording_on) {
    strcpy(recording->schedule_reason, "not asked for (--no-schedule)");
    if (supervision->options->schedule)
      supervision->schedule =
          schedule_start(child.process, recording->folder, recording->schedule_reason, sizeof recording->schedule_reason);
    recording->schedule_observed = supervision->schedule != NULL;
    recording->program = child.process;
    recording->started_realtime_ns = clock_read_ns(CLOCK_REALTIME);
    recording->started_ns = supervision->control->header->started_ns = now_ns();
    recording_write(recording);
  }
  error = child_go(&child);
  if (error) {
    say("%s: %s", path, strerror(error));
    supervision->never_began = true;
  }
  int status = supervise(supervision);
  recording->ended_ns = now_ns();
  return status;
}

/* The recording's end, after the program's. */
static void conclude(struct supervision *supervision, int wait_status) {
  struct recording *recording = supervision->recording;
  control_over(supervision->control, false);
  descendants_note_outlived(supervision->descendants, recording);
  supervision_end_recording(supervision);
  control_cut(supervision->control, recording->outlived_count > 0);
  recording->exit = WIFSIGNALED(wait_status) ? -WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
  tree_make_private(recording->path);
  recording_write(recording);
}

int main(int argument_count, char **arguments) {
  struct options options;
  char path[PATH_MAX];
  int status = options_parse(&options, argument_count, arguments);
  if (status) return status < 0 ? 0 : status;
  status = program_find(options.program[0], path);
  if (status) return status;
  sigset_t signals;
  signals_take(&signals);

  struct recording recording;
  struct control control;
  struct daemon daemon = {.socket = -1};
  char **environment = NULL;
  status = recording_create(&recording, &options);
  if (status) return status;
  struct descendants descendants = {&recording, &control, clock_read_ns(CLOCK_BOOTTIME)};
  const char *failure = prepare(&recording, &control, &daemon, &environment);
  struct supervision supervision = {
      .options = &options, .signals = &signals, .recording = &recording, .control = &control, .daemon = &daemon};
  int end_asked = signals_end_asked();
  if (end_asked) { /* by a Ctrl-C that came before there was a program to get it */
    daemon_end(&daemon);
    recording_discard(&recording);
    die_as(W_EXITCODE(0, end_asked));
  }
  if (failure) {
    say("not recorded: %s; the program runs without", failure);
    daemon_end(&daemon);
    recording_discard(&recording);
    die_as(run(&supervision, path, environ));
  }
  const char *unobservable = program_why_unobservable(path);
  if (unobservable) complain(&recording, unobservable);
  supervision.recording_on = true;
  supervision.descendants = &descendants;
  int wait_status = run(&supervision, path, environment);
  conclude(&supervision, wait_status);
  daemon_end(&daemon);
  if (supervision.never_began)
    recording_discard(&recording);
  else
    finish_run(&recording);
  die_as(wait_status);
}
