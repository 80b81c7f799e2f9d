/* Two recordings one above the other on one scale of time, each from its own start. */
#include "paint.h"
#include "render-private.h"
#include "text.h"
#include <math.h>

enum { CAPTION_PX = 34, GAP_PX = 10, TOP_PX = HEADER_PX + 1 + HD_RULER_HEIGHT_PX, FIGURE_PX = 21, AS_FAST_PERCENT = 2 };

typedef struct {
  HdPicture parts[2];
  const HdSource *sources;
  double width, height, right;
} Comparison;

char *hd_compare_words(gint64 before_ns, gint64 after_ns) {
  double before = (double)MAX(before_ns, 1), after = (double)MAX(after_ns, 1), factor = fmax(before / after, after / before);
  const char *way = after < before ? "faster" : "slower";
  if ((factor - 1) * 100 < AS_FAST_PERCENT) return g_strdup("as fast");
  if (factor < 1.2) return g_strdup_printf("%.0f %% %s", fabs(before - after) / before * 100, way);
  return g_strdup_printf(factor < 10 ? "%.1f× %s" : "%.0f× %s", factor, way);
}

static char *recording_name(const HdModel *model) {
  const HdLogInfo *info = model->info;
  g_autofree char *base = info && info->path ? g_path_get_basename(info->path) : NULL;
  return hd_display_name(base ? base : "recording", 80);
}

static HdPicture begin_part(const HdSource *source, const HdRenderOptions *options, double width, double right) {
  HdPicture part = {.theme = &hd_themes[options->theme], .source = source, .options = options, .width = width, .right = right};
  part.lanes = hd_lanes_new(source);
  hd_lanes_set_filter(part.lanes, options->lanes);
  part.left = hd_picture_names_width(&part);
  part.cited = g_array_new(FALSE, FALSE, sizeof(guint32));
  return part;
}

/* Both have the wider one's names, and the longer one's time. */
static Comparison begin_comparison(const HdSource *sources, const HdRenderOptions *options) {
  Comparison comparison = {.sources = sources};
  comparison.width = options->width_px > 0 ? options->width_px : 1600;
  comparison.right = comparison.width >= FINDINGS_FROM_PX ? FINDINGS_WIDTH_PX : 0;
  for (int i = 0; i < 2; i++) comparison.parts[i] = begin_part(&sources[i], options, comparison.width, comparison.right);
  double left = fmax(comparison.parts[0].left, comparison.parts[1].left);
  int width_px = (int)MAX(comparison.width - left - comparison.right, 50);
  gint64 longest_ns = MAX(MAX(sources[0].model->duration_ns, sources[1].model->duration_ns), 1000);
  gint64 from_ns = MAX(options->from_ns, 0), to_ns = options->to_ns >= 0 ? options->to_ns : MAX(longest_ns, from_ns + 1);
  double wanted = TOP_PX + 2 * (CAPTION_PX + GAP_PX);
  for (int i = 0; i < 2; i++) {
    comparison.parts[i].left = left;
    comparison.parts[i].view = (HdView){from_ns, (double)MAX(to_ns - from_ns, 1) / width_px, width_px};
    wanted += hd_picture_lanes_height(&comparison.parts[i]) + PANE_HEADER_PX;
  }
  comparison.height = options->height_px > 0 ? options->height_px : CLAMP(wanted, HEIGHT_MIN_PX, HEIGHT_MAX_PX);
  return comparison;
}

static void end_comparison(Comparison *comparison) {
  for (int i = 0; i < 2; i++) {
    hd_lanes_free(comparison->parts[i].lanes);
    g_array_unref(comparison->parts[i].cited);
  }
}

/* Each has what it wants if there is room for both, else at least half. */
static void share_room(const Comparison *comparison, double room, double rooms[2]) {
  double wanted[2];
  for (int dense = 0; dense < 2; dense++) {
    for (int i = 0; i < 2; i++) wanted[i] = hd_picture_lanes_height(&comparison->parts[i]) + PANE_HEADER_PX;
    if (wanted[0] + wanted[1] <= room || dense) break;
    for (int i = 0; i < 2; i++) hd_lanes_set_density(comparison->parts[i].lanes, HD_DENSITY_DENSE);
  }
  if (wanted[0] + wanted[1] > room) wanted[0] = wanted[0] < room / 2 ? wanted[0] : fmax(room / 2, room - wanted[1]);
  rooms[0] = fmin(wanted[0], room);
  rooms[1] = fmax(room - rooms[0], 0);
}

/* Name, duration, how many took part; the second one says what became of the duration. */
static void paint_caption(const Comparison *comparison, int which, double y) {
  const HdPicture *part = &comparison->parts[which];
  const HdModel *model = part->source->model;
  double width = comparison->width - comparison->right;
  hd_picture_fill(part, part->theme->panel, 0, y, width, CAPTION_PX);
  hd_picture_fill(part, part->theme->line, 0, y, width, 1);
  hd_picture_fill(part, part->theme->selection, 0, y + 1, 4, CAPTION_PX - 1);
  g_autofree char *name = recording_name(model), *line = hd_recording_line(model), *letter = g_strdup_printf("%c", 'A' + which);
  double x = 14;
  x += hd_draw_text(part->cr, &(HdTextStyle){.size_px = 13, .weight = HD_WEIGHT_BOLD}, part->theme->selection, x, y + 22, letter) + 10;
  x += hd_draw_text(part->cr, &(HdTextStyle){.size_px = 13, .weight = HD_WEIGHT_BOLD, .width_px = width / 3}, part->theme->text, x, y + 22,
                    name) +
       14;
  if (x < width - 60) hd_draw_text(part->cr, &(HdTextStyle){.size_px = 11, .width_px = width - x - 12}, part->theme->dim, x, y + 22, line);
}

/* Behind the end of the shorter one there is nothing. */
static void paint_end(const HdPicture *part, double y, double height) {
  double x = hd_view_x(&part->view, part->source->model->duration_ns);
  if (x >= part->view.width_px - 1) return;
  x = part->left + fmax(x, 0);
  hd_set_colour(part->cr, part->theme->head, 0.55);
  cairo_rectangle(part->cr, x, y, part->left + part->view.width_px - x, height);
  cairo_fill(part->cr);
  hd_picture_fill(part, part->theme->selection, floor(x), y, 1, height);
  g_autofree char *length = hd_picture_length(part->source->model->duration_ns), *words = g_strdup_printf("ends at %s", length);
  HdTextStyle style = {.size_px = 11, .weight = HD_WEIGHT_MEDIUM};
  if (x + 12 + hd_text_width(&style, words) < part->left + part->view.width_px)
    hd_draw_text(part->cr, &style, part->theme->text, x + 8, y + 16, words);
}

/* --- what differs --- */

/* Time of all actors in states of a family. */
static gint64 family_ns(const HdSource *source, HdFamily family) {
  gint64 sum_ns = 0;
  for (guint32 i = 0; i < source->model->actor_count; i++) {
    gint64 states_ns[HD_SHOWN_COUNT] = {0};
    HdLodCursor cursor;
    hd_lod_cursor_init(&cursor, source->lod, i);
    hd_lod_states(&cursor, 0, source->model->duration_ns + 1, states_ns);
    for (guint state = 0; state < HD_SHOWN_COUNT; state++)
      if (hd_state_styles[state].family == family) sum_ns += states_ns[state];
  }
  return sum_ns;
}

static guint count_kind(const HdModel *model, HdActorKind kind) {
  guint count = 0;
  for (guint32 i = 0; i < model->actor_count; i++) count += model->actors[i].kind == kind;
  return count;
}

/* A line of the table; takes both values. */
static double paint_figure(const Comparison *comparison, double x, double y, double inside, const char *what, char *first, char *second) {
  const HdPicture *part = &comparison->parts[0];
  HdTextStyle number = {.size_px = 11.5, .align = HD_ALIGN_RIGHT};
  hd_draw_text(part->cr, &(HdTextStyle){.size_px = 11.5, .width_px = inside - 170}, part->theme->dim, x, y, what);
  hd_draw_text(part->cr, &number, part->theme->text, x + inside - 84, y, first);
  hd_draw_text(part->cr, &number, part->theme->text, x + inside, y, second);
  g_free(first);
  g_free(second);
  return y + FIGURE_PX;
}

static double paint_times(const Comparison *comparison, double x, double y, double inside, const char *what, HdFamily family) {
  gint64 first_ns = family_ns(&comparison->sources[0], family), second_ns = family_ns(&comparison->sources[1], family);
  if (first_ns == 0 && second_ns == 0) return y;
  return paint_figure(comparison, x, y, inside, what, first_ns ? hd_picture_length(first_ns) : g_strdup("none"),
                      second_ns ? hd_picture_length(second_ns) : g_strdup("none"));
}

/* Threads on a CPU at once, on the average of the whole recording. */
static char *running_threads(const HdSource *source) {
  const HdModel *model = source->model;
  gint64 sum_ns = 0;
  if (!model->info || !model->info->schedule_observed) return g_strdup("–");
  for (guint32 i = 0; i < model->actor_count; i++) {
    gint64 states_ns[HD_SHOWN_COUNT] = {0};
    HdLodCursor cursor;
    if (model->actors[i].kind != HD_ACTOR_THREAD) continue;
    hd_lod_cursor_init(&cursor, source->lod, i);
    hd_lod_states(&cursor, 0, model->duration_ns + 1, states_ns);
    sum_ns += states_ns[HD_STATE_RUNNING] + states_ns[HD_STATE_RUNNING_GIL];
  }
  return g_strdup_printf("%.2f", (double)sum_ns / (double)MAX(model->duration_ns, 1));
}

static char *useful_parallelism(const HdSource *source) {
  for (guint32 i = 0; i < source->model->object_count; i++)
    if (source->model->objects[i].kind == HD_KIND_GIL && source->model->objects[i].hold_count)
      return g_strdup_printf("%.2f", hd_gil_use(source->model, i).useful_parallelism);
  return g_strdup("–");
}

static gboolean has_gil(const HdModel *model) {
  for (guint32 i = 0; i < model->object_count; i++)
    if (model->objects[i].kind == HD_KIND_GIL && model->objects[i].hold_count) return TRUE;
  return FALSE;
}

static double paint_figures(const Comparison *comparison, double x, double y, double inside) {
  const HdModel *first = comparison->sources[0].model, *second = comparison->sources[1].model;
  y = paint_figure(comparison, x, y, inside, "", g_strdup("A"), g_strdup("B"));
  y = paint_figure(comparison, x, y, inside, "duration", hd_picture_length(first->duration_ns), hd_picture_length(second->duration_ns));
  y = paint_figure(comparison, x, y, inside, "processes", g_strdup_printf("%u", first->process_count),
                   g_strdup_printf("%u", second->process_count));
  y = paint_figure(comparison, x, y, inside, "threads", g_strdup_printf("%u", count_kind(first, HD_ACTOR_THREAD)),
                   g_strdup_printf("%u", count_kind(second, HD_ACTOR_THREAD)));
  if (count_kind(first, HD_ACTOR_TASK) || count_kind(second, HD_ACTOR_TASK))
    y = paint_figure(comparison, x, y, inside, "tasks", g_strdup_printf("%u", count_kind(first, HD_ACTOR_TASK)),
                     g_strdup_printf("%u", count_kind(second, HD_ACTOR_TASK)));
  y = paint_times(comparison, x, y, inside, "waits for the GIL", HD_FAMILY_GIL);
  y = paint_times(comparison, x, y, inside, "waits for locks", HD_FAMILY_LOCK);
  y = paint_times(comparison, x, y, inside, "ready, loop blocked", HD_FAMILY_STARVED);
  y = paint_figure(comparison, x, y, inside, "threads running at once", running_threads(&comparison->sources[0]),
                   running_threads(&comparison->sources[1]));
  if (has_gil(first) || has_gil(second))
    y = paint_figure(comparison, x, y, inside, "useful parallelism", useful_parallelism(&comparison->sources[0]),
                     useful_parallelism(&comparison->sources[1]));
  return y;
}

static char *headline(const Comparison *comparison) {
  gint64 first_ns = comparison->sources[0].model->duration_ns, second_ns = comparison->sources[1].model->duration_ns;
  g_autofree char *first = hd_picture_length(first_ns), *second = hd_picture_length(second_ns),
                  *way = hd_compare_words(first_ns, second_ns);
  return g_strdup_printf("%s → %s, %s", first, second, way);
}

static void paint_column(const Comparison *comparison) {
  const HdPicture *part = &comparison->parts[0];
  double x = comparison->width - comparison->right, inside = comparison->right - 36;
  hd_picture_fill(part, part->theme->panel, x, HEADER_PX + 1, comparison->right, comparison->height);
  hd_picture_fill(part, part->theme->line, x, HEADER_PX + 1, 1, comparison->height);
  hd_draw_text(part->cr, &(HdTextStyle){.size_px = 14, .weight = HD_WEIGHT_BOLD}, part->theme->text, x + 18, HEADER_PX + 26, "Difference");
  double y = paint_figures(comparison, x + 18, HEADER_PX + 50, inside);
  hd_picture_fill(part, part->theme->line, x + 12, y - 6, comparison->right - 24, 1);
  const HdLod *lods[] = {comparison->sources[0].lod, comparison->sources[1].lod};
  hd_paint_common_legend(part->cr, part->theme, lods, 2, x + 18, y + 8, inside);
}

static void paint_header(const Comparison *comparison) {
  const HdPicture *part = &comparison->parts[0];
  g_autofree char *words = headline(comparison), *first = recording_name(comparison->sources[0].model),
                  *second = recording_name(comparison->sources[1].model), *names = g_strdup_printf("A %s  →  B %s", first, second);
  hd_picture_fill(part, part->theme->head, 0, 0, comparison->width, HEADER_PX);
  hd_picture_fill(part, part->theme->line, 0, HEADER_PX, comparison->width, 1);
  hd_draw_text(part->cr, &(HdTextStyle){.size_px = 14, .weight = HD_WEIGHT_BOLD, .align = HD_ALIGN_CENTRE}, part->theme->text,
               comparison->width / 2, 20, words);
  hd_draw_text(part->cr, &(HdTextStyle){.size_px = 11, .align = HD_ALIGN_CENTRE, .width_px = comparison->width - 20}, part->theme->dim,
               comparison->width / 2, 36, names);
  hd_picture_fill(part, part->theme->head, 0, HEADER_PX + 1, part->left, HD_RULER_HEIGHT_PX);
  HdSource unjudged = {part->source->model, NULL, part->source->lod}; /* whose findings would the ruler show? */
  hd_paint_ruler(part->cr, part->theme, &unjudged, &part->view, FALSE, part->left, HEADER_PX + 1);
}

static void paint_comparison(cairo_t *cr, gpointer memory) {
  Comparison *comparison = memory;
  double rooms[2], y = TOP_PX;
  for (int i = 0; i < 2; i++) comparison->parts[i].cr = cr;
  hd_picture_fill(&comparison->parts[0], comparison->parts[0].theme->background, 0, 0, comparison->width, comparison->height);
  share_room(comparison, fmax(comparison->height - TOP_PX - 2.0 * (CAPTION_PX + GAP_PX), 0), rooms);
  for (int i = 0; i < 2; i++) {
    paint_caption(comparison, i, y);
    hd_picture_lanes(&comparison->parts[i], y + CAPTION_PX, rooms[i]);
    paint_end(&comparison->parts[i], y + CAPTION_PX, i ? comparison->height - y - CAPTION_PX : rooms[i]);
    y += CAPTION_PX + rooms[i] + GAP_PX;
  }
  paint_header(comparison);
  if (comparison->right > 0) paint_column(comparison);
}

gboolean hd_render_compare_file(const HdSource sources[2], const HdRenderOptions *options, const char *path, GError **error) {
  Comparison comparison = begin_comparison(sources, options);
  gboolean written = hd_picture_write(path, comparison.width, comparison.height, paint_comparison, &comparison, error);
  end_comparison(&comparison);
  return written;
}
