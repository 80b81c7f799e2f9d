#include "process-guard.h"
#include "process-hold.h"
#include <heddle/process-condition.h>

static void init(struct hd_process_condition *condition, struct hd_process_lock *lock, struct hd_process_rlock *rlock, const char *name,
                 const struct hd_source *source) {
  *condition = (struct hd_process_condition){.lock = lock, .rlock = rlock};
  hd_process_guard_init(&condition->guard);
  condition->reference = hd_trace_begin_shared(HD_KIND_CONDITION, HD_TRACE_SHARED, -1, name, source);
}

void hd_process_condition_init_at(struct hd_process_condition *condition, struct hd_process_lock *lock, const char *name,
                                  const struct hd_source *source) {
  init(condition, lock, NULL, name, source);
}

void hd_process_condition_init_rlock_at(struct hd_process_condition *condition, struct hd_process_rlock *rlock, const char *name,
                                        const struct hd_source *source) {
  init(condition, &rlock->lock, rlock, name, source);
}

/* A waiter's place is taken and given up by its owner's word alone, so nothing is ever half done; the places of the killed are found when
 * they are looked at. */
static void repair(void *unused) {}

static void enter(struct hd_process_condition *condition) { hd_process_guard_enter(&condition->guard, repair, condition); }
static void leave(struct hd_process_condition *condition) { hd_process_guard_leave(&condition->guard); }

/* With the guard held: the one who waits longest and was not notified; NULL: nobody. Those that were killed lose their places. */
static struct hd_process_condition_waiter *find_longest(struct hd_process_condition *condition) {
  for (;;) {
    struct hd_process_condition_waiter *longest = NULL;
    for (uint32_t i = 0; i < condition->used_count; i++) {
      struct hd_process_condition_waiter *waiter = &condition->waiters[i];
      if (waiter->owner && !waiter->notified && (!longest || waiter->ticket < longest->ticket)) longest = waiter;
    }
    if (!longest || !hd_owner_thread_died(longest->owner)) return longest;
    longest->owner = 0;
  }
}

/* With the guard held: a place for the calling thread; NULL: none is free. */
static struct hd_process_condition_waiter *take_place(struct hd_process_condition *condition) {
  struct hd_process_condition_waiter *place = NULL;
  for (uint32_t i = 0; i < condition->used_count && !place; i++)
    if (!condition->waiters[i].owner) place = &condition->waiters[i];
  if (!place && condition->used_count < HD_PROCESS_CONDITION_WAITERS) place = &condition->waiters[condition->used_count++];
  for (uint32_t i = 0; i < condition->used_count && !place; i++)
    if (hd_owner_thread_died(condition->waiters[i].owner)) place = &condition->waiters[i];
  if (!place) return NULL;
  place->ticket = ++condition->last_ticket;
  __atomic_store_n(&place->notified, 0, __ATOMIC_RELAXED);
  place->owner = hd_owner_thread();
  return place;
}

int hd_process_condition_destroy_at(struct hd_process_condition *condition, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  enter(condition);
  bool busy = find_longest(condition) != NULL;
  leave(condition);
  hd_trace_leave(emit);
  if (busy) return hd_trace_busy(condition->reference, source);
  hd_trace_end(condition->reference, source);
  return HD_OK;
}

/* Gives the lock back, however deep it is held; returns how deep. */
static uint32_t release_wholly(struct hd_process_condition *condition, struct hd_emit *emit, const struct hd_emit_wait *wait) {
  struct hd_process_lock *lock = condition->lock;
  uint32_t depth = condition->rlock ? condition->rlock->depth : 1;
  for (uint32_t left = depth; emit && left; left--)
    hd_process_hold_tell_released(lock, emit, wait->site, wait->begin_ns, left == 1 && hd_process_hold_has_sleepers(lock));
  hd_process_hold_give(lock);
  return depth;
}

static int reacquire(struct hd_process_condition *condition, struct hd_emit *emit, uint32_t depth, const struct hd_source *source) {
  int result = hd_process_hold_acquire(condition->lock, emit, HD_OPERATION_CONDITION_REACQUIRE, HD_NEVER, source);
  if (!condition->rlock) return result;
  condition->rlock->depth = depth;
  if (!emit) return result;
  uint32_t site = hd_emit_source_site(emit, HD_OPERATION_CONDITION_REACQUIRE, source);
  uint64_t at_ns = hd_emit_now();
  for (uint32_t more = depth - 1; more; more--) hd_process_hold_tell_acquired(condition->lock, emit, site, at_ns);
  return result;
}

/* Without the guard. Looks from time to time: who notifies may be killed before it wakes anybody. */
static int sleep_in(struct hd_process_condition *condition, struct hd_process_condition_waiter *place, hd_deadline deadline) {
  while (!__atomic_load_n(&place->notified, __ATOMIC_ACQUIRE) && hd_deadline_left_ns(deadline) != 0)
    hd_process_futex_wait(&place->notified, 0, hd_deadline_sooner(deadline, HD_PROCESS_LOOK_NS));
  enter(condition);
  bool notified = place->notified;
  place->owner = 0;
  leave(condition);
  return notified ? HD_OK : HD_ERROR_TIMEOUT;
}

static int wait_notified(struct hd_process_condition *condition, struct hd_emit *emit, enum hd_operation operation, hd_deadline deadline,
                         const struct hd_source *source) {
  enter(condition);
  struct hd_process_condition_waiter *place = take_place(condition);
  leave(condition);
  if (!place) return HD_ERROR_NO_RESOURCES;
  struct hd_emit_wait wait = {.object = condition->reference, .partner = condition->lock->reference};
  if (emit) wait.stack = hd_emit_stack(emit); /* before the stamp: the lock is held while it is taken */
  hd_trace_wait_begin(emit, &wait, operation, source);
  uint32_t depth = release_wholly(condition, emit, &wait);
  int result = sleep_in(condition, place, deadline);
  hd_trace_wait_end(emit, &wait, result);
  int reacquired = reacquire(condition, emit, depth, source);
  return reacquired == HD_OK ? result : reacquired;
}

int hd_process_condition_wait_timed_at(struct hd_process_condition *condition, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_CONDITION_WAIT : HD_OPERATION_CONDITION_WAIT_TIMED;
  struct hd_emit *emit = hd_trace_enter();
  int result = hd_process_hold_is_mine(condition->lock)
                   ? wait_notified(condition, emit, operation, hd_deadline_after(timeout_ns), source)
                   : hd_trace_misuse(emit, condition->reference, operation, source, HD_ERROR_NOT_OWNER);
  hd_trace_leave(emit);
  return result;
}

int hd_process_condition_wait_for_at(struct hd_process_condition *condition, bool (*predicate)(void *argument), void *argument,
                                     int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  int result = HD_OK;
  while (!predicate(argument)) {
    if (result == HD_ERROR_TIMEOUT) return result;
    result = hd_process_condition_wait_timed_at(condition, hd_deadline_left_ns(deadline), source);
    if (result != HD_OK && result != HD_ERROR_TIMEOUT) return result;
  }
  return HD_OK;
}

static int notify(struct hd_process_condition *condition, enum hd_operation operation, uint32_t count, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  if (!hd_process_hold_is_mine(condition->lock)) {
    result = hd_trace_misuse(emit, condition->reference, operation, source, HD_ERROR_NOT_OWNER);
  } else {
    hd_trace_instant(emit, condition->reference, operation, source, operation == HD_OPERATION_CONDITION_NOTIFY_ALL ? 1 : count);
    enter(condition);
    for (struct hd_process_condition_waiter *waiter; count && (waiter = find_longest(condition)); count--) {
      __atomic_store_n(&waiter->notified, 1, __ATOMIC_RELEASE);
      hd_process_futex_wake(&waiter->notified, 1);
    }
    leave(condition);
  }
  hd_trace_leave(emit);
  return result;
}

int hd_process_condition_notify_at(struct hd_process_condition *condition, uint32_t count, const struct hd_source *source) {
  return notify(condition, HD_OPERATION_CONDITION_NOTIFY, count, source);
}

int hd_process_condition_notify_all_at(struct hd_process_condition *condition, const struct hd_source *source) {
  return notify(condition, HD_OPERATION_CONDITION_NOTIFY_ALL, UINT32_MAX, source);
}
