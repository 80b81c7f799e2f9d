#include "queue.h"
#include "check.h"

/* Items are numbers put into pointers. */
static void *item_of(int64_t number) { return (void *)(intptr_t)number; }
static int64_t got(struct hd_queue *queue) {
  void *item = NULL;
  CHECK_OK(hd_queue_get_timed(queue, &item, LONG_NS));
  return (int64_t)(intptr_t)item;
}
static int waiting(struct hd_queue *queue) { return queue_length(&queue->waiters); }
static int joining(struct hd_queue *queue) {
  hd_waiters_enter(&queue->waiters);
  int length = 0;
  for (struct hd_waiter *waiter = queue->joiners.first; waiter; waiter = waiter->next) length++;
  hd_waiters_leave(&queue->waiters);
  return length;
}

static struct hd_queue queue;

static void keeps_its_order(void) {
  static const int64_t put[] = {111, 333, 222, 444}, by_order[3][4] = {{111, 333, 222, 444}, {444, 222, 333, 111}, {111, 222, 333, 444}};
  for (int order = HD_QUEUE_FIFO; order <= HD_QUEUE_PRIORITY; order++)
    for (size_t bound = 0; bound <= 4; bound += 4) {
      CHECK_OK(hd_queue_init(&queue, (enum hd_queue_order)order, bound, "ordered"));
      CHECK(hd_queue_is_empty(&queue) && !hd_queue_is_full(&queue));
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 4; i++) CHECK_OK(hd_queue_put_priority(&queue, item_of(put[i]), put[i]));
        CHECK(hd_queue_size(&queue) == 4 && hd_queue_is_full(&queue) == (bound == 4));
        for (int i = 0; i < 4; i++) CHECK(got(&queue) == by_order[order][i]);
        CHECK(hd_queue_is_empty(&queue));
      }
      CHECK_OK(hd_queue_destroy(&queue));
    }
}

/* Against a plain sorted list: thousands of puts and gets in an odd order, with few priorities. */
static void equal_priorities_keep_the_order_of_their_puts(void) {
  enum { PUTS = 3000, PRIORITIES = 7 };
  static int64_t pending[PRIORITIES][PUTS];
  static int begin[PRIORITIES], end[PRIORITIES];
  uint32_t random = 12345;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_PRIORITY, 0, "stable"));
  for (int put = 0; put < PUTS || !hd_queue_is_empty(&queue);) {
    random = random * 1664525u + 1013904223u;
    if (put < PUTS && random >> 30) {
      int priority = (int)(random >> 8) % PRIORITIES;
      pending[priority][end[priority]++] = put;
      CHECK_OK(hd_queue_put_priority(&queue, item_of(put++), priority - 3));
    } else if (!hd_queue_is_empty(&queue)) {
      int priority = 0;
      while (begin[priority] == end[priority]) priority++;
      CHECK(got(&queue) == pending[priority][begin[priority]++]);
    }
  }
  CHECK_OK(hd_queue_put_priority(&queue, item_of(1), INT64_MAX));
  CHECK_OK(hd_queue_put_priority(&queue, item_of(2), INT64_MIN));
  CHECK_OK(hd_queue_put(&queue, item_of(3)));
  CHECK(got(&queue) == 2 && got(&queue) == 3 && got(&queue) == 1);
  CHECK_OK(hd_queue_destroy(&queue));
}

/* The ring wraps around and grows at every place of its first item. */
static void grows_wherever_it_begins(void) {
  for (int offset = 0; offset < 20; offset++) {
    CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 0, NULL));
    for (int i = 0; i < offset; i++) {
      CHECK_OK(hd_queue_put(&queue, NULL));
      CHECK(got(&queue) == 0);
    }
    for (int i = 0; i < 100; i++) CHECK_OK(hd_queue_put(&queue, item_of(i)));
    for (int i = 0; i < 100; i++) CHECK(got(&queue) == i);
    CHECK_OK(hd_queue_destroy(&queue));
  }
}

static void says_full_and_empty(void) {
  void *item = &queue;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 2, "two"));
  CHECK_ERROR(hd_queue_get_try(&queue, &item), HD_ERROR_EMPTY);
  CHECK_ERROR(hd_queue_get_timed(&queue, &item, 0), HD_ERROR_TIMEOUT);
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_queue_get_timed(&queue, &item, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK(item == &queue); /* left alone */
  CHECK_OK(hd_queue_put_try(&queue, item_of(1)));
  CHECK_OK(hd_queue_put_timed(&queue, item_of(2), 0));
  CHECK_ERROR(hd_queue_put_try(&queue, item_of(3)), HD_ERROR_FULL);
  CHECK_ERROR(hd_queue_put_timed(&queue, item_of(3), 0), HD_ERROR_TIMEOUT);
  began_ns = now_ns();
  CHECK_ERROR(hd_queue_put_timed(&queue, item_of(3), SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK(hd_queue_size(&queue) == 2 && waiting(&queue) == 0);
  CHECK(got(&queue) == 1);
  CHECK_OK(hd_queue_get_try(&queue, &item));
  CHECK(item == item_of(2));
  CHECK_OK(hd_queue_destroy(&queue));
}

static void refuses_misuse(void) {
  void *item;
  CHECK_ERROR(hd_queue_init(&queue, (enum hd_queue_order)7, 0, "none"), HD_ERROR_INVALID);
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 0, "misused"));
  CHECK_ERROR(hd_queue_put_timed(&queue, NULL, -2), HD_ERROR_INVALID);
  CHECK_ERROR(hd_queue_get_timed(&queue, &item, INT64_MIN), HD_ERROR_INVALID);
  CHECK_ERROR(hd_queue_join_timed(&queue, -5), HD_ERROR_INVALID);
  CHECK_ERROR(hd_queue_task_done(&queue), HD_ERROR_ALL_DONE);
  CHECK_OK(hd_queue_put(&queue, NULL));
  CHECK_OK(hd_queue_task_done(&queue)); /* as in Python, also before it was got */
  CHECK_ERROR(hd_queue_task_done(&queue), HD_ERROR_ALL_DONE);
  CHECK(got(&queue) == 0);
  CHECK_OK(hd_queue_destroy(&queue));
}

static void works_when_only_declared(void) {
  static struct hd_queue declared, bounded = HD_QUEUE_INIT(HD_QUEUE_LIFO, 1);
  for (int i = 0; i < 40; i++) CHECK_OK(hd_queue_put(&declared, item_of(i)));
  for (int i = 0; i < 40; i++) CHECK(got(&declared) == i);
  CHECK_OK(hd_queue_put(&bounded, NULL));
  CHECK_ERROR(hd_queue_put_try(&bounded, NULL), HD_ERROR_FULL);
  CHECK_OK(hd_queue_destroy(&declared));
  CHECK_OK(hd_queue_destroy(&bounded));
  CHECK(hd_queue_is_empty(&bounded));
}

/* Getters that wait are served in the order in which they came; so are putters, and nobody overtakes either. */
static int64_t received[8];
struct place {
  struct bunch bunch;
  int number;
};
static void *get_at_place(void *argument) {
  struct place *place = argument;
  received[place->number] = got(&queue);
  return NULL;
}
static void *put_at_place(void *argument) {
  struct place *place = argument;
  CHECK_OK(hd_queue_put_timed(&queue, item_of(100 + place->number), LONG_NS));
  return NULL;
}
static void queue_up(struct place places[8], void *(*routine)(void *)) {
  for (int i = 0; i < 8; i++) {
    places[i].number = i;
    bunch_start(&places[i].bunch, 1, routine, &places[i]);
    UNTIL(waiting(&queue) == i + 1);
  }
}

static void serves_first_who_came_first(void) {
  struct place places[8];
  void *item;
  for (int order = HD_QUEUE_FIFO; order <= HD_QUEUE_PRIORITY; order++) {
    CHECK_OK(hd_queue_init(&queue, (enum hd_queue_order)order, 1, "fair"));
    queue_up(places, get_at_place);
    CHECK_ERROR(hd_queue_destroy(&queue), HD_ERROR_BUSY);
    for (int i = 0; i < 8; i++) CHECK_OK(hd_queue_put_try(&queue, item_of(i + 1)));
    CHECK_ERROR(hd_queue_get_try(&queue, &item), HD_ERROR_EMPTY); /* those were theirs, whether they run yet or not */
    for (int i = 0; i < 8; i++) bunch_join(&places[i].bunch);
    for (int i = 0; i < 8; i++) CHECK(received[i] == i + 1);

    CHECK_OK(hd_queue_put(&queue, item_of(99)));
    queue_up(places, put_at_place);
    CHECK_ERROR(hd_queue_destroy(&queue), HD_ERROR_BUSY);
    for (int i = 99; i < 107; i++) {
      CHECK(got(&queue) == i);
      CHECK_ERROR(hd_queue_put_try(&queue, NULL), HD_ERROR_FULL);
    }
    for (int i = 0; i < 8; i++) bunch_join(&places[i].bunch);
    CHECK(got(&queue) == 107);
    CHECK_OK(hd_queue_destroy(&queue));
  }
}

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

/* Who got the last item may destroy the queue, though who put it has not returned yet. */
static void *put_and_forget(void *argument) {
  CHECK_OK(hd_queue_put((struct hd_queue *)argument, argument));
  return NULL;
}
static void *finish_and_forget(void *argument) {
  CHECK_OK(hd_queue_task_done((struct hd_queue *)argument));
  return NULL;
}
static void may_be_freed_by_its_last_user(void) {
  for (int i = 0; i < 100; i++) {
    struct hd_queue *own = malloc(sizeof *own);
    struct bunch bunch, finisher;
    void *item;
    CHECK_OK(hd_queue_init(own, HD_QUEUE_FIFO, i % 2, NULL));
    bunch_start(&bunch, 1, put_and_forget, own);
    CHECK_OK(hd_queue_get(own, &item));
    CHECK(item == own);
    bunch_start(&finisher, 1, finish_and_forget, own);
    CHECK_OK(hd_queue_join(own));
    CHECK_OK(hd_queue_destroy(own));
    free(own);
    bunch_join(&bunch);
    bunch_join(&finisher);
  }
}

static int message;
static void *write_and_put(void *unused) {
  message = 42;
  CHECK_OK(hd_queue_put(&queue, &message));
  return unused;
}
static void hands_over_memory(void) {
  struct bunch bunch;
  void *item;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 0, NULL));
  bunch_start(&bunch, 1, write_and_put, NULL);
  CHECK_OK(hd_queue_get(&queue, &item));
  CHECK(*(int *)item == 42);
  bunch_join(&bunch);
  CHECK_OK(hd_queue_destroy(&queue));
}

int main(void) {
  keeps_its_order();
  equal_priorities_keep_the_order_of_their_puts();
  grows_wherever_it_begins();
  says_full_and_empty();
  refuses_misuse();
  works_when_only_declared();
  serves_first_who_came_first();
  joins_when_all_is_done();
  shuts_down();
  shut_down_immediately_it_forgets();
  loses_nothing();
  may_be_freed_by_its_last_user();
  hands_over_memory();
  return 0;
}
