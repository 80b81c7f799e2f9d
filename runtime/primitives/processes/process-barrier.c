#include "process-guard.h"
#include "process-owner.h"
#include "trace.h"
#include <heddle/process-barrier.h>

#define REMEMBERED_PHASES 64

int hd_process_barrier_init_at(struct hd_process_barrier *barrier, uint32_t parties, hd_barrier_action *action, void *argument,
                               const char *name, const struct hd_source *source) {
  if (parties == 0 || parties > INT32_MAX) return HD_ERROR_INVALID;
  *barrier = (struct hd_process_barrier){.parties = parties, .action = action, .argument = argument};
  hd_process_guard_init(&barrier->guard);
  barrier->reference = hd_trace_begin_shared(HD_KIND_BARRIER, HD_TRACE_SHARED, parties, name, source);
  return HD_OK;
}

/* With the guard held: ends the phase for all who are in it, and lets in who had to wait for its action. */
static void end_phase(struct hd_process_barrier *barrier, bool failed, bool broken) {
  uint64_t bit = (uint64_t)1 << barrier->phase % REMEMBERED_PHASES;
  barrier->broken_ends = failed ? barrier->broken_ends | bit : barrier->broken_ends & ~bit;
  barrier->arrived = 0;
  barrier->actor = 0;
  barrier->broken = broken;
  barrier->phase++;
  hd_process_bell_ring(&barrier->bell, UINT32_MAX);
}

/* Who was killed in here may have half arrived, or have half ended a phase: it cannot be known who is in it, so it breaks. */
static void repair(void *barrier) { end_phase(barrier, true, true); }

static void enter(struct hd_process_barrier *barrier) { hd_process_guard_enter(&barrier->guard, repair, barrier); }
static void leave(struct hd_process_barrier *barrier) { hd_process_guard_leave(&barrier->guard); }

/* With the guard held; leaves it meanwhile. HD_ERROR_TIMEOUT: the deadline has passed. */
static int sleep_for_ring(struct hd_process_barrier *barrier, hd_deadline deadline) {
  uint32_t heard = hd_process_bell_listen(&barrier->bell);
  leave(barrier);
  int result = hd_process_bell_sleep(&barrier->bell, heard, deadline);
  enter(barrier);
  if (barrier->actor && heard == hd_process_bell_listen(&barrier->bell) && hd_owner_thread_died(barrier->actor)) repair(barrier);
  return result;
}

int hd_process_barrier_destroy_at(struct hd_process_barrier *barrier, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  enter(barrier);
  bool busy = barrier->arrived > 0;
  leave(barrier);
  hd_trace_leave(emit);
  if (busy) return hd_trace_busy(barrier->reference, source);
  hd_trace_end(barrier->reference, source);
  return HD_OK;
}

/* With the guard held, in the last to arrive: runs the action, recorded like any other code of the program. HD_OK: the phase is
 * complete; else it has ended already. */
static int act(struct hd_process_barrier *barrier, struct hd_emit **emit) {
  if (!barrier->action) return HD_OK;
  uint32_t phase = barrier->phase;
  barrier->actor = hd_owner_thread();
  leave(barrier);
  hd_trace_leave(*emit);
  int result = barrier->action(barrier->argument);
  *emit = hd_trace_enter();
  enter(barrier);
  if (barrier->phase != phase) return HD_ERROR_BROKEN; /* aborted or reset meanwhile: whatever is going on now is not this phase */
  if (result != HD_OK) end_phase(barrier, true, true);
  return result;
}

/* With the guard held, in any but the last to arrive: sleeps until the phase ends. In time is who waits only for the action. */
static int wait_for_others(struct hd_process_barrier *barrier, hd_deadline deadline) {
  uint32_t phase = barrier->phase;
  while (barrier->phase == phase) {
    if (sleep_for_ring(barrier, barrier->actor ? HD_NEVER : deadline) == HD_OK || barrier->phase != phase || barrier->actor) continue;
    end_phase(barrier, true, true);
    return HD_ERROR_TIMEOUT;
  }
  return barrier->broken_ends >> phase % REMEMBERED_PHASES & 1 ? HD_ERROR_BROKEN : HD_OK;
}

int hd_process_barrier_wait_timed_at(struct hd_process_barrier *barrier, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_BARRIER_WAIT : HD_OPERATION_BARRIER_WAIT_TIMED;
  hd_deadline deadline = hd_deadline_after(timeout_ns);
  struct hd_emit *emit = hd_trace_enter();
  struct hd_emit_wait wait = {.object = barrier->reference};
  enter(barrier);
  while (barrier->actor) sleep_for_ring(barrier, HD_NEVER); /* the phase before is full, its action runs */
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
    end_phase(barrier, false, false);
  }
  leave(barrier);
  hd_trace_leave(emit);
  return result == HD_OK ? index : result;
}

static void interfere(struct hd_process_barrier *barrier, bool broken, enum hd_operation operation, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_instant(emit, barrier->reference, operation, source, 1);
  enter(barrier);
  end_phase(barrier, true, broken);
  leave(barrier);
  hd_trace_leave(emit);
}

void hd_process_barrier_abort_at(struct hd_process_barrier *barrier, const struct hd_source *source) {
  interfere(barrier, true, HD_OPERATION_BARRIER_ABORT, source);
}

void hd_process_barrier_reset_at(struct hd_process_barrier *barrier, const struct hd_source *source) {
  interfere(barrier, false, HD_OPERATION_BARRIER_RESET, source);
}

uint32_t hd_process_barrier_waiting(struct hd_process_barrier *barrier) {
  enter(barrier);
  uint32_t waiting = barrier->actor ? 0 : barrier->arrived;
  leave(barrier);
  return waiting;
}

bool hd_process_barrier_is_broken(struct hd_process_barrier *barrier) {
  enter(barrier);
  bool broken = barrier->broken;
  leave(barrier);
  return broken;
}
