#include "chunks.h"
#include "futex.h"
#include <stdlib.h>
#include <string.h>

/* The argument of a chunk: this, then the items' arguments. */
struct order {
  hd_job *job;
  size_t count, argument_bytes, result_bytes;
  _Alignas(max_align_t) unsigned char arguments[];
};
/* Its result: this, then the items' results. */
struct yield {
  size_t good_count;
  _Alignas(max_align_t) unsigned char results[];
};

static int run_chunk(const void *argument, void *result) {
  const struct order *order = argument;
  struct yield *yield = result;
  for (; yield->good_count < order->count; yield->good_count++) {
    void *place = order->result_bytes ? yield->results + yield->good_count * order->result_bytes : NULL;
    int error = order->job(order->arguments + yield->good_count * order->argument_bytes, place);
    if (error) return error;
  }
  return 0;
}

hd_job *hd_chunk_job(hd_job *job, const void *argument) { return job == run_chunk ? ((const struct order *)argument)->job : job; }

static bool fits(size_t count, size_t bytes) { return !bytes || count <= (size_t)PTRDIFF_MAX / 2 / bytes; }

static int submit_chunk(struct hd_executor *executor, hd_job *job, const struct hd_map *map, struct hd_chunks *chunks,
                        const struct hd_source *source) {
  size_t count = hd_chunk_items(chunks, chunks->count), bytes = count * map->argument_bytes;
  struct order *order = malloc(sizeof *order + bytes);
  if (!order) return HD_ERROR_NO_MEMORY;
  *order = (struct order){.job = job, .count = count, .argument_bytes = map->argument_bytes, .result_bytes = map->result_bytes};
  if (bytes) memcpy(order->arguments, (const char *)map->arguments + chunks->count * chunks->chunk_items * map->argument_bytes, bytes);
  int result = hd_executor_submit_at(executor, run_chunk, order, sizeof *order + bytes, sizeof(struct yield) + count * map->result_bytes,
                                     &chunks->futures[chunks->count], source);
  free(order);
  if (result == HD_OK) chunks->count++;
  return result;
}

int hd_chunks_submit(struct hd_executor *executor, hd_job *job, const struct hd_map *map, struct hd_chunks **chunks,
                     const struct hd_source *source) {
  if (!fits(map->count, map->argument_bytes) || !fits(map->count, map->result_bytes)) return HD_ERROR_INVALID;
  size_t chunk_items = map->chunk_count ? map->chunk_count : 1;
  size_t count = map->count / chunk_items + (map->count % chunk_items != 0);
  struct hd_chunks *made = fits(count, sizeof *made->futures) ? malloc(sizeof *made + count * sizeof *made->futures) : NULL;
  if (!made) return HD_ERROR_NO_MEMORY;
  *made = (struct hd_chunks){.item_count = map->count, .chunk_items = chunk_items, .result_bytes = map->result_bytes};
  int result = HD_OK;
  while (made->count < count && result == HD_OK) result = submit_chunk(executor, job, map, made, source);
  if (result != HD_OK) {
    hd_chunks_free(made, source);
    return result;
  }
  *chunks = made;
  return HD_OK;
}

static struct yield *yield_of(const struct hd_chunks *chunks, size_t chunk) { return chunks->futures[chunk].state->result; }

size_t hd_chunk_good_count(const struct hd_chunks *chunks, size_t chunk) { return yield_of(chunks, chunk)->good_count; }

const void *hd_chunk_result(const struct hd_chunks *chunks, size_t chunk, size_t item) {
  return yield_of(chunks, chunk)->results + item * chunks->result_bytes;
}

int hd_chunks_collect(struct hd_chunks *chunks, struct hd_map *map, int64_t timeout_ns, const struct hd_source *source) {
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  map->error = 0;
  for (size_t i = 0; i < chunks->count; i++) {
    int result = hd_future_is_cancelled(&chunks->futures[i]) /* by a shutdown: not the caller's misuse */
                     ? HD_ERROR_CANCELLED
                     : hd_future_result_at(&chunks->futures[i], NULL, hd_deadline_left_ns(deadline), source);
    size_t first = i * chunks->chunk_items, good_count = 0;
    if (result == HD_OK || result == HD_ERROR_JOB_FAILED) good_count = hd_chunk_good_count(chunks, i);
    if (map->results && good_count && map->result_bytes)
      memcpy((char *)map->results + first * map->result_bytes, hd_chunk_result(chunks, i, 0), good_count * map->result_bytes);
    map->failed_index = first + good_count;
    if (result == HD_ERROR_JOB_FAILED) map->error = chunks->futures[i].state->error;
    if (result != HD_OK) return result;
  }
  return HD_OK;
}

void hd_chunks_free(struct hd_chunks *chunks, const struct hd_source *source) {
  for (size_t i = 0; i < chunks->count; i++) {
    if (source) hd_future_cancel_at(&chunks->futures[i], source);
    hd_future_release(&chunks->futures[i]);
  }
  free(chunks);
}

bool hd_chunks_are_done(const struct hd_chunks *chunks) {
  size_t done_count = 0;
  while (done_count < chunks->count && hd_future_is_done(&chunks->futures[done_count])) done_count++;
  return done_count == chunks->count;
}

int hd_executor_map_at(struct hd_executor *executor, hd_job *job, struct hd_map *map, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_chunks *chunks;
  int result = hd_chunks_submit(executor, job, map, &chunks, source);
  if (result != HD_OK) return result;
  result = hd_chunks_collect(chunks, map, hd_deadline_left_ns(deadline), source);
  hd_chunks_free(chunks, source);
  return result;
}
