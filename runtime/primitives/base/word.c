#include "word.h"

int hd_word_sleep(uint32_t *word, hd_deadline deadline) {
  uint32_t seen = __atomic_add_fetch(word, HD_WORD_SLEEPER, __ATOMIC_RELAXED);
  int result = HD_OK;
  for (;;) {
    while (!(seen & HD_WORD_HELD))
      if (__atomic_compare_exchange_n(word, &seen, (seen - HD_WORD_SLEEPER) | HD_WORD_HELD, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return HD_OK;
    if (result != HD_OK) break;
    result = hd_futex_wait(word, seen, deadline);
    seen = __atomic_load_n(word, __ATOMIC_RELAXED);
  }
  __atomic_sub_fetch(word, HD_WORD_SLEEPER, __ATOMIC_RELAXED);
  return result;
}

bool hd_word_release_slowly(uint32_t *word) {
  uint32_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
  do {
    if (!(seen & HD_WORD_HELD)) return false;
  } while (!__atomic_compare_exchange_n(word, &seen, seen & ~HD_WORD_HELD, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
  if (seen >= HD_WORD_SLEEPER) hd_futex_wake(word, 1);
  return true;
}

void hd_guard_enter_slowly(uint32_t *guard) {
  while (__atomic_exchange_n(guard, 2, __ATOMIC_ACQUIRE)) hd_futex_wait_briefly(guard, 2);
}
