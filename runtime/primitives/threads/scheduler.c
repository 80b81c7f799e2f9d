#include "run-then.h"
#include "seed.h"
#include "trace.h"
#include "word.h"
#include <heddle/scheduler.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_CAPACITY 16

struct hd_scheduler_slot {
  struct hd_scheduled what;
  const struct hd_source *source; /* where it was entered */
};

int64_t hd_scheduler_now(void) { return hd_clock_look_ns(); }

/* When it is planned for, as a stamp of the recording. */
static uint64_t stamp_of(int64_t time_ns) {
  int64_t real_ns = hd_seed_is_on() ? hd_seed_real_deadline(time_ns) : time_ns;
  return real_ns > 0 ? (uint64_t)real_ns : 0;
}

static bool precedes(const struct hd_scheduled *left, const struct hd_scheduled *right) {
  if (left->time_ns != right->time_ns) return left->time_ns < right->time_ns;
  return left->priority != right->priority ? left->priority < right->priority : left->entry < right->entry;
}

static int compare(const void *left, const void *right) {
  const struct hd_scheduler_slot *left_slot = left, *right_slot = right;
  return precedes(&left_slot->what, &right_slot->what) ? -1 : 1;
}

/* A place of the heap is free: fills it with an entry, moving others up or down. */
static void place(struct hd_scheduler *scheduler, size_t index, struct hd_scheduler_slot slot) {
  struct hd_scheduler_slot *heap = scheduler->heap;
  for (size_t parent; index && precedes(&slot.what, &heap[parent = (index - 1) / 2].what); index = parent) heap[index] = heap[parent];
  for (size_t child; (child = 2 * index + 1) < scheduler->count; index = child) {
    if (child + 1 < scheduler->count && precedes(&heap[child + 1].what, &heap[child].what)) child++;
    if (!precedes(&heap[child].what, &slot.what)) break;
    heap[index] = heap[child];
  }
  heap[index] = slot;
}

static bool reserve(struct hd_scheduler *scheduler) {
  if (scheduler->count < scheduler->capacity) return true;
  size_t capacity = scheduler->capacity ? scheduler->capacity * 2 : LEAST_CAPACITY;
  struct hd_scheduler_slot *heap = reallocarray(scheduler->heap, capacity, sizeof *heap);
  if (!heap) return false;
  scheduler->heap = heap;
  scheduler->capacity = capacity;
  return true;
}

/* With the guard held: takes one out. */
static struct hd_scheduler_slot take(struct hd_scheduler *scheduler, size_t index) {
  struct hd_scheduler_slot taken = scheduler->heap[index];
  size_t last = --scheduler->count;
  if (index != last) place(scheduler, index, scheduler->heap[last]);
  return taken;
}

/* With the guard held: another entry is the next one. */
static void tell_sleepers(struct hd_scheduler *scheduler) {
  __atomic_add_fetch(&scheduler->changes, 1, __ATOMIC_RELEASE);
  if (scheduler->run_count) hd_futex_wake(&scheduler->changes, UINT32_MAX);
}

void hd_scheduler_init_at(struct hd_scheduler *scheduler, const char *name, const struct hd_source *source) {
  *scheduler = (struct hd_scheduler)HD_SCHEDULER_INIT;
  hd_trace_begin(hd_reference(scheduler), HD_KIND_SCHEDULER, -1, name, source);
}

int hd_scheduler_destroy_at(struct hd_scheduler *scheduler, const struct hd_source *source) {
  hd_guard_enter(&scheduler->guard);
  bool busy = scheduler->run_count;
  hd_guard_leave(&scheduler->guard);
  if (busy) return hd_trace_busy(hd_reference(scheduler), source);
  hd_trace_end(hd_reference(scheduler), source);
  free(scheduler->heap);
  *scheduler = (struct hd_scheduler)HD_SCHEDULER_INIT;
  return HD_OK;
}

int hd_scheduler_enter_absolute_at(struct hd_scheduler *scheduler, int64_t time_ns, int32_t priority, hd_scheduler_routine *routine,
                                   void *argument, hd_scheduler_entry *entry, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  struct hd_scheduler_slot slot = {.what = {.time_ns = time_ns, .priority = priority, .routine = routine, .argument = argument},
                                   .source = source};
  hd_guard_enter(&scheduler->guard);
  bool room = reserve(scheduler);
  if (room) {
    slot.what.entry = ++scheduler->entered_count;
    if (emit)
      hd_emit_schedule_entry(emit, hd_reference(scheduler), (uint32_t)slot.what.entry, stamp_of(time_ns), priority,
                             hd_emit_source_site(emit, HD_OPERATION_SCHEDULE_ENTER, source), (const void *)routine, hd_emit_now());
    place(scheduler, scheduler->count++, slot);
    if (scheduler->heap->what.entry == slot.what.entry) tell_sleepers(scheduler);
  }
  hd_guard_leave(&scheduler->guard);
  hd_trace_leave(emit);
  if (room && entry) *entry = slot.what.entry;
  return room ? HD_OK : HD_ERROR_NO_MEMORY;
}

int hd_scheduler_enter_at(struct hd_scheduler *scheduler, int64_t delay_ns, int32_t priority, hd_scheduler_routine *routine, void *argument,
                          hd_scheduler_entry *entry, const struct hd_source *source) {
  int64_t now_ns = hd_clock_ns();
  int64_t time_ns = delay_ns > INT64_MAX - now_ns ? INT64_MAX : now_ns + delay_ns;
  return hd_scheduler_enter_absolute_at(scheduler, time_ns, priority, routine, argument, entry, source);
}

int hd_scheduler_cancel_at(struct hd_scheduler *scheduler, hd_scheduler_entry entry, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int result = HD_OK;
  hd_guard_enter(&scheduler->guard);
  size_t index = 0;
  while (index < scheduler->count && scheduler->heap[index].what.entry != entry) index++;
  if (index == scheduler->count) {
    result = hd_trace_misuse(emit, hd_reference(scheduler), HD_OPERATION_SCHEDULE_CANCEL, source, HD_ERROR_NOT_QUEUED);
  } else {
    take(scheduler, index);
    hd_trace_instant(emit, hd_reference(scheduler), HD_OPERATION_SCHEDULE_CANCEL, source, (uint32_t)entry);
    if (index == 0) tell_sleepers(scheduler);
  }
  hd_guard_leave(&scheduler->guard);
  hd_trace_leave(emit);
  return result;
}

/* Takes the next entry if it is due. Else false: slot->what.entry is 0 when there is none, and changes is what to sleep on until its time.
 */
static bool take_due(struct hd_scheduler *scheduler, struct hd_scheduler_slot *slot, uint32_t *changes) {
  struct hd_emit *emit = hd_trace_enter();
  hd_guard_enter(&scheduler->guard);
  *changes = scheduler->changes;
  *slot = scheduler->count ? scheduler->heap[0] : (struct hd_scheduler_slot){0};
  bool due = scheduler->count && slot->what.time_ns <= hd_clock_ns();
  if (due) {
    take(scheduler, 0);
    /* A routine is an entry, sites are return addresses: one byte on, so that "just before it" is inside the routine. */
    const char *routine = (const char *)(uintptr_t)slot->what.routine + 1;
    if (emit)
      hd_emit_instant(emit, hd_reference(scheduler), hd_emit_site(emit, HD_OPERATION_SCHEDULE_BEGIN, routine), hd_emit_now(),
                      (uint32_t)slot->what.entry);
  }
  hd_guard_leave(&scheduler->guard);
  hd_trace_leave(emit);
  return due;
}

static int run_entry(struct hd_scheduler *scheduler, const struct hd_scheduler_slot *slot, int *error) {
  int number = slot->what.routine(slot->what.argument);
  struct hd_emit *emit = hd_trace_enter();
  hd_trace_instant(emit, hd_reference(scheduler), HD_OPERATION_SCHEDULE_END, slot->source, (uint32_t)slot->what.entry);
  hd_trace_leave(emit);
  if (error) *error = number;
  return number ? HD_ERROR_JOB_FAILED : HD_OK;
}

static void sleep_until(struct hd_scheduler *scheduler, int64_t time_ns, uint32_t changes, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  struct hd_emit_wait call = {.descriptor = -1};
  if (emit) {
    hd_trace_blocks(emit, 0, HD_OPERATION_CALL_SLEEP, source);
    call.site = hd_emit_source_site(emit, HD_OPERATION_CALL_SLEEP, source);
    if (hd_seed_is_on()) call.stack = hd_emit_stack(emit); /* told, however short it really was */
    hd_emit_call_begin(emit, &call);
  }
  hd_futex_wait(&scheduler->changes, changes, time_ns);
  if (emit) hd_emit_call_end(emit, &call, 0);
  hd_trace_leave(emit);
}

static int run_entries(struct hd_scheduler *scheduler, bool blocking, int64_t *next_ns, int *error, const struct hd_source *source) {
  struct hd_scheduler_slot slot;
  for (uint32_t changes;;)
    if (take_due(scheduler, &slot, &changes)) {
      int result = run_entry(scheduler, &slot, error);
      if (result != HD_OK) return result;
    } else if (!slot.what.entry || !blocking) {
      break;
    } else {
      sleep_until(scheduler, slot.what.time_ns, changes, source);
    }
  int64_t left_ns = slot.what.time_ns - hd_clock_ns();
  if (next_ns) *next_ns = !slot.what.entry ? HD_FOREVER : left_ns > 0 ? left_ns : 0;
  return HD_OK;
}

struct run {
  struct hd_scheduler *scheduler;
  bool blocking;
  int64_t *next_ns;
  int *error;
  const struct hd_source *source;
  int result;
};
static void begin_run(void *argument) {
  struct run *run = argument;
  run->result = run_entries(run->scheduler, run->blocking, run->next_ns, run->error, run->source);
}
static void end_run(void *argument) {
  const struct run *run = argument;
  hd_guard_enter(&run->scheduler->guard);
  __atomic_sub_fetch(&run->scheduler->run_count, 1, __ATOMIC_RELAXED);
  hd_guard_leave(&run->scheduler->guard);
}

static int run(struct hd_scheduler *scheduler, bool blocking, int64_t *next_ns, int *error, const struct hd_source *source) {
  hd_guard_enter(&scheduler->guard);
  __atomic_add_fetch(&scheduler->run_count, 1, __ATOMIC_RELAXED);
  hd_guard_leave(&scheduler->guard);
  if (error) *error = 0;
  struct run run = {scheduler, blocking, next_ns, error, source, HD_OK};
  hd_run_then(begin_run, end_run, &run);
  return run.result;
}

int hd_scheduler_run_at(struct hd_scheduler *scheduler, int *error, const struct hd_source *source) {
  return run(scheduler, true, NULL, error, source);
}

int hd_scheduler_run_due_at(struct hd_scheduler *scheduler, int64_t *next_ns, int *error, const struct hd_source *source) {
  return run(scheduler, false, next_ns, error, source);
}

size_t hd_scheduler_size(struct hd_scheduler *scheduler) {
  hd_guard_enter(&scheduler->guard);
  size_t count = scheduler->count;
  hd_guard_leave(&scheduler->guard);
  return count;
}

bool hd_scheduler_is_empty(struct hd_scheduler *scheduler) { return hd_scheduler_size(scheduler) == 0; }

int hd_scheduler_queue(struct hd_scheduler *scheduler, struct hd_scheduled *entries, size_t capacity, size_t *count) {
  hd_guard_enter(&scheduler->guard);
  size_t queued = scheduler->count;
  struct hd_scheduler_slot *sorted = queued ? reallocarray(NULL, queued, sizeof *sorted) : NULL;
  if (sorted) memcpy(sorted, scheduler->heap, queued * sizeof *sorted);
  hd_guard_leave(&scheduler->guard);
  if (queued && !sorted) return HD_ERROR_NO_MEMORY;
  if (queued) qsort(sorted, queued, sizeof *sorted, compare);
  for (size_t i = 0; i < queued && i < capacity; i++) entries[i] = sorted[i].what;
  free(sorted);
  if (count) *count = queued;
  return HD_OK;
}
