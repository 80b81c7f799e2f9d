/* Display lists as text. */
#include "fixture-list.h"

static double six_px(const char *text, gpointer user_data) { return 6.0 * g_utf8_strlen(text, -1); }

HdRow fixture_row(HdRowKind kind, guint32 index, int height_px) {
  return (HdRow){.id = HD_ROW_ID(kind, index), .kind = kind, .index = index, .height_px = height_px};
}

HdDisplayList *fixture_list(const HdSource *source, HdRow row, double from_ms, double to_ms, int width_px, gboolean clip) {
  HdView view = {(gint64)(from_ms * 1e6), (to_ms - from_ms) * 1e6 / width_px, width_px};
  HdDisplayOptions options = {.clip = clip, .measure = six_px};
  HdDisplayList *list = hd_display_list_new();
  hd_display_row(list, source, &row, &view, &options);
  return list;
}

static char *describe(const HdDisplayList *list) {
  static const char *const kinds[] = {"state", "column",   "hold",  "waiters", "level", "mark",   "missing", "chart", "spread",
                                      "bound", "nested",   "phase", "job",     "item",  "access", "misuse",  "life",  "end",
                                      "turn",  "handover", "run",   "poll",    "plan",  "late",   "step",    "result"};
  static const char *const shapes[] = {"none", "line", "hollow", "bar", "low", "tall"};
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < list->boxes->len; i++) {
    const HdBox *box = &g_array_index(list->boxes, HdBox, i);
    g_string_append_printf(text, "%s", kinds[box->kind]);
    if (box->kind <= HD_BOX_COLUMN)
      g_string_append_printf(text, " %s %s", box->state == HD_SHOWN_STARVED ? "starved" : hd_state_names[box->state], shapes[box->shape]);
    g_string_append_printf(text, " %.1f..%.1f y%g h%g", box->x0_px, box->x1_px, box->y_px, box->height_px);
    if (box->kind == HD_BOX_WAITERS || box->kind == HD_BOX_LEVEL || (box->kind >= HD_BOX_MARK && box->kind != HD_BOX_JOB))
      g_string_append_printf(text, " n%d", box->value);
    if (box->kind >= HD_BOX_TURN && box->cited) g_string_append(text, " cited");
    if (box->words) g_string_append_printf(text, " '%s'", list->text->str + box->words);
    g_string_append_c(text, '\n');
  }
  return g_string_free(text, FALSE);
}

void fixture_assert_list(const HdSource *source, HdRow row, double from_ms, double to_ms, int width_px, const char *expected) {
  g_autoptr(HdDisplayList) list = fixture_list(source, row, from_ms, to_ms, width_px, TRUE);
  g_autofree char *found = describe(list);
  g_assert_cmpstr(found, ==, expected);
}
