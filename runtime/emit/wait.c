/* Waits and blocking calls: while one lasts it stands in the slot, when it ends it becomes one event.
 *
 * When the recording ended meanwhile the slot keeps the wait: it is what the recording says of its last moment. */
#include "self.h"

/* A call that lasted this long tells its whole stack; a return has the same one as its call. */
#define CALL_STACK_NS 1000000u

static void show(struct hd_emit *self, struct hd_emit_wait *wait, uint32_t active) {
  struct hd_slot *slot = self->slot;
  if (!slot) return;
  hd_emit_change_begin(self);
  wait->outer = slot->wait;
  slot->wait.active = 0;
  slot->wait.sequence = 0;
  slot->wait.begin_ns = wait->begin_ns;
  slot->wait.object = wait->object;
  slot->wait.partner = wait->partner;
  slot->wait.site = wait->site;
  slot->wait.stack = wait->stack;
  slot->wait.owner = wait->owner;
  slot->wait.descriptor = wait->descriptor;
  __atomic_store_n(&slot->wait.active, active, __ATOMIC_RELEASE);
  hd_emit_change_end(self);
}

static void unshow(struct hd_emit *self, const struct hd_emit_wait *wait) {
  if (!self->slot) return;
  hd_emit_change_begin(self);
  __atomic_store_n(&self->slot->wait.active, 0, __ATOMIC_RELEASE);
  self->slot->wait = wait->outer;
  hd_emit_change_end(self);
}

/* The number of the event that reports the wait stands in the slot before the event is sent, so that a kill between shows it once. */
static uint32_t report_sequence(struct hd_emit *self) {
  uint32_t sequence = hd_next_sequence(self);
  if (self->slot) __atomic_store_n(&self->slot->wait.sequence, sequence, __ATOMIC_RELEASE);
  return sequence;
}

void hd_emit_wait_begin(struct hd_emit *self, struct hd_emit_wait *wait) {
  if (!wait->begin_ns) wait->begin_ns = hd_emit_now();
  if (!wait->stack) wait->stack = hd_emit_stack(self);
  show(self, wait, 1);
}

void hd_emit_wait_end(struct hd_emit *self, struct hd_emit_wait *wait, enum hd_wait_result result) {
  wait->end_ns = hd_emit_now();
  if (hd_emit_is_over()) return;
  struct hd_event_wait event = {.emitter = self->number,
                                .at_ns = wait->end_ns,
                                .object = wait->object,
                                .begin_ns = wait->begin_ns,
                                .partner = wait->partner,
                                .site = wait->site,
                                .stack = wait->stack,
                                .owner = wait->owner,
                                .result = (uint8_t)result};
  event.sequence = report_sequence(self);
  hd_process.provider.wait(&event);
  unshow(self, wait);
}

void hd_emit_call_begin(struct hd_emit *self, struct hd_emit_wait *wait) {
  if (!wait->begin_ns) wait->begin_ns = hd_emit_now();
  show(self, wait, 2);
}

void hd_emit_call_end(struct hd_emit *self, struct hd_emit_wait *wait, int64_t result) {
  wait->end_ns = hd_emit_now();
  if (hd_emit_is_over()) return;
  uint64_t length_ns = wait->end_ns - wait->begin_ns;
  if (length_ns >= HD_CALL_THRESHOLD_NS || wait->stack) {
    struct hd_event_call event = {.emitter = self->number,
                                  .at_ns = wait->end_ns,
                                  .begin_ns = wait->begin_ns,
                                  .object = wait->object,
                                  .descriptor = wait->descriptor,
                                  .site = wait->site,
                                  .stack = wait->stack,
                                  .result = result};
    if (!event.stack && length_ns >= CALL_STACK_NS) event.stack = hd_emit_stack(self);
    event.sequence = report_sequence(self);
    hd_process.provider.call(&event);
  }
  unshow(self, wait);
}
