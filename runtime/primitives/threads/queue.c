#include "queue-store.h"
#include "trace.h"
#include "waiters.h"
#include <stdlib.h>

/* Items are handed over: who puts one while others wait for it gives it to the first of them; who makes room while others wait to put puts
 * the first one's item for it. So getters wait only while the queue is empty and putters only while it is full, never both, and nobody
 * overtakes. Whoever did another's part also numbers and stamps it; the other tells it, before the end of its own wait. */
struct turn {
  struct hd_waiter waiter;
  struct hd_queue_item item; /* a putter's, which it brings; a getter's, once it was given one */
  uint64_t at_ns;            /* when that came about; 0: not recorded */
};

int hd_queue_init_at(struct hd_queue *queue, enum hd_queue_order order, size_t bound, const char *name, const struct hd_source *source) {
  if (order < HD_QUEUE_FIFO || order > HD_QUEUE_PRIORITY) return HD_ERROR_INVALID;
  *queue = (struct hd_queue)HD_QUEUE_INIT(order, bound);
  hd_trace_begin(hd_reference(queue), HD_KIND_QUEUE, bound && bound <= INT64_MAX ? (int64_t)bound : -1, name, source);
  return HD_OK;
}

int hd_queue_destroy_at(struct hd_queue *queue, const struct hd_source *source) {
  hd_waiters_enter(&queue->waiters);
  bool busy = queue->waiters.first || queue->joiners.first;
  hd_waiters_leave(&queue->waiters);
  if (busy) return hd_trace_busy(hd_reference(queue), source);
  hd_trace_end(hd_reference(queue), source);
  free(queue->items);
  *queue = (struct hd_queue)HD_QUEUE_INIT(queue->order, queue->bound);
  return HD_OK;
}

/* With the guard held: a stamp later than any before it, so that those of a queue are the order of what happened. */
static uint64_t stamp(struct hd_queue *queue) {
  if (!hd_emit_is_recording()) return 0;
  uint64_t now_ns = hd_emit_now();
  return queue->stamp_ns = now_ns > queue->stamp_ns ? now_ns : queue->stamp_ns + 1;
}

static bool is_full(const struct hd_queue *queue) { return queue->bound && queue->count >= queue->bound; }

/* With the guard held: takes the one that waits longest out; it goes on when it is woken at what this returns, without the guard. */
static const uint32_t *serve(struct hd_queue *queue, struct turn *turn) {
  hd_waiters_remove(&queue->waiters, &turn->waiter);
  __atomic_store_n(&turn->waiter.outcome, HD_OUTCOME_WOKEN, __ATOMIC_RELEASE);
  return &turn->waiter.outcome;
}
static struct turn *first_waiting(const struct hd_queue *queue) { return (struct turn *)queue->waiters.first; }
static void wake(const uint32_t *served) {
  if (served) hd_futex_wake(served, 1); /* its stack may be another's by now: then that one is woken for nothing */
}

/* With the guard held, and room: puts the item, or gives it to the first who waits for one. */
static const uint32_t *accept(struct hd_queue *queue, struct turn *self) {
  self->item.number = ++queue->put_count;
  queue->unfinished++;
  self->at_ns = stamp(queue);
  struct turn *getter = first_waiting(queue);
  if (!getter) {
    hd_queue_store_push(queue, &self->item);
    return NULL;
  }
  getter->item = self->item;
  getter->at_ns = stamp(queue);
  return serve(queue, getter);
}

/* With the guard held, and an item: gets it, and lets in the first who waits to put. */
static const uint32_t *take(struct hd_queue *queue, struct turn *self) {
  self->item = hd_queue_store_pop(queue);
  self->at_ns = stamp(queue);
  struct turn *putter = first_waiting(queue);
  if (!putter) return NULL;
  putter->item.number = ++queue->put_count;
  queue->unfinished++;
  putter->at_ns = stamp(queue);
  hd_queue_store_push(queue, &putter->item);
  return serve(queue, putter);
}

static void tell(struct hd_queue *queue, struct hd_emit *emit, enum hd_operation operation, const struct turn *self,
                 const struct hd_source *source) {
  if (emit && self->at_ns)
    hd_emit_instant(emit, hd_reference(queue), hd_emit_source_site(emit, operation, source), self->at_ns, (uint32_t)self->item.number);
}

static int result_of(enum hd_outcome outcome) {
  return outcome == HD_OUTCOME_WOKEN ? HD_OK : outcome == HD_OUTCOME_BROKEN ? HD_ERROR_SHUT_DOWN : HD_ERROR_TIMEOUT;
}

/* With the guard held, which it leaves: waits among others until served. */
static enum hd_outcome sleep_among(struct hd_queue *queue, struct hd_waiters *others, struct hd_waiter *self, struct hd_emit *emit,
                                   struct hd_emit_wait *wait, enum hd_operation operation, hd_deadline deadline,
                                   const struct hd_source *source) {
  wait->object = hd_reference(queue);
  wait->begin_ns = stamp(queue); /* before anybody can serve it */
  hd_waiters_add(others, self);
  hd_waiters_leave(&queue->waiters);
  hd_trace_wait_begin(emit, wait, operation, source);
  enum hd_outcome outcome = hd_waiters_sleep(&queue->waiters, self, deadline);
  if (outcome == HD_OUTCOME_NONE) hd_waiters_remove(others, self);
  hd_waiters_leave(&queue->waiters);
  return outcome;
}

static int wait_for_turn(struct hd_queue *queue, struct turn *self, struct hd_emit *emit, enum hd_operation operation, hd_deadline deadline,
                         const struct hd_source *source) {
  struct hd_emit_wait wait = {0};
  int result = result_of(sleep_among(queue, &queue->waiters, &self->waiter, emit, &wait, operation, deadline, source));
  if (result == HD_OK) tell(queue, emit, operation, self, source);
  hd_trace_wait_end(emit, &wait, result);
  return result;
}

static int put(struct hd_queue *queue, void *item, int64_t priority, enum hd_operation operation, hd_deadline deadline,
               const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  struct turn self;
  self.item.item = item;
  self.item.priority = priority;
  int result = HD_OK;
  hd_waiters_enter(&queue->waiters);
  if (!queue->shut_down && is_full(queue) && deadline != 0) {
    result = wait_for_turn(queue, &self, emit, operation, deadline, source);
  } else {
    const uint32_t *served = NULL;
    if (queue->shut_down)
      result = HD_ERROR_SHUT_DOWN;
    else if (is_full(queue))
      result = operation == HD_OPERATION_QUEUE_PUT_TRY ? HD_ERROR_FULL : HD_ERROR_TIMEOUT;
    else if (!hd_queue_store_reserve(queue))
      result = HD_ERROR_NO_MEMORY;
    else
      served = accept(queue, &self);
    hd_waiters_leave(&queue->waiters);
    if (result == HD_OK) tell(queue, emit, operation, &self, source);
    wake(served);
  }
  if (result == HD_ERROR_FULL || result == HD_ERROR_SHUT_DOWN) hd_trace_misuse(emit, hd_reference(queue), operation, source, result);
  hd_trace_leave(emit);
  return result;
}

int hd_queue_put_timed_at(struct hd_queue *queue, void *item, int64_t priority, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_QUEUE_PUT : HD_OPERATION_QUEUE_PUT_TIMED;
  return put(queue, item, priority, operation, hd_deadline_after(timeout_ns), source);
}

int hd_queue_put_try_at(struct hd_queue *queue, void *item, int64_t priority, const struct hd_source *source) {
  return put(queue, item, priority, HD_OPERATION_QUEUE_PUT_TRY, 0, source);
}

static int get(struct hd_queue *queue, void **item, enum hd_operation operation, hd_deadline deadline, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  struct turn self;
  int result = HD_OK;
  hd_waiters_enter(&queue->waiters);
  if (!queue->count && !queue->shut_down && deadline != 0) {
    result = wait_for_turn(queue, &self, emit, operation, deadline, source);
  } else {
    const uint32_t *served = NULL;
    if (queue->count)
      served = take(queue, &self);
    else
      result = queue->shut_down ? HD_ERROR_SHUT_DOWN : operation == HD_OPERATION_QUEUE_GET_TRY ? HD_ERROR_EMPTY : HD_ERROR_TIMEOUT;
    hd_waiters_leave(&queue->waiters);
    if (result == HD_OK) tell(queue, emit, operation, &self, source);
    wake(served);
  }
  if (result == HD_OK) *item = self.item.item;
  hd_trace_leave(emit);
  return result;
}

int hd_queue_get_timed_at(struct hd_queue *queue, void **item, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_QUEUE_GET : HD_OPERATION_QUEUE_GET_TIMED;
  return get(queue, item, operation, hd_deadline_after(timeout_ns), source);
}

int hd_queue_get_try_at(struct hd_queue *queue, void **item, const struct hd_source *source) {
  return get(queue, item, HD_OPERATION_QUEUE_GET_TRY, 0, source);
}

/* With the guard held: some items are finished with. */
static void finish(struct hd_queue *queue, uint64_t count) {
  queue->unfinished -= count;
  if (!queue->unfinished) hd_waiters_wake(&queue->joiners, UINT32_MAX, HD_OUTCOME_WOKEN);
}

int hd_queue_task_done_at(struct hd_queue *queue, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  hd_waiters_enter(&queue->waiters);
  bool too_many = !queue->unfinished;
  uint64_t at_ns = stamp(queue);
  if (!too_many) finish(queue, 1);
  hd_waiters_leave(&queue->waiters);
  int result = HD_OK;
  if (too_many)
    result = hd_trace_misuse(emit, hd_reference(queue), HD_OPERATION_QUEUE_TASK_DONE, source, HD_ERROR_ALL_DONE);
  else if (emit)
    hd_emit_instant(emit, hd_reference(queue), hd_emit_source_site(emit, HD_OPERATION_QUEUE_TASK_DONE, source), at_ns, 0);
  hd_trace_leave(emit);
  return result;
}

int hd_queue_join_timed_at(struct hd_queue *queue, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_QUEUE_JOIN : HD_OPERATION_QUEUE_JOIN_TIMED;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  hd_waiters_enter(&queue->waiters);
  if (queue->unfinished && deadline != 0) {
    struct hd_waiter self;
    struct hd_emit_wait wait = {0};
    result = result_of(sleep_among(queue, &queue->joiners, &self, emit, &wait, operation, deadline, source));
    hd_trace_wait_end(emit, &wait, result);
  } else {
    if (queue->unfinished) result = HD_ERROR_TIMEOUT;
    hd_waiters_leave(&queue->waiters);
    if (result == HD_OK) hd_trace_instant(emit, hd_reference(queue), operation, source, 1);
  }
  hd_trace_leave(emit);
  return result;
}

void hd_queue_shutdown_at(struct hd_queue *queue, bool immediately, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  hd_waiters_enter(&queue->waiters);
  uint64_t at_ns = stamp(queue);
  size_t forgotten = immediately ? queue->count : 0;
  queue->shut_down = true;
  queue->count -= forgotten;
  finish(queue, forgotten < queue->unfinished ? forgotten : queue->unfinished);
  hd_waiters_wake(&queue->waiters, UINT32_MAX, HD_OUTCOME_BROKEN);
  hd_waiters_leave(&queue->waiters);
  if (emit) {
    uint32_t site = hd_emit_source_site(emit, HD_OPERATION_QUEUE_SHUTDOWN, source);
    hd_emit_instant(emit, hd_reference(queue), site, at_ns, forgotten < UINT32_MAX ? (uint32_t)forgotten : UINT32_MAX);
  }
  hd_trace_leave(emit);
}

size_t hd_queue_size(struct hd_queue *queue) {
  hd_seed_step();
  hd_waiters_enter(&queue->waiters);
  size_t count = queue->count;
  hd_waiters_leave(&queue->waiters);
  return count;
}

bool hd_queue_is_empty(struct hd_queue *queue) { return hd_queue_size(queue) == 0; }

bool hd_queue_is_full(struct hd_queue *queue) {
  hd_seed_step();
  hd_waiters_enter(&queue->waiters);
  bool full = is_full(queue);
  hd_waiters_leave(&queue->waiters);
  return full;
}

bool hd_queue_is_shut_down(struct hd_queue *queue) {
  hd_seed_step();
  hd_waiters_enter(&queue->waiters);
  bool shut_down = queue->shut_down;
  hd_waiters_leave(&queue->waiters);
  return shut_down;
}
