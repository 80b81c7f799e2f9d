/* heddle render: the timeline of a recording as a picture, without a screen. */
#include "render.h"
#include "open.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MIN_PX = 200, SIZE_MAX_PX = 16384 };

/* "1.2s", "300ms", "40us", "7ns", "2" (seconds), "1m", "1h". */
static gboolean parse_time(const char *text, gint64 *time_ns) {
  static const struct {
    const char *unit;
    double ns;
  } units[] = {{"", 1e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"µs", 1e3}, {"ns", 1}, {"m", 60e9}, {"min", 60e9}, {"h", 3600e9}};
  char *end;
  double value = g_ascii_strtod(text, &end);
  if (end == text || !isfinite(value) || value < 0) return FALSE;
  while (*end == ' ') end++;
  for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
    if (strcmp(end, units[i].unit) != 0) continue;
    if (value * units[i].ns > 9e18) return FALSE;
    *time_ns = (gint64)(value * units[i].ns + 0.5);
    return TRUE;
  }
  return FALSE;
}

static gboolean parse_size(const char *text, HdRenderOptions *options) {
  char *end;
  guint64 width = g_ascii_strtoull(text, &end, 10);
  if (end == text || *end != 'x') return FALSE;
  const char *second = end + 1;
  guint64 height = g_ascii_strtoull(second, &end, 10);
  if (end == second || *end || width < SIZE_MIN_PX || height < SIZE_MIN_PX || width > SIZE_MAX_PX || height > SIZE_MAX_PX) return FALSE;
  options->width_px = (int)width;
  options->height_px = (int)height;
  return TRUE;
}

G_NORETURN static void refuse(const char *what, const char *value) {
  fprintf(stderr, "heddle: %s '%s'; see 'heddle render --help'\n", what, value);
  exit(HD_EXIT_USAGE);
}

int main(int argument_count, char **arguments) {
  g_autofree char *output = NULL, *from = NULL, *to = NULL, *lanes = NULL, *size = NULL, *theme = NULL, *compare = NULL;
  gboolean thumbnail = FALSE;
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Where to write it; the suffix says what: .png, .svg, .pdf", "FILE"},
      {"from", 0, 0, G_OPTION_ARG_STRING, &from, "Begin, since the recording's start: 1.2s, 300ms (default: the top finding, else all)",
       "TIME"},
      {"to", 0, 0, G_OPTION_ARG_STRING, &to, "End, likewise", "TIME"},
      {"lanes", 0, 0, G_OPTION_ARG_STRING, &lanes, "Only lanes whose name or process contains this; * and ? as in a shell", "PATTERN"},
      {"size", 0, 0, G_OPTION_ARG_STRING, &size, "Size in pixels (default: 1600 and as high as needed, at most 1000)", "WxH"},
      {"theme", 0, 0, G_OPTION_ARG_STRING, &theme, "light (default) or dark", "THEME"},
      {"compare", 0, 0, G_OPTION_ARG_FILENAME, &compare, "Another recording above this one, on one scale of time, each from its own start",
       "RECORDING"},
      {"thumbnail", 0, 0, G_OPTION_ARG_NONE, &thumbnail, "A small picture for a gallery: lanes and their names only (PNG, 576x324)", NULL},
      {NULL}};
  g_autofree char *path = hd_cli_arguments(&argument_count, &arguments, entries, "Draws the timeline of a recording without a screen.");
  HdRenderOptions options;
  hd_render_options_init(&options);
  if (!output) refuse("no output was given: -o FILE.png for", path);
  if (!hd_render_can_write(output)) refuse("the output must end in .png, .svg or .pdf, not", output);
  if (thumbnail && (size || !g_str_has_suffix(output, ".png"))) refuse("a thumbnail is a .png of its own size, not", size ? size : output);
  if (thumbnail && compare) refuse("a thumbnail is of one recording; not beside --compare", compare);
  if (from && !parse_time(from, &options.from_ns)) refuse("this is no time:", from);
  if (to && !parse_time(to, &options.to_ns)) refuse("this is no time:", to);
  if (to && options.to_ns <= MAX(options.from_ns, 0)) refuse("--to must be later than --from:", to);
  if (size && !parse_size(size, &options)) refuse("a size is WIDTHxHEIGHT, 200 to 16384 pixels each, not", size);
  if (theme && strcmp(theme, "light") != 0 && strcmp(theme, "dark") != 0) refuse("the theme is light or dark, not", theme);
  if (theme && strcmp(theme, "dark") == 0) options.theme = HD_THEME_DARK;
  options.thumbnail = thumbnail;
  options.lanes = lanes;

  const char *paths[] = {compare ? compare : path, path};
  HdOpened opened[2];
  HdSource sources[2];
  int count = compare ? 2 : 1;
  for (int i = 0; i < count; i++) {
    opened[i] = hd_cli_open(paths[i]);
    sources[i] = (HdSource){opened[i].model, opened[i].analysis, hd_lod_new(opened[i].model, NULL, NULL)};
  }
  g_autoptr(GError) error = NULL;
  gboolean written =
      compare ? hd_render_compare_file(sources, &options, output, &error) : hd_render_file(&sources[0], &options, output, &error);
  if (!written) fprintf(stderr, "heddle: %s\n", error->message);
  for (int i = 0; i < count; i++) {
    hd_lod_free((HdLod *)sources[i].lod);
    hd_cli_close(&opened[i]);
  }
  return written ? HD_EXIT_FINE : HD_EXIT_FINDINGS;
}
