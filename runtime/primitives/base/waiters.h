/* Queues of threads that sleep until another thread tells them an outcome, first come first served. */
#ifndef HEDDLE_WAITER_QUEUE_H
#define HEDDLE_WAITER_QUEUE_H
#include "word.h"
#include <heddle/source.h>
#include <heddle/waiters.h>

/* Lies on the stack of the thread that sleeps. */
struct hd_waiter {
  struct hd_waiter *next;
  struct hd_waiter *previous;
  uint32_t outcome;
};
enum hd_outcome { HD_OUTCOME_NONE, HD_OUTCOME_WOKEN, HD_OUTCOME_BROKEN };

static inline void hd_waiters_enter(struct hd_waiters *waiters) { hd_guard_enter(&waiters->guard); }
static inline void hd_waiters_leave(struct hd_waiters *waiters) { hd_guard_leave(&waiters->guard); }

/* With the guard held: joins the end of the queue. */
void hd_waiters_add(struct hd_waiters *waiters, struct hd_waiter *self);
/* With the guard held: tells the first count waiters the outcome, and takes them out. */
void hd_waiters_wake(struct hd_waiters *waiters, uint32_t count, enum hd_outcome outcome);
/* Without the guard: sleeps until there is an outcome or the deadline. Enters the guard; who told the outcome has left it then, so the
 * structure may be freed. The caller decides about a waiter without an outcome, which is still in the queue. */
enum hd_outcome hd_waiters_sleep(struct hd_waiters *waiters, struct hd_waiter *self, hd_deadline deadline);
/* With the guard held: leaves the queue without an outcome. */
void hd_waiters_remove(struct hd_waiters *waiters, struct hd_waiter *self);

/* The end of the object that they wait for: told, unless somebody waits. HD_OK or HD_ERROR_BUSY. */
int hd_waiters_destroy(struct hd_waiters *waiters, const void *object, const struct hd_source *source);

#endif
