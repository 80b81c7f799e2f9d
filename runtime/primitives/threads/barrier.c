#include "trace.h"
#include "waiters.h"
#include <heddle/barrier.h>

int hd_barrier_init_at(struct hd_barrier *barrier, uint32_t parties, hd_barrier_action *action, void *argument, const char *name,
                       const struct hd_source *source) {
  if (parties == 0 || parties > INT32_MAX) return HD_ERROR_INVALID;
  *barrier = (struct hd_barrier){.parties = parties, .action = action, .argument = argument};
  hd_trace_begin(hd_reference(barrier), HD_KIND_BARRIER, parties, name, source);
  return HD_OK;
}

int hd_barrier_destroy_at(struct hd_barrier *barrier, const struct hd_source *source) {
  return hd_waiters_destroy(&barrier->waiters, barrier, source);
}

/* With the guard held: ends the phase for all who are in it, and lets in who had to wait for its action. */
static void end_phase(struct hd_barrier *barrier, enum hd_outcome outcome, bool broken) {
  barrier->arrived = 0;
  barrier->acting = false;
  barrier->broken = broken;
  __atomic_add_fetch(&barrier->phase, 1, __ATOMIC_RELEASE);
  hd_futex_wake(&barrier->phase, UINT32_MAX);
  hd_waiters_wake(&barrier->waiters, UINT32_MAX, outcome);
}

/* With the guard held, in the last to arrive: runs the action, recorded like any other code of the program. HD_OK: the phase is
 * complete; else it has ended already. */
static int act(struct hd_barrier *barrier, struct hd_emit **emit) {
  if (!barrier->action) return HD_OK;
  uint32_t phase = barrier->phase;
  barrier->acting = true;
  hd_waiters_leave(&barrier->waiters);
  hd_trace_leave(*emit);
  int result = barrier->action(barrier->argument);
  *emit = hd_trace_enter();
  hd_waiters_enter(&barrier->waiters);
  if (barrier->phase != phase) return HD_ERROR_BROKEN; /* aborted or reset meanwhile: whatever is going on now is not this phase */
  if (result != HD_OK) end_phase(barrier, HD_OUTCOME_BROKEN, true);
  return result;
}

/* With the guard held, in any but the last to arrive: sleeps until the phase ends. */
static int wait_for_others(struct hd_barrier *barrier, hd_deadline deadline) {
  struct hd_waiter self;
  hd_waiters_add(&barrier->waiters, &self);
  hd_waiters_leave(&barrier->waiters);
  enum hd_outcome outcome = hd_waiters_sleep(&barrier->waiters, &self, deadline);
  if (outcome == HD_OUTCOME_NONE && barrier->acting) { /* in time: all have arrived, only the action is not over */
    hd_waiters_leave(&barrier->waiters);
    outcome = hd_waiters_sleep(&barrier->waiters, &self, HD_NEVER);
  }
  if (outcome != HD_OUTCOME_NONE) return outcome == HD_OUTCOME_WOKEN ? HD_OK : HD_ERROR_BROKEN;
  hd_waiters_remove(&barrier->waiters, &self);
  end_phase(barrier, HD_OUTCOME_BROKEN, true);
  return HD_ERROR_TIMEOUT;
}

/* With the guard held: waits while the phase before is full and its action runs. */
static void enter_phase(struct hd_barrier *barrier) {
  while (barrier->acting) {
    uint32_t phase = barrier->phase;
    hd_waiters_leave(&barrier->waiters);
    hd_futex_wait(&barrier->phase, phase, HD_NEVER);
    hd_waiters_enter(&barrier->waiters);
  }
}

int hd_barrier_wait_timed_at(struct hd_barrier *barrier, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_BARRIER_WAIT : HD_OPERATION_BARRIER_WAIT_TIMED;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_emit *emit = hd_trace_enter();
  struct hd_emit_wait wait = {.object = hd_reference(barrier)};
  hd_waiters_enter(&barrier->waiters);
  enter_phase(barrier);
  int index = (int)barrier->arrived;
  int result = HD_OK;
  if (barrier->broken) {
    result = HD_ERROR_BROKEN;
  } else if (++barrier->arrived < barrier->parties) {
    hd_trace_wait_begin(emit, &wait, operation, source);
    result = wait_for_others(barrier, deadline);
    hd_trace_wait_end(emit, &wait, result);
  } else if ((result = act(barrier, &emit)) == HD_OK) {
    hd_trace_wait_begin(emit, &wait, operation, source); /* of no length: it says who came last, before the others go on */
    hd_trace_wait_end(emit, &wait, HD_OK);
    end_phase(barrier, HD_OUTCOME_WOKEN, false);
  }
  hd_waiters_leave(&barrier->waiters);
  hd_trace_leave(emit);
  return result == HD_OK ? index : result;
}

static void interfere(struct hd_barrier *barrier, bool broken, enum hd_operation operation, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_instant(emit, hd_reference(barrier), operation, source, 1);
  hd_waiters_enter(&barrier->waiters);
  end_phase(barrier, HD_OUTCOME_BROKEN, broken);
  hd_waiters_leave(&barrier->waiters);
  hd_trace_leave(emit);
}

void hd_barrier_abort_at(struct hd_barrier *barrier, const struct hd_source *source) {
  interfere(barrier, true, HD_OPERATION_BARRIER_ABORT, source);
}

void hd_barrier_reset_at(struct hd_barrier *barrier, const struct hd_source *source) {
  interfere(barrier, false, HD_OPERATION_BARRIER_RESET, source);
}

uint32_t hd_barrier_waiting(struct hd_barrier *barrier) {
  hd_seed_step();
  hd_waiters_enter(&barrier->waiters);
  uint32_t waiting = barrier->acting ? 0 : barrier->arrived;
  hd_waiters_leave(&barrier->waiters);
  return waiting;
}

bool hd_barrier_is_broken(struct hd_barrier *barrier) {
  hd_seed_step();
  hd_waiters_enter(&barrier->waiters);
  bool broken = barrier->broken;
  hd_waiters_leave(&barrier->waiters);
  return broken;
}
