/* A worker thread of an executor. */
#include "chunks.h"
#include "context-job.h"
#include "executor-state.h"
#include <pthread.h>

__thread struct hd_executor_state *hd_executor_current;

void hd_job_tell_begin(struct hd_emit *emit, uint64_t executor, hd_job *job, const void *argument, uint32_t number) {
  if (!emit) return;
  /* A routine is an entry, sites are return addresses: one byte on, so that "just before it" is inside the routine. */
  const char *routine = (const char *)(uintptr_t)hd_context_job(hd_chunk_job(job, argument), argument) + 1;
  hd_emit_instant(emit, executor, hd_emit_site(emit, HD_OPERATION_JOB_BEGIN, routine), hd_emit_now(), number);
}

/* Takes the next job, waiting for it; NULL: there will be none. A wait that others cut short by taking the job is still one. */
static struct hd_future_state *take(struct hd_executor_state *executor) {
  struct hd_emit *emit = hd_trace_enter_if(executor->reference);
  struct hd_emit_wait wait = {.object = executor->reference};
  bool waited = false;
  struct hd_future_state *future;
  hd_executor_enter(executor);
  while (!(future = hd_executor_pop(executor)) && !executor->shut_down) {
    struct hd_waiter self;
    hd_waiters_add(&executor->idle, &self);
    hd_executor_leave(executor);
    if (!waited) hd_trace_wait_begin(emit, &wait, HD_OPERATION_JOB_BEGIN, executor->source);
    waited = true;
    hd_waiters_sleep(&executor->idle, &self, HD_NEVER);
  }
  if (future) {
    __atomic_sub_fetch(&executor->free_count, 1, __ATOMIC_RELAXED);
    if (future->reference) hd_job_tell_begin(emit, executor->reference, future->job, future->argument, hd_future_number(future));
  }
  hd_executor_leave(executor);
  if (waited) hd_trace_wait_end(emit, &wait, future ? HD_OK : HD_ERROR_SHUT_DOWN);
  hd_trace_leave(emit);
  return future;
}

struct run {
  struct hd_executor_state *executor;
  struct hd_future_state *future;
};

/* The job has ended its thread, by pthread_exit or being cancelled: as when a worker process dies, the executor is broken. */
static void leave(void *argument) {
  const struct run *run = argument;
  hd_executor_break(run->executor);
  hd_future_end(run->future, HD_FUTURE_RUNNING, HD_FUTURE_DONE, HD_ERROR_BROKEN_POOL, 0, NULL, run->future->source);
  hd_future_unref(run->future);
  hd_executor_unref(run->executor);
}

static void run(struct hd_executor_state *executor, struct hd_future_state *future) {
  struct run run = {executor, future};
  int error;
  pthread_cleanup_push(leave, &run);
  error = future->job(future->argument, future->result);
  pthread_cleanup_pop(0);
  struct hd_emit *emit = hd_trace_enter_if(future->reference);
  hd_trace_instant(emit, executor->reference, HD_OPERATION_JOB_END, future->source, hd_future_number(future));
  hd_trace_leave(emit);
  hd_future_end(future, HD_FUTURE_RUNNING, HD_FUTURE_DONE, error ? HD_ERROR_JOB_FAILED : HD_OK, error, &executor->free_count,
                future->source);
  hd_future_unref(future);
}

void hd_executor_work(void *argument) {
  struct hd_executor_state *executor = argument;
  const struct hd_executor_options *options = &executor->options;
  hd_executor_current = executor;
  if (options->initializer && options->initializer(options->initializer_argument) != 0)
    hd_executor_break(executor);
  else
    for (struct hd_future_state *future; (future = take(executor));) run(executor, future);
  hd_executor_current = NULL;
  hd_executor_unref(executor);
}
