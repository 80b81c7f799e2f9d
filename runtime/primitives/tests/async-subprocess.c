/* Children of tasks: streams, communicate, waiting, signals, limits of time. */
#include "async.h"
#include "begin-test.h"
#include <heddle/timeout.h>

static void spawn(struct hd_async_subprocess *child, const char *line) {
  struct hd_subprocess_options options = {.shell = line, .input = HD_STREAM_PIPE, .output = HD_STREAM_PIPE};
  CHECK_OK(hd_async_subprocess_spawn(child, &options));
}

static int streams(void *unused, void *result) {
  struct hd_async_subprocess child;
  char line[32];
  size_t bytes;
  int code = 7;
  spawn(&child, "while read word; do echo \"<$word>\"; done; exit 3");
  struct hd_async_stream *input = hd_async_subprocess_stream(&child, HD_SUBPROCESS_INPUT);
  struct hd_async_stream *output = hd_async_subprocess_stream(&child, HD_SUBPROCESS_OUTPUT);
  CHECK(hd_async_subprocess_stream(&child, HD_SUBPROCESS_ERROR) == NULL);
  CHECK_ERROR(hd_async_subprocess_poll(&child, &code), HD_ERROR_WOULD_BLOCK);
  for (int i = 0; i < 3; i++) {
    CHECK_OK(hd_async_stream_write(input, "word\n", 5));
    CHECK_OK(hd_async_stream_read_line(output, line, sizeof line, &bytes));
    CHECK(strcmp(line, "<word>\n") == 0);
  }
  CHECK_OK(hd_async_stream_write_end(input));
  CHECK_ERROR(hd_async_stream_read_line(output, line, sizeof line, &bytes), HD_ERROR_END_OF_FILE);
  CHECK_OK(hd_async_subprocess_wait(&child, &code));
  CHECK(code == 3);
  CHECK_OK(hd_async_subprocess_wait(&child, NULL)); /* again: it has ended */
  CHECK_OK(hd_async_subprocess_poll(&child, &code));
  CHECK_OK(hd_async_subprocess_kill(&child)); /* nobody is there to be killed */
  hd_async_subprocess_release(&child);
  hd_async_subprocess_release(&child);
  return 0;
}

/* Both directions are far larger than the pipes. */
#define MUCH (1u << 20)
static int communicate(void *unused, void *result) {
  struct hd_async_subprocess child;
  struct hd_subprocess_result got;
  char *text = malloc(MUCH);
  for (size_t i = 0; i < MUCH; i++) text[i] = (char)('a' + i % 26);
  struct hd_subprocess_options options = {
      .shell = "tee /dev/stderr", .input = HD_STREAM_PIPE, .output = HD_STREAM_PIPE, .error = HD_STREAM_PIPE};
  CHECK_OK(hd_async_subprocess_spawn(&child, &options));
  CHECK_OK(hd_async_subprocess_communicate(&child, text, MUCH, &got));
  CHECK(got.return_code == 0 && got.output_bytes == MUCH && got.error_bytes == MUCH);
  CHECK(memcmp(got.output, text, MUCH) == 0 && memcmp(got.error, text, MUCH) == 0);
  hd_subprocess_result_free(&got);
  CHECK_OK(hd_async_subprocess_communicate(&child, text, MUCH, &got)); /* again: there is no more */
  CHECK(got.output_bytes == 0 && *got.output == 0);
  hd_subprocess_result_free(&got);
  CHECK_ERROR(hd_async_subprocess_communicate(&child, NULL, 1, &got), HD_ERROR_INVALID);
  hd_async_subprocess_release(&child);

  spawn(&child, "exit 4"); /* it does not read */
  CHECK_OK(hd_async_subprocess_communicate(&child, text, MUCH, &got));
  CHECK(got.return_code == 4 && got.output_bytes == 0 && got.error == NULL);
  hd_subprocess_result_free(&got);
  hd_async_subprocess_release(&child);

  spawn(&child, "exec >&-; sleep 0.02"); /* the end of its output is not its own end */
  CHECK_OK(hd_async_subprocess_communicate(&child, NULL, 0, NULL));
  CHECK_OK(hd_async_subprocess_poll(&child, NULL));
  hd_async_subprocess_release(&child);
  free(text);
  return 0;
}

/* What a communicate had collected when it was cancelled is there for the next. */
static int communicate_again(void *unused, void *result) {
  struct hd_async_subprocess child;
  struct hd_subprocess_result got;
  struct hd_timeout timeout;
  spawn(&child, "read first; echo \"1 $first\"; read second; echo \"2 $second\"; kill -STOP $$; echo 3");
  CHECK_OK(hd_timeout_begin(&timeout, 100 * HD_MILLISECOND_NS));
  int error = hd_async_subprocess_communicate(&child, "one\ntwo\n", 8, &got);
  CHECK_ERROR(hd_timeout_end(&timeout, error), HD_ERROR_TIMEOUT);
  CHECK_OK(hd_async_subprocess_signal(&child, SIGCONT));
  /* A child that is slow stops only after this: then it is woken again until it has ended. */
  do {
    CHECK_OK(hd_timeout_begin(&timeout, 100 * HD_MILLISECOND_NS));
    error = hd_timeout_end(&timeout, hd_async_subprocess_communicate(&child, "one\ntwo\n", 8, &got));
    CHECK_OK(hd_async_subprocess_signal(&child, SIGCONT));
  } while (error == HD_ERROR_TIMEOUT);
  CHECK_OK(error);
  CHECK(strcmp(got.output, "1 one\n2 two\n3\n") == 0);
  hd_subprocess_result_free(&got);
  hd_async_subprocess_release(&child);
  return 0;
}

static int run_slowly(void *unused, void *result) {
  struct hd_subprocess_result got;
  struct hd_subprocess_options options = {.shell = "echo begun; exec sleep 1000", .capture = true};
  int error = hd_async_subprocess_run(&options, &got);
  CHECK(error == HD_ERROR_CANCELLED && got.return_code == -SIGKILL);
  *(bool *)result = got.output && strcmp(got.output, "begun\n") == 0;
  hd_subprocess_result_free(&got);
  return error;
}
static int run(void *unused, void *result) {
  struct hd_subprocess_result got;
  struct hd_task task;
  struct hd_subprocess_options options = {.shell = "cat; echo oops >&2; exit 2", .capture = true, .text = "text", .text_bytes = 4};
  CHECK_OK(hd_async_subprocess_run(&options, &got));
  CHECK(got.return_code == 2 && strcmp(got.output, "text") == 0 && strcmp(got.error, "oops\n") == 0);
  hd_subprocess_result_free(&got);
  options.check = true;
  CHECK_ERROR(hd_async_subprocess_run(&options, &got), HD_ERROR_CHILD_FAILED);
  hd_subprocess_result_free(&got);
  options.input = HD_STREAM_NULL;
  CHECK_ERROR(hd_async_subprocess_run(&options, &got), HD_ERROR_INVALID);
  const char *const missing[] = {"/no/such/program", NULL};
  CHECK_ERROR(hd_async_subprocess_run(&(struct hd_subprocess_options){.arguments = missing}, &got), HD_ERROR_NOT_FOUND);
  CHECK_OK(hd_task_create(&task, run_slowly, NULL, 0, sizeof(bool), "slow"));
  CHECK_OK(hd_task_sleep(50 * HD_MILLISECOND_NS));
  CHECK_OK(hd_task_cancel(&task));
  CHECK_ERROR(hd_await(&task, NULL), HD_ERROR_CANCELLED);
  hd_task_release(&task);
  return 0;
}

/* Several tasks wait for one child; one is cancelled, the child is killed, the others see how it ended. */
static int await_child(void *child, void *result) { return hd_async_subprocess_wait(child, result); }
static int many_wait(void *unused, void *result) {
  struct hd_async_subprocess child;
  struct hd_task tasks[3];
  struct hd_timeout timeout;
  spawn(&child, "exec sleep 1000");
  for (int i = 0; i < 3; i++) CHECK_OK(hd_task_create(&tasks[i], await_child, &child, 0, sizeof(int), "waits"));
  rounds(3);
  CHECK_OK(hd_task_cancel(&tasks[1]));
  CHECK_ERROR(hd_await(&tasks[1], NULL), HD_ERROR_CANCELLED);
  CHECK_OK(hd_timeout_begin(&timeout, 5 * HD_MILLISECOND_NS));
  int error = hd_async_subprocess_wait(&child, NULL);
  CHECK_ERROR(hd_timeout_end(&timeout, error), HD_ERROR_TIMEOUT);
  CHECK_ERROR(hd_async_subprocess_poll(&child, NULL), HD_ERROR_WOULD_BLOCK); /* it lives on */
  CHECK(hd_async_subprocess_process_id(&child) > 0);
  CHECK_OK(hd_async_subprocess_terminate(&child));
  for (int i = 0; i < 3; i++) {
    int code = 0;
    if (i != 1) CHECK_OK(hd_await(&tasks[i], &code));
    CHECK(i == 1 || code == -SIGTERM);
    hd_task_release(&tasks[i]);
  }
  hd_async_subprocess_release(&child);
  return 0;
}

static int communicate_with(void *child, void *result) { return hd_async_subprocess_communicate(child, NULL, 0, NULL); }
static int busy(void *unused, void *result) {
  struct hd_async_subprocess child;
  struct hd_task task;
  char byte;
  size_t bytes;
  spawn(&child, "exec sleep 1000");
  CHECK_OK(hd_task_create(&task, communicate_with, &child, 0, 0, "communicates"));
  rounds(3);
  CHECK_ERROR(hd_async_subprocess_communicate(&child, NULL, 0, NULL), HD_ERROR_BUSY);
  CHECK_ERROR(hd_async_stream_read(hd_async_subprocess_stream(&child, HD_SUBPROCESS_OUTPUT), &byte, 1, &bytes), HD_ERROR_BUSY);
  CHECK_OK(hd_async_subprocess_kill(&child));
  CHECK_OK(hd_await(&task, NULL));
  hd_task_release(&task);
  hd_async_subprocess_release(&child);
  return 0;
}

/* Many at once, each awaited by its own task; the loop goes on meanwhile. */
static int run_one(void *argument, void *result) {
  struct hd_subprocess_result got;
  char line[32];
  snprintf(line, sizeof line, "exit %d", (int)(intptr_t)argument);
  CHECK_OK(hd_async_subprocess_run(&(struct hd_subprocess_options){.shell = line}, &got));
  CHECK(got.return_code == (int)(intptr_t)argument && !got.output);
  return 0;
}
static int many_children(void *unused, void *result) {
  enum { CHILDREN = 12 };
  struct hd_task tasks[CHILDREN];
  for (int i = 0; i < CHILDREN; i++) CHECK_OK(hd_task_create(&tasks[i], run_one, (void *)(intptr_t)i, 0, 0, "child"));
  for (int i = 0; i < CHILDREN; i++) {
    CHECK_OK(hd_await(&tasks[i], NULL));
    hd_task_release(&tasks[i]);
  }
  return 0;
}

/* Somebody else takes the status. */
static int stolen(void *unused, void *result) {
  struct hd_async_subprocess child;
  spawn(&child, "exit 5");
  CHECK(waitpid(hd_async_subprocess_process_id(&child), NULL, 0) > 0);
  CHECK_ERROR(hd_async_subprocess_wait(&child, NULL), HD_ERROR_NOT_CHILD);
  hd_async_subprocess_release(&child);
  return 0;
}

/* A child that outlives its loop: its handle is given up later. */
static struct hd_async_subprocess left;
static int leave_child(void *unused, void *result) {
  spawn(&left, "cat");
  return 0;
}

int main(void) {
  struct hd_async_subprocess child;
  struct hd_subprocess_result got;
  begin_test();
  CHECK_ERROR(hd_async_subprocess_spawn(&child, &(struct hd_subprocess_options){.shell = "true"}), HD_ERROR_NO_LOOP);
  CHECK_ERROR(hd_async_subprocess_run(&(struct hd_subprocess_options){.shell = "true"}, &got), HD_ERROR_NO_TASK);
  in_loop(streams, NULL);
  in_loop(communicate, NULL);
  in_loop(communicate_again, NULL);
  in_loop(run, NULL);
  in_loop(many_wait, NULL);
  in_loop(busy, NULL);
  in_loop(many_children, NULL);
  in_loop(stolen, NULL);
  in_loop(leave_child, NULL);
  CHECK_ERROR(hd_async_subprocess_wait(&left, NULL), HD_ERROR_NO_TASK);
  hd_async_subprocess_release(&left);
  return 0;
}
