/* A job for each of many arguments, handed over in chunks: a chunk is a job that runs the job for some of them, one after the other. */
#ifndef HEDDLE_CHUNKS_H
#define HEDDLE_CHUNKS_H
#include "executor-state.h"

struct hd_chunks {
  size_t item_count;   /* of all */
  size_t chunk_items;  /* of each chunk, the last may have fewer */
  size_t result_bytes; /* of an item */
  size_t count;
  struct hd_future futures[];
};

/* Submits them all. HD_ERROR_INVALID, HD_ERROR_NO_MEMORY and what a submission may give; then none is left pending. */
int hd_chunks_submit(struct hd_executor *executor, hd_job *job, const struct hd_map *map, struct hd_chunks **chunks,
                     const struct hd_source *source);
/* Of a chunk whose future is done: how many of its items went well, and the result of one of them. */
size_t hd_chunk_good_count(const struct hd_chunks *chunks, size_t chunk);
const void *hd_chunk_result(const struct hd_chunks *chunks, size_t chunk, size_t item);
/* How many items a chunk has. */
static inline size_t hd_chunk_items(const struct hd_chunks *chunks, size_t chunk) {
  size_t left = chunks->item_count - chunk * chunks->chunk_items;
  return left < chunks->chunk_items ? left : chunks->chunk_items;
}
/* Waits for all in order and copies the results; the first failure ends it. map: as for hd_executor_map. */
int hd_chunks_collect(struct hd_chunks *chunks, struct hd_map *map, int64_t timeout_ns, const struct hd_source *source);
/* Gives them up; what is pending is cancelled before, at source, unless that is NULL. */
void hd_chunks_free(struct hd_chunks *chunks, const struct hd_source *source);
/* Whether all are done. */
bool hd_chunks_are_done(const struct hd_chunks *chunks);

/* What the program knows a job as: of a chunk the routine that is called for its items, else the job itself. */
hd_job *hd_chunk_job(hd_job *job, const void *argument);

#endif
