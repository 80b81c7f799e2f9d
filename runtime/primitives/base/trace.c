#include "trace.h"
#include "loop-state.h"

void hd_trace_begin(uint64_t object, enum hd_object_kind kind, int64_t value, const char *name, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter_if(object);
  if (!emit) return;
  uint32_t site = hd_emit_source_site(emit, HD_OPERATION_OBJECT_INIT, source);
  hd_emit_object_begin(emit, object, kind, 0, value, site, name);
  hd_emit_leave(emit);
}

uint64_t hd_trace_begin_shared(enum hd_object_kind kind, unsigned flags, int64_t value, const char *name, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  if (!emit) return 0;
  uint64_t object = hd_emit_new_object(emit);
  uint32_t site = hd_emit_source_site(emit, HD_OPERATION_OBJECT_INIT, source);
  hd_emit_object_begin(emit, object, kind, flags, value, site, name);
  hd_emit_leave(emit);
  return object;
}

void hd_trace_end(uint64_t object, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter_if(object);
  if (!emit) return;
  hd_emit_object_end(emit, object, hd_emit_source_site(emit, HD_OPERATION_OBJECT_DESTROY, source));
  hd_emit_leave(emit);
}

int hd_trace_misuse(struct hd_emit *emit, uint64_t object, enum hd_operation operation, const struct hd_source *source, int error) {
  if (emit) hd_emit_misuse(emit, object, hd_emit_source_site(emit, operation, source), error);
  return error;
}

void hd_trace_instant(struct hd_emit *emit, uint64_t object, enum hd_operation operation, const struct hd_source *source, uint32_t value) {
  if (emit) hd_emit_instant(emit, object, hd_emit_source_site(emit, operation, source), hd_emit_now(), value);
}

/* Lines that were told before; beyond their number nothing is told any more. */
#define TOLD_LINE_COUNT 256u
static const struct hd_source *told_lines[TOLD_LINE_COUNT];

static bool is_first_time(const struct hd_source *source) {
  uint32_t at = (uint32_t)((uintptr_t)source >> 3) % TOLD_LINE_COUNT;
  for (uint32_t probe = 0; probe < TOLD_LINE_COUNT; probe++, at = (at + 1) % TOLD_LINE_COUNT) {
    const struct hd_source *found = NULL;
    if (__atomic_compare_exchange_n(&told_lines[at], &found, source, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return true;
    if (found == source) return false;
  }
  return false;
}

void hd_trace_blocks(struct hd_emit *emit, uint64_t object, enum hd_operation operation, const struct hd_source *source) {
  if (emit && hd_loop_running() && is_first_time(source)) hd_trace_misuse(emit, object, operation, source, HD_ERROR_BLOCKS_LOOP);
}

void hd_trace_wait_begin(struct hd_emit *emit, struct hd_emit_wait *wait, enum hd_operation operation, const struct hd_source *source) {
  if (!emit) return;
  hd_trace_blocks(emit, wait->object, operation, source);
  wait->descriptor = -1;
  wait->site = hd_emit_source_site(emit, operation, source);
  hd_emit_wait_begin(emit, wait);
}

void hd_trace_wait_end(struct hd_emit *emit, struct hd_emit_wait *wait, int result) {
  if (!emit) return;
  hd_emit_wait_end(emit, wait,
                   result == HD_OK                 ? HD_WAIT_RESULT_OK
                   : result == HD_ERROR_TIMEOUT    ? HD_WAIT_RESULT_TIMEOUT
                   : result == HD_ERROR_BROKEN     ? HD_WAIT_RESULT_BROKEN
                   : result == HD_ERROR_OWNER_DIED ? HD_WAIT_RESULT_OWNER_DIED
                                                   : HD_WAIT_RESULT_ERROR);
}

int hd_trace_busy(uint64_t object, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  int error = hd_trace_misuse(emit, object, HD_OPERATION_OBJECT_DESTROY, source, HD_ERROR_BUSY);
  hd_trace_leave(emit);
  return error;
}
