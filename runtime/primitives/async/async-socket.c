/* Sockets: how streams come about. */
#include "async-stream-state.h"
#include "system.h"
#include <heddle/async-executor.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* So long a connection to a Unix socket waits whose queue is full: the system tells nobody when it has room again. */
#define RETRY_NS (2 * HD_MILLISECOND_NS)

struct address {
  union {
    struct sockaddr any;
    struct sockaddr_un unix_path;
    struct sockaddr_storage storage;
  } is;
  socklen_t bytes;
};

static int unix_address(struct address *address, const char *path) {
  size_t length = strlen(path);
  *address = (struct address){.bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1)};
  if (length == 0 || length >= sizeof address->is.unix_path.sun_path) return HD_ERROR_INVALID;
  address->is.unix_path.sun_family = AF_UNIX;
  memcpy(address->is.unix_path.sun_path, path, length + 1);
  return HD_OK;
}

/* The first addresses of a host. */
#define ADDRESSES_MAX 8
struct lookup {
  char port[8];
  int flags;
  char host[256];
};
struct looked_up {
  int count;
  struct address addresses[ADDRESSES_MAX];
};
/* A job: what it returns is an error of getaddrinfo. */
static int look_up(const void *argument, void *result) {
  const struct lookup *lookup = argument;
  struct looked_up *looked_up = result;
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = lookup->flags | AI_NUMERICSERV}, *found = NULL;
  int failure = getaddrinfo(*lookup->host ? lookup->host : NULL, lookup->port, &hints, &found);
  if (failure) return failure;
  for (const struct addrinfo *one = found; one && looked_up->count < ADDRESSES_MAX; one = one->ai_next) {
    struct address *address = &looked_up->addresses[looked_up->count++];
    memcpy(&address->is, one->ai_addr, one->ai_addrlen);
    address->bytes = one->ai_addrlen;
  }
  freeaddrinfo(found);
  return 0;
}

static int fill_lookup(struct lookup *lookup, const char *host, uint16_t port, int flags) {
  *lookup = (struct lookup){.flags = flags};
  snprintf(lookup->port, sizeof lookup->port, "%u", port);
  return (size_t)snprintf(lookup->host, sizeof lookup->host, "%s", host ? host : "") < sizeof lookup->host ? HD_OK : HD_ERROR_NOT_FOUND;
}

/* A number is no question; a name may take the system a while. */
static int resolve(const char *host, uint16_t port, struct looked_up *looked_up, const struct hd_source *source) {
  struct lookup lookup;
  int result = fill_lookup(&lookup, host, port, AI_NUMERICHOST);
  if (result != HD_OK || look_up(&lookup, looked_up) == 0) return result;
  lookup.flags = AI_ADDRCONFIG;
  result = hd_run_in_executor_at(NULL, look_up, &lookup, sizeof lookup, looked_up, sizeof *looked_up, source);
  return result == HD_ERROR_JOB_FAILED ? HD_ERROR_NOT_FOUND : result;
}

static int new_socket(int family) { return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

/* Small messages go at once: whoever answers them waits for them. */
static void do_not_delay(int descriptor, int family) {
  if (family != AF_UNIX) setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

/* The stream's socket has been asked to connect: waits for the answer. */
static int await_connection(struct hd_async_stream_state *stream, const struct hd_source *source) {
  int result = hd_descriptor_await(stream->descriptor, HD_DESCRIPTOR_WRITABLE, HD_OPERATION_CONNECT_AWAIT, 0, HD_NEVER, source);
  if (result != HD_OK) return result;
  int number = 0;
  socklen_t bytes = sizeof number;
  if (getsockopt(stream->descriptor->number, SOL_SOCKET, SO_ERROR, &number, &bytes) != 0) number = errno;
  return number ? hd_error_of(number) : HD_OK;
}

static int connect_to(struct hd_async_stream *stream, const struct address *address, const struct hd_source *source) {
  HD_CALM;
  int descriptor = new_socket(address->is.any.sa_family);
  if (descriptor < 0) return hd_error_of(errno);
  int result = hd_stream_new(stream, descriptor);
  if (result != HD_OK) {
    close(descriptor);
    return result;
  }
  do_not_delay(descriptor, address->is.any.sa_family);
  hd_emit_mute();
  int number = connect(descriptor, &address->is.any, address->bytes) == 0 ? 0 : errno;
  hd_emit_unmute();
  while (number == EAGAIN && result == HD_OK) {
    struct hd_async_waiter waiter;
    result = hd_task_await(NULL, &waiter, HD_OPERATION_CONNECT_AWAIT, 0, hd_deadline_after(RETRY_NS), source);
    if (result == HD_ERROR_TIMEOUT) result = HD_OK;
    if (result == HD_OK) number = connect(descriptor, &address->is.any, address->bytes) == 0 ? 0 : errno;
  }
  if (result == HD_OK && (number == EINPROGRESS || number == EINTR))
    result = await_connection(stream->state, source);
  else if (result == HD_OK && number)
    result = hd_error_of(number);
  if (result != HD_OK) hd_async_stream_release(stream);
  return result;
}

int hd_async_stream_connect_at(struct hd_async_stream *stream, const char *host, uint16_t port, const struct hd_source *source) {
  stream->state = NULL;
  int result = (hd_task_running() ? HD_OK : hd_task_refuse(0, HD_OPERATION_CONNECT_AWAIT, source, HD_ERROR_NO_TASK));
  if (result != HD_OK) return result;
  struct looked_up *found = calloc(1, sizeof *found);
  if (!found) return HD_ERROR_NO_MEMORY;
  result = resolve(host, port, found, source);
  if (result == HD_OK) result = HD_ERROR_UNREACHABLE;
  for (int i = 0; i < found->count && result == HD_ERROR_UNREACHABLE; i++) result = connect_to(stream, &found->addresses[i], source);
  free(found);
  return result;
}

int hd_async_stream_connect_unix_at(struct hd_async_stream *stream, const char *path, const struct hd_source *source) {
  struct address address;
  stream->state = NULL;
  int result = (hd_task_running() ? HD_OK : hd_task_refuse(0, HD_OPERATION_CONNECT_AWAIT, source, HD_ERROR_NO_TASK));
  if (result == HD_OK) result = unix_address(&address, path);
  return result == HD_OK ? connect_to(stream, &address, source) : result;
}

struct hd_async_server_state {
  struct hd_descriptor *descriptor;
  uint16_t port;
  char *path; /* owned; to be removed; NULL: none */
};

static uint16_t port_of(int descriptor) {
  struct address address = {.bytes = sizeof address.is};
  if (getsockname(descriptor, &address.is.any, &address.bytes) != 0) return 0;
  if (address.is.any.sa_family == AF_INET) return ntohs(((const struct sockaddr_in *)&address.is)->sin_port);
  return address.is.any.sa_family == AF_INET6 ? ntohs(((const struct sockaddr_in6 *)&address.is)->sin6_port) : 0;
}

static int start_listening(struct hd_async_server_state *server, int descriptor, const struct address *address, unsigned backlog) {
  if (address->is.any.sa_family != AF_UNIX) setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (bind(descriptor, &address->is.any, address->bytes) != 0) return errno == EADDRNOTAVAIL ? HD_ERROR_INVALID : hd_error_of(errno);
  if (address->is.any.sa_family == AF_UNIX && !(server->path = strdup(address->is.unix_path.sun_path))) {
    unlink(address->is.unix_path.sun_path);
    return HD_ERROR_NO_MEMORY;
  }
  if (listen(descriptor, backlog > SOMAXCONN ? SOMAXCONN : (int)backlog) != 0) return hd_error_of(errno);
  server->port = port_of(descriptor);
  return hd_descriptor_new(descriptor, &server->descriptor);
}

static void free_server(struct hd_async_server_state *server) {
  if (server->path) unlink(server->path);
  free(server->path);
  hd_descriptor_unref(server->descriptor);
  free(server);
}

static int listen_at(struct hd_async_server *server, const struct address *address, unsigned backlog) {
  HD_CALM;
  struct hd_async_server_state *state = calloc(1, sizeof *state);
  if (!state) return HD_ERROR_NO_MEMORY;
  int descriptor = new_socket(address->is.any.sa_family);
  int result = descriptor < 0 ? hd_error_of(errno) : start_listening(state, descriptor, address, backlog);
  if (result == HD_OK) {
    server->state = state;
    return HD_OK;
  }
  hd_close(&descriptor);
  free_server(state);
  return result;
}

int hd_async_server_listen_at(struct hd_async_server *server, const char *address, uint16_t port, unsigned backlog,
                              const struct hd_source *source) {
  struct lookup lookup;
  struct looked_up *found = calloc(1, sizeof *found);
  server->state = NULL;
  if (!found) return HD_ERROR_NO_MEMORY;
  int result = fill_lookup(&lookup, address, port, AI_NUMERICHOST | AI_PASSIVE);
  if (result != HD_OK || look_up(&lookup, found) != 0 || found->count == 0)
    result = HD_ERROR_INVALID;
  else
    result = listen_at(server, &found->addresses[0], backlog);
  free(found);
  return result;
}

int hd_async_server_listen_unix_at(struct hd_async_server *server, const char *path, unsigned backlog, const struct hd_source *source) {
  struct address address;
  server->state = NULL;
  int result = unix_address(&address, path);
  return result == HD_OK ? listen_at(server, &address, backlog) : result;
}

uint16_t hd_async_server_port(const struct hd_async_server *server) { return server->state->port; }

int hd_async_server_accept_at(struct hd_async_server *server, struct hd_async_stream *stream, const struct hd_source *source) {
  struct hd_descriptor *descriptor = server->state->descriptor;
  stream->state = NULL;
  HD_CALM;
  int result = hd_descriptor_enter(descriptor, HD_OPERATION_ACCEPT_AWAIT, source);
  descriptor->references++; /* the server may be released meanwhile */
  while (result == HD_OK) {
    struct address from = {.bytes = sizeof from.is};
    hd_emit_mute();
    int accepted = accept4(descriptor->number, &from.is.any, &from.bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
    int number = errno;
    hd_emit_unmute();
    if (accepted >= 0) {
      do_not_delay(accepted, from.is.any.sa_family);
      result = hd_stream_new(stream, accepted);
      if (result != HD_OK) close(accepted);
      break;
    }
    if (number == EAGAIN || number == EWOULDBLOCK)
      result = hd_descriptor_await(descriptor, HD_DESCRIPTOR_READABLE, HD_OPERATION_ACCEPT_AWAIT, 0, HD_NEVER, source);
    else if (number != ECONNABORTED && number != EINTR && number != EPROTO)
      result = hd_error_of(number);
  }
  hd_descriptor_unref(descriptor);
  return result;
}

void hd_async_server_close_at(struct hd_async_server *server, const struct hd_source *source) {
  struct hd_async_server_state *state = server->state;
  HD_CALM;
  if (state->path) unlink(state->path);
  free(state->path);
  state->path = NULL;
  hd_descriptor_close(state->descriptor, source);
}

void hd_async_server_release(struct hd_async_server *server) {
  struct hd_async_server_state *state = server->state;
  server->state = NULL;
  if (!state) return;
  struct hd_async_server closed = {state};
  hd_async_server_close_at(&closed, state->descriptor->source);
  free_server(state);
}
