#include "recording.h"
#include "message.h"
#include "schema.h"
#include "tree.h"
#include <errno.h>
#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static char *make_numbered_folder(const char *program) {
  const char *slash = strrchr(program, '/');
  for (unsigned number = 1; number < 1000000; number++) {
    char *name = NULL;
    if (asprintf(&name, "%s-%u.heddle", slash ? slash + 1 : program, number) < 0) return NULL;
    if (mkdir(name, 0700) == 0) return name;
    int error = errno;
    if (error != EEXIST) say("cannot create %s here: %s (-o DIR names another place)", name, strerror(error));
    free(name);
    if (error != EEXIST) return NULL;
  }
  return NULL;
}

int recording_create(struct recording *recording, const struct options *options) {
  *recording = (struct recording){.arguments = options->program, .folder = -1};
  if (!options->output) {
    recording->shown = make_numbered_folder(*options->program);
  } else if (mkdir(options->output, 0700) == 0) {
    recording->shown = strdup(options->output);
  } else if (errno == EEXIST) {
    say("%s exists; nothing is overwritten", options->output);
  } else {
    say("cannot create %s: %s", options->output, strerror(errno));
  }
  if (!recording->shown) return 2;
  recording->path = realpath(recording->shown, NULL);
  recording->folder = open(recording->shown, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (recording->path && recording->folder >= 0 && mkdirat(recording->folder, "trace", 0700) == 0) return 0;
  say("cannot use %s: %s", recording->shown, strerror(errno));
  return 2;
}

void recording_note(struct recording *recording, const char *format, ...) {
  if (recording->note_count == NOTE_CAPACITY) return;
  va_list arguments;
  va_start(arguments, format);
  recording->notes[recording->note_count++] = g_strdup_vprintf(format, arguments);
  va_end(arguments);
}

static void add_text(JsonBuilder *builder, const char *name, const char *text) {
  char *valid = g_utf8_make_valid(text, -1); /* paths and arguments may be any bytes */
  if (name) json_builder_set_member_name(builder, name);
  json_builder_add_string_value(builder, valid);
  g_free(valid);
}

static void add_number(JsonBuilder *builder, const char *name, gint64 number) {
  if (name) json_builder_set_member_name(builder, name);
  json_builder_add_int_value(builder, number);
}

static void add_time(JsonBuilder *builder, const char *name, uint64_t time_ns) {
  if (time_ns) add_number(builder, name, (gint64)time_ns);
}

/* What the runtime was asked for: how the program ran may depend on it. */
static void add_settings(JsonBuilder *builder) {
  static const char *const names[] = {"HEDDLE_SEED", "HEDDLE_GIL", "HEDDLE_GIL_INTERVAL_MS"};
  json_builder_set_member_name(builder, "settings");
  json_builder_begin_object(builder);
  for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
    if (getenv(names[i])) add_text(builder, names[i], getenv(names[i]));
  json_builder_end_object(builder);
}

static void add_all(JsonBuilder *builder, const struct recording *recording) {
  struct utsname host;
  uname(&host);
  char *directory = g_get_current_dir();
  add_number(builder, "heddle", 1);
  add_text(builder, "version", HEDDLE_VERSION);
  add_number(builder, "schema_version", HD_SCHEMA_VERSION);
  add_text(builder, "program", recording->arguments[0]);
  json_builder_set_member_name(builder, "arguments");
  json_builder_begin_array(builder);
  for (char **argument = recording->arguments; *argument; argument++) add_text(builder, NULL, *argument);
  json_builder_end_array(builder);
  add_text(builder, "directory", directory);
  add_settings(builder);
  add_text(builder, "host", host.nodename);
  add_text(builder, "kernel", host.release);
  add_number(builder, "user_id", geteuid());
  add_number(builder, "process_id", recording->program);
  add_number(builder, "recorder_process_id", getpid());
  add_time(builder, "started_realtime_ns", recording->started_realtime_ns);
  add_time(builder, "started_ns", recording->started_ns);
  add_time(builder, "ended_ns", recording->ended_ns);
  add_time(builder, "interrupted_ns", recording->interrupted_ns);
  if (recording->ended_ns) add_number(builder, "exit", recording->exit);
  json_builder_set_member_name(builder, "schedule");
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "observed");
  json_builder_add_boolean_value(builder, recording->schedule_observed);
  if (!recording->schedule_observed) add_text(builder, "reason", recording->schedule_reason);
  json_builder_end_object(builder);
  json_builder_set_member_name(builder, "outlived");
  json_builder_begin_array(builder);
  for (unsigned i = 0; i < recording->outlived_count; i++) add_number(builder, NULL, recording->outlived[i]);
  json_builder_end_array(builder);
  json_builder_set_member_name(builder, "notes");
  json_builder_begin_array(builder);
  for (unsigned i = 0; i < recording->note_count; i++) add_text(builder, NULL, recording->notes[i]);
  json_builder_end_array(builder);
  g_free(directory);
}

void recording_write(const struct recording *recording) {
  JsonBuilder *builder = json_builder_new();
  json_builder_begin_object(builder);
  add_all(builder, recording);
  json_builder_end_object(builder);
  JsonNode *root = json_builder_get_root(builder);
  char *text = json_to_string(root, TRUE);
  json_node_unref(root);
  g_object_unref(builder);

  static const char name[] = "recording.json", temporary[] = "recording.json.new";
  int file = openat(recording->folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  size_t length = strlen(text);
  bool written = file >= 0 && write(file, text, length) == (ssize_t)length && write(file, "\n", 1) == 1;
  if (file >= 0) written = close(file) == 0 && written;
  if (!written || renameat(recording->folder, temporary, recording->folder, name) < 0)
    say("cannot write %s/%s: %s", recording->shown, name, strerror(errno));
  g_free(text);
}

void recording_discard(struct recording *recording) {
  if (recording->path) tree_remove(recording->path);
}
