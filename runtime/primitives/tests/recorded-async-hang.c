/* Tasks that can never go on, each pair for another reason. The loop polls as if nothing were wrong; then the program gives up. Hungry
 * waits, too, but somebody who can still go on could give it something.
 *
 * expect: exit 1
 * expect: lost 0
 * expect: actors thread 1
 * expect: finding deadlock occurred alice,bob
 * expect: finding deadlock occurred holder,asker
 * expect: finding self-deadlock occurred twice
 * expect: finding deadlock occurred gatherer,gathered
 * expect: nofinding stuck
 */
#include "tasks.h"

static struct hd_async_lock savings, checking, lent, own;
static struct hd_async_queue plates;
static struct hd_task asker, gatherer;

static struct hd_task named(hd_task_routine *routine, const char *name) {
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, routine, NULL, 0, 0, name));
  return task;
}

/* Two locks, two orders. */
static int one_way(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&savings));
  turns(2);
  return hd_async_lock_acquire(&checking);
}
static int other_way(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&checking));
  turns(2);
  return hd_async_lock_acquire(&savings);
}

/* A lock is held while a task is awaited that needs it. */
static int ask(void *unused, void *nothing) { return hd_async_lock_acquire(&lent); }
static int hold(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&lent));
  asker = named(ask, "asker");
  return hd_await(&asker, NULL);
}

static int take_twice(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&own));
  return hd_async_lock_acquire(&own);
}

/* One that gathers, and is awaited by one of those that it gathers. */
static int await_gatherer(void *unused, void *nothing) { return hd_await(&gatherer, NULL); }
static int gather(void *unused, void *nothing) {
  struct hd_task tasks[2] = {named(await_gatherer, "gathered"), named(ask, "free")};
  CHECK_OK(hd_task_cancel(&tasks[1]));
  int outcomes[2];
  return hd_gather(tasks, 2, NULL, outcomes);
}

static int eat(void *unused, void *nothing) {
  void *plate;
  return hd_async_queue_get(&plates, &plate);
}

static int watch(void *unused, void *nothing) {
  CHECK_OK(hd_async_queue_init(&plates, HD_QUEUE_FIFO, 0, "plates"));
  hd_async_lock_init(&savings, "savings");
  hd_async_lock_init(&checking, "checking");
  hd_async_lock_init(&lent, "lent");
  hd_async_lock_init(&own, "own");
  named(one_way, "alice");
  named(other_way, "bob");
  named(hold, "holder");
  named(take_twice, "twice");
  named(eat, "hungry");
  gatherer = named(gather, "gatherer");
  CHECK_OK(hd_task_sleep(700 * HD_MILLISECOND_NS));
  _exit(1);
}

int main(void) { return hd_loop_run(watch, NULL, NULL, 0, NULL); }
