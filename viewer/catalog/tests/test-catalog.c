/* The catalog: order, lessons, search, which program is a demonstration; and catalogs that are damaged or none. */
#include "catalog.h"
#include <glib/gstdio.h>
#include <string.h>

static const char *const good =
    "{\"themes\": [{\"name\": \"deadlock\", \"title\": \"Deadlocks\", \"demos\": ["
    "{\"name\": \"two-locks\", \"title\": \"Two locks\", \"text\": \"Alice and bob.\", \"uses\": [\"seed\"], \"lesson\": ["
    "{\"head\": null, \"text\": \"They wait.\"}, {\"head\": \"What to look at\", \"text\": \"The end.\"}]},"
    "{\"name\": \"full-pipes\", \"title\": \"Two full pipes\", \"text\": \"Rome and Paris.\", \"lesson\": []}]},"
    "{\"name\": \"gil\", \"title\": \"The interpreter lock\", \"demos\": ["
    "{\"name\": \"crunch\", \"title\": \"Number crunching\", \"text\": \"Two threads.\", \"uses\": [\"gil\", \"seed\"]}]}]}";

/* A catalog made of this text; NULL with error. */
static HdCatalog *read_text(const char *text, gssize length, GError **error) {
  g_autofree char *folder = g_dir_make_tmp("heddle-catalog-XXXXXX", NULL), *path = g_build_filename(folder, "catalog.json", NULL);
  g_assert_true(g_file_set_contents(path, text, length, NULL));
  HdCatalog *catalog = hd_catalog_read(folder, error);
  g_remove(path);
  g_rmdir(folder);
  return catalog;
}

static HdCatalog *read_good(void) {
  g_autoptr(GError) error = NULL;
  HdCatalog *catalog = read_text(good, -1, &error);
  g_assert_no_error(error);
  return catalog;
}

static void test_read(void) {
  g_autoptr(HdCatalog) catalog = read_good();
  g_assert_cmpuint(catalog->demo_count, ==, 3);
  g_assert_cmpuint(catalog->theme_count, ==, 2);
  g_assert_cmpstr(catalog->themes[1].title, ==, "The interpreter lock");
  g_assert_cmpuint(catalog->themes[1].demo_first, ==, 2);
  g_assert_cmpuint(catalog->themes[0].demo_count, ==, 2);
  const HdDemo *first = &catalog->demos[0], *last = &catalog->demos[2];
  g_assert_cmpstr(first->theme_title, ==, "Deadlocks");
  g_assert_true(first->uses_seed && !first->uses_gil && last->uses_gil && last->uses_seed);
  g_assert_cmpuint(first->paragraph_count, ==, 2);
  g_assert_null(first->paragraphs[0].head);
  g_assert_cmpstr(first->paragraphs[1].head, ==, "What to look at");
  g_assert_cmpstr(first->paragraphs[1].text, ==, "The end.");
  g_assert_true(hd_catalog_next(catalog, first) == &catalog->demos[1]);
  g_assert_null(hd_catalog_next(catalog, last));
  g_autofree char *picture = hd_catalog_picture(catalog, last, TRUE);
  g_assert_true(g_str_has_suffix(picture, "/gallery/crunch-dark.png"));
}

static void test_of_program(void) {
  g_autoptr(HdCatalog) catalog = read_good();
  const HdDemo *demo = hd_catalog_find(catalog, "two-locks");
  g_assert_nonnull(demo);
  g_assert_true(hd_catalog_of_program(catalog, "/usr/libexec/heddle/demos/two-locks") == demo);
  g_assert_true(hd_catalog_of_program(catalog, "demos/two-locks") == demo);
  g_assert_null(hd_catalog_of_program(catalog, "/home/demos/other"));
  g_assert_null(hd_catalog_of_program(catalog, "/home/two-locks"));
  g_assert_null(hd_catalog_of_program(catalog, "two-locks"));
  g_assert_null(hd_catalog_of_program(catalog, ""));
  g_assert_null(hd_catalog_of_program(catalog, NULL));
}

static void test_matches(void) {
  g_autoptr(HdCatalog) catalog = read_good();
  const HdDemo *demo = hd_catalog_find(catalog, "two-locks");
  static const char *const matching[] = {"", " ", "two-locks", "LOCK", "alice bob", "deadlock", "dead al"};
  static const char *const other[] = {"rome", "two rome", "ocks", "interpreter"};
  for (guint i = 0; i < G_N_ELEMENTS(matching); i++) g_assert_true(hd_demo_matches(demo, matching[i]));
  for (guint i = 0; i < G_N_ELEMENTS(other); i++) g_assert_false(hd_demo_matches(demo, other[i]));
}

/* Whatever a catalog lacks, it is refused, or what it has is whole. */
static void test_damaged(void) {
  static const char *const bad[] = {"",
                                    "{",
                                    "[]",
                                    "7",
                                    "{}",
                                    "{\"themes\": 3}",
                                    "{\"themes\": [1, {\"demos\": 2}]}",
                                    "{\"themes\": [{\"demos\": [{\"name\": 3}, {\"name\": \"\"}, 4]}]}"};
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(read_text(bad[i], -1, &error));
    g_assert_error(error, HD_CATALOG_ERROR, HD_CATALOG_ERROR_INVALID);
    g_assert_null(strchr(error->message, '\n'));
  }
  g_autoptr(HdCatalog) bare =
      read_text("{\"themes\": [{\"demos\": [{\"name\": \"x\", \"title\": [], \"lesson\": [{}, {\"text\": 4}]}]}]}", -1, NULL);
  g_assert_nonnull(bare);
  g_assert_cmpstr(bare->demos[0].title, ==, "x");
  g_assert_cmpuint(bare->demos[0].paragraph_count, ==, 0);
  for (gsize length = 0; length < strlen(good); length += 7) { /* cut anywhere */
    g_autoptr(HdCatalog) cut = read_text(good, (gssize)length, NULL);
    g_assert_null(cut);
  }
  g_autoptr(GError) error = NULL;
  g_assert_null(hd_catalog_read("/nowhere/at/all", &error));
  g_assert_nonnull(error);
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/catalog/read", test_read);
  g_test_add_func("/catalog/of-program", test_of_program);
  g_test_add_func("/catalog/matches", test_matches);
  g_test_add_func("/catalog/damaged", test_damaged);
  return g_test_run();
}
