/* Sockets: servers and who connects to them, over TCP and by path. */
#include "async.h"
#include <heddle/timeout.h>
#include <sys/stat.h>

static char path[64];

/* Answers each line with itself, until the end. */
static int echo(void *argument, void *result) {
  struct hd_async_stream stream = *(struct hd_async_stream *)argument;
  char line[64];
  size_t bytes;
  int error;
  while ((error = hd_async_stream_read_line(&stream, line, sizeof line, &bytes)) == HD_OK)
    if ((error = hd_async_stream_write(&stream, line, bytes)) != HD_OK) break;
  hd_async_stream_release(&stream);
  return error == HD_ERROR_END_OF_FILE ? 0 : error;
}

static int serve(void *server, void *result) {
  struct hd_async_stream client;
  int error;
  while ((error = hd_async_server_accept(server, &client)) == HD_OK)
    CHECK_OK(hd_task_create(NULL, echo, &client, sizeof client, 0, "echo"));
  return error;
}

static uint16_t port;
static int talk(void *argument, void *result) {
  struct hd_async_stream stream;
  char line[64], answer[64];
  size_t bytes;
  if (port)
    CHECK_OK(hd_async_stream_connect(&stream, "127.0.0.1", port));
  else
    CHECK_OK(hd_async_stream_connect_unix(&stream, path));
  for (int i = 0; i < 20; i++) {
    int length = snprintf(line, sizeof line, "%d says %d\n", (int)(intptr_t)argument, i);
    CHECK_OK(hd_async_stream_write(&stream, line, (size_t)length));
    CHECK_OK(hd_async_stream_read_line(&stream, answer, sizeof answer, &bytes));
    CHECK(strcmp(line, answer) == 0);
  }
  CHECK_OK(hd_async_stream_write_end(&stream));
  CHECK_ERROR(hd_async_stream_read_line(&stream, answer, sizeof answer, &bytes), HD_ERROR_END_OF_FILE);
  hd_async_stream_release(&stream);
  return 0;
}

/* Many clients at once; then the server is closed, and who waits to accept learns it. */
enum { CLIENTS = 20 };
static void many_talk_to(struct hd_async_server *server) {
  struct hd_task server_task, clients[CLIENTS];
  int error;
  CHECK_OK(hd_task_create(&server_task, serve, server, 0, 0, "server"));
  for (int i = 0; i < CLIENTS; i++) CHECK_OK(hd_task_create(&clients[i], talk, (void *)(intptr_t)i, 0, 0, "client"));
  for (int i = 0; i < CLIENTS; i++) {
    CHECK_OK(hd_await(&clients[i], NULL));
    hd_task_release(&clients[i]);
  }
  hd_async_server_close(server);
  hd_async_server_close(server);
  CHECK_ERROR(hd_await(&server_task, NULL), HD_ERROR_JOB_FAILED);
  CHECK_OK(hd_task_error(&server_task, &error));
  CHECK(error == HD_ERROR_CLOSED);
  hd_task_release(&server_task);
}

static int tcp(void *unused, void *result) {
  struct hd_async_server server, second;
  struct hd_async_stream stream;
  CHECK_OK(hd_async_server_listen(&server, "127.0.0.1", 0, 8));
  port = hd_async_server_port(&server);
  CHECK(port != 0);
  CHECK_ERROR(hd_async_server_listen(&second, "127.0.0.1", port, 8), HD_ERROR_BUSY);
  CHECK_ERROR(hd_async_server_listen(&second, "no address", 0, 8), HD_ERROR_INVALID);
  many_talk_to(&server);
  CHECK_ERROR(hd_async_stream_connect(&stream, "127.0.0.1", port), HD_ERROR_UNREACHABLE);
  CHECK(stream.state == NULL);
  CHECK_ERROR(hd_async_server_accept(&server, &stream), HD_ERROR_CLOSED);
  hd_async_server_release(&server);
  hd_async_server_release(&server);
  return 0;
}

static int by_path(void *unused, void *result) {
  struct hd_async_server server, second;
  struct hd_async_stream stream;
  struct stat status;
  char long_path[300];
  port = 0;
  CHECK_ERROR(hd_async_stream_connect_unix(&stream, path), HD_ERROR_NOT_FOUND);
  CHECK_OK(hd_async_server_listen_unix(&server, path, 2));
  CHECK_ERROR(hd_async_server_listen_unix(&second, path, 2), HD_ERROR_BUSY);
  CHECK(hd_async_server_port(&server) == 0);
  CHECK(stat(path, &status) == 0 && S_ISSOCK(status.st_mode)); /* the second has not removed it */
  many_talk_to(&server);
  CHECK(stat(path, &status) != 0);
  memset(long_path, 'x', sizeof long_path - 1);
  long_path[sizeof long_path - 1] = 0;
  CHECK_ERROR(hd_async_server_listen_unix(&second, long_path, 2), HD_ERROR_INVALID);
  CHECK_ERROR(hd_async_stream_connect_unix(&stream, long_path), HD_ERROR_INVALID);
  CHECK_ERROR(hd_async_stream_connect_unix(&stream, ""), HD_ERROR_INVALID);
  CHECK_ERROR(hd_async_server_listen_unix(&second, "/no/such/folder/socket", 2), HD_ERROR_NOT_FOUND);
  hd_async_server_release(&server);
  return 0;
}

/* More than the server's queue holds wait until there is room, or until they are cancelled. */
static int connect_only(void *stream, void *result) { return hd_async_stream_connect_unix((struct hd_async_stream *)stream, path); }
static int a_full_queue(void *unused, void *result) {
  enum { MANY = 8 };
  struct hd_async_server server;
  struct hd_async_stream streams[MANY] = {0}, accepted;
  struct hd_task tasks[MANY];
  CHECK_OK(hd_async_server_listen_unix(&server, path, 1));
  for (int i = 0; i < MANY; i++) CHECK_OK(hd_task_create(&tasks[i], connect_only, &streams[i], 0, 0, "connects"));
  CHECK_OK(hd_task_sleep(10 * HD_MILLISECOND_NS));
  int waiting = 0;
  for (int i = 0; i < MANY; i++) waiting += !hd_task_is_done(&tasks[i]);
  CHECK(waiting > 0);
  CHECK(!hd_task_is_done(&tasks[MANY - 1]));
  CHECK_OK(hd_task_cancel(&tasks[MANY - 1]));
  for (int i = 0; i < MANY - 1; i++) {
    CHECK_OK(hd_async_server_accept(&server, &accepted));
    hd_async_stream_release(&accepted);
  }
  for (int i = 0; i < MANY; i++) {
    CHECK_ERROR(hd_await(&tasks[i], NULL), i == MANY - 1 ? HD_ERROR_CANCELLED : HD_OK);
    hd_task_release(&tasks[i]);
    hd_async_stream_release(&streams[i]);
  }
  hd_async_server_release(&server);
  return 0;
}

static int accept_one(void *server, void *result) {
  struct hd_async_stream stream;
  return hd_async_server_accept(server, &stream);
}
static int cancelled_accepts(void *unused, void *result) {
  struct hd_async_server server;
  struct hd_task task;
  struct hd_timeout timeout;
  CHECK_OK(hd_async_server_listen(&server, NULL, 0, 8));
  CHECK_OK(hd_task_create(&task, accept_one, &server, 0, 0, "accepts"));
  rounds(3);
  CHECK_OK(hd_task_cancel(&task));
  CHECK_ERROR(hd_await(&task, NULL), HD_ERROR_CANCELLED);
  hd_task_release(&task);
  CHECK_OK(hd_timeout_begin(&timeout, 5 * HD_MILLISECOND_NS));
  int error = accept_one(&server, NULL);
  CHECK_ERROR(hd_timeout_end(&timeout, error), HD_ERROR_TIMEOUT);
  port = hd_async_server_port(&server);
  many_talk_to(&server); /* none of them is missing */
  hd_async_server_release(&server);
  return 0;
}

static int names(void *unused, void *result) {
  struct hd_async_server server;
  struct hd_async_stream stream, accepted;
  char longest[300];
  memset(longest, 'a', sizeof longest - 1);
  longest[sizeof longest - 1] = 0;
  CHECK_ERROR(hd_async_stream_connect(&stream, longest, 1), HD_ERROR_NOT_FOUND);
  CHECK_ERROR(hd_async_stream_connect(&stream, "no such host..", 1), HD_ERROR_NOT_FOUND);
  CHECK_OK(hd_async_server_listen(&server, "127.0.0.1", 0, 8));
  CHECK_OK(hd_async_stream_connect(&stream, "localhost", hd_async_server_port(&server)));
  CHECK_OK(hd_async_server_accept(&server, &accepted));
  hd_async_stream_release(&stream);
  hd_async_stream_release(&accepted);
  hd_async_server_release(&server);
  return 0;
}

/* A loop in each of several threads; they talk through sockets. */
enum { THREADS = 4, TALKS = 5 };
static struct hd_event listening = HD_EVENT_INIT;
static int serve_threads(void *unused, void *result) {
  struct hd_async_server server;
  struct hd_async_stream client;
  struct hd_task tasks[THREADS * TALKS];
  CHECK_OK(hd_async_server_listen(&server, "127.0.0.1", 0, 2));
  port = hd_async_server_port(&server);
  hd_event_set(&listening);
  for (int i = 0; i < THREADS * TALKS; i++) {
    CHECK_OK(hd_async_server_accept(&server, &client));
    CHECK_OK(hd_task_create(&tasks[i], echo, &client, sizeof client, 0, "echo"));
  }
  for (int i = 0; i < THREADS * TALKS; i++) {
    CHECK_OK(hd_await(&tasks[i], NULL));
    hd_task_release(&tasks[i]);
  }
  hd_async_server_release(&server);
  return 0;
}
static void *run_talks(void *unused) {
  CHECK_OK(hd_event_wait(&listening));
  for (intptr_t i = 0; i < TALKS; i++) in_loop(talk, (void *)i);
  return unused;
}
static void loops_in_threads(void) {
  struct bunch bunch;
  bunch_start(&bunch, THREADS, run_talks, NULL);
  in_loop(serve_threads, NULL);
  bunch_join(&bunch);
}

int main(void) {
  struct hd_async_server server;
  struct hd_async_stream stream;
  snprintf(path, sizeof path, "/tmp/heddle-async-socket-%d", (int)getpid());
  CHECK_ERROR(hd_async_server_listen(&server, "127.0.0.1", 0, 8), HD_ERROR_NO_LOOP);
  CHECK_ERROR(hd_async_stream_connect(&stream, "127.0.0.1", 1), HD_ERROR_NO_TASK);
  in_loop(tcp, NULL);
  in_loop(by_path, NULL);
  in_loop(a_full_queue, NULL);
  in_loop(cancelled_accepts, NULL);
  in_loop(names, NULL);
  loops_in_threads();
  return 0;
}
