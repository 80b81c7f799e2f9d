#include "futex.h"
#include "trace.h"
#include <heddle/thread.h>

int hd_thread_sleep_at(int64_t duration_ns, const struct hd_source *source) {
  if (duration_ns < 0) return HD_ERROR_INVALID;
  struct hd_emit *emit = hd_trace_enter();
  struct hd_emit_wait call = {.descriptor = -1};
  if (emit) {
    hd_trace_blocks(emit, 0, HD_OPERATION_CALL_SLEEP, source);
    call.site = hd_emit_source_site(emit, HD_OPERATION_CALL_SLEEP, source);
    if (hd_seed_is_on()) call.stack = hd_emit_stack(emit); /* told, however short it really was */
    hd_emit_call_begin(emit, &call);
  }
  hd_deadline deadline = hd_deadline_after(duration_ns);
  while (hd_futex_wait(&hd_nobody_wakes, 0, deadline) != HD_ERROR_TIMEOUT) {}
  if (emit) hd_emit_call_end(emit, &call, 0);
  hd_trace_leave(emit);
  return HD_OK;
}
