/* Who owns something in shared memory, in a word that stays true when its process has died: the kernel's id of a process or thread, and
 * when it began, so that a later one with the same id is not mistaken for it.
 *
 * An owner fits into one atomic word: killed at any instruction, a process owns what the word says, and nothing else. Whether an owner has
 * died is read from /proc (some microseconds): to be asked only when waiting has taken long already.
 */
#ifndef HEDDLE_PROCESS_OWNER_H
#define HEDDLE_PROCESS_OWNER_H
#include <stdbool.h>
#include <stdint.h>

/* Low half: id. Ids have 22 bits in Linux, so who stores an owner may use the low half's top bit. High half: clock ticks since boot at
 * its begin, 0 when they cannot be known. */
#define HD_OWNER_SPARE_BIT ((uint64_t)1 << 31)
static inline uint32_t hd_owner_id(uint64_t owner) { return (uint32_t)(owner & ~HD_OWNER_SPARE_BIT); }

extern uint64_t hd_owner_own_process;
extern __thread uint64_t hd_owner_own_thread;
uint64_t hd_owner_find_process(void);
uint64_t hd_owner_find_thread(void);

/* The calling process, the calling thread. */
static inline uint64_t hd_owner_process(void) {
  uint64_t own = __atomic_load_n(&hd_owner_own_process, __ATOMIC_RELAXED);
  return __builtin_expect(own != 0, 1) ? own : hd_owner_find_process();
}
static inline uint64_t hd_owner_thread(void) {
  return __builtin_expect(hd_owner_own_thread != 0, 1) ? hd_owner_own_thread : hd_owner_find_thread();
}

/* Whether the process (with all its threads) or the thread has ended. In doubt false. */
bool hd_owner_process_died(uint64_t owner);
bool hd_owner_thread_died(uint64_t owner);

#endif
