/* Work for the tests: PUTTERS threads put ITEMS numbers into one queue, GETTERS threads get them; each must arrive once.
 *
 * usage: queue-load ITEMS PUTTERS GETTERS BOUND fifo|lifo|priority */
#include <heddle/heddle.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREAD_CAPACITY = 16 };
static struct hd_queue queue;
static long item_count, next_item;
static unsigned char *arrivals;

static void put(void *unused) {
  for (long i; (i = __atomic_fetch_add(&next_item, 1, __ATOMIC_RELAXED)) < item_count;)
    if (hd_queue_put_priority(&queue, (void *)(intptr_t)i, i % 10) != HD_OK) abort();
}

static void get(void *unused) {
  void *item;
  while (hd_queue_get(&queue, &item) == HD_OK) {
    __atomic_add_fetch(&arrivals[(intptr_t)item], 1, __ATOMIC_RELAXED);
    if (hd_queue_task_done(&queue) != HD_OK) abort();
  }
}

int main(int argument_count, char **arguments) {
  if (argument_count != 6) return 2;
  item_count = atol(arguments[1]);
  int putters = atoi(arguments[2]), getters = atoi(arguments[3]);
  enum hd_queue_order order = arguments[5][0] == 'f' ? HD_QUEUE_FIFO : arguments[5][0] == 'l' ? HD_QUEUE_LIFO : HD_QUEUE_PRIORITY;
  struct hd_thread threads[THREAD_CAPACITY];
  if (putters + getters > THREAD_CAPACITY || !(arrivals = calloc((size_t)item_count, 1))) return 2;
  hd_queue_init(&queue, order, (size_t)atol(arguments[4]), "load");
  for (int i = 0; i < putters + getters; i++)
    if (hd_thread_create(&threads[i], i < putters ? put : get, NULL, NULL) != HD_OK) return 1;
  for (int i = 0; i < putters; i++) hd_thread_join(&threads[i]);
  hd_queue_join(&queue);
  hd_queue_shutdown(&queue, false);
  for (int i = putters; i < putters + getters; i++) hd_thread_join(&threads[i]);
  for (long i = 0; i < item_count; i++)
    if (arrivals[i] != 1) {
      fprintf(stderr, "item %ld came %d times\n", i, arrivals[i]);
      return 1;
    }
  return 0;
}
