/* Wrapping and cells. */
#include "columns.h"
#include <string.h>

static char *wrapped(guint column, const char *text, guint indent) {
  char *printed = NULL;
  size_t length;
  FILE *to = open_memstream(&printed, &length);
  hd_print_wrapped(to, column, text, indent);
  fclose(to);
  return printed;
}

static void test_wrapped(void) {
  g_autofree char *word = g_strnfill(60, 'a'), *two = g_strdup_printf("%s %s", word, word);
  g_autofree char *expected = g_strdup_printf("%s\n    %s\n", word, word), *shown = wrapped(4, two, 4);
  g_assert_cmpstr(shown, ==, expected);
  g_autofree char *fits = g_strnfill(95, 'b'), *exact = g_strdup_printf("%s cccc", fits), *line = wrapped(0, exact, 2);
  g_assert_cmpuint(strlen(line), ==, HD_COLUMN_COUNT + 1);
  g_autofree char *over = wrapped(1, exact, 2), *broken = g_strdup_printf("%s\n  cccc\n", fits);
  g_assert_cmpstr(over, ==, broken);
  g_autofree char *empty = wrapped(7, "", 3);
  g_assert_cmpstr(empty, ==, "\n");
  g_autofree char *huge = g_strnfill(300, 'd'), *alone = wrapped(50, huge, 4);
  g_assert_cmpuint(strlen(alone), ==, 301);
}

static void test_units(void) {
  g_autofree char *fill = g_strnfill(93, 'a'), *text = g_strdup_printf("%s 17.7 µs, and", fill), *shown = wrapped(0, text, 0);
  g_autofree char *expected = g_strdup_printf("%s\n17.7 µs, and\n", fill);
  g_assert_cmpstr(shown, ==, expected);
}

static void test_characters_count(void) {
  char *printed = NULL;
  size_t length;
  FILE *to = open_memstream(&printed, &length);
  hd_print_cell(to, "3 µs", -6);
  hd_print_cell(to, "é", 3);
  hd_print_cell(to, "too long", 3);
  fclose(to);
  g_assert_cmpstr(printed, ==, "  3 µsé  too long");
  free(printed);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/columns/wrapped", test_wrapped);
  g_test_add_func("/columns/units", test_units);
  g_test_add_func("/columns/characters", test_characters_count);
  return g_test_run();
}
