#include "begin-test.h"
#include "items.h"
#include <sys/resource.h>
#include <sys/wait.h>

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

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) /* they need all the address space that there is */
static void put_until_there_is_no_room(void) {
  struct rlimit limit = {.rlim_cur = 64 << 20, .rlim_max = RLIM_INFINITY};
  int64_t count = 0;
  int result;
  CHECK_OK(hd_queue_init(&queue, HD_QUEUE_FIFO, 0, NULL));
  CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
  while ((result = hd_queue_put(&queue, item_of(count))) == HD_OK) count++;
  CHECK_ERROR(result, HD_ERROR_NO_MEMORY);
  CHECK(hd_queue_size(&queue) == (size_t)count);
  CHECK(got(&queue) == 0);
  CHECK_OK(hd_queue_put(&queue, item_of(count++))); /* in its place */
  for (int64_t i = 1; i < count; i++) CHECK(got(&queue) == i);
  _exit(0);
}
static void says_when_memory_is_out(void) {
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) put_until_there_is_no_room();
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
#else
static void says_when_memory_is_out(void) {}
#endif

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
  begin_test();
  keeps_its_order();
  equal_priorities_keep_the_order_of_their_puts();
  grows_wherever_it_begins();
  says_full_and_empty();
  refuses_misuse();
  works_when_only_declared();
  serves_first_who_came_first();
  says_when_memory_is_out();
  may_be_freed_by_its_last_user();
  hands_over_memory();
  return 0;
}
