/* What is built upon tasks, to be recorded.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors thread 2
 * expect: actor task keeper
 * expect: objects lock 1
 * expect: objects semaphore 1
 * expect: objects event 1
 * expect: objects condition 1
 * expect: objects barrier 1
 * expect: objects queue 1
 * expect: objects group 3
 * expect: acquisitions stove 5
 * expect: acquisitions berths 2
 * expect: passed 5 4 plates
 * expect: state locker wait-lock 120 -
 * expect: state ferry wait-semaphore 120 -
 * expect: state sleeper wait-event 120 -
 * expect: state cook wait-condition 120 -
 * expect: state runner wait-barrier 120 -
 * expect: state guest wait-queue 120 -
 * expect: state washer wait-queue 120 -
 * expect: state keeper wait-task 400 -
 * expect: state serve blocked 120 -
 * expect: state shop wait-task 120 -
 * expect: misuse -1004 1
 * expect: misuse -1005 2
 * expect: misuse -1006 1
 * expect: misuse -1015 1
 * expect: misuse -1017 2
 * expect: misuse -1026 1
 * expect: misuse -1042 1
 * expect: misuse -1046 1
 * expect: misuse -1052 1
 * expect: finding over-release occurred misuse
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include "tasks.h"

#define A_WHILE_NS (150 * HD_MILLISECOND_NS)

static struct hd_async_lock stove;
static struct hd_async_semaphore berths;
static struct hd_async_event bell;
static struct hd_async_condition hungry;
static struct hd_async_barrier line;
static struct hd_async_queue plates;

static struct hd_task named(hd_task_routine *routine, const char *name) {
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, routine, NULL, 0, sizeof(int), name));
  return task;
}

static int lock_it(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&stove));
  return hd_async_lock_release(&stove);
}
static int take_berth(void *unused, void *nothing) { return hd_async_semaphore_acquire(&berths); }
static int wait_for_bell(void *unused, void *nothing) { return hd_async_event_wait(&bell); }
static int wait_hungrily(void *unused, void *nothing) {
  CHECK_OK(hd_async_lock_acquire(&stove));
  CHECK_OK(hd_async_condition_wait(&hungry));
  return hd_async_lock_release(&stove);
}
static int run_line(void *unused, void *nothing) { return hd_async_barrier_wait(&line) == 0 ? 0 : 1; }
static int eat(void *unused, void *nothing) {
  void *plate;
  for (int i = 0; i < 2; i++) CHECK_OK(hd_async_queue_get(&plates, &plate));
  return hd_async_queue_task_done(&plates);
}
static int wash(void *unused, void *nothing) {
  for (int i = 0; i < 2; i++) CHECK_OK(hd_async_queue_put(&plates, &plates));
  return 0;
}

/* Each waits for a while, until the keeper does what it waits for. */
static int serve(void *unused, void *nothing) {
  struct hd_task tasks[] = {named(wait_hungrily, "cook"),    named(lock_it, "locker"),  named(take_berth, "ferry"),
                            named(wait_for_bell, "sleeper"), named(run_line, "runner"), named(eat, "guest")};
  CHECK_OK(hd_async_semaphore_acquire(&berths));
  turn();
  CHECK_OK(hd_async_lock_acquire(&stove)); /* locker has had it; now it is asked for again */
  struct hd_task locker = named(lock_it, "locker");
  CHECK_OK(hd_task_sleep(A_WHILE_NS));
  CHECK_OK(hd_async_condition_notify(&hungry, 1));
  CHECK_OK(hd_async_lock_release(&stove));
  CHECK_OK(hd_async_semaphore_release(&berths, 1));
  CHECK_OK(hd_async_event_set(&bell));
  CHECK(hd_async_barrier_wait(&line) == 1);
  CHECK_OK(hd_async_queue_put(&plates, &plates));
  CHECK_OK(hd_async_queue_put(&plates, &plates));
  CHECK_OK(hd_gather(tasks, 6, NULL, NULL));
  CHECK_OK(end_of(&locker));
  for (int i = 0; i < 6; i++) hd_task_release(&tasks[i]);
  return 0;
}

/* A queue that is full. */
static int wash_up(void *unused, void *nothing) {
  struct hd_task washer = named(wash, "washer");
  void *plate;
  CHECK_OK(hd_task_sleep(A_WHILE_NS));
  for (int i = 0; i < 2; i++) CHECK_OK(hd_async_queue_get(&plates, &plate));
  return end_of(&washer);
}

static int nap(void *unused, void *nothing) { return hd_task_sleep(A_WHILE_NS); }
static int fail_soon(void *unused, void *nothing) { return hd_task_sleep(SHORT_NS) == HD_OK ? 7 : 1; }
static int count(struct hd_async_generator *self, void *unused) {
  int result = HD_OK;
  for (int i = 0; i < 3 && result == HD_OK; i++) {
    result = hd_task_sleep(SHORT_NS);
    if (result == HD_OK) result = hd_async_yield(self, &i);
  }
  return result;
}
/* Groups of tasks, and what awaits one task. */
static int shop(void *unused, void *nothing) {
  struct hd_task_group group;
  CHECK_OK(hd_task_group_begin(&group, "crew"));
  for (int i = 0; i < 3; i++) CHECK_OK(hd_task_group_spawn(&group, NULL, i == 1 ? fail_soon : nap, NULL, 0, 0, NULL));
  CHECK_ERROR(hd_task_group_end(&group, HD_OK), HD_ERROR_JOB_FAILED);
  CHECK_ERROR(hd_task_group_spawn(&group, NULL, nap, NULL, 0, 0, NULL), HD_ERROR_SHUT_DOWN);
  struct hd_task naps[2] = {named(nap, "nap"), named(nap, "nap")};
  size_t index;
  struct hd_tasks_as_completed iteration;
  CHECK_OK(hd_tasks_as_completed_begin(&iteration, naps, 2, HD_FOREVER));
  while (hd_tasks_as_completed_next(&iteration, &index) == HD_OK) CHECK(hd_task_is_done(&naps[index]));
  hd_tasks_as_completed_end(&iteration);
  for (int i = 0; i < 2; i++) hd_task_release(&naps[i]);
  struct hd_task late = named(nap, "late");
  CHECK_ERROR(hd_wait_for(&late, NULL, SHORT_NS), HD_ERROR_TIMEOUT);
  hd_task_release(&late);
  struct hd_async_generator HD_CLOSED_AT_END numbers;
  int number, sum = 0;
  CHECK_OK(hd_async_generator_begin(&numbers, count, NULL, 0, sizeof number, "numbers"));
  hd_async_for(&numbers, &number) sum += number;
  CHECK(sum == 3);
  return 0;
}

static void *put_elsewhere(void *unused) {
  CHECK_ERROR(hd_async_event_set(&bell), HD_ERROR_OTHER_LOOP);
  return unused;
}
static int misuse(void *unused, void *nothing) {
  struct hd_task self;
  CHECK_ERROR(hd_async_lock_release(&stove), HD_ERROR_NOT_LOCKED);
  CHECK_ERROR(hd_async_condition_wait(&hungry), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_async_condition_notify(&hungry, 1), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_async_semaphore_release(&berths, 2), HD_ERROR_OVER_RELEASE);
  CHECK_OK(hd_task_current(&self));
  CHECK_ERROR(hd_gather(&self, 1, NULL, NULL), HD_ERROR_SELF_AWAIT);
  hd_task_release(&self);
  CHECK_OK(hd_async_queue_put_try(&plates, NULL));
  CHECK_ERROR(hd_async_queue_put_try(&plates, NULL), HD_ERROR_FULL);
  CHECK_OK(hd_async_queue_shutdown(&plates, true));
  CHECK_ERROR(hd_async_queue_put(&plates, NULL), HD_ERROR_SHUT_DOWN);
  while (hd_async_queue_task_done(&plates) == HD_OK) continue;
  hd_async_event_clear(&bell);
  struct hd_task sleeper = named(wait_for_bell, "sleeper");
  turn();
  elsewhere(put_elsewhere, NULL);
  CHECK_OK(hd_async_event_set(&bell));
  return end_of(&sleeper);
}

static int keep(void *unused, void *nothing) {
  static hd_task_routine *const parts[] = {serve, wash_up, shop, misuse};
  static const char *const names[] = {"serve", "wash-up", "shop", "misuse"};
  for (int i = 0; i < 4; i++) {
    struct hd_task part = named(parts[i], names[i]);
    CHECK_OK(end_of(&part));
  }
  return 0;
}

int main(void) {
  CHECK_OK(hd_async_semaphore_init_bounded(&berths, 1, "berths"));
  CHECK_OK(hd_async_barrier_init(&line, 2, NULL, NULL, "line"));
  CHECK_OK(hd_async_queue_init(&plates, HD_QUEUE_FIFO, 1, "plates"));
  hd_async_lock_init(&stove, "stove");
  hd_async_event_init(&bell, "bell");
  hd_async_condition_init(&hungry, &stove, "hungry");
  CHECK_ERROR(hd_async_event_wait(&bell), HD_ERROR_NO_TASK);
  struct hd_loop_options options = {.task_name = "keeper"};
  CHECK_OK(hd_loop_run(keep, NULL, NULL, 0, &options));
  return 0;
}
