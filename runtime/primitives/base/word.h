/* The word of a lock: bit 0 says that it is held, the bits above count the threads that sleep for it.
 *
 * A variant of the third mutex of U. Drepper, "Futexes Are Tricky" (2011): instead of "perhaps somebody sleeps" the word counts who does,
 * so that a release knows exactly whether it was waited for (only then the recording tells its stack). A release touches the word once and
 * then at most its address: who acquires after may free the memory.
 */
#ifndef HEDDLE_WORD_H
#define HEDDLE_WORD_H
#include "futex.h"

#define HD_WORD_HELD 1u
#define HD_WORD_SLEEPER 2u

static inline bool hd_word_try(uint32_t *word) {
  uint32_t free = 0;
  if (__builtin_expect(__atomic_compare_exchange_n(word, &free, HD_WORD_HELD, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED), 1)) return true;
  while (!(free & HD_WORD_HELD)) /* free, but others sleep: they have been woken and will find it taken */
    if (__atomic_compare_exchange_n(word, &free, free | HD_WORD_HELD, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return true;
  return false;
}

/* Takes it, sleeping while it is held. HD_OK or HD_ERROR_TIMEOUT. */
int hd_word_sleep(uint32_t *word, hd_deadline deadline);

/* Releases it and wakes a sleeper. False when it was not held. */
bool hd_word_release_slowly(uint32_t *word);
static inline bool hd_word_release(uint32_t *word) {
  uint32_t held = HD_WORD_HELD;
  if (__builtin_expect(__atomic_compare_exchange_n(word, &held, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED), 1)) return true;
  return hd_word_release_slowly(word);
}

static inline bool hd_word_is_held(const uint32_t *word) { return __atomic_load_n(word, __ATOMIC_RELAXED) & HD_WORD_HELD; }
static inline bool hd_word_has_sleepers(const uint32_t *word) { return __atomic_load_n(word, __ATOMIC_RELAXED) >= HD_WORD_SLEEPER; }

/* A word that guards some instructions of the runtime itself: 0 free, 1 held, 2 held and perhaps slept for. The third mutex itself: a
 * release forgets the sleeper that it wakes, so that until that one runs others enter and leave at full speed. */
void hd_guard_enter_slowly(uint32_t *guard);
static inline void hd_guard_enter(uint32_t *guard) {
  uint32_t free = 0;
  if (__builtin_expect(!__atomic_compare_exchange_n(guard, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED), 0))
    hd_guard_enter_slowly(guard);
}
static inline void hd_guard_leave(uint32_t *guard) {
  if (__builtin_expect(__atomic_exchange_n(guard, 0, __ATOMIC_RELEASE) == 2, 0)) hd_futex_wake(guard, 1);
}

#endif
