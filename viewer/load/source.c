#include "source.h"
#include <string.h>

static void chunk_clear(gpointer chunk) { g_free(((HdChunk *)chunk)->records); }
static void plan_clear(gpointer plan) { hd_plan_clear(plan); }

HdSource *hd_source_new(void) {
  HdSource *source = g_new0(HdSource, 1);
  source->traces = g_ptr_array_new_with_free_func((GDestroyNotify)hd_trace_free);
  source->plans = g_array_new(FALSE, FALSE, sizeof(HdPlan));
  g_array_set_clear_func(source->plans, plan_clear);
  source->made = g_array_new(FALSE, TRUE, sizeof(HdEvent));
  source->payloads = g_ptr_array_new_with_free_func(g_free);
  source->unresolved = g_ptr_array_new_with_free_func(g_free);
  source->chunks = g_array_new(FALSE, FALSE, sizeof(HdChunk));
  g_array_set_clear_func(source->chunks, chunk_clear);
  source->damage = g_array_new(FALSE, FALSE, sizeof(HdDamage));
  return source;
}

void hd_source_free(gpointer data) {
  HdSource *source = data;
  if (!source) return;
  g_ptr_array_unref(source->traces);
  g_array_unref(source->plans);
  g_array_unref(source->made);
  g_ptr_array_unref(source->payloads);
  g_ptr_array_unref(source->unresolved);
  g_array_unref(source->damage);
  g_array_unref(source->chunks);
  g_free(source->records);
  g_free(source);
}

gboolean hd_source_add_trace(HdSource *source, const char *folder, gboolean copy, gboolean ours) {
  HdTrace *trace = hd_trace_open(folder, source->plans, copy, ours);
  if (trace) g_ptr_array_add(source->traces, trace);
  return trace != NULL;
}

gboolean hd_source_is_ours(const HdSource *source) {
  for (guint i = 0; i < source->plans->len; i++)
    if (g_array_index(source->plans, HdPlan, i).heddle) return TRUE;
  return FALSE;
}

guint64 hd_source_make(HdSource *source, const HdEvent *event) {
  HdEvent copy = *event;
  const struct hd_event_info *info = &hd_events[event->id];
  for (guint i = 0; i < info->field_count; i++) {
    char *field = (char *)&copy.common + info->fields[i].offset;
    gpointer content = NULL;
    guint32 count = 0;
    if (info->fields[i].type != HD_FIELD_TEXT && info->fields[i].type != HD_FIELD_WORDS && info->fields[i].type != HD_FIELD_BYTES) continue;
    memcpy(&content, field, sizeof content);
    if (info->fields[i].type == HD_FIELD_TEXT) {
      content = g_strdup(content ? content : "");
    } else {
      memcpy(&count, field + sizeof content, sizeof count); /* the count stands behind the pointer */
      content = g_memdup2(content, (gsize)count * (info->fields[i].type == HD_FIELD_WORDS ? 8 : 1));
    }
    memcpy(field, &content, sizeof content);
    if (content) g_ptr_array_add(source->payloads, content);
  }
  g_array_append_val(source->made, copy);
  return (guint64)HD_PLACE_MADE << HD_PLACE_SHIFT | (source->made->len - 1);
}

void hd_source_append(HdSource *source, HdRecord *records, guint64 count) {
  HdChunk chunk = {.records = records, .count = count};
  g_array_append_val(source->chunks, chunk);
}

void hd_source_read(const HdSource *source, guint64 place, HdEvent *event) {
  guint64 low = place & ((G_GUINT64_CONSTANT(1) << HD_PLACE_SHIFT) - 1);
  if (place >> HD_PLACE_SHIFT == HD_PLACE_MADE)
    *event = g_array_index(source->made, HdEvent, low);
  else
    hd_plan_read(&g_array_index(source->plans, HdPlan, place >> HD_PLACE_SHIFT), (const guint8 *)(guintptr)low, event);
}

void hd_source_log_read(const HdLog *log, guint64 index, HdEvent *event) {
  const HdSource *source = log->source;
  hd_source_read(source, source->records[index].place, event);
}
