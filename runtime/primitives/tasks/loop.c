/* The loop: its rounds, and how it begins and ends. */
#include "current.h"
#include "system.h"
#include "task-core.h"
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

__thread struct hd_async_thread hd_async_thread __attribute__((tls_model("initial-exec")));

/* In a forked child nobody runs the loop: the child has its memory, but shares its descriptors with the parent. */
static void forget_in_child(void) { hd_async_thread = (struct hd_async_thread){0}; }
static void at_first(void) { pthread_atfork(NULL, NULL, forget_in_child); }
static void prepare_for_forks(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  hd_emit_mute();
  pthread_once(&once, at_first);
  hd_emit_unmute();
}

static int prepare(struct hd_loop_state *loop) {
  loop->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (loop->bell < 0) return HD_ERROR_NO_RESOURCES;
  hd_emit_mute();
  int failure = uv_loop_init(&loop->uv);
  hd_emit_unmute();
  if (!failure) return HD_OK;
  hd_close(&loop->bell);
  return failure == UV_ENOMEM ? HD_ERROR_NO_MEMORY : HD_ERROR_NO_RESOURCES;
}

static bool are_valid(const struct hd_loop_options *options) {
  return !options->stack_bytes || (options->stack_bytes >= HD_STACK_BYTES_MIN && options->stack_bytes <= HD_STACK_BYTES_MAX);
}

struct hd_loop_state *hd_loop_make(const struct hd_loop_options *options, int *error, const struct hd_source *source) {
  prepare_for_forks();
  HD_CALM;
  struct hd_loop_state *loop = are_valid(options) ? calloc(1, sizeof *loop) : NULL;
  *error = loop ? prepare(loop) : are_valid(options) ? HD_ERROR_NO_MEMORY : HD_ERROR_INVALID;
  if (*error != HD_OK) {
    free(loop);
    return NULL;
  }
  loop->references = 1;
  loop->source = source;
  hd_stack_pool_begin(&loop->stacks, options->stack_bytes);
  struct hd_emit *emit = hd_trace_enter();
  if (emit) loop->reference = hd_emit_new_object(emit);
  hd_trace_leave(emit);
  hd_trace_begin(loop->reference, HD_KIND_LOOP, -1, options->name, source);
  return loop;
}

/* Takes what other threads have put into the inbox. */
static void take_inbox(struct hd_loop_state *loop) {
  if (!__atomic_load_n(&loop->mail, __ATOMIC_RELAXED)) return;
  hd_guard_enter(&loop->guard);
  struct hd_loop_queue inbox = loop->inbox;
  loop->inbox = (struct hd_loop_queue){0};
  __atomic_store_n(&loop->mail, 0, __ATOMIC_RELAXED);
  hd_guard_leave(&loop->guard);
  if (!inbox.first) return;
  *(loop->ready.last ? &loop->ready.last->next : &loop->ready.first) = inbox.first;
  loop->ready.last = inbox.last;
}

/* Whether the inbox is empty; then whoever puts something into it wakes the loop. */
static bool fall_asleep(struct hd_loop_state *loop, enum hd_loop_sleep sleep) {
  hd_guard_enter(&loop->guard);
  bool empty = !loop->inbox.first;
  loop->sleep = empty ? (uint8_t)sleep : HD_LOOP_AWAKE;
  hd_guard_leave(&loop->guard);
  return empty;
}

bool hd_loop_push_threadsafe(struct hd_loop_state *loop, struct hd_loop_entry *entry,
                             void (*tell)(struct hd_loop_entry *entry, struct hd_emit *emit)) {
  HD_CALM;
  struct hd_emit *emit = hd_trace_enter_if(tell && loop->reference);
  hd_guard_enter(&loop->guard);
  bool open = !loop->shut;
  if (open) {
    if (tell) tell(entry, emit);
    hd_loop_append(&loop->inbox, entry);
    __atomic_store_n(&loop->mail, 1, __ATOMIC_RELAXED);
    /* Under the guard: neither the word nor the descriptor goes meanwhile. */
    if (loop->sleep == HD_LOOP_ON_WORD) hd_futex_wake(&loop->mail, 1);
    if (loop->sleep == HD_LOOP_IN_POLL) eventfd_write(loop->bell, 1);
    loop->sleep = HD_LOOP_AWAKE;
  }
  hd_guard_leave(&loop->guard);
  hd_trace_leave(emit);
  return open;
}

/* Lets libuv find what has become ready, and call its callbacks. Its system calls are not the program's. */
static void run_uv(struct hd_loop_state *loop) {
  loop->polling = true;
  hd_emit_mute();
  uv_run(&loop->uv, UV_RUN_NOWAIT);
  hd_emit_unmute();
  loop->polling = false;
}

/* Polls until the bell is rung, libuv's descriptors have something, or the deadline; gives whether libuv has something to do. */
static bool poll_uv(struct hd_loop_state *loop, hd_deadline deadline) {
  struct pollfd polled[] = {{.fd = loop->bell, .events = POLLIN}, {.fd = uv_backend_fd(&loop->uv), .events = POLLIN}};
  int result = hd_poll(polled, 2, deadline);
  eventfd_t rung;
  if (polled[0].revents) eventfd_read(loop->bell, &rung);
  return polled[1].revents || result == HD_ERROR_TIMEOUT;
}

/* Sleeps until there is mail, libuv has something, or the first timer is due. */
static void sleep_in_poll(struct hd_loop_state *loop, bool with_uv) {
  hd_deadline deadline = loop->timer_count ? loop->timers[0].deadline : HD_NEVER;
  int uv_timeout_ms = with_uv ? uv_backend_timeout(&loop->uv) : -1;
  if (uv_timeout_ms >= 0) deadline = hd_deadline_sooner(deadline, uv_timeout_ms * HD_MILLISECOND_NS);
  bool uv_is_ready = false;
  struct hd_emit *emit = hd_trace_enter_if(loop->reference);
  struct hd_emit_wait call = {.object = loop->reference, .descriptor = -1};
  if (emit) {
    call.site = hd_emit_source_site(emit, deadline == HD_NEVER ? HD_OPERATION_LOOP_POLL : HD_OPERATION_LOOP_POLL_TIMED, loop->source);
    if (hd_seed_is_on()) call.stack = hd_emit_stack(emit); /* told, however short it really was */
    hd_emit_call_begin(emit, &call);
  }
  if (fall_asleep(loop, with_uv ? HD_LOOP_IN_POLL : HD_LOOP_ON_WORD)) {
    if (with_uv)
      uv_is_ready = poll_uv(loop, deadline);
    else
      hd_futex_wait(&loop->mail, 0, deadline);
  }
  if (emit) hd_emit_call_end(emit, &call, 0);
  hd_trace_leave(emit);
  if (uv_is_ready) run_uv(loop);
}

/* Runs what is ready now; what that makes ready has its turn later. */
static void run_ready(struct hd_loop_state *loop) {
  struct hd_loop_entry *last = loop->ready.last;
  for (struct hd_loop_entry *entry = NULL; last && entry != last;) {
    entry = loop->ready.first;
    if (!(loop->ready.first = entry->next)) loop->ready.last = NULL;
    entry->run(entry);
  }
}

/* One round: looks at what has become ready, waiting for it when there is nothing else to do, then runs what is ready now. */
static void turn_once(struct hd_loop_state *loop) {
  bool with_uv = uv_loop_alive(&loop->uv);
  if (with_uv) run_uv(loop);
  if (!loop->ready.first && !loop->stopping) sleep_in_poll(loop, with_uv);
  take_inbox(loop);
  if (loop->timer_count) hd_loop_fire(loop, hd_clock_ns());
  run_ready(loop);
}

static int refuse(struct hd_loop_state *loop, const struct hd_source *source, int error) {
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_misuse(emit, loop->reference, HD_OPERATION_LOOP_POLL, source, error);
  hd_trace_leave(emit);
  return error;
}

int hd_loop_turn(struct hd_loop_state *loop, const struct hd_task_state *until, const struct hd_source *source) {
  HD_CALM;
  uintptr_t nobody = 0;
  if (hd_loop_running()) return refuse(loop, source, HD_ERROR_LOOP_RUNNING);
  if (loop->closed) return refuse(loop, source, HD_ERROR_CLOSED);
  if (!__atomic_compare_exchange_n(&loop->thread, &nobody, hd_current_identity(), false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
    return refuse(loop, source, HD_ERROR_LOOP_RUNNING);
  hd_async_thread.loop = loop;
  while (!(until && hd_task_is_over(until))) {
    turn_once(loop);
    if (loop->stopping) break;
  }
  loop->stopping = false;
  hd_async_thread.loop = NULL;
  __atomic_store_n(&loop->thread, 0, __ATOMIC_RELEASE);
  return until && !hd_task_is_over(until) ? HD_ERROR_STOPPED : HD_OK;
}

/* Runs what is left to its end: each is cancelled once, with those that they still make. */
static void end_tasks(struct hd_loop_state *loop, const struct hd_source *source) {
  while (loop->tasks) {
    for (struct hd_task_state *task = loop->tasks; task; task = task->next)
      if (!task->cancelled_at_end) {
        task->cancelled_at_end = true;
        hd_task_cancel_state(task, source);
      }
    struct hd_task_state *last = hd_task_ref(loop->tasks);
    hd_loop_turn(loop, last, source);
    hd_task_unref(last);
  }
}

static void close_handle(uv_handle_t *handle, void *unused) {
  if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

/* First those whose owners know how, then what they forgot. */
static void close_uv(struct hd_loop_state *loop) {
  for (struct hd_loop_closer *closer; (closer = loop->closers);) {
    loop->closers = closer->next;
    closer->close(closer, loop);
  }
  hd_emit_mute();
  uv_walk(&loop->uv, close_handle, NULL);
  while (uv_loop_close(&loop->uv) == UV_EBUSY) uv_run(&loop->uv, UV_RUN_ONCE);
  hd_emit_unmute();
}

int hd_loop_shut(struct hd_loop_state *loop, const struct hd_source *source) {
  HD_CALM;
  if (loop->closed) return HD_OK;
  if (hd_loop_running() || __atomic_load_n(&loop->thread, __ATOMIC_ACQUIRE)) return refuse(loop, source, HD_ERROR_LOOP_RUNNING);
  loop->stopping = false;
  end_tasks(loop, source);
  close_uv(loop);
  hd_guard_enter(&loop->guard);
  loop->shut = true;
  hd_guard_leave(&loop->guard);
  take_inbox(loop);
  loop->closed = true;
  hd_loop_fire(loop, HD_NEVER);
  run_ready(loop);
  hd_stack_pool_end(&loop->stacks);
  free(loop->timers);
  loop->timers = NULL;
  loop->timer_capacity = 0;
  hd_close(&loop->bell);
  hd_trace_end(loop->reference, source);
  return HD_OK;
}

void hd_loop_unref(struct hd_loop_state *loop) {
  if (!loop || __atomic_sub_fetch(&loop->references, 1, __ATOMIC_ACQ_REL)) return;
  if (loop->closed) {
    free(loop);
    return;
  }
  loop->references = 1; /* its tasks' ends may take some, and give them back */
  if (hd_loop_shut(loop, loop->source) == HD_OK) hd_loop_unref(loop);
}
