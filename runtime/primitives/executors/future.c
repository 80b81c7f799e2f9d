#include "future-state.h"
#include <stdlib.h>
#include <string.h>

struct hd_callback {
  struct hd_callback *next;
  hd_future_callback *callback;
  void *argument;
};

struct hd_future_state *hd_future_new(hd_job *job, const void *argument, size_t argument_bytes, size_t result_bytes,
                                      const struct hd_source *source) {
  size_t result_at = hd_aligned(argument_bytes), bytes = offsetof(struct hd_future_state, data) + result_at;
  if (result_at < argument_bytes || bytes < result_at || bytes + result_bytes < bytes) return NULL;
  struct hd_future_state *future = calloc(1, bytes + result_bytes > sizeof *future ? bytes + result_bytes : sizeof *future);
  if (!future) return NULL;
  future->references = 1;
  future->source = source;
  future->job = job;
  future->argument = argument_bytes ? memcpy(future->data, argument, argument_bytes) : argument;
  future->result = result_bytes ? future->data + result_at : NULL;
  future->argument_bytes = argument_bytes;
  future->result_bytes = result_bytes;
  return future;
}

void hd_future_unref(struct hd_future_state *future) {
  if (!future || __atomic_sub_fetch(&future->references, 1, __ATOMIC_ACQ_REL)) return;
  for (struct hd_callback *callback; (callback = future->first_callback); free(callback)) future->first_callback = callback->next;
  free(future);
}

static bool change(struct hd_future_state *future, enum hd_future_phase from, enum hd_future_phase to) {
  uint32_t expected = from;
  return __atomic_compare_exchange_n(&future->phase, &expected, to, false, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE);
}

bool hd_future_start(struct hd_future_state *future) { return change(future, HD_FUTURE_PENDING, HD_FUTURE_RUNNING); }

/* at_ns: 0, it is not told. */
static void tell_done(const struct hd_future_state *future, enum hd_future_phase to, int outcome, uint64_t at_ns,
                      const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter_if(at_ns);
  if (!emit) return;
  enum hd_future_result result = to == HD_FUTURE_CANCELLED ? HD_FUTURE_RESULT_CANCELLED
                                 : outcome == HD_OK        ? HD_FUTURE_RESULT_OK
                                                           : HD_FUTURE_RESULT_ERROR;
  hd_emit_instant(emit, future->reference, hd_emit_source_site(emit, HD_OPERATION_FUTURE_DONE, source), at_ns, result);
  hd_emit_leave(emit);
}

bool hd_future_end(struct hd_future_state *future, enum hd_future_phase from, enum hd_future_phase to, int outcome, int error,
                   uint32_t *free_worker, const struct hd_source *source) {
  bool told = source && future->reference && hd_emit_is_recording();
  hd_guard_enter(&future->guard);
  uint64_t at_ns = told ? hd_emit_now() : 0;
  bool early = !future->first_callback;
  if (from == HD_FUTURE_RUNNING) { /* nobody else changes it */
    future->outcome = outcome;
    future->error = error;
    if (free_worker && early) __atomic_add_fetch(free_worker, 1, __ATOMIC_RELEASE);
  }
  if (!change(future, from, to)) {
    hd_guard_leave(&future->guard);
    return false;
  }
  struct hd_callback *callback = future->first_callback;
  future->first_callback = future->last_callback = NULL;
  hd_watchers_tell(future);
  hd_guard_leave(&future->guard);

  if (source) tell_done(future, to, outcome, at_ns, source);
  if (__atomic_load_n(&future->sleepers, __ATOMIC_SEQ_CST)) hd_futex_wake(&future->phase, UINT32_MAX);
  struct hd_future handle = {future};
  for (struct hd_callback *next; callback; callback = next) {
    next = callback->next;
    callback->callback(&handle, callback->argument);
    free(callback);
  }
  if (free_worker && !early) __atomic_add_fetch(free_worker, 1, __ATOMIC_RELEASE);
  return true;
}

void hd_future_copy(const struct hd_future *future, struct hd_future *copy) { copy->state = hd_future_ref(future->state); }

void hd_future_release(struct hd_future *future) {
  hd_future_unref(future->state);
  future->state = NULL;
}

bool hd_future_cancel_at(struct hd_future *future, const struct hd_source *source) {
  return hd_future_end(future->state, HD_FUTURE_PENDING, HD_FUTURE_CANCELLED, HD_ERROR_CANCELLED, 0, NULL, source) ||
         hd_future_is_cancelled(future);
}

bool hd_future_is_cancelled(const struct hd_future *future) {
  hd_seed_step();
  return hd_future_phase(future->state) == HD_FUTURE_CANCELLED;
}
bool hd_future_is_running(const struct hd_future *future) {
  hd_seed_step();
  return hd_future_phase(future->state) == HD_FUTURE_RUNNING;
}
bool hd_future_is_done(const struct hd_future *future) {
  hd_seed_step();
  return hd_future_is_over(future->state);
}

int hd_future_add_callback(struct hd_future *future, hd_future_callback *callback, void *argument) {
  struct hd_future_state *state = future->state;
  struct hd_callback *added = malloc(sizeof *added);
  if (!added) return HD_ERROR_NO_MEMORY;
  *added = (struct hd_callback){.callback = callback, .argument = argument};
  hd_guard_enter(&state->guard);
  bool over = hd_future_is_over(state);
  if (!over) {
    *(state->last_callback ? &state->last_callback->next : &state->first_callback) = added;
    state->last_callback = added;
  }
  hd_guard_leave(&state->guard);
  if (over) {
    free(added);
    callback(future, argument);
  }
  return HD_OK;
}
