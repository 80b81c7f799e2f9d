/* How an async lock is taken: shared by the lock and by the condition, which acquires it again for its caller. */
#ifndef HEDDLE_ASYNC_HOLD_H
#define HEDDLE_ASYNC_HOLD_H
#include "async-wait.h"
#include <heddle/async-lock.h>

/* Takes the lock, awaiting it until the deadline, and tells the await and the hold. HD_OK, or what hd_task_await gives. */
int hd_async_hold_acquire(struct hd_async_lock *lock, enum hd_operation operation, hd_deadline deadline, const struct hd_source *source);
/* Whether the acting task (or, outside of one, nobody else) acquired it. */
bool hd_async_hold_is_mine(const struct hd_async_lock *lock);

#endif
