/* Names and durations as they are shown. */
#include "model.h"

static void assert_name(const char *name, guint max_chars, const char *expected) {
  g_autofree char *shown = hd_display_name(name, max_chars);
  g_assert_cmpstr(shown, ==, expected);
  g_assert_true(g_utf8_validate(shown, -1, NULL));
  g_assert_cmpint(g_utf8_strlen(shown, -1), <=, MAX(max_chars, 1));
}

static void test_display_name(void) {
  assert_name("worker", 20, "worker");
  assert_name("a\nb\x1b[2J", 20, "a\\x0ab\\x1b[2J");
  assert_name("a\u202eb", 20, "a\\u202eb");
  assert_name("\xff\xfe", 20, "\uFFFD\uFFFD");
  assert_name("a very long name of a worker #1234", 16, "a very l…r #1234");
  assert_name("worker_number_12345678", 10, "…_12345678");
  assert_name("connection_pool_locks[17]", 12, "connec…s[17]");
  assert_name("абвгдеёжзийклмн", 7, "абв…лмн");
  assert_name("abc", 1, "…");
  assert_name("abc", 0, "…");
  assert_name(NULL, 5, "");
}

static void assert_duration(gint64 duration_ns, const char *expected) {
  g_autofree char *shown = hd_format_duration(duration_ns);
  g_assert_cmpstr(shown, ==, expected);
}

static void test_duration(void) {
  assert_duration(0, "0 ns");
  assert_duration(340, "340 ns");
  assert_duration(999, "999 ns");
  assert_duration(1000, "1 µs");
  assert_duration(17200000, "17.2 ms");
  assert_duration(999960, "1 ms");
  assert_duration(6800000000, "6.8 s");
  assert_duration(59990000000, "60 s");
  assert_duration(90000000000, "1.5 min");
  assert_duration(36000000000000, "10 h");
  assert_duration(-1500, "−1.5 µs");
  assert_duration(G_MAXINT64, "2562048 h");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/text/display-name", test_display_name);
  g_test_add_func("/model/text/duration", test_duration);
  return g_test_run();
}
