#include "futex.h"
#include "trace.h"
#include <heddle/semaphore.h>

/* Permits and sleepers change in one word, so that a release never looks at a semaphore that its last user may have freed. */
#define PERMIT ((uint64_t)1)
#define SLEEPER ((uint64_t)1 << 32)
static uint32_t permits_of(uint64_t state) { return (uint32_t)state; }
static uint32_t sleepers_of(uint64_t state) { return (uint32_t)(state >> 32); }
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "threads sleep on the low half");
static const uint32_t *permits_word(const struct hd_semaphore *semaphore) { return (const uint32_t *)(const void *)&semaphore->state; }

static int init(struct hd_semaphore *semaphore, uint32_t permits, uint32_t bound, const char *name, const struct hd_source *source) {
  if (permits > HD_SEMAPHORE_MAX) return HD_ERROR_INVALID;
  *semaphore = (struct hd_semaphore){.state = permits, .bound = bound};
  hd_trace_begin(hd_reference(semaphore), HD_KIND_SEMAPHORE, permits, name, source);
  return HD_OK;
}

int hd_semaphore_init_at(struct hd_semaphore *semaphore, uint32_t permits, const char *name, const struct hd_source *source) {
  return init(semaphore, permits, HD_SEMAPHORE_MAX, name, source);
}

int hd_semaphore_init_bounded_at(struct hd_semaphore *semaphore, uint32_t permits, const char *name, const struct hd_source *source) {
  return init(semaphore, permits, permits, name, source);
}

int hd_semaphore_destroy_at(struct hd_semaphore *semaphore, const struct hd_source *source) {
  if (sleepers_of(__atomic_load_n(&semaphore->state, __ATOMIC_ACQUIRE))) return hd_trace_busy(hd_reference(semaphore), source);
  hd_trace_end(hd_reference(semaphore), source);
  return HD_OK;
}

/* Takes a permit if there is one, and the caller's place among the sleepers with it (leaving: SLEEPER or 0). */
static bool take(struct hd_semaphore *semaphore, uint64_t leaving) {
  uint64_t seen = __atomic_load_n(&semaphore->state, __ATOMIC_RELAXED);
  while (permits_of(seen))
    if (__atomic_compare_exchange_n(&semaphore->state, &seen, seen - PERMIT - leaving, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return true;
  return false;
}

static int sleep_for_permit(struct hd_semaphore *semaphore, hd_deadline deadline) {
  __atomic_add_fetch(&semaphore->state, SLEEPER, __ATOMIC_RELAXED);
  for (int result = HD_OK;;) {
    if (take(semaphore, SLEEPER)) return HD_OK;
    if (result != HD_OK) {
      __atomic_sub_fetch(&semaphore->state, SLEEPER, __ATOMIC_RELAXED);
      return result;
    }
    result = hd_futex_wait(permits_word(semaphore), 0, deadline);
  }
}

static int acquire(struct hd_semaphore *semaphore, enum hd_operation operation, hd_deadline deadline, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  if (take(semaphore, 0)) {
    hd_trace_instant(emit, hd_reference(semaphore), operation, source, 1);
  } else if (deadline == 0) {
    result = HD_ERROR_TIMEOUT;
  } else {
    struct hd_emit_wait wait = {.object = hd_reference(semaphore)};
    hd_trace_wait_begin(emit, &wait, operation, source);
    result = sleep_for_permit(semaphore, deadline);
    hd_trace_wait_end(emit, &wait, result);
  }
  hd_trace_leave(emit);
  return result;
}

int hd_semaphore_acquire_timed_at(struct hd_semaphore *semaphore, int64_t timeout_ns, const struct hd_source *source) {
  if (!hd_timeout_is_valid(timeout_ns)) return HD_ERROR_INVALID;
  enum hd_operation operation = timeout_ns == HD_FOREVER ? HD_OPERATION_SEMAPHORE_ACQUIRE : HD_OPERATION_SEMAPHORE_TIMED;
  return acquire(semaphore, operation, hd_deadline_after(timeout_ns), source);
}

int hd_semaphore_try_at(struct hd_semaphore *semaphore, const struct hd_source *source) {
  return acquire(semaphore, HD_OPERATION_SEMAPHORE_TRY, 0, source) == HD_OK ? HD_OK : HD_ERROR_WOULD_BLOCK;
}

static int check_release(const struct hd_semaphore *semaphore, uint64_t seen, uint32_t count) {
  if ((uint64_t)permits_of(seen) + count <= semaphore->bound) return HD_OK;
  return semaphore->bound == HD_SEMAPHORE_MAX ? HD_ERROR_OVERFLOW : HD_ERROR_OVER_RELEASE;
}

int hd_semaphore_release_at(struct hd_semaphore *semaphore, uint32_t count, const struct hd_source *source) {
  if (count == 0) return HD_ERROR_INVALID;
  struct hd_emit *emit = hd_trace_enter();
  uint64_t seen = __atomic_load_n(&semaphore->state, __ATOMIC_RELAXED);
  int result = check_release(semaphore, seen, count);
  if (result == HD_OK) { /* told before it is done; that a racing release makes it fail after all is told as a misuse, too */
    hd_trace_instant(emit, hd_reference(semaphore), HD_OPERATION_SEMAPHORE_POST, source, count);
    while (!__atomic_compare_exchange_n(&semaphore->state, &seen, seen + count * PERMIT, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
      if ((result = check_release(semaphore, seen, count)) != HD_OK) break;
  }
  if (result != HD_OK)
    hd_trace_misuse(emit, hd_reference(semaphore), HD_OPERATION_SEMAPHORE_POST, source, result);
  else if (sleepers_of(seen))
    hd_futex_wake(permits_word(semaphore), count);
  hd_trace_leave(emit);
  return result;
}

uint32_t hd_semaphore_permits(const struct hd_semaphore *semaphore) {
  hd_seed_step();
  return permits_of(__atomic_load_n(&semaphore->state, __ATOMIC_RELAXED));
}
