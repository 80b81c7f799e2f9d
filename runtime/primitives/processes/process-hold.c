#include "process-hold.h"

/* When a sleeper looks whether the owner has died: soon, then less and less often. */
#define FIRST_LOOK_NS HD_MILLISECOND_NS
#define LAST_LOOK_NS (50 * HD_MILLISECOND_NS)

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "sleepers sleep on the low half");
static const uint32_t *id_word(const struct hd_process_lock *lock) { return (const uint32_t *)(const void *)&lock->state; }

static bool change(struct hd_process_lock *lock, uint64_t *seen, uint64_t next) {
  return __atomic_compare_exchange_n(&lock->state, seen, next, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static bool owner_died(const struct hd_process_lock *lock, uint64_t state) {
  uint64_t owner = state & ~HD_PROCESS_SLEEPERS;
  return owner && (lock->by_thread ? hd_owner_thread_died(owner) : hd_owner_process_died(owner));
}

/* Takes it if it is free, or from an owner that has died (looked for only when that is asked for). HD_ERROR_WOULD_BLOCK: *seen is its
 * state, and may be slept on. sleepers: HD_PROCESS_SLEEPERS when others may sleep. */
static int take(struct hd_process_lock *lock, uint64_t *seen, uint64_t sleepers, bool look) {
  *seen = __atomic_load_n(&lock->state, __ATOMIC_RELAXED);
  uint64_t self = hd_process_hold_self(lock);
  for (;;) {
    uint64_t owner = *seen & ~HD_PROCESS_SLEEPERS;
    if (!owner) {
      if (change(lock, seen, self | sleepers | *seen)) return HD_OK;
    } else if (look && owner_died(lock, *seen)) {
      if (change(lock, seen, self | sleepers | (*seen & HD_PROCESS_SLEEPERS))) return HD_ERROR_OWNER_DIED;
    } else if (sleepers && !(*seen & HD_PROCESS_SLEEPERS)) {
      if (change(lock, seen, *seen | HD_PROCESS_SLEEPERS)) *seen |= HD_PROCESS_SLEEPERS;
    } else {
      return HD_ERROR_WOULD_BLOCK;
    }
  }
}

static int sleep_for(struct hd_process_lock *lock, hd_deadline deadline) {
  uint64_t seen;
  int64_t look_ns = FIRST_LOOK_NS;
  for (bool look = false;;) {
    int result = take(lock, &seen, HD_PROCESS_SLEEPERS, look);
    if (result != HD_ERROR_WOULD_BLOCK) return result;
    if (look && hd_deadline_left_ns(deadline) == 0) return HD_ERROR_TIMEOUT;
    look = hd_process_futex_wait(id_word(lock), (uint32_t)seen, hd_deadline_sooner(deadline, look_ns)) == HD_ERROR_TIMEOUT;
    if (look && look_ns < LAST_LOOK_NS) look_ns *= 2;
    if (look_ns > LAST_LOOK_NS) look_ns = LAST_LOOK_NS;
  }
}

bool hd_process_hold_give(struct hd_process_lock *lock) {
  uint64_t seen = __atomic_load_n(&lock->state, __ATOMIC_RELAXED);
  do {
    if (!(seen & ~HD_PROCESS_SLEEPERS)) return false;
  } while (!__atomic_compare_exchange_n(&lock->state, &seen, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
  if (seen & HD_PROCESS_SLEEPERS) hd_process_futex_wake(id_word(lock), 1);
  return true;
}

int hd_process_hold_acquire(struct hd_process_lock *lock, struct hd_emit *emit, enum hd_operation operation, hd_deadline deadline,
                            const struct hd_source *source) {
  uint64_t seen, acquired_ns = 0;
  int result = take(lock, &seen, 0, deadline == 0);
  if (result == HD_ERROR_WOULD_BLOCK && deadline == 0) return HD_ERROR_TIMEOUT;
  if (result != HD_OK) { /* that an owner was found dead is told by a wait, however short */
    struct hd_emit_wait wait = {.object = lock->reference, .owner = hd_owner_id(__atomic_load_n(&lock->holder, __ATOMIC_RELAXED))};
    hd_trace_wait_begin(emit, &wait, operation, source);
    if (result == HD_ERROR_WOULD_BLOCK) result = sleep_for(lock, deadline);
    hd_trace_wait_end(emit, &wait, result);
    if (result == HD_ERROR_TIMEOUT) return result;
    acquired_ns = wait.end_ns;
  }
  __atomic_store_n(&lock->holder, hd_owner_thread(), __ATOMIC_RELAXED);
  if (emit)
    hd_process_hold_tell_acquired(lock, emit, hd_emit_source_site(emit, operation, source), acquired_ns ? acquired_ns : hd_emit_now());
  return result;
}

/* As of a thread's lock (hold.c), but for the place of the fields. */
void hd_process_hold_tell_acquired(struct hd_process_lock *lock, struct hd_emit *emit, uint32_t site, uint64_t at_ns) {
  if (__builtin_expect(__atomic_load_n(&lock->given_away, __ATOMIC_RELAXED), 0)) {
    hd_emit_hold_given_away(emit, lock->reference);
    hd_emit_acquired_open(emit, lock->reference, site, at_ns);
  } else {
    hd_emit_acquired(emit, lock->reference, site, at_ns);
  }
}

void hd_process_hold_tell_released(struct hd_process_lock *lock, struct hd_emit *emit, uint32_t site, uint64_t at_ns, bool waited_for) {
  if (!hd_process_hold_is_mine(lock)) {
    __atomic_store_n(&lock->given_away, 1, __ATOMIC_RELAXED);
    hd_emit_hold_given_away(emit, lock->reference);
  }
  hd_emit_released(emit, lock->reference, site, at_ns, waited_for);
}
