#include "golden.h"
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

char *golden_path(const char *name) { return g_build_filename(g_getenv("HEDDLE_GOLDEN"), name, NULL); }

char *scratch_new(void) {
  GError *error = NULL;
  char *folder = g_dir_make_tmp("heddle-load-XXXXXX", &error);
  g_assert_no_error(error);
  return folder;
}

static void copy_below(const char *from, const char *to) {
  GDir *directory = g_dir_open(from, 0, NULL);
  g_assert_nonnull(directory);
  for (const char *name; (name = g_dir_read_name(directory));) {
    g_autofree char *source = g_build_filename(from, name, NULL), *target = g_build_filename(to, name, NULL), *content = NULL;
    gsize length;
    if (g_file_test(source, G_FILE_TEST_IS_DIR)) {
      g_assert_cmpint(g_mkdir_with_parents(target, 0700), ==, 0);
      copy_below(source, target);
    } else {
      g_assert_true(g_file_get_contents(source, &content, &length, NULL));
      g_assert_true(g_file_set_contents_full(target, content, length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    }
  }
  g_dir_close(directory);
}

char *scratch_copy(const char *folder) {
  char *copy = scratch_new();
  copy_below(folder, copy);
  return copy;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) { return remove(path); }

void scratch_remove(char *folder) {
  nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  g_free(folder);
}

static void collect(const char *folder, GPtrArray *files) {
  GDir *directory = g_dir_open(folder, 0, NULL);
  g_assert_nonnull(directory);
  for (const char *name; (name = g_dir_read_name(directory));) {
    char *path = g_build_filename(folder, name, NULL);
    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
      g_ptr_array_add(files, path);
      continue;
    }
    collect(path, files);
    g_free(path);
  }
  g_dir_close(directory);
}

static gint compare_paths(gconstpointer a, gconstpointer b) { return strcmp(*(char *const *)a, *(char *const *)b); }

GPtrArray *files_below(const char *folder) {
  GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
  collect(folder, files);
  g_ptr_array_sort(files, compare_paths);
  return files;
}
