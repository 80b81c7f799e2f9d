/* Where a queue keeps its items: one array, as a ring, a stack or a heap. Everything here is called with the queue's guard held. */
#ifndef HEDDLE_QUEUE_STORE_H
#define HEDDLE_QUEUE_STORE_H
#include <heddle/queue.h>

struct hd_queue_item {
  void *item;
  int64_t priority;
  uint64_t number; /* of the puts of the queue, from 1 */
};

/* Makes room for one item more; false when no memory is left. */
bool hd_queue_store_reserve(struct hd_queue *queue);
/* There must be room. */
void hd_queue_store_push(struct hd_queue *queue, const struct hd_queue_item *item);
/* The item whose turn it is; there must be one. */
struct hd_queue_item hd_queue_store_pop(struct hd_queue *queue);

#endif
