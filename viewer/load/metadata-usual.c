/* How LTTng-UST 2.13 usually describes a trace of Heddle's provider on this kind of machine. When the metadata of a recording is
 * damaged or gone, what it does not say is taken from here; the packets' and events' numbers tell whether it fits. */
#include "metadata.h"
#include "schema.h"
#include <string.h>

static const char preamble[] =
    "typealias integer { size = 8; align = 8; signed = false; } := u8;\n"
    "typealias integer { size = 16; align = 8; signed = false; } := u16;\n"
    "typealias integer { size = 32; align = 8; signed = false; } := u32;\n"
    "typealias integer { size = 64; align = 8; signed = false; } := u64;\n"
    "typealias integer { size = 32; align = 8; signed = true; } := i32;\n"
    "typealias integer { size = 64; align = 8; signed = true; } := i64;\n"
    "trace { byte_order = le; packet.header := struct { u32 magic; u8 uuid[16]; u32 stream_id; u64 stream_instance_id; }; };\n"
    "stream {\n id = 0;\n"
    " event.header := struct { enum : u16 { compact = 0 ... 65534, extended = 65535 } id; variant <id> { struct { u32 timestamp; } "
    "compact;\n"
    "  struct { u32 id; u64 timestamp; } extended; } v; } align(8);\n"
    " packet.context := struct { u64 timestamp_begin; u64 timestamp_end; u64 content_size; u64 packet_size; u64 packet_seq_num;\n"
    "  u64 events_discarded; u32 cpu_id; };\n};\n";

/* LTTng numbers the events as the provider lists them. */
static GString *usual_text(void) {
  static const char *const types[] = {
      [HD_FIELD_U8] = "u8",   [HD_FIELD_U16] = "u16",     [HD_FIELD_U32] = "u32",   [HD_FIELD_U64] = "u64", [HD_FIELD_I32] = "i32",
      [HD_FIELD_I64] = "i64", [HD_FIELD_TEXT] = "string", [HD_FIELD_WORDS] = "u64", [HD_FIELD_BYTES] = "u8"};
  GString *text = g_string_new(preamble);
  for (int i = 0; i < HD_EVENT_COUNT; i++) {
    g_string_append_printf(text, "event {\n name = \"heddle:%s\"; id = %d; stream_id = 0; fields := struct {\n", hd_events[i].name, i);
    for (guint k = 0; k < hd_events[i].field_count; k++) {
      const struct hd_field_info *field = &hd_events[i].fields[k];
      gboolean sequence = field->type == HD_FIELD_WORDS || field->type == HD_FIELD_BYTES;
      if (sequence) g_string_append_printf(text, "  u32 __%s_length;\n", field->name);
      g_string_append_printf(text, "  %s _%s", types[field->type], field->name);
      if (sequence) g_string_append_printf(text, "[ __%s_length ]", field->name);
      g_string_append(text, ";\n");
    }
    g_string_append(text, " };\n};\n");
  }
  return text;
}

static gboolean has_event(const HdMetadata *metadata, const HdEventClass *event) {
  for (guint i = 0; i < metadata->events->len; i++) {
    const HdEventClass *other = &g_array_index(metadata->events, HdEventClass, i);
    if (other->id == event->id || strcmp(other->name, event->name) == 0) return TRUE;
  }
  return FALSE;
}

void hd_metadata_complete(HdMetadata *metadata) {
  GString *text = usual_text();
  HdMetadata *usual = metadata->usual = hd_metadata_parse(text->str, text->len);
  g_string_free(text, TRUE);
  if (!metadata->packet_header) metadata->packet_header = usual->packet_header;
  const HdStreamClass *stream = &g_array_index(usual->streams, HdStreamClass, 0);
  if (metadata->streams->len == 0) g_array_append_val(metadata->streams, *stream);
  for (guint i = 0; i < metadata->streams->len; i++) {
    HdStreamClass *known = &g_array_index(metadata->streams, HdStreamClass, i);
    if (!known->event_header) known->event_header = stream->event_header;
    if (!known->packet_context) known->packet_context = stream->packet_context;
  }
  for (guint i = 0; i < usual->events->len; i++) {
    HdEventClass event = g_array_index(usual->events, HdEventClass, i);
    if (has_event(metadata, &event)) continue;
    event.name = g_strdup(event.name);
    g_array_append_val(metadata->events, event);
  }
}
