#include "chunks.h"
#include <heddle/pool.h>
#include <string.h>

int hd_pool_init_with_at(struct hd_pool *pool, const struct hd_pool_options *options, const struct hd_source *source) {
  struct hd_executor_options own = {.kind = HD_EXECUTOR_PROCESSES,
                                    .worker_count = options->worker_count,
                                    .name = options->name,
                                    .initializer = options->initializer,
                                    .initializer_argument = options->initializer_argument,
                                    .worker_job_count = options->worker_job_count};
  int result = hd_executor_make(&pool->executor, &own, true, source);
  if (result != HD_OK) return result;
  struct hd_executor_state *state = pool->executor.state;
  hd_executor_enter(state);
  result = hd_executor_provide_thread(state, source);
  hd_executor_leave(state);
  if (result != HD_OK) hd_executor_release_at(&pool->executor, source);
  return result;
}

int hd_pool_init_simply_at(struct hd_pool *pool, uint32_t worker_count, const char *name, const struct hd_source *source) {
  struct hd_pool_options options = {.worker_count = worker_count, .name = name};
  return hd_pool_init_with_at(pool, &options, source);
}

void hd_pool_release_at(struct hd_pool *pool, const struct hd_source *source) { hd_executor_release_at(&pool->executor, source); }

int hd_pool_apply_at(struct hd_pool *pool, hd_job *job, const void *argument, size_t argument_bytes, void *result, size_t result_bytes,
                     int *error, const struct hd_source *source) {
  struct hd_future future;
  if (error) *error = 0;
  int outcome = hd_executor_submit_at(&pool->executor, job, argument, argument_bytes, result_bytes, &future, source);
  if (outcome != HD_OK) return outcome;
  outcome = hd_future_result_at(&future, result, HD_FOREVER, source);
  if (error) *error = future.state->error;
  hd_future_release(&future);
  return outcome;
}

int hd_pool_map_async_at(struct hd_pool *pool, hd_job *job, const struct hd_map *map, struct hd_pool_results *results,
                         const struct hd_source *source) {
  return hd_chunks_submit(&pool->executor, job, map, &results->chunks, source);
}

bool hd_pool_results_are_done(const struct hd_pool_results *results) { return hd_chunks_are_done(results->chunks); }

int hd_pool_results_get_at(struct hd_pool_results *results, struct hd_map *map, int64_t timeout_ns, const struct hd_source *source) {
  const struct hd_chunks *chunks = results->chunks;
  if (!hd_timeout_is_valid(timeout_ns) || map->count != chunks->item_count || map->result_bytes != chunks->result_bytes)
    return HD_ERROR_INVALID;
  return hd_chunks_collect(results->chunks, map, timeout_ns, source);
}

void hd_pool_results_release(struct hd_pool_results *results) {
  hd_chunks_free(results->chunks, NULL);
  results->chunks = NULL;
}

int hd_pool_imap_at(struct hd_pool *pool, hd_job *job, const struct hd_map *map, bool ordered, struct hd_pool_iteration *iteration,
                    const struct hd_source *source) {
  *iteration = (struct hd_pool_iteration){.ordered = ordered};
  int result = hd_chunks_submit(&pool->executor, job, map, &iteration->chunks, source);
  if (result != HD_OK || ordered) return result;
  result = hd_as_completed_begin(&iteration->completed, iteration->chunks->futures, iteration->chunks->count, HD_FOREVER);
  if (result != HD_OK) hd_chunks_free(iteration->chunks, source);
  return result;
}

/* Goes on to a chunk that is done. What its future gives, HD_ERROR_TIMEOUT, HD_ERROR_NO_MORE. */
static int next_chunk(struct hd_pool_iteration *iteration, int64_t timeout_ns, const struct hd_source *source) {
  struct hd_chunks *chunks = iteration->chunks;
  if (iteration->chunk_taken_count == chunks->count) return HD_ERROR_NO_MORE;
  size_t chunk = iteration->chunk_taken_count;
  if (!iteration->ordered) {
    hd_as_completed_until(&iteration->completed, timeout_ns);
    int result = hd_as_completed_next_at(&iteration->completed, &chunk, source);
    if (result != HD_OK) return result;
  }
  struct hd_future *future = &chunks->futures[chunk];
  int result = hd_future_is_cancelled(future) ? HD_ERROR_CANCELLED : hd_future_result_at(future, NULL, timeout_ns, source);
  if (result == HD_ERROR_TIMEOUT) return result;
  iteration->chunk_taken_count++;
  iteration->chunk = chunk;
  iteration->item = 0;
  iteration->item_count = result == HD_OK || result == HD_ERROR_JOB_FAILED ? hd_chunk_good_count(chunks, chunk) : 0;
  iteration->failure = result;
  return HD_OK;
}

int hd_pool_next_at(struct hd_pool_iteration *iteration, void *result, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  const struct hd_chunks *chunks = iteration->chunks;
  while (iteration->item == iteration->item_count && iteration->failure == HD_OK) {
    int error = next_chunk(iteration, timeout_ns, source);
    if (error != HD_OK) return error;
  }
  iteration->index = iteration->chunk * chunks->chunk_items + iteration->item;
  if (iteration->item < iteration->item_count) {
    iteration->error = 0;
    if (result && chunks->result_bytes) memcpy(result, hd_chunk_result(chunks, iteration->chunk, iteration->item), chunks->result_bytes);
    iteration->item++;
    return HD_OK;
  }
  int failure = iteration->failure; /* after the good ones of its chunk */
  iteration->failure = HD_OK;
  iteration->error = failure == HD_ERROR_JOB_FAILED ? chunks->futures[iteration->chunk].state->error : 0;
  return failure;
}

void hd_pool_iteration_end(struct hd_pool_iteration *iteration) {
  if (!iteration->ordered) hd_as_completed_end(&iteration->completed);
  hd_chunks_free(iteration->chunks, NULL);
  iteration->chunks = NULL;
}

void hd_pool_close_at(struct hd_pool *pool, const struct hd_source *source) {
  hd_executor_close(pool->executor.state, false, false, source);
}

void hd_pool_terminate_at(struct hd_pool *pool, const struct hd_source *source) {
  hd_executor_close(pool->executor.state, true, true, source);
}

int hd_pool_join_at(struct hd_pool *pool, const struct hd_source *source) {
  struct hd_executor_state *state = pool->executor.state;
  hd_executor_enter(state);
  bool open = !state->shut_down;
  hd_executor_leave(state);
  return open ? hd_executor_refuse(state, HD_OPERATION_EXECUTOR_SHUTDOWN, source, HD_ERROR_NOT_CLOSED) : hd_executor_join(state, source);
}
