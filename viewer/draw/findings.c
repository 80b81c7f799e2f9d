#include "findings.h"
#include "names.h"
#include "ruler.h"
#include "shape.h"
#include "text.h"
#include <math.h>

static HdColour grade_colour(const HdTheme *theme, const HdFinding *finding) {
  return finding->grade == HD_GRADE_OCCURRED ? theme->alarm : finding->grade == HD_GRADE_REFUTED ? theme->dim : theme->warning;
}

gboolean hd_finding_is_hang(const HdFinding *finding) {
  switch (finding->kind) {
  case HD_FINDING_DEADLOCK:
  case HD_FINDING_SELF_DEADLOCK:
  case HD_FINDING_HELD_BY_EXITED:
  case HD_FINDING_LOST_WAKEUP:
  case HD_FINDING_STUCK:
  case HD_FINDING_EXECUTOR_STARVATION:
    return TRUE;
  default:
    return FALSE;
  }
}

char *hd_finding_tag(const HdFinding *finding) {
  GString *tag = g_string_new(hd_grade_names[finding->grade]);
  if (finding->grade == HD_GRADE_OCCURRED && hd_finding_is_hang(finding) && !finding->resolved) g_string_append(tag, " · not resolved");
  if (finding->lost_ns > 0) {
    g_autofree char *lost = hd_format_duration(finding->lost_ns);
    g_string_append_printf(tag, " · %s lost", lost);
    if (finding->share >= 0.0005)
      g_string_append_printf(tag, " · %.*f %% of their time", finding->share < 0.0995 ? 1 : 0, finding->share * 100);
  }
  return g_string_free(tag, FALSE);
}

double hd_paint_card(cairo_t *cr, const HdTheme *theme, const HdFinding *finding, gboolean on, double x, double y, double width_px) {
  const double left = 14, top = 10, room = width_px - left - 12;
  HdTextStyle title = {.size_px = 12.5, .weight = HD_WEIGHT_BOLD, .width_px = room},
              tag = {.size_px = 11, .weight = HD_WEIGHT_BOLD, .width_px = room};
  HdTextStyle body = {.size_px = 11.5, .width_px = room};
  double title_px = hd_draw_paragraph(NULL, &title, 0, 0, 0, 2, finding->title);
  double summary_px = hd_draw_paragraph(NULL, &body, 0, 0, 0, 5, finding->summary ? finding->summary : "");
  double advice_px = finding->advice && *finding->advice ? hd_draw_paragraph(NULL, &body, 0, 0, 0, 3, finding->advice) + 2 : 0;
  double height = top + title_px + 17 + summary_px + advice_px + 9;
  if (!cr) return height;
  hd_rounded(cr, x + 0.5, y + 0.5, width_px - 1, height - 1, 8);
  hd_set_colour(cr, on ? theme->selected_background : theme->background, 1);
  cairo_fill_preserve(cr);
  cairo_set_line_width(cr, 1);
  hd_set_colour(cr, on ? theme->selection : theme->line, 1);
  cairo_stroke(cr);
  hd_rounded(cr, x, y + 10, 3.5, height - 20, 2);
  hd_set_colour(cr, grade_colour(theme, finding), 1);
  cairo_fill(cr);
  g_autofree char *tag_words = hd_finding_tag(finding);
  double at = y + top;
  at += hd_draw_paragraph(cr, &title, theme->text, x + left, at, 2, finding->title);
  hd_draw_text(cr, &tag, grade_colour(theme, finding), x + left, at + 12, tag_words);
  at += 17;
  at += hd_draw_paragraph(cr, &body, theme->text, x + left, at, 5, finding->summary ? finding->summary : "");
  if (advice_px > 0) hd_draw_paragraph(cr, &body, theme->dim, x + left, at + 2, 3, finding->advice);
  return height;
}

static int compare_indices(const void *a, const void *b) {
  guint32 first = *(const guint32 *)a, second = *(const guint32 *)b;
  return (first > second) - (first < second);
}

GArray *hd_finding_waits(const HdFinding *finding) {
  GArray *waits = g_array_new(FALSE, FALSE, sizeof(guint32));
  for (guint i = 0; finding->evidence && i < finding->evidence->len; i++) {
    guint32 wait = g_array_index(finding->evidence, HdEvidence, i).wait;
    if (wait != HD_NONE) g_array_append_val(waits, wait);
  }
  g_array_sort(waits, compare_indices);
  guint kept = 0;
  for (guint i = 0; i < waits->len; i++)
    if (i == 0 || g_array_index(waits, guint32, i) != g_array_index(waits, guint32, i - 1))
      g_array_index(waits, guint32, kept++) = g_array_index(waits, guint32, i);
  g_array_set_size(waits, kept);
  return waits;
}

/* The view of [from_ns, to_ns] with a margin on both sides. */
static HdView fit(const HdModel *model, double from_ns, double to_ns, double margin, int width_px) {
  double length_ns = fmax(to_ns - from_ns, 1000), duration_ns = (double)MAX(model->duration_ns, 1000);
  from_ns = fmax(from_ns - length_ns * margin, 0);
  to_ns = fmin(fmax(to_ns + length_ns * margin, from_ns + 1000), fmax(duration_ns, from_ns + 1000));
  return (HdView){.from_ns = (gint64)from_ns, .ns_per_px = (to_ns - from_ns) / MAX(width_px, 1), .width_px = MAX(width_px, 1)};
}

/* When the first of the jobs was submitted in which the finding's actors are stuck. */
static double first_submission_ns(const HdModel *model, const HdFinding *finding) {
  gint64 first_ns = finding->from_ns;
  for (guint i = 0; finding->actors && i < finding->actors->len; i++) {
    const HdActor *worker = &model->actors[g_array_index(finding->actors, guint32, i)];
    for (guint32 j = worker->job_count; j > 0; j--) {
      const HdJob *job = &model->jobs[model->actor_jobs[worker->job_first + j - 1]];
      if (job->begin_ns > finding->at_ns) continue;
      if (job->end_ns >= finding->at_ns) first_ns = MIN(first_ns, job->submit_ns);
      break;
    }
  }
  return first_ns;
}

HdView hd_finding_view(const HdModel *model, const HdFinding *finding, int width_px) {
  double from_ns = finding->from_ns, to_ns = finding->to_ns;
  if (finding->kind == HD_FINDING_LOST_UPDATE && finding->evidence && finding->evidence->len) { /* of many the one that is drawn */
    from_ns = to_ns = g_array_index(finding->evidence, HdEvidence, 0).at_ns;
    for (guint i = 1; i < MIN(finding->evidence->len, HD_INTERLEAVING_LENGTH); i++) {
      from_ns = fmin(from_ns, g_array_index(finding->evidence, HdEvidence, i).at_ns);
      to_ns = fmax(to_ns, g_array_index(finding->evidence, HdEvidence, i).at_ns);
    }
    return fit(model, from_ns, to_ns, 0.6, width_px);
  }
  if (finding->kind == HD_FINDING_EXECUTOR_STARVATION) from_ns = fmin(from_ns, first_submission_ns(model, finding));
  if (hd_finding_is_hang(finding)) { /* how it came to be; what follows is only its length */
    to_ns = fmax(finding->at_ns, from_ns);
    if (to_ns <= from_ns) from_ns = fmax(to_ns - model->duration_ns * 0.02, 0);
    return fit(model, from_ns, to_ns + (to_ns - from_ns) * 0.1, 0.1, width_px);
  }
  g_autoptr(GArray) waits = hd_finding_waits(finding);
  gint64 shortest_ns = G_MAXINT64;
  guint32 longest = HD_NONE;
  for (guint i = 0; i < waits->len; i++) {
    const HdWait *wait = &model->waits[g_array_index(waits, guint32, i)];
    gint64 length_ns = wait->end_ns - wait->begin_ns;
    if (length_ns > 0) shortest_ns = MIN(shortest_ns, length_ns);
    if (longest == HD_NONE || length_ns > model->waits[longest].end_ns - model->waits[longest].begin_ns)
      longest = g_array_index(waits, guint32, i);
  }
  HdView view = fit(model, from_ns, to_ns, 0.15, width_px);
  if (longest == HD_NONE || shortest_ns / view.ns_per_px >= 20) return view;
  /* too far to see the shortest wait: near the longest, but never so near that that one does not fit */
  const HdWait *wait = &model->waits[longest];
  double length_ns = fmax(shortest_ns / 20.0 * width_px, (wait->end_ns - wait->begin_ns) * 1.3);
  double middle_ns = wait->begin_ns + (wait->end_ns - wait->begin_ns) / 2.0;
  return fit(model, middle_ns - length_ns / 2, middle_ns + length_ns / 2, 0, width_px);
}

/* Idle workers wait for their executor: that costs nobody anything. */
static const HdContention *most_waited_for(const HdSource *source) {
  for (guint i = 0; source->analysis && i < source->analysis->contention_count; i++) {
    enum hd_object_kind kind = source->model->objects[source->analysis->contentions[i].object].kind;
    if (kind != HD_KIND_EXECUTOR && kind != HD_KIND_POOL && kind != HD_KIND_LOOP && kind != HD_KIND_GROUP)
      return &source->analysis->contentions[i];
  }
  return NULL;
}

char *hd_no_finding_text(const HdSource *source) {
  const HdModel *model = source->model;
  gboolean observed = model->info && model->info->schedule_observed;
  const char *reason = model->info && model->info->schedule_reason ? model->info->schedule_reason : NULL;
  gint64 life_ns = 0;
  for (guint i = 0; i < model->actor_count; i++)
    if (model->actors[i].interval_count) life_ns += model->actors[i].end_ns - model->actors[i].start_ns;
  const HdContention *most = most_waited_for(source);
  GString *text = g_string_new(NULL);
  if (!most || most->wait_total_ns < life_ns / 100)
    g_string_append(text, "No wait above 1 %.");
  else {
    g_autofree char *name = hd_object_label(model, most->object), *waited = hd_format_duration(most->wait_total_ns);
    g_string_append_printf(text, "No findings. Waited for most: %s (%s), %s.", name,
                           hd_object_kind_names[model->objects[most->object].kind], waited);
  }
  if (observed)
    g_string_append(text, " Observed: locks, waits, blocking calls and the CPU schedule.");
  else
    g_string_append_printf(text, " Observed: locks, waits and blocking calls. Not observed: the CPU schedule%s%s.", reason ? ", " : "",
                           reason ? reason : "");
  return g_string_free(text, FALSE);
}
