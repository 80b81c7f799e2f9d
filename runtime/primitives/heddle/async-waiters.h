/* The tasks that wait for an async lock, queue, event …: part of those structures, the runtime's own. */
#ifndef HEDDLE_ASYNC_WAITERS_H
#define HEDDLE_ASYNC_WAITERS_H

struct hd_async_waiter;
struct hd_async_waiters {
  struct hd_async_waiter *first; /* waits longest */
  struct hd_async_waiter *last;
};
#define HD_ASYNC_WAITERS_INIT                                                                                                              \
  { 0, 0 }

#endif
