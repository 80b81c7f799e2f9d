/* The guard of what processes share: killed inside it, in the repair too, the others go on; and the bells. */
#include "process-guard.h"
#include "kill-step.h"
#include "process-check.h"
#include <sys/syscall.h>

static struct shared {
  struct hd_process_guard guard;
  struct hd_process_bell bell;
  uint32_t first, second, repairs, ready;
  bool die_in_repair;
} * shared;

static void repair(void *object) {
  CHECK(object == shared);
  shared->repairs++;
  if (shared->die_in_repair) {
    shared->die_in_repair = false;
    raise(SIGKILL);
  }
  shared->second = shared->first;
}
static void enter(void) { hd_process_guard_enter(&shared->guard, repair, shared); }
static void leave(void) { hd_process_guard_leave(&shared->guard); }

static int die_inside(void *unused) {
  enter();
  shared->first++;
  raise(SIGKILL);
  return 0;
}
static int pass(void *unused) {
  enter();
  CHECK(shared->first == shared->second);
  leave();
  return 0;
}
static void check_killed_inside(void) {
  struct hd_process dies, dies_again, goes_on;
  CHECK_OK(hd_process_create(&dies, die_inside, NULL, NULL));
  finish_killed(&dies);
  CHECK(shared->first == 1 && shared->second == 0);
  CHECK_OK(hd_process_create(&goes_on, pass, NULL, NULL));
  finish(&goes_on);
  CHECK(shared->repairs == 1);

  shared->die_in_repair = true;
  CHECK_OK(hd_process_create(&dies, die_inside, NULL, NULL));
  finish_killed(&dies);
  CHECK_OK(hd_process_create(&dies_again, pass, NULL, NULL));
  finish_killed(&dies_again);
  enter();
  CHECK(shared->repairs == 3 && shared->first == 2 && shared->second == 2);
  leave();
}

static int change_for_ever(void *unused) {
  for (;;) {
    enter();
    CHECK(shared->first == shared->second);
    shared->first++;
    shared->second++;
    leave();
  }
}
static void check_killed_anywhere(void) {
  struct hd_process children[3];
  unsigned seed = 3;
  for (int i = 0; i < 3; i++) CHECK_OK(hd_process_create(&children[i], change_for_ever, NULL, NULL));
  for (int round = 0; round < 60; round++) {
    usleep(rand_r(&seed) % 3000);
    kill_and_release(&children[round % 3]);
    CHECK_OK(hd_process_create(&children[round % 3], change_for_ever, NULL, NULL));
  }
  uint32_t seen = LOAD(shared->first);
  UNTIL(LOAD(shared->first) != seen);
  for (int i = 0; i < 3; i++) kill_and_release(&children[i]);
  enter();
  CHECK(shared->first == shared->second);
  leave();
}

/* Whether it sleeps for the guard: the only futex that it uses. */
static bool sleeps(pid_t child) {
  char path[64];
  long number = -1;
  snprintf(path, sizeof path, "/proc/%d/syscall", (int)child);
  FILE *file = fopen(path, "r");
  CHECK(file);
  if (fscanf(file, "%ld", &number) != 1) number = -1; /* it runs */
  fclose(file);
  return number == SYS_futex;
}
/* To where it begins or ends a system call. */
static void go_to_call(pid_t child) {
  int status;
  CHECK(ptrace(PTRACE_SYSCALL, child, NULL, NULL) == 0 && waitpid(child, &status, 0) == child && WIFSTOPPED(status));
}

/* The one that a release wakes is killed before it can have the guard, which somebody else has taken meanwhile: the others do not sleep for
 * ever. */
static void check_killed_when_woken(void) {
  enter();
  IN_CHILD(first) {
    CHECK(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
    raise(SIGSTOP);
    enter();
    _exit(1);
  }
  int status;
  CHECK(waitpid(first, &status, 0) == first && WIFSTOPPED(status));
  do go_to_call(first);
  while (!sleeps(first));
  CHECK(ptrace(PTRACE_SYSCALL, first, NULL, NULL) == 0); /* into its sleep; it stops when it is woken */
  usleep(20000);
  struct hd_process second;
  CHECK_OK(hd_process_create(&second, pass, NULL, NULL));
  UNTIL(sleeps((pid_t)hd_process_pid(&second)));
  usleep(20000);
  leave();
  CHECK(waitpid(first, &status, 0) == first && WIFSTOPPED(status));
  enter();
  kill_child(first);
  leave();
  finish(&second);
}

static int sleep_until_changed(void *unused) {
  enter();
  uint32_t first = shared->first;
  shared->ready++;
  while (shared->first == first) {
    uint32_t heard = hd_process_bell_listen(&shared->bell);
    leave();
    CHECK_OK(hd_process_bell_sleep(&shared->bell, heard, HD_NEVER));
    enter();
  }
  leave();
  return 0;
}
static int change_and_die(void *unused) {
  enter();
  shared->first++;
  raise(SIGKILL); /* before it could ring */
  return 0;
}
static void check_bell(void) {
  CHECK_ERROR(hd_process_bell_sleep(&shared->bell, hd_process_bell_listen(&shared->bell), 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_bell_sleep(&shared->bell, hd_process_bell_listen(&shared->bell), hd_deadline_after(SHORT_NS)), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_process_bell_sleep(&shared->bell, hd_process_bell_listen(&shared->bell) - 1, hd_deadline_after(LONG_NS)));
  for (int killed = 0; killed < 2; killed++) {
    struct hd_process sleepers[3], changer;
    shared->ready = 0;
    for (int i = 0; i < 3; i++) CHECK_OK(hd_process_create(&sleepers[i], sleep_until_changed, NULL, NULL));
    UNTIL(LOAD(shared->ready) == 3);
    usleep(20000);
    if (killed) {
      CHECK_OK(hd_process_create(&changer, change_and_die, NULL, NULL));
      finish_killed(&changer);
    } else {
      enter();
      shared->second = ++shared->first;
      hd_process_bell_ring(&shared->bell, UINT32_MAX);
      leave();
    }
    for (int i = 0; i < 3; i++) finish(&sleepers[i]);
  }
}

int main(void) {
  begin_test();
  shared = hd_process_memory_new(sizeof *shared);
  hd_process_guard_init(&shared->guard);
  check_killed_inside();
  check_killed_anywhere();
  if (can_kill_by_step()) check_killed_when_woken();
  check_bell();
  return 0;
}
