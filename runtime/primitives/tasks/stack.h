/* Stacks of coroutines: mapped, touched lazily, with a guard below, kept in a pool when they are free.
 *
 * The guard is one of three, the first that the system gives: pages made inaccessible without a mapping of their own
 * (MADV_GUARD_INSTALL, Linux 6.13), so that hundreds of thousands of stacks are few mappings; pages protected by mprotect, each of which
 * costs two of the process's mappings (so at most half of vm.max_map_count are used so); words that are looked at at every switch.
 */
#ifndef HEDDLE_STACK_H
#define HEDDLE_STACK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hd_stack_guard { HD_GUARD_PAGES, HD_GUARD_PROTECTED, HD_GUARD_WORDS };

struct hd_stack {
  unsigned char *base; /* lowest usable byte; the guard lies below */
  size_t bytes;        /* usable */
  uint8_t guard;       /* enum hd_stack_guard */
  bool alone;          /* mapped for itself, not a part of a slab of its pool */
};

struct hd_stack_slab;
/* For one thread. */
struct hd_stack_pool {
  size_t stack_bytes;    /* usable bytes of each */
  struct hd_stack *free; /* first the warm ones, whose memory is kept, then the cold ones, whose memory was given back */
  size_t warm_count, cold_count, capacity;
  struct hd_stack_slab *slabs;
  size_t slab_used_count; /* how many of the youngest slab were taken ever */
};

#define HD_STACK_BYTES ((size_t)64 << 10)
#define HD_STACK_BYTES_MIN ((size_t)16 << 10)
#define HD_STACK_BYTES_MAX ((size_t)1 << 30)
/* A frame may jump so far over the end of its stack and is found out. */
#define HD_STACK_GUARD_BYTES ((size_t)16 << 10)

/* stack_bytes: 0 for HD_STACK_BYTES; a sanitized program, whose frames are larger, gets more. */
void hd_stack_pool_begin(struct hd_stack_pool *pool, size_t stack_bytes);
/* Unmaps all; none of its stacks may be in use. */
void hd_stack_pool_end(struct hd_stack_pool *pool);
/* bytes: 0 for one of the pool's, else one that is mapped for itself. HD_OK, HD_ERROR_NO_MEMORY. */
int hd_stack_take(struct hd_stack_pool *pool, size_t bytes, struct hd_stack *stack);
void hd_stack_give(struct hd_stack_pool *pool, struct hd_stack *stack);

/* Of a guard that consists of words: whether something was written over it. */
bool hd_stack_is_overrun(const struct hd_stack *stack);
/* Whether the address lies in the guard. */
static inline bool hd_stack_guards(const struct hd_stack *stack, const void *address) {
  uintptr_t at = (uintptr_t)address, base = (uintptr_t)stack->base;
  return base && at < base && base - at <= HD_STACK_GUARD_BYTES;
}
/* For tests: no guard better than this one from now on. */
void hd_stack_guard_at_most(enum hd_stack_guard guard);

#endif
