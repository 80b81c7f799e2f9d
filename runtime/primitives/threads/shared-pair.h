/* Value and version of an annotated variable, which change in one step: as one word of 16 bytes. Whoever is killed or preempted in the
 * middle of a change holds nobody up. */
#ifndef HEDDLE_SHARED_PAIR_H
#define HEDDLE_SHARED_PAIR_H
#include <heddle/shared.h>
#include <stdbool.h>
#include <string.h>

typedef unsigned __int128 __attribute__((may_alias)) hd_pair_word;
struct hd_pair {
  int64_t value;
  uint64_t version;
};
_Static_assert(sizeof(struct hd_pair) == sizeof(hd_pair_word) && sizeof(struct hd_shared) % sizeof(hd_pair_word) == 0, "one word");

static inline hd_pair_word hd_pair_word_of(struct hd_pair pair) {
  hd_pair_word word;
  memcpy(&word, &pair, sizeof word);
  return word;
}

/* False when it is no longer what was seen. The __sync form, since the compiler expands it in place; for the __atomic one it would call a
 * library that may use locks, which are another process's own. */
#ifdef __x86_64__
__attribute__((target("cx16")))
#endif
static inline bool
hd_pair_replace(struct hd_shared *shared, struct hd_pair seen, struct hd_pair next) {
  return __sync_bool_compare_and_swap((hd_pair_word *)(void *)&shared->value, hd_pair_word_of(seen), hd_pair_word_of(next));
}

/* A version is never used twice: the value between two looks at the same one is that version's. */
static inline struct hd_pair hd_pair_look(const struct hd_shared *shared) {
  struct hd_pair pair;
  do {
    pair.version = __atomic_load_n(&shared->version, __ATOMIC_SEQ_CST);
    pair.value = __atomic_load_n(&shared->value, __ATOMIC_SEQ_CST);
  } while (__atomic_load_n(&shared->version, __ATOMIC_SEQ_CST) != pair.version);
  return pair;
}

/* A variable may hold a double: its bits are the value. */
static inline int64_t hd_bits_of_double(double number) {
  int64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}
static inline double hd_double_of_bits(int64_t bits) {
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}
/* As hd_shared_update, of a double. */
double hd_shared_update_double_at(struct hd_shared *shared, double addend, const struct hd_source *source);

#endif
