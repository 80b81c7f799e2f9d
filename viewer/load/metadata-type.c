#include "metadata.h"
#include <string.h>

#define DEPTH_MAX 32
#define FIELDS_MAX 4096

static void type_free(gpointer data) {
  HdType *type = data;
  if (type->fields) g_array_unref(type->fields);
  g_free(type);
}

static HdType *type_new(HdMetadata *metadata, HdTypeKind kind) {
  if (!metadata->types) metadata->types = g_ptr_array_new_with_free_func(type_free);
  HdType *type = g_new0(HdType, 1);
  type->kind = kind;
  type->align_bits = 8;
  type->big_endian = metadata->big_endian;
  if (kind == HD_TYPE_STRUCT || kind == HD_TYPE_VARIANT) type->fields = g_array_new(FALSE, FALSE, sizeof(HdField));
  g_ptr_array_add(metadata->types, type);
  return type;
}

static const char *intern(HdMetadata *metadata, const HdToken *token) {
  return g_string_chunk_insert_len(metadata->names, token->text, token->length);
}

const HdType *hd_type_field(const HdType *type, const char *name) {
  for (guint i = 0; type && type->fields && i < type->fields->len; i++) {
    const HdField *field = &g_array_index(type->fields, HdField, i);
    if (strcmp(field->name, name) == 0) return field->type;
  }
  return NULL;
}

/* { NAME = VALUE; … } of an integer, float or string. */
static gboolean parse_attributes(HdLexer *lexer, HdType *type) {
  if (!hd_lexer_take_sign(lexer, '{')) return FALSE;
  guint exponent_bits = 0, mantissa_bits = 0;
  while (!hd_lexer_take_sign(lexer, '}')) {
    if (lexer->token.kind != HD_TOKEN_WORD) return FALSE;
    HdLexer name = *lexer;
    hd_lexer_advance(lexer);
    if (!hd_lexer_take_sign(lexer, '=')) return FALSE;
    guint number = lexer->token.kind == HD_TOKEN_NUMBER ? (guint)MIN(lexer->token.number, 1u << 20) : 0;
    if (hd_lexer_is_word(&name, "size")) type->bits = number;
    if (hd_lexer_is_word(&name, "align")) type->align_bits = MAX(number, 1);
    if (hd_lexer_is_word(&name, "exp_dig")) exponent_bits = number;
    if (hd_lexer_is_word(&name, "mant_dig")) mantissa_bits = number;
    if (hd_lexer_is_word(&name, "signed")) type->is_signed = number != 0 || hd_lexer_is_word(lexer, "true");
    if (hd_lexer_is_word(&name, "byte_order")) type->big_endian = hd_lexer_is_word(lexer, "be") || hd_lexer_is_word(lexer, "network");
    while (!hd_lexer_take_sign(lexer, ';')) {
      if (lexer->token.kind == HD_TOKEN_END || lexer->token.kind == HD_TOKEN_BAD || hd_lexer_is_sign(lexer, '}')) return FALSE;
      hd_lexer_advance(lexer);
    }
  }
  if (type->kind == HD_TYPE_FLOAT) type->bits = exponent_bits + mantissa_bits;
  return type->kind == HD_TYPE_STRING || (type->bits >= 1 && type->bits <= 64);
}

/* ALIAS of one or more words, such as "unsigned long". */
static const HdType *parse_alias_use(HdMetadata *metadata, HdLexer *lexer, gboolean declaration) {
  g_autoptr(GString) name = g_string_new(NULL);
  while (lexer->token.kind == HD_TOKEN_WORD) {
    HdLexer behind = *lexer;
    hd_lexer_advance(&behind);
    if (declaration && name->len && behind.token.kind != HD_TOKEN_WORD) break;
    if (name->len) g_string_append_c(name, ' ');
    g_string_append_len(name, lexer->token.text, lexer->token.length);
    *lexer = behind;
  }
  return g_hash_table_lookup(metadata->aliases, name->str);
}

/* Behind the type: NAME, or NAME[COUNT], or NAME[LENGTH]. */
static gboolean parse_declarator(HdMetadata *metadata, HdLexer *lexer, HdType *owner, const HdType *type) {
  if (lexer->token.kind != HD_TOKEN_WORD || owner->fields->len >= FIELDS_MAX) return FALSE;
  HdField field = {.name = intern(metadata, &lexer->token), .type = type};
  hd_lexer_advance(lexer);
  while (hd_lexer_take_sign(lexer, '[')) {
    HdType *many = type_new(metadata, HD_TYPE_ARRAY);
    many->element = field.type;
    many->align_bits = field.type->align_bits;
    if (lexer->token.kind == HD_TOKEN_NUMBER) {
      many->count = lexer->token.number;
      hd_lexer_advance(lexer);
    } else {
      many->kind = HD_TYPE_SEQUENCE;
      while (lexer->token.kind == HD_TOKEN_WORD) { /* of a path a.b.c the last part */
        many->length = intern(metadata, &lexer->token);
        hd_lexer_advance(lexer);
        hd_lexer_take_sign(lexer, '.');
      }
      if (!many->length) return FALSE;
    }
    if (!hd_lexer_take_sign(lexer, ']')) return FALSE;
    field.type = many;
  }
  g_array_append_val(owner->fields, field);
  return hd_lexer_take_sign(lexer, ';');
}

static gboolean parse_fields(HdMetadata *metadata, HdLexer *lexer, HdType *owner, guint depth) {
  while (!hd_lexer_take_sign(lexer, '}')) {
    if (hd_lexer_take_word(lexer, "typealias")) {
      if (!hd_metadata_parse_alias(metadata, lexer, depth)) return FALSE;
      continue;
    }
    const HdType *type = hd_metadata_parse_type(metadata, lexer, TRUE, depth + 1);
    if (!type || !parse_declarator(metadata, lexer, owner, type)) return FALSE;
    owner->align_bits = MAX(owner->align_bits, type->align_bits);
  }
  return TRUE;
}

/* struct or variant, behind its keyword. */
static const HdType *parse_compound(HdMetadata *metadata, HdLexer *lexer, HdTypeKind kind, guint depth) {
  g_autofree char *name = NULL;
  if (lexer->token.kind == HD_TOKEN_WORD) {
    name = g_strdup_printf("%s %.*s", kind == HD_TYPE_STRUCT ? "struct" : "variant", (int)lexer->token.length, lexer->token.text);
    hd_lexer_advance(lexer);
  }
  if (kind == HD_TYPE_VARIANT && hd_lexer_take_sign(lexer, '<'))
    while (!hd_lexer_take_sign(lexer, '>')) {
      if (lexer->token.kind != HD_TOKEN_WORD && !hd_lexer_is_sign(lexer, '.')) return NULL;
      hd_lexer_advance(lexer);
    }
  if (!hd_lexer_take_sign(lexer, '{')) return name ? g_hash_table_lookup(metadata->aliases, name) : NULL;
  HdType *type = type_new(metadata, kind);
  if (!parse_fields(metadata, lexer, type, depth)) return NULL;
  if (hd_lexer_take_word(lexer, "align")) {
    if (!hd_lexer_take_sign(lexer, '(') || lexer->token.kind != HD_TOKEN_NUMBER) return NULL;
    type->align_bits = MAX(type->align_bits, (guint)MIN(lexer->token.number, 1u << 20));
    hd_lexer_advance(lexer);
    if (!hd_lexer_take_sign(lexer, ')')) return NULL;
  }
  if (name) g_hash_table_insert(metadata->aliases, g_steal_pointer(&name), type);
  return type;
}

/* enum, behind its keyword. Its labels are not kept: the schema has them. */
static const HdType *parse_enumeration(HdMetadata *metadata, HdLexer *lexer, guint depth) {
  g_autofree char *name = NULL;
  if (lexer->token.kind == HD_TOKEN_WORD) {
    name = g_strdup_printf("enum %.*s", (int)lexer->token.length, lexer->token.text);
    hd_lexer_advance(lexer);
  }
  const HdType *base = NULL;
  if (hd_lexer_take_sign(lexer, ':')) {
    base = hd_metadata_parse_type(metadata, lexer, FALSE, depth + 1);
    if (!base || base->kind != HD_TYPE_INTEGER) return NULL;
  }
  if (!hd_lexer_take_sign(lexer, '{')) return name ? g_hash_table_lookup(metadata->aliases, name) : NULL;
  while (!hd_lexer_take_sign(lexer, '}')) {
    if (lexer->token.kind == HD_TOKEN_END || lexer->token.kind == HD_TOKEN_BAD || hd_lexer_is_sign(lexer, ';')) return NULL;
    hd_lexer_advance(lexer);
  }
  if (!base) base = g_hash_table_lookup(metadata->aliases, "int");
  if (name && base) g_hash_table_insert(metadata->aliases, g_steal_pointer(&name), (gpointer)base);
  return base;
}

const HdType *hd_metadata_parse_type(HdMetadata *metadata, HdLexer *lexer, gboolean declaration, guint depth) {
  if (depth > DEPTH_MAX) return NULL;
  if (hd_lexer_take_word(lexer, "struct")) return parse_compound(metadata, lexer, HD_TYPE_STRUCT, depth);
  if (hd_lexer_take_word(lexer, "variant")) return parse_compound(metadata, lexer, HD_TYPE_VARIANT, depth);
  if (hd_lexer_take_word(lexer, "enum")) return parse_enumeration(metadata, lexer, depth);
  HdTypeKind kind = hd_lexer_is_word(lexer, "integer")          ? HD_TYPE_INTEGER
                    : hd_lexer_is_word(lexer, "floating_point") ? HD_TYPE_FLOAT
                                                                : HD_TYPE_STRING;
  if (kind == HD_TYPE_STRING && !hd_lexer_is_word(lexer, "string")) return parse_alias_use(metadata, lexer, declaration);
  hd_lexer_advance(lexer);
  HdType *type = type_new(metadata, kind);
  if (kind == HD_TYPE_STRING && !hd_lexer_is_sign(lexer, '{')) return type;
  return parse_attributes(lexer, type) ? type : NULL;
}

gboolean hd_metadata_parse_alias(HdMetadata *metadata, HdLexer *lexer, guint depth) {
  const HdType *type = hd_metadata_parse_type(metadata, lexer, FALSE, depth + 1);
  if (!type || !hd_lexer_is_sign(lexer, ':') || !lexer->token.assigns) return FALSE;
  hd_lexer_advance(lexer);
  g_autoptr(GString) name = g_string_new(NULL);
  while (lexer->token.kind == HD_TOKEN_WORD) {
    if (name->len) g_string_append_c(name, ' ');
    g_string_append_len(name, lexer->token.text, lexer->token.length);
    hd_lexer_advance(lexer);
  }
  if (!name->len || !hd_lexer_take_sign(lexer, ';')) return FALSE;
  g_hash_table_insert(metadata->aliases, g_strdup(name->str), (gpointer)type);
  return TRUE;
}
