#include "begin-test.h"
#include "jobs.h"
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static struct hd_executor executor;

static void begin(uint32_t worker_count) { CHECK_OK(hd_executor_init_processes(&executor, worker_count, "crew")); }
/* Its workers are there before it returns: AddressSanitizer's allocator hangs in a child that was forked while another thread allocated. */
static void begin_with_workers(uint32_t worker_count) {
  struct hd_future first;
  begin(worker_count);
  submit_multiply(&executor, 1, 1, &first);
  CHECK(int_result(&first) == 1);
  hd_future_release(&first);
}

/* Memory that all workers share with the test. */
static struct shared {
  int go;
  int count;
} * shared;
static int wait_for_go(const void *argument, void *result) {
  COUNT(shared->count);
  UNTIL(LOAD(shared->go));
  return 0;
}
static int tell_pid(const void *argument, void *result) {
  *(pid_t *)result = getpid();
  return 0;
}
static int die(const void *argument, void *result) {
  raise(SIGKILL);
  return 0;
}
static int leave(const void *argument, void *result) { exit(3); }

static void runs_jobs_elsewhere(void) {
  struct hd_future future;
  pid_t pid = getpid();
  int error = 0;
  begin(2);
  for (int i = 0; i < 50; i++) {
    submit_multiply(&executor, i, 3, &future);
    CHECK(int_result(&future) == i * 3);
    hd_future_release(&future);
  }
  CHECK_OK(hd_executor_submit(&executor, tell_pid, NULL, 0, sizeof pid, &future));
  CHECK_OK(hd_future_result(&future, &pid, LONG_NS));
  CHECK(pid > 0 && pid != getpid());
  hd_future_release(&future);
  CHECK(hd_process_active(NULL, 0) == 2);
  int failure = 123456;
  CHECK_OK(hd_executor_submit(&executor, fail_with, &failure, sizeof failure, sizeof(int), &future));
  CHECK_ERROR(hd_future_result(&future, NULL, LONG_NS), HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_future_error(&future, &error, 0));
  CHECK(error == 123456);
  hd_future_release(&future);
  close_executor(&executor);
  CHECK(hd_process_active(NULL, 0) == 0);
  CHECK(waitpid(-1, NULL, WNOHANG) == -1); /* nobody is left */
}

/* More than a socket takes at a time, there and back. */
#define LARGE_BYTES (3 << 20)
static int turn(const void *argument, void *result) {
  const unsigned char *from = argument;
  unsigned char *to = result;
  for (size_t i = 0; i < LARGE_BYTES; i++) to[i] = from[LARGE_BYTES - 1 - i];
  return 0;
}
static void carries_large_arguments(void) {
  unsigned char *sent = malloc(LARGE_BYTES), *got = malloc(LARGE_BYTES);
  struct hd_future futures[3];
  for (size_t i = 0; i < LARGE_BYTES; i++) sent[i] = (unsigned char)(i * 31 >> 3);
  begin_with_workers(2);
  for (int i = 0; i < 3; i++) CHECK_OK(hd_executor_submit(&executor, turn, sent, LARGE_BYTES, LARGE_BYTES, &futures[i]));
  for (int i = 0; i < 3; i++) {
    memset(got, 0, LARGE_BYTES);
    CHECK_OK(hd_future_result(&futures[i], got, LONG_NS));
    for (size_t k = 0; k < LARGE_BYTES; k += 997) CHECK(got[k] == sent[LARGE_BYTES - 1 - k]);
    hd_future_release(&futures[i]);
  }
  close_executor(&executor);
  free(sent);
  free(got);
}

static void maps(void) {
  int numbers[60], squares[60];
  for (int i = 0; i < 60; i++) numbers[i] = i;
  struct hd_map map = {.arguments = numbers, .argument_bytes = sizeof(int), .results = squares, .result_bytes = sizeof(int), .count = 60};
  begin(3);
  for (map.chunk_count = 1; map.chunk_count < 100; map.chunk_count *= 5) {
    memset(squares, 0, sizeof squares);
    CHECK_OK(hd_executor_map(&executor, square, &map, LONG_NS));
    for (int i = 0; i < 60; i++) CHECK(squares[i] == i * i);
  }
  numbers[31] = -4;
  CHECK_ERROR(hd_executor_map(&executor, square, &map, LONG_NS), HD_ERROR_JOB_FAILED);
  CHECK(map.failed_index == 31 && map.error == 1004);
  STORE(shared->go, 0);
  struct hd_map waits = {.count = 4};
  CHECK_ERROR(hd_executor_map(&executor, wait_for_go, &waits, SHORT_NS), HD_ERROR_TIMEOUT);
  STORE(shared->go, 1);
  CHECK_OK(hd_executor_map(&executor, wait_for_go, &waits, LONG_NS));
  close_executor(&executor);
}

static void cancels_what_is_pending(void) {
  struct hd_future futures[6];
  begin(2);
  STORE(shared->go, 0);
  STORE(shared->count, 0);
  for (int i = 0; i < 6; i++) CHECK_OK(hd_executor_submit(&executor, wait_for_go, NULL, 0, 0, &futures[i]));
  UNTIL(LOAD(shared->count) == 2);
  CHECK(hd_future_is_running(&futures[0]) && hd_future_is_running(&futures[1]));
  CHECK(!hd_future_cancel(&futures[0]));
  CHECK(hd_future_cancel(&futures[2]));
  CHECK_OK(hd_executor_shutdown(&executor, false, true));
  for (int i = 2; i < 6; i++) CHECK(hd_future_is_cancelled(&futures[i]));
  CHECK_ERROR(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL), HD_ERROR_SHUT_DOWN);
  STORE(shared->go, 1);
  CHECK_OK(hd_executor_shutdown(&executor, true, false));
  CHECK_OK(hd_future_result(&futures[1], NULL, 0));
  CHECK(LOAD(shared->count) == 2);
  for (int i = 0; i < 6; i++) hd_future_release(&futures[i]);
  hd_executor_release(&executor);
}

/* A worker that dies, by a signal or by exit, breaks the executor: what runs and what is pending fails. */
static void a_dead_worker_breaks_the_executor(void) {
  hd_job *ways[] = {die, leave};
  for (int way = 0; way < 2; way++) {
    struct hd_future other, dying, pending[5];
    int error;
    begin(2);
    STORE(shared->go, 0);
    STORE(shared->count, 0);
    CHECK_OK(hd_executor_submit(&executor, wait_for_go, NULL, 0, 0, &other));
    UNTIL(LOAD(shared->count) == 1);
    CHECK_OK(hd_executor_submit(&executor, ways[way], NULL, 0, sizeof(int), &dying));
    for (int i = 0; i < 5; i++) {
      int result = hd_executor_submit(&executor, nothing, NULL, 0, 0, &pending[i]);
      if (result != HD_OK) {
        CHECK_ERROR(result, HD_ERROR_BROKEN_POOL);
        pending[i].state = NULL;
      }
    }
    CHECK_ERROR(hd_future_result(&dying, NULL, LONG_NS), HD_ERROR_BROKEN_POOL);
    CHECK_ERROR(hd_future_error(&dying, &error, LONG_NS), HD_ERROR_BROKEN_POOL);
    CHECK_ERROR(hd_future_result(&other, NULL, LONG_NS), HD_ERROR_BROKEN_POOL);
    for (int i = 0; i < 5; i++)
      if (pending[i].state) {
        CHECK_ERROR(hd_future_result(&pending[i], NULL, LONG_NS), HD_ERROR_BROKEN_POOL);
        hd_future_release(&pending[i]);
      }
    CHECK_ERROR(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL), HD_ERROR_BROKEN_POOL);
    hd_future_release(&dying);
    hd_future_release(&other);
    close_executor(&executor);
    CHECK(hd_process_active(NULL, 0) == 0);
  }
  begin(1); /* another one works */
  struct hd_future future;
  submit_multiply(&executor, 8, 8, &future);
  CHECK(int_result(&future) == 64);
  hd_future_release(&future);
  close_executor(&executor);
}

/* A worker that is killed from outside while it has nothing to do. */
static void an_idle_worker_that_is_killed_breaks_it_too(void) {
  struct hd_future future;
  pid_t pid;
  begin(1);
  CHECK_OK(hd_executor_submit(&executor, tell_pid, NULL, 0, sizeof pid, &future));
  CHECK_OK(hd_future_result(&future, &pid, LONG_NS));
  hd_future_release(&future);
  CHECK(kill(pid, SIGKILL) == 0);
  for (int result = HD_OK; result == HD_OK; usleep(500)) {
    result = hd_executor_submit(&executor, nothing, NULL, 0, 0, &future);
    if (result == HD_OK) {
      int outcome = hd_future_result(&future, NULL, LONG_NS);
      CHECK(outcome == HD_OK || outcome == HD_ERROR_BROKEN_POOL);
      hd_future_release(&future);
    } else {
      CHECK_ERROR(result, HD_ERROR_BROKEN_POOL);
    }
  }
  close_executor(&executor);
}

/* A shutdown that waits comes to an end, although a worker dies meanwhile. */
static void shutdown_survives_a_death(void) {
  struct hd_future dying, futures[20];
  int count = 0;
  begin(2);
  CHECK_OK(hd_executor_submit(&executor, die, NULL, 0, 0, &dying));
  while (count < 20 && hd_executor_submit(&executor, nothing, NULL, 0, 0, &futures[count]) == HD_OK) count++;
  CHECK_OK(hd_executor_shutdown(&executor, true, false));
  CHECK_ERROR(hd_future_result(&dying, NULL, 0), HD_ERROR_BROKEN_POOL);
  for (int i = 0; i < count; i++) {
    CHECK(hd_future_is_done(&futures[i]));
    hd_future_release(&futures[i]);
  }
  hd_future_release(&dying);
  hd_executor_release(&executor);
}

/* A worker that dies while a large argument is on its way to it, or a large result on its way from it. */
static int kill_soon(const void *argument, void *result) {
  pid_t worker = getpid();
  if (fork() == 0) {
    usleep(*(const unsigned *)argument % 3000);
    if (getppid() == worker) kill(worker, SIGKILL); /* another one may have done it, and then the parent is somebody else */
    UNTIL(LOAD(shared->go));                        /* meanwhile the worker's socket stays open */
    _exit(0);
  }
  return 0;
}
static void survives_a_death_in_the_middle_of_a_transfer(void) {
  char *large = calloc(LARGE_BYTES, 1);
  for (unsigned microseconds = 0; microseconds < 3000; microseconds += 250) {
    struct hd_future futures[8];
    int count = 0;
    begin_with_workers(1);
    STORE(shared->go, 0);
    memcpy(large, &microseconds, sizeof microseconds);
    while (count < 8 &&
           hd_executor_submit(&executor, count % 2 ? turn : kill_soon, large, LARGE_BYTES, LARGE_BYTES, &futures[count]) == HD_OK)
      count++;
    for (int i = 0; i < count; i++) {
      int result = hd_future_result(&futures[i], NULL, LONG_NS);
      CHECK(result == HD_OK || result == HD_ERROR_BROKEN_POOL);
      hd_future_release(&futures[i]);
    }
    close_executor(&executor);
    STORE(shared->go, 1);
  }
  free(large);
}

static int prepared;
static int prepare(void *argument) {
  prepared = *(int *)argument;
  return prepared == 13;
}
static int tell_prepared(const void *argument, void *result) {
  *(int *)result = prepared;
  return 0;
}
static void initializes_workers(void) {
  int argument = 12;
  struct hd_future future;
  struct hd_executor_options options = {
      .kind = HD_EXECUTOR_PROCESSES, .worker_count = 2, .initializer = prepare, .initializer_argument = &argument};
  CHECK_OK(hd_executor_init(&executor, &options));
  CHECK_OK(hd_executor_submit(&executor, tell_prepared, NULL, 0, sizeof(int), &future));
  CHECK(int_result(&future) == 12);
  hd_future_release(&future);
  close_executor(&executor);
  CHECK(prepared == 0);
  argument = 13;
  CHECK_OK(hd_executor_init(&executor, &options));
  CHECK_OK(hd_executor_submit(&executor, tell_prepared, NULL, 0, sizeof(int), &future));
  CHECK_ERROR(hd_future_result(&future, NULL, LONG_NS), HD_ERROR_BROKEN_POOL);
  CHECK_ERROR(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL), HD_ERROR_BROKEN_POOL);
  hd_future_release(&future);
  close_executor(&executor);
}

static void replaces_workers_after_so_many_jobs(void) {
  struct hd_executor_options options = {.kind = HD_EXECUTOR_PROCESSES, .worker_count = 1, .worker_job_count = 3};
  pid_t pids[9];
  CHECK_OK(hd_executor_init(&executor, &options));
  for (int i = 0; i < 9; i++) {
    struct hd_future future;
    CHECK_OK(hd_executor_submit(&executor, tell_pid, NULL, 0, sizeof *pids, &future));
    CHECK_OK(hd_future_result(&future, &pids[i], LONG_NS));
    hd_future_release(&future);
  }
  close_executor(&executor);
  for (int i = 0; i < 9; i++) CHECK(pids[i] == pids[i / 3 * 3]);
  CHECK(pids[0] != pids[3] && pids[3] != pids[6]);
}

static pid_t called_in;
static void note_pid(struct hd_future *future, void *argument) {
  struct hd_future *next = argument;
  CHECK_ERROR(hd_executor_shutdown(&executor, true, false), HD_ERROR_SELF_JOIN);
  submit_multiply(&executor, 7, 7, next);
  STORE(called_in, getpid());
}
static void callbacks_run_in_the_parent(void) {
  struct hd_future future, next;
  begin(1);
  STORE(shared->go, 0);
  CHECK_OK(hd_executor_submit(&executor, wait_for_go, NULL, 0, 0, &future));
  CHECK_OK(hd_future_add_callback(&future, note_pid, &next));
  STORE(shared->go, 1);
  UNTIL(LOAD(called_in));
  CHECK(called_in == getpid());
  CHECK_OK(hd_executor_shutdown(&executor, true, false));
  CHECK(int_result(&next) == 49);
  hd_future_release(&future);
  hd_future_release(&next);
  hd_executor_release(&executor);
}

/* Workers that cannot be started break the executor, and leave nothing behind. */
static void needs_descriptors(void) {
  struct rlimit limit, low;
  struct hd_future future;
  CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  int next = dup(STDERR_FILENO);
  close(next);
  low = limit;
  low.rlim_cur = (rlim_t)next;
  CHECK(setrlimit(RLIMIT_NOFILE, &low) == 0);
  CHECK_ERROR(hd_executor_init_processes(&executor, 2, "crew"), HD_ERROR_NO_RESOURCES);
  low.rlim_cur = (rlim_t)next + 2; /* its bell fits, no socket */
  CHECK(setrlimit(RLIMIT_NOFILE, &low) == 0);
  begin(2);
  CHECK_OK(hd_executor_submit(&executor, nothing, NULL, 0, 0, &future));
  CHECK_ERROR(hd_future_result(&future, NULL, LONG_NS), HD_ERROR_BROKEN_POOL);
  hd_future_release(&future);
  close_executor(&executor);
  CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  int after = dup(STDERR_FILENO);
  CHECK(after == next);
  close(after);
}

static int count_run(const void *argument, void *result) {
  usleep(2000);
  COUNT(shared->count);
  return 0;
}
static void exit_waits_for_jobs(void) {
  STORE(shared->count, 0);
  pid_t child = fork();
  if (child == 0) {
    begin(2);
    for (int i = 0; i < 10; i++) CHECK_OK(hd_executor_submit(&executor, count_run, NULL, 0, 0, NULL));
    exit(4);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 4);
  CHECK(LOAD(shared->count) == 10);
}

/* Workers do not outlive a program that is killed. */
static int tell_pid_and_wait(const void *argument, void *result) {
  STORE(shared->count, getpid());
  for (;;) pause();
  return 0;
}
static void workers_die_with_their_program(void) {
  STORE(shared->count, 0);
  CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0); /* the worker's end is ours to see */
  pid_t child = fork();
  if (child == 0) {
    begin(1);
    CHECK_OK(hd_executor_submit(&executor, tell_pid_and_wait, NULL, 0, 0, NULL));
    for (;;) pause();
  }
  UNTIL(LOAD(shared->count));
  kill(child, SIGKILL);
  CHECK(waitpid(child, NULL, 0) == child);
  CHECK(waitpid(shared->count, NULL, 0) == shared->count);
  CHECK(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
}

int main(void) {
  begin_test();
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(shared != MAP_FAILED);
  if (!THREAD_SANITIZER) {
    exit_waits_for_jobs();
    workers_die_with_their_program();
  }
  runs_jobs_elsewhere();
  carries_large_arguments();
  maps();
  cancels_what_is_pending();
  a_dead_worker_breaks_the_executor();
  an_idle_worker_that_is_killed_breaks_it_too();
  shutdown_survives_a_death();
  survives_a_death_in_the_middle_of_a_transfer();
  initializes_workers();
  replaces_workers_after_so_many_jobs();
  callbacks_run_in_the_parent();
  needs_descriptors();
  return 0;
}
