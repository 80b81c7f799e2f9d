/* The loop: its rounds, calls of all kinds, stopping, closing, other threads, forks. */
#include "async.h"
#include <errno.h>
#include <sys/wait.h>

static void noted(void *argument) { note(argument); }

static void note_more(void *argument) {
  note(argument);
  CHECK_OK(hd_loop_call_soon(NULL, noted, "next", NULL));
}

static int calls(void *argument, void *result) {
  struct hd_loop_call call, cancelled;
  CHECK_OK(hd_loop_call_soon(NULL, note_more, "one", NULL));
  CHECK_OK(hd_loop_call_soon(NULL, noted, "two", &call));
  CHECK_OK(hd_loop_call_soon(NULL, noted, "never", &cancelled));
  CHECK(hd_loop_call_when_ns(&call) == 0);
  hd_loop_call_cancel(&cancelled);
  hd_loop_call_cancel(&cancelled);
  CHECK(hd_loop_call_is_cancelled(&cancelled) && !hd_loop_call_is_cancelled(&call));
  hd_loop_call_release(&cancelled);
  CHECK_HAPPENED("");
  rounds(1);
  CHECK_HAPPENED("one two");  /* what a round makes has its turn in the next one */
  hd_loop_call_cancel(&call); /* too late */
  CHECK(!hd_loop_call_is_cancelled(&call));
  hd_loop_call_release(&call);
  rounds(1);
  CHECK_HAPPENED("next");
  return 0;
}

static int later(void *argument, void *result) {
  struct hd_loop_call call, never;
  int64_t begin_ns = hd_loop_time_ns(), at_ns = begin_ns + 3 * HD_MILLISECOND_NS;
  CHECK_OK(hd_loop_call_later(NULL, 5 * HD_MILLISECOND_NS, noted, "third", NULL));
  CHECK_OK(hd_loop_call_at(NULL, at_ns, noted, "first", NULL));
  CHECK_OK(hd_loop_call_at(NULL, at_ns, noted, "second", &call)); /* of one time: in the order in which they were made */
  CHECK_OK(hd_loop_call_later(NULL, HD_MILLISECOND_NS, noted, "never", &never));
  CHECK(hd_loop_call_when_ns(&call) == at_ns && hd_loop_call_when_ns(&never) >= begin_ns + HD_MILLISECOND_NS);
  hd_loop_call_release(&call);
  hd_loop_call_cancel(&never);
  hd_loop_call_release(&never);
  CHECK_OK(hd_loop_call_at(NULL, -5, noted, "past", NULL));
  CHECK_OK(hd_loop_call_later(NULL, 0, noted, "now", NULL));
  CHECK_ERROR(hd_loop_call_later(NULL, -1, noted, "never", NULL), HD_ERROR_INVALID);
  CHECK_OK(hd_loop_call_later(NULL, INT64_MAX, noted, "never", NULL)); /* forgotten at the loop's end */
  CHECK_OK(hd_task_sleep(10 * HD_MILLISECOND_NS));
  CHECK(hd_loop_time_ns() >= begin_ns + 10 * HD_MILLISECOND_NS);
  CHECK_HAPPENED("past now first second third");
  return 0;
}

/* Times that lie across each other are kept in order; cancelled ones in the middle leave no trace. */
static int64_t last_ns;
static int called_count;
static void in_order(void *argument) {
  int64_t when_ns = *(int64_t *)argument;
  CHECK(when_ns >= last_ns && hd_loop_time_ns() >= when_ns);
  last_ns = when_ns;
  called_count++;
}

static int many_timers(void *argument, void *result) {
  enum { COUNT = 3000 };
  static int64_t times[COUNT];
  static struct hd_loop_call timers[COUNT];
  uint32_t seed = 7;
  int64_t now = hd_loop_time_ns();
  for (int i = 0; i < COUNT; i++) {
    seed = seed * 1664525 + 1013904223;
    times[i] = now + (seed >> 16) % 5000 * HD_MICROSECOND_NS;
    CHECK_OK(hd_loop_call_at(NULL, times[i], in_order, &times[i], &timers[i]));
  }
  for (int i = 0; i < COUNT; i += 3) hd_loop_call_cancel(&timers[i]);
  while (called_count < COUNT - COUNT / 3) CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  for (int i = 0; i < COUNT; i++) hd_loop_call_release(&timers[i]);
  CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  CHECK(called_count == COUNT - COUNT / 3);
  return 0;
}

static void stop(void *argument) { hd_loop_stop(argument); }

static int wait_then(void *argument, void *result) {
  CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  *(int *)result = 9;
  return 0;
}

static void stops(void) {
  struct hd_loop loop, copy;
  struct hd_loop_options options = {.name = "stopped"};
  CHECK_OK(hd_loop_new(&loop, &options));
  CHECK(!hd_loop_is_running(&loop) && !hd_loop_is_closed(&loop));
  CHECK_OK(hd_loop_call_soon(&loop, noted, "before", NULL));
  CHECK_OK(hd_loop_call_soon(&loop, stop, &loop, NULL));
  CHECK_OK(hd_loop_call_soon(&loop, note_more, "same round", NULL));
  CHECK_OK(hd_loop_run_forever(&loop));
  CHECK_HAPPENED("before same round"); /* the round is ended */
  struct hd_task task;
  struct hd_task_options task_options = {.result_bytes = sizeof(int)};
  CHECK_OK(hd_task_create_in(&loop, &task, wait_then, NULL, &task_options));
  hd_loop_stop(&loop);
  int number = 0;
  CHECK_ERROR(hd_loop_run_until_complete(&loop, &task, &number), HD_ERROR_STOPPED);
  CHECK_HAPPENED("next");
  CHECK_OK(hd_loop_run_until_complete(&loop, &task, &number));
  CHECK(number == 9);
  number = 0;
  CHECK_OK(hd_loop_run_until_complete(&loop, &task, &number)); /* it is over */
  CHECK(number == 9);
  hd_task_release(&task);
  hd_loop_copy(&loop, &copy);
  CHECK_OK(hd_loop_call_soon(&loop, noted, "never", NULL));
  CHECK_OK(hd_loop_close(&loop));
  CHECK_OK(hd_loop_close(&loop));
  CHECK(hd_loop_is_closed(&copy));
  CHECK_ERROR(hd_loop_call_soon(&copy, noted, "never", NULL), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_loop_call_soon_threadsafe(&copy, noted, "never", NULL), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_loop_run_forever(&copy), HD_ERROR_CLOSED);
  hd_loop_release(&loop);
  hd_loop_release(&copy);
  CHECK_HAPPENED("");
}

static int to_clean(void *argument, void *result) {
  int error = hd_task_sleep(LONG_NS);
  note("cleaned");
  return error;
}

/* Tasks that the loop's end finds: one that awaits, one that never began. */
static void closes(void) {
  struct hd_loop loop;
  struct hd_task begun, fresh, brief;
  CHECK_OK(hd_loop_new(&loop, NULL));
  CHECK_OK(hd_task_create_in(&loop, &begun, to_clean, NULL, NULL));
  CHECK_OK(hd_task_create_in(&loop, &brief, nap, NULL, NULL));
  CHECK_OK(hd_loop_run_until_complete(&loop, &brief, NULL));
  CHECK_OK(hd_task_create_in(&loop, &fresh, to_clean, NULL, NULL));
  CHECK_OK(hd_loop_close(&loop));
  CHECK_HAPPENED("cleaned");
  CHECK(hd_task_is_cancelled(&begun) && hd_task_is_cancelled(&fresh));
  CHECK_ERROR(hd_task_cancel(&begun), HD_ERROR_DONE);
  hd_loop_release(&loop);
  CHECK(hd_task_is_cancelled(&begun));
  hd_task_release(&begun);
  hd_task_release(&fresh);
  hd_task_release(&brief);
  /* The last handle closes it, too. */
  CHECK_OK(hd_loop_new(&loop, NULL));
  CHECK_OK(hd_task_create_in(&loop, NULL, to_clean, NULL, NULL));
  hd_loop_release(&loop);
}

static int current(void *argument, void *result) {
  struct hd_loop loop;
  CHECK_OK(hd_loop_current(&loop));
  CHECK(hd_loop_is_running(&loop));
  *(struct hd_loop *)result = loop;
  return 0;
}

static int fails(void *argument, void *result) { return *(int *)argument; }

static void runs(void) {
  struct hd_loop loop;
  CHECK_OK(hd_loop_run(current, NULL, &loop, sizeof loop, NULL));
  CHECK(hd_loop_is_closed(&loop) && !hd_loop_is_running(&loop));
  hd_loop_release(&loop);
  CHECK_ERROR(hd_loop_current(&loop), HD_ERROR_NO_LOOP);
  CHECK_ERROR(hd_loop_call_soon(NULL, noted, "never", NULL), HD_ERROR_NO_LOOP);
  int number = EPERM, error = -1;
  struct hd_loop_options options = {.error = &error, .argument_bytes = sizeof number};
  CHECK_ERROR(hd_loop_run(fails, &number, NULL, 0, &options), HD_ERROR_JOB_FAILED);
  CHECK(error == EPERM);
  options = (struct hd_loop_options){.stack_bytes = 5, .error = &error};
  CHECK_ERROR(hd_loop_run(fails, &number, NULL, 0, &options), HD_ERROR_INVALID);
  CHECK(error == 0);
}

/* Other threads. */
static struct hd_loop shared_loop;
static int arrived_count;   /* counted in the loop's thread alone */
static int cancelled_count; /* by all */
enum { CALLERS = 4, CALLS = 500 };

static void arrive(void *argument) { arrived_count++; }

static void *call_often(void *argument) {
  for (int i = 0; i < CALLS; i++) {
    struct hd_loop_call call;
    CHECK_OK(hd_loop_call_soon_threadsafe(&shared_loop, arrive, NULL, &call));
    if (i % 5 == 0) {
      hd_loop_call_cancel(&call);
      if (hd_loop_call_is_cancelled(&call)) COUNT(cancelled_count); /* else it was too late */
    }
    hd_loop_call_release(&call);
    if (i % 50 == 0) usleep(200); /* the loop falls asleep between */
  }
  return NULL;
}

/* Each call is made once or was cancelled; the loop is woken for all. */
static int from_threads(void *argument, void *result) {
  CHECK_OK(hd_loop_current(&shared_loop));
  struct bunch bunch;
  bunch_start(&bunch, CALLERS, call_often, NULL);
  CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  while (arrived_count + LOAD(cancelled_count) < CALLERS * CALLS) CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  bunch_join(&bunch);
  CHECK(arrived_count + cancelled_count == CALLERS * CALLS);
  hd_loop_release(&shared_loop);
  return 0;
}

static void *wake_sleeper(void *argument) {
  UNTIL(hd_loop_is_running(&shared_loop));
  usleep(5000);
  CHECK_OK(hd_loop_call_soon_threadsafe(&shared_loop, stop, &shared_loop, NULL));
  return NULL;
}

/* A loop that has nothing at all sleeps until another thread calls. */
static void sleeps_for_good(void) {
  CHECK_OK(hd_loop_new(&shared_loop, NULL));
  struct bunch bunch;
  bunch_start(&bunch, 1, wake_sleeper, NULL);
  CHECK_OK(hd_loop_run_forever(&shared_loop));
  bunch_join(&bunch);
  CHECK_OK(hd_loop_close(&shared_loop));
  hd_loop_release(&shared_loop);
}

/* Each thread may have its own. */
static int own_tasks(void *argument, void *result) {
  for (int i = 0; i < 20; i++) {
    struct hd_task task;
    CHECK_OK(hd_task_create(&task, nap, NULL, 0, 0, NULL));
    CHECK_OK(hd_await(&task, NULL));
    hd_task_release(&task);
  }
  return 0;
}
static void *own_loop(void *argument) {
  for (int i = 0; i < 3; i++) in_loop(own_tasks, NULL);
  return NULL;
}

static void *run_running(void *argument) {
  CHECK_ERROR(hd_loop_run_forever(argument), HD_ERROR_LOOP_RUNNING);
  CHECK_ERROR(hd_loop_close(argument), HD_ERROR_LOOP_RUNNING);
  CHECK_ERROR(hd_loop_call_soon(argument, noted, "never", NULL), HD_ERROR_WRONG_THREAD);
  CHECK_ERROR(hd_task_create_in(argument, NULL, nap, NULL, NULL), HD_ERROR_WRONG_THREAD);
  return NULL;
}

static int runs_elsewhere(void *argument, void *result) {
  struct hd_loop loop;
  CHECK_OK(hd_loop_current(&loop));
  elsewhere(run_running, &loop);
  hd_loop_release(&loop);
  return 0;
}

/* In a forked child no loop runs: it may run one of its own. */
static int in_child(void *argument, void *result) {
  pid_t pid = fork();
  if (pid == 0) {
    struct hd_task none;
    CHECK_ERROR(hd_task_current(&none), HD_ERROR_NO_TASK);
    in_loop(own_tasks, NULL);
    _exit(0);
  }
  int status;
  CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK_OK(hd_task_sleep(HD_MILLISECOND_NS));
  return 0;
}

int main(void) {
  in_loop(calls, NULL);
  in_loop(later, NULL);
  in_loop(many_timers, NULL);
  stops();
  closes();
  runs();
  in_loop(from_threads, NULL);
  sleeps_for_good();
  struct bunch bunch;
  bunch_start(&bunch, 4, own_loop, NULL);
  bunch_join(&bunch);
  in_loop(runs_elsewhere, NULL);
  in_loop(in_child, NULL);
  return 0;
}
