#include "check.h"
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

static struct hd_event go = HD_EVENT_INIT;
static int runs;

static void run_once(void *argument) {
  CHECK(argument == &runs);
  COUNT(runs);
}
static void wait_for_go(void *unused) { CHECK_OK(hd_event_wait(&go)); }

static void starts_once(void) {
  struct hd_thread thread;
  CHECK_OK(hd_thread_init(&thread, run_once, &runs, "once"));
  CHECK(!hd_thread_is_alive(&thread));
  CHECK(hd_thread_ident(&thread) == 0);
  CHECK_ERROR(hd_thread_join(&thread), HD_ERROR_NOT_STARTED);
  CHECK_OK(hd_thread_start(&thread));
  CHECK_ERROR(hd_thread_start(&thread), HD_ERROR_STARTED);
  CHECK_ERROR(hd_thread_set_daemon(&thread, true), HD_ERROR_STARTED);
  CHECK_OK(hd_thread_join(&thread));
  CHECK(!hd_thread_is_alive(&thread));
  CHECK_ERROR(hd_thread_start(&thread), HD_ERROR_STARTED);
  CHECK_OK(hd_thread_join(&thread));
  CHECK_OK(hd_thread_join_timed(&thread, 0));
  CHECK(runs == 1);
  hd_thread_release(&thread);
}

/* Many want to start it; one does. */
static struct hd_thread contested;
static int started;
static void *start_contested(void *unused) {
  int result = hd_thread_start(&contested);
  CHECK(result == HD_OK || result == HD_ERROR_STARTED);
  if (result == HD_OK) COUNT(started);
  return unused;
}
static void one_of_many_starts_it(void) {
  for (int i = 0; i < 20; i++) {
    struct bunch bunch;
    runs = started = 0;
    CHECK_OK(hd_thread_init(&contested, run_once, &runs, NULL));
    bunch_start(&bunch, 4, start_contested, NULL);
    bunch_join(&bunch);
    CHECK_OK(hd_thread_join(&contested));
    CHECK(started == 1 && runs == 1);
    hd_thread_release(&contested);
  }
}

static struct hd_thread target;
static void *join_target(void *unused) {
  CHECK_OK(hd_thread_join(&target));
  return unused;
}
static void *join_target_timed(void *unused) {
  CHECK_OK(hd_thread_join_timed(&target, LONG_NS));
  return unused;
}

static void has_many_joiners(void) {
  struct bunch forever, timed;
  hd_event_clear(&go);
  CHECK_OK(hd_thread_create(&target, wait_for_go, NULL, "target"));
  CHECK(hd_thread_is_alive(&target));
  bunch_start(&forever, 4, join_target, NULL);
  bunch_start(&timed, 4, join_target_timed, NULL);
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_thread_join_timed(&target, SHORT_NS), HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= SHORT_NS);
  CHECK_ERROR(hd_thread_join_timed(&target, 0), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_thread_join_timed(&target, -2), HD_ERROR_INVALID);
  CHECK(hd_thread_is_alive(&target));
  CHECK(hd_thread_active_count() == 2);
  hd_event_set(&go);
  bunch_join(&forever);
  bunch_join(&timed);
  CHECK(!hd_thread_is_alive(&target));
  CHECK(hd_thread_active_count() == 1);
  hd_thread_release(&target);
}

static struct hd_thread itself;
static void look_at_itself(void *unused) {
  CHECK_OK(hd_event_wait(&go));
  CHECK_ERROR(hd_thread_join(&itself), HD_ERROR_SELF_JOIN);
  CHECK_ERROR(hd_thread_join_timed(&itself, SHORT_NS), HD_ERROR_SELF_JOIN);
  CHECK(hd_thread_ident(&itself) == hd_thread_current_ident());
  struct hd_thread again;
  CHECK_OK(hd_thread_current(&again));
  CHECK_ERROR(hd_thread_join(&again), HD_ERROR_SELF_JOIN);
  CHECK_OK(hd_thread_set_name(&again, "renamed from inside"));
  hd_thread_release(&again);
}

static void knows_itself(void) {
  char name[64];
  hd_event_clear(&go);
  CHECK_OK(hd_thread_create(&itself, look_at_itself, NULL, "itself"));
  CHECK(hd_thread_ident(&itself) != 0);
  CHECK(hd_thread_ident(&itself) != hd_thread_current_ident());
  CHECK(hd_thread_current_ident() == (uint32_t)gettid());
  hd_event_set(&go);
  CHECK_OK(hd_thread_join(&itself));
  CHECK(hd_thread_get_name(&itself, name, sizeof name) == strlen("renamed from inside"));
  CHECK(strcmp(name, "renamed from inside") == 0);
  hd_thread_release(&itself);
  struct hd_thread none;
  CHECK_ERROR(hd_thread_current(&none), HD_ERROR_INVALID);
}

static void check_name(const struct hd_thread *thread, const char *expected) {
  char name[64];
  CHECK(hd_thread_get_name(thread, name, sizeof name) == strlen(expected));
  CHECK(strcmp(name, expected) == 0);
}

static void has_a_name_at_any_time(void) {
  struct hd_thread thread;
  char cut[4] = "???";
  hd_event_clear(&go);
  CHECK_OK(hd_thread_init(&thread, wait_for_go, NULL, "first"));
  check_name(&thread, "first");
  CHECK_OK(hd_thread_set_name(&thread, "before its start"));
  CHECK_OK(hd_thread_start(&thread));
  check_name(&thread, "before its start");
  CHECK_OK(hd_thread_set_name(&thread, "while it runs, longer than the kernel likes"));
  check_name(&thread, "while it runs, longer than the kernel likes");
  CHECK(hd_thread_get_name(&thread, cut, sizeof cut) == strlen("while it runs, longer than the kernel likes"));
  CHECK(strcmp(cut, "whi") == 0);
  CHECK(hd_thread_get_name(&thread, NULL, 0) > 0);
  hd_event_set(&go);
  CHECK_OK(hd_thread_join(&thread));
  CHECK_OK(hd_thread_set_name(&thread, "after its end"));
  check_name(&thread, "after its end");
  hd_thread_release(&thread);
  CHECK_OK(hd_thread_init(&thread, wait_for_go, NULL, NULL));
  CHECK(hd_thread_get_name(&thread, cut, sizeof cut) > 0);
  hd_thread_release(&thread);
}

/* Names change while others read them, and while their thread begins and ends. */
static void *rename_target(void *name) {
  for (int i = 0; i < 200; i++) CHECK_OK(hd_thread_set_name(&target, name));
  return NULL;
}
static void *read_name_of_target(void *unused) {
  for (int i = 0; i < 200; i++) {
    char name[32];
    size_t length = hd_thread_get_name(&target, name, sizeof name);
    CHECK(length == strlen(name) && (length == 3 || length == 12));
  }
  return unused;
}
static void a_name_changes_as_a_whole(void) {
  struct bunch one, other, readers;
  hd_event_clear(&go);
  CHECK_OK(hd_thread_init(&target, wait_for_go, NULL, "abc"));
  bunch_start(&one, 1, rename_target, "xyz");
  bunch_start(&other, 1, rename_target, "a long, long");
  bunch_start(&readers, 2, read_name_of_target, NULL);
  CHECK_OK(hd_thread_start(&target));
  hd_event_set(&go);
  bunch_join(&one);
  bunch_join(&other);
  bunch_join(&readers);
  CHECK_OK(hd_thread_join(&target));
  hd_thread_release(&target);
}

static void enumerates_those_alive(void) {
  struct hd_thread threads[3], seen[8];
  hd_event_clear(&go);
  CHECK(hd_thread_enumerate(NULL, 0) == 0);
  for (int i = 0; i < 3; i++) {
    CHECK_OK(hd_thread_init(&threads[i], wait_for_go, NULL, "listed"));
    CHECK(hd_thread_enumerate(NULL, 0) == (size_t)i);
    CHECK_OK(hd_thread_set_daemon(&threads[i], i == 1)); /* daemons are listed, too */
    CHECK_OK(hd_thread_start(&threads[i]));
  }
  CHECK(hd_thread_active_count() == 4);
  CHECK(hd_thread_enumerate(NULL, 0) == 3);
  CHECK(hd_thread_enumerate(seen, 1) == 3); /* one is filled in */
  CHECK(hd_thread_ident(&seen[0]) == hd_thread_ident(&threads[2]));
  hd_thread_release(&seen[0]);
  CHECK(hd_thread_enumerate(seen, 8) == 3);
  for (int i = 0; i < 3; i++) CHECK(hd_thread_ident(&seen[i]) == hd_thread_ident(&threads[2 - i]));
  hd_event_set(&go);
  for (int i = 0; i < 3; i++) { /* a handle found so is as good as any */
    CHECK_OK(hd_thread_join(&seen[i]));
    CHECK(!hd_thread_is_alive(&threads[2 - i]));
    hd_thread_release(&seen[i]);
    hd_thread_release(&threads[2 - i]);
  }
  CHECK(hd_thread_enumerate(seen, 8) == 0);
}

static void come_and_go(void *unused) {}
static void *list_again_and_again(void *unused) {
  for (int i = 0; i < 200; i++) {
    struct hd_thread seen[8];
    size_t count = hd_thread_enumerate(seen, 8);
    for (size_t k = 0; k < count && k < 8; k++) {
      if (i % 2) CHECK_OK(hd_thread_join(&seen[k]));
      hd_thread_release(&seen[k]);
    }
  }
  return unused;
}
static void enumerates_while_they_come_and_go(void) {
  struct bunch bunch;
  bunch_start(&bunch, 2, list_again_and_again, NULL);
  for (int i = 0; i < 200; i++) {
    struct hd_thread thread;
    CHECK_OK(hd_thread_create(&thread, come_and_go, NULL, NULL));
    hd_thread_release(&thread);
  }
  bunch_join(&bunch);
  UNTIL(hd_thread_active_count() == 1);
}

static void look_and_run(void *argument) {
  struct hd_thread self;
  CHECK_OK(hd_thread_current(&self));
  CHECK(hd_thread_is_daemon(&self));
  hd_thread_release(&self);
  run_once(argument);
}
static void starts_one_without_a_handle(void) {
  runs = 0;
  for (int i = 0; i < 5; i++) CHECK_OK(hd_thread_start_new(look_and_run, &runs));
  UNTIL(LOAD(runs) == 5 && hd_thread_active_count() == 1);
}

static void exit_early(void *unused) { pthread_exit(NULL); }
static void cancel_itself(void *unused) {
  pthread_cancel(pthread_self());
  pthread_testcancel();
}
static void sleep_long(void *unused) {
  hd_event_set(&go);
  for (;;) sleep(60);
}

static void ends_by_exit_and_cancel_too(void) {
  struct hd_thread thread;
  CHECK_OK(hd_thread_create(&thread, exit_early, NULL, "exits"));
  CHECK_OK(hd_thread_join(&thread));
  hd_thread_release(&thread);
  CHECK_OK(hd_thread_create(&thread, cancel_itself, NULL, "is cancelled"));
  CHECK_OK(hd_thread_join(&thread));
  CHECK(!hd_thread_is_alive(&thread));
  hd_thread_release(&thread);
}

static void a_handle_may_go_first(void) {
  for (int i = 0; i < 20; i++) {
    struct hd_thread thread;
    hd_event_clear(&go);
    CHECK_OK(hd_thread_create(&thread, wait_for_go, NULL, "left alone"));
    if (i % 2) hd_event_set(&go);
    hd_thread_release(&thread);
    hd_event_set(&go);
    UNTIL(hd_thread_active_count() == 1);
  }
}

static void check_daemon(void *unused) {
  struct hd_thread self, child;
  CHECK_OK(hd_thread_current(&self));
  CHECK(hd_thread_is_daemon(&self));
  CHECK_OK(hd_thread_init(&child, wait_for_go, NULL, "child"));
  CHECK(hd_thread_is_daemon(&child)); /* inherited */
  CHECK_OK(hd_thread_set_daemon(&child, false));
  CHECK(!hd_thread_is_daemon(&child));
  hd_thread_release(&child);
  hd_thread_release(&self);
}

static void may_be_a_daemon(void) {
  struct hd_thread thread;
  CHECK_OK(hd_thread_init(&thread, check_daemon, NULL, "daemon"));
  CHECK(!hd_thread_is_daemon(&thread));
  CHECK_OK(hd_thread_set_daemon(&thread, true));
  CHECK_OK(hd_thread_start(&thread));
  CHECK_OK(hd_thread_join(&thread));
  hd_thread_release(&thread);
}

/* In a child process, so that it can end. */
static int exit_pipe[2];
static void write_late(void *unused) {
  usleep(50000);
  CHECK(write(exit_pipe[1], "x", 1) == 1);
}
static void leave_with_a_thread_running(void) {
  struct hd_thread writer, daemon;
  CHECK_OK(hd_thread_create(&writer, write_late, NULL, "writer"));
  CHECK_OK(hd_thread_init(&daemon, sleep_long, NULL, "daemon"));
  CHECK_OK(hd_thread_set_daemon(&daemon, true));
  hd_event_clear(&go);
  CHECK_OK(hd_thread_start(&daemon));
  CHECK_OK(hd_event_wait(&go));
  hd_thread_release(&writer);
  hd_thread_release(&daemon);
  exit(17);
}

/* One that is awaited starts another one, at the last moment. */
static void start_writer(void *unused) {
  struct hd_thread writer;
  usleep(50000);
  CHECK_OK(hd_thread_create(&writer, write_late, NULL, "writer"));
  hd_thread_release(&writer);
}
static void leave_with_one_that_starts_another(void) {
  struct hd_thread starter;
  CHECK_OK(hd_thread_create(&starter, start_writer, NULL, "starter"));
  exit(17);
}
/* Any thread may end the process: it waits for the others, not for itself. */
static void exit_elsewhere(void *unused) { exit(17); }
static void leave_from_another_thread(void) {
  struct hd_thread writer, leaver;
  CHECK_OK(hd_thread_create(&writer, write_late, NULL, "writer"));
  CHECK_OK(hd_thread_create(&leaver, exit_elsewhere, NULL, "leaver"));
  for (;;) pause();
}

static void ends_with_its_letter_written(void (*leave)(void)) {
  CHECK(pipe(exit_pipe) == 0);
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) leave();
  close(exit_pipe[1]);
  int status;
  char letter = 0;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 17);
  CHECK(read(exit_pipe[0], &letter, 1) == 1 && letter == 'x');
  close(exit_pipe[0]);
}
static void the_process_waits_for_all_but_daemons(void) {
  ends_with_its_letter_written(leave_with_a_thread_running);
  ends_with_its_letter_written(leave_with_one_that_starts_another);
  ends_with_its_letter_written(leave_from_another_thread);
}

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) /* they need all the address space that there is */
static void start_when_there_is_room_again(void) {
  struct rlimit limit, none;
  struct hd_thread thread;
  CHECK(getrlimit(RLIMIT_AS, &limit) == 0);
  none = limit;
  none.rlim_cur = 1 << 20;
  CHECK_OK(hd_thread_init(&thread, run_once, &runs, "in need of room"));
  CHECK(setrlimit(RLIMIT_AS, &none) == 0);
  CHECK_ERROR(hd_thread_start(&thread), HD_ERROR_NO_RESOURCES);
  CHECK(!hd_thread_is_alive(&thread) && hd_thread_active_count() == 1);
  CHECK_ERROR(hd_thread_join(&thread), HD_ERROR_NOT_STARTED);
  CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
  runs = 0;
  CHECK_OK(hd_thread_start(&thread));
  CHECK_OK(hd_thread_join(&thread));
  CHECK(runs == 1);
  exit(0);
}
static void a_failed_start_may_be_tried_again(void) {
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) start_when_there_is_room_again();
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
#else
static void a_failed_start_may_be_tried_again(void) {}
#endif

static void a_forked_child_has_only_its_forker(void) {
  struct hd_thread thread;
  hd_event_clear(&go);
  CHECK_OK(hd_thread_create(&thread, wait_for_go, NULL, "stays behind"));
  hd_thread_ident(&thread);
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    CHECK(!hd_thread_is_alive(&thread));
    CHECK(hd_thread_active_count() == 1);
    CHECK(hd_thread_current_ident() == (uint32_t)getpid());
    CHECK_OK(hd_thread_join(&thread));
    hd_thread_release(&thread);
    exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  hd_event_set(&go);
  CHECK_OK(hd_thread_join(&thread));
  hd_thread_release(&thread);
}

int main(void) {
  a_failed_start_may_be_tried_again();
  starts_once();
  one_of_many_starts_it();
  has_many_joiners();
  knows_itself();
  has_a_name_at_any_time();
  a_name_changes_as_a_whole();
  enumerates_those_alive();
  enumerates_while_they_come_and_go();
  starts_one_without_a_handle();
  ends_by_exit_and_cancel_too();
  a_handle_may_go_first();
  may_be_a_daemon();
  the_process_waits_for_all_but_daemons();
  a_forked_child_has_only_its_forker();
  return 0;
}
