#include "tasks.h"

static struct hd_async_queue queue;

static void *item_of(int64_t number) { return (void *)(intptr_t)number; }
static int64_t got_try(void) {
  void *item = NULL;
  CHECK_OK(hd_async_queue_get_try(&queue, &item));
  return (int64_t)(intptr_t)item;
}
static void make(enum hd_queue_order order, size_t bound) { CHECK_OK(hd_async_queue_init(&queue, order, bound, NULL)); }
static void unmake(void) { CHECK_OK(hd_async_queue_destroy(&queue)); }

/* Notes the letter that it got. */
static int get(void *unused, void *nothing) {
  void *item;
  int result = hd_async_queue_get(&queue, &item);
  if (result == HD_OK) note((char)(intptr_t)item);
  return result;
}
static int put(void *letter, void *nothing) {
  int result = hd_async_queue_put(&queue, item_of(*(const char *)letter));
  if (result == HD_OK) note('+');
  return result;
}
/* How a task ended, with the runtime's own code if it returned one. */
static int code_of(struct hd_task *task) {
  int outcome = hd_await(task, NULL), error = 0;
  if (outcome == HD_ERROR_JOB_FAILED) CHECK_OK(hd_task_error(task, &error));
  hd_task_release(task);
  return error ? error : outcome;
}

static int orders(void *unused, void *nothing) {
  make(HD_QUEUE_FIFO, 0);
  for (int i = 1; i <= 40; i++) CHECK_OK(hd_async_queue_put(&queue, item_of(i)));
  CHECK(hd_async_queue_size(&queue) == 40 && !hd_async_queue_is_full(&queue) && !hd_async_queue_is_empty(&queue));
  for (int i = 1; i <= 40; i++) CHECK(got_try() == i);
  CHECK(hd_async_queue_is_empty(&queue));
  unmake();
  make(HD_QUEUE_LIFO, 3);
  for (int i = 1; i <= 3; i++) CHECK_OK(hd_async_queue_put_try(&queue, item_of(i)));
  CHECK(hd_async_queue_is_full(&queue));
  CHECK_ERROR(hd_async_queue_put_try(&queue, NULL), HD_ERROR_FULL);
  for (int i = 3; i >= 1; i--) CHECK(got_try() == i);
  unmake();
  make(HD_QUEUE_PRIORITY, 0);
  for (int i = 1; i <= 6; i++) CHECK_OK(hd_async_queue_put_priority(&queue, item_of(i), i % 3));
  CHECK(got_try() == 3 && got_try() == 6 && got_try() == 1 && got_try() == 4 && got_try() == 2 && got_try() == 5);
  void *item;
  CHECK_ERROR(hd_async_queue_get_try(&queue, &item), HD_ERROR_EMPTY);
  CHECK_ERROR(hd_async_queue_get_timed(&queue, &item, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_queue_get_timed(&queue, &item, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_queue_get_timed(&queue, &item, -2), HD_ERROR_INVALID);
  CHECK_ERROR(hd_async_queue_put_timed(&queue, NULL, -2), HD_ERROR_INVALID);
  unmake();
  CHECK_ERROR(hd_async_queue_init(&queue, (enum hd_queue_order)7, 0, NULL), HD_ERROR_INVALID);
  return 0;
}

/* Those who wait get what comes, in the order of coming; who comes later gets nothing of it. */
static int getters_are_served_in_order(void *unused, void *nothing) {
  struct hd_task tasks[4];
  void *item;
  make(HD_QUEUE_FIFO, 0);
  for (int i = 0; i < 3; i++) tasks[i] = spawn(get, NULL);
  turn();
  CHECK_ERROR(hd_async_queue_destroy(&queue), HD_ERROR_BUSY);
  CHECK_OK(hd_async_queue_put(&queue, item_of('a')));
  CHECK_OK(hd_async_queue_put(&queue, item_of('b')));
  CHECK_ERROR(hd_async_queue_get_try(&queue, &item), HD_ERROR_EMPTY); /* both have their takers */
  CHECK(hd_async_queue_size(&queue) == 2);
  tasks[3] = spawn(get, NULL);
  turns(2);
  CHECK_HAPPENED("ab");
  CHECK_OK(hd_async_queue_put(&queue, item_of('c')));
  CHECK_OK(hd_async_queue_put(&queue, item_of('d')));
  CHECK_OK(hd_async_queue_put(&queue, item_of('e')));
  CHECK(got_try() == 'c'); /* the one that is nobody's: there are more items than takers */
  for (int i = 0; i < 4; i++) CHECK_OK(end_of(&tasks[i]));
  CHECK_HAPPENED("de");
  unmake();
  return 0;
}

static int putters_are_served_in_order(void *unused, void *nothing) {
  struct hd_task tasks[3];
  make(HD_QUEUE_FIFO, 1);
  CHECK_OK(hd_async_queue_put(&queue, item_of('a')));
  for (int i = 0; i < 3; i++) tasks[i] = spawn(put, (void *)&"bcd"[i]);
  turn();
  CHECK_HAPPENED("");
  CHECK_ERROR(hd_async_queue_put_timed(&queue, NULL, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_queue_put_timed(&queue, NULL, 0), HD_ERROR_TIMEOUT);
  CHECK(got_try() == 'a');
  CHECK(!hd_async_queue_is_full(&queue));
  CHECK_ERROR(hd_async_queue_put_try(&queue, NULL), HD_ERROR_FULL); /* the room is the first putter's */
  for (int i = 0; i < 3; i++) {
    turn();
    CHECK(got_try() == "bcd"[i]);
  }
  for (int i = 0; i < 3; i++) CHECK_OK(end_of(&tasks[i]));
  CHECK_HAPPENED("+++");
  unmake();
  return 0;
}

/* An item that was set aside for a task which is cancelled before it runs goes to the next, or stays. */
static int items_of_cancelled_getters_are_not_lost(void *unused, void *nothing) {
  make(HD_QUEUE_FIFO, 0);
  struct hd_task first = spawn(get, NULL), second = spawn(get, NULL);
  turn();
  CHECK_OK(hd_async_queue_put(&queue, item_of('a')));
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(end_of(&second));
  CHECK_HAPPENED("a");
  first = spawn(get, NULL);
  turn();
  CHECK_OK(hd_async_queue_put(&queue, item_of('b')));
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK(got_try() == 'b');
  first = spawn(get, NULL), second = spawn(get, NULL); /* cancelled first, then put */
  turn();
  CHECK_OK(hd_task_cancel(&first));
  CHECK_OK(hd_async_queue_put(&queue, item_of('c')));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(end_of(&second));
  CHECK_HAPPENED("c");
  CHECK(hd_async_queue_is_empty(&queue));
  unmake();
  return 0;
}

static int room_of_cancelled_putters_is_not_lost(void *unused, void *nothing) {
  make(HD_QUEUE_FIFO, 1);
  CHECK_OK(hd_async_queue_put(&queue, item_of('a')));
  struct hd_task first = spawn(put, "b"), second = spawn(put, "c");
  turn();
  CHECK(got_try() == 'a');
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(end_of(&second));
  CHECK_HAPPENED("+");
  CHECK(got_try() == 'c');

  CHECK_OK(hd_async_queue_put(&queue, item_of('d')));
  first = spawn(put, "e");
  turn();
  CHECK(got_try() == 'd');
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(hd_async_queue_put_try(&queue, item_of('f')));
  CHECK(got_try() == 'f');
  CHECK_HAPPENED("");
  unmake();
  return 0;
}

enum { ITEMS = 200, PRODUCERS = 3, CONSUMERS = 4 };
static int64_t sum;
static int produce(void *unused, void *nothing) {
  for (int i = 1; i <= ITEMS; i++) {
    CHECK_OK(hd_async_queue_put(&queue, item_of(i)));
    if (i % 7 == 0) turn();
  }
  return 0;
}
static int consume(void *unused, void *nothing) {
  void *item;
  int result;
  while ((result = hd_async_queue_get(&queue, &item)) == HD_OK) {
    sum += (intptr_t)item;
    if ((intptr_t)item % 5 == 0) turn();
    CHECK_OK(hd_async_queue_task_done(&queue));
  }
  return result == HD_ERROR_SHUT_DOWN ? 0 : result;
}
static int many_to_many(void *unused, void *nothing) {
  struct hd_task producers[PRODUCERS], consumers[CONSUMERS];
  make(HD_QUEUE_FIFO, 5);
  for (int i = 0; i < CONSUMERS; i++) consumers[i] = spawn(consume, NULL);
  for (int i = 0; i < PRODUCERS; i++) producers[i] = spawn(produce, NULL);
  for (int i = 0; i < PRODUCERS; i++) CHECK_OK(end_of(&producers[i]));
  CHECK_OK(hd_async_queue_join(&queue));
  CHECK(sum == PRODUCERS * ITEMS * (ITEMS + 1) / 2);
  CHECK_OK(hd_async_queue_shutdown(&queue, false));
  for (int i = 0; i < CONSUMERS; i++) CHECK_OK(end_of(&consumers[i]));
  unmake();
  return 0;
}

static int join_it(void *letter, void *nothing) {
  int result = hd_async_queue_join(&queue);
  if (result == HD_OK) note(*(const char *)letter);
  return result;
}
static int joins(void *unused, void *nothing) {
  make(HD_QUEUE_FIFO, 0);
  CHECK_OK(hd_async_queue_join(&queue)); /* nothing was put */
  CHECK_ERROR(hd_async_queue_task_done(&queue), HD_ERROR_ALL_DONE);
  CHECK_OK(hd_async_queue_put(&queue, item_of('a')));
  CHECK_OK(hd_async_queue_put(&queue, item_of('b')));
  CHECK_ERROR(hd_async_queue_join_timed(&queue, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_queue_join_timed(&queue, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_queue_join_timed(&queue, -2), HD_ERROR_INVALID);
  struct hd_task first = spawn(join_it, "1"), second = spawn(join_it, "2"), doomed = spawn(join_it, "3");
  turn();
  CHECK_ERROR(hd_async_queue_destroy(&queue), HD_ERROR_BUSY);
  CHECK(got_try() == 'a' && got_try() == 'b');
  CHECK_OK(hd_async_queue_task_done(&queue));
  CHECK_OK(hd_task_cancel(&doomed));
  turns(2);
  CHECK_HAPPENED("");
  CHECK_OK(hd_async_queue_task_done(&queue));
  CHECK_OK(end_of(&first));
  CHECK_OK(end_of(&second));
  CHECK_ERROR(end_of(&doomed), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("12");
  CHECK_ERROR(hd_async_queue_task_done(&queue), HD_ERROR_ALL_DONE);
  unmake();
  return 0;
}

static int shuts_down(void *unused, void *nothing) {
  void *item;
  make(HD_QUEUE_FIFO, 0);
  struct hd_task first = spawn(get, NULL), second = spawn(get, NULL);
  turn();
  CHECK_OK(hd_async_queue_put(&queue, item_of('a'))); /* the first one's, which it gets all the same */
  CHECK(!hd_async_queue_is_shut_down(&queue));
  CHECK_OK(hd_async_queue_shutdown(&queue, false));
  CHECK(hd_async_queue_is_shut_down(&queue));
  CHECK(code_of(&first) == HD_OK);
  CHECK(code_of(&second) == HD_ERROR_SHUT_DOWN);
  CHECK_HAPPENED("a");
  CHECK_ERROR(hd_async_queue_put(&queue, NULL), HD_ERROR_SHUT_DOWN);
  CHECK_ERROR(hd_async_queue_put_try(&queue, NULL), HD_ERROR_SHUT_DOWN);
  CHECK_ERROR(hd_async_queue_get(&queue, &item), HD_ERROR_SHUT_DOWN);
  CHECK_ERROR(hd_async_queue_get_try(&queue, &item), HD_ERROR_SHUT_DOWN);
  CHECK_OK(hd_async_queue_shutdown(&queue, true));
  CHECK_OK(hd_async_queue_task_done(&queue));
  CHECK_OK(hd_async_queue_join(&queue));
  unmake();

  make(HD_QUEUE_FIFO, 1); /* what is in it can still be got; who waits to put gets nothing in */
  CHECK_OK(hd_async_queue_put(&queue, item_of('b')));
  first = spawn(put, "c");
  turn();
  CHECK_OK(hd_async_queue_shutdown(&queue, false));
  CHECK(code_of(&first) == HD_ERROR_SHUT_DOWN);
  CHECK(got_try() == 'b');
  CHECK_ERROR(hd_async_queue_get_try(&queue, &item), HD_ERROR_SHUT_DOWN);
  unmake();

  make(HD_QUEUE_FIFO, 1); /* room was made for it, and then it was shut down before it ran */
  CHECK_OK(hd_async_queue_put(&queue, item_of('d')));
  first = spawn(put, "e");
  turn();
  CHECK(got_try() == 'd');
  CHECK_OK(hd_async_queue_shutdown(&queue, false));
  CHECK(code_of(&first) == HD_ERROR_SHUT_DOWN);
  CHECK(hd_async_queue_is_empty(&queue));
  unmake();
  CHECK_HAPPENED("");
  return 0;
}

static int shuts_down_immediately(void *unused, void *nothing) {
  void *item;
  make(HD_QUEUE_FIFO, 0);
  for (int i = 0; i < 3; i++) CHECK_OK(hd_async_queue_put(&queue, NULL));
  struct hd_task joiner = spawn(join_it, "j");
  turn();
  CHECK(got_try() == 0);
  CHECK_OK(hd_async_queue_shutdown(&queue, true));
  CHECK(hd_async_queue_is_empty(&queue));
  CHECK_ERROR(hd_async_queue_get(&queue, &item), HD_ERROR_SHUT_DOWN);
  turns(2);
  CHECK_HAPPENED(""); /* the one that was got is not done */
  CHECK_OK(hd_async_queue_task_done(&queue));
  CHECK_OK(end_of(&joiner));
  CHECK_HAPPENED("j");
  unmake();

  make(HD_QUEUE_FIFO, 0); /* what was set aside for a getter is forgotten before it runs */
  struct hd_task getter = spawn(get, NULL), cancelled = spawn(get, NULL);
  turn();
  CHECK_OK(hd_async_queue_put(&queue, item_of('a')));
  CHECK_OK(hd_async_queue_put(&queue, item_of('b')));
  CHECK_OK(hd_async_queue_shutdown(&queue, true));
  CHECK_OK(hd_task_cancel(&cancelled));
  CHECK(code_of(&getter) == HD_ERROR_SHUT_DOWN);
  CHECK(code_of(&cancelled) == HD_ERROR_CANCELLED);
  CHECK_OK(hd_async_queue_join(&queue));
  unmake();
  return 0;
}

static void *put_elsewhere(void *unused) {
  CHECK_ERROR(hd_async_queue_put_try(&queue, NULL), HD_ERROR_OTHER_LOOP);
  CHECK_ERROR(hd_async_queue_shutdown(&queue, false), HD_ERROR_OTHER_LOOP);
  return unused;
}
static int is_for_one_loop(void *unused, void *nothing) {
  make(HD_QUEUE_FIFO, 0);
  struct hd_task getter = spawn(get, NULL);
  turn();
  elsewhere(put_elsewhere, NULL);
  CHECK_OK(hd_async_queue_put_try(&queue, item_of('a')));
  CHECK_OK(end_of(&getter));
  CHECK_HAPPENED("a");
  unmake();
  return 0;
}

int main(void) {
  void *item;
  make(HD_QUEUE_FIFO, 1); /* outside of a task: all that does not wait */
  CHECK_OK(hd_async_queue_put(&queue, item_of(1)));
  CHECK_ERROR(hd_async_queue_put(&queue, item_of(2)), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_async_queue_join(&queue), HD_ERROR_NO_TASK);
  CHECK_OK(hd_async_queue_get(&queue, &item));
  CHECK_ERROR(hd_async_queue_get(&queue, &item), HD_ERROR_NO_TASK);
  unmake();
  in_loop(orders);
  in_loop(getters_are_served_in_order);
  in_loop(putters_are_served_in_order);
  in_loop(items_of_cancelled_getters_are_not_lost);
  in_loop(room_of_cancelled_putters_is_not_lost);
  in_loop(many_to_many);
  in_loop(joins);
  in_loop(shuts_down);
  in_loop(shuts_down_immediately);
  in_loop(is_for_one_loop);
  return 0;
}
