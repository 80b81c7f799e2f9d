/* Texts for people. */
#include "model.h"
#include <math.h>
#include <string.h>

enum { LABEL_CHARS_MAX = 64 };

static char *place_text(const HdModel *model, const char *function, const char *file, guint32 line, guint32 module_index, guint64 offset) {
  const char *slash = file ? strrchr(file, '/') : NULL;
  const char *short_file = slash && slash[1] ? slash + 1 : file;
  const HdModule *module = module_index < model->module_count ? &model->modules[module_index] : NULL;
  g_autofree char *module_name = module && *module->path ? g_path_get_basename(module->path) : NULL;
  if (function && short_file && line) return g_strdup_printf("%s (%s:%u)", function, short_file, line);
  if (function && (short_file || module_name)) return g_strdup_printf("%s (%s)", function, short_file ? short_file : module_name);
  if (function) return g_strdup(function);
  if (short_file) return line ? g_strdup_printf("%s:%u", short_file, line) : g_strdup(short_file);
  if (module_name) return g_strdup_printf("%s+0x%" G_GINT64_MODIFIER "x", module_name, offset);
  return offset ? g_strdup_printf("0x%" G_GINT64_MODIFIER "x", offset) : g_strdup("unknown place");
}

char *hd_model_site_text(const HdModel *model, guint32 site_index) {
  if (site_index >= model->site_count) return g_strdup("unknown place");
  const HdSite *site = &model->sites[site_index];
  g_autofree char *place = place_text(model, site->function, site->file, site->line, site->module, site->offset);
  return site->callers ? g_strdup_printf("%s in %s", place, site->callers) : g_steal_pointer(&place);
}

char *hd_model_frame_text(const HdModel *model, guint32 frame_index) {
  if (frame_index >= model->frame_count) return g_strdup("unknown place");
  const HdFrame *frame = &model->frames[frame_index];
  return place_text(model, frame->function, frame->file, frame->line, frame->module, frame->offset);
}

char *hd_model_actor_label(const HdModel *model, guint32 actor_index) {
  if (actor_index >= model->actor_count) return g_strdup("unknown");
  const HdActor *actor = &model->actors[actor_index];
  const char *name = actor->name && *actor->name ? actor->name : "unnamed";
  if (!actor->ordinal) return hd_display_name(name, LABEL_CHARS_MAX);
  g_autofree char *numbered = g_strdup_printf("%s #%u", name, actor->ordinal);
  return hd_display_name(numbered, LABEL_CHARS_MAX);
}

/* What would change the text around it, or be invisible: controls, line separators, bidirectional marks, byte order marks. */
static gboolean is_unsafe(gunichar character) {
  return g_unichar_iscntrl(character) || g_unichar_type(character) == G_UNICODE_FORMAT || character == 0x2028 || character == 0x2029;
}

/* Where the end that must stay begins: a trailing number with what leads to it ("#12", "[3]", "-7"). */
static glong tail_chars(const gunichar *characters, glong count) {
  glong tail = 0;
  while (tail < count && (characters[count - 1 - tail] == ']' || characters[count - 1 - tail] == ')')) tail++;
  glong closing = tail;
  while (tail < count && g_unichar_isdigit(characters[count - 1 - tail])) tail++;
  if (tail == closing) return 0;
  return tail < count && strchr("#[(-_ :", (int)MIN(characters[count - 1 - tail], 127)) ? tail + 1 : tail;
}

char *hd_display_name(const char *name, guint max_chars) {
  g_autofree char *valid = g_utf8_make_valid(name ? name : "", -1);
  g_autoptr(GString) shown = g_string_new(NULL);
  for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
    gunichar character = g_utf8_get_char(at);
    if (!is_unsafe(character))
      g_string_append_unichar(shown, character);
    else if (character < 0x100)
      g_string_append_printf(shown, "\\x%02x", character);
    else
      g_string_append_printf(shown, "\\u%04x", character);
  }
  glong count = g_utf8_strlen(shown->str, -1), room = (glong)MAX(max_chars, 1) - 1; /* one for the ellipsis */
  if (count <= (glong)MAX(max_chars, 1)) return g_string_free(g_steal_pointer(&shown), FALSE);
  g_autofree gunichar *characters = g_utf8_to_ucs4_fast(shown->str, -1, NULL);
  glong tail = MIN(MAX(tail_chars(characters, count), room / 2), room), head = room - tail;
  g_autoptr(GString) result = g_string_new(NULL);
  for (glong i = 0; i < head; i++) g_string_append_unichar(result, characters[i]);
  g_string_append(result, "…");
  for (glong i = count - tail; i < count; i++) g_string_append_unichar(result, characters[i]);
  return g_string_free(g_steal_pointer(&result), FALSE);
}

char *hd_format_duration(gint64 duration_ns) {
  static const struct {
    double ns;
    const char *name;
  } units[] = {{1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}, {60e9, "min"}, {3600e9, "h"}};
  double size_ns = fabs((double)duration_ns);
  const char *sign = duration_ns < 0 ? "−" : "";
  if (size_ns < 1000) return g_strdup_printf("%s%.0f ns", sign, size_ns);
  guint unit = 0;
  /* The next unit from where three digits of this one would round to it. */
  while (unit + 1 < G_N_ELEMENTS(units) && size_ns >= units[unit + 1].ns * (unit < 3 ? 0.9995 : 1)) unit++;
  double value = MAX(size_ns / units[unit].ns, 1);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(digits, sizeof digits, value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
  char *point = strchr(digits, '.');
  if (point) { /* 6.80 s is 6.8 s */
    char *end = digits + strlen(digits);
    while (end[-1] == '0') *--end = '\0';
    if (end[-1] == '.') end[-1] = '\0';
  }
  return g_strdup_printf("%s%s %s", sign, digits, units[unit].name);
}
