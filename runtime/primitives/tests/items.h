/* What the tests of queues share: items are numbers put into pointers. */
#ifndef HEDDLE_CHECK_ITEMS_H
#define HEDDLE_CHECK_ITEMS_H
#include "check.h"
#include "queue.h"

static inline void *item_of(int64_t number) { return (void *)(intptr_t)number; }
static inline int64_t got(struct hd_queue *queue) {
  void *item = NULL;
  CHECK_OK(hd_queue_get_timed(queue, &item, LONG_NS));
  return (int64_t)(intptr_t)item;
}
/* How many wait to put or get, and to join. */
static inline int waiting(struct hd_queue *queue) { return queue_length(&queue->waiters); }
static inline int joining(struct hd_queue *queue) {
  int length = 0;
  hd_waiters_enter(&queue->waiters);
  for (struct hd_waiter *waiter = queue->joiners.first; waiter; waiter = waiter->next) length++;
  hd_waiters_leave(&queue->waiters);
  return length;
}

#endif
