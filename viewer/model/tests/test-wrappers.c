/* Sites outside wrappers: by inlined callers, by stacks; start routines; what counts as a wrapper. */
#include "builder.h"
#include "script.h"
#include <string.h>

enum { MODULE = 3, LOCK = 4096 };

static void add_code_site(Script *script, guint32 site, enum hd_operation operation, guint64 offset) {
  script_event(
      script, (HdEvent){.id = HD_EVENT_CODE_SITE,
                        .code_site = {.emitter = 1, .at_ns = 1, .site = site, .operation = operation, .module = MODULE, .offset = offset}});
}

static HdLogSymbol *symbol(const char *function, guint32 line, HdLogSymbol *caller) {
  HdLogSymbol *it = g_new0(HdLogSymbol, 1);
  it->function = g_strdup(function);
  it->file = g_strdup("dir/code.cc");
  it->line = line;
  it->next = caller;
  return it;
}

static void add_symbol(HdLog *log, guint64 offset, HdLogSymbol *it) {
  if (!log->symbols) log->symbols = hd_log_symbols_new();
  guint64 key = (guint64)MODULE << HD_FRAME_OFFSET_BITS | offset;
  g_hash_table_insert(log->symbols, g_memdup2(&key, sizeof key), it);
}

/* A wait for a lock at 0x10 with the stack 0x10, 0x20, 0x30, and the hold after it; one before without a wait. */
static HdLog *waiting_log(void) {
  static const guint64 offsets[] = {0x10, 0x20, 0x30};
  guint64 frames[3];
  for (guint i = 0; i < 3; i++) frames[i] = (guint64)MODULE << HD_FRAME_OFFSET_BITS | offsets[i];
  Script *script = script_new();
  script_process(script, 1, 100, 0, "p");
  script_event(script, (HdEvent){.id = HD_EVENT_MODULE,
                                 .module = {.emitter = 1, .at_ns = 1, .module = MODULE, .begin = 0, .end = 1 << 20, .path = "/bin/p"}});
  add_code_site(script, 900, HD_OPERATION_LOCK_ACQUIRE, 0x10);
  add_code_site(script, 901, HD_OPERATION_THREAD_ROUTINE, 0x40);
  script_event(script,
               (HdEvent){.id = HD_EVENT_STACK, .stack = {.emitter = 1, .at_ns = 2, .stack = 5, .frames = frames, .frames_count = 3}});
  script_event(script, (HdEvent){.id = HD_EVENT_THREAD_BEGIN,
                                 .thread_begin = {.emitter = 2, .at_ns = 3, .process = 1, .thread_id = 102, .creator = 1, .routine = 901}});
  guint64 origin_ns = 1000000000000u;
  script_event(script, (HdEvent){.id = HD_EVENT_WAIT,
                                 .wait = {.emitter = 1, .at_ns = 30, .object = LOCK, .begin_ns = origin_ns + 20, .site = 900, .stack = 5}});
  script_event(script, (HdEvent){.id = HD_EVENT_ACQUIRED, .acquired = {.emitter = 1, .at_ns = 31, .object = LOCK, .site = 900}});
  script_thread_end(script, 2, 90);
  HdLog *log = script_log(script, 100);
  add_symbol(log, 0x40, symbol("after_ms", 8, symbol("c11_lock_50ms", 20, NULL)));
  return log;
}

static HdModel *model_of(HdLog *log) {
  g_autoptr(GError) error = NULL;
  HdModel *model = hd_model_new(log, NULL, NULL, &error);
  g_assert_no_error(error);
  check_model(model);
  g_assert_cmpuint(model->wait_count, ==, 1);
  g_assert_cmpuint(model->hold_count, ==, 1);
  return model;
}

static void assert_sites(const HdModel *model, const char *wait_place, const char *hold_place) {
  g_autofree char *wait = hd_model_site_text(model, model->waits[0].site), *hold = hd_model_site_text(model, model->holds[0].acquire_site);
  g_assert_cmpstr(wait, ==, wait_place);
  g_assert_cmpstr(hold, ==, hold_place);
  g_assert_cmpint(model->sites[model->waits[0].site].operation, ==, HD_OPERATION_LOCK_ACQUIRE);
}

static void test_inlined(void) {
  HdLog *log = waiting_log();
  add_symbol(log, 0x10,
             symbol("__gthread_mutex_lock(pthread_mutex_t*)", 1,
                    symbol("std::mutex::lock()", 2, symbol("send(int)", 3, symbol("main", 4, NULL)))));
  g_autoptr(HdModel) model = model_of(log);
  assert_sites(model, "send(int) (code.cc:3) in main", "send(int) (code.cc:3) in main");
  g_assert_cmpstr(model->actors[find_thread(model, 2)].name, ==, "c11_lock_50ms");
}

static void test_stack(void) {
  HdLog *log = waiting_log();
  add_symbol(log, 0x10, symbol("Mutex::Lock()", 1, NULL));
  add_symbol(log, 0x20, symbol("MutexLock::MutexLock(Mutex*)", 2, symbol("helper", 5, NULL)));
  add_symbol(log, 0x30, symbol("main", 9, NULL));
  g_autoptr(HdModel) model = model_of(log);
  assert_sites(model, "helper (code.cc:5)", "helper (code.cc:5)");
}

static void test_given(void) {
  HdLog *log = waiting_log();
  add_symbol(log, 0x10, symbol("take", 1, NULL));
  add_symbol(log, 0x20, symbol("Session<int>::take_all(char)", 2, NULL));
  add_symbol(log, 0x30, symbol("serve", 9, NULL));
  log->wrapper = g_regex_new("^take$|^Session::take_all$", 0, 0, NULL);
  g_autoptr(HdModel) model = model_of(log);
  assert_sites(model, "serve (code.cc:9)", "serve (code.cc:9)");
}

/* When there is nothing outside, the site stays where it is. */
static void test_only_wrappers(void) {
  HdLog *log = waiting_log();
  add_symbol(log, 0x10, symbol("std::mutex::lock()", 1, NULL));
  add_symbol(log, 0x20, symbol("std::lock_guard<std::mutex>::lock_guard(std::mutex&)", 2, NULL));
  add_symbol(log, 0x30, symbol("std::thread::_State_impl<F>::_M_run()", 9, NULL));
  g_autoptr(HdModel) model = model_of(log);
  assert_sites(model, "std::mutex::lock() (code.cc:1)", "std::mutex::lock() (code.cc:1)");
}

static void test_names(void) {
  static const char *const wrappers[] = {"std::lock_guard<std::mutex>::lock_guard(std::mutex&)",
                                         "void std::call_once<void (&)()>(std::once_flag&, void (&)())",
                                         "__gthread_mutex_lock",
                                         "g_mutex_lock",
                                         "g_rw_lock_reader_lock",
                                         "leveldb::port::Mutex::Lock()",
                                         "MutexLock::~MutexLock()",
                                         "QMutex::lock()",
                                         "QWaitCondition::wait(QMutex*, unsigned long)",
                                         "uv_mutex_lock",
                                         "absl::Mutex::Lock()",
                                         "(anonymous namespace)::ScopedLock<M>::ScopedLock(M&)"};
  static const char *const others[] = {"main",
                                       "lock_table",
                                       "send(std::lock_guard<std::mutex>&)",
                                       "LockManager::transfer(int)",
                                       "BlockCache::insert(int)",
                                       "g_main_loop_run",
                                       "operator<<(std::ostream&, Mutex const&)",
                                       "main::{lambda(int)#1}::operator()(int) const",
                                       "standard::run()",
                                       "(anonymous namespace)::work()",
                                       "Table<std::mutex>::insert(int)",
                                       "<",
                                       "operator",
                                       "{lambda(",
                                       ""};
  HdBuilder builder = {.wrapper_verdicts = g_hash_table_new(NULL, NULL)};
  HdLog log = {0};
  builder.log = &log;
  for (guint i = 0; i < G_N_ELEMENTS(wrappers); i++) {
    g_test_message("%s", wrappers[i]);
    g_assert_true(hd_is_wrapper(&builder, wrappers[i], NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
    g_test_message("%s", others[i]);
    g_assert_false(hd_is_wrapper(&builder, others[i], "main.cc"));
  }
  g_assert_false(hd_is_wrapper(&builder, NULL, NULL));
  g_assert_true(hd_is_wrapper(&builder, "helper", "/usr/include/c++/12/mutex"));
  g_regex_unref(builder.usual_wrappers);
  g_hash_table_unref(builder.wrapper_verdicts);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/wrappers/inlined", test_inlined);
  g_test_add_func("/wrappers/stack", test_stack);
  g_test_add_func("/wrappers/given", test_given);
  g_test_add_func("/wrappers/only-wrappers", test_only_wrappers);
  g_test_add_func("/wrappers/names", test_names);
  return g_test_run();
}
