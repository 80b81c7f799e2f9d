/* An executor's state: the queue of its jobs and the threads that serve it. An executor of threads has a thread a worker; one of processes,
 * and a pool, a single thread, which hands the jobs to them (crew.h). */
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
  struct hd_future_state *first, *last;      /* the queue; references are owned */
  bool shut_down;                            /* nothing more is accepted */
  bool broken;                               /* by a worker: nobody runs what is queued */
  bool terminated;                           /* the workers are to end at once, whatever they do */
  bool told_exit;                            /* that the process exits; guarded with the list of all */
  bool is_pool;                              /* replaces workers that die, and is terminated when it is left open */
  int bell;                                  /* eventfd that wakes the thread that sleeps for other things too; -1 for threads */
  uint64_t reference;                        /* in the recording, 0 while not recorded */
  const struct hd_source *source;            /* where it was made */
  struct hd_executor_options options;        /* the name is owned; worker_count is not 0 */
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

/* What the thread of an executor runs: a worker, or the one who looks after worker processes. */
hd_thread_routine hd_executor_work, hd_crew_manage;
/* At exit, before the process waits for its threads. */
void hd_executors_close(void);

/* hd_executor_init, also for a pool. */
int hd_executor_make(struct hd_executor *executor, const struct hd_executor_options *options, bool is_pool, const struct hd_source *source);
/* Tells a misuse and returns its code. */
int hd_executor_refuse(struct hd_executor_state *executor, enum hd_operation operation, const struct hd_source *source, int error);
/* With the guard held: starts one more thread, if the free ones do not suffice for what is queued and another job. HD_OK: there is one. */
int hd_executor_provide_thread(struct hd_executor_state *executor, const struct hd_source *source);
/* Shuts it down without waiting, for executor_shutdown and its like. */
void hd_executor_close(struct hd_executor_state *executor, bool cancel_pending, bool terminate, const struct hd_source *source);
/* Waits for its threads. HD_ERROR_SELF_JOIN. */
int hd_executor_join(struct hd_executor_state *executor, const struct hd_source *source);

/* The executor whose job the calling thread runs. */
extern __thread struct hd_executor_state *hd_executor_current;

/* Tells that a worker begins a job: at the routine that it is for the program. emit may be NULL. */
void hd_job_tell_begin(struct hd_emit *emit, uint64_t executor, hd_job *job, const void *argument, uint32_t number);

#endif
