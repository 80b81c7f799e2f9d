/* Starting a program. */
#include "subprocess-state.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_FREE_DESCRIPTOR 3

/* What the child's streams will be: our own descriptors, close-on-exec and out of the way of 0 to 2, or -1. */
struct plan {
  const struct hd_subprocess_options *options;
  int streams[HD_STREAM_COUNT]; /* as asked for */
  int child_ends[HD_STREAM_COUNT];
};

static bool is_valid(const struct plan *plan) {
  const struct hd_subprocess_options *options = plan->options;
  if (!options->shell == !options->arguments || (options->arguments && !options->arguments[0])) return false;
  for (int i = 0; i < HD_STREAM_COUNT; i++)
    if (plan->streams[i] < (i == HD_SUBPROCESS_ERROR ? HD_STREAM_OUTPUT : HD_STREAM_NULL)) return false;
  return true;
}

/* Moves a new descriptor behind the standard ones, which may be closed in this program. */
static int move_away(int *descriptor) {
  if (*descriptor >= FIRST_FREE_DESCRIPTOR) return HD_OK;
  int moved = fcntl(*descriptor, F_DUPFD_CLOEXEC, FIRST_FREE_DESCRIPTOR);
  int result = moved < 0 ? hd_error_of(errno) : HD_OK;
  hd_close(descriptor);
  *descriptor = moved;
  return result;
}

static int make_pipe(struct hd_subprocess_state *state, struct plan *plan, int stream) {
  int both[2], child_side = stream == HD_SUBPROCESS_INPUT ? 0 : 1;
  if (pipe2(both, O_CLOEXEC) != 0) return hd_error_of(errno);
  plan->child_ends[stream] = both[child_side];
  state->ends[stream] = both[!child_side];
  state->was_pipe[stream] = true;
  int result = move_away(&plan->child_ends[stream]);
  return result == HD_OK ? move_away(&state->ends[stream]) : result;
}

static int make_ends(struct hd_subprocess_state *state, struct plan *plan) {
  int result = HD_OK;
  for (int i = 0; i < HD_STREAM_COUNT && result == HD_OK; i++) {
    int stream = plan->streams[i];
    if (stream == HD_STREAM_PIPE)
      result = make_pipe(state, plan, i);
    else if (stream > 0 && (plan->child_ends[i] = fcntl(stream, F_DUPFD_CLOEXEC, FIRST_FREE_DESCRIPTOR)) < 0)
      result = hd_error_of(errno);
  }
  return result;
}

static int plan_actions(posix_spawn_file_actions_t *actions, const struct plan *plan) {
  int number = 0;
  for (int i = 0; i < HD_STREAM_COUNT && !number; i++) {
    if (plan->streams[i] == HD_STREAM_NULL)
      number = posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0);
    else if (plan->streams[i] == HD_STREAM_OUTPUT)
      number = posix_spawn_file_actions_adddup2(actions, HD_SUBPROCESS_OUTPUT, i);
    else if (plan->child_ends[i] >= 0)
      number = posix_spawn_file_actions_adddup2(actions, plan->child_ends[i], i);
  }
  if (!number && plan->options->directory) number = posix_spawn_file_actions_addchdir_np(actions, plan->options->directory);
  if (!number && !plan->options->keep_descriptors) number = posix_spawn_file_actions_addclosefrom_np(actions, FIRST_FREE_DESCRIPTOR);
  return number;
}

/* As Python does, the child gets SIGPIPE as it comes from the system: a program that ignores it must not make `yes | head` run for ever. */
static int plan_attributes(posix_spawnattr_t *attributes, const struct plan *plan) {
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  int number = posix_spawnattr_setsigdefault(attributes, &defaults);
  if (number) return number;
  return posix_spawnattr_setflags(attributes, (short)(POSIX_SPAWN_SETSIGDEF | (plan->options->new_session ? POSIX_SPAWN_SETSID : 0)));
}

static const char *program_of(const struct hd_subprocess_options *options) { return options->shell ? "/bin/sh" : options->arguments[0]; }

/* Starts it: an errno. */
static int start(const struct plan *plan, pid_t *child) {
  const struct hd_subprocess_options *options = plan->options;
  const char *const shell_arguments[] = {"/bin/sh", "-c", options->shell, NULL};
  char *const *arguments = (char *const *)(uintptr_t)(options->shell ? shell_arguments : options->arguments);
  char *const *environment = options->environment ? (char *const *)(uintptr_t)options->environment : environ;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int number = posix_spawn_file_actions_init(&actions);
  if (number) return number;
  number = posix_spawnattr_init(&attributes);
  if (!number) {
    number = plan_actions(&actions, plan);
    if (!number) number = plan_attributes(&attributes, plan);
    if (!number) number = posix_spawnp(child, program_of(options), &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return number;
}

/* Tells the pipes, by names like "ls output". The child, if it is recorded, sees them as the same. */
static void tell_pipes(struct hd_subprocess_state *state, struct hd_emit *emit, const char *program, const struct hd_source *source) {
  static const char *const names[] = {"input", "output", "error output"};
  const char *slash = strrchr(program, '/');
  for (int i = 0; i < HD_STREAM_COUNT; i++) {
    struct stat status;
    if (state->ends[i] < 0 || fstat(state->ends[i], &status) != 0) continue;
    char name[256];
    snprintf(name, sizeof name, "%s %s", slash ? slash + 1 : program, names[i]);
    state->pipes[i] = hd_emit_pipe(emit, status.st_dev, status.st_ino);
    hd_emit_object_begin(emit, state->pipes[i], HD_KIND_PIPE, 1, -1, hd_emit_source_site(emit, HD_OPERATION_OBJECT_INIT, source), name);
  }
}

static int spawn(struct hd_subprocess_state *state, struct plan *plan, struct hd_emit *emit, const struct hd_source *source) {
  const char *program = program_of(plan->options);
  uint32_t stack = emit ? hd_emit_stack(emit) : 0;
  if (emit) tell_pipes(state, emit, program, source);
  uint64_t at_ns = emit ? hd_emit_now() : 0; /* the pipes are older than the child, which inherits them */
  int number = start(plan, &state->process_id);
  if (number) return hd_error_of(number);
  if (emit)
    hd_emit_process_spawn(emit, state->process_id, program, hd_emit_source_site(emit, HD_OPERATION_PROCESS_SPAWN, source), stack, at_ns);
  state->process_descriptor = pidfd_open(state->process_id, 0);
  state->outcome = HD_ERROR_WOULD_BLOCK;
  if (state->process_descriptor >= 0) return HD_OK;
  if (errno == ESRCH) { /* it has ended, and somebody else has taken its status */
    state->outcome = HD_ERROR_NOT_CHILD;
    return HD_OK;
  }
  int result = hd_error_of(errno);
  kill(state->process_id, SIGKILL);
  waitpid(state->process_id, NULL, 0);
  return result;
}

void hd_subprocess_dispose(struct hd_subprocess_state *state) {
  for (int i = 0; i < HD_STREAM_COUNT; i++) {
    hd_close(&state->ends[i]);
    free(state->collected[i].data);
  }
  hd_close(&state->process_descriptor);
  free(state);
}

int hd_subprocess_spawn_at(struct hd_subprocess *subprocess, const struct hd_subprocess_options *options, const struct hd_source *source) {
  HD_CALM;
  subprocess->state = NULL;
  struct plan plan = {options, {options->input, options->output, options->error}, {-1, -1, -1}};
  if (!is_valid(&plan)) return HD_ERROR_INVALID;
  hd_subprocess_clear_given_up();
  struct hd_subprocess_state *state = calloc(1, sizeof *state);
  if (!state) return HD_ERROR_NO_MEMORY;
  state->parent = getpid();
  state->process_descriptor = -1;
  for (int i = 0; i < HD_STREAM_COUNT; i++) state->ends[i] = -1;
  struct hd_emit *emit = hd_trace_enter();
  int result = make_ends(state, &plan);
  if (result == HD_OK) result = spawn(state, &plan, emit, source);
  hd_trace_leave(emit);
  for (int i = 0; i < HD_STREAM_COUNT; i++) hd_close(&plan.child_ends[i]);
  if (result == HD_OK)
    subprocess->state = state;
  else
    hd_subprocess_dispose(state);
  return result;
}
