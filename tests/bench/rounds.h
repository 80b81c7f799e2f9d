/* What the benchmarks that measure in rounds share. ROUNDS, how many there are, is defined before. */
#ifndef HEDDLE_BENCH_ROUNDS_H
#define HEDDLE_BENCH_ROUNDS_H
#include <stdlib.h>

static int compare(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}
/* Sorts the values. */
static double median(double values[ROUNDS]) {
  qsort(values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

#endif
