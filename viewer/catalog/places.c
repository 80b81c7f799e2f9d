#include "places.h"

/* The programs of a build lie two folders below its root, its tests three. */
static const char *const roots[] = {"../..", "../../.."};

static char *own_folder(void) {
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  return self ? g_path_get_dirname(self) : g_strdup(".");
}

static gboolean is_program(const char *path) {
  return g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test(path, G_FILE_TEST_IS_DIR);
}

/* The path below the build's root, else the one beside this program where it is installed; NULL unless it passes the test. */
static char *find(const char *built, const char *installed, gboolean (*passes)(const char *path)) {
  g_autofree char *folder = own_folder();
  for (guint i = 0; i < G_N_ELEMENTS(roots); i++) {
    g_autofree char *path = g_build_filename(folder, roots[i], built, NULL);
    if (passes(path)) return g_canonicalize_filename(path, NULL);
  }
  g_autofree char *path = g_build_filename(folder, installed, NULL);
  return passes(path) ? g_canonicalize_filename(path, NULL) : NULL;
}

char *hd_place_heddle(void) {
  char *path = find("heddle", HEDDLE_FROM_LIBEXEC, is_program);
  return path ? path : g_find_program_in_path("heddle");
}

static gboolean has_catalog(const char *folder) {
  g_autofree char *path = g_build_filename(folder, "catalog.json", NULL);
  return g_file_test(path, G_FILE_TEST_IS_REGULAR);
}

char *hd_place_catalog(void) { return find("demos", HEDDLE_CATALOG_FROM_LIBEXEC, has_catalog); }

char *hd_place_demo(const char *name) {
  g_autofree char *path = g_build_filename("demos", name, NULL);
  return find(path, path, is_program);
}
