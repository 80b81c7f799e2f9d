#include "foreign-reader.h"
#include "foreign-stream.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SILENCE_MAX_MS 20000 /* HEDDLE_FOREIGN_SILENCE_MS sets another limit, for tests */
#define BUFFER_BYTES (1u << 16)
#define PART_MAX_BYTES (64u << 20) /* of one text or sequence */
#define FIELDS_MAX 4096
#define PROGRESS_EVENTS 65536

typedef struct {
  int descriptor;
  int silence_max_ms;
  guint8 buffer[BUFFER_BYTES];
  gsize begin, end;
  const char *problem; /* why nothing more comes */
} Stream;

static gboolean fill(Stream *stream) {
  if (stream->problem) return FALSE;
  struct pollfd wanted = {.fd = stream->descriptor, .events = POLLIN};
  int ready;
  do ready = poll(&wanted, 1, stream->silence_max_ms);
  while (ready < 0 && errno == EINTR);
  gssize part = 0;
  if (ready > 0) {
    do part = read(stream->descriptor, stream->buffer, sizeof stream->buffer);
    while (part < 0 && errno == EINTR);
  }
  if (part <= 0) stream->problem = ready == 0 ? "Babeltrace hangs on this trace and was ended" : "Babeltrace broke off on this trace";
  stream->begin = 0;
  stream->end = MAX(part, 0);
  return part > 0;
}

static gboolean take(Stream *stream, void *bytes, gsize length) {
  guint8 *to = bytes;
  while (length) {
    if (stream->begin == stream->end && !fill(stream)) return FALSE;
    gsize part = MIN(length, stream->end - stream->begin);
    memcpy(to, stream->buffer + stream->begin, part);
    stream->begin += part;
    to += part;
    length -= part;
  }
  return TRUE;
}

static char *take_text(Stream *stream) {
  guint32 length;
  if (!take(stream, &length, sizeof length) || length > PART_MAX_BYTES) return NULL;
  char *text = g_malloc(length + 1);
  text[length] = 0;
  if (take(stream, text, length)) return text;
  g_free(text);
  return NULL;
}

static void class_free(gpointer data) {
  HdForeignClass *class = data;
  g_free(class->name);
  g_ptr_array_unref(class->fields);
  g_free(class);
}

static gboolean take_class(Stream *stream, GPtrArray *classes) {
  guint32 number, count;
  if (!take(stream, &number, sizeof number) || number != classes->len) return FALSE;
  HdForeignClass *class = g_new0(HdForeignClass, 1);
  class->fields = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(classes, class);
  class->name = take_text(stream);
  if (!class->name || !take(stream, &count, sizeof count) || count > FIELDS_MAX) return FALSE;
  for (guint32 i = 0; i < count; i++) {
    char *name = take_text(stream);
    if (!name) return FALSE;
    g_ptr_array_add(class->fields, name);
  }
  return TRUE;
}

static gboolean take_value(Stream *stream, HdForeignValue *value) {
  if (!take(stream, &value->kind, 1)) return FALSE;
  switch (value->kind) {
  case HD_FOREIGN_UNSIGNED:
  case HD_FOREIGN_SIGNED:
    return take(stream, &value->number, sizeof value->number);
  case HD_FOREIGN_TEXT:
    return (value->text = take_text(stream)) != NULL;
  case HD_FOREIGN_WORDS:
    if (!take(stream, &value->word_count, sizeof value->word_count) || value->word_count > PART_MAX_BYTES / 8) return FALSE;
    value->words = g_new(guint64, value->word_count);
    return take(stream, value->words, value->word_count * sizeof(guint64));
  default:
    return value->kind == HD_FOREIGN_NOTHING;
  }
}

static gboolean take_event(Stream *stream, const GPtrArray *classes, HdForeignEvent event, gpointer data) {
  guint32 number;
  guint64 stamp_ns;
  if (!take(stream, &number, sizeof number) || number >= classes->len || !take(stream, &stamp_ns, sizeof stamp_ns)) return FALSE;
  const HdForeignClass *class = classes->pdata[number];
  g_autofree HdForeignValue *values = g_new0(HdForeignValue, class->fields->len + 1);
  gboolean taken = TRUE;
  for (guint i = 0; i < class->fields->len && taken; i++) taken = take_value(stream, &values[i]);
  if (taken) event(class, stamp_ns, values, data);
  for (guint i = 0; i < class->fields->len; i++) {
    g_free(values[i].text);
    g_free(values[i].words);
  }
  return taken;
}

/* Returns FALSE when it was cancelled. */
static gboolean read_stream(Stream *stream, HdForeignEvent event, gpointer data, HdForeignResult *result, HdProgress progress,
                            gpointer user_data) {
  g_autoptr(GPtrArray) classes = g_ptr_array_new_with_free_func(class_free);
  char tag;
  gboolean sound = TRUE;
  while (sound && take(stream, &tag, 1)) {
    if (tag == HD_FOREIGN_DONE) return TRUE;
    if (tag == HD_FOREIGN_CLASS) {
      sound = take_class(stream, classes);
    } else if (tag == HD_FOREIGN_CLOCK) {
      sound = take(stream, &result->clock_offset_ns, sizeof result->clock_offset_ns);
    } else if (tag == HD_FOREIGN_EVENT) {
      sound = take_event(stream, classes, event, data);
      double fraction = 1 - 1e6 / (1e6 + (double)++result->event_count); /* nobody knows how many will come */
      if (result->event_count % PROGRESS_EVENTS == 0 && progress && !progress(fraction, "Reading the trace through Babeltrace", user_data))
        return FALSE;
    } else {
      if (tag == HD_FOREIGN_ERROR) result->problem = take_text(stream);
      sound = FALSE;
    }
  }
  if (!result->problem) result->problem = g_strdup(stream->problem ? stream->problem : "Babeltrace's helper wrote nonsense");
  return TRUE;
}

/* Beside the program when it is not installed, else in libexec; HEDDLE_FOREIGN names another one. */
static char *helper_path(void) {
  const char *wanted = g_getenv("HEDDLE_FOREIGN");
  if (wanted) return g_strdup(wanted);
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;
  static const char *const places[] = {".", "../load", "../../load", "viewer/load", "../libexec/heddle"};
  for (guint i = 0; folder && i < G_N_ELEMENTS(places); i++) {
    char *path = g_build_filename(folder, places[i], "heddle-foreign", NULL);
    if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE)) return path;
    g_free(path);
  }
  return g_strdup(HEDDLE_LIBEXEC "/heddle-foreign");
}

gboolean hd_foreign_run(const char *folder, HdForeignEvent event, gpointer data, HdForeignResult *result, HdProgress progress,
                        gpointer user_data, GError **error) {
  g_autofree char *helper = helper_path();
  char *arguments[] = {helper, (char *)folder, NULL};
  GPid process;
  g_autofree Stream *stream = g_new0(Stream, 1);
  g_autoptr(GError) reason = NULL;
  const char *silence_ms = g_getenv("HEDDLE_FOREIGN_SILENCE_MS");
  stream->silence_max_ms = silence_ms ? (int)g_ascii_strtoll(silence_ms, NULL, 10) : SILENCE_MAX_MS;
  *result = (HdForeignResult){0};
  if (!g_spawn_async_with_pipes(NULL, arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &process, NULL,
                                &stream->descriptor, NULL, &reason)) {
    g_set_error(error, HD_LOAD_ERROR, HD_LOAD_ERROR_DAMAGED, "%s: the helper for other traces does not run: %s", folder, reason->message);
    return FALSE;
  }
  gboolean going_on = read_stream(stream, event, data, result, progress, user_data);
  close(stream->descriptor);
  kill(process, SIGKILL); /* it is done, hangs, or is not wanted any more */
  while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
  if (going_on) return TRUE;
  g_clear_pointer(&result->problem, g_free);
  g_set_error(error, HD_LOAD_ERROR, HD_LOAD_ERROR_CANCELLED, "%s: reading was cancelled", folder);
  return FALSE;
}

int hd_foreign_field(const HdForeignClass *class, const char *name) {
  for (guint i = 0; i < class->fields->len; i++)
    if (strcmp(class->fields->pdata[i], name) == 0) return i;
  return -1;
}
