/* Random logs: a model is built of whatever comes, and it is a consistent one. */
#include "script.h"

static GRand *source;

static guint32 pick(guint32 count) { return g_rand_int_range(source, 0, (gint32)count); }

/* Mostly small numbers, so that events meet; now and then anything at all. */
static guint64 any_number(void) {
  guint64 any = (guint64)g_rand_int(source) << 32 | g_rand_int(source);
  return pick(40) ? pick(8) : any >> pick(64);
}

static guint64 any_stamp(void) { return pick(60) ? 1000 + pick(2000) : pick(3) ? any_number() : HD_LOG_OPEN_NS; }

static guint64 any_reference(void) { return pick(5) ? 0x1000 + 4 * pick(6) : HD_OBJECT_SHARED_BIT | any_number(); }

static void random_event(HdEvent *event) {
  static const char *const texts[] = {"", "name", "/a/b/c", "\xff\x80", "a\n\u202e"};
  static guint64 words[64];
  guint64 fields_text = pick(G_N_ELEMENTS(texts));
  *event = (HdEvent){.id = pick(HD_EVENT_COUNT)};
  const struct hd_event_info *info = &hd_events[event->id];
  for (guint i = 0; i < info->field_count; i++) {
    const struct hd_field_info *field = &info->fields[i];
    char *at = (char *)&event->common + field->offset;
    guint64 value = g_strcmp0(field->name, "object") == 0 || g_strcmp0(field->name, "partner") == 0 ? any_reference()
                    : g_str_has_suffix(field->name, "_ns")                                          ? any_stamp()
                                                                                                    : any_number();
    switch (field->type) {
    case HD_FIELD_U8:
      *(guint8 *)at = value;
      break;
    case HD_FIELD_U16:
      *(guint16 *)at = pick(HD_OPERATION_COUNT + 1);
      break; /* an operation */
    case HD_FIELD_U32:
    case HD_FIELD_I32:
      *(guint32 *)at = value;
      break;
    case HD_FIELD_U64:
    case HD_FIELD_I64:
      *(guint64 *)at = value;
      break;
    case HD_FIELD_TEXT:
      *(const char **)at = texts[fields_text];
      break;
    case HD_FIELD_WORDS:
      for (guint k = 0; k < 64; k++)
        words[k] =
            k & 1 ? any_number() << 32 | any_number() : (any_reference() / 4) << HD_BATCH_SITE_BITS | (pick(20) ? pick(8) : pick(1 << 18));
      *(const guint64 **)at = words;
      *(guint32 *)(at + sizeof(char *)) = pick(64);
      break;
    default:
      *(const guint64 **)at = words;
      *(guint32 *)(at + sizeof(char *)) = pick(64);
    }
  }
}

static HdLog *random_log(guint event_count) {
  HdLogWriter *writer = hd_log_writer_new();
  for (guint i = 0; i < event_count; i++) {
    HdEvent event;
    random_event(&event);
    hd_log_writer_add(writer, &event);
  }
  HdLog *log = hd_log_writer_end(writer);
  if (pick(2)) log->info->started_ns = 1000 + pick(100);
  if (pick(2)) log->info->ended_ns = pick(2) ? 0 : 2000 + pick(2000);
  log->info->interrupted_ns = pick(2) ? any_stamp() : 0;
  log->info->process_id = any_number();
  guint32 outlived = pick(8);
  g_array_append_val(log->info->outlived, outlived);
  log->switch_count = pick(200);
  log->switches = g_new0(HdSwitch, log->switch_count + 1);
  for (guint i = 0; i < log->switch_count; i++)
    log->switches[i] = (HdSwitch){.at_ns = any_stamp(), .process_id = any_number(), .thread_id = any_number(), .kind = pick(6)};
  return log;
}

static void test_random_events(void) {
  for (guint i = 0; i < 400; i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(HdModel) model = hd_model_new(random_log(1 + pick(i < 20 ? 20 : 1000)), NULL, NULL, &error);
    g_assert_no_error(error);
    check_model(model);
    for (guint32 object = 0; object < model->object_count; object++) hd_model_holder_at(model, object, pick(4000));
  }
}

/* A log that could have been: whatever the threads do, their lives are cut exactly, and no hold is lost. */
static void test_random_threads(void) {
  for (guint round = 0; round < 50; round++) {
    Script *script = script_new();
    guint thread_count = 2 + pick(6), hold_count = 0;
    script_process(script, 1, 100, 0, "prog");
    for (guint32 thread = 2; thread <= thread_count; thread++) script_thread(script, 1, thread, 1, thread);
    for (guint32 thread = 1; thread <= thread_count; thread++)
      for (gint64 now_ns = 50; now_ns < 5000; hold_count++) {
        guint64 object = 0x1000 + 40 * pick(3);
        gint64 begin_ns = now_ns + pick(50), end_ns = begin_ns + 1 + pick(50);
        if (pick(3) == 0) {
          script_wait(script, thread, HD_OPERATION_LOCK_ACQUIRE, object, 0, now_ns, begin_ns, HD_WAIT_RESULT_OK);
          script_hold(script, thread, HD_OPERATION_LOCK_ACQUIRE, object, begin_ns, end_ns);
        } else
          script_batch(script, thread, HD_OPERATION_LOCK_ACQUIRE, object, begin_ns, end_ns);
        now_ns = end_ns + pick(20);
      }
    g_autoptr(HdModel) model = script_model(script, 6000);
    g_assert_cmpuint(model->hold_count, ==, hold_count);
    guint waited_count = 0, by_object_count = 0;
    for (guint32 i = 0; i < model->hold_count; i++) waited_count += model->holds[i].wait != HD_NONE;
    for (guint32 i = 0; i < model->object_count; i++) by_object_count += model->objects[i].hold_count;
    g_assert_cmpuint(waited_count, ==, model->wait_count);
    g_assert_cmpuint(by_object_count, ==, hold_count);
  }
}

/* Many readers, some of them for long: enough that the search skips whole parts. */
static void test_random_readers(void) {
  for (guint round = 0; round < 5; round++) {
    Script *script = script_new();
    script_process(script, 1, 100, 0, "prog");
    for (guint32 thread = 2; thread <= 6; thread++) script_thread(script, 1, thread, 1, thread);
    for (guint32 thread = 1; thread <= 6; thread++)
      for (gint64 now_ns = 50; now_ns < 5000; now_ns += 1 + pick(8)) {
        gint64 end_ns = now_ns + 1 + (pick(200) ? pick(8) : pick(2000));
        script_batch(script, thread, pick(500) ? HD_OPERATION_RWLOCK_READ : HD_OPERATION_RWLOCK_WRITE, 0x1000, now_ns, end_ns);
        now_ns = end_ns;
      }
    g_autoptr(HdModel) model = script_model(script, 9000);
    g_assert_cmpuint(model->hold_count, >, 8 * HD_HOLD_PART);
  }
}

static void test_empty(void) {
  g_autoptr(HdModel) model = hd_model_new(hd_log_writer_end(hd_log_writer_new()), NULL, NULL, NULL);
  check_model(model);
  g_assert_cmpuint(model->actor_count, ==, 0);
  g_assert_cmpint(model->duration_ns, ==, 0);
}

static gboolean stop_at(double fraction, const char *what, gpointer user_data) {
  g_assert_nonnull(what);
  g_assert_cmpfloat(fraction, <=, 1);
  return fraction < *(double *)user_data;
}

static void test_cancel(void) {
  for (double limit = 0; limit <= 1; limit += 0.1) {
    g_autoptr(GError) error = NULL;
    g_assert_null(hd_model_new(random_log(300), stop_at, &limit, &error));
    g_assert_error(error, HD_MODEL_ERROR, HD_MODEL_ERROR_CANCELLED);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  const char *seed = g_getenv("HEDDLE_SEED"); /* another one, to look for more */
  source = g_rand_new_with_seed(seed ? (guint32)g_ascii_strtoull(seed, NULL, 10) : 20240607);
  g_test_add_func("/model/nonsense/random-events", test_random_events);
  g_test_add_func("/model/nonsense/random-threads", test_random_threads);
  g_test_add_func("/model/nonsense/random-readers", test_random_readers);
  g_test_add_func("/model/nonsense/empty", test_empty);
  g_test_add_func("/model/nonsense/cancel", test_cancel);
  int result = g_test_run();
  g_rand_free(source);
  return result;
}
