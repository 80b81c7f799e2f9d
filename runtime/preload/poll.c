/* Waiting for descriptors. A timeout of zero asks and does not wait. */
#include "preload.h"

static void begin_ms(struct hd_call *call, int timeout_ms, int descriptor, const void *return_address) {
  if (timeout_ms) hd_call_begin(call, timeout_ms < 0 ? HD_OPERATION_CALL_POLL : HD_OPERATION_CALL_POLL_TIMED, descriptor, return_address);
}

static void begin_until(struct hd_call *call, const struct timespec *timeout, int descriptor, const void *return_address) {
  if (!timeout)
    hd_call_begin(call, HD_OPERATION_CALL_POLL, descriptor, return_address);
  else if (timeout->tv_sec || timeout->tv_nsec)
    hd_call_begin(call, HD_OPERATION_CALL_POLL_TIMED, descriptor, return_address);
}

static void begin_select(struct hd_call *call, const struct timeval *timeout, const void *return_address) {
  if (!timeout)
    hd_call_begin(call, HD_OPERATION_CALL_POLL, -1, return_address);
  else if (timeout->tv_sec || timeout->tv_usec)
    hd_call_begin(call, HD_OPERATION_CALL_POLL_TIMED, -1, return_address);
}

/* poll is declared to write to its array only, so the compiler takes our look at it for one at nothing. */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

/* Who waits for one descriptor can be told which. */
static int only(const struct pollfd *polled, nfds_t count) { return count == 1 ? polled->fd : -1; }

HD_BLOCKING(int, poll, (struct pollfd * polled, nfds_t count, int timeout_ms), (polled, count, timeout_ms),
            begin_ms(&call, timeout_ms, only(polled, count), HERE))
HD_BLOCKING(int, ppoll, (struct pollfd * polled, nfds_t count, const struct timespec *timeout, const sigset_t *mask),
            (polled, count, timeout, mask), begin_until(&call, timeout, only(polled, count), HERE))
HD_BLOCKING(int, __poll_chk, (struct pollfd * polled, nfds_t count, int timeout_ms, size_t room), (polled, count, timeout_ms, room),
            begin_ms(&call, timeout_ms, only(polled, count), HERE))
HD_BLOCKING(int, __ppoll_chk, (struct pollfd * polled, nfds_t count, const struct timespec *timeout, const sigset_t *mask, size_t room),
            (polled, count, timeout, mask, room), begin_until(&call, timeout, only(polled, count), HERE))
HD_BLOCKING(int, select, (int count, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout),
            (count, readable, writable, exceptional, timeout), begin_select(&call, timeout, HERE))
HD_BLOCKING(int, pselect,
            (int count, fd_set *readable, fd_set *writable, fd_set *exceptional, const struct timespec *timeout, const sigset_t *mask),
            (count, readable, writable, exceptional, timeout, mask), begin_until(&call, timeout, -1, HERE))
HD_BLOCKING(int, epoll_wait, (int descriptor, struct epoll_event *events, int room, int timeout_ms), (descriptor, events, room, timeout_ms),
            begin_ms(&call, timeout_ms, descriptor, HERE))
HD_BLOCKING(int, epoll_pwait, (int descriptor, struct epoll_event *events, int room, int timeout_ms, const sigset_t *mask),
            (descriptor, events, room, timeout_ms, mask), begin_ms(&call, timeout_ms, descriptor, HERE))
HD_BLOCKING(int, epoll_pwait2, (int descriptor, struct epoll_event *events, int room, const struct timespec *timeout, const sigset_t *mask),
            (descriptor, events, room, timeout, mask), begin_until(&call, timeout, descriptor, HERE))
