#include "waiters.h"
#include "trace.h"
#include <stddef.h>

void hd_waiters_add(struct hd_waiters *waiters, struct hd_waiter *self) {
  *self = (struct hd_waiter){.previous = waiters->last};
  *(waiters->last ? &waiters->last->next : &waiters->first) = self;
  waiters->last = self;
}

void hd_waiters_remove(struct hd_waiters *waiters, struct hd_waiter *self) {
  *(self->previous ? &self->previous->next : &waiters->first) = self->next;
  *(self->next ? &self->next->previous : &waiters->last) = self->previous;
}

void hd_waiters_wake(struct hd_waiters *waiters, uint32_t count, enum hd_outcome outcome) {
  for (; waiters->first && count; count--) {
    struct hd_waiter *waiter = waiters->first;
    hd_waiters_remove(waiters, waiter);
    __atomic_store_n(&waiter->outcome, outcome, __ATOMIC_RELEASE);
    /* From here on the waiter's stack may be another's; waking an address that means something else is harmless. */
    hd_futex_wake(&waiter->outcome, 1);
  }
}

enum hd_outcome hd_waiters_sleep(struct hd_waiters *waiters, struct hd_waiter *self, hd_deadline deadline) {
  while (__atomic_load_n(&self->outcome, __ATOMIC_ACQUIRE) == HD_OUTCOME_NONE)
    if (hd_futex_wait(&self->outcome, HD_OUTCOME_NONE, deadline) == HD_ERROR_TIMEOUT) break;
  hd_waiters_enter(waiters);
  return (enum hd_outcome)__atomic_load_n(&self->outcome, __ATOMIC_ACQUIRE);
}

int hd_waiters_destroy(struct hd_waiters *waiters, const void *object, const struct hd_source *source) {
  hd_waiters_enter(waiters);
  bool busy = waiters->first;
  hd_waiters_leave(waiters);
  if (busy) return hd_trace_busy(hd_reference(object), source);
  hd_trace_end(hd_reference(object), source);
  return HD_OK;
}
