/* Work for the tests: LOOPS threads run an event loop each, each with TASKS tasks that share one lock across the loops, yield or sleep
 * ROUNDS times, and await a task of their own each.
 *
 * usage: task-load LOOPS TASKS ROUNDS */
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOOP_CAPACITY = 16, TASK_CAPACITY = 4096 };
static int task_count, round_count;
static long counter;
static struct hd_lock lock;
static const struct hd_context_var request = HD_CONTEXT_VAR("request"), part = HD_CONTEXT_VAR("part");

static int help(void *argument, void *result) {
  hd_context_set_text(&part, "helper", NULL);
  hd_task_sleep(0);
  *(long *)result = 1;
  return 0;
}

static int work(void *argument, void *result) {
  char name[32];
  snprintf(name, sizeof name, "request-%d", *(int *)argument);
  hd_context_set_text(&request, name, NULL);
  for (int round = 0; round < round_count; round++) {
    hd_lock_acquire(&lock);
    counter++;
    hd_lock_release(&lock);
    hd_task_sleep(round % 8 ? 0 : 10 * HD_MICROSECOND_NS);
  }
  struct hd_task helper;
  long one = 0;
  hd_task_create(&helper, help, NULL, 0, sizeof one, "helper");
  int error = hd_await(&helper, &one);
  hd_task_release(&helper);
  *(long *)result = round_count + one;
  return error;
}

static int serve(void *argument, void *result) {
  struct hd_task *tasks = calloc((size_t)task_count, sizeof *tasks);
  long sum = 0, done;
  for (int i = 0; i < task_count; i++) hd_task_create(&tasks[i], work, &i, sizeof i, sizeof done, NULL);
  for (int i = 0; i < task_count; i++) {
    if (hd_await(&tasks[i], &done) == HD_OK) sum += done;
    hd_task_release(&tasks[i]);
  }
  free(tasks);
  *(long *)result = sum;
  return 0;
}

static void run(void *unused) {
  struct hd_loop_options options = {.name = "load", .task_name = "server"};
  long sum = 0;
  if (hd_loop_run(serve, NULL, &sum, sizeof sum, &options) != HD_OK || sum != (long)task_count * (round_count + 1)) abort();
}

int main(int argument_count, char **arguments) {
  if (argument_count != 4) return 2;
  int loop_count = atoi(arguments[1]);
  task_count = atoi(arguments[2]);
  round_count = atoi(arguments[3]);
  struct hd_thread threads[LOOP_CAPACITY];
  if (loop_count > LOOP_CAPACITY || task_count > TASK_CAPACITY) return 2;
  hd_lock_init(&lock, "shared by loops");
  for (int i = 0; i < loop_count; i++)
    if (hd_thread_create(&threads[i], run, NULL, NULL) != HD_OK) return 1;
  for (int i = 0; i < loop_count; i++) hd_thread_join(&threads[i]);
  return counter == (long)loop_count * task_count * round_count ? 0 : 1;
}
