/* Seeded schedules. A seed is read when a program starts, so each case is this program again, under a seed; what it prints is its log. */
#include "begin-test.h"
#include "seed-report.h"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#define SEEDS 50
#define LOG_BYTES (1 << 20)

/* Written without any lock: while a program is seeded only one thread runs, and the sanitizers see whether that is so. */
static char entries[LOG_BYTES];
static size_t entries_length;
static void note(const char *who, const char *what, int number) {
  entries_length += (size_t)snprintf(entries + entries_length, sizeof entries - entries_length, "%s %s %d\n", who, what, number);
  CHECK(entries_length < sizeof entries);
}
static void say_all(void) { CHECK(write(STDOUT_FILENO, entries, entries_length) == (ssize_t)entries_length); }

/* --- a workload of all that threads do with each other --- */

static struct hd_lock lock;
static struct hd_rlock rlock;
static struct hd_semaphore permits;
static struct hd_event begun;
static struct hd_lock door;
static struct hd_condition bell;
static struct hd_barrier corner;
static struct hd_queue queue;
static struct hd_shared number;
static int rung;
static const char names[] = "abc";

static void use_locks(const char *who) {
  for (int i = 0; i < 4; i++) {
    hd_lock_acquire(&lock);
    note(who, "has the lock", i);
    if (hd_lock_try(&lock) == HD_OK) abort();
    hd_lock_release(&lock);
    if (hd_lock_acquire_timed(&lock, 3 * HD_MICROSECOND_NS) == HD_OK) {
      note(who, "has it in time", i);
      hd_thread_sleep(5 * HD_MICROSECOND_NS);
      hd_lock_release(&lock);
    } else {
      note(who, "is late", i);
    }
    hd_rlock_acquire(&rlock);
    hd_rlock_acquire(&rlock);
    note(who, "has it twice", i);
    hd_rlock_release(&rlock);
    hd_rlock_release(&rlock);
  }
}

static void use_the_rest(const char *who, int index) {
  CHECK_OK(hd_semaphore_acquire(&permits));
  note(who, "has a permit", (int)hd_semaphore_permits(&permits));
  hd_shared_write(&number, hd_shared_read(&number) + 1);
  hd_shared_update(&number, 100);
  CHECK_OK(hd_semaphore_release(&permits, 1));
  hd_lock_acquire(&door);
  rung++;
  hd_condition_notify_all(&bell);
  while (rung < 3) hd_condition_wait(&bell);
  note(who, "heard the bell", rung);
  hd_lock_release(&door);
  note(who, "at the corner", hd_barrier_wait(&corner));
  CHECK_OK(hd_queue_put(&queue, &entries[index]));
  void *item;
  note(who, "gets", hd_queue_get_timed(&queue, &item, HD_MILLISECOND_NS));
}

static void work(void *argument) {
  int index = (int)((const char *)argument - names);
  const char who[] = {names[index], 0};
  hd_event_wait(&begun);
  use_locks(who);
  use_the_rest(who, index);
  note(who, "is done", (int)hd_shared_read(&number));
}

static int job(const void *argument, void *result) {
  *(int *)result = *(const int *)argument * 2;
  note("job", "runs", *(const int *)argument);
  return 0;
}

static void run_jobs(void) {
  struct hd_executor executor;
  struct hd_future futures[4];
  CHECK_OK(hd_executor_init_threads(&executor, 2, "cooks"));
  for (int i = 0; i < 4; i++) CHECK_OK(hd_executor_submit(&executor, job, &i, sizeof i, sizeof(int), &futures[i]));
  for (int i = 3; i >= 0; i--) {
    int result;
    CHECK_OK(hd_future_result(&futures[i], &result, HD_FOREVER));
    note("main", "has a result", result);
    hd_future_release(&futures[i]);
  }
  CHECK_OK(hd_executor_shutdown(&executor, true, false));
  hd_executor_release(&executor);
}

static void all_primitives(void) {
  struct hd_thread threads[3];
  hd_lock_init(&lock, "lock");
  hd_rlock_init(&rlock, "rlock");
  hd_semaphore_init(&permits, 2, "permits");
  hd_event_init(&begun, "begun");
  hd_lock_init(&door, "door");
  hd_condition_init(&bell, &door, "bell");
  hd_barrier_init(&corner, 3, NULL, NULL, "corner");
  hd_queue_init(&queue, HD_QUEUE_FIFO, 1, "queue");
  hd_shared_init(&number, 0, "number");
  for (int i = 0; i < 3; i++) CHECK_OK(hd_thread_create(&threads[i], work, (void *)(names + i), NULL));
  hd_event_set(&begun);
  for (int i = 0; i < 3; i++) CHECK_OK(hd_thread_join(&threads[i]));
  for (int i = 0; i < 3; i++) hd_thread_release(&threads[i]);
  run_jobs();
  note("main", "sees", (int)hd_shared_read(&number));
}

/* For who records it: whether the writing of a log is told depends on how long it takes. */
static void in_silence(void) {
  all_primitives();
  entries_length = 0;
}

/* --- time --- */

static int64_t an_hour = 3600 * HD_SECOND_NS;
static void sleep_long(void *unused) {
  CHECK_OK(hd_thread_sleep(2 * an_hour));
  note("sleeper", "wakes", 0);
}

/* Hours pass in no time, in the order of the clock; who is woken does not time out. */
static void hours(void) {
  struct hd_thread thread;
  struct hd_event never = HD_EVENT_INIT;
  CHECK_OK(hd_thread_create(&thread, sleep_long, NULL, NULL));
  CHECK_ERROR(hd_event_wait_timed(&never, an_hour), HD_ERROR_TIMEOUT);
  note("main", "waited an hour", 0);
  CHECK_ERROR(hd_thread_join_timed(&thread, an_hour / 2), HD_ERROR_TIMEOUT);
  note("main", "waited half an hour", 0);
  CHECK_OK(hd_thread_join(&thread));
  hd_thread_release(&thread);
  for (int64_t end_ns = hd_scheduler_now() + HD_SECOND_NS; hd_scheduler_now() < end_ns;) {} /* looking is enough */
}

/* --- ends --- */

static void take_both(void *argument) {
  struct hd_lock *one = argument, *other = one == &lock ? &door : &lock;
  hd_lock_acquire(one);
  hd_thread_sleep(HD_SECOND_NS);
  hd_lock_acquire(other);
  hd_lock_release(other);
  hd_lock_release(one);
}
static void deadlock(void) {
  struct hd_thread one, two;
  CHECK_OK(hd_thread_create(&one, take_both, &lock, NULL));
  CHECK_OK(hd_thread_create(&two, take_both, &door, NULL));
  CHECK_OK(hd_thread_join(&one));
  CHECK_OK(hd_thread_join(&two));
  hd_thread_release(&one);
  hd_thread_release(&two);
}

static void poll_until_done(void *unused) {
  while (!hd_event_is_set(&begun)) {}
  while (!hd_shared_read(&number)) {}
  while (hd_lock_try(&lock) != HD_OK) {}
}
/* Loops of looks: whoever has the highest priority must not keep the others from what it waits for. */
static void busy_waits(void) {
  struct hd_thread thread;
  hd_lock_acquire(&lock);
  CHECK_OK(hd_thread_create(&thread, poll_until_done, NULL, NULL));
  hd_event_set(&begun);
  hd_shared_write(&number, 1);
  hd_lock_release(&lock);
  while (hd_thread_is_alive(&thread)) {}
  CHECK_OK(hd_thread_join(&thread));
  hd_thread_release(&thread);
}

/* --- beside the schedule --- */

static void *set_later(void *unused) {
  usleep(20000);
  hd_event_set(&begun);
  return unused;
}
/* A thread that the schedule knows nothing of may still end a wait: that is no hang, and its time is not skipped. */
static void stranger(void) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, set_later, NULL) == 0);
  CHECK_OK(hd_event_wait(&begun));
  CHECK(pthread_join(thread, NULL) == 0);
}
static void stranger_in_time(void) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, set_later, NULL) == 0);
  CHECK_OK(hd_event_wait_timed(&begun, LONG_NS));
  CHECK(pthread_join(thread, NULL) == 0);
}

/* Who waits in a call of the system lets the others go on. */
static struct hd_pipe near, far;
static void send_later(void *unused) {
  hd_thread_sleep(HD_MILLISECOND_NS);
  CHECK_OK(hd_pipe_send(&far, "news", 5));
}
static void system_calls(void) {
  struct hd_thread thread;
  char text[8];
  size_t bytes;
  CHECK_OK(hd_pipe_create(&near, &far, NULL));
  CHECK_OK(hd_thread_create(&thread, send_later, NULL, NULL));
  CHECK_OK(hd_pipe_receive(&near, text, sizeof text, &bytes));
  CHECK(strcmp(text, "news") == 0);
  CHECK_ERROR(hd_pipe_receive_timed(&near, text, sizeof text, HD_MILLISECOND_NS, &bytes), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_thread_join(&thread));
  hd_thread_release(&thread);
  hd_pipe_close(&near);
  hd_pipe_close(&far);
}

/* A child has a schedule of its own, and its own order. */
static int as_child(void *unused) {
  entries_length = 0;
  all_primitives();
  say_all();
  entries_length = 0;
  return 7;
}
static void child(void) {
  struct hd_process process;
  int code;
  CHECK_OK(hd_process_create(&process, as_child, NULL, NULL));
  CHECK_OK(hd_process_join(&process));
  CHECK_OK(hd_process_exit_code(&process, &code));
  CHECK(code == 7);
  hd_process_release(&process);
}

static void end_first(void *unused) {
  hd_thread_sleep(HD_MILLISECOND_NS);
  _exit(9);
}
static void main_ends_first(void) {
  struct hd_thread thread;
  CHECK_OK(hd_thread_create(&thread, end_first, NULL, NULL));
  pthread_exit(NULL);
}

/* --- the driver --- */

static const struct {
  const char *name;
  void (*run)(void);
} cases[] = {{"all", all_primitives},       {"silent", in_silence},  {"hours", hours},
             {"deadlock", deadlock},        {"busy", busy_waits},    {"stranger", stranger},
             {"in-time", stranger_in_time}, {"calls", system_calls}, {"child", child},
             {"main-ends", main_ends_first}};

struct outcome {
  char *text; /* what it printed, on both outputs */
  int status;
  struct hd_seed_report report;
};

static char report_path[] = "/tmp/heddle-seed-test-XXXXXX";
static struct hd_seed_report *report;

static struct outcome run(const char *name, const char *seed) {
  struct outcome outcome = {.text = calloc(1, LOG_BYTES)};
  int both[2];
  *report = (struct hd_seed_report){0};
  CHECK(pipe(both) == 0);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(both[1], STDOUT_FILENO);
    dup2(both[1], STDERR_FILENO);
    close(both[0]);
    close(both[1]);
    setenv("TSAN_OPTIONS", "die_after_fork=0:atexit_sleep_ms=0", 1);
    setenv("HEDDLE_SEED", seed, 1);
    setenv("HEDDLE_SEED_REPORT", report_path, 1);
    execl("/proc/self/exe", "seed", name, NULL);
    _exit(126);
  }
  close(both[1]);
  size_t length = 0;
  for (ssize_t got; (got = read(both[0], outcome.text + length, LOG_BYTES - 1 - length)) > 0;) length += (size_t)got;
  close(both[0]);
  CHECK(waitpid(pid, &outcome.status, 0) == pid);
  outcome.report = *report;
  return outcome;
}

static void show(const char *name, const char *seed, const struct outcome *outcome) {
  const struct hd_seed_report *told = &outcome->report;
  fprintf(stderr, "%s, seed %s: status %x; %u hung, %u wait, %u unseeded, %llu steps; printed:\n%s\n", name, seed,
          (unsigned)outcome->status, told->hung_count, told->waiting_count, told->unseeded_count, (unsigned long long)told->step_count,
          outcome->text);
}
#define CHECK_OUTCOME(name, seed, outcome, condition)                                                                                      \
  do {                                                                                                                                     \
    if (!(condition)) show(name, seed, outcome);                                                                                           \
    CHECK(condition);                                                                                                                      \
  } while (0)

/* Runs it under some seeds, twice each: the same order, to the byte; by the report, too, unless other processes have a say in that. How
 * many orders were different ones. */
static int same_seed_same_order(const char *name, int seeds, bool alone) {
  char *seen[SEEDS];
  int different = 0;
  for (int i = 0; i < seeds; i++) {
    char seed[16];
    snprintf(seed, sizeof seed, "%d", i);
    struct outcome first = run(name, seed), second = run(name, seed);
    CHECK_OUTCOME(name, seed, &first, first.status == 0);
    CHECK_OUTCOME(name, seed, &second, strcmp(first.text, second.text) == 0);
    if (alone) CHECK_OUTCOME(name, seed, &second, memcmp(&first.report, &second.report, sizeof first.report) == 0);
    if (alone) CHECK(first.report.unseeded_count == 0);
    CHECK(first.report.process_count && !first.report.hung_count);
    bool is_new = true;
    for (int k = 0; k < different; k++) is_new &= strcmp(seen[k], first.text) != 0;
    if (is_new)
      seen[different++] = first.text;
    else
      free(first.text);
    free(second.text);
  }
  for (int k = 0; k < different; k++) free(seen[k]);
  return different;
}

static void orders(void) {
  CHECK(same_seed_same_order("all", SEEDS, true) > SEEDS / 2);
  CHECK(same_seed_same_order("child", 8, false) > 4);
}

static void virtual_time(void) {
  static const char *const seeds[] = {"0", "1", "2", "3"}; /* under these a sleep takes its time */
  for (int i = 0; i < 4; i++) {
    struct outcome outcome = run("hours", seeds[i]);
    CHECK_OUTCOME("hours", seeds[i], &outcome,
                  strcmp(outcome.text, "main waited an hour 0\nmain waited half an hour 0\nsleeper wakes 0\n") == 0);
    CHECK(outcome.status == 0);
    free(outcome.text);
  }
}

static void hangs_end(void) {
  for (int i = 0; i < 8; i++) {
    char seed[16];
    snprintf(seed, sizeof seed, "%d", i);
    struct outcome outcome = run("deadlock", seed);
    bool hung = strstr(outcome.text, "no thread can ever go on");
    CHECK_OUTCOME("deadlock", seed, &outcome,
                  hung ? WIFSIGNALED(outcome.status) && WTERMSIG(outcome.status) == SIGABRT : outcome.status == 0);
    CHECK(outcome.report.hung_count == hung);
    CHECK(hung || i >= 4);
    if (hung) CHECK_OUTCOME("deadlock", seed, &outcome, outcome.report.waiting_count == 3);
    free(outcome.text);
  }
}

static void ends_well(const char *name, int status) {
  for (int i = 0; i < 8; i++) {
    char seed[16];
    snprintf(seed, sizeof seed, "%d", i);
    struct outcome outcome = run(name, seed);
    CHECK_OUTCOME(name, seed, &outcome, outcome.status == status << 8 && !*outcome.text);
    free(outcome.text);
  }
}

static void refuses_bad_seeds(void) {
  static const char *const seeds[] = {"abc", "", "-1", "1x", " 1", "0x1", "9223372036854775808", "99999999999999999999999999"};
  for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
    struct outcome outcome = run("busy", seeds[i]);
    CHECK_OUTCOME("busy", seeds[i], &outcome, outcome.status == 0 && strstr(outcome.text, "heddle: HEDDLE_SEED is '") == outcome.text);
    CHECK(strchr(outcome.text, '\n') == strrchr(outcome.text, '\n'));
    CHECK(!outcome.report.process_count);
    free(outcome.text);
  }
  int64_t seed;
  CHECK(hd_seed_parse("9223372036854775807", &seed) && seed == INT64_MAX);
}

static int run_case(const char *name) {
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (strcmp(cases[i].name, name) == 0) {
      cases[i].run();
      say_all();
      return 0;
    }
  return 125;
}

int main(int argument_count, char **arguments) {
  if (argument_count > 1) return run_case(arguments[1]);
  begin_test_of(600);
  int descriptor = mkstemp(report_path);
  CHECK(descriptor >= 0 && ftruncate(descriptor, HD_SEED_REPORT_BYTES) == 0);
  report = mmap(NULL, HD_SEED_REPORT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  CHECK(report != MAP_FAILED);
  orders();
  virtual_time();
  hangs_end();
  ends_well("busy", 0);
  ends_well("stranger", 0);
  ends_well("in-time", 0);
  ends_well("calls", 0);
  ends_well("main-ends", 9);
  refuses_bad_seeds();
  unlink(report_path);
  return 0;
}
