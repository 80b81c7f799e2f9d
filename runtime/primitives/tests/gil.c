/* The interpreter lock. It cannot be turned off again, so each test runs in a child of its own. */
#include "begin-test.h"
#include "blocking.h"
#include <string.h>

#define ENOUGH 20 /* hand-overs */
/* So long that nobody ever asks. */
#define NO_INTERVAL_NS (3600 * HD_SECOND_NS)

static int inside, ready, done;

static void start(struct hd_thread *thread, hd_thread_routine *routine, void *argument) {
  CHECK_OK(hd_thread_create(thread, routine, argument, NULL));
}
static void finish(struct hd_thread *thread) {
  CHECK_OK(hd_thread_join(thread));
  hd_thread_release(thread);
}

/* A moment in which a thread has it, and must be alone. */
static void be_alone(void) {
  CHECK(hd_gil_is_held());
  CHECK(COUNT(inside) == 1);
  CHECK(__atomic_sub_fetch(&inside, 1, __ATOMIC_ACQ_REL) == 0);
}

static void does_nothing_while_off(void) {
  CHECK(!hd_gil_is_enabled());
  CHECK_OK(hd_gil_release());
  CHECK_OK(hd_gil_acquire());
  CHECK_OK(hd_gil_acquire());
  CHECK_OK(hd_gil_enroll());
  CHECK_OK(hd_gil_withdraw());
  hd_gil_check();
  CHECK(!hd_gil_is_held());
  CHECK(hd_gil_switch_interval() == HD_GIL_INTERVAL_NS);
  CHECK_ERROR(hd_gil_enable(-1), HD_ERROR_INVALID);
  CHECK(!hd_gil_is_enabled());
}

/* Goes on only when both are here, and lets nobody run meanwhile. */
static void meet(void *unused) {
  (void)unused;
  COUNT(ready);
  UNTIL(LOAD(ready) == 2);
}

static void stays_off_by_environment(void) {
  CHECK(setenv("HEDDLE_GIL", "0", 1) == 0);
  CHECK_OK(hd_gil_enable(0));
  CHECK_OK(hd_gil_enable(0));
  CHECK(!hd_gil_is_enabled() && !hd_gil_is_held());
  struct hd_thread threads[2];
  for (int i = 0; i < 2; i++) start(&threads[i], meet, NULL);
  for (int i = 0; i < 2; i++) finish(&threads[i]);
}

static void has_an_interval(void) {
  CHECK(setenv("HEDDLE_GIL_INTERVAL_MS", "abc", 1) == 0);
  CHECK_OK(hd_gil_enable(7 * HD_MILLISECOND_NS));
  CHECK(hd_gil_switch_interval() == 7 * HD_MILLISECOND_NS);
  CHECK_ERROR(hd_gil_set_switch_interval(0), HD_ERROR_INVALID);
  CHECK_ERROR(hd_gil_set_switch_interval(-5), HD_ERROR_INVALID);
  CHECK_OK(hd_gil_set_switch_interval(1));
  CHECK(hd_gil_switch_interval() == 1);
}
static void has_the_interval_of_the_environment(void) {
  CHECK(setenv("HEDDLE_GIL_INTERVAL_MS", "3", 1) == 0);
  CHECK_OK(hd_gil_enable(0));
  CHECK(hd_gil_switch_interval() == 3 * HD_MILLISECOND_NS);
}

static void refuses_misuse(void) {
  CHECK_OK(hd_gil_enable(0));
  CHECK(hd_gil_is_enabled() && hd_gil_is_held());
  CHECK_ERROR(hd_gil_enable(0), HD_ERROR_STARTED);
  CHECK_ERROR(hd_gil_acquire(), HD_ERROR_HELD);
  CHECK_ERROR(hd_gil_enroll(), HD_ERROR_ENROLLED);
  CHECK_OK(hd_gil_release());
  CHECK(!hd_gil_is_held());
  CHECK_ERROR(hd_gil_release(), HD_ERROR_NOT_OWNER);
  CHECK_ERROR(hd_gil_enroll(), HD_ERROR_ENROLLED);
  hd_gil_check();
  CHECK(!hd_gil_is_held());
  CHECK_OK(hd_thread_sleep(1)); /* an operation without it stays without it */
  CHECK(!hd_gil_is_held());
  CHECK_OK(hd_gil_acquire());
  CHECK_OK(hd_gil_withdraw());
  CHECK_ERROR(hd_gil_withdraw(), HD_ERROR_NOT_ENROLLED);
  CHECK_ERROR(hd_gil_acquire(), HD_ERROR_NOT_ENROLLED);
  CHECK_ERROR(hd_gil_release(), HD_ERROR_NOT_OWNER);
  CHECK_OK(hd_gil_enroll());
  CHECK(hd_gil_is_held());
}

static struct hd_event enabled = HD_EVENT_INIT;
static void enroll_later(void *unused) {
  (void)unused;
  CHECK(!hd_gil_is_held());
  CHECK_OK(hd_event_wait(&enabled));
  CHECK(!hd_gil_is_held()); /* it began before */
  hd_gil_check();
  CHECK_ERROR(hd_gil_release(), HD_ERROR_NOT_OWNER);
  CHECK_OK(hd_gil_enroll());
  be_alone();
}
static void who_runs_already_takes_no_part(void) {
  struct hd_thread thread;
  start(&thread, enroll_later, NULL);
  CHECK_OK(hd_gil_enable(0));
  hd_event_set(&enabled);
  be_alone();
  finish(&thread);
  be_alone();
}

/* Plain variables: the thread sanitizer sees whether the interpreter lock orders what is done with it. */
static long work_done;
static void compute(void *unused) {
  (void)unused;
  for (int i = 0; i < 2000; i++) {
    be_alone();
    work_done++;
    if (i % 100 == 50) CHECK_OK(hd_thread_sleep(1));
    if (i % 100 == 70) {
      CHECK_OK(hd_gil_release());
      usleep(1);
      CHECK_OK(hd_gil_acquire());
    }
    hd_gil_check();
  }
}
static void one_runs_at_a_time(void) {
  CHECK_OK(hd_gil_enable(20 * HD_MICROSECOND_NS));
  struct hd_thread threads[6];
  for (int i = 0; i < 6; i++) start(&threads[i], compute, NULL);
  compute(NULL);
  for (int i = 0; i < 6; i++) finish(&threads[i]);
  CHECK(work_done == 7 * 2000);
  CHECK(hd_gil_is_held());
}

/* Computes without a pause until it has got it often enough from another. */
static const void *last_seen;
static int changes;
static void take_turns(void *self) {
  while (changes < ENOUGH) {
    if (last_seen != self) {
      last_seen = self;
      changes++;
    }
    hd_gil_check();
  }
}
static void who_asks_gets_it(void) {
  CHECK_OK(hd_gil_enable(HD_MILLISECOND_NS));
  struct hd_thread threads[2];
  uint64_t before = hd_gil_switch_count();
  for (int i = 0; i < 2; i++) start(&threads[i], take_turns, &threads[i]);
  for (int i = 0; i < 2; i++) finish(&threads[i]);
  CHECK(changes >= ENOUGH);
  CHECK(hd_gil_switch_count() - before >= ENOUGH);
}

static void announce(void *unused) {
  (void)unused;
  STORE(done, 1);
}
static void check_once(void) { hd_gil_check(); }
static void release_once(void) {
  CHECK_OK(hd_gil_release());
  CHECK_OK(hd_gil_acquire());
}
static void use_a_lock(void) {
  struct hd_lock unused = HD_LOCK_INIT;
  CHECK_OK(hd_lock_acquire(&unused));
}
static void sleep_no_time(void) { CHECK_OK(hd_thread_sleep(0)); }
/* Whatever the way in which it gives it up when it was asked, however quickly it comes back: the other one has had it. */
static void who_was_asked_lets_another_go_first(void) {
  CHECK_OK(hd_gil_enable(100 * HD_MICROSECOND_NS));
  void (*const ways[])(void) = {check_once, release_once, use_a_lock, sleep_no_time};
  for (int i = 0; i < 4 * ENOUGH; i++) {
    struct hd_thread thread;
    STORE(done, 0);
    start(&thread, announce, NULL); /* a check itself, but nobody asks yet */
    while (!hd_gil_is_asked() && !LOAD(done)) usleep(10);
    ways[i % 4]();
    CHECK(LOAD(done));
    finish(&thread);
  }
}

static void nobody_asks_before_the_interval(void) {
  CHECK_OK(hd_gil_enable(NO_INTERVAL_NS));
  struct hd_thread thread;
  start(&thread, announce, NULL);
  uint64_t before = hd_gil_switch_count();
  for (int64_t began_ns = now_ns(); now_ns() - began_ns < SHORT_NS;) hd_gil_check();
  CHECK(!LOAD(done) && hd_gil_switch_count() == before);
  finish(&thread); /* who sleeps gives it up all the same */
  CHECK(LOAD(done));
}

static void acquire_held(void *lock) {
  STORE(ready, 1);
  CHECK_OK(hd_lock_acquire(lock));
  CHECK(hd_gil_is_held());
  STORE(done, 1);
  CHECK_OK(hd_lock_release(lock));
}
static void a_lock_is_held_while_waiting_for_it(void) {
  struct hd_lock lock = HD_LOCK_INIT;
  struct hd_thread thread;
  CHECK_OK(hd_gil_enable(NO_INTERVAL_NS));
  CHECK_OK(hd_lock_acquire(&lock));
  start(&thread, acquire_held, &lock);
  CHECK_OK(hd_gil_release());
  UNTIL(lock_sleepers(&lock) == 1);
  CHECK_OK(hd_gil_acquire());
  CHECK_OK(hd_lock_release(&lock));
  while (!hd_lock_is_held(&lock)) usleep(100); /* the thread has got the lock, but may not run: the interpreter lock is here */
  usleep(2000);
  CHECK(!LOAD(done) && hd_lock_is_held(&lock) && hd_gil_is_held());
  finish(&thread);
  CHECK(LOAD(done));
}

/* Whatever the runtime waits with: the other thread must run for it to be over. */
static struct hd_event event = HD_EVENT_INIT;
static struct hd_semaphore semaphore;
static struct hd_queue queue = HD_QUEUE_INIT(HD_QUEUE_FIFO, 1);
static struct hd_barrier barrier;
static struct hd_lock lock = HD_LOCK_INIT;
static struct hd_condition condition = HD_CONDITION_INIT(&lock);
static struct hd_pipe receiving, sending;

static int meet_alone(void *unused) {
  (void)unused;
  be_alone();
  return HD_OK;
}
static bool is_ready(void *unused) {
  (void)unused;
  be_alone();
  return ready;
}
static void help(void *unused) {
  (void)unused;
  be_alone();
  hd_event_set(&event);
  CHECK_OK(hd_semaphore_release(&semaphore, 1));
  void *item;
  CHECK_OK(hd_queue_get(&queue, &item));
  CHECK_OK(hd_queue_get(&queue, &item));
  CHECK_OK(hd_queue_task_done(&queue));
  CHECK_OK(hd_queue_task_done(&queue));
  CHECK(hd_barrier_wait(&barrier) >= 0);
  CHECK_OK(hd_lock_acquire(&lock));
  ready = 1;
  CHECK_OK(hd_condition_notify_all(&condition));
  CHECK_OK(hd_lock_release(&lock));
  CHECK_OK(hd_pipe_send(&sending, "hello", 6));
  be_alone();
}
static int job(const void *argument, void *result) {
  be_alone();
  *(int *)result = *(const int *)argument + 1;
  return 0;
}
static void called_back(struct hd_future *future, void *argument) {
  (void)future;
  be_alone();
  STORE(*(int *)argument, 1);
}

static void blocked_threads_let_others_run(void) {
  CHECK_OK(hd_gil_enable(NO_INTERVAL_NS));
  CHECK_OK(hd_semaphore_init(&semaphore, 0, NULL));
  CHECK_OK(hd_barrier_init(&barrier, 2, meet_alone, NULL, NULL));
  CHECK_OK(hd_pipe_create_one_way(&receiving, &sending, NULL));
  struct hd_thread thread;
  start(&thread, help, NULL);
  CHECK_OK(hd_event_wait(&event));
  be_alone();
  CHECK_OK(hd_semaphore_acquire(&semaphore));
  for (int i = 0; i < 2; i++) CHECK_OK(hd_queue_put(&queue, &lock));
  CHECK_OK(hd_queue_join(&queue));
  be_alone();
  CHECK(hd_barrier_wait(&barrier) >= 0);
  CHECK_OK(hd_lock_acquire(&lock));
  CHECK_OK(hd_condition_wait_for(&condition, is_ready, NULL, HD_FOREVER));
  CHECK_OK(hd_lock_release(&lock));
  char text[8];
  size_t bytes;
  CHECK_OK(hd_pipe_receive(&receiving, text, sizeof text, &bytes));
  CHECK(strcmp(text, "hello") == 0);
  be_alone();
  finish(&thread);
  CHECK_ERROR(hd_semaphore_acquire_timed(&semaphore, SHORT_NS), HD_ERROR_TIMEOUT);
  be_alone();
  hd_pipe_close(&receiving);
  hd_pipe_close(&sending);
}

static void executors_take_part(void) {
  CHECK_OK(hd_gil_enable(50 * HD_MICROSECOND_NS));
  struct hd_executor executor;
  struct hd_future futures[64];
  int called = 0;
  CHECK_OK(hd_executor_init_threads(&executor, 4, NULL));
  for (int i = 0; i < 64; i++) CHECK_OK(hd_executor_submit(&executor, job, &i, sizeof i, sizeof i, &futures[i]));
  CHECK_OK(hd_future_add_callback(&futures[63], called_back, &called));
  for (int i = 0; i < 64; i++) {
    int result;
    CHECK_OK(hd_future_result(&futures[i], &result, HD_FOREVER));
    CHECK(result == i + 1);
    hd_future_release(&futures[i]);
    be_alone();
  }
  CHECK_OK(hd_executor_shutdown(&executor, true, false));
  CHECK(called);
  hd_executor_release(&executor);
}

/* Of several that submit and start threads at once: none may wait for the interpreter lock with a guard of the executor held. */
static struct hd_executor crowded;
static void submit_many(void *unused) {
  (void)unused;
  for (int i = 0; i < 200; i++) {
    struct hd_future future;
    int result;
    CHECK_OK(hd_executor_submit(&crowded, job, &i, sizeof i, sizeof i, &future));
    if (i % 10 == 0) CHECK_OK(hd_future_result(&future, &result, HD_FOREVER));
    hd_future_release(&future);
    be_alone();
  }
}
static void many_use_one_executor(void) {
  CHECK_OK(hd_gil_enable(20 * HD_MICROSECOND_NS));
  CHECK_OK(hd_executor_init_threads(&crowded, 8, NULL));
  struct hd_thread threads[4];
  for (int i = 0; i < 4; i++) start(&threads[i], submit_many, NULL);
  for (int i = 0; i < 4; i++) finish(&threads[i]);
  CHECK_OK(hd_executor_shutdown(&crowded, true, false));
  hd_executor_release(&crowded);
}

static void be_alone_twice(void *unused) {
  (void)unused;
  be_alone();
  CHECK_OK(hd_thread_sleep(HD_MILLISECOND_NS));
  be_alone();
}
static int in_child(void *unused) {
  (void)unused;
  be_alone();
#ifndef __SANITIZE_THREAD__
  struct hd_thread threads[2];
  for (int i = 0; i < 2; i++) start(&threads[i], be_alone_twice, NULL);
  for (int i = 0; i < 2; i++) finish(&threads[i]);
  be_alone();
#endif
  return 7;
}
static void *fork_outside(void *unused) { /* takes no part, nor does its child's first thread, which may all the same */
  CHECK(!hd_gil_is_held());
  pid_t child = fork();
  if (child == 0) {
    CHECK(!hd_gil_is_held() && hd_gil_is_enabled());
    CHECK_OK(hd_gil_enroll());
    _exit(hd_gil_is_held() ? 7 : 1);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  return unused;
}
static void a_forked_child_has_its_own(void) {
  CHECK_OK(hd_gil_enable(NO_INTERVAL_NS));
  struct hd_thread waiting;
  start(&waiting, be_alone_twice, NULL); /* it may wait for it while the fork is made; the child knows nothing of it */
  pid_t child = fork();
  if (child == 0) exit(in_child(NULL));
  int status;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  finish(&waiting);
  struct hd_process process;
  CHECK_OK(hd_process_create(&process, in_child, NULL, NULL));
  CHECK_OK(hd_process_join(&process));
  be_alone();
  CHECK_OK(hd_process_exit_code(&process, &status));
  CHECK(status == 7);
  hd_process_release(&process);
  elsewhere(fork_outside, NULL);
}

static void never_end(void *unused) {
  (void)unused;
  for (;;) hd_gil_check();
}
static void work_to_the_end(void *unused) {
  (void)unused;
  for (int i = 0; i < 5; i++) CHECK_OK(hd_thread_sleep(HD_MILLISECOND_NS));
  STORE(*(int *)unused, 1);
}
static int *shared_flag;
static void exit_with_threads(void) {
  CHECK_OK(hd_gil_enable(HD_MILLISECOND_NS));
  struct hd_thread worker, daemon;
  CHECK_OK(hd_thread_init(&daemon, never_end, NULL, NULL));
  CHECK_OK(hd_thread_set_daemon(&daemon, true));
  CHECK_OK(hd_thread_start(&daemon));
  hd_thread_release(&daemon);
  start(&worker, work_to_the_end, shared_flag);
  hd_thread_release(&worker);
  exit(7);
}
static void the_process_ends(void) {
  shared_flag = hd_process_memory_new(sizeof *shared_flag);
  CHECK(shared_flag);
  pid_t child = fork();
  if (child == 0) exit_with_threads();
  int status;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
  CHECK(LOAD(*shared_flag) == 1);
}

static void leave_by_exit(void *unused) { pthread_exit(unused); }
static void *enroll_and_end(void *unused) {
  CHECK_OK(hd_gil_enroll());
  be_alone();
  return unused;
}
static void destroyed(void *unused) {
  (void)unused;
  be_alone();
  STORE(done, 1);
}
static struct hd_local local;
static void set_local(void *unused) {
  (void)unused;
  CHECK_OK(hd_local_set(&local, &local));
}
static void be_cancelled(void *unused) {
  (void)unused;
  pthread_cancel(pthread_self());
  pthread_testcancel();
}
static void a_thread_gives_it_up_at_its_end(void) {
  CHECK_OK(hd_gil_enable(NO_INTERVAL_NS));
  struct hd_thread thread;
  start(&thread, leave_by_exit, NULL);
  finish(&thread);
  be_alone();
  start(&thread, be_cancelled, NULL);
  finish(&thread);
  be_alone();
  CHECK_OK(hd_gil_release());
  elsewhere(enroll_and_end, NULL);
  CHECK_OK(hd_gil_acquire());
  hd_local_init(&local, destroyed, NULL);
  start(&thread, set_local, NULL);
  finish(&thread);
  CHECK(LOAD(done));
}

static void *main_has_ended(void *unused) {
  CHECK_OK(hd_gil_enroll());
  be_alone();
  _exit(7);
  return unused;
}
static void the_main_thread_gives_it_up_at_its_end(void) {
  pid_t child = fork();
  if (child == 0) {
    CHECK_OK(hd_gil_enable(NO_INTERVAL_NS));
    struct bunch bunch;
    bunch_start(&bunch, 1, main_has_ended, NULL);
    pthread_exit(NULL);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

/* In a child, since it cannot be undone. */
#define RUN(test)                                                                                                                          \
  do {                                                                                                                                     \
    pid_t child = fork();                                                                                                                  \
    if (child == 0) {                                                                                                                      \
      test();                                                                                                                              \
      exit(0);                                                                                                                             \
    }                                                                                                                                      \
    int status;                                                                                                                            \
    CHECK(waitpid(child, &status, 0) == child);                                                                                            \
    if (status) fprintf(stderr, "%s failed\n", #test);                                                                                     \
    CHECK(status == 0);                                                                                                                    \
  } while (0)

int main(void) {
  begin_test();
  unsetenv("HEDDLE_GIL");
  unsetenv("HEDDLE_GIL_INTERVAL_MS");
  RUN(does_nothing_while_off);
  RUN(stays_off_by_environment);
  RUN(has_an_interval);
  RUN(has_the_interval_of_the_environment);
  RUN(refuses_misuse);
  RUN(who_runs_already_takes_no_part);
  RUN(one_runs_at_a_time);
  RUN(who_asks_gets_it);
  RUN(who_was_asked_lets_another_go_first);
  RUN(nobody_asks_before_the_interval);
  RUN(a_lock_is_held_while_waiting_for_it);
  RUN(blocked_threads_let_others_run);
  RUN(executors_take_part);
  RUN(many_use_one_executor);
  RUN(a_forked_child_has_its_own);
  RUN(the_process_ends);
  RUN(a_thread_gives_it_up_at_its_end);
  RUN(the_main_thread_gives_it_up_at_its_end);
  return 0;
}
