/* Tasks: results, errors, names, handles, callbacks, awaiting. */
#include "async.h"
#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int twice(void *argument, void *result) {
  int number = *(int *)argument;
  CHECK_OK(hd_task_sleep(0));
  *(int *)result = number * 2;
  return 0;
}

static int results(void *argument, void *result) {
  struct hd_task tasks[3];
  for (int i = 0; i < 3; i++) CHECK_OK(hd_task_create(&tasks[i], twice, &i, sizeof i, sizeof(int), NULL));
  for (int i = 0; i < 3; i++) {
    int number = -1;
    CHECK(!hd_task_is_done(&tasks[i]) || i);
    CHECK_ERROR(hd_task_is_done(&tasks[i]) ? HD_ERROR_NOT_DONE : hd_task_result(&tasks[i], &number), HD_ERROR_NOT_DONE);
    CHECK_OK(hd_await(&tasks[i], &number));
    CHECK(number == i * 2 && hd_task_is_done(&tasks[i]) && !hd_task_is_cancelled(&tasks[i]));
    number = -1;
    CHECK_OK(hd_await(&tasks[i], &number)); /* again: it is over */
    CHECK(number == i * 2);
    CHECK_OK(hd_await(&tasks[i], NULL));
    CHECK_OK(hd_task_result(&tasks[i], &number));
    int error = 7;
    CHECK_OK(hd_task_error(&tasks[i], &error));
    CHECK(error == 0);
    hd_task_release(&tasks[i]);
  }
  return 0;
}

static int errors(void *argument, void *result) {
  struct hd_task task;
  int error = 0;
  CHECK_OK(hd_task_create(&task, nap, (void *)(intptr_t)ENOENT, 0, 0, "fails"));
  CHECK_ERROR(hd_task_error(&task, &error), HD_ERROR_NOT_DONE);
  CHECK_ERROR(hd_await(&task, NULL), HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_task_error(&task, &error));
  CHECK(error == ENOENT);
  CHECK_ERROR(hd_task_result(&task, NULL), HD_ERROR_JOB_FAILED);
  hd_task_release(&task);
  return 0;
}

static int keep_errno(void *argument, void *result) {
  errno = (int)(intptr_t)argument;
  for (int i = 0; i < 5; i++) {
    CHECK_OK(hd_task_sleep(i % 2 ? 0 : HD_MILLISECOND_NS));
    CHECK(errno == (int)(intptr_t)argument);
  }
  return 0;
}

/* Each task finds its errno again. */
static int errnos(void *argument, void *result) {
  struct hd_task tasks[2];
  for (int i = 0; i < 2; i++) CHECK_OK(hd_task_create(&tasks[i], keep_errno, (void *)(intptr_t)(i + 1), 0, 0, NULL));
  for (int i = 0; i < 2; i++) {
    CHECK_OK(hd_await(&tasks[i], NULL));
    hd_task_release(&tasks[i]);
  }
  return 0;
}

static int letters(void *argument, void *result) {
  for (int i = 0; i < 3; i++) {
    note(argument);
    CHECK_OK(hd_task_sleep(0));
  }
  return 0;
}

/* Tasks begin in the next round, in their order, and take turns. */
static int turns(void *argument, void *result) {
  struct hd_task a, b;
  CHECK_OK(hd_task_create(&a, letters, "a", 0, 0, NULL));
  CHECK_OK(hd_task_create(&b, letters, "b", 0, 0, NULL));
  note("made");
  CHECK_OK(hd_await(&a, NULL));
  CHECK_OK(hd_await(&b, NULL));
  CHECK_HAPPENED("made a b a b a b");
  hd_task_release(&a);
  hd_task_release(&b);
  return 0;
}

static int wait_for_it(void *argument, void *result) {
  int error = hd_await(argument, NULL);
  note("woken");
  return error;
}

/* Several may await one; each learns how it ended. */
static int many_awaiters(void *argument, void *result) {
  struct hd_task task, awaiters[3];
  CHECK_OK(hd_task_create(&task, nap, (void *)(intptr_t)5, 0, 0, NULL));
  for (int i = 0; i < 3; i++) CHECK_OK(hd_task_create(&awaiters[i], wait_for_it, &task, 0, 0, NULL));
  for (int i = 0; i < 3; i++) {
    int error;
    CHECK_ERROR(hd_await(&awaiters[i], NULL), HD_ERROR_JOB_FAILED);
    CHECK_OK(hd_task_error(&awaiters[i], &error));
    CHECK(error == HD_ERROR_JOB_FAILED);
    hd_task_release(&awaiters[i]);
  }
  CHECK_HAPPENED("woken woken woken");
  hd_task_release(&task);
  return 0;
}

static int release_own(void *argument, void *result) {
  struct hd_task *task = argument;
  int error = hd_await(task, NULL);
  return error;
}

/* A handle may go while somebody awaits. */
static int released_meanwhile(void *argument, void *result) {
  struct hd_task task, copy, awaiter;
  CHECK_OK(hd_task_create(&task, nap, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_create(&awaiter, release_own, &task, 0, 0, NULL));
  rounds(2);
  hd_task_copy(&task, &copy);
  hd_task_release(&task);
  CHECK(!hd_task_is_done(&copy));
  hd_task_release(&copy);
  CHECK_OK(hd_await(&awaiter, NULL));
  hd_task_release(&awaiter);
  return 0;
}

static int named(void *argument, void *result) {
  struct hd_task self, other;
  char name[32];
  CHECK_OK(hd_task_current(&self));
  CHECK(hd_task_get_name(&self, name, sizeof name) == 4 && strcmp(name, "chef") == 0);
  CHECK_OK(hd_task_set_name(&self, "cook"));
  CHECK(hd_task_get_name(&self, name, 3) == 4 && strcmp(name, "co") == 0);
  hd_task_release(&self);
  CHECK_OK(hd_task_create(&other, nap, NULL, 0, 0, NULL));
  CHECK(hd_task_get_name(&other, name, sizeof name) == 6 && strcmp(name, "Task-2") == 0);
  CHECK_OK(hd_await(&other, NULL));
  CHECK(hd_task_get_name(&other, name, sizeof name) == 6);
  hd_task_release(&other);
  return 0;
}

static void told(struct hd_task *task, void *argument) {
  CHECK(hd_task_is_done(task));
  struct hd_task self;
  CHECK_ERROR(hd_task_current(&self), HD_ERROR_NO_TASK); /* the loop calls it */
  note(argument);
}

static int callbacks(void *argument, void *result) {
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, nap, NULL, 0, 0, NULL));
  CHECK_OK(hd_task_add_callback(&task, told, "one"));
  CHECK_OK(hd_task_add_callback(&task, told, "two"));
  CHECK_OK(hd_task_add_callback(&task, told, "two"));
  CHECK_OK(hd_task_add_callback(&task, told, "three"));
  CHECK(hd_task_remove_callback(&task, told, "none") == 0);
  CHECK(hd_task_remove_callback(&task, told, "two") == 2);
  CHECK_OK(hd_await(&task, NULL));
  rounds(1);
  CHECK_HAPPENED("one three");
  CHECK_OK(hd_task_add_callback(&task, told, "late"));
  CHECK_HAPPENED(""); /* not at once */
  rounds(1);
  CHECK_HAPPENED("late");
  hd_task_release(&task);
  return 0;
}

static int lists(void *argument, void *result) {
  struct hd_task a, b, all[4];
  CHECK_OK(hd_task_create(&a, sleep_long, NULL, 0, 0, "a"));
  CHECK_OK(hd_task_create(&b, nap, NULL, 0, 0, "b"));
  CHECK(hd_task_all(NULL, all, 0) == 3);
  CHECK(hd_task_all(NULL, all, 4) == 3);
  CHECK(all[0].state == b.state && all[1].state == a.state);
  for (int i = 0; i < 3; i++) hd_task_release(&all[i]);
  CHECK_OK(hd_await(&b, NULL));
  CHECK(hd_task_all(NULL, all, 1) == 2);
  CHECK(all[0].state == a.state);
  hd_task_release(&all[0]);
  hd_task_release(&b);
  hd_task_release(&a); /* the loop's end cancels it */
  return 0;
}

static int misuse(void *argument, void *result) {
  struct hd_task self, never;
  CHECK_OK(hd_task_current(&self));
  CHECK_ERROR(hd_await(&self, NULL), HD_ERROR_SELF_AWAIT);
  hd_task_release(&self);
  CHECK_ERROR(hd_task_sleep(-5), HD_ERROR_INVALID);
  struct hd_task_options options = {.stack_bytes = 100};
  CHECK_ERROR(hd_task_create_in(NULL, &never, nap, NULL, &options), HD_ERROR_INVALID);
  struct hd_loop other;
  CHECK_OK(hd_loop_new(&other, NULL));
  struct hd_task foreign;
  CHECK_OK(hd_task_create_in(&other, &foreign, nap, NULL, NULL));
  CHECK_ERROR(hd_await(&foreign, NULL), HD_ERROR_INVALID);
  CHECK_ERROR(hd_loop_run_until_complete(&other, &foreign, NULL), HD_ERROR_LOOP_RUNNING);
  CHECK_ERROR(hd_loop_close(&other), HD_ERROR_LOOP_RUNNING);
  CHECK_ERROR(hd_loop_run(nap, NULL, NULL, 0, NULL), HD_ERROR_LOOP_RUNNING);
  *(struct hd_loop *)argument = other;
  hd_task_release(&foreign);
  return 0;
}

static int deep(int depth) {
  char filler[256];
  memset(filler, depth, sizeof filler);
  if (depth == 0) return hd_task_sleep(HD_MILLISECOND_NS);
  int error = deep(depth - 1);
  for (size_t i = 0; i < sizeof filler; i++) CHECK(filler[i] == (char)depth);
  return error;
}

static int awaits_deep(void *argument, void *result) { return deep(60); }

/* Stacks of their own size, awaits anywhere in them. */
static int stacks(void *argument, void *result) {
  struct hd_task tasks[4];
  for (size_t i = 0; i < 4; i++) {
    struct hd_task_options options = {.stack_bytes = i * 100000};
    CHECK_OK(hd_task_create_in(NULL, &tasks[i], awaits_deep, NULL, &options));
  }
  for (int i = 0; i < 4; i++) {
    CHECK_OK(hd_await(&tasks[i], NULL));
    hd_task_release(&tasks[i]);
  }
  return 0;
}

static int child(void *argument, void *result) {
  if ((intptr_t)argument == 0) return 0;
  struct hd_task task;
  CHECK_OK(hd_task_create(&task, child, (void *)((intptr_t)argument - 1), 0, 0, NULL));
  int error = hd_await(&task, NULL);
  hd_task_release(&task);
  return error;
}

/* A chain of tasks that await each other; then many at once, several times, so that stacks are used again. */
static int many(void *argument, void *result) {
  CHECK_OK(child((void *)(intptr_t)300, NULL));
  enum { COUNT = 600 };
  struct hd_task tasks[COUNT];
  for (int turn = 0; turn < 3; turn++) {
    for (int i = 0; i < COUNT; i++) CHECK_OK(hd_task_create(&tasks[i], twice, &i, sizeof i, sizeof(int), NULL));
    for (int i = 0; i < COUNT; i++) {
      int number;
      CHECK_OK(hd_await(&tasks[i], &number));
      CHECK(number == i * 2);
      hd_task_release(&tasks[i]);
    }
  }
  return 0;
}

static int forgets(void *argument, void *result) {
  CHECK_OK(hd_task_create(NULL, nap, (void *)1, 0, 0, "nobody asks"));
  CHECK_OK(hd_task_create(NULL, twice, argument, 0, sizeof(int), NULL));
  return 0;
}

/* No memory for a stack: the task fails with that number, the others go on. */
static int without_memory(void *argument, void *result) {
  struct rlimit limit = {.rlim_cur = 256 << 20, .rlim_max = 256 << 20};
  CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
  struct hd_task_options options = {.stack_bytes = 1 << 30};
  struct hd_task large, small;
  int error;
  CHECK_OK(hd_task_create_in(NULL, &large, nap, NULL, &options));
  CHECK_OK(hd_task_create(&small, nap, NULL, 0, 0, NULL));
  CHECK_ERROR(hd_await(&large, NULL), HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_task_error(&large, &error));
  CHECK_ERROR(error, HD_ERROR_NO_MEMORY);
  CHECK_OK(hd_await(&small, NULL));
  hd_task_release(&large);
  hd_task_release(&small);
  return 0;
}

static void with_little_memory(void) {
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__ /* their shadows are larger than any limit */
  pid_t pid = fork();
  if (pid == 0) {
    in_loop(without_memory, NULL);
    _exit(0);
  }
  int status;
  CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
#else
  (void)without_memory;
#endif
}

int main(void) {
  int one = 1;
  in_loop(results, NULL);
  in_loop(errors, NULL);
  in_loop(errnos, NULL);
  in_loop(turns, NULL);
  in_loop(many_awaiters, NULL);
  in_loop(released_meanwhile, NULL);
  struct hd_loop_options options = {.name = "kitchen", .task_name = "chef", .stack_bytes = 128 << 10};
  CHECK_OK(hd_loop_run(named, NULL, NULL, 0, &options));
  in_loop(callbacks, NULL);
  in_loop(lists, NULL);
  struct hd_loop other;
  in_loop(misuse, &other);
  CHECK_OK(hd_loop_close(&other));
  hd_loop_release(&other);
  in_loop(stacks, NULL);
  options = (struct hd_loop_options){.stack_bytes = 256 << 10};
  CHECK_OK(hd_loop_run(many, NULL, NULL, 0, &options));
  in_loop(forgets, &one);
  with_little_memory();

  struct hd_task none, outside;
  CHECK_ERROR(hd_task_create(&none, nap, NULL, 0, 0, NULL), HD_ERROR_NO_LOOP);
  CHECK_ERROR(hd_task_current(&none), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_task_sleep(1), HD_ERROR_NO_TASK);
  CHECK_ERROR(hd_task_sleep(0), HD_ERROR_NO_TASK);
  CHECK_OK(hd_loop_new(&other, NULL));
  CHECK_OK(hd_task_create_in(&other, &outside, nap, NULL, NULL));
  CHECK_ERROR(hd_await(&outside, NULL), HD_ERROR_NO_TASK);
  CHECK_OK(hd_loop_run_until_complete(&other, &outside, NULL));
  CHECK_OK(hd_loop_close(&other));
  CHECK_ERROR(hd_loop_run_until_complete(&other, &outside, NULL), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_task_create_in(&other, &none, nap, NULL, NULL), HD_ERROR_CLOSED);
  CHECK_OK(hd_task_result(&outside, NULL)); /* a task outlives its loop */
  hd_loop_release(&other);
  hd_task_release(&outside);
  return 0;
}
