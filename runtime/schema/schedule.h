/* A record of the file "schedule": one switch of a thread on or off a CPU, as perf's context-switch records tell them. The tracer
 * writes them in the order of each CPU; load sorts them by time. Times are CLOCK_MONOTONIC, as LTTng's. */
#ifndef HEDDLE_SCHEDULE_H
#define HEDDLE_SCHEDULE_H
#include <stdint.h>

enum hd_schedule_kind { HD_SCHEDULE_IN, HD_SCHEDULE_OUT_BLOCKED, HD_SCHEDULE_OUT_PREEMPTED, HD_SCHEDULE_EXIT, HD_SCHEDULE_LOST };

struct hd_schedule_record {
  uint64_t at_ns;
  uint32_t process_id;
  uint32_t thread_id; /* of HD_SCHEDULE_LOST: how many records were lost */
  uint16_t cpu;
  uint8_t kind; /* enum hd_schedule_kind */
  uint8_t reserved[5];
};
_Static_assert(sizeof(struct hd_schedule_record) == 24, "layout");

#endif
