#include "packets.h"
#include "bounded-file.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKET_MAGIC 0xC1FC1FC1u
#define METADATA_BYTES_MAX (64u << 20)
#define EVENT_ID_MAX 65536u

/* ---- files ---- */

static void file_free(gpointer data) {
  HdStreamFile *file = data;
  if (file->bytes) munmap((gpointer)file->bytes, file->mapped_bytes);
  g_free(file->name);
  g_free(file);
}

/* Fills anonymous memory from a file; what cannot be read stays away from length. */
static gpointer read_whole(int descriptor, gsize *length) {
  guint8 *bytes = mmap(NULL, *length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) return bytes;
  gsize done = 0;
  while (done < *length) {
    gssize part = pread(descriptor, bytes + done, *length - done, done);
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) break;
    done += part;
  }
  if (done == 0) {
    munmap(bytes, *length);
    return MAP_FAILED;
  }
  *length = done;
  return bytes;
}

/* copy: into memory of our own, since the file may be cut meanwhile. What lies behind bytes_max is left away. */
static HdStreamFile *file_open(const char *path, gboolean copy, guint64 bytes_max) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return NULL;
  struct stat status;
  HdStreamFile *file = NULL;
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    file = g_new0(HdStreamFile, 1);
    file->name = g_path_get_basename(path);
    file->length = file->mapped_bytes = MIN(hd_file_data_end(descriptor), bytes_max);
    gpointer bytes = MAP_FAILED;
    if (file->length)
      bytes = copy ? read_whole(descriptor, &file->length) : mmap(NULL, file->length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (bytes != MAP_FAILED)
      file->bytes = bytes;
    else
      file->length = 0;
  }
  close(descriptor);
  return file;
}

/* ---- layout ---- */

/* Bits of an integer type, 0 when it is another or big-endian. */
static guint integer_bits(const HdType *type) { return type && type->kind == HD_TYPE_INTEGER && !type->big_endian ? type->bits : 0; }

/* struct { enum : uintN { … } id; variant <id> { struct { timestamp; } compact; struct { id; timestamp; } extended; } v; }, or
 * struct { id; timestamp; }: LTTng's headers, compact and large, and the plain one. */
static HdEventHeader plan_header(const HdType *type) {
  HdEventHeader header = {0};
  if (!type || type->kind != HD_TYPE_STRUCT || type->fields->len != 2) return header;
  guint id_bits = integer_bits(hd_type_field(type, "id"));
  const HdType *variant = g_array_index(type->fields, HdField, 1).type;
  if (id_bits == 0 || id_bits > 32) return header;
  if (integer_bits(variant) % 8 == 0 && integer_bits(variant) && id_bits % 8 == 0) {
    header = (HdEventHeader){.id_bits = id_bits, .compact_bytes = (id_bits + variant->bits) / 8};
    return header;
  }
  guint compact_bits = integer_bits(hd_type_field(hd_type_field(variant, "compact"), "timestamp"));
  const HdType *extended = hd_type_field(variant, "extended");
  guint extended_id_bits = integer_bits(hd_type_field(extended, "id")),
        extended_time_bits = integer_bits(hd_type_field(extended, "timestamp"));
  gboolean aligned = (id_bits == 5 && compact_bits == 27) || (id_bits % 8 == 0 && compact_bits % 8 == 0);
  if (!aligned || compact_bits == 0 || extended_id_bits % 8 || extended_id_bits == 0 || extended_id_bits > 32 || extended_time_bits % 8)
    return header;
  header.id_bits = id_bits;
  header.compact_bytes = (id_bits + compact_bits) / 8;
  header.extended_id_offset = (id_bits + 7) / 8;
  header.extended_id_bytes = extended_id_bits / 8;
  header.extended_bytes = header.extended_id_offset + (extended_id_bits + extended_time_bits) / 8;
  return header;
}

static void make_streams(HdTrace *trace, GArray *plans) {
  HdMetadata *metadata = trace->metadata;
  for (guint i = 0; i < metadata->streams->len; i++) {
    const HdStreamClass *class = &g_array_index(metadata->streams, HdStreamClass, i);
    HdStream stream = {.id = class->id, .header = plan_header(class->event_header), .packet_context = class->packet_context};
    stream.plans = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (guint k = 0; k < metadata->events->len; k++) {
      const HdEventClass *event = &g_array_index(metadata->events, HdEventClass, k);
      if (event->stream_id != class->id || event->id >= EVENT_ID_MAX) continue;
      guint32 none = G_MAXUINT32, number = plans->len;
      while (stream.plans->len <= event->id) g_array_append_val(stream.plans, none);
      g_array_set_size(plans, number + 1);
      hd_plan_compile(&g_array_index(plans, HdPlan, number), event, class->event_context);
      g_array_index(stream.plans, guint32, event->id) = number;
    }
    g_array_append_val(trace->streams, stream);
  }
}

static const HdStream *find_stream(const HdTrace *trace, guint64 id) {
  for (guint i = 0; i < trace->streams->len; i++)
    if (g_array_index(trace->streams, HdStream, i).id == id) return &g_array_index(trace->streams, HdStream, i);
  return NULL;
}

/* ---- packets ---- */

/* A field of a structure whose fields all have a fixed size. FALSE: there is none, or it is not within the bytes. */
static gboolean read_field(const HdType *structure, const char *name, const guint8 *bytes, gsize length, guint64 *value) {
  guint64 offset = 0;
  for (guint i = 0; structure && structure->fields && i < structure->fields->len; i++) {
    const HdField *field = &g_array_index(structure->fields, HdField, i);
    guint32 field_bytes = hd_type_fixed_bytes(field->type);
    if (field_bytes == 0 || offset + field_bytes > length) return FALSE;
    if (strcmp(field->name, name) == 0 && integer_bits(field->type)) {
      *value = 0;
      memcpy(value, bytes + offset, field_bytes);
      return TRUE;
    }
    offset += field_bytes;
  }
  return FALSE;
}

static void add_damage(HdTrace *trace, const HdStreamFile *file, gsize begin, gsize end) {
  HdDamage damage = {.file = file->name, .begin = begin, .end = end};
  g_array_append_val(trace->damage, damage);
}

/* A packet's first bytes: LTTng writes the magic number, then the trace's uuid. */
static gsize packet_mark(const HdTrace *trace, guint8 *mark) {
  guint32 magic = PACKET_MAGIC;
  memcpy(mark, &magic, sizeof magic);
  if (!trace->metadata->uuid_known) return sizeof magic;
  memcpy(mark + sizeof magic, trace->metadata->uuid, 16);
  return sizeof magic + 16;
}

/* The next packet at or after a place; the file's length when there is none. */
static gsize find_packet(const HdTrace *trace, const HdStreamFile *file, gsize from) {
  guint8 mark[20];
  gsize mark_bytes = packet_mark(trace, mark);
  const guint8 *found = from < file->length ? memmem(file->bytes + from, file->length - from, mark, mark_bytes) : NULL;
  return found ? (gsize)(found - file->bytes) : file->length;
}

static gboolean is_packet(const HdTrace *trace, const HdStreamFile *file, gsize at) {
  guint8 mark[20];
  gsize mark_bytes = packet_mark(trace, mark);
  return file->length - at >= mark_bytes && memcmp(file->bytes + at, mark, mark_bytes) == 0;
}

/* Reads the packet at a place into packets. Returns where the next one is to be looked for. */
static gsize index_packet(HdTrace *trace, HdStreamFile *file, gsize at) {
  const guint8 *bytes = file->bytes + at;
  gsize left = file->length - at;
  const HdType *header = trace->metadata->packet_header;
  guint32 header_bytes = hd_type_fixed_bytes(header);
  guint64 stream_id = 0, content_bits = 0, packet_bits = 0;
  if (header_bytes == 0 || header_bytes > left) return add_damage(trace, file, at, file->length), file->length;
  read_field(header, "stream_id", bytes, left, &stream_id);
  const HdStream *stream = find_stream(trace, stream_id);
  guint32 context_bytes = stream ? hd_type_fixed_bytes(stream->packet_context) : 0;
  if (context_bytes == 0 || header_bytes + context_bytes > left) {
    gsize next = find_packet(trace, file, at + header_bytes);
    return add_damage(trace, file, at, next), next;
  }
  HdPacket packet = {.file = file, .stream = stream};
  const guint8 *context = bytes + header_bytes;
  read_field(stream->packet_context, "timestamp_begin", context, context_bytes, &packet.begin_ns);
  read_field(stream->packet_context, "timestamp_end", context, context_bytes, &packet.end_ns);
  if (!read_field(stream->packet_context, "packet_size", context, context_bytes, &packet_bits)) packet_bits = (guint64)left * 8;
  if (!read_field(stream->packet_context, "content_size", context, context_bytes, &content_bits)) content_bits = packet_bits;

  gsize overhead = header_bytes + context_bytes;
  guint64 packet_bytes = packet_bits / 8, content_bytes = content_bits / 8;
  gboolean sound = packet_bytes >= overhead && content_bytes >= overhead && content_bytes <= packet_bytes;
  if (sound && packet_bytes < left) sound = is_packet(trace, file, at + packet_bytes);
  if (!sound) { /* a size is wrong: the packet ends where the next one begins, and its events are tried as far as they make sense */
    packet_bytes = find_packet(trace, file, at + overhead) - at;
    if (content_bytes < overhead || content_bytes > packet_bytes) content_bytes = packet_bytes;
  }
  packet.sound = sound && packet_bytes <= left;
  if (packet_bytes > left) { /* cut */
    if (content_bytes > left) add_damage(trace, file, file->length, at + MIN(content_bytes, (guint64)G_MAXINT64 - at));
    packet_bytes = left;
    content_bytes = MIN(content_bytes, left);
  }
  packet.begin = bytes + overhead;
  packet.end = bytes + content_bytes;
  packet.whole = bytes;
  packet.whole_bytes = packet_bytes;
  g_array_append_val(trace->packets, packet);
  file->last_end_ns = MAX(file->last_end_ns, packet.end_ns);
  return at + packet_bytes;
}

static void index_file(HdTrace *trace, HdStreamFile *file) {
  for (gsize at = 0; at < file->length;) {
    if (is_packet(trace, file, at)) {
      at = index_packet(trace, file, at);
      continue;
    }
    gsize next = find_packet(trace, file, at);
    add_damage(trace, file, at, next);
    at = next;
  }
}

static void index_files(HdTrace *trace) {
  for (guint i = 0; i < trace->files->len; i++) index_file(trace, trace->files->pdata[i]);
}

static gint compare_packets(gconstpointer a, gconstpointer b) {
  const HdPacket *first = a, *second = b;
  return first->begin_ns < second->begin_ns ? -1 : first->begin_ns > second->begin_ns;
}

static HdMetadata *read_metadata(const char *folder, gboolean ours) {
  g_autofree char *path = g_build_filename(folder, "metadata", NULL);
  HdStreamFile *file = file_open(path, TRUE, METADATA_BYTES_MAX);
  gboolean cut = TRUE;
  GString *text = file ? hd_metadata_text(file->bytes, file->length, &cut) : g_string_new(NULL);
  HdMetadata *metadata = hd_metadata_parse(text->str, text->len);
  metadata->cut = cut || text->len == 0;
  if (ours && (metadata->cut || metadata->skipped_count)) hd_metadata_complete(metadata);
  g_string_free(text, TRUE);
  if (file) file_free(file);
  return metadata;
}

static void stream_clear(gpointer data) { g_array_unref(((HdStream *)data)->plans); }

HdTrace *hd_trace_open(const char *folder, GArray *plans, gboolean copy, gboolean ours) {
  GDir *directory = g_dir_open(folder, 0, NULL);
  if (!directory) return NULL;
  HdMetadata *metadata = read_metadata(folder, ours);
  HdTrace *trace = g_new0(HdTrace, 1);
  trace->folder = g_strdup(folder);
  trace->metadata = metadata;
  trace->streams = g_array_new(FALSE, FALSE, sizeof(HdStream));
  g_array_set_clear_func(trace->streams, stream_clear);
  trace->files = g_ptr_array_new_with_free_func(file_free);
  trace->packets = g_array_new(FALSE, FALSE, sizeof(HdPacket));
  trace->damage = g_array_new(FALSE, FALSE, sizeof(HdDamage));
  make_streams(trace, plans);
  for (const char *name; (name = g_dir_read_name(directory));) {
    if (*name == '.' || strcmp(name, "metadata") == 0) continue;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    HdStreamFile *file = file_open(path, copy, G_MAXUINT64);
    if (!file) continue;
    g_ptr_array_add(trace->files, file);
  }
  g_dir_close(directory);
  index_files(trace);
  if (trace->packets->len == 0 && metadata->uuid_known) { /* it may be the metadata's uuid that is damaged */
    metadata->uuid_known = FALSE;
    g_array_set_size(trace->damage, 0);
    index_files(trace);
  }
  g_array_sort(trace->packets, compare_packets);
  return trace;
}

void hd_trace_free(HdTrace *trace) {
  if (!trace) return;
  g_ptr_array_unref(trace->files);
  g_array_unref(trace->packets);
  g_array_unref(trace->damage);
  g_array_unref(trace->streams);
  hd_metadata_free(trace->metadata);
  g_free(trace->folder);
  g_free(trace);
}
