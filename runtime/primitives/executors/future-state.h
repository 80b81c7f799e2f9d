/* A future's state: the job with its argument and result, how far it is, and who wants to know. */
#ifndef HEDDLE_FUTURE_STATE_H
#define HEDDLE_FUTURE_STATE_H
#include "trace.h"
#include "word.h"
#include <heddle/future.h>

enum hd_future_phase { HD_FUTURE_PENDING, HD_FUTURE_RUNNING, HD_FUTURE_CANCELLED, HD_FUTURE_DONE };

struct hd_future_state {
  uint32_t phase;                 /* enum hd_future_phase; who waits sleeps on it. Its last change is made under the guard */
  uint32_t sleepers;              /* how many sleep */
  uint32_t references;            /* handles, the executor's own */
  uint32_t guard;                 /* of callbacks and watchers */
  int outcome;                    /* when done: what hd_future_result gives */
  int error;                      /* the job's own error number */
  uint64_t reference;             /* in the recording, 0 while not recorded */
  uint64_t executor;              /* its executor's reference */
  const struct hd_source *source; /* where it was submitted */
  hd_job *job;
  const void *argument;
  void *result; /* NULL: it has none */
  size_t argument_bytes, result_bytes;
  struct hd_callback *first_callback, *last_callback;
  struct hd_watcher *watchers;
  struct hd_future_state *next; /* in the executor's queue */
  _Alignas(max_align_t) unsigned char data[];
};

/* The end of a piece of memory that is followed by another one. */
static inline size_t hd_aligned(size_t bytes) { return (bytes + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1); }

static inline enum hd_future_phase hd_future_phase(const struct hd_future_state *future) {
  return (enum hd_future_phase)__atomic_load_n(&future->phase, __ATOMIC_ACQUIRE);
}
static inline bool hd_future_is_over(const struct hd_future_state *future) { return hd_future_phase(future) >= HD_FUTURE_CANCELLED; }
/* What the recording calls the job: the low half of its future's reference. */
static inline uint32_t hd_future_number(const struct hd_future_state *future) { return (uint32_t)future->reference; }

/* A pending one, with a copy of the argument; NULL: no memory. */
struct hd_future_state *hd_future_new(hd_job *job, const void *argument, size_t argument_bytes, size_t result_bytes,
                                      const struct hd_source *source);
static inline struct hd_future_state *hd_future_ref(struct hd_future_state *future) {
  __atomic_add_fetch(&future->references, 1, __ATOMIC_RELAXED);
  return future;
}
/* Frees it with the last reference. */
void hd_future_unref(struct hd_future_state *future);

/* From pending to running; false when it was cancelled. */
bool hd_future_start(struct hd_future_state *future);
/* From phase `from` to an end: tells it, wakes who waits and calls the callbacks; false, and nothing, when it was in another phase.
 * free_worker, when not NULL, is counted up before anybody can learn that it is done, but after callbacks. source: of the event
 * future_done; NULL: it has been told already. For threads that are in no emission. */
bool hd_future_end(struct hd_future_state *future, enum hd_future_phase from, enum hd_future_phase to, int outcome, int error,
                   uint32_t *free_worker, const struct hd_source *source);

/* One who looks for the end of a future among others: in the future's list until then, in its watch's list from then on. */
struct hd_watcher {
  struct hd_watcher *next, *previous;
  struct hd_watch *watch;
  struct hd_future_state *future; /* a reference is owned */
  bool over;                      /* it is in the watch's list */
};
/* From now on the iteration waits until then. */
void hd_as_completed_until(struct hd_as_completed *iteration, int64_t timeout_ns);
/* Tells the watchers of a future that it is over; under its guard. */
void hd_watchers_tell(struct hd_future_state *future);

#endif
