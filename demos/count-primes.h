/* Work for the demos of the interpreter lock: what a thread of an interpreter does that only computes. */
#ifndef COUNT_PRIMES_H
#define COUNT_PRIMES_H
#include <heddle/heddle.h>

struct count {
  int limit;
  int primes;
};

/* By trial division: as slow as it looks, a few microseconds a number. */
static inline bool is_prime(int number) {
  for (int divisor = 3; divisor * divisor <= number; divisor += 2)
    if (number % divisor == 0) return false;
  return true;
}

/* An interpreter looks between its instructions whether somebody asks for its lock; this looks between its numbers. */
static inline void count_primes(void *argument) {
  struct count *count = argument;
  for (int number = 3; number < count->limit; number += 2) {
    count->primes += is_prime(number);
    hd_gil_check();
  }
}

#endif
