#include "blocking.h"
#include "context-state.h"
#include "current.h"
#include "local-values.h"
#include "thread-state.h"
#include "trace.h"
#include <heddle/gil.h>
#include <heddle/thread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* The kernel refuses longer names. */
#define KERNEL_NAME_BYTES 16

static void tell_kernel(pthread_t handle, const char *name) {
  char cut[KERNEL_NAME_BYTES] = {0};
  strncpy(cut, name, sizeof cut - 1);
  pthread_setname_np(handle, cut);
}

/* Runs in the thread when its routine has returned, and when it is cancelled or exits. When its locals are destroyed, nothing more is
 * recorded of it. */
static void end(void *argument) {
  struct hd_thread_state *state = argument;
  hd_local_values_end();
  hd_gil_thread_end();
  hd_emit_thread_end(state->returned ? HD_THREAD_END_WAY_RETURNED : HD_THREAD_END_WAY_EXITED);
  hd_emit_mute();
  hd_registry_remove(state);
  hd_guard_enter(&state->guard);
  hd_thread_set_phase(state, HD_PHASE_ENDED);
  hd_guard_leave(&state->guard);
  hd_thread_state_unref(state);
  hd_seed_end();
}

static void *run(void *argument) {
  struct hd_thread_state *state = argument;
  hd_seed_begin(state->place);
  if (state->actor) hd_emit_thread_begin(state->actor, state->creator, (const void *)state->routine);
  hd_emit_mute();
  hd_current.state = state;
  state->handle = pthread_self();
  __atomic_store_n(&state->thread_id, hd_current_thread_id(), __ATOMIC_RELEASE);
  hd_futex_wake(&state->thread_id, UINT32_MAX);
  hd_guard_enter(&state->guard);
  tell_kernel(state->handle, state->name);
  hd_guard_leave(&state->guard);
  hd_emit_unmute();
  hd_context_begin_thread(state->context);
  state->context = NULL;
  pthread_cleanup_push(end, state);
  if (state->enrolled) hd_gil_thread_begin();
  state->routine(state->argument);
  state->returned = true;
  pthread_cleanup_pop(1);
  return NULL;
}

int hd_thread_init(struct hd_thread *thread, hd_thread_routine *routine, void *argument, const char *name) {
  thread->state = hd_thread_state_new(routine, argument, name);
  return thread->state ? HD_OK : HD_ERROR_NO_MEMORY;
}

void hd_thread_release(struct hd_thread *thread) {
  hd_thread_state_unref(thread->state);
  thread->state = NULL;
}

/* A misuse of the thread, told and returned. */
static int misuse(const struct hd_thread_state *state, enum hd_operation operation, const struct hd_source *source, int error) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_misuse(emit, state->actor, operation, source, error);
  hd_trace_leave(emit);
  return error;
}

int hd_thread_set_daemon_at(struct hd_thread *thread, bool daemon, const struct hd_source *source) {
  if (hd_thread_phase(thread->state) != HD_PHASE_NEW) return misuse(thread->state, HD_OPERATION_THREAD_CREATE, source, HD_ERROR_STARTED);
  thread->state->daemon = daemon;
  return HD_OK;
}

int hd_thread_state_start(struct hd_thread_state *state, const struct hd_source *source) {
  uint32_t phase = HD_PHASE_NEW;
  if (!__atomic_compare_exchange_n(&state->phase, &phase, HD_PHASE_RUNNING, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return misuse(state, HD_OPERATION_THREAD_CREATE, source, HD_ERROR_STARTED);
  struct hd_emit *emit = hd_trace_enter();
  uint64_t at_ns = 0;
  uint32_t stack = 0;
  if (emit) {
    state->actor = hd_emit_reserve_actor();
    state->creator = hd_emit_number(emit);
    stack = hd_emit_stack(emit);
    at_ns = hd_emit_now();
  }
  state->enrolled = hd_gil_is_enabled();
  hd_registry_add(hd_thread_state_ref(state)); /* the running thread's reference */
  state->place = hd_seed_reserve();
  uint32_t actor = state->actor;
  pthread_t handle;
  int result = HD_OK;
  if (pthread_create(&handle, NULL, run, state) != 0) {
    hd_seed_give_back(state->place);
    hd_registry_remove(state);
    state->actor = 0;
    hd_thread_set_phase(state, HD_PHASE_NEW);
    hd_thread_state_unref(state);
    result = HD_ERROR_NO_RESOURCES;
  } else if (emit) {
    hd_emit_thread_create(emit, actor, hd_emit_source_site(emit, HD_OPERATION_THREAD_CREATE, source), stack, at_ns);
    hd_guard_enter(&state->guard);
    if (state->named) hd_emit_actor_name(emit, actor, state->name);
    hd_guard_leave(&state->guard);
    if (state->daemon) hd_emit_daemon(emit, actor, false);
  }
  if (emit) hd_emit_leave(emit);
  return result;
}

int hd_thread_start_at(struct hd_thread *thread, const struct hd_source *source) {
  int result = hd_thread_state_start(thread->state, source);
  hd_operation_end();
  return result;
}

int hd_thread_create_at(struct hd_thread *thread, hd_thread_routine *routine, void *argument, const char *name,
                        const struct hd_source *source) {
  int result = hd_thread_init(thread, routine, argument, name);
  if (result != HD_OK) return result;
  result = hd_thread_start_at(thread, source);
  if (result != HD_OK) hd_thread_release(thread);
  return result;
}

int hd_thread_start_new_at(hd_thread_routine *routine, void *argument, const struct hd_source *source) {
  struct hd_thread thread;
  int result = hd_thread_init(&thread, routine, argument, NULL);
  if (result != HD_OK) return result;
  thread.state->daemon = true;
  result = hd_thread_start_at(&thread, source);
  hd_thread_release(&thread);
  return result;
}

int hd_thread_join_timed_at(struct hd_thread *thread, int64_t timeout_ns, const struct hd_source *source) {
  struct hd_thread_state *state = thread->state;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_THREAD_JOIN : HD_OPERATION_THREAD_JOIN_TIMED;
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  if (hd_thread_phase(state) == HD_PHASE_NEW) return misuse(state, operation, source, HD_ERROR_NOT_STARTED);
  if (state == hd_current.state) return misuse(state, operation, source, HD_ERROR_SELF_JOIN);
  return hd_thread_state_join(state, timeout_ns, source);
}

int hd_thread_set_name(struct hd_thread *thread, const char *name) {
  struct hd_thread_state *state = thread->state;
  char *copy = strdup(name);
  if (!copy) return HD_ERROR_NO_MEMORY;
  struct hd_emit *emit = hd_trace_enter();
  hd_guard_enter(&state->guard);
  char *old = state->name;
  state->name = copy;
  state->named = true;
  /* The guard keeps the thread from ending, so its handle is valid; before it runs it will tell its name itself. */
  if (hd_thread_phase(state) == HD_PHASE_RUNNING && __atomic_load_n(&state->thread_id, __ATOMIC_ACQUIRE)) tell_kernel(state->handle, copy);
  if (emit && state->actor) hd_emit_actor_name(emit, state->actor, copy);
  hd_guard_leave(&state->guard);
  hd_trace_leave(emit);
  free(old);
  return HD_OK;
}

size_t hd_thread_get_name(const struct hd_thread *thread, char *name, size_t bytes) {
  struct hd_thread_state *state = thread->state;
  hd_guard_enter(&state->guard);
  size_t length = strlen(state->name);
  if (bytes) {
    size_t copied = length < bytes ? length : bytes - 1;
    memcpy(name, state->name, copied);
    name[copied] = 0;
  }
  hd_guard_leave(&state->guard);
  return length;
}

bool hd_thread_is_alive(const struct hd_thread *thread) {
  hd_seed_step();
  return hd_thread_phase(thread->state) == HD_PHASE_RUNNING;
}
bool hd_thread_is_daemon(const struct hd_thread *thread) { return thread->state->daemon; }

uint32_t hd_thread_ident(const struct hd_thread *thread) {
  struct hd_thread_state *state = thread->state;
  uint32_t thread_id;
  while (!(thread_id = __atomic_load_n(&state->thread_id, __ATOMIC_ACQUIRE)) && hd_thread_phase(state) == HD_PHASE_RUNNING)
    hd_futex_wait(&state->thread_id, 0, HD_NEVER);
  hd_operation_end();
  return thread_id;
}

uint32_t hd_thread_current_ident(void) { return hd_current_thread_id(); }

int hd_thread_current(struct hd_thread *thread) {
  if (!hd_current.state) return HD_ERROR_INVALID;
  thread->state = hd_thread_state_ref(hd_current.state);
  return HD_OK;
}
