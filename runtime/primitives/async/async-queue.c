#include "async-wait.h"
#include "queue-store.h"
#include <heddle/async-queue.h>
#include <stdlib.h>

/* An item that comes while getters wait stays in the queue, but is promised to the first of them, and room that is made to the first
 * putter: whoever comes before those run sees a queue without it, so nobody overtakes. A promise that cannot be kept (its task was
 * cancelled) is taken back, and made to the next. So getters wait only while every item is promised, putters only while all room is. */

int hd_async_queue_init_at(struct hd_async_queue *queue, enum hd_queue_order order, size_t bound, const char *name,
                           const struct hd_source *source) {
  if (order < HD_QUEUE_FIFO || order > HD_QUEUE_PRIORITY) return HD_ERROR_INVALID;
  *queue = (struct hd_async_queue)HD_ASYNC_QUEUE_INIT(order, bound);
  hd_trace_begin(hd_reference(queue), HD_KIND_QUEUE, bound && bound <= INT64_MAX ? (int64_t)bound : -1, name, source);
  return HD_OK;
}

int hd_async_queue_destroy_at(struct hd_async_queue *queue, const struct hd_source *source) {
  bool promised = queue->promised_items || queue->promised_room;
  bool awaited = queue->getters.first || queue->putters.first || queue->joiners.first;
  int result = hd_async_destroy(queue, promised || awaited, source);
  if (result != HD_OK) return result;
  free(queue->items.items);
  *queue = (struct hd_async_queue)HD_ASYNC_QUEUE_INIT(queue->items.order, queue->items.bound);
  return HD_OK;
}

static bool has_item(const struct hd_async_queue *queue) { return queue->items.count > queue->promised_items; }
static bool has_room(const struct hd_async_queue *queue) {
  return !queue->items.bound || queue->items.count + queue->promised_room < queue->items.bound;
}

static void promise_items(struct hd_async_queue *queue, const struct hd_source *source) {
  while (has_item(queue) && hd_async_wake(&queue->getters, 1, HD_OK, source)) queue->promised_items++;
}
static void promise_room(struct hd_async_queue *queue, const struct hd_source *source) {
  while (has_room(queue) && hd_async_wake(&queue->putters, 1, HD_OK, source)) queue->promised_room++;
}

static int check(const struct hd_async_queue *queue, enum hd_operation operation, const struct hd_source *source) {
  int result = hd_async_check(&queue->getters, queue, operation, source);
  if (result == HD_OK) result = hd_async_check(&queue->putters, queue, operation, source);
  return result == HD_OK ? hd_async_check(&queue->joiners, queue, operation, source) : result;
}

/* Awaits until there is room. */
static int await_room(struct hd_async_queue *queue, hd_deadline deadline, const struct hd_source *source) {
  struct hd_async_waiter waiter;
  int result = hd_task_await(&queue->putters, &waiter, HD_OPERATION_ASYNC_QUEUE_PUT_AWAIT, hd_reference(queue), deadline, source);
  if (waiter.woken && waiter.outcome == HD_OK) queue->promised_room--;
  if (result != HD_OK) promise_room(queue, source);
  return result;
}

static int put(struct hd_async_queue *queue, void *item, int64_t priority, enum hd_operation operation, hd_deadline deadline,
               const struct hd_source *source) {
  int result = check(queue, operation, source);
  if (result == HD_OK && !queue->items.shut_down && !has_room(queue))
    result = operation == HD_OPERATION_QUEUE_PUT_TRY ? HD_ERROR_FULL : await_room(queue, deadline, source);
  if (result == HD_OK && queue->items.shut_down) result = HD_ERROR_SHUT_DOWN;
  if (result == HD_OK && !hd_queue_store_reserve(&queue->items)) {
    promise_room(queue, source);
    result = HD_ERROR_NO_MEMORY;
  }
  if (result == HD_ERROR_FULL || result == HD_ERROR_SHUT_DOWN) hd_task_refuse(hd_reference(queue), operation, source, result);
  if (result != HD_OK) return result;
  struct hd_queue_item entry = {.item = item, .priority = priority, .number = ++queue->items.put_count};
  queue->items.unfinished++;
  hd_async_tell(queue, operation, (uint32_t)entry.number, source);
  hd_queue_store_push(&queue->items, &entry);
  promise_items(queue, source);
  return HD_OK;
}

int hd_async_queue_put_timed_at(struct hd_async_queue *queue, void *item, int64_t priority, int64_t timeout_ns,
                                const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_QUEUE_PUT : HD_OPERATION_QUEUE_PUT_TIMED;
  return put(queue, item, priority, operation, hd_deadline_after(timeout_ns), source);
}

int hd_async_queue_put_try_at(struct hd_async_queue *queue, void *item, int64_t priority, const struct hd_source *source) {
  return put(queue, item, priority, HD_OPERATION_QUEUE_PUT_TRY, 0, source);
}

/* Awaits until there is an item. */
static int await_item(struct hd_async_queue *queue, hd_deadline deadline, const struct hd_source *source) {
  struct hd_async_waiter waiter;
  int result = hd_task_await(&queue->getters, &waiter, HD_OPERATION_ASYNC_QUEUE_GET_AWAIT, hd_reference(queue), deadline, source);
  if (waiter.woken && waiter.outcome == HD_OK) queue->promised_items--;
  if (result != HD_OK)
    promise_items(queue, source);
  else if (!queue->items.count) /* forgotten meanwhile, by a shutdown */
    result = HD_ERROR_SHUT_DOWN;
  return result;
}

static int get(struct hd_async_queue *queue, void **item, enum hd_operation operation, hd_deadline deadline,
               const struct hd_source *source) {
  int result = check(queue, operation, source);
  if (result == HD_OK && !has_item(queue)) {
    if (queue->items.shut_down)
      result = HD_ERROR_SHUT_DOWN;
    else
      result = operation == HD_OPERATION_QUEUE_GET_TRY ? HD_ERROR_EMPTY : await_item(queue, deadline, source);
  }
  if (result != HD_OK) return result;
  struct hd_queue_item entry = hd_queue_store_pop(&queue->items);
  hd_async_tell(queue, operation, (uint32_t)entry.number, source);
  promise_room(queue, source);
  *item = entry.item;
  return HD_OK;
}

int hd_async_queue_get_timed_at(struct hd_async_queue *queue, void **item, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_QUEUE_GET : HD_OPERATION_QUEUE_GET_TIMED;
  return get(queue, item, operation, hd_deadline_after(timeout_ns), source);
}

int hd_async_queue_get_try_at(struct hd_async_queue *queue, void **item, const struct hd_source *source) {
  return get(queue, item, HD_OPERATION_QUEUE_GET_TRY, 0, source);
}

/* Some items are finished with. */
static void finish(struct hd_async_queue *queue, uint64_t count, const struct hd_source *source) {
  queue->items.unfinished -= count;
  if (!queue->items.unfinished) hd_async_wake(&queue->joiners, SIZE_MAX, HD_OK, source);
}

int hd_async_queue_task_done_at(struct hd_async_queue *queue, const struct hd_source *source) {
  int result = check(queue, HD_OPERATION_QUEUE_TASK_DONE, source);
  if (result != HD_OK) return result;
  if (!queue->items.unfinished) return hd_task_refuse(hd_reference(queue), HD_OPERATION_QUEUE_TASK_DONE, source, HD_ERROR_ALL_DONE);
  hd_async_tell(queue, HD_OPERATION_QUEUE_TASK_DONE, 0, source);
  finish(queue, 1, source);
  return HD_OK;
}

int hd_async_queue_join_timed_at(struct hd_async_queue *queue, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_QUEUE_JOIN : HD_OPERATION_QUEUE_JOIN_TIMED;
  int result = check(queue, operation, source);
  if (result != HD_OK) return result;
  if (!queue->items.unfinished) {
    hd_async_tell(queue, operation, 1, source);
    return HD_OK;
  }
  struct hd_async_waiter waiter;
  return hd_task_await(&queue->joiners, &waiter, HD_OPERATION_ASYNC_QUEUE_JOIN_AWAIT, hd_reference(queue), hd_deadline_after(timeout_ns),
                       source);
}

int hd_async_queue_shutdown_at(struct hd_async_queue *queue, bool immediately, const struct hd_source *source) {
  int result = check(queue, HD_OPERATION_QUEUE_SHUTDOWN, source);
  if (result != HD_OK) return result;
  size_t forgotten = immediately ? queue->items.count : 0;
  hd_async_tell(queue, HD_OPERATION_QUEUE_SHUTDOWN, forgotten < UINT32_MAX ? (uint32_t)forgotten : UINT32_MAX, source);
  queue->items.shut_down = true;
  queue->items.count -= forgotten;
  finish(queue, forgotten < queue->items.unfinished ? forgotten : queue->items.unfinished, source);
  hd_async_wake(&queue->getters, SIZE_MAX, HD_ERROR_SHUT_DOWN, source);
  hd_async_wake(&queue->putters, SIZE_MAX, HD_ERROR_SHUT_DOWN, source);
  return HD_OK;
}

size_t hd_async_queue_size(const struct hd_async_queue *queue) { return queue->items.count; }
bool hd_async_queue_is_empty(const struct hd_async_queue *queue) { return queue->items.count == 0; }
bool hd_async_queue_is_full(const struct hd_async_queue *queue) { return queue->items.bound && queue->items.count >= queue->items.bound; }
bool hd_async_queue_is_shut_down(const struct hd_async_queue *queue) { return queue->items.shut_down; }
