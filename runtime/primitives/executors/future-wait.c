/* Waiting for futures: for one, for all of some, and for whichever of them is done next. */
#include "future-state.h"
#include "waiters.h"
#include <stdlib.h>
#include <string.h>

/* Sleeps until it is over or the deadline: HD_OK or HD_ERROR_TIMEOUT. The count of sleepers and the phase are a pair of Dekker's: who ends
 * the future changes the phase, then looks for sleepers. */
static int sleep_for(struct hd_future_state *future, hd_deadline deadline) {
  int result = HD_OK;
  __atomic_add_fetch(&future->sleepers, 1, __ATOMIC_SEQ_CST);
  for (uint32_t phase; (phase = __atomic_load_n(&future->phase, __ATOMIC_SEQ_CST)) < HD_FUTURE_CANCELLED && result == HD_OK;)
    result = hd_futex_wait(&future->phase, phase, deadline);
  __atomic_sub_fetch(&future->sleepers, 1, __ATOMIC_RELAXED);
  return hd_future_is_over(future) ? HD_OK : HD_ERROR_TIMEOUT;
}

static enum hd_operation wait_operation(hd_deadline deadline) {
  return deadline == HD_NEVER ? HD_OPERATION_FUTURE_WAIT : HD_OPERATION_FUTURE_WAIT_TIMED;
}

/* Waits for a future that is not over, and tells it. */
static int await(struct hd_future_state *future, hd_deadline deadline, struct hd_emit *emit, const struct hd_source *source) {
  if (deadline == 0) return HD_ERROR_TIMEOUT;
  if (!future->reference) emit = NULL;
  struct hd_emit_wait wait = {.object = future->reference};
  hd_trace_wait_begin(emit, &wait, wait_operation(deadline), source);
  int result = sleep_for(future, deadline);
  hd_trace_wait_end(emit, &wait, result);
  return result;
}

/* Waits until it is over; what is asked of a future that was cancelled before is a misuse. HD_OK, or why there is nothing to give. */
static int finish(struct hd_future_state *future, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  if (!hd_future_is_over(future))
    result = await(future, deadline, emit, source);
  else if (!future->reference)
    ;
  else if (hd_future_phase(future) == HD_FUTURE_CANCELLED)
    hd_trace_misuse(emit, future->reference, wait_operation(deadline), source, HD_ERROR_CANCELLED);
  else
    hd_trace_instant(emit, future->reference, wait_operation(deadline), source, 0);
  hd_trace_leave(emit);
  return result == HD_OK && hd_future_phase(future) == HD_FUTURE_CANCELLED ? HD_ERROR_CANCELLED : result;
}

int hd_future_result_at(struct hd_future *future, void *result, int64_t timeout_ns, const struct hd_source *source) {
  struct hd_future_state *state = future->state;
  int error = finish(state, timeout_ns, source);
  if (error == HD_OK) error = state->outcome;
  if (error == HD_OK && result && state->result) memcpy(result, state->result, state->result_bytes);
  return error;
}

int hd_future_error_at(struct hd_future *future, int *error, int64_t timeout_ns, const struct hd_source *source) {
  struct hd_future_state *state = future->state;
  *error = 0;
  int result = finish(state, timeout_ns, source);
  if (result != HD_OK) return result;
  if (state->outcome != HD_OK && state->outcome != HD_ERROR_JOB_FAILED) return state->outcome;
  *error = state->error;
  return HD_OK;
}

/* Several futures that one thread looks at, and those of them that are over and were not given yet. */
struct hd_watch {
  uint32_t guard;
  uint32_t tidings; /* changes with every future that is over; the thread sleeps on it */
  struct hd_watcher *first, *last;
  size_t count, given_count;
  hd_deadline deadline;
  struct hd_watcher watchers[];
};

/* Under the guard of the future, before the one of the watch. */
static void tell(struct hd_watcher *watcher) {
  struct hd_watch *watch = watcher->watch;
  hd_guard_enter(&watch->guard);
  watcher->over = true;
  watcher->next = NULL;
  *(watch->last ? &watch->last->next : &watch->first) = watcher;
  watch->last = watcher;
  __atomic_add_fetch(&watch->tidings, 1, __ATOMIC_RELEASE);
  hd_futex_wake(&watch->tidings, 1);
  hd_guard_leave(&watch->guard);
}

void hd_watchers_tell(struct hd_future_state *future) {
  for (struct hd_watcher *watcher; (watcher = future->watchers);) {
    future->watchers = watcher->next;
    tell(watcher);
  }
}

int hd_as_completed_begin(struct hd_as_completed *iteration, const struct hd_future *futures, size_t count, int64_t timeout_ns) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  if (count > SIZE_MAX / 2 / sizeof(struct hd_watcher)) return HD_ERROR_NO_MEMORY;
  struct hd_watch *watch = calloc(1, sizeof *watch + count * sizeof *watch->watchers);
  if (!watch) return HD_ERROR_NO_MEMORY;
  watch->count = count;
  watch->deadline = hd_deadline_after(timeout_ns);
  for (size_t i = 0; i < count; i++) {
    struct hd_watcher *watcher = &watch->watchers[i];
    struct hd_future_state *future = hd_future_ref(futures[i].state);
    *watcher = (struct hd_watcher){.watch = watch, .future = future};
    hd_guard_enter(&future->guard);
    if (hd_future_is_over(future)) {
      tell(watcher);
    } else {
      watcher->next = future->watchers;
      if (watcher->next) watcher->next->previous = watcher;
      future->watchers = watcher;
    }
    hd_guard_leave(&future->guard);
  }
  iteration->watch = watch;
  return HD_OK;
}

void hd_as_completed_until(struct hd_as_completed *iteration, int64_t timeout_ns) {
  iteration->watch->deadline = hd_deadline_after(timeout_ns);
}

void hd_as_completed_end(struct hd_as_completed *iteration) {
  struct hd_watch *watch = iteration->watch;
  for (size_t i = 0; i < watch->count; i++) {
    struct hd_watcher *watcher = &watch->watchers[i];
    struct hd_future_state *future = watcher->future;
    hd_guard_enter(&future->guard);
    if (!watcher->over) {
      *(watcher->previous ? &watcher->previous->next : &future->watchers) = watcher->next;
      if (watcher->next) watcher->next->previous = watcher->previous;
    }
    hd_guard_leave(&future->guard);
    hd_future_unref(future);
  }
  free(watch);
  iteration->watch = NULL;
}

/* The next that is over; NULL: none yet. */
static struct hd_watcher *take(struct hd_watch *watch) {
  hd_guard_enter(&watch->guard);
  struct hd_watcher *watcher = watch->first;
  if (watcher && !(watch->first = watcher->next)) watch->last = NULL;
  hd_guard_leave(&watch->guard);
  return watcher;
}

/* The executor of a future that is still to be waited for. */
static uint64_t executor_of(const struct hd_watch *watch) {
  for (size_t i = 0; i < watch->count; i++)
    if (!hd_future_is_over(watch->watchers[i].future)) return watch->watchers[i].future->executor;
  return 0;
}

static struct hd_watcher *await_next(struct hd_watch *watch, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter(), *told = emit;
  struct hd_emit_wait wait = {.object = emit ? executor_of(watch) : 0};
  if (!wait.object) told = NULL;
  bool forever = watch->deadline == HD_NEVER;
  hd_trace_wait_begin(told, &wait, forever ? HD_OPERATION_FUTURE_WAIT_ANY : HD_OPERATION_FUTURE_WAIT_ANY_TIMED, source);
  struct hd_watcher *watcher;
  for (int result = HD_OK;;) {
    uint32_t tidings = __atomic_load_n(&watch->tidings, __ATOMIC_ACQUIRE);
    if ((watcher = take(watch)) || result != HD_OK) break;
    result = hd_futex_wait(&watch->tidings, tidings, watch->deadline);
  }
  hd_trace_wait_end(told, &wait, watcher ? HD_OK : HD_ERROR_TIMEOUT);
  hd_trace_leave(emit);
  return watcher;
}

int hd_as_completed_next_at(struct hd_as_completed *iteration, size_t *index, const struct hd_source *source) {
  struct hd_watch *watch = iteration->watch;
  if (watch->given_count == watch->count) return HD_ERROR_NO_MORE;
  struct hd_watcher *watcher = take(watch);
  if (!watcher && watch->deadline != 0) watcher = await_next(watch, source);
  if (!watcher) return HD_ERROR_TIMEOUT;
  watch->given_count++;
  *index = (size_t)(watcher - watch->watchers);
  return HD_OK;
}

static bool has_failed(const struct hd_future_state *future) {
  return hd_future_phase(future) == HD_FUTURE_DONE && future->outcome != HD_OK;
}

/* Until one is done, or has failed; else all. */
static int wait_for_first(const struct hd_future *futures, size_t count, bool failed, int64_t timeout_ns, const struct hd_source *source) {
  struct hd_as_completed iteration;
  int result = hd_as_completed_begin(&iteration, futures, count, timeout_ns);
  if (result != HD_OK) return result;
  for (size_t i; (result = hd_as_completed_next_at(&iteration, &i, source)) == HD_OK;)
    if (!failed || has_failed(futures[i].state)) break;
  hd_as_completed_end(&iteration);
  return result == HD_ERROR_NO_MORE ? HD_OK : result;
}

static int wait_for_all(const struct hd_future *futures, size_t count, hd_deadline deadline, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  for (size_t i = 0; i < count; i++)
    if (!hd_future_is_over(futures[i].state) && (result = await(futures[i].state, deadline, emit, source)) != HD_OK) break;
  hd_trace_leave(emit);
  return result;
}

int hd_future_wait_at(const struct hd_future *futures, size_t count, enum hd_future_until until, int64_t timeout_ns,
                      const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  if (until == HD_UNTIL_ALL) return wait_for_all(futures, count, hd_deadline_after(timeout_ns), source);
  return wait_for_first(futures, count, until == HD_UNTIL_FIRST_ERROR, timeout_ns, source);
}
