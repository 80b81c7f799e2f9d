/* Our own events as Babeltrace reads them: the reference that our decoder is compared with. */
#include "foreign-reader.h"
#include "foreign.h"
#include <string.h>

typedef struct {
  HdSource *source;
  GArray *records; /* of HdRecord */
} Reader;

static void store(char *structure, const struct hd_field_info *field, const HdForeignValue *value, guint8 **narrow) {
  static const guint8 widths[] = {
      [HD_FIELD_U8] = 1, [HD_FIELD_U16] = 2, [HD_FIELD_U32] = 4, [HD_FIELD_U64] = 8, [HD_FIELD_I32] = 4, [HD_FIELD_I64] = 8};
  char *destination = structure + field->offset;
  const void *content = field->type == HD_FIELD_TEXT ? (void *)(value->text ? value->text : "") : value->words;
  if (field->type < G_N_ELEMENTS(widths)) {
    memcpy(destination, &value->number, widths[field->type]);
    return;
  }
  if (field->type == HD_FIELD_BYTES) {
    content = *narrow = g_malloc(value->word_count);
    for (guint32 i = 0; i < value->word_count; i++) (*narrow)[i] = value->words[i];
  }
  memcpy(destination, &content, sizeof content);
  if (field->type != HD_FIELD_TEXT) memcpy(destination + sizeof content, &value->word_count, sizeof value->word_count);
}

static void add_event(const HdForeignClass *class, guint64 stamp_ns, const HdForeignValue *values, gpointer data) {
  Reader *reader = data;
  HdSource *source = reader->source;
  if (!g_str_has_prefix(class->name, "heddle:")) {
    source->other_count++;
    return;
  }
  HdEvent event = {0};
  for (event.id = 0; event.id < HD_EVENT_COUNT; event.id++)
    if (strcmp(hd_events[event.id].name, class->name + strlen("heddle:")) == 0) break;
  if (event.id == HD_EVENT_COUNT) {
    source->unknown_count++;
    return;
  }
  g_autofree guint8 *narrow = NULL; /* an event has one sequence at most */
  for (guint i = 0; i < hd_events[event.id].field_count; i++) {
    const struct hd_field_info *field = &hd_events[event.id].fields[i];
    int index = hd_foreign_field(class, field->name);
    static const HdForeignValue missing = {.kind = 'n'};
    store((char *)&event.common, field, index >= 0 ? &values[index] : &missing, &narrow);
  }
  if (event.common.emitter == 0 || event.common.emitter > HD_EMITTER_MAX || event.common.sequence == 0) {
    source->dropped_count++;
    return;
  }
  HdRecord record = {event.common.emitter, event.common.sequence, hd_source_make(source, &event)};
  g_array_append_val(reader->records, record);
  source->operation_count += event.id == HD_EVENT_BATCH ? event.batch.operations_count / 2 : 1;
  source->first_ns = source->first_ns ? MIN(source->first_ns, event.common.at_ns) : event.common.at_ns;
  source->last_ns = MAX(source->last_ns, event.common.at_ns);
}

gboolean hd_foreign_read_ours(HdSource *source, const char *path, HdProgress progress, gpointer user_data, GError **error) {
  Reader reader = {.source = source, .records = g_array_new(FALSE, FALSE, sizeof(HdRecord))};
  HdForeignResult result;
  gboolean ran = hd_foreign_run(path, add_event, &reader, &result, progress, user_data, error);
  if (ran && result.problem) {
    HdDamage damage = {.file = "trace"};
    g_array_append_val(source->damage, damage);
  }
  g_free(result.problem);
  guint64 count = reader.records->len;
  hd_source_append(source, (HdRecord *)g_array_free(reader.records, FALSE), count);
  return ran;
}
