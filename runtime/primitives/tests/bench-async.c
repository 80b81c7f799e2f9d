/* What tasks cost, in nanoseconds of processor time, the medians over rounds that take turns.
 *
 * usage: bench-async [COUNT [heddle]]   (heddle: only what a recording can see, for a run that is recorded)
 * prints a line each, the name and its figures, 0 for what was not measured:
 *   switch     swapcontext; the bare switch of the runtime; a coroutine's switch; a task's step (hd_task_sleep(0) among two)
 *   spawn      a thread, from its creation to its join; a task, from its creation to the end of its await
 *   round      of a libuv loop with an idle handle; of a loop of the runtime with one call in it; the same while it has libuv poll
 * something sleepers   of 10,000 tasks: a sleep, from its await to its step */
#include "loop-state.h"
#include <heddle/heddle.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>

#define ROUNDS 9

static long count = 200000;

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Two contexts that switch to each other. */
static ucontext_t here, there;
static void back_by_ucontext(void) {
  for (;;) swapcontext(&there, &here);
}
static double ucontext_ns(void) {
  static unsigned char stack[64 << 10];
  getcontext(&there);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof stack;
  makecontext(&there, back_by_ucontext, 0);
  double began_ns = now_ns();
  for (long i = 0; i < count / 2; i++) swapcontext(&here, &there);
  return (now_ns() - began_ns) / (double)count;
}

static struct hd_coroutine own, other;
static struct hd_stack_pool pool;

#ifdef HD_SWITCH_IS_OURS
static void back_bare(void *argument) {
  for (;;) hd_switch(&other, &own);
}
static double bare_ns(void) {
  if (hd_coroutine_begin(&other, &pool, 0, back_bare, NULL) != HD_OK) abort();
  hd_switch(&own, &other);
  double began_ns = now_ns();
  for (long i = 0; i < count / 2; i++) hd_switch(&own, &other);
  double spent_ns = now_ns() - began_ns;
  hd_coroutine_end(&other, &pool);
  return spent_ns / (double)count;
}
#else
static double bare_ns(void) { return 0; }
#endif

static void back(void *argument) {
  for (;;) hd_coroutine_switch(&other, &own);
}
static double coroutine_ns(void) {
  if (hd_coroutine_begin(&other, &pool, 0, back, NULL) != HD_OK) abort();
  hd_coroutine_switch(&own, &other);
  double began_ns = now_ns();
  for (long i = 0; i < count / 2; i++) hd_coroutine_switch(&own, &other);
  double spent_ns = now_ns() - began_ns;
  hd_coroutine_end(&other, &pool);
  return spent_ns / (double)count;
}

/* Tasks. The measured part runs in the loop's first task. */
static int yields(void *argument, void *result) {
  for (long i = 0; i < count / 2; i++) hd_task_sleep(0);
  return 0;
}
static int two_yield(void *argument, void *result) {
  struct hd_task task;
  hd_task_create(&task, yields, NULL, 0, 0, "yields");
  double began_ns = now_ns();
  yields(NULL, NULL);
  hd_await(&task, NULL);
  *(double *)result = (now_ns() - began_ns) / (double)count;
  hd_task_release(&task);
  return 0;
}

static int nothing(void *argument, void *result) { return 0; }
static int spawns(void *argument, void *result) {
  double began_ns = now_ns();
  for (long i = 0; i < count / 4; i++) {
    struct hd_task task;
    hd_task_create(&task, nothing, NULL, 0, 0, NULL);
    hd_await(&task, NULL);
    hd_task_release(&task);
  }
  *(double *)result = (now_ns() - began_ns) / (double)(count / 4);
  return 0;
}

static void *nothing_in_thread(void *argument) { return NULL; }
static double thread_ns(void) {
  double began_ns = now_ns();
  for (long i = 0; i < count / 100; i++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, nothing_in_thread, NULL) != 0) abort();
    pthread_join(thread, NULL);
  }
  return (now_ns() - began_ns) / (double)(count / 100);
}

static long rounds_left;
static void idle(uv_idle_t *handle) {
  if (!--rounds_left) uv_idle_stop(handle);
}
static double uv_round_ns(void) {
  uv_loop_t loop;
  uv_idle_t handle;
  uv_loop_init(&loop);
  uv_idle_init(&loop, &handle);
  uv_idle_start(&handle, idle);
  rounds_left = count;
  double began_ns = now_ns();
  uv_run(&loop, UV_RUN_DEFAULT);
  double spent_ns = now_ns() - began_ns;
  uv_close((uv_handle_t *)&handle, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return spent_ns / (double)count;
}

static void call_again(void *loop) {
  if (--rounds_left)
    hd_loop_call_soon(loop, call_again, loop, NULL);
  else
    hd_loop_stop(loop);
}
static void never(uv_poll_t *handle, int status, int events) {}
static double round_ns(bool polls) {
  struct hd_loop loop;
  uv_poll_t poll;
  int ends[2];
  if (hd_loop_new(&loop, NULL) != HD_OK || pipe(ends) != 0) abort();
  if (polls) {
    uv_poll_init(&loop.state->uv, &poll, ends[0]);
    uv_poll_start(&poll, UV_READABLE, never);
  }
  rounds_left = count;
  hd_loop_call_soon(&loop, call_again, &loop, NULL);
  double began_ns = now_ns();
  hd_loop_run_forever(&loop);
  double spent_ns = now_ns() - began_ns;
  if (polls) uv_close((uv_handle_t *)&poll, NULL);
  hd_loop_close(&loop);
  hd_loop_release(&loop);
  close(ends[0]);
  close(ends[1]);
  return spent_ns / (double)count;
}
static double call_round_ns(void) { return round_ns(false); }
static double polling_round_ns(void) { return round_ns(true); }

static int sleeps(void *argument, void *result) {
  for (long i = 0; i < *(long *)argument; i++) hd_task_sleep(HD_MICROSECOND_NS * (1000 + ((intptr_t)&i >> 12) % 997));
  return 0;
}
static int many_sleep(void *argument, void *result) {
  enum { SLEEPERS = 10000 };
  static struct hd_task tasks[SLEEPERS];
  long turns = count / SLEEPERS + 1;
  for (int i = 0; i < SLEEPERS; i++) hd_task_create(&tasks[i], sleeps, &turns, sizeof turns, 0, NULL);
  hd_task_sleep(0);
  double began_ns = now_ns();
  for (int i = 0; i < SLEEPERS; i++) {
    hd_await(&tasks[i], NULL);
    hd_task_release(&tasks[i]);
  }
  *(double *)result = (now_ns() - began_ns) / (double)(turns * SLEEPERS);
  return 0;
}

static double in_loop(hd_task_routine *routine) {
  double figure = 0;
  if (hd_loop_run(routine, NULL, &figure, sizeof figure, NULL) != HD_OK) abort();
  return figure;
}
static double step_ns(void) { return in_loop(two_yield); }
static double spawn_ns(void) { return in_loop(spawns); }
static double sleep_ns(void) { return in_loop(many_sleep); }

static int by_value(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

static const struct measure {
  const char *line;
  double (*figure)(void);
  bool is_ours;
} measures[] = {
    {"switch", ucontext_ns, false},    {"switch", bare_ns, false},   {"switch", coroutine_ns, false}, {"switch", step_ns, true},
    {"spawn", thread_ns, false},       {"spawn", spawn_ns, true},    {"round", uv_round_ns, false},   {"round", call_round_ns, true},
    {"round", polling_round_ns, true}, {"sleepers", sleep_ns, true},
};
#define MEASURES (sizeof measures / sizeof *measures)

int main(int argument_count, char **arguments) {
  if (argument_count > 1) count = atol(arguments[1]);
  bool only_ours = argument_count > 2 && strcmp(arguments[2], "heddle") == 0;
  static double figures[MEASURES][ROUNDS];
  hd_stack_pool_begin(&pool, 0);
  for (int round = 0; round < ROUNDS; round++)
    for (size_t i = 0; i < MEASURES; i++)
      if (measures[i].is_ours || !only_ours) figures[i][round] = measures[i].figure();
  const char *line = "";
  for (size_t i = 0; i < MEASURES; i++) {
    qsort(figures[i], ROUNDS, sizeof(double), by_value);
    if (strcmp(line, measures[i].line) != 0) printf("%s%s", i ? "\n" : "", line = measures[i].line);
    printf(" %.2f", figures[i][ROUNDS / 2]);
  }
  puts("");
  return 0;
}
