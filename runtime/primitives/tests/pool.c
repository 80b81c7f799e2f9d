#include "begin-test.h"
#include "jobs.h"
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

static struct hd_pool pool;
static int numbers[60], squares[60];

static void begin(uint32_t worker_count) { CHECK_OK(hd_pool_init(&pool, worker_count, "pool-test")); }
static void end(void) {
  hd_pool_close(&pool);
  CHECK_OK(hd_pool_join(&pool));
  hd_pool_release(&pool);
  CHECK(hd_process_active(NULL, 0) == 0);
}
static struct hd_map number_map(size_t chunk_count) {
  memset(squares, 0, sizeof squares);
  for (int i = 0; i < 60; i++) numbers[i] = i;
  return (struct hd_map){.arguments = numbers,
                         .argument_bytes = sizeof(int),
                         .results = squares,
                         .result_bytes = sizeof(int),
                         .count = 60,
                         .chunk_count = chunk_count};
}

static struct shared { int go, count; } * shared;
static int wait_for_go(const void *argument, void *result) {
  COUNT(shared->count);
  UNTIL(LOAD(shared->go));
  return 0;
}
static int tell_pid(const void *argument, void *result) {
  *(pid_t *)result = getpid();
  return 0;
}
/* Dies of its argument: a signal, or 0 and an exit. */
static int die(const void *argument, void *result) {
  int number = *(const int *)argument;
  if (number) raise(number);
  exit(5);
}
static int square_or_die(const void *argument, void *result) {
  if (*(const int *)argument == 31) raise(SIGKILL);
  return square(argument, result);
}

static void applies(void) {
  struct pair pair = {6, 9};
  int result = 0, error = -1;
  struct hd_future future;
  begin(2);
  CHECK_OK(hd_pool_apply(&pool, multiply, &pair, sizeof pair, &result, sizeof result, &error));
  CHECK(result == 54 && error == 0);
  int failure = 99;
  CHECK_ERROR(hd_pool_apply(&pool, fail_with, &failure, sizeof failure, &result, sizeof result, &error), HD_ERROR_JOB_FAILED);
  CHECK(error == 99 && result == 54);
  CHECK_ERROR(hd_pool_apply(&pool, fail_with, &failure, sizeof failure, NULL, 0, NULL), HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_pool_apply_async(&pool, multiply, &pair, sizeof pair, sizeof(int), &future));
  CHECK(int_result(&future) == 54);
  hd_future_release(&future);
  STORE(shared->go, 0);
  CHECK_OK(hd_pool_apply_async(&pool, wait_for_go, NULL, 0, 0, &future));
  CHECK_ERROR(hd_future_result(&future, NULL, SHORT_NS), HD_ERROR_TIMEOUT);
  STORE(shared->go, 1);
  CHECK_OK(hd_future_result(&future, NULL, LONG_NS));
  hd_future_release(&future);
  end();
}

static void maps(void) {
  begin(3);
  for (size_t chunk = 0; chunk < 70; chunk += 9) {
    struct hd_map map = number_map(chunk);
    CHECK_OK(hd_pool_map(&pool, square, &map, LONG_NS));
    for (int i = 0; i < 60; i++) CHECK(squares[i] == i * i);
  }
  struct hd_map map = number_map(4);
  numbers[30] = -1;
  CHECK_ERROR(hd_pool_map(&pool, square, &map, LONG_NS), HD_ERROR_JOB_FAILED);
  CHECK(map.failed_index == 30 && map.error == 1001 && squares[29] == 29 * 29);
  end();
}

static void maps_without_waiting(void) {
  struct hd_pool_results results;
  begin(2);
  STORE(shared->go, 0);
  struct hd_map waits = {.count = 6};
  CHECK_OK(hd_pool_map_async(&pool, wait_for_go, &waits, &results));
  CHECK(!hd_pool_results_are_done(&results));
  CHECK_ERROR(hd_pool_results_get(&results, &waits, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_pool_results_get(&results, &waits, -4), HD_ERROR_INVALID);
  struct hd_map other = {.count = 7};
  CHECK_ERROR(hd_pool_results_get(&results, &other, LONG_NS), HD_ERROR_INVALID);
  STORE(shared->go, 1);
  CHECK_OK(hd_pool_results_get(&results, &waits, LONG_NS));
  CHECK(hd_pool_results_are_done(&results));
  hd_pool_results_release(&results);

  struct hd_map map = number_map(7);
  CHECK_OK(hd_pool_map_async(&pool, square, &map, &results));
  memset(numbers, 0, sizeof numbers); /* they have been copied */
  CHECK_OK(hd_pool_results_get(&results, &map, LONG_NS));
  for (int i = 0; i < 60; i++) CHECK(squares[i] == i * i);
  hd_pool_results_release(&results);

  STORE(shared->count, 0);
  CHECK_OK(hd_pool_map_async(&pool, wait_for_go, &waits, &results));
  hd_pool_results_release(&results); /* nobody asks; they run all the same */
  end();
  CHECK(LOAD(shared->count) == 6);
}

static void iterates_in_order(void) {
  struct hd_pool_iteration iteration;
  int result;
  begin(3);
  for (size_t chunk = 1; chunk < 70; chunk *= 4) {
    struct hd_map map = number_map(chunk);
    CHECK_OK(hd_pool_imap(&pool, square, &map, &iteration));
    for (int i = 0; i < 60; i++) {
      CHECK_OK(hd_pool_next(&iteration, &result, LONG_NS));
      CHECK(result == i * i && iteration.index == (size_t)i);
    }
    CHECK_ERROR(hd_pool_next(&iteration, &result, LONG_NS), HD_ERROR_NO_MORE);
    CHECK_ERROR(hd_pool_next(&iteration, &result, 0), HD_ERROR_NO_MORE);
    hd_pool_iteration_end(&iteration);
  }
  /* A failure is given in its place, and what follows after it. */
  struct hd_map map = number_map(1);
  numbers[2] = -8;
  map.count = 5;
  CHECK_OK(hd_pool_imap(&pool, square, &map, &iteration));
  for (int i = 0; i < 5; i++) {
    CHECK_ERROR(hd_pool_next(&iteration, &result, LONG_NS), i == 2 ? HD_ERROR_JOB_FAILED : HD_OK);
    CHECK(iteration.index == (size_t)i && iteration.error == (i == 2 ? 1008 : 0));
  }
  CHECK_ERROR(hd_pool_next(&iteration, &result, LONG_NS), HD_ERROR_NO_MORE);
  hd_pool_iteration_end(&iteration);
  /* In chunks: what is good of the chunk, the failure, the next chunk. */
  map.chunk_count = 4;
  map.count = 8;
  CHECK_OK(hd_pool_imap(&pool, square, &map, &iteration));
  static const struct step {
    int outcome;
    size_t index;
  } steps[] = {{HD_OK, 0}, {HD_OK, 1}, {HD_ERROR_JOB_FAILED, 2}, {HD_OK, 4}, {HD_OK, 5}, {HD_OK, 6}, {HD_OK, 7}};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    CHECK_ERROR(hd_pool_next(&iteration, NULL, LONG_NS), steps[i].outcome);
    CHECK(iteration.index == steps[i].index);
  }
  CHECK_ERROR(hd_pool_next(&iteration, &result, LONG_NS), HD_ERROR_NO_MORE);
  hd_pool_iteration_end(&iteration);
  end();
}

static void iterates_as_they_come(void) {
  struct hd_pool_iteration iteration;
  int result;
  begin(3);
  for (size_t chunk = 1; chunk < 70; chunk *= 4) {
    struct hd_map map = number_map(chunk);
    uint64_t seen = 0;
    CHECK_OK(hd_pool_imap_unordered(&pool, square, &map, &iteration));
    while (hd_pool_next(&iteration, &result, LONG_NS) == HD_OK) {
      CHECK((size_t)result == iteration.index * iteration.index);
      seen |= (uint64_t)1 << iteration.index;
    }
    CHECK(seen == ((uint64_t)1 << 60) - 1);
    hd_pool_iteration_end(&iteration);
  }
  end();
}

static void iterations_time_out(void) {
  begin(1);
  for (int ordered = 0; ordered < 2; ordered++) {
    struct hd_pool_iteration iteration;
    struct hd_map map = {.count = 3};
    STORE(shared->go, 0);
    CHECK_OK(hd_pool_imap_at(&pool, wait_for_go, &map, ordered, &iteration, HD_HERE));
    CHECK_ERROR(hd_pool_next(&iteration, NULL, SHORT_NS), HD_ERROR_TIMEOUT);
    CHECK_ERROR(hd_pool_next(&iteration, NULL, 0), HD_ERROR_TIMEOUT);
    CHECK_ERROR(hd_pool_next(&iteration, NULL, -8), HD_ERROR_INVALID);
    STORE(shared->go, 1);
    for (int i = 0; i < 3; i++) CHECK_OK(hd_pool_next(&iteration, NULL, LONG_NS));
    CHECK_ERROR(hd_pool_next(&iteration, NULL, LONG_NS), HD_ERROR_NO_MORE);
    hd_pool_iteration_end(&iteration);
  }
  struct hd_pool_iteration iteration;
  struct hd_map none = {.count = 0};
  CHECK_OK(hd_pool_imap(&pool, nothing, &none, &iteration));
  CHECK_ERROR(hd_pool_next(&iteration, NULL, HD_FOREVER), HD_ERROR_NO_MORE);
  hd_pool_iteration_end(&iteration);
  end();
}

/* A worker that dies is replaced; its job fails; all others are done. */
static void replaces_the_dead(void) {
  int ways[] = {SIGKILL, SIGALRM, 0, SIGTERM};
  struct hd_future futures[4];
  begin(2);
  for (int i = 0; i < 4; i++) CHECK_OK(hd_pool_apply_async(&pool, die, &ways[i], sizeof *ways, sizeof(int), &futures[i]));
  for (int i = 0; i < 4; i++) {
    CHECK_ERROR(hd_future_result(&futures[i], NULL, LONG_NS), HD_ERROR_WORKER_DIED);
    hd_future_release(&futures[i]);
  }
  struct hd_map map = number_map(1);
  CHECK_ERROR(hd_pool_map(&pool, square_or_die, &map, LONG_NS), HD_ERROR_WORKER_DIED);
  CHECK(map.failed_index == 31 && squares[30] == 900);
  struct hd_pool_iteration iteration;
  int good = 0, bad = 0, result;
  CHECK_OK(hd_pool_imap(&pool, square_or_die, &map, &iteration));
  while ((result = hd_pool_next(&iteration, NULL, LONG_NS)) != HD_ERROR_NO_MORE) {
    good += result == HD_OK;
    bad += result == HD_ERROR_WORKER_DIED;
  }
  CHECK(good == 59 && bad == 1);
  hd_pool_iteration_end(&iteration);
  end();
}

/* Also one that is killed while it has nothing to do. */
static void replaces_the_idle_dead(void) {
  pid_t first, second;
  struct hd_future future;
  begin(1);
  CHECK_OK(hd_pool_apply(&pool, tell_pid, NULL, 0, &first, sizeof first, NULL));
  CHECK(kill(first, SIGKILL) == 0);
  for (int result = HD_ERROR_WORKER_DIED; result != HD_OK;) { /* a job may still be handed to it */
    CHECK_OK(hd_pool_apply_async(&pool, tell_pid, NULL, 0, sizeof second, &future));
    result = hd_future_result(&future, &second, LONG_NS);
    CHECK(result == HD_OK || result == HD_ERROR_WORKER_DIED);
    hd_future_release(&future);
    if (result == HD_OK && second == first) result = HD_ERROR_WORKER_DIED;
  }
  CHECK(second != first);
  end();
}

static void replaces_workers_after_so_many_jobs(void) {
  struct hd_pool_options options = {.worker_count = 2, .worker_job_count = 2};
  pid_t pids[20];
  struct hd_map map = {.results = pids, .result_bytes = sizeof *pids, .count = 20};
  CHECK_OK(hd_pool_init_with(&pool, &options));
  CHECK_OK(hd_pool_map(&pool, tell_pid, &map, LONG_NS));
  for (int i = 0; i < 20; i++) {
    int same = 0;
    for (int k = 0; k < 20; k++) same += pids[k] == pids[i];
    CHECK(same <= 2);
  }
  end();
}

static int refuse_to_begin(void *argument) { return 1; }
static void a_failed_initializer_breaks_the_pool(void) {
  struct hd_pool_options options = {.worker_count = 2, .initializer = refuse_to_begin};
  struct hd_future future;
  CHECK_OK(hd_pool_init_with(&pool, &options));
  int result = hd_pool_apply_async(&pool, nothing, NULL, 0, 0, &future);
  if (result == HD_OK) {
    result = hd_future_result(&future, NULL, LONG_NS);
    hd_future_release(&future);
  }
  CHECK_ERROR(result, HD_ERROR_BROKEN_POOL);
  end();
}

static void is_closed_before_it_is_joined(void) {
  struct hd_future future;
  begin(1);
  CHECK_ERROR(hd_pool_join(&pool), HD_ERROR_NOT_CLOSED);
  STORE(shared->go, 0);
  CHECK_OK(hd_pool_apply_async(&pool, wait_for_go, NULL, 0, 0, &future));
  CHECK_ERROR(hd_pool_join(&pool), HD_ERROR_NOT_CLOSED);
  hd_pool_close(&pool);
  hd_pool_close(&pool);
  CHECK_ERROR(hd_pool_apply(&pool, nothing, NULL, 0, NULL, 0, NULL), HD_ERROR_SHUT_DOWN);
  struct hd_map map = {.count = 2};
  CHECK_ERROR(hd_pool_map(&pool, nothing, &map, LONG_NS), HD_ERROR_SHUT_DOWN);
  STORE(shared->go, 1);
  CHECK_OK(hd_pool_join(&pool));
  CHECK_OK(hd_pool_join(&pool));
  CHECK_OK(hd_future_result(&future, NULL, 0));
  hd_future_release(&future);
  hd_pool_release(&pool);
}

static void can_be_terminated(void) {
  struct hd_future running, pending;
  begin(1);
  hd_pool_terminate(&pool); /* with nothing to do */
  CHECK_OK(hd_pool_join(&pool));
  hd_pool_release(&pool);

  begin(1);
  STORE(shared->go, 0);
  STORE(shared->count, 0);
  CHECK_OK(hd_pool_apply_async(&pool, wait_for_go, NULL, 0, 0, &running));
  CHECK_OK(hd_pool_apply_async(&pool, wait_for_go, NULL, 0, 0, &pending));
  UNTIL(LOAD(shared->count));
  hd_pool_close(&pool);
  hd_pool_terminate(&pool);
  CHECK(hd_future_is_cancelled(&pending));
  CHECK_ERROR(hd_future_result(&running, NULL, LONG_NS), HD_ERROR_WORKER_DIED);
  CHECK_OK(hd_pool_join(&pool));
  hd_future_release(&running);
  hd_future_release(&pending);
  hd_pool_release(&pool);
  CHECK(hd_process_active(NULL, 0) == 0);

  begin(2); /* left open */
  STORE(shared->count, 0);
  CHECK_OK(hd_pool_apply_async(&pool, wait_for_go, NULL, 0, 0, &running));
  UNTIL(LOAD(shared->count));
  hd_pool_release(&pool);
  CHECK_ERROR(hd_future_result(&running, NULL, LONG_NS), HD_ERROR_WORKER_DIED);
  hd_future_release(&running);
  UNTIL(hd_process_active(NULL, 0) == 0);
}

/* One that ignores SIGTERM is killed at last. */
static int ignore_termination(const void *argument, void *result) {
  signal(SIGTERM, SIG_IGN);
  COUNT(shared->count);
  for (;;) pause();
  return 0;
}
static void termination_cannot_be_refused(void) {
  struct hd_future future;
  begin(1);
  STORE(shared->count, 0);
  CHECK_OK(hd_pool_apply_async(&pool, ignore_termination, NULL, 0, 0, &future));
  UNTIL(LOAD(shared->count));
  hd_pool_terminate(&pool);
  CHECK_OK(hd_pool_join(&pool));
  CHECK_ERROR(hd_future_result(&future, NULL, 0), HD_ERROR_WORKER_DIED);
  hd_future_release(&future);
  hd_pool_release(&pool);
}

static int start_child(const void *argument, void *result) {
  struct hd_process process;
  return hd_process_create(&process, NULL, NULL, NULL);
}
static void workers_are_daemons(void) {
  int error;
  begin(1);
  CHECK_ERROR(hd_pool_apply(&pool, start_child, NULL, 0, NULL, 0, &error), HD_ERROR_JOB_FAILED);
  CHECK_ERROR(error, HD_ERROR_DAEMON_CHILDREN);
  end();
}

static void an_open_pool_ends_with_its_program(void) {
  pid_t child = fork();
  if (child == 0) {
    begin(2);
    STORE(shared->count, 0);
    STORE(shared->go, 0);
    CHECK_OK(hd_pool_apply_async(&pool, wait_for_go, NULL, 0, 0, NULL));
    UNTIL(LOAD(shared->count));
    exit(6);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 6);
}

int main(void) {
  begin_test();
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(shared != MAP_FAILED);
  if (!THREAD_SANITIZER) an_open_pool_ends_with_its_program();
  applies();
  maps();
  maps_without_waiting();
  iterates_in_order();
  iterates_as_they_come();
  iterations_time_out();
  replaces_the_dead();
  replaces_the_idle_dead();
  replaces_workers_after_so_many_jobs();
  a_failed_initializer_breaks_the_pool();
  is_closed_before_it_is_joined();
  can_be_terminated();
  termination_cannot_be_refused();
  workers_are_daemons();
  return 0;
}
