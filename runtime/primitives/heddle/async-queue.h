/* Async queue: items go from the tasks that put them to the tasks that get them, within one event loop.
 *
 * As hd_queue (items are pointers; first in first out, last in first out, or by priority; with a bound or without; task_done and join;
 * shutdown), but who must wait awaits. Those who wait are served strictly in the order in which they came, and nobody overtakes them: an
 * item that is put while somebody waits is set aside for him, and so is room that was made; which item it is turns out when he runs. What
 * was set aside for a task that is cancelled before it runs goes on to the next, so nothing is lost.
 *
 *     while (hd_async_queue_get(&orders, (void **)&order) == HD_OK) {      // until it is shut down
 *       serve(order);
 *       hd_async_queue_task_done(&orders);
 *     }
 *
 * A queue may be embedded, and works from HD_ASYNC_QUEUE_INIT(order, bound) on. It owns the memory for as many items as were ever in it at
 * a time, until hd_async_queue_destroy. Threads: only in that of the loop (HD_ERROR_OTHER_LOOP, as of heddle/async-lock.h).
 */
#ifndef HEDDLE_ASYNC_QUEUE_H
#define HEDDLE_ASYNC_QUEUE_H
#include <heddle/async-waiters.h>
#include <heddle/queue.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fields are the runtime's own. */
struct hd_async_queue {
  struct hd_queue items; /* what is in it; nobody waits there */
  size_t promised_items; /* set aside for getters that have not run yet */
  size_t promised_room;  /* the same for putters */
  struct hd_async_waiters getters;
  struct hd_async_waiters putters;
  struct hd_async_waiters joiners;
};
#define HD_ASYNC_QUEUE_INIT(order, bound)                                                                                                  \
  { HD_QUEUE_INIT(order, bound), 0, 0, HD_ASYNC_WAITERS_INIT, HD_ASYNC_WAITERS_INIT, HD_ASYNC_WAITERS_INIT }

/* Makes an empty queue. bound: how many items it may hold; 0: any number. name: for the recording, copied; NULL: it is called by its
 * variable. HD_ERROR_INVALID for an unknown order. */
#define hd_async_queue_init(queue, order, bound, name) hd_async_queue_init_at((queue), (order), (bound), (name), HD_HERE)
HD_API int hd_async_queue_init_at(struct hd_async_queue *queue, enum hd_queue_order order, size_t bound, const char *name,
                                  const struct hd_source *source);
/* Gives its memory back; items that are still in it are forgotten. HD_ERROR_BUSY while somebody waits. */
#define hd_async_queue_destroy(queue) hd_async_queue_destroy_at((queue), HD_HERE)
HD_API int hd_async_queue_destroy_at(struct hd_async_queue *queue, const struct hd_source *source);

/* Puts an item, awaiting room while the queue is full. HD_ERROR_SHUT_DOWN, also when that happens while it waits; HD_ERROR_CANCELLED;
 * HD_ERROR_NO_TASK: outside of a task it cannot wait; HD_ERROR_NO_MEMORY. On any error the item is not in the queue. */
#define hd_async_queue_put(queue, item) hd_async_queue_put_timed_at((queue), (item), 0, HD_FOREVER, HD_HERE)
/* HD_ERROR_FULL instead of waiting. */
#define hd_async_queue_put_try(queue, item) hd_async_queue_put_try_at((queue), (item), 0, HD_HERE)
/* HD_ERROR_TIMEOUT when there was no room within timeout_ns; HD_ERROR_INVALID. */
#define hd_async_queue_put_timed(queue, item, timeout_ns) hd_async_queue_put_timed_at((queue), (item), 0, (timeout_ns), HD_HERE)
/* The same with a priority (else 0), which only a priority queue heeds. */
#define hd_async_queue_put_priority(queue, item, priority) hd_async_queue_put_timed_at((queue), (item), (priority), HD_FOREVER, HD_HERE)
#define hd_async_queue_put_priority_try(queue, item, priority) hd_async_queue_put_try_at((queue), (item), (priority), HD_HERE)
#define hd_async_queue_put_priority_timed(queue, item, priority, timeout_ns)                                                               \
  hd_async_queue_put_timed_at((queue), (item), (priority), (timeout_ns), HD_HERE)
HD_API int hd_async_queue_put_timed_at(struct hd_async_queue *queue, void *item, int64_t priority, int64_t timeout_ns,
                                       const struct hd_source *source);
HD_API int hd_async_queue_put_try_at(struct hd_async_queue *queue, void *item, int64_t priority, const struct hd_source *source);

/* Gets the item whose turn it is, awaiting one. HD_ERROR_SHUT_DOWN when none is left and none will come; HD_ERROR_CANCELLED,
 * HD_ERROR_NO_TASK. */
#define hd_async_queue_get(queue, item) hd_async_queue_get_timed_at((queue), (item), HD_FOREVER, HD_HERE)
/* HD_ERROR_EMPTY instead of waiting. */
#define hd_async_queue_get_try(queue, item) hd_async_queue_get_try_at((queue), (item), HD_HERE)
/* HD_ERROR_TIMEOUT when none came within timeout_ns; HD_ERROR_INVALID. */
#define hd_async_queue_get_timed(queue, item, timeout_ns) hd_async_queue_get_timed_at((queue), (item), (timeout_ns), HD_HERE)
HD_API int hd_async_queue_get_timed_at(struct hd_async_queue *queue, void **item, int64_t timeout_ns, const struct hd_source *source);
HD_API int hd_async_queue_get_try_at(struct hd_async_queue *queue, void **item, const struct hd_source *source);

/* Tells that an item which was got has been dealt with. HD_ERROR_ALL_DONE when that was told of every item that was put. */
#define hd_async_queue_task_done(queue) hd_async_queue_task_done_at((queue), HD_HERE)
HD_API int hd_async_queue_task_done_at(struct hd_async_queue *queue, const struct hd_source *source);
/* Awaits until every item that was put has been told done. HD_ERROR_CANCELLED, HD_ERROR_NO_TASK. */
#define hd_async_queue_join(queue) hd_async_queue_join_timed_at((queue), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT, HD_ERROR_INVALID. */
#define hd_async_queue_join_timed(queue, timeout_ns) hd_async_queue_join_timed_at((queue), (timeout_ns), HD_HERE)
HD_API int hd_async_queue_join_timed_at(struct hd_async_queue *queue, int64_t timeout_ns, const struct hd_source *source);

/* Shuts it down, for good. Who waits to put gets HD_ERROR_SHUT_DOWN, and so does who waits to get. What is in it can still be got, unless
 * it is shut down immediately: then the items are forgotten, and count as done (those that were got before do not). HD_OK;
 * HD_ERROR_OTHER_LOOP. */
#define hd_async_queue_shutdown(queue, immediately) hd_async_queue_shutdown_at((queue), (immediately), HD_HERE)
HD_API int hd_async_queue_shutdown_at(struct hd_async_queue *queue, bool immediately, const struct hd_source *source);

/* At this moment: how many items are in it; whether there are none; whether it is full; whether it was shut down. */
HD_API size_t hd_async_queue_size(const struct hd_async_queue *queue);
HD_API bool hd_async_queue_is_empty(const struct hd_async_queue *queue);
HD_API bool hd_async_queue_is_full(const struct hd_async_queue *queue);
HD_API bool hd_async_queue_is_shut_down(const struct hd_async_queue *queue);

#ifdef __cplusplus
}
#endif
#endif
