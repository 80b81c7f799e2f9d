/* A look inside: how many threads sleep in a queue. */
#ifndef HEDDLE_CHECK_QUEUE_H
#define HEDDLE_CHECK_QUEUE_H
#include "waiters.h"

static inline int queue_length(struct hd_waiters *waiters) {
  int length = 0;
  hd_waiters_enter(waiters);
  for (struct hd_waiter *waiter = waiters->first; waiter; waiter = waiter->next) length++;
  hd_waiters_leave(waiters);
  return length;
}

#endif
