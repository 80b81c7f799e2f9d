#include "begin-test.h"
#include "check.h"
#include <sys/resource.h>
#include <sys/wait.h>

static struct hd_event go = HD_EVENT_INIT;

static void wait_for_go(void *unused) { CHECK_OK(hd_event_wait(&go)); }

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
static int runs;
static void run_once(void *unused) { COUNT(runs); }
static void start_when_there_is_room_again(void) {
  struct rlimit limit, none;
  struct hd_thread thread;
  CHECK(getrlimit(RLIMIT_AS, &limit) == 0);
  none = limit;
  none.rlim_cur = 1 << 20;
  CHECK_OK(hd_thread_init(&thread, run_once, NULL, "in need of room"));
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
  begin_test();
  a_failed_start_may_be_tried_again();
  ends_by_exit_and_cancel_too();
  may_be_a_daemon();
  the_process_waits_for_all_but_daemons();
  a_forked_child_has_only_its_forker();
  return 0;
}
