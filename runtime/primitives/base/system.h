/* Calls of the system as the primitives need them: with absolute deadlines, without an end by a signal, SIGPIPE or cancellation. */
#ifndef HEDDLE_SYSTEM_H
#define HEDDLE_SYSTEM_H
#include "futex.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/types.h>

/* Until the end of the block that it stands in, errno is kept and this thread cannot be cancelled: no function of the runtime sets errno,
 * and one that was left in its middle would leave what it had begun. */
struct hd_calm {
  int saved_errno;
  int cancellable;
};
static inline struct hd_calm hd_calm_begin(void) {
  struct hd_calm calm = {.saved_errno = errno};
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &calm.cancellable);
  return calm;
}
static inline void hd_calm_end(struct hd_calm *calm) {
  pthread_setcancelstate(calm->cancellable, NULL);
  errno = calm->saved_errno;
}
#define HD_CALM __attribute__((cleanup(hd_calm_end))) struct hd_calm hd_calm = hd_calm_begin()

/* Waits until one of them is ready: HD_OK, HD_ERROR_TIMEOUT, or HD_ERROR_NO_MEMORY. */
int hd_poll(struct pollfd *polled, unsigned count, hd_deadline deadline);
static inline int hd_poll_one(int descriptor, short events, hd_deadline deadline) {
  struct pollfd polled = {.fd = descriptor, .events = events};
  return hd_poll(&polled, 1, deadline);
}

/* read and write, again when a signal comes between; -1 sets errno. A write to a pipe that nobody reads gives EPIPE, and no signal. */
ssize_t hd_read(int descriptor, void *buffer, size_t bytes);
ssize_t hd_write(int descriptor, const void *data, size_t bytes);
/* Closes it when it is open (not negative), and makes it -1. */
void hd_close(int *descriptor);

/* The code of an errno that a system call gave. */
int hd_error_of(int number);

#endif
