/* The threads that sleep for a condition, barrier or event: part of those structures, the runtime's own. */
#ifndef HEDDLE_WAITERS_H
#define HEDDLE_WAITERS_H
#include <stdint.h>

struct hd_waiter;
struct hd_waiters {
  struct hd_waiter *first; /* waits longest */
  struct hd_waiter *last;
  uint32_t guard; /* held for some instructions around every change of the structure that it is in */
};
#define HD_WAITERS_INIT                                                                                                                    \
  { 0, 0, 0 }

#endif
