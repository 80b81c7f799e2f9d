/* Programs as children, and what goes through their pipes: what CPython's test_subprocess holds to be the behaviour. */
#include "begin-test.h"
#include "subprocess-check.h"

#define BIG_BYTES ((size_t)10 << 20)

static void run_out_of_time(void) {
  struct hd_subprocess_result result;
  int64_t began_ns = now_ns();
  CHECK_ERROR(hd_subprocess_run(OPTIONS(.shell = "echo begun; echo trouble >&2; exec sleep 1000", .capture = true), 300 * HD_MILLISECOND_NS,
                                &result),
              HD_ERROR_TIMEOUT);
  CHECK(now_ns() - began_ns >= 300 * HD_MILLISECOND_NS);
  CHECK(strcmp(result.output, "begun\n") == 0 && strcmp(result.error, "trouble\n") == 0 && result.return_code == -SIGKILL);
  hd_subprocess_result_free(&result);
  /* A grandchild keeps the pipe: nobody waits for it. */
  CHECK_ERROR(hd_subprocess_run(OPTIONS(.shell = "sleep 30 & echo $!; wait", .capture = true), 300 * HD_MILLISECOND_NS, &result),
              HD_ERROR_TIMEOUT);
  pid_t grandchild = atoi(result.output);
  CHECK(grandchild > 1 && kill(grandchild, SIGKILL) == 0);
  hd_subprocess_result_free(&result);
}

static void conversation(void) {
  struct hd_subprocess child = spawned(OPTIONS(.arguments = ARGUMENTS("cat"), .input = HD_STREAM_PIPE, .output = HD_STREAM_PIPE));
  char text[64];
  size_t bytes;
  for (int i = 0; i < 20; i++) {
    CHECK_OK(hd_subprocess_write(&child, "hello", 5));
    CHECK_OK(hd_subprocess_read_timed(&child, HD_SUBPROCESS_OUTPUT, text, sizeof text, LONG_NS, &bytes));
    CHECK(bytes == 5 && memcmp(text, "hello", 5) == 0);
  }
  CHECK_ERROR(hd_subprocess_read_timed(&child, HD_SUBPROCESS_OUTPUT, text, sizeof text, SHORT_NS, &bytes), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_subprocess_read_timed(&child, HD_SUBPROCESS_OUTPUT, text, sizeof text, 0, &bytes), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_subprocess_read_timed(&child, HD_SUBPROCESS_OUTPUT, text, sizeof text, -5, &bytes), HD_ERROR_INVALID);
  CHECK_ERROR(hd_subprocess_wait_timed(&child, SHORT_NS, NULL), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_subprocess_poll(&child, NULL), HD_ERROR_WOULD_BLOCK);
  CHECK_ERROR(hd_subprocess_communicate(&child, NULL, 0, -2, NULL), HD_ERROR_INVALID);
  CHECK_ERROR(hd_subprocess_communicate(&child, NULL, 5, 0, NULL), HD_ERROR_INVALID);
  CHECK_ERROR(hd_subprocess_wait_timed(&child, -2, NULL), HD_ERROR_INVALID);
  hd_subprocess_close(&child, HD_SUBPROCESS_INPUT);
  hd_subprocess_close(&child, HD_SUBPROCESS_INPUT);
  CHECK_ERROR(hd_subprocess_write(&child, "x", 1), HD_ERROR_CLOSED);
  CHECK_ERROR(hd_subprocess_read(&child, HD_SUBPROCESS_OUTPUT, text, sizeof text, &bytes), HD_ERROR_END_OF_FILE);
  CHECK(code_of(&child) == 0);
  hd_subprocess_release(&child);
}

/* A pipeline: one child's output is the other's input. */
static void pipeline(void) {
  struct hd_subprocess first = spawned(OPTIONS(.shell = "seq 100000", .output = HD_STREAM_PIPE));
  struct hd_subprocess second = spawned(OPTIONS(.arguments = ARGUMENTS("wc", "-l"), .output = HD_STREAM_PIPE,
                                                .input = hd_subprocess_descriptor(&first, HD_SUBPROCESS_OUTPUT)));
  hd_subprocess_close(&first, HD_SUBPROCESS_OUTPUT);
  struct hd_subprocess_result result;
  CHECK_OK(hd_subprocess_communicate(&second, NULL, 0, LONG_NS, &result));
  CHECK(atoi(result.output) == 100000 && code_of(&first) == 0);
  hd_subprocess_result_free(&result);
  hd_subprocess_release(&first);
  hd_subprocess_release(&second);
  /* The reader ends first: the writer is ended by SIGPIPE, though this program ignores it. */
  signal(SIGPIPE, SIG_IGN);
  first = spawned(OPTIONS(.arguments = ARGUMENTS("yes"), .output = HD_STREAM_PIPE));
  signal(SIGPIPE, SIG_DFL);
  hd_subprocess_close(&first, HD_SUBPROCESS_OUTPUT);
  CHECK(code_of(&first) == -SIGPIPE);
  hd_subprocess_release(&first);
}

static char *big_text(void) {
  char *text = malloc(BIG_BYTES);
  CHECK(text);
  for (size_t i = 0; i < BIG_BYTES; i++) text[i] = (char)('a' + i % 23);
  return text;
}

static void communicate_much(void) {
  char *text = big_text();
  struct hd_subprocess child =
      spawned(OPTIONS(.shell = "tee /dev/stderr", .input = HD_STREAM_PIPE, .output = HD_STREAM_PIPE, .error = HD_STREAM_PIPE));
  struct hd_subprocess_result result;
  CHECK_OK(hd_subprocess_communicate(&child, text, BIG_BYTES, LONG_NS, &result));
  CHECK(result.output_bytes == BIG_BYTES && memcmp(result.output, text, BIG_BYTES) == 0);
  CHECK(result.error_bytes == BIG_BYTES && memcmp(result.error, text, BIG_BYTES) == 0);
  CHECK(result.return_code == 0);
  hd_subprocess_result_free(&result);
  hd_subprocess_release(&child);
  free(text);
}

/* As often as it takes: nothing is lost, sent twice or read twice. */
static void communicate_with_patience(void) {
  char *text = big_text();
  struct hd_subprocess child = spawned(OPTIONS(.shell = "sleep 0.1; head -c 1000000; sleep 0.1; cat; sleep 0.1; echo end >&2",
                                               .input = HD_STREAM_PIPE, .output = HD_STREAM_PIPE, .error = HD_STREAM_PIPE));
  struct hd_subprocess_result result = {0};
  int error, timeouts = 0;
  while ((error = hd_subprocess_communicate(&child, text, BIG_BYTES, 10 * HD_MILLISECOND_NS, &result)) == HD_ERROR_TIMEOUT) timeouts++;
  CHECK_OK(error);
  CHECK(timeouts > 0 && result.output_bytes == BIG_BYTES && memcmp(result.output, text, BIG_BYTES) == 0);
  CHECK(strcmp(result.error, "end\n") == 0);
  hd_subprocess_result_free(&result);
  hd_subprocess_release(&child);
  free(text);
}

static void broken_pipe(void) {
  struct hd_subprocess child = spawned(OPTIONS(.shell = "exit 4", .input = HD_STREAM_PIPE));
  int error;
  while ((error = hd_subprocess_write(&child, "more", 4)) == HD_OK) usleep(1000);
  CHECK_ERROR(error, HD_ERROR_CLOSED);
  sigset_t pending;
  CHECK(sigpending(&pending) == 0 && !sigismember(&pending, SIGPIPE));
  struct hd_subprocess_result result;
  CHECK_OK(hd_subprocess_communicate(&child, "unread", 6, LONG_NS, &result)); /* no error */
  CHECK(result.return_code == 4 && !result.output);
  hd_subprocess_release(&child);

  char *text = big_text(); /* more than a pipe takes, to one that reads a line and ends */
  CHECK_OK(hd_subprocess_run(OPTIONS(.shell = "head -c 3", .text = text, .text_bytes = BIG_BYTES, .capture = true), LONG_NS, &result));
  CHECK(strcmp(result.output, "abc") == 0 && result.return_code == 0);
  hd_subprocess_result_free(&result);
  free(text);
}

static void full_pipe(void) {
  struct hd_subprocess child = spawned(OPTIONS(.arguments = ARGUMENTS("sleep", "1000"), .input = HD_STREAM_PIPE));
  char *text = big_text();
  size_t written = 0;
  CHECK_ERROR(hd_subprocess_write_timed(&child, text, BIG_BYTES, SHORT_NS, &written), HD_ERROR_TIMEOUT);
  CHECK(written >= 4096 && written < BIG_BYTES);
  CHECK_OK(hd_subprocess_kill(&child));
  CHECK(code_of(&child) == -SIGKILL);
  hd_subprocess_release(&child);
  free(text);
}

int main(void) {
  begin_test();
  int descriptors = count_descriptors();
  run_out_of_time();
  conversation();
  pipeline();
  communicate_much();
  communicate_with_patience();
  broken_pipe();
  full_pipe();
  CHECK(count_descriptors() == descriptors);
  CHECK(count_children(0) == 0);
  return 0;
}
