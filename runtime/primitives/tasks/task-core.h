/* What everything that awaits is built on: tasks that suspend themselves in queues, and are made ready by others.
 *
 * A primitive (an async lock, a socket) has a queue of waiters. Whoever must wait stands in it until somebody wakes it:
 *
 *     struct hd_async_waiter waiter;
 *     int result = hd_task_await(&lock->waiters, &waiter, HD_OPERATION_ASYNC_LOCK_AWAIT, lock->reference, deadline, source);
 *     if (result != HD_OK && waiter.woken) hand_on(lock);   // it was given the lock, and was cancelled before it went on
 *
 * All of it happens in the loop's thread, and between awaits nobody else runs: no guards, no atomics. From another thread use
 * hd_loop_push_threadsafe (loop-state.h). An emission (hd_trace_enter … leave) must not be open in hd_task_await, hd_async_wake or any
 * other function here.
 *
 * Callbacks of libuv run muted (its system calls are not the program's): they may wake, which is told; whatever else is to be told the
 * task tells when it goes on.
 */
#ifndef HEDDLE_TASK_CORE_H
#define HEDDLE_TASK_CORE_H
#include "loop-state.h"
#include <errno.h>
#include <heddle/async-waiters.h>
#include <heddle/task.h>

/* A place in a queue, on the stack of the task that waits; often the first field of a larger structure that says what it waits for. */
struct hd_async_waiter {
  struct hd_async_waiter *next, *previous;
  struct hd_async_waiters *waiters; /* the queue that it is in; NULL: in none */
  struct hd_task_state *task;       /* who waits */
  int outcome;                      /* what its await will give */
  bool ready;                       /* there is an outcome */
  bool woken;                       /* by somebody, not by time or cancellation; it stays true when it is cancelled after */
  /* For hd_task_await_with: hands a cancellation of the task on to what it awaits. True: that will wake the waiter; false: the waiter is to
   * be cancelled itself. */
  bool (*cancel)(struct hd_async_waiter *waiter, const struct hd_source *source);
  struct hd_task_state *awaited; /* the same for one task that is awaited, without a function */
};
/* Who looks for the end of a task without being one: called once, inside the step that ends it (or, when its step cannot begin, by the
 * loop). It may wake, and nothing else. */
struct hd_task_watcher {
  struct hd_task_watcher *next, *previous;
  void (*over)(struct hd_task_watcher *watcher, struct hd_task_state *task); /* set by the caller */
  struct hd_task_state *task;                                                /* that it looks at; NULL: none (any more) */
};

enum hd_task_phase { HD_TASK_NEW, HD_TASK_READY, HD_TASK_RUNNING, HD_TASK_AWAITING, HD_TASK_OVER };

struct hd_context_state;
/* What a step touches comes first. */
struct hd_task_state {
  struct hd_loop_entry entry; /* in its loop's queue while it is ready */
  struct hd_coroutine
      *innermost;             /* what it goes on with: its coroutine, or that of a generator that runs inside of it, which says so here */
  struct hd_loop_state *loop; /* lent; NULL once it is over */
  uint8_t phase;              /* enum hd_task_phase */
  bool must_cancel;           /* a cancellation is to be delivered at its next await */
  bool cancel_passes;         /* a cancellation is being handed on by it */
  bool cancelled_at_end;      /* by the end of its loop */
  bool retrieved;             /* somebody learned how it ended */
  struct hd_async_waiter *waiter; /* what it stands at while it is awaiting */
  const struct hd_source *at;     /* where it goes on: its last await */
  uint64_t reference;             /* in the recording, 0 while not recorded */
  struct hd_coroutine coroutine;
  uint32_t references;             /* handles, the loop's own; for the loop's thread */
  uint32_t cancel_count;           /* hd_task_cancelling */
  const struct hd_source *source;  /* where it was made */
  struct hd_async_waiters waiters; /* tasks that await it */
  struct hd_task_watcher *first_watcher, *last_watcher;
  struct hd_task_state *next, *previous; /* in the loop's list, until it is over */
  struct hd_context_state *context;      /* context.c's own; NULL: none */
  char *name;                            /* owned; NULL: made up of its number (coroutine.number) */
  size_t stack_bytes;                    /* 0: the loop's */
  int outcome;                           /* when over: HD_OK, HD_ERROR_JOB_FAILED, HD_ERROR_CANCELLED */
  int error;                             /* its own number */
  hd_task_routine *routine;
  void *argument;
  void *result; /* NULL: it has none */
  size_t result_bytes;
  _Alignas(max_align_t) unsigned char data[]; /* copy of the argument, result */
};

/* The task that acts in the calling thread; NULL outside of one. */
static inline struct hd_task_state *hd_task_running(void) { return hd_async_thread.task; }
static inline bool hd_task_is_over(const struct hd_task_state *task) { return task->phase == HD_TASK_OVER; }

static inline struct hd_task_state *hd_task_ref(struct hd_task_state *task) {
  task->references++;
  return task;
}
/* Frees it with the last reference. */
void hd_task_unref(struct hd_task_state *task);

/* Suspends the acting task at the end of the queue (waiters NULL: in none, then only hd_async_wake_one finds it) until
 *   somebody wakes it: gives the outcome that he told;
 *   it is cancelled: HD_ERROR_CANCELLED; so it is, too, when it was woken before, but has not gone on yet (then waiter->woken is true, and
 *     what it was given is to be handed on), and when it was to be cancelled before it waited (then it does not wait);
 *   the deadline: HD_ERROR_TIMEOUT; one that has passed (0) does not wait.
 * Tells the await: an instant of the operation (role await) on object (0: none). Fills all of waiter. HD_ERROR_NO_TASK, told as a misuse:
 * outside of a task; HD_ERROR_NO_MEMORY. */
int hd_task_await(struct hd_async_waiters *waiters, struct hd_async_waiter *waiter, enum hd_operation operation, uint64_t object,
                  hd_deadline deadline, const struct hd_source *source);
/* The same, but keeps the fields `cancel` and `awaited`, which the caller has set. */
int hd_task_await_with(struct hd_async_waiters *waiters, struct hd_async_waiter *waiter, enum hd_operation operation, uint64_t object,
                       hd_deadline deadline, const struct hd_source *source);
/* Lets others go on; the acting task stays ready. HD_OK, HD_ERROR_CANCELLED, HD_ERROR_NO_TASK. */
int hd_task_yield(const struct hd_source *source);

static inline bool hd_async_has_waiters(const struct hd_async_waiters *waiters) { return waiters->first; }
/* Wakes the first count of the queue: they leave it, and are made ready in their order with that outcome (HD_OK, or an error of the
 * primitive). Gives how many they were. Tells task_ready, by who acts. */
size_t hd_async_wake(struct hd_async_waiters *waiters, size_t count, int outcome, const struct hd_source *source);
/* Wakes that one, wherever it stands; false, and nothing, when it is ready already. */
bool hd_async_wake_one(struct hd_async_waiter *waiter, int outcome, const struct hd_source *source);

/* As hd_task_cancel; false, and nothing is told, when it is over. */
bool hd_task_cancel_state(struct hd_task_state *task, const struct hd_source *source);

/* From now on the watcher looks for its end; the task is not over. */
void hd_task_watch(struct hd_task_state *task, struct hd_task_watcher *watcher);
/* Nothing when it looks at none. */
void hd_task_unwatch(struct hd_task_watcher *watcher);
/* Of a task that is over: its outcome; copies its result when it went well, it has one, and result is not NULL. Its error counts as seen.
 */
int hd_task_collect(struct hd_task_state *task, void *result);

/* A misuse at an operation of a task that is not there or cannot be awaited: tells it and returns its code. */
int hd_task_refuse(uint64_t object, enum hd_operation operation, const struct hd_source *source, int error);

/* For task.c and its neighbours. */
struct hd_task_state *hd_task_make(struct hd_loop_state *loop, hd_task_routine *routine, void *argument,
                                   const struct hd_task_options *options, int *error, const struct hd_source *source);
void hd_task_begin(struct hd_task_state *task); /* puts it into its loop's queue for the first time */
void hd_task_end(struct hd_task_state *task, int error);
/* From its step, to the loop; comes back at its next one. */
static inline void hd_task_leave_step(struct hd_task_state *task) {
  int saved_errno = errno;
  hd_coroutine_switch(task->innermost, &task->loop->own);
  errno = saved_errno;
}
/* The same as hd_task_cancel_state, but because time is over: told so. */
bool hd_task_cancel_because(struct hd_task_state *task, enum hd_wait_result why, const struct hd_source *source);

#endif
