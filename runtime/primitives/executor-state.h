/* An executor's state: the queue of its jobs and the threads that serve it. An executor of threads has a thread a worker; one of processes
 * a single thread, which hands the jobs to them (crew.h). */
#ifndef HEDDLE_EXECUTOR_STATE_H
#define HEDDLE_EXECUTOR_STATE_H
#include "future-state.h"
#include "waiters.h"
#include <heddle/executor.h>
#include <heddle/thread.h>

struct hd_executor_state {
  struct hd_waiters idle; /* threads that wait for a job; its guard is of all that changes below */
  uint32_t references;    /* the handle, the threads */
  uint32_t free_count;    /* threads that have no job, or are just ending one. Atomic */
  uint32_t queued_count;
  struct hd_future_state *first, *last; /* the queue; references are owned */
  bool shut_down;
  bool broken;                               /* by a worker: nobody runs what is queued */
  uint64_t reference;                        /* in the recording, 0 while not recorded */
  const struct hd_source *source;            /* where it was made */
  struct hd_executor_options options;        /* the name is owned; the count of workers is that to be */
  struct hd_executor_state *next, *previous; /* of all that there are */
  uint32_t thread_count, thread_max;
  struct hd_thread threads[];
};

static inline void hd_executor_enter(struct hd_executor_state *executor) { hd_waiters_enter(&executor->idle); }
static inline void hd_executor_leave(struct hd_executor_state *executor) { hd_waiters_leave(&executor->idle); }
static inline struct hd_executor_state *hd_executor_ref(struct hd_executor_state *executor) {
  __atomic_add_fetch(&executor->references, 1, __ATOMIC_RELAXED);
  return executor;
}
void hd_executor_unref(struct hd_executor_state *executor);

/* With the guard held: the next job, from now on running and the caller's; NULL: there is none. Cancelled ones are dropped. */
struct hd_future_state *hd_executor_pop(struct hd_executor_state *executor);
/* With the guard held: the whole queue, linked; the caller's. */
struct hd_future_state *hd_executor_drain(struct hd_executor_state *executor);
/* A worker cannot go on: all that is queued fails, and nothing more is accepted. */
void hd_executor_break(struct hd_executor_state *executor);

/* What the threads of an executor run. */
hd_thread_routine hd_executor_work;

/* The executor whose job the calling thread runs. */
extern __thread struct hd_executor_state *hd_executor_current;

#endif
