#include "begin-test.h"
#include "jobs.h"
#include <string.h>
#include <sys/wait.h>

static struct hd_executor executor;
static struct hd_event go = HD_EVENT_INIT;

static void begin(uint32_t worker_count) {
  CHECK_OK(hd_executor_init_threads(&executor, worker_count, "test"));
  hd_event_clear(&go);
}

static void runs_jobs(void) {
  struct hd_future future;
  begin(0);
  for (int i = 0; i < 100; i++) {
    submit_multiply(&executor, i, 2, &future);
    CHECK(int_result(&future) == i * 2);
    hd_future_release(&future);
  }
  close_executor(&executor);
  struct hd_executor_options options = {.worker_count = HD_EXECUTOR_WORKERS_MAX + 1};
  CHECK_ERROR(hd_executor_init(&executor, &options), HD_ERROR_INVALID);
  options = (struct hd_executor_options){.worker_job_count = 1};
  CHECK_ERROR(hd_executor_init(&executor, &options), HD_ERROR_INVALID);
}

/* Workers are started on demand, and used again while they are free. */
static void starts_workers_on_demand(void) {
  struct hd_future future, blocked[6];
  begin(4);
  CHECK(hd_thread_active_count() == 1);
  for (int i = 0; i < 50; i++) {
    submit_multiply(&executor, i, i, &future);
    CHECK(int_result(&future) == i * i);
    hd_future_release(&future);
    CHECK(hd_thread_active_count() == 2);
  }
  for (int i = 0; i < 6; i++) CHECK_OK(hd_executor_submit(&executor, wait_for_event, &go, 0, 0, &blocked[i]));
  CHECK(hd_thread_active_count() == 5);
  hd_event_set(&go);
  CHECK_OK(hd_future_wait(blocked, 6, HD_UNTIL_ALL, LONG_NS));
  for (int i = 0; i < 6; i++) hd_future_release(&blocked[i]);
  close_executor(&executor);
  CHECK(hd_thread_active_count() == 1);
}

/* A worker that is busy with a callback is not free: what its callback waits for is run by another. */
static void ask_for_more(struct hd_future *future, void *unused) {
  struct hd_future more;
  submit_multiply(&executor, 3, 3, &more);
  CHECK(int_result(&more) == 9);
  hd_future_release(&more);
  hd_event_set(&go);
}
static void callbacks_do_not_stand_in_the_way(void) {
  struct hd_future blocked;
  static struct hd_event late = HD_EVENT_INIT;
  begin(2);
  CHECK_OK(hd_executor_submit(&executor, wait_for_event, &late, 0, 0, &blocked));
  CHECK_OK(hd_future_add_callback(&blocked, ask_for_more, NULL));
  hd_event_set(&late);
  CHECK_OK(hd_event_wait_timed(&go, LONG_NS));
  hd_future_release(&blocked);
  close_executor(&executor);
}

static int name_of_worker(const void *argument, void *result) {
  struct hd_thread self;
  CHECK_OK(hd_thread_current(&self));
  hd_thread_get_name(&self, result, 32);
  CHECK(!hd_thread_is_daemon(&self));
  hd_thread_release(&self);
  return 0;
}
static void names_workers(void) {
  struct hd_future future;
  char name[32];
  begin(1);
  CHECK_OK(hd_executor_submit(&executor, name_of_worker, NULL, 0, sizeof name, &future));
  CHECK_OK(hd_future_result(&future, name, LONG_NS));
  CHECK(strcmp(name, "test-1") == 0);
  hd_future_release(&future);
  close_executor(&executor);
}

static void copies_arguments_or_hands_on_pointers(void) {
  struct hd_future future;
  struct pair pair = {4, 5};
  begin(1);
  CHECK_OK(hd_executor_submit(&executor, multiply, &pair, sizeof pair, sizeof(int), &future));
  pair.left = 1000;
  CHECK(int_result(&future) == 20);
  hd_future_release(&future);
  CHECK_OK(hd_executor_submit(&executor, multiply, &pair, 0, sizeof(int), &future));
  CHECK(int_result(&future) == 5000);
  hd_future_release(&future);
  CHECK_ERROR(hd_executor_submit(&executor, multiply, &pair, SIZE_MAX - 5, 4, &future), HD_ERROR_NO_MEMORY);
  CHECK_ERROR(hd_executor_submit(&executor, multiply, NULL, 0, SIZE_MAX - 5, &future), HD_ERROR_NO_MEMORY);
  close_executor(&executor);
}

static void maps_in_order(void) {
  int numbers[100], squares[100];
  for (int i = 0; i < 100; i++) numbers[i] = i;
  begin(3);
  for (size_t chunk = 0; chunk <= 150; chunk += 7) {
    memset(squares, 0, sizeof squares);
    struct hd_map map = {.arguments = numbers,
                         .argument_bytes = sizeof(int),
                         .results = squares,
                         .result_bytes = sizeof(int),
                         .count = 100,
                         .chunk_count = chunk};
    CHECK_OK(hd_executor_map(&executor, square, &map, LONG_NS));
    for (int i = 0; i < 100; i++) CHECK(squares[i] == i * i);
  }
  struct hd_map none = {.count = 0};
  CHECK_OK(hd_executor_map(&executor, square, &none, HD_FOREVER));
  struct hd_map unwanted = {.arguments = numbers, .argument_bytes = sizeof(int), .result_bytes = sizeof(int), .count = 100};
  CHECK_OK(hd_executor_map(&executor, square, &unwanted, HD_FOREVER));
  struct hd_map bare = {.count = 10};
  CHECK_OK(hd_executor_map(&executor, nothing, &bare, HD_FOREVER));
  struct hd_map huge = {.argument_bytes = SIZE_MAX / 2, .count = 10};
  CHECK_ERROR(hd_executor_map(&executor, nothing, &huge, HD_FOREVER), HD_ERROR_INVALID);
  CHECK_ERROR(hd_executor_map(&executor, nothing, &bare, -2), HD_ERROR_INVALID);
  close_executor(&executor);
}

static void map_stops_at_the_first_failure(void) {
  int numbers[20], squares[20];
  for (size_t chunk = 1; chunk <= 8; chunk += 3) {
    for (int i = 0; i < 20; i++) numbers[i] = i == 7 || i == 15 ? -i : i;
    memset(squares, 0xff, sizeof squares);
    begin(2);
    struct hd_map map = {.arguments = numbers,
                         .argument_bytes = sizeof(int),
                         .results = squares,
                         .result_bytes = sizeof(int),
                         .count = 20,
                         .chunk_count = chunk};
    CHECK_ERROR(hd_executor_map(&executor, square, &map, LONG_NS), HD_ERROR_JOB_FAILED);
    CHECK(map.failed_index == 7 && map.error == 1007);
    for (int i = 0; i < 7; i++) CHECK(squares[i] == i * i);
    CHECK(squares[7] == -1);
    CHECK_OK(hd_executor_map(&executor, nothing, &(struct hd_map){.count = 5}, LONG_NS)); /* it can be used again */
    close_executor(&executor);
  }
}

static int wait_for_gate(const void *argument, void *result) {
  CHECK_OK(hd_event_wait(*(struct hd_event *const *)argument));
  return 0;
}
static void map_times_out(void) {
  struct hd_event *gates[3] = {&go, &go, &go};
  struct hd_map map = {.arguments = gates, .argument_bytes = sizeof *gates, .count = 3};
  begin(1);
  CHECK_ERROR(hd_executor_map(&executor, wait_for_gate, &map, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_executor_map(&executor, wait_for_gate, &map, 0), HD_ERROR_TIMEOUT);
  hd_event_set(&go);
  CHECK_OK(hd_executor_map(&executor, wait_for_gate, &map, LONG_NS));
  close_executor(&executor);
}

/* Shutting down. */
static int done_count;
static int count_slowly(const void *argument, void *result) {
  usleep(1000);
  COUNT(done_count);
  return 0;
}
static void shutdown_runs_what_is_pending(void) {
  struct hd_future future;
  begin(2);
  STORE(done_count, 0);
  for (int i = 0; i < 20; i++) CHECK_OK(hd_executor_submit(&executor, count_slowly, NULL, 0, 0, NULL));
  CHECK_OK(hd_executor_shutdown(&executor, true, false));
  CHECK(LOAD(done_count) == 20);
  CHECK(hd_thread_active_count() == 1);
  CHECK_ERROR(hd_executor_submit(&executor, nothing, NULL, 0, 0, &future), HD_ERROR_SHUT_DOWN);
  CHECK_ERROR(hd_executor_map(&executor, nothing, &(struct hd_map){.count = 1}, HD_FOREVER), HD_ERROR_SHUT_DOWN);
  CHECK_OK(hd_executor_shutdown(&executor, true, true)); /* again */
  hd_executor_release(&executor);

  begin(2); /* never used */
  close_executor(&executor);
  begin(2);
  hd_executor_release(&executor);
}

static void shutdown_cancels_what_is_pending(void) {
  struct hd_future running, pending[10];
  begin(1);
  CHECK_OK(hd_executor_submit(&executor, wait_for_event, &go, 0, 0, &running));
  UNTIL(hd_future_is_running(&running));
  for (int i = 0; i < 10; i++) CHECK_OK(hd_executor_submit(&executor, nothing, NULL, 0, 0, &pending[i]));
  CHECK_OK(hd_executor_shutdown(&executor, false, true));
  for (int i = 0; i < 10; i++) CHECK(hd_future_is_cancelled(&pending[i]));
  CHECK(!hd_future_is_done(&running));
  hd_event_set(&go);
  CHECK_OK(hd_executor_shutdown(&executor, true, false));
  CHECK_OK(hd_future_result(&running, NULL, 0));
  for (int i = 0; i < 10; i++) hd_future_release(&pending[i]);
  hd_future_release(&running);
  hd_executor_release(&executor);
}

static void shutdown_need_not_wait(void) {
  struct hd_future futures[5];
  begin(1);
  for (int i = 0; i < 5; i++) CHECK_OK(hd_executor_submit(&executor, wait_for_event, &go, 0, 0, &futures[i]));
  CHECK_OK(hd_executor_shutdown(&executor, false, false));
  CHECK(!hd_future_is_done(&futures[0]));
  hd_executor_release(&executor); /* its workers go on without it */
  hd_event_set(&go);
  CHECK_OK(hd_future_wait(futures, 5, HD_UNTIL_ALL, LONG_NS));
  for (int i = 0; i < 5; i++) hd_future_release(&futures[i]);
  UNTIL(hd_thread_active_count() == 1);
}

/* A release without a shutdown runs what is pending, too. */
static void release_runs_what_is_pending(void) {
  begin(2);
  STORE(done_count, 0);
  for (int i = 0; i < 20; i++) CHECK_OK(hd_executor_submit(&executor, count_slowly, NULL, 0, 0, NULL));
  hd_executor_release(&executor);
  UNTIL(LOAD(done_count) == 20);
  UNTIL(hd_thread_active_count() == 1);
}

static int shut_down_from_inside(const void *argument, void *result) {
  CHECK_ERROR(hd_executor_shutdown(&executor, true, true), HD_ERROR_SELF_JOIN);
  CHECK_OK(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL)); /* nothing was changed */
  CHECK_OK(hd_executor_shutdown(&executor, false, false));
  return 0;
}
static void a_job_cannot_wait_for_its_executor(void) {
  struct hd_future future;
  begin(2);
  CHECK_OK(hd_executor_submit(&executor, shut_down_from_inside, NULL, 0, 0, &future));
  CHECK_OK(hd_future_result(&future, NULL, LONG_NS));
  hd_future_release(&future);
  close_executor(&executor);
}

static int submit_inside(const void *argument, void *result) {
  struct hd_future inner;
  submit_multiply(&executor, 5, 5, &inner);
  *(int *)result = int_result(&inner);
  hd_future_release(&inner);
  return 0;
}
static void jobs_may_submit(void) {
  struct hd_future future;
  begin(2);
  CHECK_OK(hd_executor_submit(&executor, submit_inside, NULL, 0, sizeof(int), &future));
  CHECK(int_result(&future) == 25);
  hd_future_release(&future);
  close_executor(&executor);
}

/* Initializers. */
static __thread int prepared;
static int prepared_count;
static int prepare(void *argument) {
  prepared = *(int *)argument;
  COUNT(prepared_count);
  return 0;
}
static int tell_prepared(const void *argument, void *result) {
  *(int *)result = prepared;
  return 0;
}
static void initializes_each_worker(void) {
  int argument = 42;
  struct hd_executor_options options = {.worker_count = 3, .initializer = prepare, .initializer_argument = &argument};
  struct hd_future futures[3];
  CHECK_OK(hd_executor_init(&executor, &options));
  for (int i = 0; i < 3; i++) CHECK_OK(hd_executor_submit(&executor, tell_prepared, NULL, 0, sizeof(int), &futures[i]));
  for (int i = 0; i < 3; i++) {
    CHECK(int_result(&futures[i]) == 42);
    hd_future_release(&futures[i]);
  }
  close_executor(&executor);
  CHECK(prepared_count >= 1 && prepared_count <= 3);
}

static int fail_to_prepare(void *argument) {
  CHECK_OK(hd_event_wait(argument));
  return 1;
}
static void a_failed_initializer_breaks_the_executor(void) {
  struct hd_executor_options options = {.worker_count = 1, .initializer = fail_to_prepare, .initializer_argument = &go};
  struct hd_future futures[3];
  int error;
  hd_event_clear(&go);
  CHECK_OK(hd_executor_init(&executor, &options));
  for (int i = 0; i < 3; i++) submit_multiply(&executor, i, i, &futures[i]);
  CHECK(hd_future_cancel(&futures[2]));
  hd_event_set(&go);
  CHECK_ERROR(hd_future_result(&futures[0], NULL, LONG_NS), HD_ERROR_BROKEN_POOL);
  CHECK_ERROR(hd_future_error(&futures[1], &error, LONG_NS), HD_ERROR_BROKEN_POOL);
  CHECK(hd_future_is_cancelled(&futures[2]));
  CHECK_ERROR(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL), HD_ERROR_BROKEN_POOL);
  CHECK_ERROR(hd_executor_map(&executor, nothing, &(struct hd_map){.count = 2}, LONG_NS), HD_ERROR_BROKEN_POOL);
  for (int i = 0; i < 3; i++) hd_future_release(&futures[i]);
  close_executor(&executor);
}

/* A job that ends its thread. */
static int exit_thread(const void *argument, void *result) { pthread_exit(NULL); }
static void a_lost_worker_breaks_the_executor(void) {
  struct hd_future blocked, leaving, pending;
  begin(2);
  CHECK_OK(hd_executor_submit(&executor, wait_for_event, &go, 0, 0, &blocked));
  UNTIL(hd_future_is_running(&blocked));
  CHECK_OK(hd_executor_submit(&executor, exit_thread, NULL, 0, 0, &leaving));
  int result = hd_executor_submit(&executor, nothing, NULL, 0, 0, &pending);
  CHECK_ERROR(hd_future_result(&leaving, NULL, LONG_NS), HD_ERROR_BROKEN_POOL);
  if (result == HD_OK) {
    CHECK_ERROR(hd_future_result(&pending, NULL, LONG_NS), HD_ERROR_BROKEN_POOL);
    hd_future_release(&pending);
  }
  CHECK_ERROR(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL), HD_ERROR_BROKEN_POOL);
  hd_event_set(&go);
  CHECK_OK(hd_future_result(&blocked, NULL, LONG_NS)); /* what runs is not disturbed */
  hd_future_release(&blocked);
  hd_future_release(&leaving);
  close_executor(&executor);
}

/* Many threads submit to one executor, and some of what they submit is cancelled. */
static int64_t sum;
static int add(const void *argument, void *result) {
  __atomic_add_fetch(&sum, *(const int *)argument, __ATOMIC_RELAXED);
  *(int *)result = *(const int *)argument;
  return 0;
}
static void *submit_many(void *unused) {
  enum { JOBS = 200 };
  struct hd_future futures[JOBS];
  int64_t mine = 0, cancelled = 0;
  for (int i = 0; i < JOBS; i++) {
    CHECK_OK(hd_executor_submit(&executor, add, &i, sizeof i, sizeof i, &futures[i]));
    if (i % 10 == 9 && hd_future_cancel(&futures[i - 1])) cancelled += i - 1;
  }
  for (int i = 0; i < JOBS; i++) {
    if (!hd_future_is_cancelled(&futures[i])) mine += int_result(&futures[i]);
    hd_future_release(&futures[i]);
  }
  CHECK(mine + cancelled == JOBS * (JOBS - 1) / 2);
  __atomic_sub_fetch(&sum, mine, __ATOMIC_RELAXED);
  return unused;
}
static void many_may_submit(void) {
  struct bunch bunch;
  begin(4);
  bunch_start(&bunch, 8, submit_many, NULL);
  bunch_join(&bunch);
  close_executor(&executor);
  CHECK(LOAD(sum) == 0);
}

/* Threads race to submit while another shuts down: each job is accepted and run, or refused. Now and then they pause: the guard is not
 * fair, and without it hundreds of thousands of jobs pile up before the other has had it. */
static int accepted;
static int count_done(const void *argument, void *result) {
  COUNT(done_count);
  return 0;
}
static void *submit_until_refused(void *unused) {
  for (;;) {
    int result = hd_executor_submit(&executor, count_done, NULL, 0, 0, NULL);
    if (result == HD_ERROR_SHUT_DOWN) return unused;
    CHECK_OK(result);
    if (COUNT(accepted) % 64 == 0) usleep(100);
  }
}
static void submissions_race_with_shutdown(void) {
  for (int i = 0; i < 10; i++) {
    struct bunch bunch;
    begin(3);
    STORE(accepted, 0);
    STORE(done_count, 0);
    bunch_start(&bunch, 3, submit_until_refused, NULL);
    UNTIL(LOAD(accepted) > 5);
    CHECK_OK(hd_executor_shutdown(&executor, true, false));
    bunch_join(&bunch);
    CHECK(LOAD(done_count) == LOAD(accepted));
    hd_executor_release(&executor);
  }
}

/* At exit all that was submitted is done, although nobody shuts the executor down. In a child, so that its end can be seen. */
static int write_byte(const void *argument, void *result) {
  usleep(5000);
  return write(*(const int *)argument, "x", 1) == 1 ? 0 : 1;
}
static void exit_waits_for_jobs(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  pid_t child = fork();
  if (child == 0) {
    begin(1);
    for (int i = 0; i < 5; i++) CHECK_OK(hd_executor_submit(&executor, write_byte, &ends[1], sizeof(int), 0, NULL));
    exit(3);
  }
  close(ends[1]);
  int status;
  char bytes[8];
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
  CHECK(read(ends[0], bytes, sizeof bytes) == 5);
  close(ends[0]);
}

/* What runs after the process has waited for its threads comes too late. */
static void submit_too_late(void) {
  struct hd_executor late;
  CHECK_ERROR(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL), HD_ERROR_SHUT_DOWN);
  CHECK_OK(hd_executor_init_threads(&late, 1, "late"));
  CHECK_ERROR(hd_executor_submit(&late, nothing, NULL, 0, 0, NULL), HD_ERROR_SHUT_DOWN);
  close_executor(&late);
  _exit(9);
}
static void nothing_is_accepted_after_exit(void) {
  pid_t child = fork();
  if (child == 0) {
    CHECK(atexit(submit_too_late) == 0);
    begin(1);
    CHECK_OK(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL));
    exit(3);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 9);
}

static void a_forked_child_has_no_workers(void) {
  struct hd_future future;
  begin(1);
  submit_multiply(&executor, 2, 2, &future);
  CHECK(int_result(&future) == 4);
  pid_t child = fork();
  if (child == 0) {
    CHECK(int_result(&future) == 4);
    CHECK_ERROR(hd_executor_submit(&executor, nothing, NULL, 0, 0, NULL), HD_ERROR_SHUT_DOWN);
    if (!THREAD_SANITIZER) {
      struct hd_executor own;
      struct hd_map map = {.count = 3};
      CHECK_OK(hd_executor_init_threads(&own, 1, "own"));
      CHECK_OK(hd_executor_map(&own, nothing, &map, LONG_NS));
      close_executor(&own);
    }
    exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  hd_future_release(&future);
  close_executor(&executor);
}

int main(void) {
  begin_test();
  if (!THREAD_SANITIZER)              /* which takes the worker for a leak */
    nothing_is_accepted_after_exit(); /* before the parent has a thread, for which its own exit handler would run first */
  runs_jobs();
  starts_workers_on_demand();
  callbacks_do_not_stand_in_the_way();
  names_workers();
  copies_arguments_or_hands_on_pointers();
  maps_in_order();
  map_stops_at_the_first_failure();
  map_times_out();
  shutdown_runs_what_is_pending();
  shutdown_cancels_what_is_pending();
  shutdown_need_not_wait();
  release_runs_what_is_pending();
  a_job_cannot_wait_for_its_executor();
  jobs_may_submit();
  initializes_each_worker();
  a_failed_initializer_breaks_the_executor();
  a_lost_worker_breaks_the_executor();
  many_may_submit();
  submissions_race_with_shutdown();
  exit_waits_for_jobs();
  a_forked_child_has_no_workers();
  return 0;
}
