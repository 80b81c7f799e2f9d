#include "async-wait.h"
#include <heddle/async-barrier.h>

/* The place of a task that waits for the others of its phase. It counts as long as the task is in it: one that is cancelled leaves it at
 * once, not when it runs next; one whose time is over keeps it until it runs, since the others may still come before. */
struct hd_async_barrier_place {
  struct hd_async_waiter waiter;
  struct hd_async_barrier *barrier; /* NULL: it has left, or the phase has ended */
  struct hd_async_barrier_place *next, *previous;
  bool ended;
  int outcome; /* of the phase, for this task: its index, or an error */
};

int hd_async_barrier_init_at(struct hd_async_barrier *barrier, uint32_t parties, hd_barrier_action *action, void *argument,
                             const char *name, const struct hd_source *source) {
  if (parties == 0 || parties > INT32_MAX) return HD_ERROR_INVALID;
  *barrier = (struct hd_async_barrier){.parties = parties, .action = action, .argument = argument};
  hd_trace_begin(hd_reference(barrier), HD_KIND_BARRIER, parties, name, source);
  return HD_OK;
}

int hd_async_barrier_destroy_at(struct hd_async_barrier *barrier, const struct hd_source *source) {
  return hd_async_destroy(barrier, barrier->arrived, source);
}

static void enter(struct hd_async_barrier *barrier, struct hd_async_barrier_place *place) {
  place->barrier = barrier;
  place->previous = barrier->last;
  *(barrier->last ? &barrier->last->next : &barrier->first) = place;
  barrier->last = place;
}

/* As if it had never come; nothing when it is not in it any more. */
static void leave(struct hd_async_barrier_place *place) {
  struct hd_async_barrier *barrier = place->barrier;
  if (!barrier) return;
  *(place->previous ? &place->previous->next : &barrier->first) = place->next;
  *(place->next ? &place->next->previous : &barrier->last) = place->previous;
  place->barrier = NULL;
  if (!barrier->acting) barrier->arrived--;
}

static bool leave_cancelled(struct hd_async_waiter *waiter, const struct hd_source *source) {
  leave((struct hd_async_barrier_place *)waiter);
  return false;
}

/* Ends the phase for all who are in it, and lets in who had to wait for its action. */
static void end_phase(struct hd_async_barrier *barrier, int outcome, bool broken, const struct hd_source *source) {
  barrier->arrived = 0;
  barrier->acting = false;
  barrier->broken = broken;
  barrier->phase++;
  int index = 0;
  for (struct hd_async_barrier_place *place = barrier->first; place; place = place->next) {
    place->barrier = NULL;
    place->ended = true;
    place->outcome = outcome == HD_OK ? index++ : outcome;
    hd_async_wake_one(&place->waiter, outcome, source);
  }
  barrier->first = barrier->last = NULL;
  hd_async_wake(&barrier->early, SIZE_MAX, HD_OK, source);
}

/* In the last to arrive: runs the action. HD_OK: the phase is complete; else it has ended already. */
static int act(struct hd_async_barrier *barrier, const struct hd_source *source) {
  if (!barrier->action) return HD_OK;
  uint32_t phase = barrier->phase;
  barrier->acting = true;
  int result = barrier->action(barrier->argument);
  if (barrier->phase != phase) return HD_ERROR_BROKEN; /* aborted or reset meanwhile */
  if (result != HD_OK) end_phase(barrier, HD_ERROR_BROKEN, true, source);
  return result;
}

/* In any but the last to arrive: its index, once the phase has ended. */
static int wait_for_others(struct hd_async_barrier *barrier, hd_deadline deadline, const struct hd_source *source) {
  struct hd_async_barrier_place place = {.waiter.cancel = leave_cancelled};
  enter(barrier, &place);
  int result;
  do {
    result = hd_task_await_with(NULL, &place.waiter, HD_OPERATION_ASYNC_BARRIER_AWAIT, hd_reference(barrier), deadline, source);
    deadline = HD_NEVER; /* in time, when all have arrived and only the action is not over */
  } while (result == HD_ERROR_TIMEOUT && !place.ended && barrier->acting);
  if (place.ended) return result == HD_ERROR_CANCELLED ? result : place.outcome;
  leave(&place);
  if (result == HD_ERROR_TIMEOUT) end_phase(barrier, HD_ERROR_BROKEN, true, source);
  return result;
}

static int check(const struct hd_async_barrier *barrier, enum hd_operation operation, const struct hd_source *source) {
  struct hd_async_waiters waiters = {.first = barrier->first ? &barrier->first->waiter : NULL};
  return hd_async_check(&waiters, barrier, operation, source);
}

/* Says who came last, before the others go on: a wait of no length. */
static void tell_last(const struct hd_async_barrier *barrier, enum hd_operation operation, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  if (!emit) return;
  struct hd_emit_wait wait = {.object = hd_reference(barrier)};
  hd_trace_wait_begin(emit, &wait, operation, source);
  hd_trace_wait_end(emit, &wait, HD_OK);
  hd_emit_leave(emit);
}

int hd_async_barrier_wait_timed_at(struct hd_async_barrier *barrier, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_BARRIER_WAIT : HD_OPERATION_BARRIER_WAIT_TIMED;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  int result = check(barrier, operation, source);
  while (result == HD_OK && barrier->acting) {
    struct hd_async_waiter waiter;
    result = hd_task_await(&barrier->early, &waiter, HD_OPERATION_ASYNC_BARRIER_AWAIT, hd_reference(barrier), deadline, source);
  }
  if (result != HD_OK) return result;
  if (barrier->broken) return HD_ERROR_BROKEN;
  if (++barrier->arrived < barrier->parties) return wait_for_others(barrier, deadline, source);
  if ((result = act(barrier, source)) != HD_OK) return result;
  tell_last(barrier, operation, source);
  end_phase(barrier, HD_OK, false, source);
  return (int)barrier->parties - 1;
}

static int interfere(struct hd_async_barrier *barrier, bool broken, enum hd_operation operation, const struct hd_source *source) {
  int result = check(barrier, operation, source);
  if (result != HD_OK) return result;
  hd_async_tell(barrier, operation, 1, source);
  end_phase(barrier, HD_ERROR_BROKEN, broken, source);
  return HD_OK;
}

int hd_async_barrier_abort_at(struct hd_async_barrier *barrier, const struct hd_source *source) {
  return interfere(barrier, true, HD_OPERATION_BARRIER_ABORT, source);
}

int hd_async_barrier_reset_at(struct hd_async_barrier *barrier, const struct hd_source *source) {
  return interfere(barrier, false, HD_OPERATION_BARRIER_RESET, source);
}

uint32_t hd_async_barrier_waiting(const struct hd_async_barrier *barrier) { return barrier->acting ? 0 : barrier->arrived; }
bool hd_async_barrier_is_broken(const struct hd_async_barrier *barrier) { return barrier->broken; }
