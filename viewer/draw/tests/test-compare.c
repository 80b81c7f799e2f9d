/* Two recordings in one picture. */
#include "fixture.h"
#include "render.h"
#include <glib/gstdio.h>
#include <string.h>

static char *folder;

static char *compare(const HdSource sources[2], HdRenderOptions options, const char *name, gsize *length) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autoptr(GError) error = NULL;
  char *content = NULL;
  if (!hd_render_compare_file(sources, &options, path, &error)) g_error("%s", error->message);
  g_assert_true(g_file_get_contents(path, &content, length, NULL));
  g_assert_cmpint(g_unlink(path), ==, 0);
  return content;
}

static void test_words(void) {
  static const struct {
    gint64 before_ms, after_ms;
    const char *words;
  } cases[] = {{2040, 1020, "2.0× faster"}, {1020, 2040, "2.0× slower"}, {1000, 1010, "as fast"}, {1000, 900, "10 % faster"},
               {1000, 1150, "15 % slower"}, {30000, 1000, "30× faster"}, {0, 0, "as fast"},       {100, 100, "as fast"}};
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *words = hd_compare_words(cases[i].before_ms * 1000000, cases[i].after_ms * 1000000);
    g_assert_cmpstr(words, ==, cases[i].words);
  }
}

/* All formats, any size, either order, nothing recorded; vector where it should be. */
static void test_pictures(void) {
  static const int sizes[][2] = {{0, 0}, {1600, 900}, {900, 500}, {200, 200}, {1400, 260}};
  HdSource all[4];
  g_autoptr(HdFixture) gil = hd_fixture_gil(&all[0]);
  g_autoptr(HdFixture) async = hd_fixture_async(&all[1]);
  g_autoptr(HdFixture) crowd = hd_fixture_crowd(&all[2]);
  g_autoptr(HdFixture) empty = hd_fixture_new(FALSE);
  all[3] = hd_fixture_source(empty, 0);
  for (guint i = 0; i < G_N_ELEMENTS(all); i++)
    for (guint j = 0; j < G_N_ELEMENTS(sizes); j++) {
      HdSource sources[] = {all[i], all[(i + 1) % G_N_ELEMENTS(all)]};
      HdRenderOptions options;
      gsize length;
      hd_render_options_init(&options);
      options.width_px = sizes[j][0], options.height_px = sizes[j][1];
      options.theme = j % 2 ? HD_THEME_DARK : HD_THEME_LIGHT;
      if (j == 2) options.from_ns = 5000000, options.to_ns = 40000000, options.lanes = "e";
      g_autofree char *png = compare(sources, options, "c.png", &length);
      g_assert_cmpmem(png, 4, "\x89PNG", 4);
    }
  HdSource sources[] = {all[0], all[1]};
  HdRenderOptions options;
  gsize length;
  hd_render_options_init(&options);
  g_autofree char *svg = compare(sources, options, "c.svg", &length), *pdf = compare(sources, options, "c.pdf", &length);
  g_assert_null(strstr(svg, "<image"));
  g_assert_nonnull(strstr(svg, "<pattern"));
  g_assert_true(g_str_has_prefix(pdf, "%PDF"));
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  folder = g_dir_make_tmp("heddle-compare-XXXXXX", NULL);
  g_test_add_func("/compare/words", test_words);
  g_test_add_func("/compare/pictures", test_pictures);
  int result = g_test_run();
  g_assert_cmpint(g_rmdir(folder), ==, 0);
  g_free(folder);
  return result;
}
