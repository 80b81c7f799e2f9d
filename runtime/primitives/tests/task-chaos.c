/* Many tasks that await, cancel, time out, make and forget each other at random, from seeds that are printed: each ends once, as its
 * handles say, and nothing is left. Which of them ends how depends on time; that all do does not.
 *
 * usage: task-chaos [FIRST_SEED [COUNT]] */
#include "async.h"

enum { TASKS_MAX = 400 };

static struct hd_task tasks[TASKS_MAX];
static int count, begun_count, ended_count, called_count, added_count;
static uint32_t state;

static uint32_t chance(uint32_t bound) {
  state = state * 1664525 + 1013904223;
  return (state >> 8) % bound;
}

static void over(struct hd_task *task, void *argument) {
  CHECK(hd_task_is_done(task));
  called_count++;
}

static int act(void *argument, void *result);

static void make(void) {
  if (count == TASKS_MAX) return;
  struct hd_task_options options = {.result_bytes = sizeof(int), .stack_bytes = chance(10) ? 0 : 200 << 10};
  CHECK_OK(hd_task_create_in(NULL, &tasks[count], act, NULL, &options));
  if (chance(2)) {
    CHECK_OK(hd_task_add_callback(&tasks[count], over, NULL));
    added_count++;
  }
  count++;
}

/* One that is there already. Who awaits only older ones makes no circle. */
static struct hd_task *any(int below) { return &tasks[chance((uint32_t)below)]; }

static int my_index(void) {
  struct hd_task self;
  CHECK_OK(hd_task_current(&self));
  int index = 0;
  while (tasks[index].state != self.state) index++;
  hd_task_release(&self);
  return index;
}

static int do_something(int me) {
  switch (chance(8)) {
  case 0:
    return hd_task_sleep(0);
  case 1:
    return hd_task_sleep(chance(300) * HD_MICROSECOND_NS);
  case 2:
    make();
    return HD_OK;
  case 3: {
    if (!me) return HD_OK;
    int number = -1;
    struct hd_task *task = any(me);
    int error = hd_await(task, &number);
    if (error == HD_OK) CHECK(number == 5);
    if (error == HD_ERROR_JOB_FAILED) CHECK_OK(hd_task_error(task, &number));
    return error == HD_ERROR_CANCELLED ? error : HD_OK;
  }
  case 4: {
    struct hd_task *task = any(count);
    bool was_over = hd_task_is_done(task);
    CHECK_ERROR(hd_task_cancel(task), was_over ? HD_ERROR_DONE : HD_OK);
    return HD_OK;
  }
  case 5: {
    struct hd_timeout outer, inner;
    CHECK_OK(hd_timeout_begin(&outer, chance(400) * HD_MICROSECOND_NS));
    CHECK_OK(hd_timeout_begin(&inner, chance(400) * HD_MICROSECOND_NS));
    int error = hd_timeout_end(&inner, hd_task_sleep(chance(400) * HD_MICROSECOND_NS));
    if (error == HD_ERROR_TIMEOUT) error = HD_OK;
    error = hd_timeout_end(&outer, error);
    return error == HD_ERROR_TIMEOUT ? HD_OK : error;
  }
  case 6: {
    struct hd_task copy;
    hd_task_copy(any(count), &copy);
    int error = hd_task_sleep(0);
    hd_task_release(&copy);
    return error;
  }
  default:
    return chance(40) ? HD_OK : 77;
  }
}

static int act(void *argument, void *result) {
  int me = my_index(), error = HD_OK;
  begun_count++;
  for (int steps = (int)chance(30); steps && (error == HD_OK || (error == HD_ERROR_CANCELLED && !chance(3))); steps--) {
    if (error == HD_ERROR_CANCELLED) { /* catches it */
      struct hd_task self;
      CHECK_OK(hd_task_current(&self));
      while (hd_task_uncancel(&self)) {}
      hd_task_release(&self);
    }
    error = do_something(me);
  }
  *(int *)result = 5;
  ended_count++;
  return error;
}

static int chaos(void *argument, void *result) {
  for (int i = 0; i < 20; i++) make();
  for (int i = 0; i < count; i++) { /* others are added meanwhile */
    int error = hd_await(&tasks[i], NULL), number;
    CHECK(error == HD_OK || error == HD_ERROR_JOB_FAILED || error == HD_ERROR_CANCELLED);
    CHECK(hd_task_is_done(&tasks[i]) && hd_task_is_cancelled(&tasks[i]) == (error == HD_ERROR_CANCELLED));
    if (error == HD_ERROR_JOB_FAILED) CHECK(hd_task_error(&tasks[i], &number) == HD_OK && number == 77);
  }
  rounds(1);
  CHECK(begun_count == ended_count && called_count == added_count);
  CHECK(hd_task_all(NULL, NULL, 0) == 1);
  for (int i = 0; i < count; i++) hd_task_release(&tasks[i]);
  return 0;
}

int main(int argument_count, char **arguments) {
  uint32_t first = argument_count > 1 ? (uint32_t)atol(arguments[1]) : (uint32_t)now_ns(),
           seeds = argument_count > 2 ? (uint32_t)atol(arguments[2]) : 60;
  printf("seeds from %u\n", (unsigned)first);
  fflush(stdout);
  for (uint32_t seed = first; seed != first + seeds; seed++) {
    state = seed;
    count = begun_count = ended_count = called_count = added_count = 0;
    in_loop(chaos, NULL);
  }
  return 0;
}
