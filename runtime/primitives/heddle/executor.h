/* Executor: a few workers that run many jobs, first come first served.
 *
 * The workers are threads or processes; a program that only submits and asks for results need not know which. A job's argument is copied
 * when it is submitted, its result is kept in the future. As in Python, workers are started when there is work for them, up to the
 * maximum (processes all at once, at the first job), and at exit the process waits until all that was submitted is done.
 *
 *     struct hd_executor executor;
 *     hd_executor_init_threads(&executor, 4, "pool");
 *     hd_executor_submit(&executor, compress, &file, sizeof file, sizeof size, &future);
 *     …
 *     hd_executor_shutdown(&executor, true, false);
 *     hd_executor_release(&executor);
 *
 * A job that waits for another job of its own executor may wait for ever: when all workers do, nobody is left to run what they wait for.
 * Jobs of processes: the workers are forked when the first job is submitted, and see the program's memory as it was then; what they change
 * is theirs. A worker that dies (a process; a thread by pthread_exit) breaks the executor: all that is not begun fails with
 * HD_ERROR_BROKEN_POOL, and of processes what is not done.
 * Threads: any thread may use an executor, its jobs and callbacks too; init and release are for one. In a forked child the parent's
 * executors are shut down.
 */
#ifndef HEDDLE_EXECUTOR_H
#define HEDDLE_EXECUTOR_H
#include <heddle/future.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hd_executor_state;
/* The field is the runtime's own. */
struct hd_executor {
  struct hd_executor_state *state; /* a reference is owned */
};

enum hd_executor_kind { HD_EXECUTOR_THREADS, HD_EXECUTOR_PROCESSES };

/* What is zero has its usual value. */
struct hd_executor_options {
  enum hd_executor_kind kind;
  uint32_t worker_count;              /* how many at most; 0: for threads the processors and 4, at most 32; else the processors */
  const char *name;                   /* of the executor, and with a number of each worker; copied; NULL: "executor" */
  int (*initializer)(void *argument); /* runs in each worker first of all; when it does not give 0 the executor is broken */
  void *initializer_argument;
  uint32_t worker_job_count; /* a worker process is replaced after so many jobs; 0: never */
};

#define HD_EXECUTOR_WORKERS_MAX 4096

/* HD_ERROR_INVALID (too many workers, a count of jobs with threads), HD_ERROR_NO_MEMORY, HD_ERROR_NO_RESOURCES. */
#define hd_executor_init(executor, options) hd_executor_init_at((executor), (options), HD_HERE)
HD_API int hd_executor_init_at(struct hd_executor *executor, const struct hd_executor_options *options, const struct hd_source *source);
#define hd_executor_init_threads(executor, count, called)                                                                                  \
  hd_executor_init_simply_at((executor), HD_EXECUTOR_THREADS, (count), (called), HD_HERE)
#define hd_executor_init_processes(executor, count, called)                                                                                \
  hd_executor_init_simply_at((executor), HD_EXECUTOR_PROCESSES, (count), (called), HD_HERE)
HD_API int hd_executor_init_simply_at(struct hd_executor *executor, enum hd_executor_kind kind, uint32_t worker_count, const char *name,
                                      const struct hd_source *source);
/* Gives up the handle; an executor that is not shut down is so without waiting. */
#define hd_executor_release(executor) hd_executor_release_at((executor), HD_HERE)
HD_API void hd_executor_release_at(struct hd_executor *executor, const struct hd_source *source);

/* Hands over a job. argument_bytes of the argument are copied; 0: the pointer itself is handed on (processes find there what was there when
 * they were forked). result_bytes of memory are made for the result. future may be NULL when nobody will ask; else the caller
 * releases it. HD_ERROR_SHUT_DOWN, HD_ERROR_BROKEN_POOL, HD_ERROR_NO_MEMORY, HD_ERROR_NO_RESOURCES (no worker could be started). */
#define hd_executor_submit(executor, job, argument, argument_bytes, result_bytes, future)                                                  \
  hd_executor_submit_at((executor), (job), (argument), (argument_bytes), (result_bytes), (future), HD_HERE)
HD_API int hd_executor_submit_at(struct hd_executor *executor, hd_job *job, const void *argument, size_t argument_bytes,
                                 size_t result_bytes, struct hd_future *future, const struct hd_source *source);

/* A job for each of an array of arguments. */
struct hd_map {
  const void *arguments; /* count of argument_bytes each, one after the other */
  size_t argument_bytes;
  void *results; /* room for count of result_bytes each; NULL: they are not wanted */
  size_t result_bytes;
  size_t count;
  size_t chunk_count;  /* arguments that are handed to a worker at a time; 0: one */
  size_t failed_index; /* set: how many results are there; when a job failed, it is the first in order that did */
  int error;           /* set: its own error number, 0 when none failed */
};
/* Runs them and waits; the results are in the order of the arguments. The first failure, in order, ends it, and what is still pending of it
 * is cancelled. HD_ERROR_JOB_FAILED, HD_ERROR_TIMEOUT (for the whole), HD_ERROR_INVALID and those of submit and of the futures. */
#define hd_executor_map(executor, job, map, timeout_ns) hd_executor_map_at((executor), (job), (map), (timeout_ns), HD_HERE)
HD_API int hd_executor_map_at(struct hd_executor *executor, hd_job *job, struct hd_map *map, int64_t timeout_ns,
                              const struct hd_source *source);

/* No more jobs are accepted. cancel_pending: those not begun are cancelled, else they are still run. wait: until all is done and the
 * workers have ended. It may be called again, to wait. HD_ERROR_SELF_JOIN: a job cannot wait for its own executor; nothing is changed. */
#define hd_executor_shutdown(executor, wait, cancel_pending) hd_executor_shutdown_at((executor), (wait), (cancel_pending), HD_HERE)
HD_API int hd_executor_shutdown_at(struct hd_executor *executor, bool wait, bool cancel_pending, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
