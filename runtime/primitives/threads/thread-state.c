#include "thread-state.h"
#include "context-state.h"
#include "current.h"
#include "executor-state.h"
#include "trace.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((tls_model("initial-exec"))) __thread struct hd_current hd_current;

uint32_t hd_current_thread_id(void) {
  if (!hd_current.thread_id) hd_current.thread_id = (uint32_t)gettid();
  return hd_current.thread_id;
}

void hd_thread_set_phase(struct hd_thread_state *state, enum hd_thread_phase phase) {
  __atomic_store_n(&state->phase, phase, __ATOMIC_RELEASE);
  hd_futex_wake(&state->phase, UINT32_MAX);
}

struct hd_thread_state *hd_thread_state_new(hd_thread_routine *routine, void *argument, const char *name) {
  static uint32_t count;
  struct hd_thread_state *state = calloc(1, sizeof *state);
  if (!state) return NULL;
  state->references = 1;
  state->routine = routine;
  state->argument = argument;
  state->daemon = hd_current.state && hd_current.state->daemon;
  state->named = name;
  if (name)
    state->name = strdup(name);
  else if (asprintf(&state->name, "thread-%u", __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED)) < 0)
    state->name = NULL;
  if (state->name) return state;
  free(state);
  return NULL;
}

void hd_thread_state_unref(struct hd_thread_state *state) {
  if (__atomic_sub_fetch(&state->references, 1, __ATOMIC_ACQ_REL)) return;
  if (hd_thread_phase(state) == HD_PHASE_ENDED) pthread_detach(state->handle);
  hd_context_unref(state->context);
  free(state->name);
  free(state);
}

int hd_thread_state_join(struct hd_thread_state *state, int64_t timeout_ns, const struct hd_source *source) {
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_THREAD_JOIN : HD_OPERATION_THREAD_JOIN_TIMED;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_emit *emit = hd_trace_enter();
  struct hd_emit_wait wait = {.object = state->actor};
  hd_trace_wait_begin(emit, &wait, operation, source);
  int result = HD_OK;
  for (uint32_t phase; (phase = hd_thread_phase(state)) != HD_PHASE_REAPED && result == HD_OK;) {
    if (phase != HD_PHASE_ENDED)
      result = hd_futex_wait(&state->phase, phase, deadline);
    else if (__atomic_compare_exchange_n(&state->phase, &phase, HD_PHASE_REAPING, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
      pthread_join(state->handle, NULL);
      hd_thread_set_phase(state, HD_PHASE_REAPED);
    }
  }
  hd_trace_wait_end(emit, &wait, result);
  hd_trace_leave(emit);
  return result;
}

/* All threads that are alive. */
static struct {
  uint32_t guard;
  uint32_t count;
  bool main_is_in; /* a forked child's first thread, which was no main thread before */
  bool waits_at_exit;
  struct hd_thread_state *first;
} registry;

/* A thread that the process must wait for, but the calling one; referred to for the caller. */
static struct hd_thread_state *borrow_awaited(void) {
  hd_guard_enter(&registry.guard);
  struct hd_thread_state *state = registry.first;
  while (state && (state->daemon || state == hd_current.state)) state = state->next;
  if (state) hd_thread_state_ref(state);
  hd_guard_leave(&registry.guard);
  return state;
}

void hd_threads_end(void) {
  hd_executors_close(); /* or their threads would wait for jobs */
  for (struct hd_thread_state *state; (state = borrow_awaited());) {
    hd_thread_state_join(state, HD_FOREVER, HD_HERE);
    hd_thread_state_unref(state);
  }
}

void hd_registry_add(struct hd_thread_state *state) {
  hd_guard_enter(&registry.guard);
  bool first_awaited = !state->daemon && !registry.waits_at_exit;
  if (first_awaited) registry.waits_at_exit = true;
  state->next = registry.first;
  state->previous = NULL;
  if (registry.first) registry.first->previous = state;
  registry.first = state;
  registry.count++;
  hd_guard_leave(&registry.guard);
  if (first_awaited) atexit(hd_threads_end);
}

void hd_registry_remove(struct hd_thread_state *state) {
  hd_guard_enter(&registry.guard);
  *(state->previous ? &state->previous->next : &registry.first) = state->next;
  if (state->next) state->next->previous = state->previous;
  registry.count--;
  hd_guard_leave(&registry.guard);
}

uint32_t hd_thread_active_count(void) {
  hd_guard_enter(&registry.guard);
  uint32_t count = registry.count + !registry.main_is_in;
  hd_guard_leave(&registry.guard);
  return count;
}

size_t hd_thread_enumerate(struct hd_thread *threads, size_t capacity) {
  hd_guard_enter(&registry.guard);
  size_t count = 0;
  for (struct hd_thread_state *state = registry.first; state; state = state->next, count++)
    if (count < capacity) threads[count].state = hd_thread_state_ref(state);
  hd_guard_leave(&registry.guard);
  return count;
}

/* Around a fork: the child has only the thread that forked. */
static void before_fork(void) { hd_guard_enter(&registry.guard); }
static void after_fork_in_parent(void) { hd_guard_leave(&registry.guard); }
static void after_fork_in_child(void) {
  struct hd_thread_state *self = hd_current.state;
  hd_current.thread_id = 0;
  for (struct hd_thread_state *state = registry.first; state; state = state->next) {
    state->guard = 0; /* whoever held it is gone, and so are those who slept for it */
    if (state != self) __atomic_store_n(&state->phase, HD_PHASE_REAPED, __ATOMIC_RELAXED);
  }
  registry.first = self;
  registry.count = self ? 1 : 0;
  registry.main_is_in = self;
  registry.guard = 0;
  if (!self) return;
  struct hd_emit *emit = hd_trace_enter();
  self->next = self->previous = NULL;
  self->actor = emit ? hd_emit_number(emit) : 0;
  __atomic_store_n(&self->thread_id, hd_current_thread_id(), __ATOMIC_RELAXED);
  hd_trace_leave(emit);
}
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child); }
