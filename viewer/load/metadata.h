/* What a trace says about its own layout: CTF 1.8 metadata, as far as LTTng writes it.
 *
 * A declaration that cannot be read (damage, something that LTTng does not write) is left out and counted; the others stand.
 */
#pragma once
#include "metadata-lexer.h"
#include <glib.h>

typedef enum {
  HD_TYPE_INTEGER,
  HD_TYPE_FLOAT,
  HD_TYPE_STRING,
  HD_TYPE_STRUCT,
  HD_TYPE_VARIANT,
  HD_TYPE_ARRAY,
  HD_TYPE_SEQUENCE
} HdTypeKind;

typedef struct HdType HdType;
typedef struct {
  const char *name; /* as it stands in the metadata */
  const HdType *type;
} HdField;

struct HdType {
  HdTypeKind kind;
  guint bits; /* integer (an enumeration is one) and float */
  guint align_bits;
  gboolean is_signed;
  gboolean big_endian;
  const HdType *element; /* array and sequence */
  guint64 count;         /* array */
  const char *length;    /* sequence: name of the field with its length */
  GArray *fields;        /* of HdField: struct and variant */
};

typedef struct {
  guint64 id;
  const HdType *event_header; /* NULL unknown, as the others */
  const HdType *packet_context;
  const HdType *event_context;
} HdStreamClass;

typedef struct {
  char *name;
  guint64 id;
  guint64 stream_id;
  const HdType *context;
  const HdType *fields;
} HdEventClass;

typedef struct HdMetadata HdMetadata;
struct HdMetadata {
  guint8 uuid[16];
  gboolean uuid_known;
  gboolean big_endian;
  const HdType *packet_header;
  GArray *streams;        /* of HdStreamClass */
  GArray *events;         /* of HdEventClass */
  gint64 clock_offset_ns; /* realtime less clock; 0 unknown */
  char *host;             /* NULL unknown */
  guint skipped_count;    /* declarations that could not be read */
  gboolean cut;           /* the file ended too early */
  GHashTable *aliases;    /* name -> HdType; also "struct NAME" and the like */
  GPtrArray *types;       /* owns all types */
  GStringChunk *names;
  HdMetadata *usual; /* what hd_metadata_complete took things from; NULL when it was not needed */
};

/* Reads the text out of a metadata file, packetized (LTTng's) or plain. cut: set when packets are missing or broken. */
GString *hd_metadata_text(const guint8 *bytes, gsize length, gboolean *cut);
/* Never fails: what cannot be read is counted in skipped_count. */
HdMetadata *hd_metadata_parse(const char *text, gsize length);
/* Adds what damaged metadata of a recording does not say, as LTTng usually writes it for Heddle. */
void hd_metadata_complete(HdMetadata *metadata);
void hd_metadata_free(HdMetadata *metadata);

/* Parses a type at the lexer's place. declaration: the last word belongs to what follows (a name), not to the type. NULL: no type. */
const HdType *hd_metadata_parse_type(HdMetadata *metadata, HdLexer *lexer, gboolean declaration, guint depth);
/* Parses "typealias TYPE := NAME;" behind its first word. */
gboolean hd_metadata_parse_alias(HdMetadata *metadata, HdLexer *lexer, guint depth);
const HdType *hd_type_field(const HdType *type, const char *name);
