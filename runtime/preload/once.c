/* pthread_once and call_once: seen as a lock that is held while the routine runs. Once it is done, nothing is said. */
#include "preload.h"

/* The C library's once word. */
enum { ONCE_RUNNING = 1, ONCE_DONE = 2 };

/* The call that is going on; pthread_once gives its routine no argument, so the innermost one stands here. */
struct running {
  void (*routine)(void);
  struct running *outer;
  uint64_t object;
  const void *return_address;
  struct hd_call call; /* the wait for another thread that runs the routine */
};
static __thread struct running *innermost;

/* The C library gave up an earlier attempt (its thread was cancelled, or is of a fork's parent): what was a wait has become a run. */
static void end_wait(struct running *running) {
  struct hd_emit *emit = running->call.emit;
  if (!emit) return;
  hd_wait_end(&running->call, HD_WAIT_RESULT_OK);
  hd_emit_leave(emit);
}

static void say(const struct running *running, bool acquired) {
  struct hd_emit *emit = hd_emit_enter();
  if (!emit) return;
  uint32_t site = hd_emit_site(emit, acquired ? HD_OPERATION_ONCE : HD_OPERATION_ONCE_DONE, running->return_address);
  if (acquired)
    hd_emit_acquired(emit, running->object, site, hd_emit_now());
  else
    hd_emit_released(emit, running->object, site, hd_emit_now(), false);
  hd_emit_leave(emit);
}

/* Also when the routine is cancelled or throws. */
static void done(struct running **running) {
  say(*running, false);
  innermost = *running;
}

static void run(void) {
  struct running *running __attribute__((cleanup(done))) = innermost;
  end_wait(running);
  say(running, true);
  running->routine();
}

static void forget(struct running *running) {
  innermost = running->outer;
  end_wait(running);
}

__attribute__((noinline)) int hd_once(pthread_once_t *once, void (*routine)(void), const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return REAL(pthread_once)(once, routine);
  struct running running __attribute__((cleanup(forget))) = {
      .routine = routine, .outer = innermost, .object = (uintptr_t)once, .return_address = return_address};
  innermost = &running;
  if (__atomic_load_n((int *)once, __ATOMIC_RELAXED) & ONCE_RUNNING) {
    uint32_t site = hd_emit_site(emit, HD_OPERATION_ONCE, return_address);
    running.call.wait = (struct hd_emit_wait){.object = running.object, .site = site, .descriptor = -1};
    hd_wait_begin(&running.call, emit);
  } else
    hd_emit_leave(emit);
  int error = REAL(pthread_once)(once, run);
  if (running.call.emit) { /* somebody else ran it */
    end_wait(&running);
    say(&running, true);
    say(&running, false);
  }
  return error;
}

static bool is_done(const int *once) { return __atomic_load_n(once, __ATOMIC_ACQUIRE) & ONCE_DONE; }

HD_WRAP int pthread_once(pthread_once_t *once, void (*routine)(void)) {
  if (!hd_emit_is_recording() || is_done((const int *)once)) return REAL(pthread_once)(once, routine);
  return hd_once(once, routine, HERE);
}
