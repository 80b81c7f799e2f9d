/* A process killed at any instruction of an operation: whoever comes after it goes on, and finds all in order or is told.
 *
 * A child is led through the operation instruction by instruction (ptrace) and killed after the first, after the second … until it has come
 * to its end. After each kill this process does the same operation. Where ptrace is not allowed the test is skipped.
 *
 * usage: test-process-steps [STRIDE]     kills after each STRIDE-th instruction only; every one takes a minute */
#include "process-check.h"
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

/* More than any operation has: against hangs. */
#define STEPS_MAX 60000
#define SKIPPED 77

#ifdef __SANITIZE_ADDRESS__
static int stride = 97;
#else
static int stride = 13;
#endif

struct objects {
  struct hd_process_lock lock;
  struct hd_process_rlock rlock;
  struct hd_process_semaphore semaphore;
  struct hd_process_event event;
  struct hd_process_barrier barrier;
  struct hd_process_condition condition;
  struct hd_process_value value;
};
static struct objects *shared; /* [0] is used by the killed and the living, [1] by the child to warm up */

static void make(struct objects *objects) {
  hd_process_lock_init(&objects->lock, NULL);
  hd_process_rlock_init(&objects->rlock, NULL);
  CHECK_OK(hd_process_semaphore_init(&objects->semaphore, 0, NULL));
  hd_process_event_init(&objects->event, NULL);
  CHECK_OK(hd_process_barrier_init(&objects->barrier, 1, NULL, NULL, NULL));
  hd_process_condition_init(&objects->condition, &objects->lock, NULL);
  CHECK_OK(hd_process_value_init(&objects->value, HD_PROCESS_DOUBLE, true, NULL));
}

static bool is_held(int result) { return result == HD_OK || result == HD_ERROR_OWNER_DIED; }

static void use_lock(struct objects *objects) {
  CHECK(is_held(hd_process_lock_acquire(&objects->lock)));
  CHECK_OK(hd_process_lock_release(&objects->lock));
}
static void use_rlock(struct objects *objects) {
  CHECK(is_held(hd_process_rlock_acquire(&objects->rlock)));
  CHECK_OK(hd_process_rlock_acquire(&objects->rlock));
  CHECK(hd_process_rlock_depth(&objects->rlock) == 2);
  CHECK_OK(hd_process_rlock_release(&objects->rlock));
  CHECK_OK(hd_process_rlock_release(&objects->rlock));
  CHECK(hd_process_rlock_depth(&objects->rlock) == 0);
}
static void use_semaphore(struct objects *objects) {
  CHECK_OK(hd_process_semaphore_release(&objects->semaphore, 1));
  CHECK_OK(hd_process_semaphore_acquire(&objects->semaphore));
}
static void use_event(struct objects *objects) {
  hd_process_event_set(&objects->event);
  CHECK_OK(hd_process_event_wait(&objects->event));
  hd_process_event_clear(&objects->event);
  CHECK(!hd_process_event_is_set(&objects->event));
}
static void use_barrier(struct objects *objects) {
  if (hd_process_barrier_wait(&objects->barrier) == HD_ERROR_BROKEN) {
    hd_process_barrier_reset(&objects->barrier);
    CHECK(hd_process_barrier_wait(&objects->barrier) == 0);
  }
}
static void use_condition(struct objects *objects) {
  CHECK(is_held(hd_process_lock_acquire(&objects->lock)));
  CHECK_OK(hd_process_condition_notify(&objects->condition, 1));
  CHECK_ERROR(hd_process_condition_wait_timed(&objects->condition, 0), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_process_lock_release(&objects->lock));
}
static void use_value(struct objects *objects) {
  double number;
  CHECK(is_held(hd_process_value_update_double(&objects->value, 1)));
  CHECK_OK(hd_process_value_get_double(&objects->value, &number));
  CHECK(number >= 1);
}

/* Kills a child after that many steps of the operation. False: it had come to its end. */
static bool kill_after(int steps, void (*use)(struct objects *)) {
  pid_t child = fork();
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(SKIPPED);
    use(&shared[1]);
    raise(SIGSTOP);
    use(&shared[0]);
    for (;;) raise(SIGSTOP); /* exit has more instructions than the rest, and nothing to do with it */
  }
  int status;
  CHECK(child > 0 && waitpid(child, &status, 0) == child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) exit(SKIPPED);
  CHECK(WIFSTOPPED(status));
  bool inside = true;
  for (int i = 0; i < steps && inside; i++) {
    if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0) exit(SKIPPED);
    CHECK(waitpid(child, &status, 0) == child && WIFSTOPPED(status));
    inside = WSTOPSIG(status) == SIGTRAP;
  }
  CHECK(inside || WSTOPSIG(status) == SIGSTOP);
  CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status));
  return inside;
}

static void check(const char *name, void (*use)(struct objects *)) {
  make(&shared[0]);
  make(&shared[1]);
  int steps = 1;
  while (steps < STEPS_MAX && kill_after(steps, use)) {
    use(&shared[0]);
    steps += stride;
  }
  CHECK(steps < STEPS_MAX);
  printf("%s: %d steps\n", name, steps);
  fflush(stdout);
}

int main(int count, char **arguments) {
#if defined __SANITIZE_THREAD__ /* makes a hundred instructions of one */
  return SKIPPED;
#endif
  if (count > 1) stride = atoi(arguments[1]);
  if (stride < 1) return 2;
  begin_test_of(count > 1 ? 580 : 80);
  shared = hd_process_memory_new(2 * sizeof *shared);
  check("lock", use_lock);
  check("rlock", use_rlock);
  check("semaphore", use_semaphore);
  check("event", use_event);
  check("barrier", use_barrier);
  check("condition", use_condition);
  check("value", use_value);
  return 0;
}
