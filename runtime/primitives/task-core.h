/* What everything that awaits is built on: tasks that suspend themselves in queues, and are made ready by others.
 *
 * A primitive (an async lock, a socket) has a queue of waiters. Whoever must wait stands in it until somebody wakes it:
 *
 *     struct hd_async_waiter waiter;
 *     int result = hd_task_await(&lock->waiters, &waiter, HD_OPERATION_ASYNC_LOCK_AWAIT, lock->reference, deadline, source);
 *     if (result != HD_OK && waiter.woken) hand_on(lock);   // it was given the lock, and was cancelled before it ran
 *
 * All of it happens in the loop's thread, between awaits nobody else runs: no guards, no atomics. From another thread use
 * hd_loop_push_threadsafe (loop-state.h). An emission (hd_trace_enter … leave) must not be open in hd_task_await.
 *
 * Callbacks of libuv run muted (its system calls are not the program's): they may wake, and that is told; whatever else is to be told the
 * task tells when it goes on.
 */
#ifndef HEDDLE_TASK_CORE_H
#define HEDDLE_TASK_CORE_H
#include "loop-state.h"
#include <heddle/async-waiters.h>
#include <heddle/task.h>

/* A place in a queue, on the stack of the task that waits; often the first field of a larger structure that says what it waits for. */
struct hd_async_waiter {
  struct hd_async_waiter *next, *previous;
  struct hd_async_waiters *waiters; /* the queue that it is in; NULL: in none */
  struct hd_task_state *task;       /* who waits; NULL before it does */
  int outcome;                      /* told by the waker */
  bool woken;                       /* somebody woke it, even if it was cancelled then */
  /* May be set before the await (hd_task_await_with), NULL else: the cancellation is handed on by it to what is awaited, and true says that
   * the waiter will be woken by that; false: it is to be cancelled itself. */
  bool (*cancel)(struct hd_async_waiter *waiter, const struct hd_source *source);
  struct hd_task_state *awaited;    /* the same for one task that is awaited, without a function */
};
/* Who looks for the end of a task without being one: called once, inside the step that ends it. It may wake, and nothing else. */
struct hd_task_watcher {
  struct hd_task_watcher *next, *previous;
  void (*over)(struct hd_task_watcher *watcher, struct hd_task_state *task);
  struct hd_task_state *task; /* NULL: it does not look any more */
};

enum hd_task_phase { HD_TASK_NEW, HD_TASK_READY, HD_TASK_RUNNING, HD_TASK_AWAITING, HD_TASK_OVER };

struct hd_context_state;
struct hd_task_state {
  struct hd_loop_entry entry;      /* in its loop's queue while it is ready */
  struct hd_coroutine coroutine;
  struct hd_coroutine *innermost;  /* what it is suspended in: its coroutine, or that of a generator that runs inside of it */
  struct hd_loop_state *loop;      /* a reference is owned */
  uint32_t references;             /* handles, the loop's own; for the loop's thread */
  uint8_t phase;                   /* enum hd_task_phase */
  bool must_cancel;                /* a cancellation is to be delivered at the next await */
  bool retrieved;                  /* somebody saw its error */
  bool cancel_passes;              /* a cancellation is being handed on by it */
  uint32_t cancel_count;           /* requests, hd_task_cancelling */
  uint32_t number;                 /* among its loop's, for its name */
  uint64_t reference;              /* in the recording, 0 while not recorded */
  struct hd_async_waiter *waiter;  /* what it is suspended at, while it is awaiting; NULL: nothing that can be cancelled */
  const struct hd_source *source;  /* where it was made */
  const struct hd_source *at;      /* where it goes on: of its last await */
  struct hd_async_waiters waiters; /* tasks that await it */
  struct hd_task_watcher *first_watcher, *last_watcher;
  struct hd_task_state *next, *previous; /* in the loop's list */
  struct hd_context_state *context;      /* owned by context.c; NULL: none */
  char *name;                            /* owned; NULL: made up of its number */
  size_t stack_bytes;                    /* 0: the loop's */
  int outcome;                           /* when over: HD_OK, HD_ERROR_JOB_FAILED, HD_ERROR_CANCELLED */
  int error;                             /* its own number */
  hd_task_routine *routine;
  void *argument;
  void *result; /* NULL: it has none */
  size_t argument_bytes, result_bytes;
  _Alignas(max_align_t) unsigned char data[]; /* copy of the argument, result */
};

/* The task that acts in the calling thread; NULL outside of one. */
static inline struct hd_task_state *hd_task_running(void) { return hd_async_thread.task; }

static inline struct hd_task_state *hd_task_ref(struct hd_task_state *task) {
  task->references++;
  return task;
}
/* Frees it with the last reference. */
void hd_task_unref(struct hd_task_state *task);
static inline bool hd_task_is_over(const struct hd_task_state *task) { return task->phase == HD_TASK_OVER; }

/* Suspends the acting task at the end of the queue (waiters may be NULL: then only hd_async_wake_one finds it) until
 *   somebody wakes it: the outcome that it tells;
 *   it is cancelled: HD_ERROR_CANCELLED, also when it was woken before, but has not gone on yet (then waiter->woken is true, and what it was
 *     given is to be handed on), or was to be cancelled already, before it waited;
 *   the deadline: HD_ERROR_TIMEOUT. One that has passed does not wait.
 * Tells the await: an instant of the operation (role await) on object (0: nothing has a name). HD_ERROR_NO_TASK, told as a misuse, outside
 * of a task; HD_ERROR_NO_MEMORY. Fills all of waiter. */
int hd_task_await(struct hd_async_waiters *waiters, struct hd_async_waiter *waiter, enum hd_operation operation, uint64_t object,
                  hd_deadline deadline, const struct hd_source *source);
/* The same, keeps the fields `cancel` and `awaited` that the caller has set. */
int hd_task_await_with(struct hd_async_waiters *waiters, struct hd_async_waiter *waiter, enum hd_operation operation, uint64_t object,
                       hd_deadline deadline, const struct hd_source *source);
/* Lets others go on; the acting task stays ready. HD_OK, HD_ERROR_CANCELLED, HD_ERROR_NO_TASK. */
int hd_task_yield(const struct hd_source *source);

/* Wakes the first count of the queue: they leave it, are made ready in their order, and get the outcome (HD_OK, or an error of the
 * primitive). Gives how many it were. Tells task_ready, by who acts. */
size_t hd_async_wake(struct hd_async_waiters *waiters, size_t count, int outcome, const struct hd_source *source);
/* Wakes one that waits, wherever it stands; nothing when it was woken, cancelled or timed out before (that cannot be so while it is in a
 * queue). */
void hd_async_wake_one(struct hd_async_waiter *waiter, int outcome, const struct hd_source *source);
static inline bool hd_async_has_waiters(const struct hd_async_waiters *waiters) { return waiters->first; }

/* Asks a task to end, as hd_task_cancel; false: it is over already, nothing is told of that. */
bool hd_task_cancel_state(struct hd_task_state *task, const struct hd_source *source);

/* The watcher is called when the task is over; of one that is over already not at all: ask before. */
void hd_task_watch(struct hd_task_state *task, struct hd_task_watcher *watcher);
/* Nothing when it does not look any more. */
void hd_task_unwatch(struct hd_task_watcher *watcher);
/* Of a task that is over: its outcome; copies its result when there is one and result is not NULL. Its error counts as seen. */
int hd_task_collect(struct hd_task_state *task, void *result);

#endif
