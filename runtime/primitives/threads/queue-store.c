#include "queue-store.h"
#include <stdlib.h>
#include <string.h>

#define LEAST_CAPACITY 16

static struct hd_queue_item *slot(const struct hd_queue *queue, size_t index) {
  return &queue->items[(queue->first + index) & (queue->capacity - 1)];
}

bool hd_queue_store_reserve(struct hd_queue *queue) {
  if (queue->count < queue->capacity) return true;
  size_t capacity = queue->capacity ? queue->capacity * 2 : LEAST_CAPACITY;
  struct hd_queue_item *items = capacity > SIZE_MAX / sizeof *items ? NULL : malloc(capacity * sizeof *items);
  if (!items) return false;
  if (queue->items) { /* it is full: from its first item to the end of the array, and the rest from the array's begin */
    size_t head = queue->capacity - queue->first;
    memcpy(items, queue->items + queue->first, head * sizeof *items);
    memcpy(items + head, queue->items, queue->first * sizeof *items);
    free(queue->items);
  }
  queue->items = items;
  queue->capacity = capacity;
  queue->first = 0;
  return true;
}

/* Numbers make no two items equal: among equal priorities the one that was put first comes first. */
static bool precedes(const struct hd_queue_item *left, const struct hd_queue_item *right) {
  return left->priority != right->priority ? left->priority < right->priority : left->number < right->number;
}

static void sift_up(struct hd_queue_item *heap, size_t index, struct hd_queue_item item) {
  for (size_t parent; index && precedes(&item, &heap[parent = (index - 1) / 2]); index = parent) heap[index] = heap[parent];
  heap[index] = item;
}

static void sift_down(struct hd_queue_item *heap, size_t count, struct hd_queue_item item) {
  size_t index = 0;
  for (size_t child; (child = 2 * index + 1) < count; index = child) {
    if (child + 1 < count && precedes(&heap[child + 1], &heap[child])) child++;
    if (!precedes(&heap[child], &item)) break;
    heap[index] = heap[child];
  }
  heap[index] = item;
}

void hd_queue_store_push(struct hd_queue *queue, const struct hd_queue_item *item) {
  size_t index = queue->count++;
  if (queue->order == HD_QUEUE_PRIORITY)
    sift_up(queue->items, index, *item);
  else
    *slot(queue, index) = *item;
}

struct hd_queue_item hd_queue_store_pop(struct hd_queue *queue) {
  size_t last = --queue->count;
  if (queue->order == HD_QUEUE_LIFO) return queue->items[last];
  struct hd_queue_item item = *slot(queue, 0);
  if (queue->order == HD_QUEUE_FIFO)
    queue->first = (queue->first + 1) & (queue->capacity - 1);
  else if (last)
    sift_down(queue->items, last, queue->items[last]);
  return item;
}
