/* Queue: items go from the threads that put them to the threads that get them.
 *
 * An item is a pointer of the program's own (NULL too); the queue never looks behind it. The order in which items leave is one of three:
 * first in first out; last in first out; by priority, the smallest number first and equal ones in the order of their puts. A queue with a
 * bound makes a put wait while it is full; a get waits while it is empty. Those who wait are served strictly in the order in which they
 * came, and nobody overtakes them: an item that is put while somebody waits for one is his.
 *
 * Whoever got an item may tell it done when it has dealt with it; hd_queue_join waits until that is so for every item that was put.
 * Shutting a queue down ends its use in an orderly way: nothing can be put any more, and who finds it empty, or waits, gets
 * HD_ERROR_SHUT_DOWN instead of waiting for ever.
 *
 *     struct hd_queue orders;
 *     hd_queue_init(&orders, HD_QUEUE_FIFO, 8, "orders");
 *     hd_queue_put(&orders, order);                                               // in one thread
 *     while (hd_queue_get(&orders, (void **)&order) == HD_OK) serve(order);       // in another
 *
 * A queue may be embedded, and works from HD_QUEUE_INIT(order, bound) on (zeroed memory: first in first out, without a bound). It owns the
 * memory for as many items as were ever in it at a time, until hd_queue_destroy. It must not move while it is in use. Not for memory shared
 * between processes. Threads: any thread may call anything here at any time; who got the last item, or joined, may destroy it.
 */
#ifndef HEDDLE_QUEUE_H
#define HEDDLE_QUEUE_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <heddle/waiters.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hd_queue_order { HD_QUEUE_FIFO, HD_QUEUE_LIFO, HD_QUEUE_PRIORITY };

struct hd_queue_item;
/* The fields are the runtime's own. */
struct hd_queue {
  enum hd_queue_order order;
  bool shut_down;
  size_t bound;                /* 0: none */
  size_t capacity;             /* of items: a power of two, or 0 */
  size_t first;                /* of a FIFO, where its oldest item lies */
  size_t count;                /* items in it */
  struct hd_queue_item *items; /* owned */
  uint64_t put_count;          /* since ever: an item's number in the recording */
  uint64_t unfinished;         /* put, and not told done */
  uint64_t stamp_ns;           /* last one given, while recorded */
  struct hd_waiters waiters;   /* getters when it is empty, putters when it is full; its guard is the whole queue's */
  struct hd_waiters joiners;
};
#define HD_QUEUE_INIT(order, bound)                                                                                                        \
  { (order), false, (bound), 0, 0, 0, 0, 0, 0, 0, HD_WAITERS_INIT, HD_WAITERS_INIT }

/* Makes an empty queue. bound: how many items it may hold; 0: any number. name: for the recording, copied; NULL: it is called by its
 * variable. HD_ERROR_INVALID for an unknown order. */
#define hd_queue_init(queue, order, bound, name) hd_queue_init_at((queue), (order), (bound), (name), HD_HERE)
HD_API int hd_queue_init_at(struct hd_queue *queue, enum hd_queue_order order, size_t bound, const char *name,
                            const struct hd_source *source);
/* Gives its memory back; items that are still in it are forgotten. HD_ERROR_BUSY while somebody waits. */
#define hd_queue_destroy(queue) hd_queue_destroy_at((queue), HD_HERE)
HD_API int hd_queue_destroy_at(struct hd_queue *queue, const struct hd_source *source);

/* Puts an item, waiting while the queue is full. HD_ERROR_SHUT_DOWN, also when that happens while it waits; HD_ERROR_NO_MEMORY. On any
 * error the item is not in the queue. */
#define hd_queue_put(queue, item) hd_queue_put_timed_at((queue), (item), 0, HD_FOREVER, HD_HERE)
/* HD_ERROR_FULL instead of waiting. */
#define hd_queue_put_try(queue, item) hd_queue_put_try_at((queue), (item), 0, HD_HERE)
/* HD_ERROR_TIMEOUT when there was no room within timeout_ns; HD_ERROR_INVALID. */
#define hd_queue_put_timed(queue, item, timeout_ns) hd_queue_put_timed_at((queue), (item), 0, (timeout_ns), HD_HERE)
/* The same with a priority (else 0), which only a priority queue heeds. */
#define hd_queue_put_priority(queue, item, priority) hd_queue_put_timed_at((queue), (item), (priority), HD_FOREVER, HD_HERE)
#define hd_queue_put_priority_try(queue, item, priority) hd_queue_put_try_at((queue), (item), (priority), HD_HERE)
#define hd_queue_put_priority_timed(queue, item, priority, timeout_ns)                                                                     \
  hd_queue_put_timed_at((queue), (item), (priority), (timeout_ns), HD_HERE)
HD_API int hd_queue_put_timed_at(struct hd_queue *queue, void *item, int64_t priority, int64_t timeout_ns, const struct hd_source *source);
HD_API int hd_queue_put_try_at(struct hd_queue *queue, void *item, int64_t priority, const struct hd_source *source);

/* Gets the item whose turn it is into *item, waiting while there is none. HD_ERROR_SHUT_DOWN when the queue is empty and shut down. On
 * any error *item is left alone. */
#define hd_queue_get(queue, item) hd_queue_get_timed_at((queue), (item), HD_FOREVER, HD_HERE)
/* HD_ERROR_EMPTY instead of waiting. */
#define hd_queue_get_try(queue, item) hd_queue_get_try_at((queue), (item), HD_HERE)
/* HD_ERROR_TIMEOUT when nothing came within timeout_ns; HD_ERROR_INVALID. */
#define hd_queue_get_timed(queue, item, timeout_ns) hd_queue_get_timed_at((queue), (item), (timeout_ns), HD_HERE)
HD_API int hd_queue_get_timed_at(struct hd_queue *queue, void **item, int64_t timeout_ns, const struct hd_source *source);
HD_API int hd_queue_get_try_at(struct hd_queue *queue, void **item, const struct hd_source *source);

/* Tells that an item which was got has been dealt with. HD_ERROR_ALL_DONE when that was told of every item that was put. */
#define hd_queue_task_done(queue) hd_queue_task_done_at((queue), HD_HERE)
HD_API int hd_queue_task_done_at(struct hd_queue *queue, const struct hd_source *source);
/* Waits until every item that was put has been told done; returns also when that was so for a moment while it waited. Always HD_OK. */
#define hd_queue_join(queue) hd_queue_join_timed_at((queue), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT, HD_ERROR_INVALID. */
#define hd_queue_join_timed(queue, timeout_ns) hd_queue_join_timed_at((queue), (timeout_ns), HD_HERE)
HD_API int hd_queue_join_timed_at(struct hd_queue *queue, int64_t timeout_ns, const struct hd_source *source);

/* Shuts it down, for good. Who waits to put gets HD_ERROR_SHUT_DOWN, and so does who waits to get. What is in it can still be got, unless
 * it is shut down immediately: then the items are forgotten, and count as done (those that were got before do not). */
#define hd_queue_shutdown(queue, immediately) hd_queue_shutdown_at((queue), (immediately), HD_HERE)
HD_API void hd_queue_shutdown_at(struct hd_queue *queue, bool immediately, const struct hd_source *source);

/* At this moment: how many items are in it; whether there are none; whether a put would wait; whether it was shut down. */
HD_API size_t hd_queue_size(struct hd_queue *queue);
HD_API bool hd_queue_is_empty(struct hd_queue *queue);
HD_API bool hd_queue_is_full(struct hd_queue *queue);
HD_API bool hd_queue_is_shut_down(struct hd_queue *queue);

#ifdef __cplusplus
}
#endif
#endif
