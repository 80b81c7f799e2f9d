#include "recorder.h"
#include "places.h"
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#define PROGRESS_EVERY_MS 500

struct _HdRecorder {
  GObject parent;
  char *path;
  char *name; /* of the recording, NULL: the program's */
  GSubprocessLauncher *launcher;
  GSubprocess *process;
  gboolean cancelled;
  gint64 started_us;
  guint timer;
};

G_DEFINE_TYPE(HdRecorder, hd_recorder, G_TYPE_OBJECT)

static void finalize(GObject *object) {
  HdRecorder *recorder = HD_RECORDER(object);
  g_clear_handle_id(&recorder->timer, g_source_remove);
  g_clear_object(&recorder->launcher);
  g_clear_object(&recorder->process);
  g_free(recorder->path);
  g_free(recorder->name);
  G_OBJECT_CLASS(hd_recorder_parent_class)->finalize(object);
}

static void hd_recorder_class_init(HdRecorderClass *class) {
  G_OBJECT_CLASS(class)->finalize = finalize;
  g_signal_new("progress", HD_TYPE_RECORDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  g_signal_new("done", HD_TYPE_RECORDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_signal_new("failed", HD_TYPE_RECORDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void hd_recorder_init(HdRecorder *recorder) { recorder->launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_PIPE); }
HdRecorder *hd_recorder_new(void) { return g_object_new(HD_TYPE_RECORDER, NULL); }

void hd_recorder_set_name(HdRecorder *recorder, const char *name) {
  g_free(recorder->name);
  recorder->name = g_strdup(name);
}

void hd_recorder_set_environment(HdRecorder *recorder, const char *variable, const char *value) {
  g_subprocess_launcher_setenv(recorder->launcher, variable, value, TRUE);
}

static gint64 folder_bytes(GFile *folder, guint depth) {
  gint64 bytes = 0;
  g_autoptr(GFileEnumerator) children = g_file_enumerate_children(
      folder, G_FILE_ATTRIBUTE_STANDARD_ALLOCATED_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFileInfo *info;
  GFile *child;
  while (children && g_file_enumerator_iterate(children, &info, &child, NULL, NULL) && info)
    bytes += g_file_info_get_file_type(info) == G_FILE_TYPE_DIRECTORY && depth
                 ? folder_bytes(child, depth - 1)
                 : (gint64)g_file_info_get_attribute_uint64(info, G_FILE_ATTRIBUTE_STANDARD_ALLOCATED_SIZE);
  return bytes;
}

gint64 hd_recording_bytes(const char *path) {
  g_autoptr(GFile) folder = g_file_new_for_path(path);
  return folder_bytes(folder, 8);
}

static gboolean tell_progress(gpointer user_data) {
  HdRecorder *recorder = user_data;
  g_signal_emit_by_name(recorder, "progress", hd_recording_bytes(recorder->path), g_get_monotonic_time() - recorder->started_us);
  return G_SOURCE_CONTINUE;
}

/* What it holds goes first; what cannot be deleted stays. Links are not followed. */
static void delete_folder(GFile *folder) {
  g_autoptr(GFileEnumerator) children =
      g_file_enumerate_children(folder, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFileInfo *info;
  GFile *child;
  while (children && g_file_enumerator_iterate(children, &info, &child, NULL, NULL) && info)
    if (g_file_info_get_file_type(info) == G_FILE_TYPE_DIRECTORY)
      delete_folder(child);
    else
      g_file_delete(child, NULL, NULL);
  g_file_delete(folder, NULL, NULL);
}

static char *last_line(const char *text) {
  g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
  for (guint i = g_strv_length(lines); i > 0; i--)
    if (*g_strstrip(lines[i - 1])) return g_strdup(lines[i - 1]);
  return g_strdup("heddle record ended without a word");
}

static void ended(GObject *source, GAsyncResult *result, gpointer user_data) {
  g_autoptr(HdRecorder) recorder = user_data;
  g_autofree char *said = NULL;
  g_autoptr(GError) error = NULL;
  gboolean read = g_subprocess_communicate_utf8_finish(G_SUBPROCESS(source), result, NULL, &said, &error);
  g_clear_handle_id(&recorder->timer, g_source_remove);
  if (recorder->cancelled) {
    g_autoptr(GFile) folder = g_file_new_for_path(recorder->path);
    delete_folder(folder);
    if (g_application_get_default()) g_application_release(g_application_get_default());
    return;
  }
  g_autofree char *description = g_build_filename(recorder->path, "recording.json", NULL);
  if (g_file_test(description, G_FILE_TEST_EXISTS)) {
    g_signal_emit_by_name(recorder, "done", recorder->path);
  } else {
    g_autofree char *line = read ? last_line(said) : g_strdup(error->message);
    g_signal_emit_by_name(recorder, "failed", line);
  }
}

/* NAME-N.heddle that does not exist yet. */
static char *free_path(const char *program) {
  g_autofree char *folder = g_get_current_dir(), *name = g_path_get_basename(program);
  if (g_access(folder, W_OK) != 0) {
    g_free(folder);
    folder = g_strdup(g_get_home_dir());
  }
  for (guint n = 1;; n++) {
    g_autofree char *file = g_strdup_printf("%s-%u.heddle", name, n);
    char *path = g_build_filename(folder, file, NULL);
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) return path;
    g_free(path);
  }
}

gboolean hd_recorder_start(HdRecorder *recorder, const char *command_line, GError **error) {
  g_auto(GStrv) program = NULL;
  if (!g_shell_parse_argv(command_line, NULL, &program, error)) return FALSE;
  g_autofree char *heddle = hd_place_heddle();
  if (!heddle) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "the command heddle is not found");
    return FALSE;
  }
  recorder->path = free_path(recorder->name ? recorder->name : program[0]);
  g_autoptr(GPtrArray) arguments = g_ptr_array_new();
  const char *const first[] = {heddle, "record", "-o", recorder->path, "--"};
  for (guint i = 0; i < G_N_ELEMENTS(first); i++) g_ptr_array_add(arguments, (gpointer)first[i]);
  for (char **argument = program; *argument; argument++) g_ptr_array_add(arguments, *argument);
  g_ptr_array_add(arguments, NULL);
  recorder->process = g_subprocess_launcher_spawnv(recorder->launcher, (const char *const *)arguments->pdata, error);
  if (!recorder->process) return FALSE;
  recorder->started_us = g_get_monotonic_time();
  recorder->timer = g_timeout_add(PROGRESS_EVERY_MS, tell_progress, recorder);
  g_subprocess_communicate_utf8_async(recorder->process, NULL, NULL, ended, g_object_ref(recorder));
  return TRUE;
}

void hd_recorder_stop(HdRecorder *recorder) {
  if (recorder->process) g_subprocess_send_signal(recorder->process, SIGINT);
}

void hd_recorder_cancel(HdRecorder *recorder) {
  if (!recorder->process || recorder->cancelled) return;
  recorder->cancelled = TRUE;
  if (g_application_get_default()) g_application_hold(g_application_get_default());
  g_clear_handle_id(&recorder->timer, g_source_remove);
  hd_recorder_stop(recorder);
}

const char *hd_recorder_path(HdRecorder *recorder) { return recorder->path; }

/* Process numbers are used again: asks the process what it is. */
gboolean hd_recorder_lives(guint32 process_id) {
  g_autofree char *link = g_strdup_printf("/proc/%u/exe", process_id), *program = process_id > 1 ? g_file_read_link(link, NULL) : NULL;
  g_autofree char *name = program ? g_path_get_basename(program) : NULL;
  return name && g_str_has_prefix(name, "heddle-record");
}

gboolean hd_recorder_stop_other(guint32 process_id) { return hd_recorder_lives(process_id) && kill((pid_t)process_id, SIGINT) == 0; }
