#include "system.h"
#include <signal.h>
#include <time.h>
#include <unistd.h>

int hd_poll(struct pollfd *polled, unsigned count, hd_deadline deadline) {
  for (;;) {
    int64_t left_ns = hd_deadline_left_ns(deadline);
    struct timespec left = {.tv_sec = left_ns / HD_SECOND_NS, .tv_nsec = left_ns % HD_SECOND_NS};
    int ready = ppoll(polled, count, left_ns == HD_FOREVER ? NULL : &left, NULL);
    if (ready > 0) return HD_OK;
    if (ready == 0) return HD_ERROR_TIMEOUT;
    if (errno != EINTR) return HD_ERROR_NO_MEMORY;
  }
}

ssize_t hd_read(int descriptor, void *buffer, size_t bytes) {
  ssize_t got;
  do got = read(descriptor, buffer, bytes);
  while (got < 0 && errno == EINTR);
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
  do written = write(descriptor, data, bytes);
  while (written < 0 && errno == EINTR);
  int number = errno;
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
