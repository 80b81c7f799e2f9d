/* A server and its clients, one thread.
 *
 * The server accepts connections on a socket of this machine and serves each client in a task of its own: it reads a line, thinks for 10
 * ms, and sends the line back. Four clients, tasks of the same loop, each send twenty lines, one after the other. All nine of them take
 * turns in a single thread: whoever waits for the other side awaits, and the loop polls the sockets.
 *
 * What to look at: hardly anybody runs, all await: a client awaits what its server's task writes, the server's task what its client writes.
 * The loop polls whenever nobody is ready. Four clients take hardly longer than one: their waits overlap.
 * What to try: hd_thread_sleep instead of hd_task_sleep in the server. Then each client waits for the thinking of all others, too.
 *
 * expect: exit 0
 * expect: lost 0
 * expect: actors task 10
 * expect: actor task client-1
 * expect: actors thread 1
 * expect: state client-1 blocked 700 -
 * expect: nofinding blocked-loop
 */
#include <heddle/heddle.h>
#include <stdio.h>

enum { CLIENTS = 4, LINES = 20 };

static int serve_one(void *argument, void *result) {
  struct hd_async_stream *client = argument;
  char line[64];
  size_t bytes;
  while (hd_async_stream_read_line(client, line, sizeof line, &bytes) == HD_OK) {
    hd_task_sleep(40 * HD_MILLISECOND_NS);
    hd_async_stream_write(client, line, bytes);
  }
  hd_async_stream_release(client);
  return 0;
}

static int serve(void *server, void *result) {
  struct hd_async_stream client;
  for (int i = 1; hd_async_server_accept(server, &client) == HD_OK; i++) {
    char name[24];
    snprintf(name, sizeof name, "serves-%d", i);
    hd_task_create(NULL, serve_one, &client, sizeof client, 0, name);
  }
  return 0;
}

static int talk(void *port, void *result) {
  struct hd_async_stream server;
  char line[64];
  size_t bytes;
  int error = hd_async_stream_connect(&server, "127.0.0.1", *(uint16_t *)port);
  for (int i = 0; error == HD_OK && i < LINES; i++) {
    int length = snprintf(line, sizeof line, "line %d\n", i);
    hd_async_stream_write(&server, line, (size_t)length);
    error = hd_async_stream_read_line(&server, line, sizeof line, &bytes);
  }
  hd_async_stream_release(&server);
  return error;
}

static int town(void *unused, void *result) {
  struct hd_async_server server;
  struct hd_task listener, clients[CLIENTS];
  hd_async_server_listen(&server, "127.0.0.1", 0, CLIENTS);
  uint16_t port = hd_async_server_port(&server);
  hd_task_create(&listener, serve, &server, 0, 0, "listener");
  for (int i = 0; i < CLIENTS; i++) {
    char name[24];
    snprintf(name, sizeof name, "client-%d", i + 1);
    hd_task_create(&clients[i], talk, &port, 0, 0, name);
  }
  for (int i = 0; i < CLIENTS; i++) {
    hd_await(&clients[i], NULL);
    hd_task_release(&clients[i]);
  }
  hd_async_server_close(&server); /* the listener's accept gives an error, and it ends */
  hd_await(&listener, NULL);
  hd_task_release(&listener);
  hd_async_server_release(&server);
  return 0;
}

int main(void) {
  struct hd_loop_options options = {.name = "town", .task_name = "town"};
  return hd_loop_run(town, NULL, NULL, 0, &options);
}
