#include "load.h"
#include "arrange.h"
#include "foreign-repair.h"
#include "foreign.h"
#include "recording-info.h"
#include "schedule-file.h"
#include "std-text.h"
#include "symbols.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FOLDER_DEPTH_MAX 8
#define TRACES_MAX 4096
#define MESSAGE_CHARS_MAX 5000

G_DEFINE_QUARK(hd - load - error - quark, hd_load_error)

static gboolean fail(GError **error, HdLoadError code, const char *path, const char *what) {
  g_set_error(error, HD_LOAD_ERROR, code, "%s: %s", path, what);
  return FALSE;
}

/* A trace says what it is in its file "metadata"; where that is gone, a recording's streams are known by their names. */
static gboolean is_trace(const char *name, gboolean ours) {
  return strcmp(name, "metadata") == 0 || (ours && g_str_has_prefix(name, "heddle_") && g_ascii_isdigit(name[7]) && !strchr(name, '.'));
}

/* Collects the folders below a path that hold a trace. Links are not followed. */
static void find_traces(const char *folder, gboolean ours, guint depth, GPtrArray *found) {
  GDir *directory = depth <= FOLDER_DEPTH_MAX ? g_dir_open(folder, 0, NULL) : NULL;
  if (!directory) return;
  gboolean here = FALSE;
  for (const char *name; (name = g_dir_read_name(directory)) && found->len < TRACES_MAX;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (!here && is_trace(name, ours) && g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
      g_ptr_array_add(found, g_strdup(folder));
      here = TRUE;
    }
    g_autofree char *recording = g_build_filename(path, "recording.json", NULL);
    if (*name == '.' || g_file_test(recording, G_FILE_TEST_EXISTS)) continue; /* another recording is none of this trace's */
    if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK)) find_traces(path, ours, depth + 1, found);
  }
  g_dir_close(directory);
}

/* Where LTTng began to write a trace: it puts its streams below SESSION/ust/. */
static char *session_of(const char *folder) {
  const char *inside = strstr(folder, "/ust/");
  return inside ? g_strndup(folder, inside - folder) : g_strdup(folder);
}

static gboolean is_one_session(const GPtrArray *folders) {
  g_autofree char *first = session_of(folders->pdata[0]);
  for (guint i = 1; i < folders->len; i++) {
    g_autofree char *other = session_of(folders->pdata[i]);
    if (strcmp(first, other) != 0) return FALSE;
  }
  return TRUE;
}

static void note_decoding(HdLogInfo *info, HdSource *source) {
  guint64 bytes = 0;
  guint ranges = 0;
  gboolean metadata_damaged = FALSE, completed = FALSE;
  for (guint i = 0; i < source->traces->len; i++) {
    HdTrace *trace = source->traces->pdata[i];
    metadata_damaged |= trace->metadata->cut || trace->metadata->skipped_count;
    completed |= trace->metadata->usual != NULL;
    for (guint k = 0; k < trace->damage->len; k++, ranges++)
      bytes += g_array_index(trace->damage, HdDamage, k).end - g_array_index(trace->damage, HdDamage, k).begin;
  }
  for (guint k = 0; k < source->damage->len; k++, ranges++)
    bytes += g_array_index(source->damage, HdDamage, k).end - g_array_index(source->damage, HdDamage, k).begin;
  if (source->other_count) hd_info_note(info, "%" G_GUINT64_FORMAT " events of other providers were left out.", source->other_count);
  if (source->unknown_count)
    hd_info_note(info, "%" G_GUINT64_FORMAT " events are of kinds that this Heddle does not know; they were left out.",
                 source->unknown_count);
  info->unknown_count = source->unknown_count;
  if (info->in_progress) return; /* what is being written just now is cut, not damaged */
  if (ranges) {
    g_autofree char *size = g_format_size(bytes);
    hd_info_damage(info, "The trace is damaged in %u place%s: %s could not be read.", ranges, ranges == 1 ? "" : "s", size);
  } else if (source->dropped_count) {
    hd_info_damage(info, "%" G_GUINT64_FORMAT " events contradict others and were left out.", source->dropped_count);
  }
  if (metadata_damaged)
    hd_info_damage(info, "The trace's description of itself (metadata) is damaged or cut: %s.",
                   completed ? "it was read as Heddle usually writes it" : "some kinds of events may be missing");
}

/* The times that recording.json did not tell. */
static void complete_times(HdLogInfo *info, const HdSource *source, const HdSlots *slots) {
  gboolean begin_said = info->started_ns != 0;
  if (!info->started_ns) info->started_ns = slots->started_ns ? slots->started_ns : source->first_ns;
  if (!info->interrupted_ns) info->interrupted_ns = slots->interrupted_ns;
  if (!info->ended_ns && slots->over_ns && !info->in_progress) info->ended_ns = slots->over_ns;
  if (!info->ended_ns) info->ended_ns = MAX(source->last_ns, info->started_ns);
  if (info->started_realtime_ns && begin_said) return;
  for (guint i = 0; i < source->traces->len; i++) {
    gint64 offset_ns = ((HdTrace *)source->traces->pdata[i])->metadata->clock_offset_ns;
    if (offset_ns > 0 && info->started_ns < (guint64)(G_MAXINT64 - offset_ns)) info->started_realtime_ns = offset_ns + info->started_ns;
  }
}

/* The time up to which every stream of a recording in progress has arrived. */
static guint64 arrived_ns(const HdSource *source) {
  guint64 arrived = G_MAXUINT64 - 1;
  for (guint i = 0; i < source->traces->len; i++) {
    GPtrArray *files = ((HdTrace *)source->traces->pdata[i])->files;
    for (guint k = 0; k < files->len; k++) arrived = MIN(arrived, ((HdStreamFile *)files->pdata[k])->last_end_ns);
  }
  return arrived;
}

static gboolean metadata_is_cut(const HdSource *source) {
  gboolean cut = source->traces->len == 0;
  for (guint i = 0; i < source->traces->len; i++) cut |= ((HdTrace *)source->traces->pdata[i])->metadata->cut;
  return cut;
}

typedef struct {
  const char *path;
  const char *decoder;
  HdProgress progress;
  gpointer user_data;
} Request;

/* Decodes what the source has opened, with slots and schedule, into the log. */
static gboolean read_ours(HdLog *log, HdSource *source, const Request *request, GError **error) {
  HdLogInfo *info = log->info;
  g_autofree char *control = g_build_filename(request->path, "control", NULL);
  HdSlots *slots = hd_slots_read(control);
  if (slots->over) info->in_progress = FALSE;
  gboolean going_on;
  if (g_strcmp0(request->decoder, "babeltrace") == 0) {
    if (!hd_foreign_read_ours(source, request->path, request->progress, request->user_data, error)) return hd_slots_free(slots), FALSE;
    going_on = TRUE;
  } else {
    going_on = hd_source_decode(source, slots->next_emitter, request->progress, request->user_data);
  }
  if (!source->first_ns) source->first_ns = source->last_ns = slots->started_ns;
  if (slots->over_ns) source->last_ns = MAX(source->last_ns, MIN(slots->over_ns, G_MAXINT64));
  going_on =
      going_on && hd_arrange(log, slots, info->in_progress ? arrived_ns(source) : G_MAXUINT64, request->progress, request->user_data);
  /* Though it may have left word that it is over. Of a recording.json that tells nothing it is not known. */
  gboolean killed = !info->ended_ns && !info->in_progress && !info->foreign && info->program;
  complete_times(info, source, slots);
  if (slots->slots_refused)
    hd_info_note(info, "There were more threads than slots: what %u of them had not sent when they were killed is missing.",
                 slots->slots_refused);
  if (!slots->present && !info->foreign)
    hd_info_damage(info, "The control file is missing or damaged: what the threads had not sent when it ended is not known.");
  else if (slots->damaged && slots->present)
    hd_info_damage(info, "The control file is damaged: some of what the threads had not sent is missing.");
  note_decoding(info, source);
  if (killed) hd_info_note(info, "The recorder was killed: how the program ended is not known.");
  hd_slots_free(slots);
  hd_schedule_read(log, request->path);
  if (!going_on) return fail(error, HD_LOAD_ERROR_CANCELLED, request->path, "reading was cancelled");
  return TRUE;
}

/* A trace of others, through Babeltrace. */
static HdLog *load_foreign(const HdSource *source, const Request *request, GError **error) {
  if (metadata_is_cut(source)) /* Babeltrace would hang on it */
    return fail(error, HD_LOAD_ERROR_DAMAGED, request->path, "the trace's description of itself (metadata) is cut"), NULL;
  if (!hd_foreign_is_damaged(source)) return hd_foreign_load(request->path, request->progress, request->user_data, error);
  g_autoptr(GError) reason = NULL;
  char *repaired = hd_foreign_repair(source, &reason);
  if (!repaired) return fail(error, HD_LOAD_ERROR_DAMAGED, request->path, reason->message), NULL;
  HdLog *log = hd_foreign_load(repaired, request->progress, request->user_data, &reason);
  hd_foreign_repair_remove(repaired);
  if (!log) {
    gboolean cancelled = g_error_matches(reason, HD_LOAD_ERROR, HD_LOAD_ERROR_CANCELLED);
    return fail(error, cancelled ? HD_LOAD_ERROR_CANCELLED : HD_LOAD_ERROR_DAMAGED, request->path,
                cancelled ? "reading was cancelled" : "nothing in the trace can be read"),
           NULL;
  }
  g_free(log->info->path);
  log->info->path = g_strdup(request->path);
  hd_info_damage(log->info, "The trace is damaged: some of its packets could not be read.");
  return log;
}

static HdLog *load_folder(const Request *request, GError **error) {
  g_autoptr(HdLog) log = g_new0(HdLog, 1);
  HdSource *source = hd_source_new();
  log->info = hd_log_info_new();
  log->info->path = g_strdup(request->path);
  log->read = hd_source_log_read;
  log->source = source;
  log->source_free = hd_source_free;
  gboolean recording = hd_recording_info_read(log->info, request->path);
  log->info->foreign = !recording;

  g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *trace = g_build_filename(request->path, "trace", NULL);
  find_traces(recording ? trace : request->path, recording, 0, folders);
  if (folders->len == 0 && recording && !log->info->in_progress) hd_info_damage(log->info, "The trace is missing.");
  if (folders->len == 0 && !recording)
    return fail(error, HD_LOAD_ERROR_NOT_A_TRACE, request->path, "neither a recording nor a trace is in this folder"), NULL;
  if (!recording && !is_one_session(folders))
    return fail(error, HD_LOAD_ERROR_NOT_A_TRACE, request->path, "several traces are in this folder: open one of them"), NULL;
  for (guint i = 0; i < folders->len; i++) hd_source_add_trace(source, folders->pdata[i], log->info->in_progress, recording);
  if (!recording && !hd_source_is_ours(source)) return load_foreign(source, request, error);

  if (!read_ours(log, source, request, error)) return NULL;
  if (log->emitter_count == 0 && log->info->damaged) {
    const char *what = log->info->notes->len ? log->info->notes->pdata[0] : "nothing in it can be read";
    return fail(error, HD_LOAD_ERROR_DAMAGED, request->path, what), NULL;
  }
  if (log->emitter_count == 0) hd_info_note(log->info, "Nothing was recorded: the program sent no event.");
  hd_symbols_read(log);
  return g_steal_pointer(&log);
}

static HdLog *load(const char *path, const char *decoder, HdProgress progress, gpointer user_data, GError **error) {
  g_autofree char *folder = g_strdup(path);
  gsize length = strlen(folder);
  while (length > 1 && folder[length - 1] == '/') folder[--length] = 0;
  if (access(folder, F_OK) != 0) return fail(error, HD_LOAD_ERROR_NOT_FOUND, folder, g_strerror(errno)), NULL;
  if (access(folder, R_OK) != 0) return fail(error, HD_LOAD_ERROR_NOT_FOUND, folder, g_strerror(errno)), NULL;
  g_autofree char *name = g_path_get_basename(folder);
  if (strcmp(name, "recording.json") == 0 || strcmp(name, "metadata") == 0) {
    char *parent = g_path_get_dirname(folder);
    g_free(folder);
    folder = parent;
  }
  Request request = {.path = folder, .decoder = decoder, .progress = progress, .user_data = user_data};
  if (g_file_test(folder, G_FILE_TEST_IS_DIR)) return load_folder(&request, error);
  if (g_file_test(folder, G_FILE_TEST_IS_REGULAR)) return hd_std_text_load(folder, error);
  return fail(error, HD_LOAD_ERROR_NOT_A_TRACE, folder, "neither a recording's folder nor a file"), NULL;
}

HdLog *hd_load(const char *path, const char *decoder, HdProgress progress, gpointer user_data, GError **error) {
  GError *reason = NULL;
  HdLog *log = load(path, decoder, progress, user_data, &reason);
  if (log) return log;
  g_autofree char *line = hd_display_name(reason->message, MESSAGE_CHARS_MAX); /* a path may hold anything, line breaks too */
  g_set_error_literal(error, reason->domain, reason->code, line);
  g_error_free(reason);
  return NULL;
}
