#include "process-state.h"
#include "system.h"
#include "thread-state.h"
#include "word.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Between two looks at a child for which the system gave no descriptor. */
#define NAP_NS (10 * HD_MILLISECOND_NS)

struct hd_process_state *hd_process_self;

static struct {
  uint32_t guard;
  struct hd_process_state *first;
  bool end_at_exit;
} children;

void hd_children_enter(void) { hd_guard_enter(&children.guard); }
void hd_children_leave(void) { hd_guard_leave(&children.guard); }

struct hd_process_state *hd_process_state_new(hd_process_routine *routine, void *argument, const char *name) {
  static uint32_t count;
  struct hd_process_state *state = calloc(1, sizeof *state);
  if (!state) return NULL;
  state->references = 1;
  state->maker = getpid();
  state->routine = routine;
  state->argument = argument;
  if (name)
    state->name = strdup(name);
  else if (asprintf(&state->name, "process-%u", __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED)) < 0)
    state->name = NULL;
  if (state->name) return state;
  free(state);
  return NULL;
}

void hd_process_state_ref(struct hd_process_state *state) { __atomic_add_fetch(&state->references, 1, __ATOMIC_RELAXED); }

void hd_process_state_unref(struct hd_process_state *state) {
  if (__atomic_sub_fetch(&state->references, 1, __ATOMIC_ACQ_REL)) return;
  free(state->name);
  free(state);
}

/* Threads first: they may start children. */
static void end_all(void) {
  hd_threads_end();
  hd_children_end();
}

void hd_children_add(struct hd_process_state *state) {
  hd_process_state_ref(state);
  state->next = children.first;
  state->previous = NULL;
  if (children.first) children.first->previous = state;
  children.first = state;
  if (!children.end_at_exit) atexit(end_all);
  children.end_at_exit = true;
}

static void take_out(struct hd_process_state *state) {
  *(state->previous ? &state->previous->next : &children.first) = state->next;
  if (state->next) state->next->previous = state->previous;
  hd_process_state_unref(state);
}

bool hd_process_reap(struct hd_process_state *state, struct hd_emit *emit) {
  if (state->phase != HD_PROCESS_RUNNING) return state->phase == HD_PROCESS_REAPED;
  int saved_errno = errno, status = 0, cancellable;
  pid_t reaped;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellable); /* the guard is held */
  do reaped = waitpid(state->pid, &status, WNOHANG);
  while (reaped < 0 && errno == EINTR);
  pthread_setcancelstate(cancellable, NULL);
  errno = saved_errno;
  if (reaped == 0) return false;
  if (reaped > 0) { /* else somebody else has done it */
    state->exit_known = true;
    state->exit_code = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    if (emit) hd_emit_process_status(emit, state->pid, status);
  }
  state->phase = HD_PROCESS_REAPED;
  take_out(state);
  return true;
}

/* Sleeps until the process of this descriptor has ended (-1: for a nap), at the longest until the deadline. */
static void sleep_for_end(int descriptor, hd_deadline deadline) {
  hd_poll_one(descriptor, POLLIN, descriptor < 0 ? hd_deadline_sooner(deadline, NAP_NS) : deadline);
}

/* A descriptor is open only while somebody waits: for a child that is not reaped yet, hence cannot be mistaken for another. */
static int wait_for_end(struct hd_process_state *state, struct hd_emit *emit, hd_deadline deadline) {
  for (bool passed = false;; passed = hd_deadline_left_ns(deadline) == 0) {
    int descriptor = -1;
    hd_children_enter();
    bool ended = hd_process_reap(state, emit);
    if (!ended && !passed) descriptor = (int)syscall(SYS_pidfd_open, state->pid, 0);
    hd_children_leave();
    if (ended || passed) return ended ? HD_OK : HD_ERROR_TIMEOUT;
    sleep_for_end(descriptor, deadline);
    if (descriptor >= 0) close(descriptor);
  }
}

int hd_process_state_join(struct hd_process_state *state, hd_deadline deadline, enum hd_operation operation,
                          const struct hd_source *source) {
  int saved_errno = errno, cancellable;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellable); /* as all waits of the runtime */
  struct hd_emit *emit = hd_trace_enter();
  struct hd_emit_wait wait = {.object = (uint64_t)state->pid};
  hd_trace_wait_begin(emit, &wait, operation, source);
  int result = wait_for_end(state, emit, deadline);
  hd_trace_wait_end(emit, &wait, result);
  hd_trace_leave(emit);
  pthread_setcancelstate(cancellable, NULL);
  errno = saved_errno;
  return result;
}

/* A child that is not reaped; referred to for the caller. */
static struct hd_process_state *borrow_child(void) {
  hd_children_enter();
  struct hd_process_state *state = children.first;
  if (state) hd_process_state_ref(state);
  hd_children_leave();
  return state;
}

void hd_children_end(void) {
  struct hd_emit *emit = hd_trace_enter();
  hd_children_enter();
  for (struct hd_process_state *state = children.first, *next; state; state = next) {
    next = state->next;
    if (!state->daemon || hd_process_reap(state, emit)) continue;
    hd_trace_instant(emit, (uint64_t)state->pid, HD_OPERATION_PROCESS_TERMINATE, HD_HERE, 0);
    kill(state->pid, SIGTERM);
  }
  hd_children_leave();
  hd_trace_leave(emit);
  for (struct hd_process_state *state; (state = borrow_child());) {
    hd_process_state_join(state, HD_NEVER, HD_OPERATION_PROCESS_WAIT, HD_HERE);
    hd_process_state_unref(state);
  }
}

/* To flush all streams takes all their locks: a daemon thread that reads the standard input has that one for as long as it pleases. */
static void flush_all(void) {
  bool all = ftrylockfile(stdin) == 0;
  fflush(all ? NULL : stdout);
  if (!all) fflush(stderr);
}

/* The exit handler that a child registers before its routine: it is called after those that the routine registers, before those that the
 * child has from its parent, which must not run here. */
static void end(int status, void *state) {
  if (state != hd_process_self || hd_process_self->pid != getpid()) return; /* a fork of the child's own: it ends as any other */
  end_all();
  flush_all();
  hd_emit_process_end(status & 0xff, HD_PROCESS_END_WAY_RETURNED);
  _exit(status);
}

void hd_process_run(struct hd_process_state *state) {
  hd_process_self = state;
  state->parent = getppid();
  state->pid = getpid();
  state->phase = HD_PROCESS_RUNNING;
  struct hd_emit *emit = hd_trace_enter();
  if (emit) {
    state->actor = hd_emit_process_number();
    hd_emit_process_name(emit, state->name);
    hd_emit_actor_name(emit, state->actor, state->name); /* its first thread: who did it, in a finding */
    if (state->daemon) hd_emit_daemon(emit, state->actor, true);
  }
  hd_trace_leave(emit);
  bool ends_at_exit = on_exit(end, state) == 0;
  int status = state->routine(state->argument);
  if (ends_at_exit) exit(status);
  end(status, state);
  abort();
}

/* Around a fork: the child has no children, and no other thread that could hold the guard. */
static void before_fork(void) { hd_children_enter(); }
static void after_fork_in_parent(void) { hd_children_leave(); }
static void after_fork_in_child(void) {
  for (struct hd_process_state *state = children.first, *next; state; state = next) {
    next = state->next;
    hd_process_state_unref(state);
  }
  children.first = NULL;
  children.guard = 0;
}
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child); }

uint32_t hd_process_active(struct hd_process *processes, uint32_t room) {
  uint32_t count = 0;
  struct hd_emit *emit = hd_trace_enter();
  hd_children_enter();
  for (struct hd_process_state *state = children.first, *next; state; state = next) {
    next = state->next;
    if (hd_process_reap(state, emit)) continue;
    if (count < room) {
      hd_process_state_ref(state);
      processes[count].state = state;
    }
    count++;
  }
  hd_children_leave();
  hd_trace_leave(emit);
  return count;
}
