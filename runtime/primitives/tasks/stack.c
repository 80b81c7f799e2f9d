#include "stack.h"
#include "sanitizer.h"
#include <errno.h>
#include <heddle/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

/* So many free stacks of a pool keep their memory. */
#define WARM_COUNT 512
/* A slab has as many stacks as its pool has had before, within these bounds. */
#define SLAB_COUNT_MIN 8
#define SLAB_COUNT_MAX 1024
/* Frames leave holes: at least each return address is written. */
#define GUARD_WORD_COUNT 64

struct hd_stack_slab {
  struct hd_stack_slab *next;
  unsigned char *memory;
  size_t count;
};

static enum hd_stack_guard best_guard = HD_GUARD_PAGES;
/* How many stacks may still be guarded by mprotect; below 0: nobody has asked the system yet. */
static int64_t protected_left = -1;
static uint32_t protected_known;

static size_t page_bytes(void) { return (size_t)sysconf(_SC_PAGESIZE); }
static size_t whole_pages(size_t bytes) { return (bytes + page_bytes() - 1) & ~(page_bytes() - 1); }
static size_t usable_bytes(size_t bytes) { return whole_pages(__sanitizer_start_switch_fiber || __tsan_create_fiber ? bytes * 4 : bytes); }

void hd_stack_guard_at_most(enum hd_stack_guard guard) { __atomic_store_n(&best_guard, guard, __ATOMIC_RELAXED); }

/* Half of the mappings that a process may have; a protected stack splits one in two and leaves a third. */
static int64_t protected_max(void) {
  long count = 65530;
  FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
  if (file) {
    if (fscanf(file, "%ld", &count) != 1 || count < 0) count = 65530;
    fclose(file);
  }
  return count / 4;
}

static bool protect(unsigned char *guard) {
  if (!__atomic_load_n(&protected_known, __ATOMIC_ACQUIRE)) {
    int64_t unknown = -1;
    __atomic_compare_exchange_n(&protected_left, &unknown, protected_max(), false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    __atomic_store_n(&protected_known, 1, __ATOMIC_RELEASE);
  }
  if (__atomic_sub_fetch(&protected_left, 1, __ATOMIC_RELAXED) >= 0 && mprotect(guard, HD_STACK_GUARD_BYTES, PROT_NONE) == 0) return true;
  __atomic_add_fetch(&protected_left, 1, __ATOMIC_RELAXED);
  return false;
}

static enum hd_stack_guard make_guard(unsigned char *base) {
  unsigned char *guard = base - HD_STACK_GUARD_BYTES;
  enum hd_stack_guard best = __atomic_load_n(&best_guard, __ATOMIC_RELAXED);
  if (best == HD_GUARD_PAGES) {
    if (madvise(guard, HD_STACK_GUARD_BYTES, MADV_GUARD_INSTALL) == 0) return HD_GUARD_PAGES;
    best = HD_GUARD_PROTECTED;
    if (errno == EINVAL) hd_stack_guard_at_most(best); /* an older kernel */
  }
  return best == HD_GUARD_PROTECTED && protect(guard) ? HD_GUARD_PROTECTED : HD_GUARD_WORDS;
}

/* The words are zero: fresh memory is, and reading it takes none. */
bool hd_stack_is_overrun(const struct hd_stack *stack) {
  const uint64_t *words = (const uint64_t *)(const void *)stack->base - GUARD_WORD_COUNT;
  uint64_t all = 0;
  for (int i = 0; i < GUARD_WORD_COUNT; i++) all |= words[i];
  return all;
}

/* Huge pages would be touched whole. */
static unsigned char *map(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  madvise(memory, bytes, MADV_NOHUGEPAGE);
  if (__lsan_register_root_region) __lsan_register_root_region(memory, bytes);
  return memory;
}

static void unmap(unsigned char *memory, size_t bytes) {
  if (__lsan_unregister_root_region) __lsan_unregister_root_region(memory, bytes);
  if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(memory, bytes);
  munmap(memory, bytes);
}

static size_t stride(const struct hd_stack_pool *pool) { return pool->stack_bytes + HD_STACK_GUARD_BYTES; }

void hd_stack_pool_begin(struct hd_stack_pool *pool, size_t stack_bytes) {
  *pool = (struct hd_stack_pool){.stack_bytes = usable_bytes(stack_bytes ? stack_bytes : HD_STACK_BYTES)};
}

static void forget_guard(const struct hd_stack *stack) {
  if (stack->guard == HD_GUARD_PROTECTED) __atomic_add_fetch(&protected_left, 1, __ATOMIC_RELAXED);
}

void hd_stack_pool_end(struct hd_stack_pool *pool) {
  for (size_t i = 0; i < pool->warm_count + pool->cold_count; i++) forget_guard(&pool->free[i]);
  for (struct hd_stack_slab *slab; (slab = pool->slabs);) {
    pool->slabs = slab->next;
    unmap(slab->memory, slab->count * stride(pool));
    free(slab);
  }
  free(pool->free);
  *pool = (struct hd_stack_pool){.stack_bytes = pool->stack_bytes};
}

/* A slab more, and room for its stacks in the list of the free ones, so that giving one back cannot fail. */
static bool add_slab(struct hd_stack_pool *pool) {
  size_t count = pool->capacity < SLAB_COUNT_MIN ? SLAB_COUNT_MIN : pool->capacity > SLAB_COUNT_MAX ? SLAB_COUNT_MAX : pool->capacity;
  while (count > 1 && count * stride(pool) > (size_t)64 << 20) count /= 2;
  struct hd_stack_slab *slab = malloc(sizeof *slab);
  struct hd_stack *larger = realloc(pool->free, (pool->capacity + count) * sizeof *larger);
  if (larger) pool->free = larger;
  unsigned char *memory = slab && larger ? map(count * stride(pool)) : NULL;
  if (!memory) {
    free(slab);
    return false;
  }
  *slab = (struct hd_stack_slab){.next = pool->slabs, .memory = memory, .count = count};
  pool->slabs = slab;
  pool->capacity += count;
  pool->slab_used_count = 0;
  return true;
}

static int take_alone(size_t bytes, struct hd_stack *stack) {
  bytes = usable_bytes(bytes);
  unsigned char *memory = map(bytes + HD_STACK_GUARD_BYTES);
  if (!memory) return HD_ERROR_NO_MEMORY;
  *stack = (struct hd_stack){.base = memory + HD_STACK_GUARD_BYTES, .bytes = bytes, .alone = true};
  stack->guard = (uint8_t)make_guard(stack->base);
  return HD_OK;
}

int hd_stack_take(struct hd_stack_pool *pool, size_t bytes, struct hd_stack *stack) {
  if (bytes && usable_bytes(bytes) != pool->stack_bytes) return take_alone(bytes, stack);
  if (pool->warm_count) {
    *stack = pool->free[--pool->warm_count];
    if (pool->cold_count) pool->free[pool->warm_count] = pool->free[pool->warm_count + pool->cold_count];
  } else if (pool->cold_count) {
    *stack = pool->free[--pool->cold_count];
  } else {
    if ((!pool->slabs || pool->slab_used_count == pool->slabs->count) && !add_slab(pool)) return HD_ERROR_NO_MEMORY;
    unsigned char *memory = pool->slabs->memory + pool->slab_used_count++ * stride(pool);
    *stack = (struct hd_stack){.base = memory + HD_STACK_GUARD_BYTES, .bytes = pool->stack_bytes};
    stack->guard = (uint8_t)make_guard(stack->base);
  }
  return HD_OK;
}

void hd_stack_give(struct hd_stack_pool *pool, struct hd_stack *stack) {
  if (!stack->base) return;
  if (stack->alone) {
    forget_guard(stack);
    unmap(stack->base - HD_STACK_GUARD_BYTES, stack->bytes + HD_STACK_GUARD_BYTES);
  } else {
    if (__asan_unpoison_memory_region) __asan_unpoison_memory_region(stack->base, stack->bytes);
    size_t end = pool->warm_count + pool->cold_count;
    if (pool->warm_count < WARM_COUNT) {
      pool->free[end] = pool->free[pool->warm_count];
      pool->free[pool->warm_count++] = *stack;
    } else {
      madvise(stack->base, stack->bytes, MADV_DONTNEED);
      pool->free[end] = *stack;
      pool->cold_count++;
    }
  }
  stack->base = NULL;
}
