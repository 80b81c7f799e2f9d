/* Waits and blocking calls, begun and ended around the real call. */
#include "preload.h"

void hd_call_begin(struct hd_call *call, enum hd_operation operation, int descriptor, const void *return_address) {
  struct hd_emit *emit = hd_enter(return_address);
  if (!emit) return;
  call->wait.site = hd_emit_site(emit, operation, return_address);
  call->wait.descriptor = descriptor;
  hd_emit_call_begin(emit, &call->wait);
  call->emit = emit;
  hd_emit_pause(emit);
}

void hd_call_end(struct hd_call *call, int64_t result_or_minus_errno) {
  struct hd_emit *emit = call->emit;
  if (!emit) return;
  call->emit = NULL;
  hd_emit_resume(emit);
  if (call->is_wait)
    hd_emit_wait_end(emit, &call->wait, result_or_minus_errno < 0 ? HD_WAIT_RESULT_ERROR : HD_WAIT_RESULT_OK);
  else
    hd_emit_call_end(emit, &call->wait, result_or_minus_errno);
  hd_emit_leave(emit);
}

void hd_call_abandon(struct hd_call *call) {
  struct hd_emit *emit = call->emit;
  if (!emit) return;
  if (call->is_wait) {
    hd_wait_end(call, HD_WAIT_RESULT_ABANDONED);
    hd_emit_leave(emit);
  } else
    hd_call_end(call, -ECANCELED);
}

void hd_wait_begin(struct hd_call *call, struct hd_emit *emit) {
  call->is_wait = true;
  hd_emit_wait_begin(emit, &call->wait);
  call->emit = emit;
  hd_emit_pause(emit);
}

void hd_wait_end(struct hd_call *call, enum hd_wait_result result) {
  struct hd_emit *emit = call->emit;
  call->emit = NULL;
  hd_emit_resume(emit);
  hd_emit_wait_end(emit, &call->wait, result);
}

enum hd_wait_result hd_wait_result_of(int error) {
  switch (error) {
  case 0:
    return HD_WAIT_RESULT_OK;
  case EOWNERDEAD:
    return HD_WAIT_RESULT_OWNER_DIED;
  case ETIMEDOUT:
    return HD_WAIT_RESULT_TIMEOUT;
  default:
    return HD_WAIT_RESULT_ERROR;
  }
}
