#include "process-guard.h"
#include "trace.h"
#include <heddle/process-semaphore.h>

/* That somebody may sleep is a bit, not a count: a count would keep sleepers that were killed. */
#define SLEEPERS ((uint32_t)1 << 31)
_Static_assert(HD_SEMAPHORE_MAX < SLEEPERS, "permits leave the top bit free");
static uint32_t permits_of(uint32_t state) { return state & ~SLEEPERS; }

static int init(struct hd_process_semaphore *semaphore, uint32_t permits, uint32_t bound, const char *name,
                const struct hd_source *source) {
  if (permits > HD_SEMAPHORE_MAX) return HD_ERROR_INVALID;
  *semaphore = (struct hd_process_semaphore){.state = permits, .bound = bound};
  semaphore->reference = hd_trace_begin_shared(HD_KIND_SEMAPHORE, HD_TRACE_SHARED, permits, name, source);
  return HD_OK;
}

int hd_process_semaphore_init_at(struct hd_process_semaphore *semaphore, uint32_t permits, const char *name,
                                 const struct hd_source *source) {
  return init(semaphore, permits, HD_SEMAPHORE_MAX, name, source);
}

int hd_process_semaphore_init_bounded_at(struct hd_process_semaphore *semaphore, uint32_t permits, const char *name,
                                         const struct hd_source *source) {
  return init(semaphore, permits, permits, name, source);
}

/* Takes back the bit, and then wakes those who sleep all the same: they set it again. Whether there were any. */
static bool clear_sleepers(struct hd_process_semaphore *semaphore) {
  __atomic_and_fetch(&semaphore->state, ~SLEEPERS, __ATOMIC_RELAXED);
  return hd_process_futex_wake(&semaphore->state, UINT32_MAX) > 0;
}

int hd_process_semaphore_destroy_at(struct hd_process_semaphore *semaphore, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  bool busy = __atomic_load_n(&semaphore->state, __ATOMIC_RELAXED) & SLEEPERS && clear_sleepers(semaphore);
  hd_trace_leave(emit);
  if (busy) return hd_trace_busy(semaphore->reference, source);
  hd_trace_end(semaphore->reference, source);
  return HD_OK;
}

/* Takes a permit if there is one. Else *seen is the state, which says (if the caller wants to sleep) that somebody may sleep. */
static bool take(struct hd_process_semaphore *semaphore, uint32_t *seen, bool to_sleep) {
  *seen = __atomic_load_n(&semaphore->state, __ATOMIC_RELAXED);
  for (;;) {
    bool free = permits_of(*seen);
    if (!free && (!to_sleep || *seen & SLEEPERS)) return false;
    uint32_t next = free ? *seen - 1 : *seen | SLEEPERS;
    if (!__atomic_compare_exchange_n(&semaphore->state, seen, next, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) continue;
    if (free) return true;
    *seen = next;
  }
}

/* Looks from time to time: who was woken may be killed before it takes the permit, who released before it wakes anybody. */
static int sleep_for_permit(struct hd_process_semaphore *semaphore, hd_deadline deadline) {
  for (uint32_t seen; !take(semaphore, &seen, true);) {
    if (hd_deadline_left_ns(deadline) == 0) return HD_ERROR_TIMEOUT;
    hd_process_futex_wait(&semaphore->state, seen, hd_deadline_sooner(deadline, HD_PROCESS_LOOK_NS));
  }
  return HD_OK;
}

static int acquire(struct hd_process_semaphore *semaphore, enum hd_operation operation, hd_deadline deadline,
                   const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  uint32_t seen;
  if (take(semaphore, &seen, false)) {
    hd_trace_instant(emit, semaphore->reference, operation, source, 1);
  } else if (deadline == 0) {
    result = HD_ERROR_TIMEOUT;
  } else {
    struct hd_emit_wait wait = {.object = semaphore->reference};
    hd_trace_wait_begin(emit, &wait, operation, source);
    result = sleep_for_permit(semaphore, deadline);
    hd_trace_wait_end(emit, &wait, result);
  }
  hd_trace_leave(emit);
  return result;
}

int hd_process_semaphore_acquire_timed_at(struct hd_process_semaphore *semaphore, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_SEMAPHORE_ACQUIRE : HD_OPERATION_SEMAPHORE_TIMED;
  return acquire(semaphore, operation, hd_deadline_after(timeout_ns), source);
}

int hd_process_semaphore_try_at(struct hd_process_semaphore *semaphore, const struct hd_source *source) {
  return acquire(semaphore, HD_OPERATION_SEMAPHORE_TRY, 0, source) == HD_OK ? HD_OK : HD_ERROR_WOULD_BLOCK;
}

static int check_release(const struct hd_process_semaphore *semaphore, uint32_t seen, uint32_t count) {
  if ((uint64_t)permits_of(seen) + count <= semaphore->bound) return HD_OK;
  return semaphore->bound == HD_SEMAPHORE_MAX ? HD_ERROR_OVERFLOW : HD_ERROR_OVER_RELEASE;
}

int hd_process_semaphore_release_at(struct hd_process_semaphore *semaphore, uint32_t count, const struct hd_source *source) {
  if (count == 0) return HD_ERROR_INVALID;
  struct hd_emit *emit = hd_trace_enter();
  uint32_t seen = __atomic_load_n(&semaphore->state, __ATOMIC_RELAXED);
  int result = check_release(semaphore, seen, count);
  if (result == HD_OK) { /* told before it is done; that a racing release makes it fail after all is told as a misuse, too */
    hd_trace_instant(emit, semaphore->reference, HD_OPERATION_SEMAPHORE_POST, source, count);
    while (!__atomic_compare_exchange_n(&semaphore->state, &seen, seen + count, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
      if ((result = check_release(semaphore, seen, count)) != HD_OK) break;
  }
  if (result != HD_OK)
    hd_trace_misuse(emit, semaphore->reference, HD_OPERATION_SEMAPHORE_POST, source, result);
  else if (seen & SLEEPERS && hd_process_futex_wake(&semaphore->state, count) < count)
    clear_sleepers(semaphore);
  hd_trace_leave(emit);
  return result;
}

uint32_t hd_process_semaphore_permits(const struct hd_process_semaphore *semaphore) {
  return permits_of(__atomic_load_n(&semaphore->state, __ATOMIC_RELAXED));
}
