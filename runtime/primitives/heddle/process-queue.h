/* Process queue: items of bytes go from the processes that put them to the processes that get them, first in, first out.
 *
 * An item is a copy of some bytes. The queue lies in shared memory (heddle/process-memory.h): it is shared by the process that makes it and
 * all that are started (forked) afterwards, has no name, and is gone with the last of them. It has room for a number of bytes and, if
 * bounded, for a number of items: a put that finds too little waits, a get waits while there is none.
 *
 *     struct hd_process_queue *orders;
 *     hd_process_queue_new(&orders, 8, 4096, "orders");
 *     … start the processes …
 *     hd_process_queue_put(orders, &order, sizeof order);                        // in one
 *     while (hd_process_queue_get(orders, &order, sizeof order, &bytes) == HD_OK) serve(&order);   // in another
 *
 * Whoever got an item may tell it done when it has dealt with it; hd_process_queue_join waits, in any process, until that is so for every
 * item that was put. Shutting a queue down ends its use in an orderly way: nothing can be put any more, and who finds it empty gets
 * HD_ERROR_SHUT_DOWN instead of waiting for ever.
 *
 * Threads and processes: any number may call anything here at the same time, but hd_process_queue_free. One that is killed, at whatever
 * moment, leaves its item wholly in the queue or not at all, loses no other's, and hinders nobody for longer than a tenth of a second; but
 * an item that it got and did not tell done is waited for by join for ever. Among those who wait no order is promised.
 */
#ifndef HEDDLE_PROCESS_QUEUE_H
#define HEDDLE_PROCESS_QUEUE_H
#include <heddle/error.h>
#include <heddle/source.h>
#include <heddle/time.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hd_process_queue;

/* Makes an empty queue. bound: how many items it may hold; 0: as many as there is room for. room_bytes: what its items may take together,
 * each its own size rounded up to 16 and 16 more. name: for the recording, copied; may be NULL. HD_ERROR_INVALID: no room.
 * HD_ERROR_NO_MEMORY. */
#define hd_process_queue_new(queue, bound, room_bytes, name) hd_process_queue_new_at((queue), (bound), (room_bytes), (name), HD_HERE)
HD_API int hd_process_queue_new_at(struct hd_process_queue **queue, uint32_t bound, size_t room_bytes, const char *name,
                                   const struct hd_source *source);
/* Gives it up for the calling process; the others still have it. No thread of the process may be using it. NULL: nothing. */
HD_API void hd_process_queue_free(struct hd_process_queue *queue);

/* Puts a copy of an item, which may be empty, waiting while there is no room. HD_ERROR_TOO_LARGE: there never will be; HD_ERROR_SHUT_DOWN,
 * also when that happens while it waits; HD_ERROR_INVALID. On any error the item is not in the queue. */
#define hd_process_queue_put(queue, item, bytes) hd_process_queue_put_timed_at((queue), (item), (bytes), HD_FOREVER, HD_HERE)
/* HD_ERROR_FULL instead of waiting. */
#define hd_process_queue_put_try(queue, item, bytes) hd_process_queue_put_try_at((queue), (item), (bytes), HD_HERE)
/* HD_ERROR_TIMEOUT when there was no room within timeout_ns. */
#define hd_process_queue_put_timed(queue, item, bytes, timeout_ns)                                                                         \
  hd_process_queue_put_timed_at((queue), (item), (bytes), (timeout_ns), HD_HERE)
HD_API int hd_process_queue_put_timed_at(struct hd_process_queue *queue, const void *item, size_t bytes, int64_t timeout_ns,
                                         const struct hd_source *source);
HD_API int hd_process_queue_put_try_at(struct hd_process_queue *queue, const void *item, size_t bytes, const struct hd_source *source);

/* Gets the oldest item into a buffer, waiting while there is none; *bytes: its size. HD_ERROR_TOO_SMALL: the buffer is, *bytes is what the
 * item takes, and it stays the oldest. HD_ERROR_SHUT_DOWN when the queue is empty and shut down. HD_ERROR_INVALID. */
#define hd_process_queue_get(queue, buffer, capacity, bytes)                                                                               \
  hd_process_queue_get_timed_at((queue), (buffer), (capacity), HD_FOREVER, (bytes), HD_HERE)
/* HD_ERROR_EMPTY instead of waiting. */
#define hd_process_queue_get_try(queue, buffer, capacity, bytes)                                                                           \
  hd_process_queue_get_try_at((queue), (buffer), (capacity), (bytes), HD_HERE)
/* HD_ERROR_TIMEOUT when nothing came within timeout_ns. */
#define hd_process_queue_get_timed(queue, buffer, capacity, timeout_ns, bytes)                                                             \
  hd_process_queue_get_timed_at((queue), (buffer), (capacity), (timeout_ns), (bytes), HD_HERE)
HD_API int hd_process_queue_get_timed_at(struct hd_process_queue *queue, void *buffer, size_t capacity, int64_t timeout_ns, size_t *bytes,
                                         const struct hd_source *source);
HD_API int hd_process_queue_get_try_at(struct hd_process_queue *queue, void *buffer, size_t capacity, size_t *bytes,
                                       const struct hd_source *source);

/* Tells that an item which was got has been dealt with. HD_ERROR_ALL_DONE when that was told of every item that was put. */
#define hd_process_queue_task_done(queue) hd_process_queue_task_done_at((queue), HD_HERE)
HD_API int hd_process_queue_task_done_at(struct hd_process_queue *queue, const struct hd_source *source);
/* Waits until every item that was put has been told done. Always HD_OK. */
#define hd_process_queue_join(queue) hd_process_queue_join_timed_at((queue), HD_FOREVER, HD_HERE)
/* HD_ERROR_TIMEOUT, HD_ERROR_INVALID. */
#define hd_process_queue_join_timed(queue, timeout_ns) hd_process_queue_join_timed_at((queue), (timeout_ns), HD_HERE)
HD_API int hd_process_queue_join_timed_at(struct hd_process_queue *queue, int64_t timeout_ns, const struct hd_source *source);

/* Shuts it down, for good, for all processes. Who waits to put gets HD_ERROR_SHUT_DOWN, and so does who waits to get. What is in it can
 * still be got, unless it is shut down immediately: then the items are forgotten, and count as done. */
#define hd_process_queue_shutdown(queue, immediately) hd_process_queue_shutdown_at((queue), (immediately), HD_HERE)
HD_API void hd_process_queue_shutdown_at(struct hd_process_queue *queue, bool immediately, const struct hd_source *source);

/* At this moment: how many items are in it; whether it was shut down. */
HD_API size_t hd_process_queue_size(struct hd_process_queue *queue);
HD_API bool hd_process_queue_is_shut_down(struct hd_process_queue *queue);

#ifdef __cplusplus
}
#endif
#endif
