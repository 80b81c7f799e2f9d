#include "process-state.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int hd_process_init(struct hd_process *process, hd_process_routine *routine, void *argument, const char *name) {
  process->state = hd_process_state_new(routine, argument, name);
  return process->state ? HD_OK : HD_ERROR_NO_MEMORY;
}

void hd_process_release(struct hd_process *process) {
  hd_process_state_unref(process->state);
  process->state = NULL;
}

/* A misuse of the process, told and returned. */
static int misuse(const struct hd_process_state *state, enum hd_operation operation, const struct hd_source *source, int error) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_misuse(emit, (uint64_t)state->pid, operation, source, error);
  hd_trace_leave(emit);
  return error;
}

int hd_process_set_daemon_at(struct hd_process *process, bool daemon, const struct hd_source *source) {
  hd_children_enter();
  bool new = process->state->phase == HD_PROCESS_NEW;
  if (new) process->state->daemon = daemon;
  hd_children_leave();
  return new ? HD_OK : misuse(process->state, HD_OPERATION_PROCESS_FORK, source, HD_ERROR_STARTED);
}

/* Whether the calling process may start it now; then no other call may. */
static int begin_start(struct hd_process_state *state) {
  if (hd_process_self && hd_process_self->daemon) return HD_ERROR_DAEMON_CHILDREN;
  if (state->maker != getpid()) return HD_ERROR_NOT_CHILD;
  hd_children_enter();
  bool new = state->phase == HD_PROCESS_NEW;
  if (new) state->phase = HD_PROCESS_STARTING;
  hd_children_leave();
  return new ? HD_OK : HD_ERROR_STARTED;
}

int hd_process_start_at(struct hd_process *process, const struct hd_source *source) {
  struct hd_process_state *state = process->state;
  int result = begin_start(state);
  if (result != HD_OK) return misuse(state, HD_OPERATION_PROCESS_FORK, source, result);
  int saved_errno = errno, cancellable;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellable);
  fflush(stdout); /* or the child would write it again */
  fflush(stderr);
  struct hd_emit_fork emit_fork;
  struct hd_emit *emit = hd_trace_enter();
  hd_emit_fork_prepare_at(&emit_fork, source);
  pid_t pid = fork();
  if (pid == 0) {
    hd_emit_fork_in_child(&emit_fork);
    hd_trace_leave(emit);
    pthread_setcancelstate(cancellable, NULL);
    hd_process_run(state);
  }
  hd_children_enter();
  state->phase = pid < 0 ? HD_PROCESS_NEW : HD_PROCESS_RUNNING;
  if (pid > 0) {
    state->parent = state->maker;
    state->pid = pid;
    state->actor = emit_fork.child;
    hd_children_add(state);
  }
  hd_children_leave();
  hd_emit_fork_in_parent(&emit_fork, pid);
  hd_trace_leave(emit);
  pthread_setcancelstate(cancellable, NULL);
  errno = saved_errno;
  return pid < 0 ? HD_ERROR_NO_RESOURCES : HD_OK;
}

int hd_process_create_at(struct hd_process *process, hd_process_routine *routine, void *argument, const char *name,
                         const struct hd_source *source) {
  int result = hd_process_init(process, routine, argument, name);
  if (result != HD_OK) return result;
  result = hd_process_start_at(process, source);
  if (result != HD_OK) hd_process_release(process);
  return result;
}

/* Whether the calling process is the parent of what was started. */
static int check_parent(const struct hd_process_state *state) {
  hd_children_enter();
  pid_t parent = state->parent;
  hd_children_leave();
  if (parent == getpid()) return HD_OK;
  if (state == hd_process_self) return HD_ERROR_SELF_JOIN;
  return parent || state->maker != getpid() ? HD_ERROR_NOT_CHILD : HD_ERROR_NOT_STARTED;
}

int hd_process_join_timed_at(struct hd_process *process, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_PROCESS_WAIT : HD_OPERATION_PROCESS_WAIT_TIMED;
  int result = check_parent(process->state);
  if (result != HD_OK) return misuse(process->state, operation, source, result);
  return hd_process_state_join(process->state, hd_deadline_after(timeout_ns), operation, source);
}

/* The guard keeps the child from being reaped here between the look and the signal, so its pid is still its own. */
static int send(struct hd_process_state *state, int signal_number, enum hd_operation operation, const struct hd_source *source) {
  int result = check_parent(state);
  if (result != HD_OK) return misuse(state, operation, source, result == HD_ERROR_SELF_JOIN ? HD_ERROR_NOT_CHILD : result);
  int saved_errno = errno;
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_instant(emit, (uint64_t)state->pid, operation, source, 0);
  hd_children_enter();
  if (!hd_process_reap(state, emit)) kill(state->pid, signal_number);
  hd_children_leave();
  hd_trace_leave(emit);
  errno = saved_errno;
  return HD_OK;
}

int hd_process_terminate_at(struct hd_process *process, const struct hd_source *source) {
  return send(process->state, SIGTERM, HD_OPERATION_PROCESS_TERMINATE, source);
}
int hd_process_kill_at(struct hd_process *process, const struct hd_source *source) {
  return send(process->state, SIGKILL, HD_OPERATION_PROCESS_KILL, source);
}

int hd_process_set_name(struct hd_process *process, const char *name) {
  struct hd_process_state *state = process->state;
  char *copy = strdup(name);
  if (!copy) return HD_ERROR_NO_MEMORY;
  struct hd_emit *emit = hd_trace_enter();
  hd_children_enter();
  char *old = state->name;
  state->name = copy;
  if (emit && state->actor) {
    hd_emit_process_name_of(emit, state->actor, copy);
    hd_emit_actor_name(emit, state->actor, copy);
  }
  hd_children_leave();
  hd_trace_leave(emit);
  free(old);
  return HD_OK;
}

size_t hd_process_get_name(const struct hd_process *process, char *name, size_t bytes) {
  hd_children_enter();
  size_t length = strlen(process->state->name);
  if (bytes) {
    size_t copied = length < bytes ? length : bytes - 1;
    memcpy(name, process->state->name, copied);
    name[copied] = 0;
  }
  hd_children_leave();
  return length;
}

uint32_t hd_process_pid(const struct hd_process *process) {
  hd_children_enter();
  pid_t pid = process->state->pid;
  hd_children_leave();
  return (uint32_t)pid;
}

/* Whether it has ended, as its parent sees it. */
static bool has_ended(struct hd_process_state *state) {
  struct hd_emit *emit = hd_trace_enter();
  hd_children_enter();
  bool ended = hd_process_reap(state, emit);
  hd_children_leave();
  hd_trace_leave(emit);
  return ended;
}

bool hd_process_is_alive(const struct hd_process *process) {
  int error = check_parent(process->state);
  return error == HD_OK ? !has_ended(process->state) : error == HD_ERROR_SELF_JOIN;
}

bool hd_process_is_daemon(const struct hd_process *process) { return process->state->daemon; }

int hd_process_exit_code(const struct hd_process *process, int *exit_code) {
  struct hd_process_state *state = process->state;
  int error = check_parent(state);
  if (error != HD_OK) return error == HD_ERROR_SELF_JOIN ? HD_ERROR_WOULD_BLOCK : error;
  if (!has_ended(state)) return HD_ERROR_WOULD_BLOCK;
  if (!state->exit_known) return HD_ERROR_NOT_CHILD;
  *exit_code = state->exit_code;
  return HD_OK;
}

int hd_process_current(struct hd_process *process) {
  if (!hd_process_self || hd_process_self->pid != getpid()) return HD_ERROR_INVALID;
  hd_process_state_ref(hd_process_self);
  process->state = hd_process_self;
  return HD_OK;
}
