/* Whole recordings: what is in them, both decoders against each other, errors. */
#include "golden.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static HdLog *load_golden(const char *name, const char *decoder) {
  g_autofree char *path = golden_path(name);
  g_autoptr(GError) error = NULL;
  HdLog *log = hd_load(path, decoder, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_nonnull(log);
  return log;
}

static guint64 count_events(const HdLog *log, enum hd_event_id id, guint64 *open_count) {
  guint64 count = 0;
  *open_count = 0;
  for (guint i = 0; i < log->emitter_count; i++)
    for (guint64 k = 0; k < log->emitters[i].count; k++) {
      HdEvent event;
      log->read(log, log->emitters[i].first + k, &event);
      g_assert_cmpuint(event.common.emitter, ==, log->emitters[i].number);
      count += event.id == id;
      *open_count += event.id == id && event.common.at_ns == HD_LOG_OPEN_NS;
    }
  return count;
}

static void test_deadlock(void) {
  g_autoptr(HdLog) log = load_golden("deadlock.heddle", NULL);
  guint64 open_count;
  g_assert_cmpstr(log->info->program, ==, "./hdab");
  g_assert_cmpint(log->info->exit, ==, 3);
  g_assert_true(log->info->exit_known && log->info->schedule_observed && log->info->actors_known);
  g_assert_false(log->info->in_progress || log->info->foreign || log->info->damaged);
  g_assert_cmpuint(log->info->notes->len, ==, 0);
  g_assert_cmpuint(log->info->lost_count, ==, 0);
  g_assert_cmpuint(log->emitter_count, ==, 3);
  count_events(log, HD_EVENT_WAIT, &open_count);
  g_assert_cmpuint(open_count, ==, 2);
  g_assert_cmpuint(log->switch_count, >, 100);
  for (guint64 i = 1; i < log->switch_count; i++) g_assert_cmpuint(log->switches[i - 1].at_ns, <=, log->switches[i].at_ns);
  guint found = 0;
  for (guint i = 0; i < log->variables->len; i++) found += strcmp(g_array_index(log->variables, HdLogVariable, i).name, "busy") == 0;
  g_assert_cmpuint(found, ==, 1);
}

/* A recording with LTTng's packet index beside its streams: nothing of it is taken for damage. */
static void test_ordered(void) {
  g_autoptr(HdLog) log = load_golden("ordered.heddle", NULL);
  guint64 open_count;
  g_assert_false(log->info->damaged);
  g_assert_cmpuint(log->info->notes->len, ==, 0);
  g_assert_cmpuint(log->info->lost_count, ==, 0);
  g_assert_cmpint(log->info->exit, ==, 0);
  count_events(log, HD_EVENT_WAIT, &open_count);
  g_assert_cmpuint(open_count, ==, 0);
}

/* A trace of an older schema stays readable; the events that came later are in the vocabulary. */
static void test_every_event(void) {
  g_autoptr(HdLog) log = load_golden("every-event", NULL);
  guint64 open_count;
  for (int id = 0; id <= HD_EVENT_UNOBSERVED; id++) g_assert_cmpuint(count_events(log, id, &open_count), >, 0);
  g_assert_cmpuint(count_events(log, HD_EVENT_BATCH, &open_count), ==, 36);
  g_assert_true(log->info->foreign);
  g_assert_cmpint(log->info->started_realtime_ns, >, G_GINT64_CONSTANT(1700000000000000000));
  HdEvent event;
  log->read(log, log->emitters[0].first, &event);
  g_assert_cmpint(event.id, ==, HD_EVENT_PROCESS_BEGIN);
  g_assert_cmpstr(event.process_begin.program, ==, "/tmp/x");
  g_assert_cmpuint(event.process_begin.schema_version, ==, 1);
}

/* How often each operation was told, alone or in a batch; what a site does stands in its definition. */
static void count_operations(const HdLog *log, guint64 counts[HD_OPERATION_COUNT]) {
  g_autoptr(GHashTable) operations = g_hash_table_new(NULL, NULL);
  memset(counts, 0, HD_OPERATION_COUNT * sizeof *counts);
  for (int pass = 0; pass < 2; pass++) /* a site may be used by another emitter than the one that defines it */
    for (guint i = 0; i < log->emitter_count; i++)
      for (guint64 k = 0; k < log->emitters[i].count; k++) {
        HdEvent event;
        log->read(log, log->emitters[i].first + k, &event);
        if (pass == 0 && event.id == HD_EVENT_CODE_SITE)
          g_hash_table_insert(operations, GUINT_TO_POINTER(event.code_site.site), GUINT_TO_POINTER(event.code_site.operation));
        if (pass == 0 && event.id == HD_EVENT_SOURCE_SITE)
          g_hash_table_insert(operations, GUINT_TO_POINTER(event.source_site.site), GUINT_TO_POINTER(event.source_site.operation));
        if (pass == 1 && event.id == HD_EVENT_OPERATION)
          counts[GPOINTER_TO_UINT(g_hash_table_lookup(operations, GUINT_TO_POINTER(event.operation.site)))]++;
        for (guint word = 0; pass == 1 && event.id == HD_EVENT_BATCH && word < event.batch.operations_count; word += 2) {
          guint32 site = hd_log_word(event.batch.operations, word) & ((1u << HD_BATCH_SITE_BITS) - 1);
          counts[GPOINTER_TO_UINT(g_hash_table_lookup(operations, GUINT_TO_POINTER(site)))]++;
        }
      }
}

/* What the runtime tells of processes, queues, pipes, executors and variables: so often as the program did it (a pipe's close is told of
 * both directions). What the schema got between every-event and tasks must be among it. */
static void test_vocabulary(void) {
  static const struct {
    enum hd_event_id id;
    guint64 count;
  } events[] = {{HD_EVENT_PROCESS_BEGIN, 7}, {HD_EVENT_PROCESS_SPAWN, 1}, {HD_EVENT_PROCESS_STATUS, 6},
                {HD_EVENT_MISUSE, 4},        {HD_EVENT_PROCESS_NAME, 5},  {HD_EVENT_DAEMON, 3}};
  static const struct {
    enum hd_operation operation;
    guint64 count;
  } told[] = {{HD_OPERATION_QUEUE_PUT, 7},      {HD_OPERATION_QUEUE_GET, 7},         {HD_OPERATION_QUEUE_TASK_DONE, 7},
              {HD_OPERATION_QUEUE_SHUTDOWN, 2}, {HD_OPERATION_PIPE_SEND, 4},         {HD_OPERATION_PIPE_RECEIVE, 4},
              {HD_OPERATION_PIPE_CLOSE, 6},     {HD_OPERATION_JOB_SUBMIT, 6},        {HD_OPERATION_JOB_BEGIN, 5},
              {HD_OPERATION_JOB_END, 5},        {HD_OPERATION_EXECUTOR_SHUTDOWN, 2}, {HD_OPERATION_FUTURE_DONE, 6},
              {HD_OPERATION_SHARED_READ, 2},    {HD_OPERATION_SHARED_WRITE, 2},      {HD_OPERATION_SHARED_UPDATE, 1},
              {HD_OPERATION_LOCAL_SET, 2},      {HD_OPERATION_PROCESS_KILL, 1}};
  g_autoptr(HdLog) log = load_golden("vocabulary.heddle", NULL);
  guint64 open_count, counts[HD_OPERATION_COUNT];
  g_assert_false(log->info->damaged || log->info->foreign);
  g_assert_cmpuint(log->info->notes->len, ==, 0);
  g_assert_cmpuint(log->info->lost_count, ==, 0);
  g_assert_cmpint(log->info->exit, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS(events); i++) g_assert_cmpuint(count_events(log, events[i].id, &open_count), ==, events[i].count);
  for (int id = HD_EVENT_UNOBSERVED + 1; id <= HD_EVENT_DAEMON; id++) g_assert_cmpuint(count_events(log, id, &open_count), >, 0);
  count_operations(log, counts);
  for (guint i = 0; i < G_N_ELEMENTS(told); i++) g_assert_cmpuint(counts[told[i].operation], ==, told[i].count);
}

static void test_tasks(void) {
  static const struct {
    enum hd_operation operation;
    guint64 count;
  } told[] = {
      {HD_OPERATION_TASK_STEP, 39},        {HD_OPERATION_TASK_END, 10},         {HD_OPERATION_TASK_CANCEL, 1},
      {HD_OPERATION_TASK_MEMBER, 4},       {HD_OPERATION_TASK_AWAIT, 5},        {HD_OPERATION_GROUP_AWAIT_ALL, 2},
      {HD_OPERATION_ASYNC_LOCK_AWAIT, 1},  {HD_OPERATION_ASYNC_EVENT_AWAIT, 1}, {HD_OPERATION_ASYNC_SEMAPHORE_AWAIT, 1},
      {HD_OPERATION_CALLBACK_SCHEDULE, 2}, {HD_OPERATION_CALLBACK_BEGIN, 1},    {HD_OPERATION_CALLBACK_END, 1},
      {HD_OPERATION_CALLBACK_CANCEL, 1},   {HD_OPERATION_SCHEDULE_BEGIN, 2},    {HD_OPERATION_SCHEDULE_END, 2},
      {HD_OPERATION_SCHEDULE_CANCEL, 1},   {HD_OPERATION_FUTURE_AWAIT, 1},      {HD_OPERATION_ASYNC_QUEUE_JOIN_AWAIT, 1},
  };
  g_autoptr(HdLog) log = load_golden("tasks.heddle", NULL);
  guint64 open_count, counts[HD_OPERATION_COUNT];
  g_assert_false(log->info->damaged || log->info->foreign);
  g_assert_cmpuint(log->info->lost_count, ==, 0);
  g_assert_cmpint(log->info->exit, ==, 0);
  for (int id = HD_EVENT_DAEMON + 1; id < HD_EVENT_COUNT; id++) g_assert_cmpuint(count_events(log, id, &open_count), >, 0);
  g_assert_cmpuint(count_events(log, HD_EVENT_TASK_CREATE, &open_count), ==, 10);
  g_assert_cmpuint(count_events(log, HD_EVENT_SCHEDULE_ENTRY, &open_count), ==, 3);
  count_operations(log, counts);
  for (guint i = 0; i < G_N_ELEMENTS(told); i++) {
    g_test_message("%s", hd_operations[told[i].operation].name);
    g_assert_cmpuint(counts[told[i].operation], ==, told[i].count);
  }
}

static void test_loss(void) {
  g_autoptr(HdLog) log = load_golden("every-event", NULL);
  g_assert_cmpuint(log->info->lost_count, ==, 4);
  for (guint i = 1; i < 3; i++) {
    const HdLogEmitter *emitter = &log->emitters[i];
    g_assert_cmpuint(emitter->lost_count, ==, 2);
    HdEvent before, after; /* of sequences 1 to 21 numbers 9 and 19 are missing */
    log->read(log, emitter->first + 7, &before);
    log->read(log, emitter->first + 17, &after);
    g_assert_cmpuint(before.common.sequence, ==, 8);
    g_assert_cmpuint(after.common.sequence, ==, 20);
    g_assert_cmpuint(emitter->lost_first_ns, ==, before.common.at_ns);
    g_assert_cmpuint(emitter->lost_last_ns, ==, after.common.at_ns);
  }
}

static void assert_same_field(const HdEvent *a, const HdEvent *b, const struct hd_field_info *field) {
  static const guint8 widths[] = {
      [HD_FIELD_U8] = 1, [HD_FIELD_U16] = 2, [HD_FIELD_U32] = 4, [HD_FIELD_U64] = 8, [HD_FIELD_I32] = 4, [HD_FIELD_I64] = 8};
  const char *first = (const char *)&a->common + field->offset, *second = (const char *)&b->common + field->offset;
  if (field->type < G_N_ELEMENTS(widths)) {
    g_assert_cmpmem(first, widths[field->type], second, widths[field->type]);
    return;
  }
  const char *first_content, *second_content;
  memcpy(&first_content, first, sizeof first_content);
  memcpy(&second_content, second, sizeof second_content);
  if (field->type == HD_FIELD_TEXT) {
    g_assert_cmpstr(first_content, ==, second_content);
    return;
  }
  guint32 first_count, second_count, bytes = field->type == HD_FIELD_WORDS ? 8 : 1;
  memcpy(&first_count, first + sizeof first_content, sizeof first_count);
  memcpy(&second_count, second + sizeof second_content, sizeof second_count);
  g_assert_cmpmem(first_content, first_count * bytes, second_content, second_count * bytes);
}

/* Our decoder and Babeltrace say the same, event by event and field by field. */
static void test_reference(gconstpointer name) {
  g_autoptr(HdLog) ours = load_golden(name, NULL);
  g_autoptr(HdLog) reference = load_golden(name, "babeltrace");
  g_assert_cmpuint(ours->info->event_count, ==, reference->info->event_count);
  g_assert_cmpuint(ours->info->lost_count, ==, reference->info->lost_count);
  g_assert_cmpuint(ours->emitter_count, ==, reference->emitter_count);
  for (guint i = 0; i < ours->emitter_count; i++) {
    g_assert_cmpuint(ours->emitters[i].number, ==, reference->emitters[i].number);
    g_assert_cmpuint(ours->emitters[i].count, ==, reference->emitters[i].count);
    for (guint64 k = 0; k < ours->emitters[i].count; k++) {
      HdEvent a, b;
      ours->read(ours, ours->emitters[i].first + k, &a);
      reference->read(reference, reference->emitters[i].first + k, &b);
      g_assert_cmpint(a.id, ==, b.id);
      for (guint f = 0; f < hd_events[a.id].field_count; f++) assert_same_field(&a, &b, &hd_events[a.id].fields[f]);
    }
  }
}

static void test_pthread_actors(void) {
  g_autoptr(HdLog) log = load_golden("pthread-actors", NULL);
  guint64 open_count, acquired = count_events(log, HD_EVENT_ACQUIRED, &open_count),
                      released = count_events(log, HD_EVENT_RELEASED, &open_count);
  g_assert_true(log->info->foreign && log->info->actors_known);
  g_assert_cmpuint(log->emitter_count, ==, 4); /* main and three threads */
  g_assert_cmpuint(acquired, >=, 606);         /* of the program's three mutexes; the C library takes some, too */
  g_assert_cmpuint(released, >=, 606);
  guint64 waits = count_events(log, HD_EVENT_WAIT, &open_count);
  g_assert_cmpuint(waits, >=, 2); /* two of three threads wait for `a` while another sleeps holding it */
  g_assert_cmpuint(open_count, ==, 0);
}

static void test_pthread_objects(void) {
  g_autoptr(HdLog) log = load_golden("pthread-objects", NULL);
  guint64 open_count;
  g_assert_false(log->info->actors_known);
  g_assert_cmpuint(log->emitter_count, ==, 1);
  g_assert_cmpuint(count_events(log, HD_EVENT_ACQUIRED, &open_count), >=, 606);
  g_assert_cmpuint(count_events(log, HD_EVENT_WAIT, &open_count), ==, 0);
  g_assert_cmpuint(log->info->notes->len, ==, 2);
}

/* A cut stream: Babeltrace would refuse all; the sound packets are read, with a banner. */
static void test_pthread_cut(void) {
  g_autofree char *golden = golden_path("pthread-actors");
  char *folder = scratch_copy(golden);
  g_autoptr(GPtrArray) files = files_below(folder);
  guint cut_count = 0;
  for (guint i = 0; i < files->len; i++)
    if (g_str_has_suffix(files->pdata[i], "/c_0")) { /* a single packet */
      g_assert_cmpint(truncate(files->pdata[i], 1000), ==, 0);
      cut_count++;
    }
  g_assert_cmpuint(cut_count, ==, 1);
  g_autoptr(GError) error = NULL;
  g_autoptr(HdLog) log = hd_load(folder, NULL, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_true(log->info->damaged);
  g_assert_cmpstr(log->info->path, ==, folder);
  guint64 open_count;
  g_assert_cmpuint(count_events(log, HD_EVENT_ACQUIRED, &open_count), >, 100);
  scratch_remove(folder);
}

static void expect_error(const char *path, HdLoadError code) {
  g_autoptr(GError) error = NULL;
  g_assert_null(hd_load(path, NULL, NULL, NULL, &error));
  g_assert_error(error, HD_LOAD_ERROR, (int)code);
  g_assert_null(strchr(error->message, '\n'));
  g_assert_true(g_str_has_prefix(error->message, path));
}

static void write_text(const char *folder, const char *name, const char *content) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_assert_true(g_file_set_contents(path, content, -1, NULL));
}

static void test_errors(void) {
  char *folder = scratch_new();
  g_autofree char *all = golden_path("");
  expect_error(all, HD_LOAD_ERROR_NOT_A_TRACE); /* several traces, and recordings */
  g_autofree char *file = g_build_filename(folder, "note.txt", NULL), *pipe = g_build_filename(folder, "none", NULL);
  expect_error(pipe, HD_LOAD_ERROR_NOT_FOUND);
  expect_error(folder, HD_LOAD_ERROR_NOT_A_TRACE);
  write_text(folder, "note.txt", "neither this nor that\n");
  expect_error(file, HD_LOAD_ERROR_NOT_A_TRACE);
  expect_error(folder, HD_LOAD_ERROR_NOT_A_TRACE);
  expect_error("/dev/null", HD_LOAD_ERROR_NOT_A_TRACE);
  write_text(folder, "metadata", "/* CTF 1.8 */ event { name = ");
  expect_error(folder, HD_LOAD_ERROR_DAMAGED);
  write_text(folder, "recording.json", "{\"heddle\": 1, \"ended_ns\": 5}");
  expect_error(folder, HD_LOAD_ERROR_DAMAGED);
  scratch_remove(folder);
}

/* Without metadata a recording is read as Heddle usually writes it, and says so. */
static void test_without_metadata(void) {
  g_autofree char *golden = golden_path("deadlock.heddle");
  char *folder = scratch_copy(golden);
  g_autoptr(GPtrArray) files = files_below(folder);
  for (guint i = 0; i < files->len; i++)
    if (g_str_has_suffix(files->pdata[i], "/metadata")) g_assert_cmpint(g_remove(files->pdata[i]), ==, 0);
  g_autoptr(HdLog) whole = load_golden("deadlock.heddle", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(HdLog) log = hd_load(folder, NULL, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_true(log->info->damaged);
  g_assert_cmpuint(log->info->event_count, ==, whole->info->event_count);
  g_assert_cmpuint(log->info->lost_count, ==, 0);
  scratch_remove(folder);
}

/* While the recorder lives (this test plays it), a cut stream is no damage, and what has not arrived is not lost. */
static void test_in_progress(void) {
  g_autofree char *golden = golden_path("deadlock.heddle");
  char *folder = scratch_copy(golden);
  g_assert_cmpint(prctl(PR_SET_NAME, "heddle-test"), ==, 0);
  g_autofree char *json = g_strdup_printf("{\"heddle\": 1, \"program\": \"x\", \"recorder_process_id\": %d, \"started_ns\": 1}", getpid());
  write_text(folder, "recording.json", json);
  g_autofree char *control = g_build_filename(folder, "control", NULL), *content = NULL;
  gsize length;
  g_assert_true(g_file_get_contents(control, &content, &length, NULL));
  ((struct hd_control_header *)content)->over = 0;
  g_assert_true(g_file_set_contents(control, content, length, NULL));
  g_autoptr(GPtrArray) files = files_below(folder);
  for (guint i = 0; i < files->len; i++)
    if (g_str_has_suffix(files->pdata[i], "/heddle_0")) g_assert_cmpint(truncate(files->pdata[i], 4096 + 700), ==, 0);
  g_autoptr(GError) error = NULL;
  g_autoptr(HdLog) log = hd_load(folder, NULL, NULL, NULL, &error);
  g_assert_no_error(error);
  g_assert_true(log->info->in_progress);
  g_assert_false(log->info->damaged);
  g_assert_cmpuint(log->info->lost_count, ==, 0);
  scratch_remove(folder);
}

static gboolean cancel(double fraction, const char *what, gpointer user_data) { return FALSE; }

static void test_cancel(void) {
  g_autofree char *path = golden_path("deadlock.heddle");
  g_autoptr(GError) error = NULL;
  g_assert_null(hd_load(path, NULL, cancel, NULL, &error));
  g_assert_error(error, HD_LOAD_ERROR, HD_LOAD_ERROR_CANCELLED);
}

/* Babeltrace may hang: its helper is ended, and there is one clear line. */
static void test_hanging_helper(void) {
  char *folder = scratch_new();
  write_text(folder, "hang", "#!/bin/sh\nexec sleep 60\n");
  g_autofree char *helper = g_build_filename(folder, "hang", NULL), *path = golden_path("pthread-actors"),
                  *previous = g_strdup(g_getenv("HEDDLE_FOREIGN"));
  g_assert_cmpint(g_chmod(helper, 0700), ==, 0);
  g_setenv("HEDDLE_FOREIGN", helper, TRUE);
  g_setenv("HEDDLE_FOREIGN_SILENCE_MS", "200", TRUE);
  gint64 begin_us = g_get_monotonic_time();
  expect_error(path, HD_LOAD_ERROR_DAMAGED);
  g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 30000000);
  g_setenv("HEDDLE_FOREIGN", previous, TRUE);
  g_unsetenv("HEDDLE_FOREIGN_SILENCE_MS");
  scratch_remove(folder);
}

static void test_symbols_file(void) {
  g_autofree char *golden = golden_path("deadlock.heddle");
  char *folder = scratch_copy(golden);
  g_autoptr(GError) error = NULL;
  g_autoptr(HdLog) first = hd_load(folder, NULL, NULL, NULL, &error);
  g_assert_no_error(error);
  g_autofree char *symbols = g_build_filename(folder, "symbols", NULL);
  g_assert_cmpint(g_remove(symbols), ==, 0);
  g_assert_true(hd_load_write_symbols(first, &error));
  g_autoptr(HdLog) second = hd_load(folder, NULL, NULL, NULL, &error);
  g_assert_cmpuint(g_hash_table_size(first->symbols), ==, g_hash_table_size(second->symbols));
  g_assert_cmpuint(g_hash_table_size(first->symbols), >, 5);
  g_assert_cmpuint(first->variables->len, ==, 3);
  g_assert_cmpuint(second->variables->len, ==, 3);
  GHashTableIter iterator;
  gpointer key, value;
  guint ones = 0;
  g_hash_table_iter_init(&iterator, first->symbols);
  while (g_hash_table_iter_next(&iterator, &key, &value)) {
    const HdLogSymbol *one = value, *other = g_hash_table_lookup(second->symbols, key);
    g_assert_cmpstr(one->function, ==, other->function);
    g_assert_cmpstr(one->file, ==, other->file);
    g_assert_cmpuint(one->line, ==, other->line);
    ones += g_strcmp0(one->function, "one") == 0 && one->line == 7;
  }
  g_assert_cmpuint(ones, >, 0);
  scratch_remove(folder);
}

static void test_std(void) {
  char *folder = scratch_new();
  write_text(folder, "trace.std", "T0|fork(T1)|1\nT0|acq(A)|2\nT1|acq(B)|3\nT0|req(B)|4\nT1|req(A)|5\nT1|r(x)|6\n");
  g_autofree char *path = g_build_filename(folder, "trace.std", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(HdLog) log = hd_load(path, NULL, NULL, NULL, &error);
  g_assert_no_error(error);
  guint64 open_count;
  g_assert_cmpuint(log->emitter_count, ==, 2);
  g_assert_cmpuint(count_events(log, HD_EVENT_ACQUIRED, &open_count), ==, 2);
  g_assert_cmpuint(count_events(log, HD_EVENT_WAIT, &open_count), ==, 2);
  g_assert_cmpuint(open_count, ==, 2);
  g_assert_cmpuint(log->info->lost_count, ==, 0);
  scratch_remove(folder);
}

int main(int argument_count, char **arguments) {
  g_test_init(&argument_count, &arguments, NULL);
  g_test_add_func("/load/deadlock", test_deadlock);
  g_test_add_func("/load/ordered", test_ordered);
  g_test_add_func("/load/every-event", test_every_event);
  g_test_add_func("/load/vocabulary", test_vocabulary);
  g_test_add_func("/load/tasks", test_tasks);
  g_test_add_func("/load/loss", test_loss);
  g_test_add_data_func("/load/reference/deadlock", "deadlock.heddle", test_reference);
  g_test_add_data_func("/load/reference/ordered", "ordered.heddle", test_reference);
  g_test_add_data_func("/load/reference/every-event", "every-event", test_reference);
  g_test_add_data_func("/load/reference/vocabulary", "vocabulary.heddle", test_reference);
  g_test_add_data_func("/load/reference/tasks", "tasks.heddle", test_reference);
  g_test_add_func("/load/pthread-actors", test_pthread_actors);
  g_test_add_func("/load/pthread-objects", test_pthread_objects);
  g_test_add_func("/load/pthread-cut", test_pthread_cut);
  g_test_add_func("/load/errors", test_errors);
  g_test_add_func("/load/without-metadata", test_without_metadata);
  g_test_add_func("/load/in-progress", test_in_progress);
  g_test_add_func("/load/cancel", test_cancel);
  g_test_add_func("/load/hanging-helper", test_hanging_helper);
  g_test_add_func("/load/symbols-file", test_symbols_file);
  g_test_add_func("/load/std", test_std);
  return g_test_run();
}
