/* A log in memory, made of events given one by one. */
#include "log.h"
#include <string.h>

struct HdLogWriter {
  GArray *events;      /* of HdEvent */
  GPtrArray *payloads; /* texts, words and bytes that the events point to; owned */
};

HdLogWriter *hd_log_writer_new(void) {
  HdLogWriter *writer = g_new(HdLogWriter, 1);
  writer->events = g_array_new(FALSE, FALSE, sizeof(HdEvent));
  writer->payloads = g_ptr_array_new_with_free_func(g_free);
  return writer;
}

static void writer_free(gpointer writer_pointer) {
  HdLogWriter *writer = writer_pointer;
  g_array_unref(writer->events);
  g_ptr_array_unref(writer->payloads);
  g_free(writer);
}

/* What the field at a place in the event points to is copied, and the pointer replaced. */
static void own_field(HdLogWriter *writer, char *event, const struct hd_field_info *field) {
  gsize item_bytes = field->type == HD_FIELD_WORDS ? sizeof(guint64) : 1;
  gpointer payload = NULL;
  memcpy(&payload, event + field->offset, sizeof payload);
  if (field->type == HD_FIELD_TEXT)
    payload = g_strdup(payload ? payload : "");
  else {
    guint32 count;
    memcpy(&count, event + field->offset + sizeof payload, sizeof count); /* the count stands behind the pointer */
    payload = g_memdup2(payload, count * item_bytes);
  }
  if (payload) g_ptr_array_add(writer->payloads, payload);
  memcpy(event + field->offset, &payload, sizeof payload);
}

void hd_log_writer_add(HdLogWriter *writer, const HdEvent *event) {
  g_return_if_fail((guint)event->id < HD_EVENT_COUNT);
  HdEvent copy = *event;
  const struct hd_event_info *info = &hd_events[event->id];
  for (guint i = 0; i < info->field_count; i++)
    if (info->fields[i].type == HD_FIELD_TEXT || info->fields[i].type == HD_FIELD_WORDS || info->fields[i].type == HD_FIELD_BYTES)
      own_field(writer, (char *)&copy.common, &info->fields[i]);
  g_array_append_val(writer->events, copy);
}

/* By emitter, then sequence; what stood in a slot has none and comes last. */
static gint compare_events(gconstpointer a_pointer, gconstpointer b_pointer, gpointer user_data) {
  const HdEvent *a = a_pointer, *b = b_pointer;
  if (a->common.emitter != b->common.emitter) return a->common.emitter < b->common.emitter ? -1 : 1;
  guint32 a_sequence = a->common.sequence - 1, b_sequence = b->common.sequence - 1; /* 0 becomes the largest */
  return a_sequence < b_sequence ? -1 : a_sequence > b_sequence;
}

static void read_event(const HdLog *log, guint64 index, HdEvent *event) {
  *event = g_array_index(((HdLogWriter *)log->source)->events, HdEvent, index);
}

static void note_loss(HdLogEmitter *emitter, const HdEvent *before, const HdEvent *after) {
  guint32 previous = before ? before->common.sequence : 0;
  if (after->common.sequence <= previous || after->common.sequence == previous + 1) return;
  emitter->lost_count += after->common.sequence - previous - 1;
  if (!emitter->lost_first_ns) emitter->lost_first_ns = before ? before->common.at_ns : after->common.at_ns;
  emitter->lost_last_ns = after->common.at_ns;
}

HdLog *hd_log_writer_end(HdLogWriter *writer) {
  HdLog *log = g_new0(HdLog, 1);
  log->info = hd_log_info_new();
  log->read = read_event;
  log->source = writer;
  log->source_free = writer_free;
  g_array_sort_with_data(writer->events, compare_events, NULL);

  GArray *emitters = g_array_new(FALSE, FALSE, sizeof(HdLogEmitter));
  HdLogInfo *info = log->info;
  info->started_ns = HD_LOG_OPEN_NS;
  for (guint i = 0; i < writer->events->len; i++) {
    const HdEvent *event = &g_array_index(writer->events, HdEvent, i);
    const HdEvent *before = i && event[-1].common.emitter == event->common.emitter ? event - 1 : NULL;
    if (!before) g_array_append_val(emitters, ((HdLogEmitter){.number = event->common.emitter, .first = i}));
    HdLogEmitter *emitter = &g_array_index(emitters, HdLogEmitter, emitters->len - 1);
    emitter->count++;
    note_loss(emitter, before, event);
    info->event_count += event->id == HD_EVENT_BATCH ? event->batch.operations_count / 2 : 1;
    if (event->common.at_ns == HD_LOG_OPEN_NS) continue;
    info->started_ns = MIN(info->started_ns, event->common.at_ns);
    info->ended_ns = MAX(info->ended_ns, event->common.at_ns);
  }
  if (info->started_ns == HD_LOG_OPEN_NS) info->started_ns = 0;
  log->emitter_count = emitters->len;
  log->emitters = (HdLogEmitter *)g_array_free(emitters, FALSE);
  for (guint i = 0; i < log->emitter_count; i++) info->lost_count += log->emitters[i].lost_count;
  return log;
}
