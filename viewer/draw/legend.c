#include "paint.h"
#include "shape.h"
#include "text.h"

enum { LINE_PX = 20 };

void hd_paint_swatch(cairo_t *cr, const HdTheme *theme, enum hd_state state, double x, double y) {
  const HdStateStyle *style = &hd_state_styles[state];
  if (style->shape == HD_SHAPE_HOLLOW) {
    hd_rounded(cr, x + 0.5, y + 1.5, 23, 10, 1);
    cairo_set_line_width(cr, 1);
    hd_set_colour(cr, theme->states[state], 1);
    cairo_stroke(cr);
    return;
  }
  hd_rounded(cr, x, style->shape == HD_SHAPE_LINE ? y + 5 : y, 24, style->shape == HD_SHAPE_LINE ? 4 : 13, 2);
  if (style->family != HD_FAMILY_NONE)
    hd_set_pattern(cr, theme, style->family, x, y);
  else
    hd_set_colour(cr, theme->states[state], 1);
  cairo_fill(cr);
}

/* A line stands for its states; the first gives the swatch. */
typedef struct {
  const char *words;
  enum hd_state states[4];
  guint count;
} Entry;

static const Entry entries[] = {
    {"L S  lock, semaphore", {HD_STATE_WAIT_LOCK, HD_STATE_WAIT_SEMAPHORE}, 2},
    {"G  interpreter lock", {HD_STATE_WAIT_GIL}, 1},
    {"C E B U  condition, event, barrier, futex",
     {HD_STATE_WAIT_CONDITION, HD_STATE_WAIT_EVENT, HD_STATE_WAIT_BARRIER, HD_STATE_WAIT_FUTEX},
     4},
    {"Q P  queue, pipe", {HD_STATE_WAIT_QUEUE, HD_STATE_WAIT_PIPE}, 2},
    {"J X F T  join, process, future, task", {HD_STATE_WAIT_JOIN, HD_STATE_WAIT_PROCESS, HD_STATE_WAIT_FUTURE, HD_STATE_WAIT_TASK}, 4},
    {"ready: preempted, or loop busy", {HD_STATE_READY}, 1},
    {"running", {HD_STATE_RUNNING}, 1},
    {"running with the GIL", {HD_STATE_RUNNING_GIL}, 1},
    {"not waiting (CPU not observed)", {HD_STATE_NOT_WAITING}, 1},
    {"blocked: sleep, I/O", {HD_STATE_BLOCKED}, 1},
    {"off the CPU, why is unknown", {HD_STATE_OFF_CPU}, 1},
};

double hd_paint_legend(cairo_t *cr, const HdTheme *theme, const HdLod *lod, double x, double y, double width_px) {
  gboolean occurs[HD_STATE_COUNT];
  hd_lod_occurring(lod, occurs);
  double height = LINE_PX;
  if (cr) hd_draw_text(cr, &(HdTextStyle){.size_px = 12, .weight = HD_WEIGHT_BOLD}, theme->text, x, y + 12, "States");
  for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
    gboolean shown = FALSE;
    for (guint j = 0; j < entries[i].count; j++) shown |= occurs[entries[i].states[j]];
    if (!shown) continue;
    if (cr) {
      hd_paint_swatch(cr, theme, entries[i].states[0], x, y + height + 4);
      hd_draw_text(cr, &(HdTextStyle){.size_px = 11.5, .width_px = width_px - 32}, theme->text, x + 32, y + height + 15, entries[i].words);
    }
    height += LINE_PX;
  }
  return height;
}
