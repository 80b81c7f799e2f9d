/* Programs as children, their starts and their ends: what CPython's test_subprocess holds to be the behaviour. */
#include "begin-test.h"
#include "subprocess-check.h"
#include <errno.h>
#include <fcntl.h>

static void return_codes(void) {
  const struct {
    const char *line;
    int code;
  } cases[] = {{"exit 0", 0}, {"exit 47", 47}, {"exit 255", 255}, {"kill -TERM $$", -SIGTERM}, {"kill -KILL $$", -SIGKILL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct hd_subprocess child = spawned(OPTIONS(.shell = cases[i].line));
    CHECK(code_of(&child) == cases[i].code);
    CHECK(code_of(&child) == cases[i].code); /* again, and as often as one likes */
    int code = 999;
    CHECK_OK(hd_subprocess_poll(&child, &code));
    CHECK(code == cases[i].code);
    hd_subprocess_release(&child);
  }
}

static void failures_to_start(void) {
  struct hd_subprocess child;
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.arguments = ARGUMENTS("/no/such/program"))), HD_ERROR_NOT_FOUND);
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.arguments = ARGUMENTS("no-such-program-anywhere"))), HD_ERROR_NOT_FOUND);
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.arguments = ARGUMENTS("/etc/passwd"))), HD_ERROR_NOT_PERMITTED);
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.arguments = ARGUMENTS("/bin/true"), .directory = "/no/such")), HD_ERROR_NOT_FOUND);
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.arguments = ARGUMENTS("/bin/true"), .output = 987)), HD_ERROR_INVALID);
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.output = HD_STREAM_PIPE)), HD_ERROR_INVALID);
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.arguments = ARGUMENTS("/bin/true"), .shell = "true")), HD_ERROR_INVALID);
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.shell = "true", .output = HD_STREAM_OUTPUT)), HD_ERROR_INVALID);
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.shell = "true", .error = -4)), HD_ERROR_INVALID);
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.arguments = (const char *const[]){NULL})), HD_ERROR_INVALID);
  hd_subprocess_release(&child); /* nothing */
  struct hd_subprocess_result result;
  CHECK_ERROR(hd_subprocess_run(OPTIONS(.arguments = ARGUMENTS("/no/such/program"), .capture = true), HD_FOREVER, &result),
              HD_ERROR_NOT_FOUND);
  CHECK(!result.output && !result.error && result.return_code == 0);
  hd_subprocess_result_free(&result);
  CHECK_ERROR(hd_subprocess_run(OPTIONS(.shell = "true"), -7, &result), HD_ERROR_INVALID);
}

static void runs(void) {
  struct hd_subprocess_result result;
  CHECK_OK(hd_subprocess_run(OPTIONS(.arguments = ARGUMENTS("printf", "%s-%s", "a b", "c"), .capture = true), HD_FOREVER, &result));
  CHECK(strcmp(result.output, "a b-c") == 0 && result.output_bytes == 5);
  CHECK(strcmp(result.error, "") == 0 && result.error_bytes == 0 && result.return_code == 0);
  hd_subprocess_result_free(&result);

  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "echo out; echo err >&2; exit 3", .capture = true), LONG_NS, &result));
  CHECK(strcmp(result.output, "out\n") == 0 && strcmp(result.error, "err\n") == 0 && result.return_code == 3);
  hd_subprocess_result_free(&result);

  CHECK_ERROR(hd_subprocess_run(OPTIONS(.shell = "echo x; exit 3", .capture = true, .check = true), LONG_NS, &result),
              HD_ERROR_CHILD_FAILED);
  CHECK(strcmp(result.output, "x\n") == 0 && result.return_code == 3);
  hd_subprocess_result_free(&result);

  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "echo out; echo err >&2", .capture = true, .error = HD_STREAM_OUTPUT), LONG_NS, &result));
  CHECK(strcmp(result.output, "out\nerr\n") == 0 && !result.error);
  hd_subprocess_result_free(&result);

  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "tr a-z A-Z", .text = "shout", .text_bytes = 5, .capture = true, .check = true), LONG_NS,
                             &result));
  CHECK(strcmp(result.output, "SHOUT") == 0);
  hd_subprocess_result_free(&result);
  CHECK_ERROR(hd_subprocess_run(OPTIONS(.shell = "cat", .text = "", .input = HD_STREAM_NULL), LONG_NS, &result), HD_ERROR_INVALID);
}

static void environment_and_directory(void) {
  struct hd_subprocess_result result;
  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "echo $FRUIT $HOME; pwd", .capture = true, .directory = "/usr",
                                     .environment = (const char *const[]){"FRUIT=orange", NULL}),
                             LONG_NS, &result));
  CHECK(strcmp(result.output, "orange\n/usr\n") == 0);
  hd_subprocess_result_free(&result);
  CHECK_OK(hd_subprocess_run(OPTIONS(.arguments = ARGUMENTS("/usr/bin/env"), .capture = true, .environment = (const char *const[]){NULL}),
                             LONG_NS, &result));
  CHECK(result.output_bytes == 0);
  hd_subprocess_result_free(&result);
  setenv("FRUIT", "plum", 1);
  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "echo $FRUIT", .capture = true), LONG_NS, &result));
  CHECK(strcmp(result.output, "plum\n") == 0);
  hd_subprocess_result_free(&result);
  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "ps -o sid= -p $$", .capture = true, .new_session = true, .check = true), LONG_NS, &result));
  CHECK(atoi(result.output) > 1 && atoi(result.output) != getsid(0));
  hd_subprocess_result_free(&result);
}

static void streams(void) {
  char path[] = "/tmp/heddle-subprocess-XXXXXX", text[16] = {0};
  int file = mkstemp(path);
  CHECK(file > 2 && unlink(path) == 0);
  struct hd_subprocess child = spawned(OPTIONS(.shell = "echo there; echo too >&2", .output = file, .error = file));
  CHECK(code_of(&child) == 0);
  CHECK(pread(file, text, sizeof text, 0) == 10 && memcmp(text, "there\ntoo\n", 10) == 0);
  CHECK(hd_subprocess_descriptor(&child, HD_SUBPROCESS_OUTPUT) == -1);
  size_t bytes;
  CHECK_ERROR(hd_subprocess_read(&child, HD_SUBPROCESS_OUTPUT, text, 1, &bytes), HD_ERROR_INVALID);
  CHECK_ERROR(hd_subprocess_write(&child, "x", 1), HD_ERROR_INVALID);
  hd_subprocess_release(&child);

  CHECK(lseek(file, 0, SEEK_SET) == 0);
  struct hd_subprocess_result result;
  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "cat", .input = file, .capture = true), LONG_NS, &result));
  CHECK(strcmp(result.output, "there\ntoo\n") == 0);
  hd_subprocess_result_free(&result);
  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "wc -c; echo lost; echo lost >&2", .input = HD_STREAM_NULL, .output = HD_STREAM_NULL,
                                     .error = HD_STREAM_NULL, .check = true),
                             LONG_NS, &result));
  CHECK(!result.output && !result.error);

  /* The two outputs exchanged, and a program whose own standard streams are closed. */
  int kept = fcntl(1, F_DUPFD_CLOEXEC, 10), kept_input = fcntl(0, F_DUPFD_CLOEXEC, 10);
  CHECK(kept > 2 && kept_input > 2 && ftruncate(file, 0) == 0 && lseek(file, 0, SEEK_SET) == 0);
  CHECK(dup2(file, 1) == 1);
  child = spawned(OPTIONS(.shell = "echo one; echo two >&2", .output = 2, .error = 1));
  CHECK(code_of(&child) == 0);
  hd_subprocess_release(&child);
  CHECK(pread(file, text, sizeof text, 0) == 4 && memcmp(text, "two\n", 4) == 0);
  CHECK(close(0) == 0 && close(1) == 0);
  int error = hd_subprocess_run(OPTIONS(.shell = "cat", .text = "closed", .text_bytes = 6, .capture = true), LONG_NS, &result);
  CHECK(dup2(kept, 1) == 1 && dup2(kept_input, 0) == 0 && close(kept) == 0 && close(kept_input) == 0 && close(file) == 0);
  CHECK_OK(error);
  CHECK(strcmp(result.output, "closed") == 0);
  hd_subprocess_result_free(&result);
}

/* A program that has closed any of its own standard streams: the child has all of its. */
static void closed_streams(void) {
  for (int which = 1; which < 8; which++) {
    int kept[3];
    for (int i = 0; i < 3; i++) {
      CHECK((kept[i] = fcntl(i, F_DUPFD_CLOEXEC, 10)) >= 10);
      if (which >> i & 1) close(i);
    }
    struct hd_subprocess_result result;
    int error = hd_subprocess_run(OPTIONS(.shell = "cat; echo err >&2", .text = "in", .text_bytes = 2, .capture = true), LONG_NS, &result);
    for (int i = 0; i < 3; i++) {
      int back = dup2(kept[i], i);
      close(kept[i]);
      CHECK(back == i);
    }
    CHECK_OK(error);
    CHECK(strcmp(result.output, "in") == 0 && strcmp(result.error, "err\n") == 0);
    hd_subprocess_result_free(&result);
  }
}

static void many_at_once(void) {
  struct hd_subprocess children[60];
  char line[32];
  for (int i = 0; i < 60; i++) {
    snprintf(line, sizeof line, "read x; exit %d", i);
    children[i] = spawned(OPTIONS(.shell = line, .input = HD_STREAM_PIPE, .output = HD_STREAM_PIPE));
  }
  for (int i = 59; i >= 0; i--) {
    CHECK_OK(hd_subprocess_write(&children[i], "go\n", 3));
    CHECK(code_of(&children[i]) == i);
    hd_subprocess_release(&children[i]);
  }
}

/* A child that is stopped has not ended. */
static void stopped(void) {
  struct hd_subprocess child = spawned(OPTIONS(.arguments = ARGUMENTS("sleep", "1000")));
  CHECK_OK(hd_subprocess_signal(&child, SIGSTOP));
  CHECK_ERROR(hd_subprocess_wait_timed(&child, SHORT_NS, NULL), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_subprocess_kill(&child));
  CHECK(code_of(&child) == -SIGKILL);
  hd_subprocess_release(&child);
}

static void signals(void) {
  struct hd_subprocess child = spawned(OPTIONS(.arguments = ARGUMENTS("sleep", "1000")));
  CHECK(hd_subprocess_process_id(&child) > 1);
  CHECK_ERROR(hd_subprocess_signal(&child, 12345), HD_ERROR_INVALID);
  CHECK_OK(hd_subprocess_signal(&child, 0));
  CHECK_OK(hd_subprocess_terminate(&child));
  CHECK(code_of(&child) == -SIGTERM);
  CHECK_OK(hd_subprocess_terminate(&child)); /* it has ended: nothing is sent */
  CHECK_OK(hd_subprocess_kill(&child));
  hd_subprocess_release(&child);

  child = spawned(OPTIONS(.shell = "trap 'exit 9' INT; echo ready; while :; do sleep 0.01; done", .output = HD_STREAM_PIPE));
  char text[16];
  size_t bytes;
  CHECK_OK(hd_subprocess_read(&child, HD_SUBPROCESS_OUTPUT, text, sizeof text, &bytes));
  CHECK_OK(hd_subprocess_signal(&child, SIGINT));
  CHECK(code_of(&child) == 9);
  hd_subprocess_release(&child);
}

static void *wait_too(void *argument) {
  int code = 0;
  CHECK_OK(hd_subprocess_wait_timed(argument, LONG_NS, &code));
  CHECK(code == 6);
  return NULL;
}
static void many_waiters(void) {
  struct hd_subprocess child = spawned(OPTIONS(.shell = "sleep 0.1; exit 6"));
  struct bunch bunch;
  bunch_start(&bunch, 8, wait_too, &child);
  bunch_join(&bunch);
  hd_subprocess_release(&child);
}

static void not_a_child(void) {
  struct hd_subprocess child = spawned(OPTIONS(.arguments = ARGUMENTS("sleep", "1000")));
  pid_t fork_child = fork();
  CHECK(fork_child >= 0);
  if (fork_child == 0) {
    CHECK_ERROR(hd_subprocess_wait(&child, NULL), HD_ERROR_NOT_CHILD);
    CHECK_ERROR(hd_subprocess_poll(&child, NULL), HD_ERROR_NOT_CHILD);
    hd_subprocess_release(&child);
    _exit(0);
  }
  int status;
  CHECK(waitpid(fork_child, &status, 0) == fork_child && status == 0);
  CHECK_OK(hd_subprocess_kill(&child));
  CHECK(waitpid(hd_subprocess_process_id(&child), NULL, 0) > 0); /* somebody else takes its status */
  CHECK_ERROR(hd_subprocess_wait(&child, NULL), HD_ERROR_NOT_CHILD);
  hd_subprocess_release(&child);
}

static void given_up_children(void) {
  for (int i = 0; i < 5; i++) {
    struct hd_subprocess child = spawned(OPTIONS(.shell = "sleep 0.05"));
    hd_subprocess_release(&child);
  }
  UNTIL(count_children('Z') == 5);
  struct hd_subprocess child = spawned(OPTIONS(.shell = "true"));
  CHECK(count_children('Z') <= 1); /* at most the new one */
  CHECK(code_of(&child) == 0);
  hd_subprocess_release(&child);
  CHECK(count_children('Z') == 0);
}

static void no_descriptor_leaks(void) {
  int secret = open("/dev/null", O_RDONLY); /* not close-on-exec, by oversight */
  struct hd_subprocess_result result;
  struct hd_subprocess other = spawned(OPTIONS(.arguments = ARGUMENTS("cat"), .input = HD_STREAM_PIPE, .output = HD_STREAM_PIPE));
  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "ls /proc/self/fd | wc -w", .capture = true), LONG_NS, &result));
  CHECK(atoi(result.output) == 4); /* three, and the folder that ls reads */
  hd_subprocess_result_free(&result);
  char line[64];
  snprintf(line, sizeof line, "test -e /proc/self/fd/%d", secret);
  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = line), LONG_NS, &result));
  CHECK(result.return_code == 1);
  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = line, .keep_descriptors = true), LONG_NS, &result));
  CHECK(result.return_code == 0);
  hd_subprocess_close(&other, HD_SUBPROCESS_INPUT); /* the others did not inherit it: cat sees the end */
  CHECK(code_of(&other) == 0);
  hd_subprocess_release(&other);
  CHECK(close(secret) == 0);
}

static void ignored_children(void) {
  signal(SIGCHLD, SIG_IGN); /* then the system throws their statuses away */
  struct hd_subprocess child = spawned(OPTIONS(.shell = "sleep 0.05"));
  CHECK_ERROR(hd_subprocess_wait(&child, NULL), HD_ERROR_NOT_CHILD);
  hd_subprocess_release(&child);
  struct hd_subprocess_result result;
  CHECK_ERROR(hd_subprocess_run(OPTIONS(.shell = "echo said", .capture = true), LONG_NS, &result), HD_ERROR_NOT_CHILD);
  CHECK(strcmp(result.output, "said\n") == 0);
  hd_subprocess_result_free(&result);
  signal(SIGCHLD, SIG_DFL);
}

static void no_descriptors(void) {
  int before = count_descriptors();
  for (int more = 0; more < 7; more++) { /* one for each that is needed, at each place */
    struct rlimit limit = limit_descriptors(more);
    struct hd_subprocess child;
    int error =
        hd_subprocess_spawn(&child, OPTIONS(.shell = "cat", .input = HD_STREAM_PIPE, .output = HD_STREAM_PIPE, .error = HD_STREAM_PIPE));
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK_ERROR(error, HD_ERROR_NO_RESOURCES);
    CHECK(count_descriptors() == before && count_children(0) == 0);
  }
}

static void errno_is_kept(void) {
  errno = 1234;
  struct hd_subprocess child;
  CHECK_ERROR(hd_subprocess_spawn(&child, OPTIONS(.arguments = ARGUMENTS("/no/such/program"))), HD_ERROR_NOT_FOUND);
  child = spawned(OPTIONS(.shell = "true", .output = HD_STREAM_PIPE));
  CHECK_OK(hd_subprocess_communicate(&child, NULL, 0, LONG_NS, NULL));
  hd_subprocess_release(&child);
  CHECK(errno == 1234);
}

int main(void) {
  begin_test();
  int descriptors = count_descriptors();
  return_codes();
  failures_to_start();
  runs();
  environment_and_directory();
  streams();
  closed_streams();
  many_at_once();
  stopped();
  signals();
  many_waiters();
  not_a_child();
  given_up_children();
  no_descriptor_leaks();
  ignored_children();
  no_descriptors();
  errno_is_kept();
  CHECK(count_descriptors() == descriptors);
  CHECK(count_children(0) == 0);
  return 0;
}
