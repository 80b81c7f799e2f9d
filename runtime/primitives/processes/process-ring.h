/* A ring of records in shared memory: what of a process queue must survive the death of whoever changes it.
 *
 * Head and tail count bytes since ever. A record is written behind the tail, where nobody looks, and is there when the tail is moved beyond
 * it; it is gone when the head is moved: one store each, so a kill at any instruction leaves it wholly there or not at all. What can be
 * found from the records is found by hd_ring_repair when that happened. For users that hold a guard.
 */
#ifndef HEDDLE_PROCESS_RING_H
#define HEDDLE_PROCESS_RING_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hd_ring {
  uint64_t room_bytes; /* a multiple of HD_RING_ALIGNMENT */
  uint64_t head, tail;
  uint64_t count;     /* records between head and tail */
  uint64_t put_count; /* records since ever */
  _Alignas(16) char bytes[];
};
#define HD_RING_ALIGNMENT ((size_t)16)

/* Whether a record of this size could be put into an empty ring, and can be put into this one. */
bool hd_ring_could_hold(const struct hd_ring *ring, size_t bytes);
bool hd_ring_can_hold(const struct hd_ring *ring, size_t bytes);
/* Puts a record that can be held. label: the user's own. */
void hd_ring_put(struct hd_ring *ring, const void *data, size_t bytes, uint32_t label);
/* Of a ring that is not empty: size and label of the oldest record; and takes it out, copied to a buffer that is large enough. */
size_t hd_ring_oldest_bytes(const struct hd_ring *ring);
uint32_t hd_ring_oldest_label(const struct hd_ring *ring);
void hd_ring_get(struct hd_ring *ring, void *buffer);
/* Takes all out. */
void hd_ring_clear(struct hd_ring *ring);
/* Makes it whole again. */
void hd_ring_repair(struct hd_ring *ring);

#endif
