/* Whole pictures: the same bytes twice, vector where it should be, any size, nothing recorded. */
#include "fixture.h"
#include "render.h"
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;

static char *render(const HdSource *source, HdRenderOptions options, const char *name, gsize *length) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autoptr(GError) error = NULL;
  char *content = NULL;
  if (!hd_render_file(source, &options, path, &error)) g_error("%s", error->message);
  g_assert_true(g_file_get_contents(path, &content, length, NULL));
  g_assert_cmpint(g_unlink(path), ==, 0);
  return content;
}

/* In a process of its own, as the command does it (cairo numbers the surfaces of an SVG within a process). */
static void render_apart(const HdSource *source, const char *path) {
  pid_t child = fork();
  if (child == 0) {
    HdRenderOptions options;
    hd_render_options_init(&options);
    _exit(!hd_render_file(source, &options, path, NULL));
  }
  int status;
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  g_assert_cmpint(status, ==, 0);
}

static void test_reproducible(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  static const char *const names[] = {"a.png", "a.svg"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL), *first = NULL, *second = NULL;
    gsize first_length, second_length;
    render_apart(&source, path);
    g_assert_true(g_file_get_contents(path, &first, &first_length, NULL));
    g_assert_cmpint(g_unlink(path), ==, 0);
    render_apart(&source, path);
    g_assert_true(g_file_get_contents(path, &second, &second_length, NULL));
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpmem(first, first_length, second, second_length);
    g_assert_cmpuint(first_length, >, 10000);
  }
}

static void test_vector(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  HdRenderOptions options;
  hd_render_options_init(&options);
  gsize length;
  g_autofree char *svg = render(&source, options, "v.svg", &length), *pdf = render(&source, options, "v.pdf", &length);
  g_assert_null(strstr(svg, "<image"));
  g_assert_nonnull(strstr(svg, "<pattern"));
  g_assert_true(g_str_has_prefix(pdf, "%PDF"));
  g_assert_null(g_strstr_len(pdf, length, "/Subtype /Image"));
}

/* Light and dark, wide and narrow, in any scenario; from and to at odd places. */
static void test_sizes(void) {
  static const int sizes[][2] = {{0, 0}, {1600, 1000}, {1200, 700}, {800, 500}, {200, 200}, {1400, 250}};
  HdSource sources[4];
  g_autoptr(HdFixture) ingest = hd_fixture_ingest(FALSE, &sources[0]);
  g_autoptr(HdFixture) deadlock = hd_fixture_deadlock(&sources[1]);
  g_autoptr(HdFixture) crowd = hd_fixture_crowd(&sources[2]);
  g_autoptr(HdFixture) empty = hd_fixture_new(FALSE);
  sources[3] = hd_fixture_source(empty, 0);
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
    for (guint j = 0; j < G_N_ELEMENTS(sources); j++)
      for (int part = 0; part < 3; part++) {
        HdRenderOptions options;
        hd_render_options_init(&options);
        options.width_px = sizes[i][0], options.height_px = sizes[i][1];
        options.theme = part % 2 ? HD_THEME_DARK : HD_THEME_LIGHT;
        if (part) options.from_ns = part == 1 ? 1206000000 : 0, options.to_ns = part == 1 ? 1206000010 : G_MAXINT64 / 4;
        gsize length;
        g_autofree char *png = render(&sources[j], options, "s.png", &length);
        g_assert_cmpuint(length, >, 500);
      }
}

static void test_errors(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_ingest(TRUE, &source);
  HdRenderOptions options;
  hd_render_options_init(&options);
  g_autoptr(GError) wrong = NULL, absent = NULL;
  g_assert_false(hd_render_file(&source, &options, "picture.gif", &wrong));
  g_assert_nonnull(strstr(wrong->message, ".png"));
  g_assert_false(hd_render_file(&source, &options, "/nonexistent/folder/a.png", &absent));
  g_assert_nonnull(strstr(absent->message, "/nonexistent/folder/a.png"));
}

static void test_line(void) {
  HdSource source;
  g_autoptr(HdFixture) fixture = hd_fixture_crowd(&source);
  g_autofree char *line = hd_recording_line(source.model);
  g_assert_cmpstr(line, ==, "1 process · 301 threads · 904 events · 2 s · nothing lost · CPU not observed");
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  folder = g_dir_make_tmp("heddle-draw-XXXXXX", NULL);
  g_test_add_func("/render/reproducible", test_reproducible);
  g_test_add_func("/render/vector", test_vector);
  g_test_add_func("/render/sizes", test_sizes);
  g_test_add_func("/render/errors", test_errors);
  g_test_add_func("/render/line", test_line);
  int status = g_test_run();
  g_rmdir(folder);
  g_free(folder);
  return status;
}
