#include "recording-info.h"
#include "bounded-file.h"
#include "model.h"
#include <errno.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#define JSON_BYTES_MAX (16u << 20)
#define NOTE_CHARS_MAX 1000

/* One line, whatever a damaged file or a path put into it. Takes the text. */
static void add_note(HdLogInfo *info, gint at, char *text) {
  char *note = hd_display_name(text, NOTE_CHARS_MAX);
  g_free(text);
  for (guint i = 0; i < info->notes->len; i++)
    if (strcmp(info->notes->pdata[i], note) == 0) return g_free(note);
  g_ptr_array_insert(info->notes, at, note);
}

void hd_info_note(HdLogInfo *info, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_note(info, -1, g_strdup_vprintf(format, arguments));
  va_end(arguments);
}

void hd_info_damage(HdLogInfo *info, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  add_note(info, 0, g_strdup_vprintf(format, arguments));
  va_end(arguments);
  info->damaged = TRUE;
}

/* A member that is a value of a type (G_TYPE_INT64, G_TYPE_STRING, G_TYPE_BOOLEAN), else NULL. */
static JsonNode *value(JsonObject *object, const char *name, GType type) {
  JsonNode *node = json_object_get_member(object, name);
  return node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type ? node : NULL;
}

static gint64 number(JsonObject *object, const char *name) {
  JsonNode *node = value(object, name, G_TYPE_INT64);
  return node ? json_node_get_int(node) : 0;
}

static guint64 stamp(JsonObject *object, const char *name) { return MAX(number(object, name), 0); }

static guint32 process_number(JsonObject *object, const char *name) {
  gint64 process = number(object, name);
  return process > 0 && process <= G_MAXINT32 ? process : 0;
}

static char *text(JsonObject *object, const char *name) {
  JsonNode *node = value(object, name, G_TYPE_STRING);
  return node ? json_node_dup_string(node) : NULL;
}

static JsonArray *array(JsonObject *object, const char *name) {
  JsonNode *node = json_object_get_member(object, name);
  return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static void read_lists(HdLogInfo *info, JsonObject *object) {
  JsonArray *arguments = array(object, "arguments"), *outlived = array(object, "outlived"), *notes = array(object, "notes");
  if (arguments) {
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (guint i = 0; i < json_array_get_length(arguments); i++) {
      JsonNode *node = json_array_get_element(arguments, i);
      if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
        g_strv_builder_add(builder, json_node_get_string(node));
    }
    info->arguments = g_strv_builder_end(builder);
  }
  for (guint i = 0; outlived && i < json_array_get_length(outlived); i++) {
    JsonNode *node = json_array_get_element(outlived, i);
    guint32 process = JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64 ? (guint32)json_node_get_int(node) : 0;
    if (process) g_array_append_val(info->outlived, process);
  }
  for (guint i = 0; notes && i < json_array_get_length(notes); i++) {
    JsonNode *node = json_array_get_element(notes, i);
    if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
      hd_info_note(info, "%s", json_node_get_string(node));
  }
}

static void read_schedule(HdLogInfo *info, JsonObject *object) {
  JsonNode *node = json_object_get_member(object, "schedule");
  if (!node || !JSON_NODE_HOLDS_OBJECT(node)) return;
  JsonObject *schedule = json_node_get_object(node);
  JsonNode *observed = value(schedule, "observed", G_TYPE_BOOLEAN);
  info->schedule_observed = observed && json_node_get_boolean(observed);
  info->schedule_reason = text(schedule, "reason");
}

static void read_settings(HdLogInfo *info, JsonObject *object) {
  JsonNode *node = json_object_get_member(object, "settings");
  if (!node || !JSON_NODE_HOLDS_OBJECT(node)) return;
  info->seed = text(json_node_get_object(node), "HEDDLE_SEED");
  info->gil = text(json_node_get_object(node), "HEDDLE_GIL");
}

/* The process may have ended, and its number be another's: a recorder's name begins with "heddle". */
static gboolean recorder_lives(guint32 process) {
  if (!process || (kill(process, 0) != 0 && errno != EPERM)) return FALSE;
  g_autofree char *path = g_strdup_printf("/proc/%u/comm", process);
  g_autofree char *name = NULL;
  return g_file_get_contents(path, &name, NULL, NULL) && g_str_has_prefix(name, "heddle");
}

gboolean hd_recording_info_read(HdLogInfo *info, const char *folder) {
  g_autofree char *path = g_build_filename(folder, "recording.json", NULL);
  if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) return FALSE;
  g_autoptr(JsonParser) parser = hd_bounded_file_read_json(path, JSON_BYTES_MAX);
  JsonNode *root = parser ? json_parser_get_root(parser) : NULL;
  if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
    hd_info_damage(info, "recording.json is damaged: what was run, when it began and how it ended is not known.");
    return TRUE;
  }
  JsonObject *object = json_node_get_object(root);
  if (number(object, "schema_version") > HD_SCHEMA_VERSION || number(object, "heddle") > 1)
    hd_info_note(info, "It was recorded by a newer Heddle: what this one does not know is left out.");
  info->program = text(object, "program");
  info->directory = text(object, "directory");
  info->host = text(object, "host");
  info->version = text(object, "version");
  info->process_id = process_number(object, "process_id");
  info->started_realtime_ns = stamp(object, "started_realtime_ns");
  info->started_ns = stamp(object, "started_ns");
  info->ended_ns = stamp(object, "ended_ns");
  info->interrupted_ns = stamp(object, "interrupted_ns");
  info->exit_known = value(object, "exit", G_TYPE_INT64) != NULL;
  info->exit = CLAMP(number(object, "exit"), G_MININT, G_MAXINT);
  read_lists(info, object);
  read_schedule(info, object);
  read_settings(info, object);
  info->recorder_process_id = process_number(object, "recorder_process_id");
  info->in_progress = !info->ended_ns && recorder_lives(info->recorder_process_id);
  return TRUE;
}
