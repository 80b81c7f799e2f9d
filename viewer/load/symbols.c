/* The recording's file "symbols":
 *   {"heddle_symbols": 1,
 *    "symbols": [[module, offset, function, file, line, function, file, line, …], …]   inlined callers follow, outermost last
 *    "variables": [[module, offset, bytes, name], …],
 *    "unresolved": [path, …]}                                                          files that were gone or had changed
 */
#include "symbols.h"
#include "bounded-file.h"
#include "load.h"
#include "recording-info.h"
#include "source.h"
#include <string.h>

#define TEXT_CHARS_MAX 10000
#define FILE_BYTES_MAX (64u << 20)

static gint compare_variables(gconstpointer a, gconstpointer b) {
  const HdLogVariable *first = a, *second = b;
  if (first->module != second->module) return first->module < second->module ? -1 : 1;
  return first->offset < second->offset ? -1 : first->offset > second->offset;
}

static void note_unresolved(HdLog *log, const GPtrArray *paths) {
  if (paths->len == 0) return;
  g_autofree char *name = g_path_get_basename(paths->pdata[0]);
  g_autofree char *display = g_utf8_make_valid(name, -1);
  hd_info_note(log->info,
               paths->len == 1
                   ? "%s is gone or has changed since it was recorded: its functions and lines are not known."
                   : "%s and %u more files are gone or have changed since they were recorded: their functions and lines are not known.",
               display, paths->len - 1);
}

static void resolve_all(HdLog *log, GPtrArray *unresolved) {
  g_autoptr(GPtrArray) modules = hd_symbols_collect(log);
  HdResolver *resolver = hd_resolver_new(log->info->directory);
  for (guint i = 0; i < modules->len; i++) {
    const HdSymbolModule *module = modules->pdata[i];
    gboolean asked = g_hash_table_size(module->addresses) || module->objects->len;
    if (!asked || !strchr(module->path, '/')) continue; /* the kernel's own has no file */
    if (hd_symbols_resolve(resolver, module, log->symbols, log->variables) == HD_RESOLVED) continue;
    if (!g_ptr_array_find_with_equal_func(unresolved, module->path, g_str_equal, NULL)) g_ptr_array_add(unresolved, g_strdup(module->path));
  }
  hd_resolver_free(resolver);
}

static guint64 element_number(JsonArray *array, guint index) {
  JsonNode *node = index < json_array_get_length(array) ? json_array_get_element(array, index) : NULL;
  return node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64 ? (guint64)json_node_get_int(node) : 0;
}

static char *element_text(JsonArray *array, guint index) {
  JsonNode *node = index < json_array_get_length(array) ? json_array_get_element(array, index) : NULL;
  gboolean is_text = node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;
  return is_text ? hd_display_name(json_node_get_string(node), TEXT_CHARS_MAX) : NULL;
}

static JsonArray *member_array(JsonObject *object, const char *name) {
  JsonNode *node = json_object_get_member(object, name);
  return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static JsonArray *element_array(JsonArray *array, guint index) {
  JsonNode *node = json_array_get_element(array, index);
  return JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static void read_symbol(HdLog *log, JsonArray *array) {
  guint64 place = element_number(array, 0) << HD_FRAME_OFFSET_BITS | element_number(array, 1);
  HdLogSymbol *first = NULL, **next = &first;
  for (guint i = 2; i + 2 < json_array_get_length(array); i += 3) {
    *next = g_new0(HdLogSymbol, 1);
    (*next)->function = element_text(array, i);
    (*next)->file = element_text(array, i + 1);
    (*next)->line = element_number(array, i + 2);
    next = &(*next)->next;
  }
  if (first) g_hash_table_insert(log->symbols, g_memdup2(&place, sizeof place), first);
}

static gboolean read_file(HdLog *log, const char *path, GPtrArray *unresolved) {
  g_autoptr(JsonParser) parser = hd_bounded_file_read_json(path, FILE_BYTES_MAX);
  if (!parser) return FALSE;
  JsonNode *root = json_parser_get_root(parser);
  JsonObject *object = root && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
  JsonArray *symbols = object ? member_array(object, "symbols") : NULL, *variables = object ? member_array(object, "variables") : NULL;
  JsonArray *missing = object ? member_array(object, "unresolved") : NULL;
  if (!symbols || !variables) return FALSE;
  for (guint i = 0; i < json_array_get_length(symbols); i++)
    if (element_array(symbols, i)) read_symbol(log, element_array(symbols, i));
  for (guint i = 0; i < json_array_get_length(variables); i++) {
    JsonArray *array = element_array(variables, i);
    HdLogVariable variable = {.name = array ? element_text(array, 3) : NULL};
    if (!variable.name) continue;
    variable.module = element_number(array, 0);
    variable.offset = element_number(array, 1);
    variable.bytes = element_number(array, 2);
    g_array_append_val(log->variables, variable);
  }
  for (guint i = 0; missing && i < json_array_get_length(missing); i++) {
    char *text = element_text(missing, i);
    if (text) g_ptr_array_add(unresolved, text);
  }
  return TRUE;
}

void hd_symbols_read(HdLog *log) {
  HdSource *source = log->source;
  g_autofree char *path = g_build_filename(log->info->path, "symbols", NULL);
  log->symbols = hd_log_symbols_new();
  log->variables = hd_log_variables_new();
  if (!read_file(log, path, source->unresolved)) resolve_all(log, source->unresolved);
  g_array_sort(log->variables, compare_variables);
  note_unresolved(log, source->unresolved);
}

/* A text that JSON can hold: what comes out of object files need not be UTF-8. */
static void add_text(JsonBuilder *builder, const char *text) {
  if (!text) {
    json_builder_add_null_value(builder);
    return;
  }
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  json_builder_add_string_value(builder, valid);
}

static void build_symbols(JsonBuilder *builder, const HdLog *log) {
  GHashTableIter iterator;
  gpointer key, value;
  g_hash_table_iter_init(&iterator, log->symbols);
  while (g_hash_table_iter_next(&iterator, &key, &value)) {
    guint64 place = *(guint64 *)key;
    json_builder_begin_array(builder);
    json_builder_add_int_value(builder, place >> HD_FRAME_OFFSET_BITS);
    json_builder_add_int_value(builder, place & ((G_GUINT64_CONSTANT(1) << HD_FRAME_OFFSET_BITS) - 1));
    for (const HdLogSymbol *symbol = value; symbol; symbol = symbol->next) {
      add_text(builder, symbol->function);
      add_text(builder, symbol->file);
      json_builder_add_int_value(builder, symbol->line);
    }
    json_builder_end_array(builder);
  }
}

gboolean hd_load_write_symbols(HdLog *log, GError **error) {
  if (log->info->foreign || !log->symbols) return TRUE;
  const HdSource *source = log->source;
  g_autoptr(JsonBuilder) builder = json_builder_new_immutable();
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "heddle_symbols");
  json_builder_add_int_value(builder, 1);
  json_builder_set_member_name(builder, "symbols");
  json_builder_begin_array(builder);
  build_symbols(builder, log);
  json_builder_end_array(builder);
  json_builder_set_member_name(builder, "variables");
  json_builder_begin_array(builder);
  for (guint i = 0; i < log->variables->len; i++) {
    const HdLogVariable *variable = &g_array_index(log->variables, HdLogVariable, i);
    json_builder_begin_array(builder);
    json_builder_add_int_value(builder, variable->module);
    json_builder_add_int_value(builder, variable->offset);
    json_builder_add_int_value(builder, variable->bytes);
    add_text(builder, variable->name);
    json_builder_end_array(builder);
  }
  json_builder_end_array(builder);
  json_builder_set_member_name(builder, "unresolved");
  json_builder_begin_array(builder);
  for (guint i = 0; i < source->unresolved->len; i++) add_text(builder, source->unresolved->pdata[i]);
  json_builder_end_array(builder);
  json_builder_end_object(builder);
  g_autoptr(JsonNode) root = json_builder_get_root(builder);
  g_autofree char *content = json_to_string(root, FALSE), *path = g_build_filename(log->info->path, "symbols", NULL);
  return g_file_set_contents_full(path, content, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
