#include "tasks.h"

static struct hd_async_semaphore permits;

/* Notes its letter when it has a permit, and keeps it. */
static int take(void *letter, void *unused) {
  int result = hd_async_semaphore_acquire(&permits);
  if (result == HD_OK) note(*(const char *)letter);
  return result;
}

static int counts(void *unused, void *nothing) {
  CHECK_OK(hd_async_semaphore_init(&permits, 2, "permits"));
  CHECK_OK(hd_async_semaphore_acquire(&permits));
  CHECK_OK(hd_async_semaphore_try(&permits));
  CHECK(hd_async_semaphore_permits(&permits) == 0);
  CHECK_ERROR(hd_async_semaphore_try(&permits), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_async_semaphore_acquire_timed(&permits, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_semaphore_acquire_timed(&permits, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_semaphore_acquire_timed(&permits, -5), HD_ERROR_INVALID);
  CHECK_ERROR(hd_async_semaphore_release(&permits, 0), HD_ERROR_INVALID);
  CHECK_OK(hd_async_semaphore_release(&permits, 5)); /* more than it was made with */
  CHECK(hd_async_semaphore_permits(&permits) == 5);
  CHECK_ERROR(hd_async_semaphore_release(&permits, HD_SEMAPHORE_MAX), HD_ERROR_OVERFLOW);
  CHECK(hd_async_semaphore_permits(&permits) == 5);
  CHECK_OK(hd_async_semaphore_destroy(&permits));
  CHECK_ERROR(hd_async_semaphore_init(&permits, HD_SEMAPHORE_MAX + 1u, NULL), HD_ERROR_INVALID);
  return 0;
}

static int a_bounded_one_refuses_too_much(void *unused, void *nothing) {
  CHECK_OK(hd_async_semaphore_init_bounded(&permits, 2, NULL));
  CHECK_ERROR(hd_async_semaphore_release(&permits, 1), HD_ERROR_OVER_RELEASE);
  CHECK_OK(hd_async_semaphore_acquire(&permits));
  CHECK_ERROR(hd_async_semaphore_release(&permits, 2), HD_ERROR_OVER_RELEASE);
  CHECK_OK(hd_async_semaphore_release(&permits, 1));
  CHECK(hd_async_semaphore_permits(&permits) == 2);
  static struct hd_async_semaphore made = HD_ASYNC_SEMAPHORE_INIT_BOUNDED(0);
  CHECK_ERROR(hd_async_semaphore_release(&made, 1), HD_ERROR_OVER_RELEASE);
  return 0;
}

static int serves_in_the_order_of_coming(void *unused, void *nothing) {
  CHECK_OK(hd_async_semaphore_init(&permits, 1, NULL));
  struct hd_task tasks[5];
  for (int i = 0; i < 5; i++) tasks[i] = spawn(take, (void *)&"abcde"[i]);
  turn();
  CHECK_HAPPENED("a");
  CHECK_ERROR(hd_async_semaphore_destroy(&permits), HD_ERROR_BUSY);
  CHECK_OK(hd_async_semaphore_release(&permits, 2));
  /* They have them, though they have not run yet. */
  CHECK(hd_async_semaphore_permits(&permits) == 0);
  CHECK_ERROR(hd_async_semaphore_try(&permits), HD_ERROR_WOULD_BLOCK);
  struct hd_task late = spawn(take, "f");
  turns(2);
  CHECK_HAPPENED("bc");
  CHECK_OK(hd_async_semaphore_release(&permits, 4));
  CHECK(hd_async_semaphore_permits(&permits) == 1);
  turns(2);
  CHECK_HAPPENED("def");
  for (int i = 0; i < 5; i++) CHECK_OK(end_of(&tasks[i]));
  CHECK_OK(end_of(&late));
  return 0;
}

static int a_cancelled_waiter_leaves(void *unused, void *nothing) {
  CHECK_OK(hd_async_semaphore_init(&permits, 0, NULL));
  struct hd_task first = spawn(take, "a"), second = spawn(take, "b");
  turn();
  CHECK_OK(hd_task_cancel(&first));
  CHECK_OK(hd_async_semaphore_release(&permits, 1));
  CHECK_OK(end_of(&second));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("b");
  CHECK(hd_async_semaphore_permits(&permits) == 0);
  return 0;
}

static int what_was_given_to_a_cancelled_task_goes_on(void *unused, void *nothing) {
  CHECK_OK(hd_async_semaphore_init(&permits, 0, NULL));
  struct hd_task tasks[4];
  for (int i = 0; i < 4; i++) tasks[i] = spawn(take, (void *)&"abcd"[i]);
  turn();
  CHECK_OK(hd_async_semaphore_release(&permits, 2)); /* a and b */
  CHECK_OK(hd_task_cancel(&tasks[0]));
  CHECK_OK(hd_task_cancel(&tasks[1]));
  turns(3);
  CHECK_HAPPENED("cd");
  CHECK_ERROR(end_of(&tasks[0]), HD_ERROR_CANCELLED);
  CHECK_ERROR(end_of(&tasks[1]), HD_ERROR_CANCELLED);
  CHECK_OK(end_of(&tasks[2]));
  CHECK_OK(end_of(&tasks[3]));

  struct hd_task only = spawn(take, "e"); /* and back to all, when nobody waits */
  turn();
  CHECK_OK(hd_async_semaphore_release(&permits, 1));
  CHECK_OK(hd_task_cancel(&only));
  CHECK_ERROR(end_of(&only), HD_ERROR_CANCELLED);
  CHECK(hd_async_semaphore_permits(&permits) == 1);
  CHECK_HAPPENED("");
  return 0;
}

/* A cancelled waiter between two others must not stop those behind it. */
static int nobody_hangs_behind_a_cancelled_one(void *unused, void *nothing) {
  CHECK_OK(hd_async_semaphore_init(&permits, 1, NULL));
  CHECK_OK(hd_async_semaphore_acquire(&permits));
  struct hd_task first = spawn(take, "a"), second = spawn(take, "b");
  turn();
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(hd_async_semaphore_release(&permits, 1));
  CHECK_OK(end_of(&second));
  CHECK_OK(hd_async_semaphore_release(&permits, 1));
  CHECK_OK(hd_async_semaphore_acquire_timed(&permits, 0));
  CHECK_HAPPENED("b");
  return 0;
}

static int in_use, most_in_use;
static int use_one(void *unused, void *nothing) {
  for (int i = 0; i < 5; i++) {
    CHECK_OK(hd_async_semaphore_acquire(&permits));
    if (++in_use > most_in_use) most_in_use = in_use;
    turn();
    in_use--;
    CHECK_OK(hd_async_semaphore_release(&permits, 1));
  }
  return 0;
}
static int bounds_how_many(void *unused, void *nothing) {
  CHECK_OK(hd_async_semaphore_init_bounded(&permits, 3, NULL));
  struct hd_task tasks[12];
  for (int i = 0; i < 12; i++) tasks[i] = spawn(use_one, NULL);
  for (int i = 0; i < 12; i++) CHECK_OK(end_of(&tasks[i]));
  CHECK(most_in_use == 3 && in_use == 0);
  CHECK(hd_async_semaphore_permits(&permits) == 3);
  return 0;
}

static void give_one(void *unused) { CHECK_OK(hd_async_semaphore_release(&permits, 1)); }
static int a_callback_may_release(void *unused, void *nothing) {
  CHECK_OK(hd_async_semaphore_init(&permits, 0, NULL));
  CHECK_OK(hd_loop_call_later(NULL, HD_MILLISECOND_NS, give_one, NULL, NULL));
  CHECK_OK(hd_async_semaphore_acquire(&permits));
  return 0;
}

static void *release_elsewhere(void *unused) {
  CHECK_ERROR(hd_async_semaphore_release(&permits, 1), HD_ERROR_OTHER_LOOP);
  return unused;
}
static int is_for_one_loop(void *unused, void *nothing) {
  CHECK_OK(hd_async_semaphore_init(&permits, 0, NULL));
  struct hd_task task = spawn(take, "a");
  turn();
  elsewhere(release_elsewhere, NULL);
  CHECK_OK(hd_task_cancel(&task));
  CHECK_ERROR(end_of(&task), HD_ERROR_CANCELLED);
  return 0;
}

int main(void) {
  CHECK_OK(hd_async_semaphore_init(&permits, 1, NULL));
  CHECK_OK(hd_async_semaphore_acquire(&permits));
  CHECK_ERROR(hd_async_semaphore_acquire(&permits), HD_ERROR_NO_TASK);
  in_loop(counts);
  in_loop(a_bounded_one_refuses_too_much);
  in_loop(serves_in_the_order_of_coming);
  in_loop(a_cancelled_waiter_leaves);
  in_loop(what_was_given_to_a_cancelled_task_goes_on);
  in_loop(nobody_hangs_behind_a_cancelled_one);
  in_loop(bounds_how_many);
  in_loop(a_callback_may_release);
  in_loop(is_for_one_loop);
  return 0;
}
