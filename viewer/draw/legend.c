#include "paint-private.h"
#include "shape.h"
#include "text.h"

enum { LINE_PX = 20 };

void hd_paint_swatch(cairo_t *cr, const HdTheme *theme, guint state, double x, double y) {
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
  guint states[4]; /* as in hd_state_styles */
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
    {"R  ready, while a long step blocks its loop", {HD_SHOWN_STARVED}, 1},
    {"ready: preempted, or loop busy", {HD_STATE_READY}, 1},
    {"running", {HD_STATE_RUNNING}, 1},
    {"running with the GIL", {HD_STATE_RUNNING_GIL}, 1},
    {"not waiting (CPU not observed)", {HD_STATE_NOT_WAITING}, 1},
    {"blocked: sleep, I/O", {HD_STATE_BLOCKED}, 1},
    {"off the CPU, why is unknown", {HD_STATE_OFF_CPU}, 1},
};

/* --- what is no state --- */

typedef enum {
  SIGN_RUN,
  SIGN_TURN,
  SIGN_PLAN,
  SIGN_RESULT,
  SIGN_JOB,
  SIGN_ITEM,
  SIGN_CHART,
  SIGN_ACCESS,
  SIGN_MISUSE,
  SIGN_ARROW,
  SIGN_CANCEL,
  SIGN_COUNT
} Sign;

static const char *const sign_words[SIGN_COUNT] = {
    [SIGN_RUN] = "a step on the loop; below, who is ready",
    [SIGN_TURN] = "who has the GIL; forced to give it up, or by itself",
    [SIGN_PLAN] = "planned for, and how late it began",
    [SIGN_RESULT] = "timed out; left by cancellation",
    [SIGN_CANCEL] = "asked to end",
    [SIGN_JOB] = "a job, above its worker's states",
    [SIGN_ITEM] = "something put, something got",
    [SIGN_CHART] = "how many are in it; dashed: the bound",
    [SIGN_ACCESS] = "read, written; crossed out: lost",
    [SIGN_MISUSE] = "wrongly used, and refused",
    [SIGN_ARROW] = "started, or handed on",
};

static gboolean any_result(const HdModel *model) {
  for (guint32 i = 0; i < model->wait_count; i++)
    if (model->waits[i].result == HD_WAIT_RESULT_TIMEOUT || model->waits[i].result == HD_WAIT_RESULT_CANCELLED) return TRUE;
  return FALSE;
}

static void find_signs(const HdLod *lod, gboolean occurs[SIGN_COUNT]) {
  const HdModel *model = hd_lod_model(lod);
  guint32 birth_count, misuse_count, request_count;
  hd_lod_births(lod, &birth_count);
  const guint32 *misuses = hd_lod_misuses(lod, &misuse_count);
  const guint32 *requests = hd_lod_requests(lod, &request_count);
  for (Sign sign = 0; sign < SIGN_COUNT; sign++) occurs[sign] = FALSE;
  for (guint32 i = 0; i < misuse_count; i++) occurs[SIGN_MISUSE] |= model->marks[misuses[i]].object < model->object_count;
  occurs[SIGN_RESULT] = any_result(model);
  occurs[SIGN_ITEM] = model->item_count > 0;
  for (guint32 i = 0; i < model->object_count; i++) {
    const HdObject *object = &model->objects[i];
    gboolean own_lane = object->kind == HD_KIND_LOOP || object->kind == HD_KIND_SCHEDULER;
    occurs[SIGN_ACCESS] |= hd_object_is_variable(object) && object->mark_count;
    occurs[SIGN_RUN] |= object->kind == HD_KIND_LOOP && hd_lod_runs(lod, i).count;
    occurs[SIGN_PLAN] |= object->kind == HD_KIND_SCHEDULER && object->job_count;
    occurs[SIGN_TURN] |= object->kind == HD_KIND_GIL && object->hold_count;
    occurs[SIGN_JOB] |= object->job_count && !own_lane;
  }
  occurs[SIGN_CHART] = model->item_count || occurs[SIGN_JOB];
  occurs[SIGN_ARROW] = birth_count || model->item_count || occurs[SIGN_JOB];
  for (guint32 i = 0; i < request_count; i++) occurs[SIGN_CANCEL] |= model->links[requests[i]].kind == HD_LINK_CANCEL;
}

/* In 24 × 13 px, as the swatches: by the painters of the lanes, from boxes made for it. */
static void paint_sign(cairo_t *cr, const HdTheme *theme, Sign sign, double x, double y) {
  static const HdRow row = {.kind = HD_ROW_THREAD, .height_px = 26, .jobs_px = 13};
  static const HdBox job = {.kind = HD_BOX_JOB, .x1_px = 24, .y_px = 1, .height_px = 11, .value = 1};
  static const HdBox items[] = {{.kind = HD_BOX_ITEM, .x0_px = 4, .x1_px = 9, .y_px = 4, .height_px = 5, .index = 0},
                                {.kind = HD_BOX_ITEM, .x0_px = 14, .x1_px = 19, .y_px = 4, .height_px = 5, .index = HD_LOD_GOT}};
  static const HdBox misuse = {.kind = HD_BOX_MISUSE, .x0_px = 8, .x1_px = 16, .y_px = 2, .height_px = 8};
  static const HdBox runs[] = {{.kind = HD_BOX_RUN, .x1_px = 14, .y_px = 0, .height_px = 9, .value = 1},
                               {.kind = HD_BOX_POLL, .x0_px = 14, .x1_px = 24, .y_px = 3, .height_px = 3},
                               {.kind = HD_BOX_WAITERS, .state = HD_STATE_READY, .x1_px = 14, .y_px = 10, .height_px = 3}};
  static const HdBox turns[] = {{.kind = HD_BOX_TURN, .x1_px = 11, .y_px = 1, .height_px = 11, .value = 1},
                                {.kind = HD_BOX_TURN, .x0_px = 11, .x1_px = 24, .y_px = 1, .height_px = 11, .value = 1, .shape = 1},
                                {.kind = HD_BOX_HANDOVER, .x0_px = 8, .x1_px = 14, .y_px = 6, .height_px = 7, .value = 1, .cited = 1},
                                {.kind = HD_BOX_HANDOVER, .x0_px = 20, .x1_px = 26, .y_px = 6, .height_px = 7, .value = 1}};
  static const HdBox plans[] = {{.kind = HD_BOX_PLAN, .x0_px = 0, .x1_px = 6, .y_px = 0, .height_px = 13},
                                {.kind = HD_BOX_LATE, .x0_px = 3, .x1_px = 14, .y_px = 2, .height_px = 3},
                                {.kind = HD_BOX_JOB, .x0_px = 14, .x1_px = 24, .y_px = 4, .height_px = 9, .value = 1}};
  static const HdBox results[] = {
      {.kind = HD_BOX_RESULT, .x0_px = 1, .x1_px = 10, .y_px = 2, .height_px = 9, .value = HD_WAIT_RESULT_TIMEOUT},
      {.kind = HD_BOX_RESULT, .x0_px = 14, .x1_px = 23, .y_px = 2, .height_px = 9, .value = HD_WAIT_RESULT_CANCELLED}};
  static const HdBox chart[] = {
      {.kind = HD_BOX_BOUND, .x1_px = 24, .y_px = 1, .height_px = 1},
      {.kind = HD_BOX_CHART, .state = HD_STATE_WAIT_QUEUE, .x1_px = 8, .y_px = 9, .height_px = 4},
      {.kind = HD_BOX_CHART, .state = HD_STATE_WAIT_QUEUE, .x0_px = 8, .x1_px = 16, .y_px = 4, .height_px = 9},
      {.kind = HD_BOX_CHART, .state = HD_STATE_WAIT_QUEUE, .x0_px = 16, .x1_px = 24, .y_px = 7, .height_px = 6},
  };
  g_autoptr(HdDisplayList) list = hd_display_list_new();
  switch (sign) {
  case SIGN_RUN:
    g_array_append_vals(list->boxes, runs, G_N_ELEMENTS(runs));
    break;
  case SIGN_TURN:
    g_array_append_vals(list->boxes, turns, G_N_ELEMENTS(turns));
    break;
  case SIGN_PLAN:
    g_array_append_vals(list->boxes, plans, G_N_ELEMENTS(plans));
    break;
  case SIGN_RESULT:
    g_array_append_vals(list->boxes, results, G_N_ELEMENTS(results));
    break;
  case SIGN_CANCEL:
    hd_paint_cancel_arrow(cr, theme, x + 2, y + 1, x + 20, y + 13);
    return;
  case SIGN_JOB:
    g_array_append_val(list->boxes, job);
    break;
  case SIGN_ITEM:
    g_array_append_vals(list->boxes, items, G_N_ELEMENTS(items));
    break;
  case SIGN_MISUSE:
    g_array_append_val(list->boxes, misuse);
    break;
  case SIGN_CHART:
    g_array_append_vals(list->boxes, chart, G_N_ELEMENTS(chart));
    break;
  case SIGN_ACCESS:
    hd_paint_access_sign(cr, theme, 0, FALSE, FALSE, x + 4, y + 6.5, 8);
    hd_paint_access_sign(cr, theme, 0, TRUE, FALSE, x + 12.5, y + 6.5, 8);
    hd_paint_access_sign(cr, theme, 1, TRUE, TRUE, x + 20.5, y + 6.5, 7);
    return;
  default:
    hd_paint_quiet_arrow(cr, theme, x + 2, y + 1, x + 20, y + 13);
    return;
  }
  hd_paint_list(cr, theme, list, &row, x, y);
}

static double paint_signs(cairo_t *cr, const HdTheme *theme, const gboolean occurs[SIGN_COUNT], double x, double y, double width_px) {
  double height = 0;
  for (Sign sign = 0; sign < SIGN_COUNT; sign++) {
    if (!occurs[sign]) continue;
    if (cr) {
      paint_sign(cr, theme, sign, x, y + height + 4);
      hd_draw_text(cr, &(HdTextStyle){.size_px = 11.5, .width_px = width_px - 32}, theme->text, x + 32, y + height + 15, sign_words[sign]);
    }
    height += LINE_PX;
  }
  return height;
}

double hd_paint_common_legend(cairo_t *cr, const HdTheme *theme, const HdLod *const *lods, guint lod_count, double x, double y,
                              double width_px) {
  gboolean occurs[HD_SHOWN_COUNT] = {FALSE}, signs[SIGN_COUNT] = {FALSE};
  for (guint i = 0; i < lod_count; i++) {
    gboolean states_of_one[HD_SHOWN_COUNT], signs_of_one[SIGN_COUNT];
    hd_lod_occurring(lods[i], states_of_one);
    find_signs(lods[i], signs_of_one);
    for (guint state = 0; state < HD_SHOWN_COUNT; state++) occurs[state] |= states_of_one[state];
    for (Sign sign = 0; sign < SIGN_COUNT; sign++) signs[sign] |= signs_of_one[sign];
  }
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
  return height + paint_signs(cr, theme, signs, x, y + height, width_px);
}

double hd_paint_legend(cairo_t *cr, const HdTheme *theme, const HdLod *lod, double x, double y, double width_px) {
  return hd_paint_common_legend(cr, theme, &lod, 1, x, y, width_px);
}
