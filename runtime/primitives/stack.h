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
  uint32_t guard;      /* enum hd_stack_guard */
  bool alone;          /* mapped for itself, not a part of a slab of its pool */
};

struct hd_stack_slab;
struct hd_stack_free;
/* For one thread. */
struct hd_stack_pool {
  size_t stack_bytes;         /* usable bytes of each */
  struct hd_stack_free *free; /* those that are free, the last used first */
  size_t free_count;
  struct hd_stack_slab *slabs;
};

#define HD_STACK_BYTES ((size_t)64 << 10)
#define HD_STACK_BYTES_MIN ((size_t)16 << 10)
#define HD_STACK_BYTES_MAX ((size_t)1 << 30)

/* stack_bytes: rounded up to whole pages; 0: HD_STACK_BYTES. */
void hd_stack_pool_begin(struct hd_stack_pool *pool, size_t stack_bytes);
/* Unmaps all; none of its stacks may be in use. */
void hd_stack_pool_end(struct hd_stack_pool *pool);
/* bytes: 0 or the pool's own size, else one that is mapped for itself. HD_OK, HD_ERROR_NO_MEMORY. */
int hd_stack_take(struct hd_stack_pool *pool, size_t bytes, struct hd_stack *stack);
void hd_stack_give(struct hd_stack_pool *pool, struct hd_stack *stack);
/* Of a guard that consists of words: whether something was written over it. */
bool hd_stack_is_overrun(const struct hd_stack *stack);
/* Tests: no guard better than this one from now on. */
void hd_stack_guard_at_most(enum hd_stack_guard guard);

#endif
