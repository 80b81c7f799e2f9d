#include "analysis.h"
#include "model.h"
#include <math.h>
char *hd_display_name(const char *name, guint max_chars) {
  if (g_utf8_strlen(name, -1) <= max_chars) return g_strdup(name);
  g_autofree char *a = g_utf8_substring(name, 0, max_chars / 2), *b = g_utf8_substring(name, g_utf8_strlen(name, -1) - max_chars / 2 + 1, -1);
  return g_strconcat(a, "…", b, NULL);
}
char *hd_format_duration(gint64 ns) {
  const char *u[] = {"ns", "µs", "ms", "s"};
  double v = ns; int i = 0;
  while (i < 3 && v >= 999.5) v /= 1000, i++;
  return g_strdup_printf("%.*f %s", v >= 99.95 || i == 0 ? 0 : v >= 9.995 ? 1 : 2, v, u[i]);
}
char *hd_model_site_text(const HdModel *m, guint32 s) { return g_strdup_printf("%s (%s:%u)", m->sites[s].function, m->sites[s].file, m->sites[s].line); }
guint32 hd_model_holder_at(const HdModel *m, guint32 o, gint64 t) {
  for (guint i = 0; i < m->objects[o].hold_count; i++) { const HdHold *h = &m->holds[m->objects[o].hold_first + i]; if (h->begin_ns <= t && t < h->end_ns) return m->objects[o].hold_first + i; }
  return HD_NONE;
}
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
