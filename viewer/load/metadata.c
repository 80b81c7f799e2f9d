#include "metadata.h"
#include <string.h>

#define PACKET_MAGIC 0x75D11D57u
#define PACKET_HEADER_BYTES 37

/* The header of a metadata packet: magic, uuid[16], checksum, content and packet size in bits, five bytes of schemes and version. */
GString *hd_metadata_text(const guint8 *bytes, gsize length, gboolean *cut) {
  GString *text = g_string_new(NULL);
  *cut = FALSE;
  guint32 magic = 0;
  if (length >= sizeof magic) memcpy(&magic, bytes, sizeof magic);
  if (magic != PACKET_MAGIC) {
    if (length && *bytes == '/') return g_string_append_len(text, (const char *)bytes, length);
    *cut = TRUE; /* the first packet's header is damaged: look for the next */
  }
  for (gsize at = 0; at < length;) {
    guint32 content_bits = 0, packet_bits = 0;
    memset(&magic, 0, sizeof magic);
    if (length - at >= PACKET_HEADER_BYTES) {
      memcpy(&magic, bytes + at, 4);
      memcpy(&content_bits, bytes + at + 24, 4);
      memcpy(&packet_bits, bytes + at + 28, 4);
    }
    gsize content_bytes = content_bits / 8, packet_bytes = packet_bits / 8;
    if (magic != PACKET_MAGIC || content_bytes < PACKET_HEADER_BYTES || packet_bytes < content_bytes) {
      *cut = TRUE;
      guint32 wanted = PACKET_MAGIC;
      const guint8 *found = memmem(bytes + at + 1, length - at - 1, &wanted, sizeof wanted);
      if (!found) break;
      at = found - bytes;
      continue;
    }
    if (content_bytes > length - at) *cut = TRUE;
    gsize text_bytes = MIN(content_bytes, length - at) - PACKET_HEADER_BYTES;
    g_string_append_len(text, (const char *)bytes + at + PACKET_HEADER_BYTES, text_bytes);
    at += MIN(packet_bytes, length - at);
  }
  return text;
}

static gboolean parse_uuid(HdMetadata *metadata, const HdToken *token) {
  guint digits = 0;
  guint8 uuid[16] = {0};
  for (gsize i = 0; i < token->length; i++) {
    if (token->text[i] == '-') continue;
    if (!g_ascii_isxdigit(token->text[i]) || digits == 32) return FALSE;
    uuid[digits / 2] |= g_ascii_xdigit_value(token->text[i]) << (digits % 2 ? 0 : 4);
    digits++;
  }
  if (digits != 32) return FALSE;
  memcpy(metadata->uuid, uuid, sizeof uuid);
  return metadata->uuid_known = TRUE;
}

/* What a block { NAME = VALUE; NAME := TYPE; } said. */
typedef struct {
  HdToken name, uuid, host;
  guint64 id, stream_id, frequency, offset_s, offset;
  const HdType *packet_header, *event_header, *packet_context, *event_context, *context, *fields;
} Block;

static void assign_type(Block *block, const char *name, const HdType *type) {
  if (strcmp(name, "packet.header") == 0) block->packet_header = type;
  if (strcmp(name, "event.header") == 0) block->event_header = type;
  if (strcmp(name, "packet.context") == 0) block->packet_context = type;
  if (strcmp(name, "event.context") == 0) block->event_context = type;
  if (strcmp(name, "context") == 0) block->context = type;
  if (strcmp(name, "fields") == 0) block->fields = type;
}

static void assign_value(Block *block, const char *name, const HdToken *value) {
  if (value->kind == HD_TOKEN_STRING) {
    if (strcmp(name, "name") == 0) block->name = *value;
    if (strcmp(name, "uuid") == 0) block->uuid = *value;
    if (strcmp(name, "hostname") == 0) block->host = *value;
  } else if (value->kind == HD_TOKEN_NUMBER) {
    if (strcmp(name, "id") == 0) block->id = value->number;
    if (strcmp(name, "stream_id") == 0) block->stream_id = value->number;
    if (strcmp(name, "freq") == 0) block->frequency = value->number;
    if (strcmp(name, "offset_s") == 0) block->offset_s = value->number;
    if (strcmp(name, "offset") == 0) block->offset = value->number;
  }
}

static gboolean parse_block(HdMetadata *metadata, HdLexer *lexer, Block *block) {
  if (!hd_lexer_take_sign(lexer, '{')) return FALSE;
  while (!hd_lexer_take_sign(lexer, '}')) {
    if (hd_lexer_take_word(lexer, "typealias")) {
      if (!hd_metadata_parse_alias(metadata, lexer, 0)) return FALSE;
      continue;
    }
    char name[32] = "";
    gsize length = 0;
    while (lexer->token.kind == HD_TOKEN_WORD || hd_lexer_is_sign(lexer, '.')) {
      for (gsize i = 0; i < lexer->token.length && length < sizeof name - 1; i++) name[length++] = lexer->token.text[i];
      hd_lexer_advance(lexer);
    }
    if (length == 0) return FALSE;
    if (hd_lexer_is_sign(lexer, ':') && lexer->token.assigns) {
      hd_lexer_advance(lexer);
      const HdType *type = hd_metadata_parse_type(metadata, lexer, FALSE, 0);
      if (!type) return FALSE;
      assign_type(block, name, type);
    } else {
      if (!hd_lexer_take_sign(lexer, '=')) return FALSE;
      assign_value(block, name, &lexer->token);
      if (strcmp(name, "byte_order") == 0) metadata->big_endian = hd_lexer_is_word(lexer, "be") || hd_lexer_is_word(lexer, "network");
      while (!hd_lexer_is_sign(lexer, ';')) {
        if (lexer->token.kind == HD_TOKEN_END || lexer->token.kind == HD_TOKEN_BAD || hd_lexer_is_sign(lexer, '}')) return FALSE;
        hd_lexer_advance(lexer);
      }
    }
    if (!hd_lexer_take_sign(lexer, ';')) return FALSE;
  }
  return TRUE;
}

static gboolean parse_declaration(HdMetadata *metadata, HdLexer *lexer) {
  Block block = {0};
  if (hd_lexer_take_word(lexer, "typealias")) return hd_metadata_parse_alias(metadata, lexer, 0);
  if (hd_lexer_is_word(lexer, "struct") || hd_lexer_is_word(lexer, "variant") || hd_lexer_is_word(lexer, "enum"))
    return hd_metadata_parse_type(metadata, lexer, FALSE, 0) && hd_lexer_take_sign(lexer, ';');
  HdLexer keyword = *lexer;
  hd_lexer_advance(lexer);
  if (keyword.token.kind != HD_TOKEN_WORD || !parse_block(metadata, lexer, &block) || !hd_lexer_take_sign(lexer, ';')) return FALSE;
  if (hd_lexer_is_word(&keyword, "trace")) {
    metadata->packet_header = block.packet_header;
    return !block.uuid.text || parse_uuid(metadata, &block.uuid);
  }
  if (hd_lexer_is_word(&keyword, "env") && block.host.text && !metadata->host) {
    metadata->host = g_strndup(block.host.text, block.host.length);
  } else if (hd_lexer_is_word(&keyword, "clock") && block.frequency == G_GUINT64_CONSTANT(1000000000)) {
    metadata->clock_offset_ns = (gint64)(block.offset_s * G_GUINT64_CONSTANT(1000000000) + block.offset);
  } else if (hd_lexer_is_word(&keyword, "stream")) {
    HdStreamClass stream = {
        .id = block.id, .event_header = block.event_header, .packet_context = block.packet_context, .event_context = block.event_context};
    g_array_append_val(metadata->streams, stream);
  } else if (hd_lexer_is_word(&keyword, "event")) {
    if (!block.name.text) return FALSE;
    HdEventClass event = {.name = g_strndup(block.name.text, block.name.length),
                          .id = block.id,
                          .stream_id = block.stream_id,
                          .context = block.context,
                          .fields = block.fields};
    g_array_append_val(metadata->events, event);
  }
  return TRUE;
}

/* LTTng begins every declaration, and nothing else, at the start of a line: there reading can begin again after damage. */
static void find_next_declaration(HdLexer *lexer, const char *from) {
  static const char *const keywords[] = {"event {", "stream {", "trace {", "clock {", "env {", "struct ", "typealias "};
  for (const char *here = from; (here = memchr(here, '\n', lexer->end - here));) {
    here++;
    for (guint i = 0; i < G_N_ELEMENTS(keywords); i++) {
      gsize length = strlen(keywords[i]);
      if ((gsize)(lexer->end - here) >= length && memcmp(here, keywords[i], length) == 0) {
        hd_lexer_init(lexer, here, lexer->end - here);
        return;
      }
    }
  }
  hd_lexer_init(lexer, lexer->end, 0);
}

static void event_class_clear(gpointer data) { g_free(((HdEventClass *)data)->name); }

HdMetadata *hd_metadata_parse(const char *text, gsize length) {
  HdMetadata *metadata = g_new0(HdMetadata, 1);
  metadata->streams = g_array_new(FALSE, FALSE, sizeof(HdStreamClass));
  metadata->events = g_array_new(FALSE, FALSE, sizeof(HdEventClass));
  g_array_set_clear_func(metadata->events, event_class_clear);
  metadata->aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  metadata->names = g_string_chunk_new(4096);
  /* Byte order is said after the first aliases are: look ahead for it. */
  metadata->big_endian = g_strstr_len(text, length, "byte_order = be;") != NULL;
  HdLexer lexer;
  hd_lexer_init(&lexer, text, length);
  while (lexer.token.kind != HD_TOKEN_END) {
    const char *begin = lexer.token.text;
    if (parse_declaration(metadata, &lexer)) continue;
    metadata->skipped_count++;
    find_next_declaration(&lexer, begin);
  }
  return metadata;
}

void hd_metadata_free(HdMetadata *metadata) {
  if (!metadata) return;
  g_array_unref(metadata->streams);
  g_array_unref(metadata->events);
  g_hash_table_unref(metadata->aliases);
  if (metadata->types) g_ptr_array_unref(metadata->types);
  g_string_chunk_free(metadata->names);
  g_free(metadata->host);
  hd_metadata_free(metadata->usual);
  g_free(metadata);
}
