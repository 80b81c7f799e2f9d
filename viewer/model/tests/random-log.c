#include "random-log.h"

static GRand *source;

void random_begin(void) {
  const char *seed = g_getenv("HEDDLE_SEED");
  source = g_rand_new_with_seed(seed ? (guint32)g_ascii_strtoull(seed, NULL, 10) : 20240607);
}

void random_end(void) { g_clear_pointer(&source, g_rand_free); }

guint32 pick(guint32 count) { return g_rand_int_range(source, 0, (gint32)count); }

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
    guint64 value = g_strcmp0(field->name, "task") == 0 ? HD_OBJECT_SHARED_BIT | (pick(20) ? pick(8) : any_number())
                    : g_strcmp0(field->name, "object") == 0 || g_strcmp0(field->name, "partner") == 0 ? any_reference()
                    : g_str_has_suffix(field->name, "_ns")                                            ? any_stamp()
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

HdLog *random_log(guint event_count) {
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
