/* Who takes part in the interpreter lock, and when it is given up and taken. */
#include "current.h"
#include "gil-lock.h"
#include "thread-state.h"
#include <heddle/gil.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t hd_gil_on;

/* The longest interval that the environment may give. */
#define ENVIRONMENT_INTERVAL_MAX_MS 1000000

bool hd_gil_is_enabled(void) { return __atomic_load_n(&hd_gil_on, __ATOMIC_ACQUIRE); }
bool hd_gil_is_held(void) { return hd_current.gil == HD_GIL_HELD; }

static int misuse(enum hd_operation operation, const struct hd_source *source, int error) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_misuse(emit, hd_gil_reference(), operation, source, error);
  if (emit) hd_emit_leave(emit);
  return error;
}

/* A thread that hd_thread did not make gives it up at its end, too, however it ends. */
static pthread_key_t thread_key;
static void end_of_thread(void *current) {
  (void)current;
  hd_gil_thread_end();
}
static void take_part(const struct hd_source *source) {
  if (!hd_current.state) pthread_setspecific(thread_key, &hd_current);
  hd_gil_take(source);
}

static void before_fork(void) { hd_gil_before_fork(); }
static void after_fork_in_parent(void) { hd_gil_after_fork_in_parent(); }
static void after_fork_in_child(void) { hd_gil_after_fork_in_child(hd_current.gil == HD_GIL_HELD); }

/* What the environment says instead; the given one when it says nothing that makes sense. */
static int64_t interval_of_environment(int64_t interval_ns) {
  const char *text = getenv("HEDDLE_GIL_INTERVAL_MS");
  if (!text || !*text) return interval_ns;
  char *end;
  long interval_ms = strtol(text, &end, 10);
  if (!*end && interval_ms >= 1 && interval_ms <= ENVIRONMENT_INTERVAL_MAX_MS) return interval_ms * HD_MILLISECOND_NS;
  fprintf(stderr, "heddle: HEDDLE_GIL_INTERVAL_MS=%s is no number of milliseconds from 1 to %d\n", text, ENVIRONMENT_INTERVAL_MAX_MS);
  return interval_ns;
}

int hd_gil_enable_at(int64_t interval_ns, const struct hd_source *source) {
  static uint32_t enabling;
  if (interval_ns < 0) return HD_ERROR_INVALID;
  const char *wanted = getenv("HEDDLE_GIL");
  if (wanted && strcmp(wanted, "0") == 0) return HD_OK;
  if (__atomic_exchange_n(&enabling, 1, __ATOMIC_ACQ_REL)) return misuse(HD_OPERATION_GIL_ACQUIRE, source, HD_ERROR_STARTED);
  if (pthread_key_create(&thread_key, end_of_thread) != 0) {
    __atomic_store_n(&enabling, 0, __ATOMIC_RELEASE);
    return HD_ERROR_NO_RESOURCES;
  }
  hd_gil_set_switch_interval(interval_of_environment(interval_ns ? interval_ns : HD_GIL_INTERVAL_NS));
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  hd_gil_tell_begin(source);
  take_part(source);
  __atomic_store_n(&hd_gil_on, 1, __ATOMIC_RELEASE);
  return HD_OK;
}

int hd_gil_acquire_at(const struct hd_source *source) {
  if (!hd_gil_is_enabled()) return HD_OK;
  if (hd_current.gil == HD_GIL_OUTSIDE) return misuse(HD_OPERATION_GIL_ACQUIRE, source, HD_ERROR_NOT_ENROLLED);
  if (hd_current.gil != HD_GIL_RELEASED) return misuse(HD_OPERATION_GIL_ACQUIRE, source, HD_ERROR_HELD);
  hd_gil_take(source);
  return HD_OK;
}

int hd_gil_release_at(const struct hd_source *source) {
  if (!hd_gil_is_enabled()) return HD_OK;
  if (hd_current.gil != HD_GIL_HELD) return misuse(HD_OPERATION_GIL_RELEASE, source, HD_ERROR_NOT_OWNER);
  hd_current.gil = HD_GIL_RELEASED;
  hd_gil_give_up(source);
  return HD_OK;
}

int hd_gil_enroll_at(const struct hd_source *source) {
  if (!hd_gil_is_enabled()) return HD_OK;
  if (hd_current.gil != HD_GIL_OUTSIDE) return misuse(HD_OPERATION_GIL_ACQUIRE, source, HD_ERROR_ENROLLED);
  take_part(source);
  return HD_OK;
}

static void withdraw(const struct hd_source *source) {
  bool held = hd_current.gil == HD_GIL_HELD;
  hd_current.gil = HD_GIL_OUTSIDE;
  if (held) hd_gil_give_up(source);
}

int hd_gil_withdraw_at(const struct hd_source *source) {
  if (!hd_gil_is_enabled()) return HD_OK;
  if (hd_current.gil == HD_GIL_OUTSIDE) return misuse(HD_OPERATION_GIL_RELEASE, source, HD_ERROR_NOT_ENROLLED);
  withdraw(source);
  return HD_OK;
}

static void check(const struct hd_source *source) {
  if (hd_current.gil != HD_GIL_HELD || !hd_gil_is_asked()) return;
  hd_current.gil = HD_GIL_LENT; /* it is nothing to be given up while it is waited for */
  hd_gil_hand_over(source);
  hd_current.gil = HD_GIL_HELD;
}

void hd_gil_check_at(const struct hd_source *source) {
  hd_seed_step();
  if (hd_gil_is_asked()) check(source);
}

void hd_gil_lend(void) {
  if (hd_current.gil != HD_GIL_HELD) return;
  hd_current.gil = HD_GIL_LENT;
  hd_gil_give_up(hd_emit_last_source());
}

void hd_gil_settle(void) {
  if (hd_emit_is_inside()) return; /* the operation is a part of another */
  if (hd_current.gil == HD_GIL_LENT)
    hd_gil_take(hd_emit_last_source());
  else if (!hd_emit_is_muted()) /* or the change of hands would not be told */
    check(hd_emit_last_source());
}

void hd_gil_thread_begin(void) { take_part(NULL); }

void hd_gil_thread_end(void) { withdraw(NULL); }
