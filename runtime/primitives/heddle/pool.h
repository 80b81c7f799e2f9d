/* Pool: worker processes that run jobs, with the semantics of Python's multiprocessing.Pool.
 *
 * An executor of processes (heddle/executor.h), with other manners: its workers are there from the start, one that dies is replaced (the
 * job that it ran fails with HD_ERROR_WORKER_DIED, the others do not notice), and it is closed, or terminated, before it is joined. Jobs,
 * arguments and results are as there; an argument may be a structure, so there is no starmap. Python's AsyncResult is a future.
 *
 *     struct hd_pool pool;
 *     hd_pool_init(&pool, 4, "sieve");
 *     struct hd_map map = {numbers, sizeof *numbers, flags, sizeof *flags, 1000, .chunk_count = 100};
 *     hd_pool_map(&pool, is_prime, &map, HD_FOREVER);
 *     hd_pool_close(&pool);
 *     hd_pool_join(&pool);
 *     hd_pool_release(&pool);
 *
 * The workers are daemons: they end with their program, and their jobs may not have children. A pool that is left open is
 * terminated when it is released or the program ends. A worker that ends before its initializer has succeeded breaks the pool.
 * Threads: any thread may use a pool; init and release are for one.
 */
#ifndef HEDDLE_POOL_H
#define HEDDLE_POOL_H
#include <heddle/executor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The field is the runtime's own. */
struct hd_pool {
  struct hd_executor executor;
};

/* What is zero has its usual value. */
struct hd_pool_options {
  uint32_t worker_count;              /* 0: the processors */
  const char *name;                   /* copied; NULL: "pool" */
  int (*initializer)(void *argument); /* runs in each worker first of all; when it does not give 0 the pool is broken */
  void *initializer_argument;
  uint32_t worker_job_count; /* a worker is replaced after so many jobs (a chunk is one); 0: never */
};

/* Starts the workers. HD_ERROR_INVALID, HD_ERROR_NO_MEMORY, HD_ERROR_NO_RESOURCES. */
#define hd_pool_init(pool, worker_count, name) hd_pool_init_simply_at((pool), (worker_count), (name), HD_HERE)
HD_API int hd_pool_init_simply_at(struct hd_pool *pool, uint32_t worker_count, const char *name, const struct hd_source *source);
#define hd_pool_init_with(pool, options) hd_pool_init_with_at((pool), (options), HD_HERE)
HD_API int hd_pool_init_with_at(struct hd_pool *pool, const struct hd_pool_options *options, const struct hd_source *source);
/* Gives up the handle. A pool that is open is terminated, without waiting. */
#define hd_pool_release(pool) hd_pool_release_at((pool), HD_HERE)
HD_API void hd_pool_release_at(struct hd_pool *pool, const struct hd_source *source);

/* Submits a job, as hd_executor_submit: HD_ERROR_SHUT_DOWN after close or terminate. */
#define hd_pool_apply_async(pool, job, argument, argument_bytes, result_bytes, future)                                                     \
  hd_executor_submit(&(pool)->executor, (job), (argument), (argument_bytes), (result_bytes), (future))
/* Submits a job and waits for it: what hd_future_result gives. error, when not NULL, is set to the job's own number. */
#define hd_pool_apply(pool, job, argument, argument_bytes, result, result_bytes, error)                                                    \
  hd_pool_apply_at((pool), (job), (argument), (argument_bytes), (result), (result_bytes), (error), HD_HERE)
HD_API int hd_pool_apply_at(struct hd_pool *pool, hd_job *job, const void *argument, size_t argument_bytes, void *result,
                            size_t result_bytes, int *error, const struct hd_source *source);

/* As hd_executor_map. */
#define hd_pool_map(pool, job, map, timeout_ns) hd_executor_map(&(pool)->executor, (job), (map), (timeout_ns))

/* The same in two steps. The arguments may go when they have been submitted. */
struct hd_chunks;
/* The field is the runtime's own. */
struct hd_pool_results {
  struct hd_chunks *chunks;
};
#define hd_pool_map_async(pool, job, map, results) hd_pool_map_async_at((pool), (job), (map), (results), HD_HERE)
HD_API int hd_pool_map_async_at(struct hd_pool *pool, hd_job *job, const struct hd_map *map, struct hd_pool_results *results,
                                const struct hd_source *source);
HD_API bool hd_pool_results_are_done(const struct hd_pool_results *results);
/* Waits for all and fills map, of the same shape, as hd_executor_map does; nothing is cancelled. After HD_ERROR_TIMEOUT it may be asked
 * again. */
#define hd_pool_results_get(results, map, timeout_ns) hd_pool_results_get_at((results), (map), (timeout_ns), HD_HERE)
HD_API int hd_pool_results_get_at(struct hd_pool_results *results, struct hd_map *map, int64_t timeout_ns, const struct hd_source *source);
/* Gives them up; the jobs go on. */
HD_API void hd_pool_results_release(struct hd_pool_results *results);

/* One result after the other: in the order of the arguments, or as they come. An iteration is for one thread.
 *
 *     struct hd_pool_iteration iteration;
 *     hd_pool_imap_unordered(&pool, is_prime, &map, &iteration);
 *     while (hd_pool_next(&iteration, &prime, HD_FOREVER) == HD_OK) …  // of argument iteration.index
 *     hd_pool_iteration_end(&iteration);
 */
struct hd_pool_iteration {
  size_t index;                     /* which argument the last result belongs to */
  int error;                        /* the job's own number, when it failed */
  struct hd_chunks *chunks;         /* from here on: the runtime's own */
  struct hd_as_completed completed; /* when unordered */
  bool ordered;
  size_t chunk, chunk_taken_count, item, item_count;
  int failure; /* of the chunk, still to be given */
};
#define hd_pool_imap(pool, job, map, iteration) hd_pool_imap_at((pool), (job), (map), true, (iteration), HD_HERE)
#define hd_pool_imap_unordered(pool, job, map, iteration) hd_pool_imap_at((pool), (job), (map), false, (iteration), HD_HERE)
HD_API int hd_pool_imap_at(struct hd_pool *pool, hd_job *job, const struct hd_map *map, bool ordered, struct hd_pool_iteration *iteration,
                           const struct hd_source *source);
/* Copies the next result (which may be NULL). HD_ERROR_NO_MORE after the last; HD_ERROR_TIMEOUT: it may be asked again; what a future
 * gives: it may be gone on from there. After a failure the rest of its chunk is missing. */
#define hd_pool_next(iteration, result, timeout_ns) hd_pool_next_at((iteration), (result), (timeout_ns), HD_HERE)
HD_API int hd_pool_next_at(struct hd_pool_iteration *iteration, void *result, int64_t timeout_ns, const struct hd_source *source);
/* Gives it up; the jobs go on. */
HD_API void hd_pool_iteration_end(struct hd_pool_iteration *iteration);

/* Nothing more is accepted; what was submitted is still done, then the workers end. */
#define hd_pool_close(pool) hd_pool_close_at((pool), HD_HERE)
HD_API void hd_pool_close_at(struct hd_pool *pool, const struct hd_source *source);
/* The workers end at once (SIGTERM): what is pending is cancelled, what runs fails with HD_ERROR_WORKER_DIED. */
#define hd_pool_terminate(pool) hd_pool_terminate_at((pool), HD_HERE)
HD_API void hd_pool_terminate_at(struct hd_pool *pool, const struct hd_source *source);
/* Waits until the workers have ended. HD_ERROR_NOT_CLOSED; HD_ERROR_SELF_JOIN in a callback. */
#define hd_pool_join(pool) hd_pool_join_at((pool), HD_HERE)
HD_API int hd_pool_join_at(struct hd_pool *pool, const struct hd_source *source);

#ifdef __cplusplus
}
#endif
#endif
