#include "tasks.h"

static struct hd_async_lock lock = HD_ASYNC_LOCK_INIT;

/* Notes its letter when it has the lock, which it keeps for a turn. */
static int hold(void *letter, void *unused) {
  int result = hd_async_lock_acquire(&lock);
  if (result != HD_OK) return result;
  note(*(const char *)letter);
  int slept = hd_task_sleep(0);
  CHECK_OK(hd_async_lock_release(&lock));
  return slept;
}

static int takes_and_gives_back(void *unused, void *nothing) {
  CHECK(!hd_async_lock_is_held(&lock));
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK(hd_async_lock_is_held(&lock));
  CHECK_ERROR(hd_async_lock_try(&lock), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_async_lock_destroy(&lock), HD_ERROR_BUSY);
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_ERROR(hd_async_lock_release(&lock), HD_ERROR_NOT_LOCKED);
  CHECK_OK(hd_async_lock_try(&lock));
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_OK(hd_async_lock_acquire_timed(&lock, 0));
  CHECK_ERROR(hd_async_lock_acquire_timed(&lock, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_lock_acquire_timed(&lock, SHORT_NS), HD_ERROR_TIMEOUT); /* not re-entrant */
  CHECK_ERROR(hd_async_lock_acquire_timed(&lock, -2), HD_ERROR_INVALID);
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK(!hd_async_lock_is_held(&lock));
  CHECK_OK(hd_async_lock_destroy(&lock));
  return 0;
}

static int serves_in_the_order_of_coming(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  struct hd_task tasks[3];
  for (int i = 0; i < 3; i++) tasks[i] = spawn(hold, (void *)&"abc"[i]);
  turns(2);
  CHECK_HAPPENED("");
  CHECK_OK(hd_async_lock_release(&lock));
  /* Nobody overtakes: the lock is given to the first who waits, though that has not run yet. */
  CHECK_ERROR(hd_async_lock_try(&lock), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_async_lock_release(&lock), HD_ERROR_NOT_LOCKED);
  CHECK_OK(hd_async_lock_acquire(&lock));
  note('d');
  CHECK_OK(hd_async_lock_release(&lock));
  for (int i = 0; i < 3; i++) CHECK_OK(end_of(&tasks[i]));
  CHECK_HAPPENED("abcd");
  return 0;
}

static int release_it(void *unused, void *nothing) { return hd_async_lock_release(&lock); }
static int any_task_may_release(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  struct hd_task other = spawn(release_it, NULL);
  CHECK_OK(end_of(&other));
  CHECK(!hd_async_lock_is_held(&lock));
  return 0;
}

static int a_cancelled_waiter_leaves(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  struct hd_task first = spawn(hold, "a"), second = spawn(hold, "b");
  turn();
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK(hd_async_lock_is_held(&lock));
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_OK(end_of(&second));
  CHECK_HAPPENED("b");
  return 0;
}

/* The lock was given to a task that is cancelled before it runs: the next one gets it. */
static int what_was_given_to_a_cancelled_task_goes_on(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  struct hd_task first = spawn(hold, "a"), second = spawn(hold, "b"), third = spawn(hold, "c");
  turn();
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(end_of(&second));
  CHECK_OK(end_of(&third));
  CHECK_HAPPENED("bc");
  CHECK(!hd_async_lock_is_held(&lock));

  CHECK_OK(hd_async_lock_acquire(&lock)); /* and with nobody behind it, the lock is free */
  struct hd_task only = spawn(hold, "a");
  turn();
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_OK(hd_task_cancel(&only));
  CHECK_ERROR(end_of(&only), HD_ERROR_CANCELLED);
  CHECK(!hd_async_lock_is_held(&lock));
  return 0;
}

/* The other way round: cancelled, and then released before it has run. */
static int a_cancelled_task_is_given_nothing(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  struct hd_task first = spawn(hold, "a"), second = spawn(hold, "b");
  turn();
  CHECK_OK(hd_task_cancel(&first));
  CHECK_OK(hd_async_lock_release(&lock));
  turn();
  CHECK_OK(end_of(&second));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("b");
  return 0;
}

/* All in a row are cancelled but the last. */
static int many_cancelled(void *unused, void *nothing) {
  enum { COUNT = 20 };
  struct hd_task tasks[COUNT];
  CHECK_OK(hd_async_lock_acquire(&lock));
  for (int i = 0; i < COUNT; i++) tasks[i] = spawn(hold, (void *)(i == COUNT - 1 ? "z" : "a"));
  turn();
  CHECK_OK(hd_async_lock_release(&lock));
  for (int i = 0; i < COUNT - 1; i++) CHECK_OK(hd_task_cancel(&tasks[i]));
  CHECK_OK(end_of(&tasks[COUNT - 1]));
  CHECK_HAPPENED("z");
  for (int i = 0; i < COUNT - 1; i++) CHECK_ERROR(end_of(&tasks[i]), HD_ERROR_CANCELLED);
  CHECK(!hd_async_lock_is_held(&lock));
  return 0;
}

static int hold_timed(void *letter, void *unused) {
  int result = hd_async_lock_acquire_timed(&lock, SHORT_NS);
  note(result == HD_OK ? *(const char *)letter : 't');
  return result == HD_OK ? hd_async_lock_release(&lock) : 0;
}
static int times_out(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  struct hd_task timed = spawn(hold_timed, "a"), patient = spawn(hold, "b");
  CHECK_OK(end_of(&timed));
  CHECK_HAPPENED("t");
  struct hd_task lucky = spawn(hold_timed, "c");
  turn();
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_OK(end_of(&patient));
  CHECK_OK(end_of(&lucky));
  CHECK_HAPPENED("bc");

  struct hd_timeout timeout; /* a scope does the same */
  CHECK_OK(hd_async_lock_acquire(&lock));
  CHECK_OK(hd_timeout_begin(&timeout, SHORT_NS));
  CHECK_ERROR(hd_timeout_end(&timeout, hd_async_lock_acquire(&lock)), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK(!hd_async_lock_is_held(&lock));
  return 0;
}

static void *acquire_elsewhere(void *unused) {
  CHECK_ERROR(hd_async_lock_acquire(&lock), HD_ERROR_OTHER_LOOP);
  CHECK_ERROR(hd_async_lock_release(&lock), HD_ERROR_OTHER_LOOP);
  return unused;
}
static int is_for_one_loop(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  struct hd_task task = spawn(hold, "a");
  turn();
  elsewhere(acquire_elsewhere, NULL);
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_OK(end_of(&task));
  CHECK_HAPPENED("a");
  return 0;
}

/* Blocks that are left by any way give back what they took. */
static int with_blocks(void *unused, void *nothing) {
  static struct hd_async_semaphore permits = HD_ASYNC_SEMAPHORE_INIT(2);
  int result;
  HD_WITH_ASYNC_LOCK(&lock, result) {
    CHECK(hd_async_lock_is_held(&lock));
    note('a');
  }
  CHECK_OK(result);
  CHECK(!hd_async_lock_is_held(&lock));
  HD_WITH_ASYNC_LOCK(&lock, result) {
    HD_WITH_ASYNC_PERMIT(&permits, result) {
      CHECK(hd_async_semaphore_permits(&permits) == 1);
      break;
    }
    CHECK(hd_async_semaphore_permits(&permits) == 2);
    CHECK(hd_async_lock_is_held(&lock));
    for (;;) { HD_WITH_ASYNC_PERMIT(&permits, result) goto out; }
  }
out:
  CHECK(!hd_async_lock_is_held(&lock));
  CHECK(hd_async_semaphore_permits(&permits) == 2);
  CHECK_HAPPENED("a");
  return 0;
}
static int hold_with(void *letter, void *unused) {
  int result;
  HD_WITH_ASYNC_LOCK(&lock, result) {
    note(*(const char *)letter);
    return 7;
  }
  return result;
}
static int with_blocks_that_are_cancelled(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lock));
  struct hd_task first = spawn(hold_with, "a"), second = spawn(hold_with, "b");
  turn();
  CHECK_OK(hd_task_cancel(&first));
  CHECK_ERROR(end_of(&first), HD_ERROR_CANCELLED);
  CHECK_OK(hd_async_lock_release(&lock));
  CHECK_ERROR(end_of(&second), HD_ERROR_JOB_FAILED);
  CHECK_HAPPENED("b");
  CHECK(!hd_async_lock_is_held(&lock));
  return 0;
}

int main(void) {
  CHECK_OK(hd_async_lock_acquire(&lock)); /* outside of a task, where nobody waits */
  CHECK_ERROR(hd_async_lock_acquire(&lock), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_async_lock_acquire_timed(&lock, SHORT_NS), HD_ERROR_NO_TASK);
  CHECK_OK(hd_async_lock_release(&lock));
  in_loop(takes_and_gives_back);
  in_loop(serves_in_the_order_of_coming);
  in_loop(any_task_may_release);
  in_loop(a_cancelled_waiter_leaves);
  in_loop(what_was_given_to_a_cancelled_task_goes_on);
  in_loop(a_cancelled_task_is_given_nothing);
  in_loop(many_cancelled);
  in_loop(times_out);
  in_loop(is_for_one_loop);
  in_loop(with_blocks);
  in_loop(with_blocks_that_are_cancelled);
  return 0;
}
