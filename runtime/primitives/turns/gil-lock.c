#include "gil-lock.h"
#include "current.h"
#include "thread-state.h"
#include "word.h"
#include <heddle/gil.h>

uint32_t hd_gil_asked;

/* As in CPython's ceval_gil.c (A. Pitrou's "new GIL", 2009): a waiter asks when nobody else got it for an interval, and who gave it up
 * because somebody asked may not have it again before another took it. There the one who gives it up waits for that at once; here, when it
 * comes back, so that nobody goes to sleep later than it has to. */
static struct {
  uint32_t guard;            /* of all but the interval */
  uint32_t release_count;    /* who waits for it sleeps on it */
  uint32_t take_count;       /* who may not have it before another sleeps on it */
  uint32_t waiting_count;    /* those who wait for it, or are about to */
  uint32_t holder_thread_id; /* a hint for those who wait; 0: it is free */
  uintptr_t holder;          /* 0: it is free */
  uintptr_t last_holder;
  bool owed; /* the last holder gave it up because somebody asked, and nobody has taken it since */
  uint64_t switch_count;
  int64_t interval_ns;
} gil = {.interval_ns = HD_GIL_INTERVAL_NS};

int hd_gil_set_switch_interval(int64_t interval_ns) {
  if (interval_ns <= 0) return HD_ERROR_INVALID;
  __atomic_store_n(&gil.interval_ns, interval_ns, __ATOMIC_RELAXED);
  return HD_OK;
}

int64_t hd_gil_switch_interval(void) { return __atomic_load_n(&gil.interval_ns, __ATOMIC_RELAXED); }
uint64_t hd_gil_switch_count(void) { return __atomic_load_n(&gil.switch_count, __ATOMIC_RELAXED); }

/* An emission of its own, or the one that the thread is in: it is given up in the midst of what sleeps. */
struct telling {
  struct hd_emit *emit; /* NULL: nothing is to be told */
  bool own;
};
static struct telling tell_enter(void) {
  struct telling telling = {0};
  if (!hd_emit_is_recording()) return telling;
  telling.emit = hd_emit_inside();
  telling.own = !telling.emit;
  if (telling.own) telling.emit = hd_emit_enter();
  return telling;
}
static void tell_leave(struct telling telling) {
  if (telling.emit && telling.own) hd_emit_leave(telling.emit);
}

static uint32_t site_of(struct hd_emit *emit, enum hd_operation operation, const struct hd_source *source) {
  if (source || !hd_current.state) return hd_emit_source_site(emit, operation, source ? source : HD_HERE);
  /* A routine is an entry, sites are return addresses: one byte on, so that "just before it" is inside the routine. */
  return hd_emit_site(emit, operation, (const char *)(uintptr_t)hd_current.state->routine + 1);
}

uint64_t hd_gil_reference(void) { return hd_reference(&gil); }

void hd_gil_tell_begin(const struct hd_source *source) { hd_trace_begin(hd_reference(&gil), HD_KIND_GIL, -1, "interpreter lock", source); }

/* With the guard held. */
static bool is_free_for_me(void) { return !gil.holder && !(gil.owed && gil.last_holder == hd_current_identity()); }

/* With the guard held, which it leaves meanwhile: sleeps until it is free, asking for it at times. */
static void sleep_for_it(struct hd_emit *emit, const struct hd_source *source) {
  while (!is_free_for_me()) {
    bool held = gil.holder;
    uint32_t releases = gil.release_count, takes = gil.take_count;
    uint64_t switches = gil.switch_count;
    hd_guard_leave(&gil.guard);
    int result = held ? hd_futex_wait(&gil.release_count, releases, hd_deadline_after(hd_gil_switch_interval()))
                      : hd_futex_wait(&gil.take_count, takes, HD_NEVER);
    hd_guard_enter(&gil.guard);
    if (result != HD_ERROR_TIMEOUT || !gil.holder || gil.switch_count != switches || hd_gil_is_asked()) continue;
    if (emit) hd_emit_instant(emit, hd_reference(&gil), site_of(emit, HD_OPERATION_GIL_REQUEST, source), hd_emit_now(), 0);
    __atomic_store_n(&hd_gil_asked, 1, __ATOMIC_RELAXED);
  }
}

/* With the guard held: it is free, and now the calling thread's. Whoever else still waits asks anew. */
static void have(void) {
  uintptr_t self = hd_current_identity();
  gil.holder = self;
  __atomic_store_n(&gil.holder_thread_id, hd_current_thread_id(), __ATOMIC_RELAXED);
  if (gil.last_holder != self) __atomic_store_n(&gil.switch_count, gil.switch_count + 1, __ATOMIC_RELAXED);
  gil.last_holder = self;
  __atomic_store_n(&hd_gil_asked, 0, __ATOMIC_RELAXED);
  if (!gil.owed) return;
  gil.owed = false;
  __atomic_store_n(&gil.take_count, gil.take_count + 1, __ATOMIC_RELAXED);
  hd_futex_wake(&gil.take_count, UINT32_MAX);
}

/* With the guard held, which it leaves: waits, and tells what has come of it. wait: NULL while not recorded, else begun. */
static void wait_and_have(struct telling telling, struct hd_emit_wait *wait, const struct hd_source *source) {
  sleep_for_it(telling.emit, source);
  __atomic_store_n(&gil.waiting_count, gil.waiting_count - 1, __ATOMIC_RELAXED);
  have();
  hd_guard_leave(&gil.guard);
  if (!telling.emit) return;
  hd_emit_wait_end(telling.emit, wait, HD_WAIT_RESULT_OK);
  hd_emit_acquired(telling.emit, hd_reference(&gil), wait->site, wait->end_ns);
}

static void begin_wait(struct telling telling, struct hd_emit_wait *wait, const struct hd_source *source) {
  wait->object = hd_reference(&gil);
  wait->descriptor = -1;
  wait->site = site_of(telling.emit, HD_OPERATION_GIL_ACQUIRE, source);
  hd_emit_wait_begin(telling.emit, wait);
}

void hd_gil_take(const struct hd_source *source) {
  struct telling telling = tell_enter();
  hd_guard_enter(&gil.guard);
  if (is_free_for_me()) {
    have();
    hd_guard_leave(&gil.guard);
    if (telling.emit)
      hd_emit_acquired(telling.emit, hd_reference(&gil), site_of(telling.emit, HD_OPERATION_GIL_ACQUIRE, source), hd_emit_now());
  } else {
    struct hd_emit_wait wait = {.owner = gil.holder_thread_id};
    __atomic_store_n(&gil.waiting_count, gil.waiting_count + 1, __ATOMIC_RELAXED);
    hd_guard_leave(&gil.guard);
    if (telling.emit) begin_wait(telling, &wait, source);
    hd_guard_enter(&gil.guard);
    wait_and_have(telling, &wait, source);
  }
  hd_current.gil = HD_GIL_HELD;
  tell_leave(telling);
}

/* With the guard held, which it leaves: it is free. newly_waiting: the one who gives it up waits for it from now on. */
static void let_go(bool newly_waiting) {
  bool wake = gil.waiting_count;
  gil.holder = 0;
  __atomic_store_n(&gil.holder_thread_id, 0, __ATOMIC_RELAXED);
  gil.owed = hd_gil_is_asked();
  __atomic_store_n(&gil.release_count, gil.release_count + 1, __ATOMIC_RELAXED);
  __atomic_store_n(&gil.waiting_count, gil.waiting_count + newly_waiting, __ATOMIC_RELAXED);
  hd_guard_leave(&gil.guard);
  if (wake) hd_futex_wake(&gil.release_count, 1);
}

static void tell_released(struct telling telling, enum hd_operation operation, const struct hd_source *source, uint64_t at_ns) {
  bool waited_for = __atomic_load_n(&gil.waiting_count, __ATOMIC_RELAXED);
  hd_emit_released(telling.emit, hd_reference(&gil), site_of(telling.emit, operation, source), at_ns, waited_for);
}

void hd_gil_give_up(const struct hd_source *source) {
  struct telling telling = tell_enter();
  if (telling.emit) tell_released(telling, HD_OPERATION_GIL_RELEASE, source, hd_emit_now());
  hd_guard_enter(&gil.guard);
  let_go(false);
  tell_leave(telling);
}

/* It waits from the moment at which it has it no more: whom it wakes may get its processor, too, and it may be long before it goes on. */
void hd_gil_hand_over(const struct hd_source *source) {
  struct telling telling = tell_enter();
  struct hd_emit_wait wait = {0};
  if (telling.emit) {
    wait.begin_ns = hd_emit_now();
    tell_released(telling, HD_OPERATION_GIL_DROP, source, wait.begin_ns);
    begin_wait(telling, &wait, source);
  }
  hd_guard_enter(&gil.guard);
  let_go(true);
  hd_guard_enter(&gil.guard);
  wait_and_have(telling, &wait, source);
  tell_leave(telling);
}

void hd_gil_before_fork(void) { hd_guard_enter(&gil.guard); }
void hd_gil_after_fork_in_parent(void) { hd_guard_leave(&gil.guard); }
void hd_gil_after_fork_in_child(bool held) {
  gil.guard = gil.waiting_count = 0; /* those who waited are not here */
  gil.owed = false;
  gil.holder = held ? hd_current_identity() : 0;
  gil.holder_thread_id = held ? hd_current_thread_id() : 0;
  __atomic_store_n(&hd_gil_asked, 0, __ATOMIC_RELAXED);
  struct telling telling = tell_enter();
  if (telling.emit) {
    const struct hd_source *source = HD_HERE;
    uint32_t init = hd_emit_source_site(telling.emit, HD_OPERATION_OBJECT_INIT, source);
    hd_emit_object_begin(telling.emit, hd_reference(&gil), HD_KIND_GIL, 0, -1, init, "interpreter lock");
    if (held) {
      uint32_t acquire = hd_emit_source_site(telling.emit, HD_OPERATION_GIL_ACQUIRE, source);
      hd_emit_acquired(telling.emit, hd_reference(&gil), acquire, hd_emit_now());
    }
  }
  tell_leave(telling);
}
