#include "analysis.h"
#include "model.h"
#include <math.h>
const HdContention *hd_analysis_contention(const HdAnalysis *a, guint32 o) { return o < a->contention_count ? &a->contentions[o] : NULL; }
GArray *hd_wait_segments(const HdModel *m, guint32 w) {
  GArray *r = g_array_new(FALSE, FALSE, sizeof(HdWaitSegment));
  const HdWait *x = &m->waits[w];
  if (x->object == HD_NONE) return r;
  for (guint i = 0; i < m->objects[x->object].hold_count; i++) {
    guint32 k = m->objects[x->object].hold_first + i; const HdHold *h = &m->holds[k];
    if (h->begin_ns < x->end_ns && h->end_ns > x->begin_ns) { HdWaitSegment s = {MAX(h->begin_ns, x->begin_ns), MIN(h->end_ns, x->end_ns), k}; g_array_append_val(r, s); }
  }
  return r;
}
const char *const hd_grade_names[4] = {"occurred", "predicted", "potential", "refuted"};
