/* A worker process of an executor or pool. */
#include "blocking.h"
#include "crew.h"
#include "system.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Waits until the socket is ready; false when its other process has ended instead, though somebody may still hold the other end. */
static bool await(int socket, int end, short events) {
  struct pollfd polled[] = {{.fd = socket, .events = events}, {.fd = end, .events = POLLIN}};
  return hd_poll(polled, 2, HD_NEVER) == HD_OK && polled[0].revents;
}

bool hd_socket_send(int socket, int end, const void *data, size_t bytes) {
  const char *next = data;
  hd_blocking_begin();
  hd_emit_mute();
  while (bytes) {
    ssize_t sent = send(socket, next, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EINTR || (errno == EAGAIN && await(socket, end, POLLOUT)))) continue;
    if (sent <= 0) break;
    next += sent;
    bytes -= (size_t)sent;
  }
  hd_emit_unmute();
  hd_operation_end();
  return bytes == 0;
}

bool hd_socket_receive(int socket, int end, void *data, size_t bytes) {
  char *next = data;
  hd_blocking_begin();
  hd_emit_mute();
  while (bytes) {
    ssize_t got = recv(socket, next, bytes, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || (errno == EAGAIN && await(socket, end, POLLIN)))) continue;
    if (got <= 0) break;
    next += got;
    bytes -= (size_t)got;
  }
  hd_emit_unmute();
  hd_operation_end();
  return bytes == 0;
}

/* Takes the next order; false: there will be none. A worker that waits for one waits for its executor. */
static bool take(const struct hd_worker *worker, struct hd_order *order) {
  uint64_t reference = worker->executor->reference;
  struct hd_emit *emit = hd_trace_enter_if(reference);
  struct hd_emit_wait wait = {.object = reference};
  bool waits = hd_poll_one(worker->socket, POLLIN, 0) == HD_ERROR_TIMEOUT;
  if (waits) hd_trace_wait_begin(emit, &wait, HD_OPERATION_JOB_BEGIN, worker->executor->source);
  bool taken = hd_socket_receive(worker->socket, -1, order, sizeof *order);
  if (taken && order->future) hd_job_tell_begin(emit, reference, order->named_job, NULL, (uint32_t)order->future);
  if (waits) hd_trace_wait_end(emit, &wait, taken ? HD_OK : HD_ERROR_SHUT_DOWN);
  hd_trace_leave(emit);
  return taken;
}

/* The end of the job, and of its future, which the manager ends without a word. */
static void tell_end(const struct hd_worker *worker, const struct hd_order *order, int error) {
  struct hd_emit *emit = hd_trace_enter_if(order->future);
  hd_trace_instant(emit, worker->executor->reference, HD_OPERATION_JOB_END, order->source, (uint32_t)order->future);
  hd_trace_instant(emit, order->future, HD_OPERATION_FUTURE_DONE, order->source, error ? HD_FUTURE_RESULT_ERROR : HD_FUTURE_RESULT_OK);
  hd_trace_leave(emit);
}

static bool work(const struct hd_worker *worker, const struct hd_order *order) {
  char *memory = malloc(hd_aligned(order->argument_bytes) + order->result_bytes + 1);
  if (!memory) return false;
  char *result = memory + hd_aligned(order->argument_bytes);
  bool well = hd_socket_receive(worker->socket, -1, memory, order->argument_bytes);
  if (well) {
    memset(result, 0, order->result_bytes);
    struct hd_reply reply = {.error = order->job(order->argument_bytes ? memory : order->argument, order->result_bytes ? result : NULL)};
    tell_end(worker, order, reply.error);
    well = hd_socket_send(worker->socket, -1, &reply, sizeof reply) && hd_socket_send(worker->socket, -1, result, order->result_bytes);
  }
  free(memory);
  return well;
}

int hd_worker_run(void *argument) {
  const struct hd_worker *worker = argument;
  const struct hd_executor_options *options = &worker->executor->options;
  pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* what nobody waits for any more need not be finished */
  if (getppid() != parent) return EXIT_FAILURE;
  struct hd_order order;
  struct hd_reply ready = {0};
  if (options->initializer && options->initializer(options->initializer_argument) != 0) return EXIT_FAILURE;
  if (!hd_socket_send(worker->socket, -1, &ready, sizeof ready)) return EXIT_FAILURE;
  while (take(worker, &order))
    if (!work(worker, &order)) return EXIT_FAILURE;
  return EXIT_SUCCESS;
}
