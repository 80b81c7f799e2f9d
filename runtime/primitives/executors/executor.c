#include "executor-state.h"
#include "system.h"
#include "thread-state.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* All executors, so that they can be shut down at exit, and in a forked child. */
static struct {
  uint32_t guard;
  bool exiting;
  struct hd_executor_state *first;
} executors;

static void enlist(struct hd_executor_state *executor) {
  hd_guard_enter(&executors.guard);
  executor->next = executors.first;
  if (executors.first) executors.first->previous = executor;
  executors.first = executor;
  executor->shut_down = executors.exiting;
  hd_guard_leave(&executors.guard);
}

static void delist(struct hd_executor_state *executor) {
  hd_guard_enter(&executors.guard);
  *(executor->previous ? &executor->previous->next : &executors.first) = executor->next;
  if (executor->next) executor->next->previous = executor->previous;
  hd_guard_leave(&executors.guard);
}

/* With the guard held: wakes a thread that waits for jobs, or all. */
static void wake(struct hd_executor_state *executor, uint32_t count) {
  if (executor->bell < 0) {
    hd_waiters_wake(&executor->idle, count, HD_OUTCOME_WOKEN);
    return;
  }
  static const uint64_t one = 1;
  int saved_errno = errno;
  if (write(executor->bell, &one, sizeof one) < 0) {} /* it is ringing already */
  errno = saved_errno;
}

/* With the guard held: accepts nothing more; its threads end when the queue is empty, or at once. */
static void close_queue(struct hd_executor_state *executor, bool terminate) {
  executor->shut_down = true;
  executor->terminated |= terminate;
  wake(executor, UINT32_MAX);
}

/* False: nobody refers to it any more, it is just going. */
static bool try_ref(struct hd_executor_state *executor) {
  uint32_t references = __atomic_load_n(&executor->references, __ATOMIC_RELAXED);
  while (references)
    if (__atomic_compare_exchange_n(&executor->references, &references, references + 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      return true;
  return false;
}

/* One that has not been told yet that the process exits; referred to for the caller. */
static struct hd_executor_state *borrow_untold(void) {
  hd_guard_enter(&executors.guard);
  executors.exiting = true;
  struct hd_executor_state *executor = executors.first;
  while (executor && (executor->told_exit || !try_ref(executor))) executor = executor->next;
  if (executor) executor->told_exit = true;
  hd_guard_leave(&executors.guard);
  return executor;
}

void hd_executors_close(void) {
  for (struct hd_executor_state *executor; (executor = borrow_untold());) {
    hd_executor_enter(executor);
    close_queue(executor, executor->is_pool && !executor->shut_down);
    hd_executor_leave(executor);
    hd_executor_unref(executor);
  }
}

static void before_fork(void) { hd_guard_enter(&executors.guard); }
static void after_fork_in_parent(void) { hd_guard_leave(&executors.guard); }
static void after_fork_in_child(void) { /* the threads are gone, whatever they were doing */
  for (struct hd_executor_state *executor = executors.first; executor; executor = executor->next) {
    executor->idle = (struct hd_waiters)HD_WAITERS_INIT;
    executor->shut_down = true;
    executor->first = executor->last = NULL;
  }
  executors.first = NULL;
  executors.guard = 0;
  hd_executor_current = NULL;
}
__attribute__((constructor)) static void watch_forks(void) { pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child); }

static uint32_t usual_worker_count(enum hd_executor_kind kind) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  if (processors < 1) processors = 1;
  if (kind == HD_EXECUTOR_THREADS) return processors + 4 < 32 ? (uint32_t)processors + 4 : 32;
  return processors < HD_EXECUTOR_WORKERS_MAX ? (uint32_t)processors : HD_EXECUTOR_WORKERS_MAX;
}

/* An eventfd for an executor of processes, -1 for one of threads. */
static int make_bell(enum hd_executor_kind kind, int *bell) {
  *bell = -1;
  if (kind == HD_EXECUTOR_THREADS) return HD_OK;
  int saved_errno = errno;
  *bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  errno = saved_errno;
  return *bell < 0 ? HD_ERROR_NO_RESOURCES : HD_OK;
}

int hd_executor_make(struct hd_executor *executor, const struct hd_executor_options *options, bool is_pool,
                     const struct hd_source *source) {
  bool threads = options->kind == HD_EXECUTOR_THREADS;
  uint32_t worker_count = options->worker_count ? options->worker_count : usual_worker_count(options->kind);
  if (worker_count > HD_EXECUTOR_WORKERS_MAX || (threads && options->worker_job_count)) return HD_ERROR_INVALID;
  uint32_t thread_max = threads ? worker_count : 1;
  struct hd_executor_state *state = calloc(1, sizeof *state + thread_max * sizeof *state->threads);
  char *name = strdup(options->name ? options->name : is_pool ? "pool" : "executor");
  int result = state && name ? make_bell(options->kind, &state->bell) : HD_ERROR_NO_MEMORY;
  if (result != HD_OK) {
    free(state);
    free(name);
    return result;
  }
  state->idle = (struct hd_waiters)HD_WAITERS_INIT;
  state->references = 1;
  state->source = source;
  state->options = *options;
  state->options.name = name;
  state->options.worker_count = worker_count;
  state->is_pool = is_pool;
  state->thread_max = thread_max;
  struct hd_emit *emit = hd_trace_enter();
  if (emit) state->reference = hd_emit_new_object(emit);
  hd_trace_leave(emit);
  hd_trace_begin(state->reference, is_pool ? HD_KIND_POOL : HD_KIND_EXECUTOR, worker_count, name, source);
  enlist(state);
  executor->state = state;
  return HD_OK;
}

int hd_executor_init_at(struct hd_executor *executor, const struct hd_executor_options *options, const struct hd_source *source) {
  return hd_executor_make(executor, options, false, source);
}

int hd_executor_init_simply_at(struct hd_executor *executor, enum hd_executor_kind kind, uint32_t worker_count, const char *name,
                               const struct hd_source *source) {
  struct hd_executor_options options = {.kind = kind, .worker_count = worker_count, .name = name};
  return hd_executor_init_at(executor, &options, source);
}

void hd_executor_unref(struct hd_executor_state *executor) {
  if (__atomic_sub_fetch(&executor->references, 1, __ATOMIC_ACQ_REL)) return;
  delist(executor);
  hd_trace_end(executor->reference, executor->source);
  for (uint32_t i = 0; i < executor->thread_count; i++) hd_thread_release(&executor->threads[i]);
  hd_close(&executor->bell);
  free((char *)executor->options.name);
  free(executor);
}

void hd_executor_release_at(struct hd_executor *executor, const struct hd_source *source) {
  struct hd_executor_state *state = executor->state;
  executor->state = NULL;
  hd_executor_enter(state);
  bool terminate = state->is_pool && !state->shut_down;
  hd_executor_leave(state);
  hd_executor_close(state, terminate, terminate, source);
  hd_executor_unref(state);
}

int hd_executor_provide_thread(struct hd_executor_state *executor, const struct hd_source *source) {
  if (executor->queued_count < __atomic_load_n(&executor->free_count, __ATOMIC_ACQUIRE) || executor->thread_count == executor->thread_max)
    return HD_OK;
  char *name = NULL;
  struct hd_thread *thread = &executor->threads[executor->thread_count];
  bool crew = executor->options.kind == HD_EXECUTOR_PROCESSES;
  if (asprintf(&name, crew ? "%s-manager" : "%s-%u", executor->options.name, executor->thread_count + 1) < 0) return HD_ERROR_NO_MEMORY;
  int result = hd_thread_init(thread, crew ? hd_crew_manage : hd_executor_work, hd_executor_ref(executor), name);
  free(name);
  if (result == HD_OK) {
    hd_thread_set_daemon_at(thread, false, source);
    result = hd_thread_state_start(thread->state, source);
    if (result != HD_OK) hd_thread_release(thread);
  }
  if (result == HD_OK) {
    executor->thread_count++;
    __atomic_add_fetch(&executor->free_count, 1, __ATOMIC_RELAXED);
    return HD_OK;
  }
  __atomic_sub_fetch(&executor->references, 1, __ATOMIC_RELAXED);
  return executor->thread_count ? HD_OK : result;
}

/* With the guard held: puts a job into the queue and tells it. */
static void push(struct hd_executor_state *executor, struct hd_future_state *future, struct hd_emit *emit, const struct hd_source *source) {
  if (emit) {
    future->reference = hd_emit_new_object(emit);
    future->executor = executor->reference;
    hd_trace_instant(emit, executor->reference, HD_OPERATION_JOB_SUBMIT, source, hd_future_number(future));
  }
  *(executor->last ? &executor->last->next : &executor->first) = future;
  executor->last = future;
  executor->queued_count++;
  wake(executor, 1);
}

int hd_executor_refuse(struct hd_executor_state *executor, enum hd_operation operation, const struct hd_source *source, int error) {
  struct hd_emit *emit = hd_trace_enter_if(executor->reference);
  hd_trace_misuse(emit, executor->reference, operation, source, error);
  hd_trace_leave(emit);
  return error;
}

int hd_executor_submit_at(struct hd_executor *executor, hd_job *job, const void *argument, size_t argument_bytes, size_t result_bytes,
                          struct hd_future *future, const struct hd_source *source) {
  struct hd_executor_state *state = executor->state;
  struct hd_future_state *made = hd_future_new(job, argument, argument_bytes, result_bytes, source);
  if (!made) return HD_ERROR_NO_MEMORY;
  if (future) future->state = hd_future_ref(made);
  hd_executor_enter(state);
  int result = state->broken ? HD_ERROR_BROKEN_POOL : state->shut_down ? HD_ERROR_SHUT_DOWN : hd_executor_provide_thread(state, source);
  if (result == HD_OK) {
    struct hd_emit *emit = hd_trace_enter_if(state->reference);
    push(state, made, emit, source);
    hd_executor_leave(state);
    hd_trace_leave(emit);
    return HD_OK;
  }
  hd_executor_leave(state);
  if (future) hd_future_release(future);
  hd_future_unref(made);
  return result == HD_ERROR_SHUT_DOWN ? hd_executor_refuse(state, HD_OPERATION_JOB_SUBMIT, source, result) : result;
}

struct hd_future_state *hd_executor_pop(struct hd_executor_state *executor) {
  for (struct hd_future_state *future; (future = executor->first);) {
    if (!(executor->first = future->next)) executor->last = NULL;
    future->next = NULL;
    executor->queued_count--;
    if (hd_future_start(future)) return future;
    hd_future_unref(future);
  }
  return NULL;
}

struct hd_future_state *hd_executor_drain(struct hd_executor_state *executor) {
  struct hd_future_state *first = executor->first;
  executor->first = executor->last = NULL;
  executor->queued_count = 0;
  return first;
}

/* Ends futures that will never run. */
static void end_all(struct hd_future_state *future, enum hd_future_phase phase, int outcome, const struct hd_source *source) {
  for (struct hd_future_state *next; future; future = next) {
    next = future->next;
    if (phase == HD_FUTURE_CANCELLED)
      hd_future_end(future, HD_FUTURE_PENDING, phase, outcome, 0, NULL, source);
    else if (hd_future_start(future))
      hd_future_end(future, HD_FUTURE_RUNNING, phase, outcome, 0, NULL, source);
    hd_future_unref(future);
  }
}

void hd_executor_break(struct hd_executor_state *executor) {
  hd_executor_enter(executor);
  executor->broken = true;
  close_queue(executor, false);
  struct hd_future_state *left = hd_executor_drain(executor);
  hd_executor_leave(executor);
  end_all(left, HD_FUTURE_DONE, HD_ERROR_BROKEN_POOL, executor->source);
}

void hd_executor_close(struct hd_executor_state *executor, bool cancel_pending, bool terminate, const struct hd_source *source) {
  hd_executor_enter(executor);
  bool open = !executor->shut_down;
  struct hd_emit *emit = hd_trace_enter_if(executor->reference);
  if (open) hd_trace_instant(emit, executor->reference, HD_OPERATION_EXECUTOR_SHUTDOWN, source, 0);
  close_queue(executor, terminate);
  struct hd_future_state *left = cancel_pending ? hd_executor_drain(executor) : NULL;
  hd_executor_leave(executor);
  hd_trace_leave(emit);
  end_all(left, HD_FUTURE_CANCELLED, HD_ERROR_CANCELLED, source);
}

int hd_executor_join(struct hd_executor_state *executor, const struct hd_source *source) {
  if (hd_executor_current == executor) return hd_executor_refuse(executor, HD_OPERATION_EXECUTOR_SHUTDOWN, source, HD_ERROR_SELF_JOIN);
  for (uint32_t i = 0; i < executor->thread_count; i++) hd_thread_join_timed_at(&executor->threads[i], HD_FOREVER, source);
  return HD_OK;
}

int hd_executor_shutdown_at(struct hd_executor *executor, bool wait, bool cancel_pending, const struct hd_source *source) {
  struct hd_executor_state *state = executor->state;
  if (wait && hd_executor_current == state) return hd_executor_refuse(state, HD_OPERATION_EXECUTOR_SHUTDOWN, source, HD_ERROR_SELF_JOIN);
  hd_executor_close(state, cancel_pending, false, source);
  return wait ? hd_executor_join(state, source) : HD_OK;
}
