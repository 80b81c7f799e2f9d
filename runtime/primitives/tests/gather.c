#include "tasks.h"

/* Sleeps so many turns, then returns its number; the number 100 and above fail with it. */
struct work {
  int turn_count, number;
};
static int work(void *argument, void *result) {
  const struct work *mine = argument;
  for (int i = 0; i < mine->turn_count; i++) {
    int slept = hd_task_sleep(0);
    if (slept != HD_OK) {
      note('x');
      return slept;
    }
  }
  note((char)('a' + mine->number % 100));
  if (mine->number >= 100) return mine->number;
  *(intptr_t *)result = mine->number;
  return 0;
}
static struct hd_task do_work(int turn_count, int number) {
  struct hd_task task;
  struct work mine = {turn_count, number};
  CHECK_OK(hd_task_create(&task, work, &mine, sizeof mine, sizeof(intptr_t), NULL));
  return task;
}
static void release(struct hd_task *tasks, int count) {
  for (int i = 0; i < count; i++) hd_task_release(&tasks[i]);
}
static void finish(struct hd_task *tasks, int count) {
  for (int i = 0; i < count; i++) hd_await(&tasks[i], NULL);
  release(tasks, count);
  forget();
}
static int error_of(struct hd_task *task) {
  int error = 0;
  CHECK_OK(hd_task_error(task, &error));
  return error;
}

static int gathers_in_order(void *unused, void *nothing) {
  struct hd_task tasks[4] = {do_work(6, 0), do_work(2, 1), do_work(4, 2), do_work(0, 3)};
  intptr_t results[4] = {-1, -1, -1, -1};
  int outcomes[4] = {1, 1, 1, 1};
  CHECK_OK(hd_gather(tasks, 4, results, NULL));
  for (int i = 0; i < 4; i++) CHECK(results[i] == i);
  CHECK_HAPPENED("dbca");
  CHECK_OK(hd_gather(tasks, 4, NULL, outcomes)); /* all over already */
  for (int i = 0; i < 4; i++) CHECK_OK(outcomes[i]);
  CHECK_OK(hd_gather(tasks, 0, NULL, NULL));
  struct hd_task twice[3] = {tasks[2], tasks[1], tasks[2]}; /* one may be there more than once */
  CHECK_OK(hd_gather(twice, 3, results, NULL));
  CHECK(results[0] == 2 && results[1] == 1 && results[2] == 2);
  release(tasks, 4);
  return 0;
}

/* The first that fails ends the gathering, and the others go on. */
static int the_first_error_is_told_at_once(void *unused, void *nothing) {
  struct hd_task tasks[4] = {do_work(6, 0), do_work(4, 101), do_work(2, 102), do_work(0, 3)};
  intptr_t results[4] = {-1, -1, -1, -1};
  CHECK_ERROR(hd_gather(tasks, 4, results, NULL), HD_ERROR_JOB_FAILED);
  CHECK_HAPPENED("dc");
  CHECK(results[3] == -1);
  CHECK(error_of(&tasks[2]) == 102 && !hd_task_is_done(&tasks[0]) && !hd_task_is_done(&tasks[1]));
  turns(6);
  CHECK_HAPPENED("ba");
  CHECK_ERROR(hd_gather(tasks, 4, results, NULL), HD_ERROR_JOB_FAILED); /* over already */
  release(tasks, 4);
  return 0;
}

static int all_outcomes_are_collected(void *unused, void *nothing) {
  struct hd_task tasks[4] = {do_work(6, 0), do_work(4, 101), do_work(100, 2), do_work(0, 3)};
  intptr_t results[4] = {-1, -1, -1, -1};
  int outcomes[4];
  turn();
  CHECK_OK(hd_task_cancel(&tasks[2]));
  CHECK_OK(hd_gather(tasks, 4, results, outcomes));
  CHECK(outcomes[0] == HD_OK && outcomes[1] == HD_ERROR_JOB_FAILED && outcomes[2] == HD_ERROR_CANCELLED && outcomes[3] == HD_OK);
  CHECK(results[0] == 0 && results[1] == -1 && results[2] == -1 && results[3] == 3);
  CHECK(error_of(&tasks[1]) == 101);
  CHECK_HAPPENED("dxba");
  release(tasks, 4);
  return 0;
}

/* A cancelled member counts as one that did not go well. */
static int a_cancelled_member(void *unused, void *nothing) {
  struct hd_task tasks[2] = {do_work(5, 0), do_work(5, 1)};
  turn();
  CHECK_OK(hd_task_cancel(&tasks[0]));
  CHECK_ERROR(hd_gather(tasks, 2, NULL, NULL), HD_ERROR_CANCELLED);
  CHECK(!hd_task_is_done(&tasks[1]));
  CHECK_OK(hd_await(&tasks[1], NULL));
  CHECK_HAPPENED("xb");
  release(tasks, 2);
  return 0;
}

struct gathering {
  struct hd_task tasks[3];
  int outcomes[3];
  bool collect;
};
static int gather_them(void *argument, void *nothing) {
  struct gathering *gathering = argument;
  int result = hd_gather(gathering->tasks, 3, NULL, gathering->collect ? gathering->outcomes : NULL);
  note('g');
  return result;
}
/* Takes its time to end, and does not hear of a second cancellation. */
static int work_stubbornly(void *unused, void *nothing) {
  int result = hd_task_sleep(LONG_NS);
  note('(');
  for (int i = 0; i < 3; i++) hd_task_sleep(0);
  note(')');
  return result;
}
/* When the one that gathers is cancelled, so are all, and it waits for them. */
static int cancelling_cancels_all(void *unused, void *nothing) {
  for (int collect = 0; collect < 2; collect++) {
    struct gathering gathering = {.tasks = {do_work(1000, 0), spawn(work_stubbornly, NULL), do_work(0, 2)}, .collect = collect};
    struct hd_task gatherer = spawn(gather_them, &gathering);
    turns(3);
    CHECK_HAPPENED("c");
    CHECK_OK(hd_task_cancel(&gatherer));
    turns(2);
    CHECK_OK(hd_task_cancel(&gatherer));
    CHECK_ERROR(end_of(&gatherer), HD_ERROR_CANCELLED);
    CHECK_HAPPENED("x()g");
    CHECK(hd_task_is_cancelled(&gathering.tasks[0]) && hd_task_is_cancelled(&gathering.tasks[1]));
    CHECK(!hd_task_is_cancelled(&gathering.tasks[2]));
    release(gathering.tasks, 3);
  }
  return 0;
}

static int swallow(void *unused, void *result) {
  if (hd_task_sleep(LONG_NS) != HD_ERROR_CANCELLED) return 1;
  *(intptr_t *)result = 5;
  return 0;
}
/* Also when they do not heed it: it is cancelled all the same. */
static int cancelling_is_heeded_even_if_they_do_not(void *unused, void *nothing) {
  struct gathering gathering = {.tasks = {spawn(swallow, NULL), spawn(swallow, NULL), spawn(swallow, NULL)}};
  struct hd_task gatherer = spawn(gather_them, &gathering);
  turns(2);
  CHECK_OK(hd_task_cancel(&gatherer));
  CHECK_ERROR(end_of(&gatherer), HD_ERROR_CANCELLED);
  CHECK_OK(hd_task_result(&gathering.tasks[1], NULL));
  release(gathering.tasks, 3);
  forget();
  return 0;
}

static int gather_after_a_cancellation(void *argument, void *nothing) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  CHECK_OK(hd_task_cancel(&self)); /* to be delivered where it waits */
  hd_task_release(&self);
  return gather_them(argument, NULL);
}
static int cancelled_before_it_gathers(void *unused, void *nothing) {
  struct gathering gathering = {.tasks = {do_work(1000, 0), spawn(work_stubbornly, NULL), do_work(1000, 2)}};
  turns(2);
  struct hd_task gatherer = spawn(gather_after_a_cancellation, &gathering);
  CHECK_ERROR(end_of(&gatherer), HD_ERROR_CANCELLED);
  CHECK_HAPPENED("xx()g");
  release(gathering.tasks, 3);
  return 0;
}

/* The gathering has ended with an error, and is cancelled before it goes on: the others are left alone. */
static int cancelled_after_the_first_error(void *unused, void *nothing) {
  struct gathering gathering = {.tasks = {do_work(1000, 0), do_work(3, 101), do_work(1000, 2)}};
  struct hd_task gatherer = spawn(gather_them, &gathering);
  while (!hd_task_is_done(&gathering.tasks[1])) turn();
  if (!hd_task_is_done(&gatherer)) CHECK_OK(hd_task_cancel(&gatherer));
  turns(2);
  CHECK(!hd_task_is_done(&gathering.tasks[0]) && !hd_task_is_done(&gathering.tasks[2]));
  int outcome = end_of(&gatherer);
  CHECK(outcome == HD_ERROR_CANCELLED || outcome == HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_task_cancel(&gathering.tasks[0]));
  CHECK_OK(hd_task_cancel(&gathering.tasks[2]));
  finish(gathering.tasks, 3);
  return 0;
}

static int gather_oneself(void *unused, void *nothing) {
  struct hd_task tasks[2] = {do_work(0, 0)};
  CHECK_OK(hd_task_current(&tasks[1]));
  CHECK_ERROR(hd_gather(tasks, 2, NULL, NULL), HD_ERROR_SELF_AWAIT);
  CHECK_ERROR(hd_wait_tasks(tasks, 2, HD_UNTIL_ALL, HD_FOREVER), HD_ERROR_SELF_AWAIT);
  hd_task_release(&tasks[1]);
  finish(tasks, 1);
  struct hd_task odd[2] = {do_work(0, 0)};
  struct work more = {0, 1};
  CHECK_OK(hd_task_create(&odd[1], work, &more, sizeof more, 2 * sizeof(intptr_t), NULL));
  intptr_t results[4];
  CHECK_ERROR(hd_gather(odd, 2, results, NULL), HD_ERROR_INVALID); /* results of several sizes */
  finish(odd, 2);
  return 0;
}

static int waits_for_some(void *unused, void *nothing) {
  struct hd_task tasks[3] = {do_work(9, 0), do_work(3, 1), do_work(6, 102)};
  CHECK_OK(hd_wait_tasks(tasks, 3, HD_UNTIL_FIRST, HD_FOREVER));
  CHECK_HAPPENED("b");
  CHECK_OK(hd_wait_tasks(tasks, 3, HD_UNTIL_FIRST, HD_FOREVER)); /* that is so already */
  CHECK_OK(hd_wait_tasks(tasks, 3, HD_UNTIL_FIRST_ERROR, HD_FOREVER));
  CHECK_HAPPENED("c");
  CHECK_OK(hd_wait_tasks(tasks, 3, HD_UNTIL_FIRST_ERROR, 0));
  CHECK_ERROR(hd_wait_tasks(tasks, 3, HD_UNTIL_ALL, 0), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_wait_tasks(tasks, 3, HD_UNTIL_ALL, HD_FOREVER));
  CHECK_HAPPENED("a");
  CHECK_OK(hd_wait_tasks(tasks, 3, HD_UNTIL_ALL, 0));
  finish(tasks, 3);

  tasks[0] = spawn(swallow, NULL); /* a time-out does not cancel; nor does a cancelled one count as failed */
  tasks[1] = do_work(2, 1);
  tasks[2] = do_work(1000, 2);
  turn();
  CHECK_OK(hd_task_cancel(&tasks[2]));
  CHECK_ERROR(hd_wait_tasks(tasks, 3, HD_UNTIL_FIRST_ERROR, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(!hd_task_is_done(&tasks[0]) && hd_task_is_done(&tasks[1]) && hd_task_is_cancelled(&tasks[2]));
  CHECK_ERROR(hd_wait_tasks(tasks, 3, HD_UNTIL_ALL, -7), HD_ERROR_INVALID);
  CHECK_ERROR(hd_wait_tasks(tasks, 0, HD_UNTIL_ALL, HD_FOREVER), HD_ERROR_INVALID);
  CHECK_OK(hd_task_cancel(&tasks[0]));
  finish(tasks, 3);
  return 0;
}

static int wait_for_them(void *argument, void *nothing) {
  return hd_wait_tasks(((struct gathering *)argument)->tasks, 3, HD_UNTIL_ALL, HD_FOREVER);
}
static int cancelling_who_waits_cancels_nobody_else(void *unused, void *nothing) {
  struct gathering gathering = {.tasks = {do_work(5, 0), do_work(6, 1), do_work(7, 2)}};
  struct hd_task waiter = spawn(wait_for_them, &gathering);
  turns(2);
  CHECK_OK(hd_task_cancel(&waiter));
  CHECK_ERROR(end_of(&waiter), HD_ERROR_CANCELLED);
  CHECK(!hd_task_is_done(&gathering.tasks[0]));
  CHECK_OK(hd_gather(gathering.tasks, 3, NULL, NULL));
  CHECK_HAPPENED("abc");
  release(gathering.tasks, 3);
  return 0;
}

static int goes_through_them_as_completed(void *unused, void *nothing) {
  struct hd_task tasks[5] = {do_work(8, 0), do_work(2, 1), do_work(0, 2), do_work(5, 103), do_work(2, 4)};
  struct hd_tasks_as_completed iteration;
  size_t index, order[5], count = 0;
  turn();
  CHECK_OK(hd_tasks_as_completed_begin(&iteration, tasks, 5, HD_FOREVER)); /* one is over */
  while (hd_tasks_as_completed_next(&iteration, &index) == HD_OK) {
    CHECK(hd_task_is_done(&tasks[index]));
    order[count++] = index;
    if (count == 2) turns(1);
  }
  CHECK_ERROR(hd_tasks_as_completed_next(&iteration, &index), HD_ERROR_NO_MORE);
  hd_tasks_as_completed_end(&iteration);
  CHECK(count == 5 && order[0] == 2 && order[1] == 1 && order[2] == 4 && order[3] == 3 && order[4] == 0);
  finish(tasks, 5);

  tasks[0] = do_work(0, 0);
  tasks[1] = spawn(swallow, NULL);
  CHECK_OK(hd_tasks_as_completed_begin(&iteration, tasks, 2, SHORT_NS));
  CHECK_OK(hd_tasks_as_completed_next(&iteration, &index));
  CHECK(index == 0);
  CHECK_ERROR(hd_tasks_as_completed_next(&iteration, &index), HD_ERROR_TIMEOUT);
  hd_tasks_as_completed_end(&iteration); /* early */
  CHECK_OK(hd_task_cancel(&tasks[1]));
  finish(tasks, 2);
  CHECK_OK(hd_tasks_as_completed_begin(&iteration, tasks, 0, HD_FOREVER));
  CHECK_ERROR(hd_tasks_as_completed_next(&iteration, &index), HD_ERROR_NO_MORE);
  hd_tasks_as_completed_end(&iteration);
  return 0;
}

static struct hd_tasks_as_completed shared;
static int next_of_shared(void *unused, void *nothing) {
  size_t index;
  return hd_tasks_as_completed_next(&shared, &index);
}
static int one_asks_at_a_time(void *unused, void *nothing) {
  struct hd_task task = spawn(swallow, NULL);
  size_t index;
  CHECK_OK(hd_tasks_as_completed_begin(&shared, &task, 1, HD_FOREVER));
  struct hd_task asker = spawn(next_of_shared, NULL);
  turn();
  CHECK_ERROR(hd_tasks_as_completed_next(&shared, &index), HD_ERROR_BUSY);
  CHECK_OK(hd_task_cancel(&asker));
  CHECK_ERROR(end_of(&asker), HD_ERROR_CANCELLED);
  CHECK_OK(hd_task_cancel(&task));
  CHECK_OK(hd_tasks_as_completed_next(&shared, &index)); /* it may be asked again, by another */
  CHECK(index == 0);
  hd_task_release(&task);
  hd_tasks_as_completed_end(&shared);
  return 0;
}

int main(void) {
  struct hd_tasks_as_completed iteration;
  CHECK_ERROR(hd_gather(NULL, 0, NULL, NULL), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_tasks_as_completed_begin(&iteration, NULL, 0, HD_FOREVER), HD_ERROR_NO_TASK);
  in_loop(gathers_in_order);
  in_loop(the_first_error_is_told_at_once);
  in_loop(all_outcomes_are_collected);
  in_loop(a_cancelled_member);
  in_loop(cancelling_cancels_all);
  in_loop(cancelling_is_heeded_even_if_they_do_not);
  in_loop(cancelled_before_it_gathers);
  in_loop(cancelled_after_the_first_error);
  in_loop(gather_oneself);
  in_loop(waits_for_some);
  in_loop(cancelling_who_waits_cancels_nobody_else);
  in_loop(goes_through_them_as_completed);
  in_loop(one_asks_at_a_time);
  return 0;
}
