#include "system.h"
#include "blocking.h"
#include "seed.h"
#include <limits.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* The deadline is one of CLOCK_MONOTONIC. */
static int poll_until(struct pollfd *polled, unsigned count, int64_t deadline) {
  for (;;) {
    int64_t left_ns = deadline == HD_NEVER ? 0 : deadline - hd_real_clock_ns();
    if (left_ns < 0) left_ns = 0;
    struct timespec left = {.tv_sec = left_ns / HD_SECOND_NS, .tv_nsec = left_ns % HD_SECOND_NS};
    int ready = ppoll(polled, count, deadline == HD_NEVER ? NULL : &left, NULL);
    if (ready > 0) return HD_OK;
    if (ready == 0) return HD_ERROR_TIMEOUT;
    if (errno != EINTR) return HD_ERROR_NO_MEMORY;
  }
}

static bool is_ready(struct pollfd *polled, unsigned count) { return poll(polled, count, 0) > 0; }
static bool is_one_ready(int descriptor, short events) {
  struct pollfd polled = {.fd = descriptor, .events = events};
  return is_ready(&polled, 1);
}

int hd_poll(struct pollfd *polled, unsigned count, hd_deadline deadline) {
  if (deadline != 0) hd_blocking_begin();
  if (!hd_seed_is_on() || deadline == 0) return poll_until(polled, count, deadline);
  if (is_ready(polled, count)) return HD_OK;
  hd_seed_leave();
  int result = poll_until(polled, count, hd_seed_real_deadline(deadline));
  hd_seed_return();
  return result;
}

ssize_t hd_read(int descriptor, void *buffer, size_t bytes) {
  ssize_t got;
  bool may_block = hd_seed_is_on() && !is_one_ready(descriptor, POLLIN);
  if (may_block) hd_seed_leave();
  do got = read(descriptor, buffer, bytes);
  while (got < 0 && errno == EINTR);
  int number = errno;
  if (may_block) hd_seed_return();
  errno = number;
  return got;
}

/* SIGPIPE comes to the thread that writes: so it is blocked, and taken away again unless it was there before. */
ssize_t hd_write(int descriptor, const void *data, size_t bytes) {
  sigset_t pipe_signal, old, pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &old);
  sigpending(&pending);
  ssize_t written;
  bool may_block = hd_seed_is_on() && (bytes > PIPE_BUF || !is_one_ready(descriptor, POLLOUT));
  if (may_block) hd_seed_leave();
  do written = write(descriptor, data, bytes);
  while (written < 0 && errno == EINTR);
  int number = errno;
  if (may_block) hd_seed_return();
  static const struct timespec at_once;
  if (written < 0 && number == EPIPE && !sigismember(&pending, SIGPIPE)) sigtimedwait(&pipe_signal, NULL, &at_once);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  errno = number;
  return written;
}

void hd_close(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

int hd_error_of(int number) {
  switch (number) {
  case ENOENT:
  case ENOTDIR:
    return HD_ERROR_NOT_FOUND;
  case EACCES:
  case EPERM:
  case ENOEXEC:
    return HD_ERROR_NOT_PERMITTED;
  case ENOMEM:
    return HD_ERROR_NO_MEMORY;
  case EAGAIN:
  case EMFILE:
  case ENFILE:
  case ENOBUFS:
  case ETOOMANYREFS:
    return HD_ERROR_NO_RESOURCES;
  case EPIPE:
  case ECONNRESET:
    return HD_ERROR_CLOSED;
  case ECONNREFUSED:
  case EHOSTUNREACH:
  case ENETUNREACH:
  case ETIMEDOUT:
    return HD_ERROR_UNREACHABLE;
  case EADDRINUSE:
    return HD_ERROR_BUSY;
  default:
    return HD_ERROR_INVALID;
  }
}
