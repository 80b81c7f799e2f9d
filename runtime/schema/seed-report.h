/* What a seeded run tells who started it: the file that HEDDLE_SEED_REPORT names, mapped shared by the program and its children, so that
 * what is in it survives any end. Who started it makes the file, HD_SEED_REPORT_BYTES of zeros. Every field is changed atomically. */
#ifndef HEDDLE_SEED_REPORT_H
#define HEDDLE_SEED_REPORT_H
#include <stdbool.h>
#include <stdint.h>

struct hd_seed_report {
  uint32_t process_count;     /* processes that ran under a seed */
  uint32_t hung_count;        /* of these, those that ended themselves since none of their threads could ever go on */
  uint32_t lost_update_count; /* writes to a shared variable that overwrote what their thread had not read */
  uint32_t waiting_count;     /* threads in a wait without a time-out, now or at the end */
  uint32_t unseeded_count;    /* threads, calls that block and whatever else the seed does not decide about */
  uint32_t reserved;
  uint64_t step_count; /* decisions of the first process */
  uint64_t order;      /* a hash of who went on at each of them: equal for equal schedules */
};
#define HD_SEED_REPORT_BYTES sizeof(struct hd_seed_report)

/* Reads a seed: decimal digits, 0 to INT64_MAX. */
static inline bool hd_seed_parse(const char *text, int64_t *seed) {
  int64_t number = 0;
  if (!*text) return false;
  for (; *text; text++)
    if (*text < '0' || *text > '9' || __builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, *text - '0', &number))
      return false;
  *seed = number;
  return true;
}

#endif
