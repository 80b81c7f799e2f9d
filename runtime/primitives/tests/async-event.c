#include "tasks.h"

static struct hd_async_event event = HD_ASYNC_EVENT_INIT;

static int wait_for_it(void *letter, void *unused) {
  int result = hd_async_event_wait(&event);
  if (result == HD_OK) note(*(const char *)letter);
  return result;
}

static int wakes_all_that_wait(void *unused, void *nothing) {
  struct hd_task tasks[3];
  hd_async_event_init(&event, "event");
  CHECK(!hd_async_event_is_set(&event));
  for (int i = 0; i < 3; i++) tasks[i] = spawn(wait_for_it, (void *)&"abc"[i]);
  turns(2);
  CHECK_HAPPENED("");
  CHECK_ERROR(hd_async_event_destroy(&event), HD_ERROR_BUSY);
  CHECK_OK(hd_async_event_set(&event));
  CHECK_OK(hd_async_event_set(&event));
  CHECK(hd_async_event_is_set(&event));
  CHECK_OK(hd_async_event_wait(&event)); /* nobody waits while it is up */
  CHECK_HAPPENED("");
  for (int i = 0; i < 3; i++) CHECK_OK(end_of(&tasks[i]));
  CHECK_HAPPENED("abc");
  hd_async_event_clear(&event);
  CHECK(!hd_async_event_is_set(&event));
  CHECK_OK(hd_async_event_destroy(&event));
  return 0;
}

/* Also when it is cleared before they run. */
static int wakes_them_for_a_moment(void *unused, void *nothing) {
  struct hd_task first = spawn(wait_for_it, "a"), late;
  turn();
  CHECK_OK(hd_async_event_set(&event));
  hd_async_event_clear(&event);
  late = spawn(wait_for_it, "b");
  CHECK_OK(end_of(&first));
  turns(2);
  CHECK_HAPPENED("a");
  CHECK_OK(hd_task_cancel(&late));
  CHECK_ERROR(end_of(&late), HD_ERROR_CANCELLED);
  return 0;
}

static int times_out(void *unused, void *nothing) {
  CHECK_ERROR(hd_async_event_wait_timed(&event, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_event_wait_timed(&event, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_event_wait_timed(&event, -7), HD_ERROR_INVALID);
  CHECK_OK(hd_async_event_set(&event));
  CHECK_OK(hd_async_event_wait_timed(&event, 0));
  hd_async_event_clear(&event);
  return 0;
}

static int a_cancelled_waiter_leaves(void *unused, void *nothing) {
  struct hd_task first = spawn(wait_for_it, "a"), second = spawn(wait_for_it, "b");
  turn();
  CHECK_OK(hd_task_cancel(&first));
  CHECK_OK(hd_async_event_set(&event));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(end_of(&second));
  CHECK_HAPPENED("b");
  hd_async_event_clear(&event);
  return 0;
}

static void set_it(void *unused) { CHECK_OK(hd_async_event_set(&event)); }
static void *set_elsewhere(void *loop) {
  CHECK_ERROR(hd_async_event_set(&event), HD_ERROR_OTHER_LOOP);
  CHECK_ERROR(hd_async_event_wait(&event), HD_ERROR_OTHER_LOOP);
  CHECK_OK(hd_loop_call_soon_threadsafe(loop, set_it, NULL, NULL));
  return NULL;
}
static int another_thread_asks_the_loop(void *unused, void *nothing) {
  struct hd_loop loop;
  struct hd_task task = spawn(wait_for_it, "a");
  turn();
  CHECK_OK(hd_loop_current(&loop));
  elsewhere(set_elsewhere, &loop);
  CHECK(!hd_async_event_is_set(&event));
  CHECK_OK(end_of(&task));
  CHECK_HAPPENED("a");
  hd_loop_release(&loop);
  hd_async_event_clear(&event);
  return 0;
}

int main(void) {
  CHECK_ERROR(hd_async_event_wait(&event), HD_ERROR_NO_TASK);
  CHECK_OK(hd_async_event_set(&event));
  CHECK_OK(hd_async_event_wait(&event));
  hd_async_event_clear(&event);
  in_loop(wakes_all_that_wait);
  in_loop(wakes_them_for_a_moment);
  in_loop(times_out);
  in_loop(a_cancelled_waiter_leaves);
  in_loop(another_thread_asks_the_loop);
  return 0;
}
