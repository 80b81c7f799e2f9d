#include "items.h"

static struct hd_queue queue;
static int joined;
static void *join_it(void *unused) {
  CHECK_OK(hd_queue_join(&queue));
  COUNT(joined);
  return unused;
}

static void joins_when_all_is_done(void) {
  struct bunch bunch;
  joined = 0;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 0, "tasks"));
  CHECK_OK(hd_queue_join(&queue));
  CHECK_OK(hd_queue_join_timed(&queue, 0));
  for (int i = 0; i < 3; i++) CHECK_OK(hd_queue_put(&queue, NULL));
  bunch_start(&bunch, 3, join_it, NULL);
  UNTIL(joining(&queue) == 3);
  CHECK_ERROR(hd_queue_destroy(&queue), HD_ERROR_BUSY);
  for (int i = 0; i < 3; i++) CHECK(got(&queue) == 0); /* that it is empty is not enough */
  CHECK_ERROR(hd_queue_join_timed(&queue, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_queue_join_timed(&queue, 0), HD_ERROR_TIMEOUT);
  CHECK(joining(&queue) == 3);
  CHECK_OK(hd_queue_task_done(&queue));
  CHECK_OK(hd_queue_task_done(&queue));
  CHECK(LOAD(joined) == 0 && joining(&queue) == 3);
  CHECK_OK(hd_queue_task_done(&queue));
  CHECK_OK(hd_queue_put(&queue, NULL)); /* those who joined have been told */
  bunch_join(&bunch);
  CHECK(joined == 3);
  CHECK_OK(hd_queue_destroy(&queue));
}

static struct { int shut_down, received; } ends;
static void *get_to_the_end(void *unused) {
  void *item;
  int result;
  while ((result = hd_queue_get(&queue, &item)) == HD_OK) COUNT(ends.received);
  CHECK_ERROR(result, HD_ERROR_SHUT_DOWN);
  COUNT(ends.shut_down);
  return unused;
}
static void *put_once(void *unused) {
  CHECK_ERROR(hd_queue_put(&queue, NULL), HD_ERROR_SHUT_DOWN);
  COUNT(ends.shut_down);
  return unused;
}

static void shuts_down(void) {
  struct bunch bunch;
  void *item = &queue;
  for (int immediately = 0; immediately <= 1; immediately++) {
    ends.shut_down = ends.received = 0;
    CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 2, "to be shut down"));
    bunch_start(&bunch, 4, get_to_the_end, NULL);
    UNTIL(waiting(&queue) == 4);
    CHECK(!hd_queue_is_shut_down(&queue));
    hd_queue_shutdown(&queue, immediately);
    CHECK(hd_queue_is_shut_down(&queue));
    bunch_join(&bunch);
    CHECK(ends.shut_down == 4 && ends.received == 0);
    CHECK_ERROR(hd_queue_put(&queue, NULL), HD_ERROR_SHUT_DOWN);
    CHECK_ERROR(hd_queue_put_try(&queue, NULL), HD_ERROR_SHUT_DOWN);
    CHECK_ERROR(hd_queue_put_timed(&queue, NULL, 0), HD_ERROR_SHUT_DOWN);
    CHECK_ERROR(hd_queue_get_try(&queue, &item), HD_ERROR_SHUT_DOWN);
    CHECK_ERROR(hd_queue_get_timed(&queue, &item, SHORT_NS), HD_ERROR_SHUT_DOWN);
    CHECK_OK(hd_queue_destroy(&queue));
  }
  /* Putters that wait are sent away; what was in it before can still be got. */
  ends.shut_down = 0;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 2, "full"));
  CHECK_OK(hd_queue_put(&queue, item_of(1)));
  CHECK_OK(hd_queue_put(&queue, item_of(2)));
  bunch_start(&bunch, 3, put_once, NULL);
  UNTIL(waiting(&queue) == 3);
  hd_queue_shutdown(&queue, false);
  bunch_join(&bunch);
  CHECK(ends.shut_down == 3);
  CHECK(got(&queue) == 1 && got(&queue) == 2);
  CHECK_ERROR(hd_queue_get(&queue, &item), HD_ERROR_SHUT_DOWN);
  CHECK_ERROR(hd_queue_join_timed(&queue, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_queue_task_done(&queue));
  CHECK_OK(hd_queue_task_done(&queue));
  CHECK_OK(hd_queue_join(&queue));
  CHECK_OK(hd_queue_destroy(&queue));
}

static void shut_down_immediately_it_forgets(void) {
  struct bunch bunch;
  void *item;
  joined = 0;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_PRIORITY, 0, "forgetful"));
  for (int i = 0; i < 5; i++) CHECK_OK(hd_queue_put_priority(&queue, item_of(i), -i));
  CHECK(got(&queue) == 4);
  bunch_start(&bunch, 2, join_it, NULL);
  UNTIL(joining(&queue) == 2);
  hd_queue_shutdown(&queue, true);
  CHECK(hd_queue_is_empty(&queue));
  CHECK_ERROR(hd_queue_get(&queue, &item), HD_ERROR_SHUT_DOWN);
  CHECK(joining(&queue) == 2); /* one item had been got, and is not done */
  CHECK_OK(hd_queue_task_done(&queue));
  bunch_join(&bunch);
  CHECK(joined == 2);
  CHECK_ERROR(hd_queue_task_done(&queue), HD_ERROR_ALL_DONE);
  hd_queue_shutdown(&queue, true); /* twice is no harm */
  CHECK_OK(hd_queue_destroy(&queue));
}

/* First in an orderly way, then at once: who joins is told when the rest is dropped. */
static void may_be_shut_down_in_two_steps(void) {
  struct bunch bunch;
  void *item = &queue;
  joined = 0;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_LIFO, 0, "two steps"));
  for (int i = 0; i < 3; i++) CHECK_OK(hd_queue_put(&queue, item_of(i)));
  bunch_start(&bunch, 1, join_it, NULL);
  UNTIL(joining(&queue) == 1);
  hd_queue_shutdown(&queue, false);
  CHECK(got(&queue) == 2 && hd_queue_size(&queue) == 2 && joining(&queue) == 1);
  CHECK_OK(hd_queue_task_done(&queue));
  hd_queue_shutdown(&queue, true);
  bunch_join(&bunch);
  CHECK(joined == 1);
  CHECK_ERROR(hd_queue_get_try(&queue, &item), HD_ERROR_SHUT_DOWN);
  CHECK(item == &queue);
  CHECK_OK(hd_queue_destroy(&queue));
}

/* A queue of tasks, used again after it was joined: each time all of them are done when join returns. */
static long total;
static void *add_up(void *unused) {
  void *item;
  while (hd_queue_get(&queue, &item) == HD_OK) {
    __atomic_add_fetch(&total, (long)(intptr_t)item, __ATOMIC_RELAXED);
    CHECK_OK(hd_queue_task_done(&queue));
  }
  return unused;
}
static void may_be_joined_again(void) {
  struct bunch bunch;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 3, "again"));
  bunch_start(&bunch, 2, add_up, NULL);
  for (int round = 0; round < 50; round++) {
    total = 0;
    for (int i = 0; i < 100; i++) CHECK_OK(hd_queue_put(&queue, item_of(i)));
    CHECK_OK(hd_queue_join(&queue));
    CHECK(total == 4950);
  }
  hd_queue_shutdown(&queue, false);
  bunch_join(&bunch);
  CHECK_OK(hd_queue_destroy(&queue));
}

/* Many of each, bounded tightly, some impatient: every item arrives once, and nobody is left asleep. */
enum { WORKERS = 4, ITEMS_EACH = 1500 };
static int put_next, arrivals[WORKERS * ITEMS_EACH];
static void *put_many(void *unused) {
  for (int i; (i = COUNT(put_next) - 1) < WORKERS * ITEMS_EACH;) {
    int result = HD_ERROR_TIMEOUT;
    while (i % 3 == 0 && (result = hd_queue_put_priority_timed(&queue, item_of(i), i % 5, HD_MICROSECOND_NS)) == HD_ERROR_TIMEOUT) {}
    if (result == HD_ERROR_TIMEOUT) result = hd_queue_put_priority(&queue, item_of(i), i % 5);
    CHECK_OK(result);
  }
  return unused;
}
static void *get_many(void *unused) {
  for (int turn = 0;; turn++) {
    void *item;
    int result = turn % 3 ? hd_queue_get(&queue, &item) : hd_queue_get_timed(&queue, &item, HD_MICROSECOND_NS);
    if (result == HD_ERROR_SHUT_DOWN) return unused;
    if (result == HD_ERROR_TIMEOUT) continue;
    CHECK_OK(result);
    COUNT(arrivals[(intptr_t)item]);
    CHECK_OK(hd_queue_task_done(&queue));
  }
}
static void loses_nothing(void) {
  for (int order = HD_QUEUE_FIFO; order <= HD_QUEUE_PRIORITY; order++)
    for (size_t bound = 0; bound <= 3; bound++) {
      struct bunch putters, getters;
      put_next = 0;
      for (int i = 0; i < WORKERS * ITEMS_EACH; i++) arrivals[i] = 0;
      CHECK_OK(hd_queue_init(&queue, (enum hd_queue_order)order, bound, "busy"));
      bunch_start(&getters, WORKERS, get_many, NULL);
      bunch_start(&putters, WORKERS, put_many, NULL);
      bunch_join(&putters);
      CHECK_OK(hd_queue_join_timed(&queue, LONG_NS));
      hd_queue_shutdown(&queue, false);
      bunch_join(&getters);
      for (int i = 0; i < WORKERS * ITEMS_EACH; i++) CHECK(arrivals[i] == 1);
      CHECK(waiting(&queue) == 0 && hd_queue_is_empty(&queue));
      CHECK_OK(hd_queue_destroy(&queue));
    }
}

int main(void) {
  joins_when_all_is_done();
  shuts_down();
  shut_down_immediately_it_forgets();
  may_be_shut_down_in_two_steps();
  may_be_joined_again();
  loses_nothing();
  return 0;
}
