/* Names and durations as they are shown. */
#include "model.h"
#include <errno.h>

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

static HdLogSymbol *symbol(const char *function, const char *file, guint32 line, HdLogSymbol *next) {
  HdLogSymbol *symbol = g_new0(HdLogSymbol, 1);
  *symbol = (HdLogSymbol){.function = g_strdup(function), .file = g_strdup(file), .line = line, .next = next};
  return symbol;
}

static void add_site(HdLogWriter *writer, HdLog *log, guint32 number, enum hd_operation operation, HdLogSymbol *symbols) {
  HdEvent event = {
      .id = HD_EVENT_CODE_SITE,
      .code_site = {.emitter = 1, .sequence = number, .at_ns = 1, .site = number, .operation = operation, .module = 1, .offset = number}};
  guint64 key = (guint64)1 << HD_FRAME_OFFSET_BITS | number;
  if (writer) hd_log_writer_add(writer, &event);
  if (log) g_hash_table_insert(log->symbols, g_memdup2(&key, sizeof key), symbols);
}

/* Of inlined functions the innermost that is the program's own, with those around it; of a start routine the outermost. */
static void test_inlined_site(void) {
  static const enum hd_operation operations[] = {HD_OPERATION_LOCK_ACQUIRE, HD_OPERATION_LOCK_TRY, HD_OPERATION_THREAD_ROUTINE,
                                                 HD_OPERATION_LOCK_RELEASE};
  static const char *const expected[] = {"enter (a.c:3) in flush, run", "flush (a.cc:9)", "run (a.c:1)",
                                         "std::mutex::lock (std_mutex.h:100)"};
  HdLogWriter *writer = hd_log_writer_new();
  for (guint i = 0; i < G_N_ELEMENTS(operations); i++) add_site(writer, NULL, i + 1, operations[i], NULL);
  HdLog *log = hd_log_writer_end(writer);
  log->symbols = hd_log_symbols_new();
  add_site(NULL, log, 1, 0, symbol("enter", "/src/a.c", 3, symbol("flush", "/src/a.c", 9, symbol("run", "/src/a.c", 20, NULL))));
  add_site(NULL, log, 2, 0, symbol("std::mutex::lock", "/usr/include/c++/12/bits/std_mutex.h", 100, symbol("flush", "/src/a.cc", 9, NULL)));
  add_site(NULL, log, 3, 0, symbol("helper", "/src/a.c", 5, symbol("run", "/src/a.c", 1, NULL)));
  add_site(NULL, log, 4, 0, symbol("std::mutex::lock", "/usr/include/c++/12/bits/std_mutex.h", 100, NULL));
  g_autoptr(HdModel) model = hd_model_new(log, NULL, NULL, NULL);
  g_assert_cmpuint(model->site_count, ==, G_N_ELEMENTS(expected));
  for (guint i = 0; i < model->site_count; i++) {
    g_autofree char *text = hd_model_site_text(model, i);
    g_assert_cmpstr(text, ==, expected[i]);
  }
}

static void test_errors(void) {
  g_assert_cmpstr(hd_model_error_name(-1006), ==, "HD_ERROR_OVER_RELEASE");
  g_assert_cmpstr(hd_model_error_text(-1006), ==, "released more often than it was acquired");
  g_assert_cmpstr(hd_model_error_name(EPERM), ==, "EPERM");
  g_assert_cmpstr(hd_model_error_text(EPERM), ==, g_strerror(EPERM));
  for (gint64 error = -2000; error < 2000; error++) {
    g_assert_cmpuint(strlen(hd_model_error_name(error)), >, 0);
    g_assert_cmpuint(strlen(hd_model_error_text(error)), >, 0);
  }
  g_assert_cmpstr(hd_model_error_name(G_MININT32), ==, "an unknown error");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/text/display-name", test_display_name);
  g_test_add_func("/model/text/duration", test_duration);
  g_test_add_func("/model/text/inlined-site", test_inlined_site);
  g_test_add_func("/model/text/errors", test_errors);
  return g_test_run();
}
