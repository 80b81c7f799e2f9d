/* Time-outs of the Heddle runtime: signed nanoseconds from now on the monotonic clock, which no change of the wall clock moves. */
#ifndef HEDDLE_TIME_H
#define HEDDLE_TIME_H
#include <stdint.h>

/* No time-out. Other negative values give HD_ERROR_INVALID; 0 does not wait at all. */
#define HD_FOREVER ((int64_t)-1)

#define HD_MICROSECOND_NS ((int64_t)1000)
#define HD_MILLISECOND_NS ((int64_t)1000000)
#define HD_SECOND_NS ((int64_t)1000000000)

#endif
