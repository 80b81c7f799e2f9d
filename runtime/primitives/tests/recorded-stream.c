/* Streams, sockets, children and threads of tasks, to be recorded.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: processes 3
 * expect: ended sleep 0
 * expect: ended cat -15
 * expect: actor thread to-thread-1
 * expect: actor task reader
 * expect: actor task server
 * expect: state reader blocked 15 -
 * expect: state writer blocked 15 -
 * expect: state server blocked 15 -
 * expect: state talks wait-process 15 -
 * expect: state waits wait-process 15 -
 * expect: state hands-over wait-future 15 -
 * expect: state cancelled wait-future 5 -
 * expect: misuse -1012 1
 * expect: misuse -1023 1
 * expect: nofinding blocked-loop
 * expect: nofinding deadlock
 * expect: nofinding stuck
 */
#include "check.h"

static struct hd_async_stream ends[2];
static struct hd_async_server server;
static struct hd_async_subprocess child;

static int read_late(void *unused, void *result) { /* waits for the first byte; then the writer waits for it */
  char *data;
  size_t bytes;
  char first;
  CHECK_OK(hd_async_stream_read_exactly(&ends[0], &first, 1, NULL));
  CHECK_OK(hd_task_sleep(SHORT_NS));
  CHECK_OK(hd_async_stream_read_all(&ends[0], &data, &bytes));
  CHECK(bytes == 3000000);
  free(data);
  return 0;
}
static int write_late(void *unused, void *result) {
  static const char much[3000000];
  char byte;
  size_t bytes;
  CHECK_OK(hd_task_sleep(SHORT_NS));
  CHECK_ERROR(hd_async_stream_read(&ends[0], &byte, 1, &bytes), HD_ERROR_BUSY);
  CHECK_OK(hd_async_stream_write(&ends[1], "x", 1));
  CHECK_OK(hd_async_stream_write(&ends[1], much, sizeof much));
  hd_async_stream_close(&ends[1]);
  CHECK_ERROR(hd_async_stream_write(&ends[1], much, 1), HD_ERROR_CLOSED);
  return 0;
}

static int serve(void *unused, void *result) {
  struct hd_async_stream stream;
  char line[16];
  size_t bytes;
  CHECK_OK(hd_async_server_accept(&server, &stream));
  CHECK_OK(hd_async_stream_read_line(&stream, line, sizeof line, &bytes));
  CHECK_OK(hd_async_stream_write(&stream, line, bytes));
  hd_async_stream_release(&stream);
  return 0;
}
static int connect_late(void *unused, void *result) {
  struct hd_async_stream stream;
  char line[16];
  size_t bytes;
  CHECK_OK(hd_task_sleep(SHORT_NS));
  CHECK_OK(hd_async_stream_connect(&stream, "127.0.0.1", hd_async_server_port(&server)));
  CHECK_OK(hd_async_stream_write(&stream, "hello\n", 6));
  CHECK_OK(hd_async_stream_read_line(&stream, line, sizeof line, &bytes));
  hd_async_stream_release(&stream);
  return 0;
}

static int talk(void *unused, void *result) {
  struct hd_subprocess_result got;
  const char *const arguments[] = {"sleep", "0.03", NULL};
  struct hd_subprocess_options options = {.arguments = arguments, .text = "unread", .text_bytes = 6, .capture = true};
  CHECK_OK(hd_async_subprocess_run(&options, &got));
  CHECK(got.output_bytes == 0);
  hd_subprocess_result_free(&got);
  return 0;
}
static int wait_for_child(void *unused, void *result) {
  const char *const arguments[] = {"cat", NULL};
  int code;
  struct hd_subprocess_options options = {.arguments = arguments, .input = HD_STREAM_PIPE}; /* it reads, and nobody writes */
  CHECK_OK(hd_async_subprocess_spawn(&child, &options));
  CHECK_OK(hd_async_subprocess_wait(&child, &code));
  CHECK(code == -15);
  hd_async_subprocess_release(&child);
  return 0;
}

static int job(const void *unused, void *result) { return hd_thread_sleep(2 * SHORT_NS); }
static int hand_over(void *unused, void *result) { return hd_to_thread(job, NULL, 0, NULL, 0); }

static int all(void *unused, void *result) {
  static const struct {
    hd_task_routine *routine;
    const char *name;
  } what[] = {{read_late, "reader"}, {write_late, "writer"},    {serve, "server"},        {connect_late, "client"},
              {talk, "talks"},       {wait_for_child, "waits"}, {hand_over, "hands-over"}};
  enum { COUNT = sizeof what / sizeof *what };
  struct hd_task tasks[COUNT], cancelled;
  CHECK_OK(hd_async_stream_pair(&ends[0], &ends[1]));
  CHECK_OK(hd_async_server_listen(&server, "127.0.0.1", 0, 4));
  for (int i = 0; i < COUNT; i++) CHECK_OK(hd_task_create(&tasks[i], what[i].routine, NULL, 0, 0, what[i].name));
  CHECK_OK(hd_task_sleep(SHORT_NS));
  CHECK_OK(hd_task_create(&cancelled, hand_over, NULL, 0, 0, "cancelled"));
  CHECK_OK(hd_task_sleep(SHORT_NS / 2));
  CHECK_OK(hd_task_cancel(&cancelled));
  CHECK_ERROR(hd_await(&cancelled, NULL), HD_ERROR_CANCELLED);
  hd_task_release(&cancelled);
  CHECK_OK(hd_async_subprocess_terminate(&child));
  for (int i = 0; i < COUNT; i++) {
    CHECK_OK(hd_await(&tasks[i], NULL));
    hd_task_release(&tasks[i]);
  }
  hd_async_stream_release(&ends[0]);
  hd_async_stream_release(&ends[1]);
  hd_async_server_release(&server);
  return 0;
}

int main(void) {
  CHECK_OK(hd_loop_run(all, NULL, NULL, 0, NULL));
  return 0;
}
