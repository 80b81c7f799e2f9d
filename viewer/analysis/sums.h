/* Sums and histograms of durations. */
#pragma once
#include "analysis.h"

/* Of a damaged recording sums may be beyond all bounds: then they stay there. */
static inline void hd_add_ns(gint64 *sum_ns, gint64 length_ns) {
  if (__builtin_add_overflow(*sum_ns, length_ns, sum_ns)) *sum_ns = G_MAXINT64;
}

static inline void hd_histogram_add(HdHistogram *histogram, gint64 duration_ns) {
  guint bucket = duration_ns < 2 ? 0 : 63 - __builtin_clzll((guint64)duration_ns);
  histogram->counts[MIN(bucket, G_N_ELEMENTS(histogram->counts) - 1)]++;
}
