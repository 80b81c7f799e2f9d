/* Processes: what start, join, terminate, kill, exit code, name, daemon and the ways to end promise. */
#include "process-check.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

static struct shared {
  uint32_t count, go, pids[8];
  char text[64];
} * shared;

static int give_back(void *argument) { return *(int *)argument; }
static int stay(void *unused) {
  for (;;) pause();
  return 0;
}
static int ignore_and_stay(void *unused) {
  signal(SIGTERM, SIG_IGN);
  STORE(shared->go, 1);
  return stay(NULL);
}

static void check_exit_codes(void) {
  for (int code = 0; code < 256; code += 51) {
    struct hd_process child;
    CHECK_OK(hd_process_create(&child, give_back, &code, NULL));
    CHECK_OK(hd_process_join(&child));
    CHECK(exit_code(&child) == code);
    CHECK(!hd_process_is_alive(&child));
    hd_process_release(&child);
  }
}

static void check_life(void) {
  struct hd_process child;
  int code = 3, seen = 0;
  char name[32];
  CHECK_OK(hd_process_init(&child, give_back, &code, "first"));
  CHECK(hd_process_get_name(&child, name, sizeof name) == 5 && strcmp(name, "first") == 0);
  CHECK_OK(hd_process_set_name(&child, "a longer name"));
  CHECK(hd_process_get_name(&child, name, 4) == 13 && strcmp(name, "a l") == 0);
  CHECK(hd_process_pid(&child) == 0 && !hd_process_is_alive(&child) && !hd_process_is_daemon(&child));
  CHECK_ERROR(hd_process_join(&child), HD_ERROR_NOT_STARTED);
  CHECK_ERROR(hd_process_terminate(&child), HD_ERROR_NOT_STARTED);
  CHECK_ERROR(hd_process_kill(&child), HD_ERROR_NOT_STARTED);
  CHECK_ERROR(hd_process_exit_code(&child, &seen), HD_ERROR_NOT_STARTED);
  CHECK_OK(hd_process_start(&child));
  CHECK(hd_process_pid(&child) != 0);
  CHECK_ERROR(hd_process_start(&child), HD_ERROR_STARTED);
  CHECK_ERROR(hd_process_set_daemon(&child, true), HD_ERROR_STARTED);
  CHECK_ERROR(hd_process_join_timed(&child, -2), HD_ERROR_INVALID);
  CHECK_OK(hd_process_join(&child));
  CHECK_OK(hd_process_join(&child));
  CHECK_OK(hd_process_join_timed(&child, 0));
  CHECK_ERROR(hd_process_start(&child), HD_ERROR_STARTED);
  CHECK_OK(hd_process_terminate(&child)); /* it has ended: nothing happens */
  CHECK(exit_code(&child) == 3);
  hd_process_release(&child);
}

static void check_signals(void) {
  struct hd_process child;
  int code;
  CHECK_OK(hd_process_create(&child, stay, NULL, NULL));
  CHECK(hd_process_is_alive(&child));
  CHECK_ERROR(hd_process_exit_code(&child, &code), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_process_join_timed(&child, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_process_join_timed(&child, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_process_terminate(&child));
  CHECK_OK(hd_process_join_timed(&child, LONG_NS));
  CHECK(exit_code(&child) == -SIGTERM);
  hd_process_release(&child);

  STORE(shared->go, 0);
  CHECK_OK(hd_process_create(&child, ignore_and_stay, NULL, NULL));
  UNTIL(LOAD(shared->go));
  CHECK_OK(hd_process_terminate(&child));
  CHECK_ERROR(hd_process_join_timed(&child, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_process_kill(&child));
  UNTIL(!hd_process_is_alive(&child));
  CHECK(exit_code(&child) == -SIGKILL);
  hd_process_release(&child);
}

/* The child's own handles, and those of others, are not to be joined there. */
static struct hd_process *sibling;
static int misuse_handles(void *unused) {
  struct hd_process self, unstarted;
  char name[16];
  int code;
  CHECK_OK(hd_process_current(&self));
  CHECK(hd_process_get_name(&self, name, sizeof name) == 6 && strcmp(name, "misuse") == 0);
  CHECK(hd_process_pid(&self) == (uint32_t)getpid() && hd_process_is_alive(&self) && hd_process_is_daemon(&self));
  CHECK_ERROR(hd_process_join(&self), HD_ERROR_SELF_JOIN);
  CHECK_ERROR(hd_process_terminate(&self), HD_ERROR_NOT_CHILD);
  CHECK_ERROR(hd_process_exit_code(&self, &code), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_process_join(sibling), HD_ERROR_NOT_CHILD);
  CHECK_ERROR(hd_process_kill(sibling), HD_ERROR_NOT_CHILD);
  CHECK(!hd_process_is_alive(sibling));
  CHECK(hd_process_active(NULL, 0) == 0);
  CHECK_OK(hd_process_set_name(&self, "renamed"));
  CHECK_OK(hd_process_init(&unstarted, stay, NULL, NULL));
  CHECK_ERROR(hd_process_start(&unstarted), HD_ERROR_DAEMON_CHILDREN);
  CHECK_ERROR(hd_process_start(&unstarted), HD_ERROR_DAEMON_CHILDREN);
  hd_process_release(&unstarted);
  hd_process_release(&self);
  return 7;
}
static void check_handles(void) {
  struct hd_process stays, child, none, active[4];
  CHECK_ERROR(hd_process_current(&none), HD_ERROR_INVALID);
  CHECK_OK(hd_process_create(&stays, stay, NULL, NULL));
  sibling = &stays;
  CHECK_OK(hd_process_init(&child, misuse_handles, NULL, "misuse"));
  CHECK_OK(hd_process_set_daemon(&child, true));
  CHECK_OK(hd_process_start(&child));
  CHECK_OK(hd_process_join(&child));
  CHECK(exit_code(&child) == 7);
  CHECK(hd_process_active(active, 4) == 1 && active[0].state == stays.state);
  CHECK_OK(hd_process_kill(&active[0]));
  CHECK_OK(hd_process_join(&active[0]));
  CHECK(hd_process_active(active, 4) == 0);
  CHECK(exit_code(&stays) == -SIGKILL);
  hd_process_release(&active[0]);
  hd_process_release(&stays);
  hd_process_release(&child);
}

static void *join_child(void *child) {
  CHECK_OK(hd_process_join_timed(child, LONG_NS));
  return NULL;
}
static void check_many_joiners(void) {
  struct hd_process child;
  struct bunch joiners;
  CHECK_OK(hd_process_create(&child, stay, NULL, NULL));
  bunch_start(&joiners, 8, join_child, &child);
  usleep(20000);
  CHECK_OK(hd_process_terminate(&child));
  bunch_join(&joiners);
  CHECK(exit_code(&child) == -SIGTERM);
  hd_process_release(&child);
}

/* A child that the program itself reaps, and one that is reaped for nobody. */
static void check_reaped_elsewhere(void) {
  struct hd_process child;
  int code = 1;
  CHECK_OK(hd_process_create(&child, give_back, &code, NULL));
  CHECK(waitpid((pid_t)hd_process_pid(&child), NULL, 0) == (pid_t)hd_process_pid(&child));
  CHECK_OK(hd_process_join(&child));
  CHECK_ERROR(hd_process_exit_code(&child, &code), HD_ERROR_NOT_CHILD);
  CHECK_OK(hd_process_kill(&child));
  hd_process_release(&child);

  pid_t own = fork(); /* nobody else's child is taken */
  if (own == 0) _exit(5);
  CHECK_OK(hd_process_create(&child, give_back, &code, NULL));
  CHECK_OK(hd_process_join(&child));
  CHECK(exit_code(&child) == 1);
  int status;
  CHECK(waitpid(own, &status, 0) == own && WEXITSTATUS(status) == 5);
  hd_process_release(&child);

  signal(SIGCHLD, SIG_IGN);
  CHECK_OK(hd_process_create(&child, give_back, &code, NULL));
  CHECK_OK(hd_process_join_timed(&child, LONG_NS));
  CHECK_ERROR(hd_process_exit_code(&child, &code), HD_ERROR_NOT_CHILD);
  hd_process_release(&child);
  signal(SIGCHLD, SIG_DFL);
}

/* No descriptor is left to wait with. */
static void check_without_descriptors(void) {
  struct rlimit usual, none;
  struct hd_process child;
  CHECK_OK(hd_process_create(&child, stay, NULL, NULL));
  CHECK(getrlimit(RLIMIT_NOFILE, &usual) == 0);
  none = usual;
  none.rlim_cur = 3;
  CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
  CHECK_ERROR(hd_process_join_timed(&child, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_process_kill(&child));
  CHECK_OK(hd_process_join_timed(&child, LONG_NS));
  CHECK(setrlimit(RLIMIT_NOFILE, &usual) == 0);
  finish_killed(&child);
}

/* A join is no cancellation point. */
static void *join_and_tell(void *child) {
  CHECK_OK(hd_process_join(child));
  STORE(shared->go, 2);
  return NULL;
}
static void check_cancelled_joiner(void) {
  struct hd_process child;
  pthread_t joiner;
  CHECK_OK(hd_process_create(&child, stay, NULL, NULL));
  CHECK(pthread_create(&joiner, NULL, join_and_tell, &child) == 0);
  usleep(20000);
  CHECK(pthread_cancel(joiner) == 0);
  CHECK_OK(hd_process_kill(&child));
  CHECK(pthread_join(joiner, NULL) == 0);
  CHECK(LOAD(shared->go) == 2);
  finish_killed(&child);
}

static void interrupted(int unused) {}
static void *interrupt(void *thread) {
  for (int i = 0; i < 50; i++) {
    pthread_kill(*(pthread_t *)thread, SIGUSR1);
    usleep(1000);
  }
  return NULL;
}
static void check_interrupted_join(void) {
  struct sigaction action = {.sa_handler = interrupted};
  struct hd_process child;
  struct bunch interrupter;
  pthread_t self = pthread_self();
  sigaction(SIGUSR1, &action, NULL);
  CHECK_OK(hd_process_create(&child, stay, NULL, NULL));
  bunch_start(&interrupter, 1, interrupt, &self);
  CHECK_ERROR(hd_process_join_timed(&child, SHORT_NS * 2), HD_ERROR_TIMEOUT);
  bunch_join(&interrupter);
  CHECK_OK(hd_process_kill(&child));
  CHECK_OK(hd_process_join(&child));
  hd_process_release(&child);
}

static void check_memory(void) {
  CHECK(hd_process_memory_new(0) == NULL && hd_process_memory_new(SIZE_MAX) == NULL && hd_process_memory_new(SIZE_MAX / 2) == NULL);
  char *memory = hd_process_memory_new(100000);
  CHECK(memory && (uintptr_t)memory % 64 == 0 && memory[0] == 0 && memory[99999] == 0);
  memory[99999] = 1;
  hd_process_memory_free(memory);
  hd_process_memory_free(NULL);
}

#define MANY 200
static int count_up(void *unused) {
  __atomic_add_fetch(&shared->count, 1, __ATOMIC_RELAXED);
  return 0;
}
static void check_many(void) {
  static struct hd_process children[MANY];
  for (int i = 0; i < MANY; i++) CHECK_OK(hd_process_create(&children[i], count_up, NULL, NULL));
  for (int i = 0; i < MANY; i++) {
    CHECK_OK(hd_process_join(&children[i]));
    CHECK(exit_code(&children[i]) == 0);
    hd_process_release(&children[i]);
  }
  CHECK(LOAD(shared->count) == MANY);
}

int main(void) {
  begin_test();
  shared = hd_process_memory_new(sizeof *shared);
  check_memory();
  check_exit_codes();
  check_life();
  check_signals();
  check_handles();
  check_many_joiners();
  check_reaped_elsewhere();
  check_interrupted_join();
  check_without_descriptors();
  check_cancelled_joiner();
  check_many();
  hd_process_memory_free(shared);
  return 0;
}
