/* The control file, mapped shared, and the slots in it. */
#include "self.h"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct hd_process hd_process;
const uint32_t *hd_emit_over;

/* The whole file is mapped once: its children inherit the mapping, whatever becomes of their rights and descriptors. Only the
 * slots below slots_ready have disk space behind them; touching another one could end the program by SIGBUS. */
bool hd_control_open(const char *path) {
  size_t bytes = HD_CONTROL_HEADER_BYTES + (size_t)HD_SLOT_CAPACITY * HD_SLOT_BYTES;
  struct stat status;
  int descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return false;
  void *map = MAP_FAILED;
  if (fstat(descriptor, &status) == 0 && (size_t)status.st_size == bytes)
    map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (map == MAP_FAILED) return false;
  struct hd_control_header *header = map;
  if (header->magic != HD_CONTROL_MAGIC || header->schema_version != HD_SCHEMA_VERSION || header->over) {
    munmap(map, bytes);
    return false;
  }
  hd_process.header = header;
  hd_emit_over = &header->over;
  hd_process.slots = (uint8_t *)map + HD_CONTROL_HEADER_BYTES;
  return true;
}

uint32_t hd_control_count(uint32_t *counter) { return __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED); }

static uint32_t slot_index(const struct hd_slot *slot) { return (uint32_t)(((const uint8_t *)slot - hd_process.slots) / HD_SLOT_BYTES); }

/* Claims the first free bit. Slots near the front are taken again and again, so that the file stays small. */
static int claim_bit(struct hd_control_header *header) {
  uint32_t ready = __atomic_load_n(&header->slots_ready, __ATOMIC_ACQUIRE);
  if (ready > HD_SLOT_CAPACITY) ready = HD_SLOT_CAPACITY;
  for (uint32_t word = 0; word < (ready + 63) / 64; word++) {
    uint64_t used = __atomic_load_n(&header->slot_bitmap[word], __ATOMIC_RELAXED);
    while (~used) {
      uint32_t bit = (uint32_t)__builtin_ctzll(~used);
      uint32_t index = word * 64 + bit;
      if (index >= ready) return -1;
      used = __atomic_fetch_or(&header->slot_bitmap[word], 1ull << bit, __ATOMIC_ACQUIRE);
      if (!(used >> bit & 1)) return (int)index;
    }
  }
  return -1;
}

void hd_slot_claim(struct hd_emit *self) {
  struct hd_control_header *header = hd_process.header;
  int index = claim_bit(header);
  if (index < 0) {
    if (__atomic_fetch_add(&header->slots_refused, 1, __ATOMIC_RELAXED) == 0) hd_emit_unobserved(HD_UNOBSERVED_WHAT_SLOTS, 1, "");
    return;
  }
  uint32_t peak = __atomic_load_n(&header->slots_peak, __ATOMIC_RELAXED);
  while (peak < (uint32_t)index + 1 &&
         !__atomic_compare_exchange_n(&header->slots_peak, &peak, (uint32_t)index + 1, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {}
  struct hd_slot *slot = (struct hd_slot *)(hd_process.slots + (size_t)index * HD_SLOT_BYTES);
  slot->batch_count = slot->hold_count = slot->batch_sequence = slot->retired = 0;
  slot->wait.active = slot->wait.sequence = 0;
  slot->process = hd_process.number;
  slot->process_id = (uint32_t)hd_process.process_id;
  slot->thread_id = self->thread_id;
  slot->last_sequence = self->sequence;
  __atomic_store_n(&slot->emitter, self->number, __ATOMIC_RELEASE);
  self->slot = slot;
}

void hd_slot_retire(struct hd_emit *self) {
  struct hd_slot *slot = self->slot;
  if (!slot) return;
  hd_emit_change_begin(self);
  hd_batch_flush(self);
  for (uint32_t i = 0; i < slot->hold_count; i++) {
    struct hd_event_acquired event = {.object = slot->holds[i].object, .site = slot->holds[i].site};
    HD_SEND(self, acquired, event, slot->holds[i].acquired_ns);
  }
  self->slot = NULL;
  __atomic_fetch_add(&hd_process.header->slotless_events, self->sequence, __ATOMIC_RELAXED);
  slot->retired = self->number;
  __atomic_store_n(&slot->emitter, 0, __ATOMIC_RELEASE);
  uint32_t index = slot_index(slot);
  __atomic_fetch_and(&hd_process.header->slot_bitmap[index / 64], ~(1ull << index % 64), __ATOMIC_RELEASE);
  hd_emit_change_end(self);
}

void hd_slot_abandon(struct hd_emit *self) { self->slot = NULL; }
