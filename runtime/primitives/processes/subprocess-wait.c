/* Children: their ends, and signals to them. */
#include "subprocess-state.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

int hd_subprocess_reap(struct hd_subprocess_state *state, struct hd_emit *emit) {
  if (state->parent != getpid()) return HD_ERROR_NOT_CHILD; /* and the guard may be held by a thread that was not forked */
  hd_guard_enter(&state->guard);
  if (state->outcome == HD_ERROR_WOULD_BLOCK) {
    siginfo_t info = {0};
    if (waitid(P_PIDFD, (id_t)state->process_descriptor, &info, WEXITED | WNOHANG) != 0) {
      state->outcome = HD_ERROR_NOT_CHILD;
    } else if (info.si_pid) {
      bool exited = info.si_code == CLD_EXITED;
      state->return_code = exited ? info.si_status : -info.si_status;
      state->outcome = HD_OK;
      if (emit) hd_emit_process_status(emit, state->process_id, exited ? W_EXITCODE(info.si_status, 0) : W_EXITCODE(0, info.si_status));
    }
  }
  int outcome = state->outcome;
  hd_guard_leave(&state->guard);
  return outcome;
}

int hd_subprocess_await(struct hd_subprocess_state *state, hd_deadline deadline, struct hd_emit *emit, const struct hd_source *source) {
  enum hd_operation operation = deadline == HD_NEVER ? HD_OPERATION_PROCESS_WAIT : HD_OPERATION_PROCESS_WAIT_TIMED;
  int result;
  struct hd_emit_wait wait = {.object = (uint64_t)state->process_id};
  hd_trace_wait_begin(emit, &wait, operation, source);
  while ((result = hd_subprocess_reap(state, emit)) == HD_ERROR_WOULD_BLOCK)
    if ((result = hd_poll_one(state->process_descriptor, POLLIN, deadline)) != HD_OK) break;
  hd_trace_wait_end(emit, &wait, result);
  return result == HD_ERROR_NOT_CHILD ? hd_trace_misuse(emit, wait.object, operation, source, result) : result;
}

int hd_subprocess_wait_timed_at(struct hd_subprocess *subprocess, int64_t timeout_ns, int *return_code, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter();
  int result = hd_subprocess_await(subprocess->state, hd_deadline_after(timeout_ns), emit, source);
  hd_trace_leave(emit);
  if (result == HD_OK && return_code) *return_code = subprocess->state->return_code;
  return result;
}

int hd_subprocess_poll(struct hd_subprocess *subprocess, int *return_code) {
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter();
  int result = hd_subprocess_reap(subprocess->state, emit);
  hd_trace_leave(emit);
  if (result == HD_OK && return_code) *return_code = subprocess->state->return_code;
  return result;
}

int hd_subprocess_signal_at(struct hd_subprocess *subprocess, int number, const struct hd_source *source) {
  HD_CALM;
  struct hd_subprocess_state *state = subprocess->state;
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  if (hd_subprocess_reap(state, emit) == HD_ERROR_WOULD_BLOCK) {
    if (number == SIGTERM || number == SIGKILL)
      hd_trace_instant(emit, (uint64_t)state->process_id, number == SIGKILL ? HD_OPERATION_PROCESS_KILL : HD_OPERATION_PROCESS_TERMINATE,
                       source, 0);
    if (pidfd_send_signal(state->process_descriptor, number, NULL, 0) != 0 && errno != ESRCH) result = hd_error_of(errno);
  }
  hd_trace_leave(emit);
  return result;
}

pid_t hd_subprocess_process_id(const struct hd_subprocess *subprocess) { return subprocess->state->process_id; }

/* Children that still ran when their handles were released. */
static struct {
  uint32_t guard;
  struct hd_subprocess_state *first;
} given_up;

void hd_subprocess_clear_given_up(void) {
  if (!__atomic_load_n(&given_up.first, __ATOMIC_RELAXED)) return;
  struct hd_emit *emit = hd_trace_enter();
  hd_guard_enter(&given_up.guard);
  for (struct hd_subprocess_state **at = &given_up.first, *state; (state = *at);)
    if (hd_subprocess_reap(state, emit) == HD_ERROR_WOULD_BLOCK) {
      at = &state->next;
    } else {
      __atomic_store_n(at, state->next, __ATOMIC_RELAXED);
      hd_subprocess_dispose(state);
    }
  hd_guard_leave(&given_up.guard);
  hd_trace_leave(emit);
}

void hd_subprocess_release(struct hd_subprocess *subprocess) {
  HD_CALM;
  struct hd_subprocess_state *state = subprocess->state;
  subprocess->state = NULL;
  if (!state) return;
  for (int i = 0; i < HD_STREAM_COUNT; i++) hd_close(&state->ends[i]);
  hd_guard_enter(&given_up.guard);
  state->next = given_up.first;
  __atomic_store_n(&given_up.first, state, __ATOMIC_RELAXED);
  hd_guard_leave(&given_up.guard);
  hd_subprocess_clear_given_up();
}

/* A forked child has no share in its parent's children; a guard may have been held by a thread that it does not have. */
static void before_fork(void) { hd_guard_enter(&given_up.guard); }
static void after_fork_in_parent(void) { hd_guard_leave(&given_up.guard); }
static void after_fork_in_child(void) {
  given_up.guard = 0;
  while (given_up.first) {
    struct hd_subprocess_state *state = given_up.first;
    given_up.first = state->next;
    hd_subprocess_dispose(state);
  }
}
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child); }
