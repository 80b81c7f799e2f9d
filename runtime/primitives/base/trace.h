/* What the primitives share to tell the recording about themselves; emit does nothing while the program is not recorded. */
#ifndef HEDDLE_TRACE_H
#define HEDDLE_TRACE_H
#include "blocking.h"
#include "emit.h"
#include "seed.h"
#include <heddle/error.h>

/* Enters one operation; NULL when there is nothing to tell. In a seeded run others may go first. */
static inline struct hd_emit *hd_trace_enter(void) {
  hd_seed_step();
  return hd_emit_is_recording() ? hd_emit_enter() : NULL;
}
/* The same where only some are told: a schedule is the same whether it is recorded or not. */
static inline struct hd_emit *hd_trace_enter_if(bool told) {
  struct hd_emit *emit = NULL;
  hd_seed_step();
  if (told && hd_emit_is_recording()) emit = hd_emit_enter();
  return emit;
}
/* Whether an operation must enter: somebody wants to know of it, to decide when it is done, or the interpreter lock. Where not, it may take
 * a short cut. */
static inline bool hd_trace_is_watched(void) { return hd_emit_is_recording() || hd_seed_is_on() || hd_gil_is_asked(); }
/* Ends it, told or not; with no guard held. */
static inline void hd_trace_leave(struct hd_emit *emit) {
  if (emit) hd_emit_leave(emit);
  hd_operation_end();
}

static inline uint64_t hd_reference(const void *object) { return (uint64_t)(uintptr_t)object; }

/* The birth, end of an object, by its reference (hd_reference, or hd_emit_new_object kept in the object; of 0 nothing is told). */
void hd_trace_begin(uint64_t object, enum hd_object_kind kind, int64_t value, const char *name, const struct hd_source *source);
/* The same for an object in memory that processes share: gives its reference, to be kept in the object; 0 while not recorded. */
#define HD_TRACE_SHARED 1u
#define HD_TRACE_ROBUST 3u /* and a holder that dies is found out */
uint64_t hd_trace_begin_shared(enum hd_object_kind kind, unsigned flags, int64_t value, const char *name, const struct hd_source *source);
void hd_trace_end(uint64_t object, const struct hd_source *source);
/* Tells that somebody wants to end what is in use; HD_ERROR_BUSY. */
int hd_trace_busy(uint64_t object, const struct hd_source *source);
/* Tells a misuse and returns its code. */
int hd_trace_misuse(struct hd_emit *emit, uint64_t object, enum hd_operation operation, const struct hd_source *source, int error);
/* An operation that did not wait. value: what its operation says (how many it gives or wakes, the number of an item …), 0 for none. */
void hd_trace_instant(struct hd_emit *emit, uint64_t object, enum hd_operation operation, const struct hd_source *source, uint32_t value);

/* What is about to block the calling thread: a misuse when an event loop runs in it, told once a source line. emit may be NULL. */
void hd_trace_blocks(struct hd_emit *emit, uint64_t object, enum hd_operation operation, const struct hd_source *source);
/* The wait of one operation; emit may be NULL. object, and what else is known, is set by the caller. Blocks. */
void hd_trace_wait_begin(struct hd_emit *emit, struct hd_emit_wait *wait, enum hd_operation operation, const struct hd_source *source);
void hd_trace_wait_end(struct hd_emit *emit, struct hd_emit_wait *wait, int result);

#endif
