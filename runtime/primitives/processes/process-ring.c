#include "process-ring.h"
#include <string.h>

/* Before the record's bytes; never parted, since the ring's size and all records are multiples of its own. */
struct header {
  uint32_t bytes;
  uint32_t label;
  uint64_t put_count; /* with this one */
};
_Static_assert(sizeof(struct header) == HD_RING_ALIGNMENT, "a header fits between any record and the ring's end");

static uint64_t record_bytes(uint64_t bytes) {
  return sizeof(struct header) + (bytes + HD_RING_ALIGNMENT - 1) / HD_RING_ALIGNMENT * HD_RING_ALIGNMENT;
}
static struct header *header_at(const struct hd_ring *ring, uint64_t at) {
  return (struct header *)(uintptr_t)(ring->bytes + at % ring->room_bytes);
}
/* All that the program says before it is done before, all that it says after after: a kill lies between two of the process's instructions.
 */
static void move(uint64_t *end, uint64_t to) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  __atomic_store_n(end, to, __ATOMIC_RELEASE);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Bytes from a place in the ring to its end: what lies behind goes on at its beginning. */
static size_t until_end(const struct hd_ring *ring, uint64_t at, size_t bytes) {
  uint64_t left = ring->room_bytes - at % ring->room_bytes;
  return left < bytes ? (size_t)left : bytes;
}

bool hd_ring_could_hold(const struct hd_ring *ring, size_t bytes) { return bytes <= UINT32_MAX && record_bytes(bytes) <= ring->room_bytes; }

bool hd_ring_can_hold(const struct hd_ring *ring, size_t bytes) {
  return record_bytes(bytes) <= ring->room_bytes - (ring->tail - ring->head);
}

void hd_ring_put(struct hd_ring *ring, const void *data, size_t bytes, uint32_t label) {
  *header_at(ring, ring->tail) = (struct header){(uint32_t)bytes, label, ring->put_count + 1};
  uint64_t at = ring->tail + sizeof(struct header);
  size_t first = until_end(ring, at, bytes);
  if (first) memcpy(ring->bytes + at % ring->room_bytes, data, first);
  if (first < bytes) memcpy(ring->bytes, (const char *)data + first, bytes - first);
  move(&ring->tail, ring->tail + record_bytes(bytes));
  ring->put_count++;
  ring->count++;
}

size_t hd_ring_oldest_bytes(const struct hd_ring *ring) { return header_at(ring, ring->head)->bytes; }
uint32_t hd_ring_oldest_label(const struct hd_ring *ring) { return header_at(ring, ring->head)->label; }

void hd_ring_get(struct hd_ring *ring, void *buffer) {
  size_t bytes = hd_ring_oldest_bytes(ring);
  uint64_t at = ring->head + sizeof(struct header);
  size_t first = until_end(ring, at, bytes);
  if (first) memcpy(buffer, ring->bytes + at % ring->room_bytes, first);
  if (first < bytes) memcpy((char *)buffer + first, ring->bytes, bytes - first);
  move(&ring->head, ring->head + record_bytes(bytes));
  ring->count--;
}

void hd_ring_clear(struct hd_ring *ring) {
  move(&ring->head, ring->tail);
  ring->count = 0;
}

void hd_ring_repair(struct hd_ring *ring) {
  uint64_t count = 0;
  for (uint64_t at = ring->head; at < ring->tail; at += record_bytes(header_at(ring, at)->bytes)) {
    ring->put_count = header_at(ring, at)->put_count;
    count++;
  }
  ring->count = count;
}
