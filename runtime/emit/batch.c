/* Holds and instants: what makes nobody wait travels in batches of two words an operation. */
#include "self.h"

void hd_batch_flush(struct hd_emit *self) {
  struct hd_slot *slot = self->slot;
  if (!slot || !slot->batch_count) return;
  struct hd_event_batch event = {
      .base_ns = slot->batch_base_ns, .operations = slot->batch, .operations_count = slot->batch_count * 2, .emitter = self->number};
  event.sequence = hd_next_sequence(self);
  __atomic_store_n(&slot->batch_sequence, event.sequence, __ATOMIC_RELEASE);
  event.at_ns = slot->batch_base_ns + (slot->batch[event.operations_count - 1] >> 32);
  hd_process.provider.batch(&event);
  __atomic_store_n(&slot->batch_count, 0, __ATOMIC_RELEASE);
  __atomic_store_n(&slot->batch_sequence, 0, __ATOMIC_RELEASE);
}

/* Appends an operation to the batch; false when it does not fit in one. An instant's value goes where a section's length does. */
static bool append(struct hd_emit *self, uint64_t object, uint32_t site, uint64_t end_ns, uint64_t length_ns) {
  struct hd_slot *slot = self->slot;
  uint64_t word = hd_batch_word(object, site);
  if (!slot || !word || length_ns > UINT32_MAX) return false;
  /* A stamp before the base gives a huge difference, and is flushed for, too. */
  if (slot->batch_count == HD_SLOT_BATCH_CAPACITY || (slot->batch_count && end_ns - slot->batch_base_ns > HD_BATCH_FLUSH_NS))
    hd_batch_flush(self);
  if (!slot->batch_count) slot->batch_base_ns = end_ns;
  hd_batch_put(slot, word, end_ns - slot->batch_base_ns, length_ns);
  return true;
}

void hd_emit_acquired_open(struct hd_emit *self, uint64_t object, uint32_t site, uint64_t at_ns) {
  struct hd_event_acquired event = {.object = object, .site = site};
  HD_SEND(self, acquired, event, at_ns);
}

static int find_hold(const struct hd_slot *slot, uint64_t object) {
  for (int i = slot ? (int)slot->hold_count - 1 : -1; i >= 0; i--)
    if (slot->holds[i].object == object) return i;
  return -1;
}

/* Only now it is no longer open; a kill before shows it twice, which load recognises. */
static void remove_hold(struct hd_slot *slot, int index) {
  for (uint32_t i = (uint32_t)index; i + 1 < slot->hold_count; i++) slot->holds[i] = slot->holds[i + 1];
  __atomic_store_n(&slot->hold_count, slot->hold_count - 1, __ATOMIC_RELEASE);
}

void hd_emit_hold_given_away(struct hd_emit *self, uint64_t object) {
  int index = find_hold(self->slot, object);
  if (index < 0) return;
  hd_emit_change_begin(self);
  hd_emit_acquired_open(self, object, self->slot->holds[index].site, self->slot->holds[index].acquired_ns);
  remove_hold(self->slot, index);
  hd_emit_change_end(self);
}

void hd_emit_released_otherwise(struct hd_emit *self, uint64_t object, uint32_t site, uint64_t at_ns, bool waited_for) {
  if (__builtin_expect(!hd_emit_is_recording(), 0)) return;
  struct hd_slot *slot = self->slot;
  int index = find_hold(slot, object);
  if (index < 0) {
    struct hd_event_released event = {.object = object, .site = site, .stack = waited_for ? hd_emit_stack(self) : 0};
    HD_SEND(self, released, event, at_ns);
    return;
  }
  hd_emit_change_begin(self);
  struct hd_slot_hold hold = slot->holds[index];
  if (waited_for || !append(self, object, hold.site, at_ns, at_ns - hold.acquired_ns)) {
    struct hd_event_released event = {.object = object, .acquired_ns = hold.acquired_ns, .acquire_site = hold.site, .site = site};
    if (waited_for) event.stack = hd_emit_stack(self);
    HD_SEND(self, released, event, at_ns);
  }
  remove_hold(slot, index);
  hd_emit_change_end(self);
}

unsigned hd_emit_holds(struct hd_emit *self, uint64_t object) {
  unsigned count = 0;
  for (uint32_t i = 0; self->slot && i < self->slot->hold_count; i++) count += self->slot->holds[i].object == object;
  return count;
}

void hd_emit_instant(struct hd_emit *self, uint64_t object, uint32_t site, uint64_t at_ns, uint32_t value) {
  hd_emit_change_begin(self);
  bool appended = append(self, object, site, at_ns, value);
  hd_emit_change_end(self);
  if (!appended) hd_emit_operation(self, object, site, at_ns, value, 0);
}

void hd_emit_operation(struct hd_emit *self, uint64_t object, uint32_t site, uint64_t at_ns, int64_t value, uint32_t stack) {
  struct hd_event_operation event = {.object = object, .value = value, .site = site, .stack = stack};
  HD_SEND(self, operation, event, at_ns);
}

void hd_emit_misuse(struct hd_emit *self, uint64_t object, uint32_t site, int error) {
  struct hd_event_misuse event = {.object = object, .site = site, .stack = hd_emit_stack(self), .error = error};
  HD_SEND(self, misuse, event, hd_emit_now());
}

void hd_emit_object_begin(struct hd_emit *self, uint64_t object, enum hd_object_kind kind, unsigned flags, int64_t value, uint32_t site,
                          const char *name) {
  struct hd_event_object_begin event = {
      .object = object, .kind = (uint8_t)kind, .flags = (uint8_t)flags, .value = value, .site = site, .name = name ? name : ""};
  HD_SEND(self, object_begin, event, hd_emit_now());
}

void hd_emit_object_end(struct hd_emit *self, uint64_t object, uint32_t site) {
  struct hd_event_object_end event = {.object = object, .site = site};
  HD_SEND(self, object_end, event, hd_emit_now());
}

void hd_emit_object_name(struct hd_emit *self, uint64_t object, const char *name) {
  struct hd_event_object_name event = {.object = object, .name = name};
  HD_SEND(self, object_name, event, hd_emit_now());
}
