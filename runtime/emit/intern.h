/* A table from 64-bit keys to numbers, for what is sent once and then referred to by number.
 *
 * Lock-free and never waiting, so that a fork or kill at any moment leaves it usable: a key is claimed by compare-and-swap,
 * its number stored after. Who finds a key without its number, or a full table, takes a new number of its own: a thing may
 * have two numbers, a number never has two things. Entries are never removed; one
 * whose number is set to 0 again is filled by the next add. */
#ifndef HEDDLE_EMIT_INTERN_H
#define HEDDLE_EMIT_INTERN_H
#include <stdbool.h>
#include <stdint.h>

struct hd_intern_entry {
  uint64_t key; /* 0: free */
  uint64_t number;
};
struct hd_intern {
  struct hd_intern_entry *entries;
  uint32_t capacity; /* a power of two */
};

/* Mixes the bits of a key (the finalizer of MurmurHash3, Austin Appleby, public domain). */
static inline uint64_t hd_mix(uint64_t key) {
  key = (key ^ key >> 33) * 0xff51afd7ed558ccdull;
  key = (key ^ key >> 33) * 0xc4ceb9fe1a85ec53ull;
  return key ^ key >> 33;
}

/* The number of key, 0 when it has none yet. */
static inline uint64_t hd_intern_find(const struct hd_intern *table, uint64_t key) {
  uint32_t mask = table->capacity - 1;
  for (uint32_t probe = 0, at = (uint32_t)hd_mix(key) & mask; probe < 64; probe++, at = (at + 1) & mask) {
    uint64_t found = __atomic_load_n(&table->entries[at].key, __ATOMIC_ACQUIRE);
    if (found == key) return __atomic_load_n(&table->entries[at].number, __ATOMIC_ACQUIRE);
    if (!found) return 0;
  }
  return 0;
}

/* Stores key → number unless somebody was faster, or there is no room. */
static inline void hd_intern_add(struct hd_intern *table, uint64_t key, uint64_t number) {
  uint32_t mask = table->capacity - 1;
  for (uint32_t probe = 0, at = (uint32_t)hd_mix(key) & mask; probe < 64; probe++, at = (at + 1) & mask) {
    uint64_t found = 0;
    if (__atomic_compare_exchange_n(&table->entries[at].key, &found, key, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
      __atomic_store_n(&table->entries[at].number, number, __ATOMIC_RELEASE);
      return;
    }
    if (found == key) { /* there already, unless its number was taken back */
      uint64_t none = 0;
      __atomic_compare_exchange_n(&table->entries[at].number, &none, number, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
      return;
    }
  }
}

#endif
