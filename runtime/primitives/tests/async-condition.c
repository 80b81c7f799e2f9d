#include "tasks.h"

static struct hd_async_lock lock = HD_ASYNC_LOCK_INIT;
static struct hd_async_condition condition = HD_ASYNC_CONDITION_INIT(&lock);

/* Notes its letter when it was notified; the lock is held whatever happens. */
static int wait_once(void *letter, void *unused) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  int result = hd_async_condition_wait(&condition);
  CHECK(hd_async_lock_is_held(&lock));
  if (result == HD_OK) note(*(const char *)letter);
  CHECK_OK(hd_async_lock_release(&lock));
  return result;
}
static void notify(uint32_t count) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK_OK(hd_async_condition_notify(&condition, count));
  CHECK_OK(hd_async_lock_release(&lock));
}

static int wakes_the_longest_waiting_first(void *unused, void *nothing) {
  struct hd_task tasks[6];
  for (int i = 0; i < 6; i++) tasks[i] = spawn(wait_once, (void *)&"abcdef"[i]);
  turns(2);
  CHECK(!hd_async_lock_is_held(&lock));
  CHECK_ERROR(hd_async_condition_destroy(&condition), HD_ERROR_BUSY);
  notify(0);
  turns(3);
  CHECK_HAPPENED("");
  notify(1);
  turns(3);
  CHECK_HAPPENED("a");
  notify(2);
  turns(4);
  CHECK_HAPPENED("bc");
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK_OK(hd_async_condition_notify_all(&condition));
  turns(3);
  CHECK_HAPPENED(""); /* they must acquire the lock first */
  CHECK_OK(hd_async_lock_release(&lock));
  for (int i = 0; i < 6; i++) CHECK_OK(end_of(&tasks[i]));
  CHECK_HAPPENED("def");
  return 0;
}

static int a_notification_without_a_waiter_is_lost(void *unused, void *nothing) {
  notify(5);
  struct hd_task task = spawn(wait_once, "a");
  turns(3);
  CHECK_HAPPENED("");
  notify(UINT32_MAX); /* more than there are */
  CHECK_OK(end_of(&task));
  struct hd_task late = spawn(wait_once, "b");
  turns(3);
  CHECK_HAPPENED("a");
  notify(1);
  CHECK_OK(end_of(&late));
  CHECK_HAPPENED("b");
  return 0;
}

static int is_for_the_holder(void *unused, void *nothing) {
  CHECK_ERROR(hd_async_condition_wait(&condition), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_async_condition_wait_timed(&condition, 0), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_async_condition_notify(&condition, 1), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_async_condition_notify_all(&condition), HD_ERROR_NOT_OWNER);
  return 0;
}
static int nobody_else_may(void *unused, void *nothing) {
  is_for_the_holder(NULL, NULL);
  CHECK_OK(hd_async_lock_acquire(&lock));
  struct hd_task other = spawn(is_for_the_holder, NULL); /* it is held, but by another task */
  CHECK_OK(end_of(&other));
  CHECK_ERROR(hd_async_condition_wait_timed(&condition, -3), HD_ERROR_INVALID);
  CHECK_OK(hd_async_lock_release(&lock));
  return 0;
}

static int times_out(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK_ERROR(hd_async_condition_wait_timed(&condition, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_condition_wait_timed(&condition, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(hd_async_lock_is_held(&lock));
  struct hd_timeout timeout;
  CHECK_OK(hd_timeout_begin(&timeout, SHORT_NS));
  CHECK_ERROR(hd_timeout_end(&timeout, hd_async_condition_wait(&condition)), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_OK(hd_async_condition_destroy(&condition));
  return 0;
}

static int a_cancelled_waiter_has_the_lock(void *unused, void *nothing) {
  struct hd_task first = spawn(wait_once, "a"), second = spawn(wait_once, "b");
  turns(2);
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  notify(1);
  CHECK_OK(end_of(&second));
  CHECK_HAPPENED("b");
  return 0;
}

/* Notified, and cancelled before it runs: the next one is notified instead. */
static int a_notification_for_a_cancelled_task_goes_on(void *unused, void *nothing) {
  struct hd_task first = spawn(wait_once, "a"), second = spawn(wait_once, "b"), third = spawn(wait_once, "c");
  turns(2);
  notify(1);
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(end_of(&second));
  turns(3);
  CHECK_HAPPENED("b");
  notify(1);
  CHECK_OK(end_of(&third));
  CHECK_HAPPENED("c");
  return 0;
}

/* Notified, and cancelled (more than once) while it waits for the lock: it learns of that when it has the lock, and the next one is
 * notified instead. */
static int cancelled_while_it_acquires_again(void *unused, void *nothing) {
  struct hd_task first = spawn(wait_once, "a"), second = spawn(wait_once, "b");
  turns(2);
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK_OK(hd_async_condition_notify(&condition, 1));
  turns(2);
  CHECK_OK(hd_task_cancel(&first));
  turns(2);
  CHECK_OK(hd_task_cancel(&first));
  turns(2);
  CHECK(!hd_task_is_done(&first)); /* it waits for the lock all the same */
  CHECK_HAPPENED("");
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(end_of(&second));
  CHECK_HAPPENED("b");
  return 0;
}

static int stock;
static bool has_stock(void *least) { return stock >= *(int *)least; }
static int wait_for_stock(void *least, void *unused) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  int result = hd_async_condition_wait_for(&condition, has_stock, least, HD_FOREVER);
  note((char)('0' + *(int *)least));
  CHECK_OK(hd_async_lock_release(&lock));
  return result;
}
static int waits_for_a_predicate(void *unused, void *nothing) {
  int least[] = {3, 1, 2};
  struct hd_task tasks[3];
  for (int i = 0; i < 3; i++) tasks[i] = spawn(wait_for_stock, &least[i]);
  turns(2);
  for (stock = 1; stock <= 3; stock++) {
    CHECK_OK(hd_async_lock_acquire(&lock));
    CHECK_OK(hd_async_condition_notify_all(&condition));
    CHECK_OK(hd_async_lock_release(&lock));
    turns(8);
    CHECK(happened[stock - 1] == '0' + stock && !happened[stock]);
  }
  CHECK_HAPPENED("123");
  for (int i = 0; i < 3; i++) CHECK_OK(end_of(&tasks[i]));

  int never = 100;
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK_ERROR(hd_async_condition_wait_for(&condition, has_stock, &never, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_condition_wait_for(&condition, has_stock, &never, 0), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_async_condition_wait_for(&condition, has_stock, &least[0], 0));
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_ERROR(hd_async_condition_wait_for(&condition, has_stock, &never, HD_FOREVER), HD_ERROR_NOT_OWNER);
  struct hd_task doomed = spawn(wait_for_stock, &never);
  turns(2);
  CHECK_OK(hd_task_cancel(&doomed));
  CHECK_ERROR(end_of(&doomed), HD_ERROR_CANCELLED);
  forget();
  CHECK(!hd_async_lock_is_held(&lock));
  return 0;
}

/* Two conditions on one lock: each wakes its own. */
static struct hd_async_condition other = HD_ASYNC_CONDITION_INIT(&lock);
static int wait_for_other(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK_OK(hd_async_condition_wait(&other));
  note('o');
  return hd_async_lock_release(&lock);
}
static int two_conditions(void *unused, void *nothing) {
  struct hd_task first = spawn(wait_for_other, NULL), second = spawn(wait_once, "a");
  turns(2);
  notify(1);
  CHECK_OK(end_of(&second));
  CHECK_HAPPENED("a");
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK_OK(hd_async_condition_notify_all(&other));
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_OK(end_of(&first));
  CHECK_HAPPENED("o");
  return 0;
}

int main(void) {
  hd_async_condition_init(&condition, &lock, "condition");
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK_ERROR(hd_async_condition_wait(&condition), HD_ERROR_NO_TASK);
  CHECK(hd_async_lock_is_held(&lock));
  CHECK_OK(hd_async_condition_notify(&condition, 1));
  CHECK_OK(hd_async_lock_release(&lock));
  in_loop(wakes_the_longest_waiting_first);
  in_loop(a_notification_without_a_waiter_is_lost);
  in_loop(nobody_else_may);
  in_loop(times_out);
  in_loop(a_cancelled_waiter_has_the_lock);
  in_loop(a_notification_for_a_cancelled_task_goes_on);
  in_loop(cancelled_while_it_acquires_again);
  in_loop(waits_for_a_predicate);
  in_loop(two_conditions);
  return 0;
}
