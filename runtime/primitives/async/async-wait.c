#include "async-wait.h"
#include "current.h"

int hd_async_check(const struct hd_async_waiters *waiters, const void *object, enum hd_operation operation,
                   const struct hd_source *source) {
  if (!waiters->first) return HD_OK;
  uintptr_t thread = __atomic_load_n(&waiters->first->task->loop->thread, __ATOMIC_RELAXED);
  if (!thread || thread == hd_current_identity()) return HD_OK;
  return hd_task_refuse(hd_reference(object), operation, source, HD_ERROR_OTHER_LOOP);
}

void hd_async_tell(const void *object, enum hd_operation operation, uint32_t value, const struct hd_source *source) {
  struct hd_emit *emit = hd_trace_enter();
  if (!emit) return;
  hd_trace_instant(emit, hd_reference(object), operation, source, value);
  hd_emit_leave(emit);
}

int hd_async_destroy(const void *object, bool busy, const struct hd_source *source) {
  if (busy) return hd_trace_busy(hd_reference(object), source);
  hd_trace_end(hd_reference(object), source);
  return HD_OK;
}
