#include "context-job.h"
#include "future-state.h"
#include "task-core.h"
#include <heddle/async-executor.h>
#include <stdlib.h>
#include <string.h>

/* Brings the end of a future into the thread of a loop. The task and the future's callback share it: either may be the last. */
struct bridge {
  struct hd_loop_entry entry;
  struct hd_async_waiter *waiter; /* the loop's thread; NULL: nobody waits any more */
  struct hd_loop_state *loop;     /* a reference is owned */
  const struct hd_source *source;
  uint32_t references;
};

static void unref(struct bridge *bridge) {
  if (__atomic_sub_fetch(&bridge->references, 1, __ATOMIC_ACQ_REL)) return;
  hd_loop_unref(bridge->loop);
  free(bridge);
}

static void arrive(struct hd_loop_entry *entry) {
  struct bridge *bridge = (struct bridge *)entry;
  if (bridge->waiter) hd_async_wake_one(bridge->waiter, HD_OK, bridge->source);
  unref(bridge);
}

static void depart(struct hd_future *unused, void *argument) {
  struct bridge *bridge = argument;
  if (!hd_loop_push_threadsafe(bridge->loop, &bridge->entry, NULL)) unref(bridge);
}

/* Suspends the task until the future is over: HD_OK, HD_ERROR_CANCELLED, HD_ERROR_NO_MEMORY. */
static int await_end(struct hd_future *future, const struct hd_source *source) {
  struct bridge *bridge = malloc(sizeof *bridge);
  struct hd_async_waiter waiter = {0};
  if (!bridge) return HD_ERROR_NO_MEMORY;
  *bridge =
      (struct bridge){.entry.run = arrive, .waiter = &waiter, .loop = hd_loop_ref(hd_loop_running()), .source = source, .references = 2};
  int result = hd_future_add_callback(future, depart, bridge);
  if (result != HD_OK)
    unref(bridge);
  else
    result = hd_task_await(NULL, &waiter, HD_OPERATION_FUTURE_AWAIT, future->state->reference, HD_NEVER, source);
  bridge->waiter = NULL;
  unref(bridge);
  return result;
}

int hd_await_future_at(struct hd_future *future, void *result, const struct hd_source *source) {
  int error = (hd_task_running() ? HD_OK : hd_task_refuse(0, HD_OPERATION_FUTURE_AWAIT, source, HD_ERROR_NO_TASK));
  if (error != HD_OK) return error;
  if (hd_future_is_done(future)) return hd_future_result_at(future, result, 0, source);
  struct hd_future own; /* the caller's handle may be released meanwhile */
  hd_future_copy(future, &own);
  error = await_end(&own, source);
  const struct hd_future_state *state = own.state;
  if (error == HD_ERROR_CANCELLED)
    hd_future_cancel_at(&own, source);
  else if (error == HD_OK)
    error = hd_future_is_cancelled(&own) ? HD_ERROR_CANCELLED : state->outcome;
  if (error == HD_OK && result && state->result) memcpy(result, state->result, state->result_bytes);
  hd_future_release(&own);
  return error;
}

/* A loop's own executor lives as long as the loop. */
struct default_executor {
  struct hd_loop_closer closer;
  struct hd_executor executor;
};
static void close_default(struct hd_loop_closer *closer, struct hd_loop_state *loop) {
  struct default_executor *own = (struct default_executor *)closer;
  hd_executor_shutdown_at(&own->executor, true, false, loop->source);
  hd_executor_release_at(&own->executor, loop->source);
  free(own);
}
static int default_executor(struct hd_executor **executor, const struct hd_source *source) {
  struct hd_loop_state *loop = hd_loop_running();
  for (struct hd_loop_closer *closer = loop->closers; closer; closer = closer->next)
    if (closer->close == close_default) {
      *executor = &((struct default_executor *)closer)->executor;
      return HD_OK;
    }
  struct default_executor *own = malloc(sizeof *own);
  if (!own) return HD_ERROR_NO_MEMORY;
  own->closer.close = close_default;
  int result = hd_executor_init_simply_at(&own->executor, HD_EXECUTOR_THREADS, 0, "to-thread", source);
  if (result != HD_OK) {
    free(own);
    return result;
  }
  hd_loop_add_closer(loop, &own->closer);
  *executor = &own->executor;
  return HD_OK;
}

typedef int submit_function(struct hd_executor *, hd_job *, const void *, size_t, size_t, struct hd_future *, const struct hd_source *);

static int submit_and_await(submit_function *submit, struct hd_executor *executor, hd_job *job, const void *argument, size_t argument_bytes,
                            void *result, size_t result_bytes, const struct hd_source *source) {
  struct hd_future future;
  int error = (hd_task_running() ? HD_OK : hd_task_refuse(0, HD_OPERATION_FUTURE_AWAIT, source, HD_ERROR_NO_TASK));
  if (error == HD_OK && !executor) error = default_executor(&executor, source);
  if (error == HD_OK) error = submit(executor, job, argument, argument_bytes, result_bytes, &future, source);
  if (error != HD_OK) return error;
  error = hd_await_future_at(&future, result, source);
  hd_future_release(&future);
  return error;
}

int hd_run_in_executor_at(struct hd_executor *executor, hd_job *job, const void *argument, size_t argument_bytes, void *result,
                          size_t result_bytes, const struct hd_source *source) {
  return submit_and_await(hd_executor_submit_at, executor, job, argument, argument_bytes, result, result_bytes, source);
}

int hd_to_thread_at(hd_job *job, const void *argument, size_t argument_bytes, void *result, size_t result_bytes,
                    const struct hd_source *source) {
  return submit_and_await(hd_context_submit, NULL, job, argument, argument_bytes, result, result_bytes, source);
}
