#include "std-text.h"
#include "bounded-file.h"
#include "load.h"
#include "recording-info.h"
#include <string.h>

#define LINE_NS 1000
#define PROCESS 1
#define TEXT_BYTES_MAX (1u << 30)

typedef struct {
  guint32 number, sequence;
  gboolean begun, ended;
  guint64 last_ns;
  const char *requested; /* lock that it asked for and has not got; owned by the line table */
  guint64 requested_ns;
  guint32 requested_site;
  GHashTable *depths; /* lock name -> how often it holds it */
} Thread;

typedef struct {
  HdLogWriter *writer;
  char *file;
  GHashTable *threads;   /* name -> Thread */
  GHashTable *objects;   /* name -> GUINT_TO_POINTER(number) */
  GHashTable *reentrant; /* names of locks that some thread takes twice */
  GHashTable *sites;     /* "operation:location" -> GUINT_TO_POINTER(number) */
  guint64 now_ns;
  guint64 left_out_count;
} Reader;

typedef struct {
  char *thread, *operation, *argument, *location;
} Line;

/* Splits "T|op(arg)|loc" in place. */
static gboolean split_line(char *text, Line *line) {
  char *bar = strchr(text, '|');
  if (!bar || bar == text) return FALSE;
  *bar = 0;
  char *open = strchr(bar + 1, '('), *close = open ? strchr(open, ')') : NULL;
  if (!close || open == bar + 1) return FALSE;
  *open = *close = 0;
  if (close[1] != 0 && close[1] != '|') return FALSE;
  *line = (Line){.thread = g_strstrip(text),
                 .operation = g_strstrip(bar + 1),
                 .argument = g_strstrip(open + 1),
                 .location = close[1] ? g_strstrip(close + 2) : ""};
  return g_utf8_validate(line->thread, -1, NULL) && g_utf8_validate(line->argument, -1, NULL);
}

static void thread_free(gpointer data) {
  Thread *thread = data;
  g_hash_table_unref(thread->depths);
  g_free(thread);
}

static void add(Reader *reader, Thread *thread, HdEvent event) {
  event.common.emitter = thread->number;
  event.common.sequence = event.common.at_ns == HD_LOG_OPEN_NS ? 0 : ++thread->sequence;
  if (event.common.at_ns != HD_LOG_OPEN_NS) thread->last_ns = event.common.at_ns;
  hd_log_writer_add(reader->writer, &event);
}

static Thread *thread_named(Reader *reader, const char *name) {
  Thread *thread = g_hash_table_lookup(reader->threads, name);
  if (thread) return thread;
  thread = g_new0(Thread, 1);
  thread->number = g_hash_table_size(reader->threads) + 1;
  thread->depths = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(reader->threads, g_strdup(name), thread);
  return thread;
}

static void begin_thread(Reader *reader, Thread *thread, const char *name, guint32 creator) {
  if (thread->begun) return;
  thread->begun = TRUE;
  HdEvent event = {.id = HD_EVENT_PROCESS_BEGIN};
  event.process_begin = (struct hd_event_process_begin){
      .at_ns = reader->now_ns, .process = PROCESS, .schema_version = HD_SCHEMA_VERSION, .program = reader->file};
  if (thread->number == PROCESS) add(reader, thread, event);
  event = (HdEvent){.id = HD_EVENT_THREAD_BEGIN};
  event.thread_begin =
      (struct hd_event_thread_begin){.at_ns = reader->now_ns, .process = PROCESS, .thread_id = thread->number, .creator = creator};
  add(reader, thread, event);
  event = (HdEvent){.id = HD_EVENT_ACTOR_NAME};
  event.actor_name = (struct hd_event_actor_name){.at_ns = reader->now_ns, .actor = thread->number, .name = name};
  add(reader, thread, event);
}

/* Objects get addresses of their own, far apart. */
static guint64 object_named(Reader *reader, Thread *thread, const char *name) {
  guint number = GPOINTER_TO_UINT(g_hash_table_lookup(reader->objects, name));
  if (number == 0) {
    number = g_hash_table_size(reader->objects) + 1;
    g_hash_table_insert(reader->objects, g_strdup(name), GUINT_TO_POINTER(number));
    HdEvent event = {.id = HD_EVENT_OBJECT_NAME};
    event.object_name = (struct hd_event_object_name){.at_ns = reader->now_ns, .object = (guint64)number * 64, .name = name};
    add(reader, thread, event);
  }
  return (guint64)number * 64;
}

static guint32 site_of(Reader *reader, Thread *thread, enum hd_operation operation, const char *location) {
  g_autofree char *key = g_strdup_printf("%d:%s", operation, location);
  guint number = GPOINTER_TO_UINT(g_hash_table_lookup(reader->sites, key));
  if (number) return number;
  number = g_hash_table_size(reader->sites) + 1;
  g_hash_table_insert(reader->sites, g_steal_pointer(&key), GUINT_TO_POINTER(number));
  HdEvent event = {.id = HD_EVENT_SOURCE_SITE};
  event.source_site = (struct hd_event_source_site){.at_ns = reader->now_ns,
                                                    .site = number,
                                                    .operation = operation,
                                                    .line = (guint32)g_ascii_strtoull(location, NULL, 10),
                                                    .file = reader->file,
                                                    .function = ""};
  add(reader, thread, event);
  return number;
}

static void add_wait(Reader *reader, Thread *thread, guint64 object, guint32 site, guint64 begin_ns, guint64 end_ns) {
  HdEvent event = {.id = HD_EVENT_WAIT};
  event.wait = (struct hd_event_wait){.at_ns = end_ns, .object = object, .begin_ns = begin_ns, .site = site};
  add(reader, thread, event);
}

static guint hold_depth(Thread *thread, const char *lock) { return GPOINTER_TO_UINT(g_hash_table_lookup(thread->depths, lock)); }

static void acquire(Reader *reader, Thread *thread, const Line *line, gboolean reentrant) {
  guint64 object = object_named(reader, thread, line->argument);
  guint32 site = site_of(reader, thread, reentrant ? HD_OPERATION_RLOCK_ACQUIRE : HD_OPERATION_LOCK_ACQUIRE, line->location);
  if (thread->requested && strcmp(thread->requested, line->argument) == 0)
    add_wait(reader, thread, object, site, thread->requested_ns, reader->now_ns);
  thread->requested = NULL;
  HdEvent event = {.id = HD_EVENT_ACQUIRED};
  event.acquired = (struct hd_event_acquired){.at_ns = reader->now_ns, .object = object, .site = site};
  add(reader, thread, event);
}

static void release(Reader *reader, Thread *thread, const Line *line, gboolean reentrant) {
  HdEvent event = {.id = HD_EVENT_RELEASED};
  event.released = (struct hd_event_released){
      .at_ns = reader->now_ns,
      .object = object_named(reader, thread, line->argument),
      .site = site_of(reader, thread, reentrant ? HD_OPERATION_RLOCK_RELEASE : HD_OPERATION_LOCK_RELEASE, line->location)};
  add(reader, thread, event);
}

static void fork_thread(Reader *reader, Thread *thread, const Line *line) {
  Thread *child = thread_named(reader, line->argument);
  HdEvent event = {.id = HD_EVENT_THREAD_CREATE};
  event.thread_create = (struct hd_event_thread_create){
      .at_ns = reader->now_ns, .child = child->number, .site = site_of(reader, thread, HD_OPERATION_THREAD_CREATE, line->location)};
  add(reader, thread, event);
  begin_thread(reader, child, line->argument, thread->number);
}

static void read_line(Reader *reader, const Line *line) {
  reader->now_ns += LINE_NS;
  Thread *thread = thread_named(reader, line->thread);
  begin_thread(reader, thread, line->thread, 0);
  gboolean reentrant = g_hash_table_contains(reader->reentrant, line->argument);
  if (strcmp(line->operation, "acq") == 0) {
    acquire(reader, thread, line, reentrant);
  } else if (strcmp(line->operation, "rel") == 0) {
    release(reader, thread, line, reentrant);
  } else if (strcmp(line->operation, "req") == 0) {
    object_named(reader, thread, line->argument);
    thread->requested_site = site_of(reader, thread, reentrant ? HD_OPERATION_RLOCK_ACQUIRE : HD_OPERATION_LOCK_ACQUIRE, line->location);
    g_hash_table_lookup_extended(reader->objects, line->argument, (gpointer *)&thread->requested, NULL);
    thread->requested_ns = reader->now_ns;
  } else if (strcmp(line->operation, "fork") == 0) {
    fork_thread(reader, thread, line);
  } else if (strcmp(line->operation, "join") == 0) {
    add_wait(reader, thread, thread_named(reader, line->argument)->number,
             site_of(reader, thread, HD_OPERATION_THREAD_JOIN, line->location), MAX(thread->last_ns, LINE_NS), reader->now_ns);
  } else if (strcmp(line->operation, "wait") == 0) {
    add_wait(reader, thread, object_named(reader, thread, line->argument),
             site_of(reader, thread, HD_OPERATION_CONDITION_WAIT, line->location), MAX(thread->last_ns, LINE_NS), reader->now_ns);
  } else if (g_str_has_prefix(line->operation, "notify")) {
    HdEvent event = {.id = HD_EVENT_OPERATION};
    enum hd_operation operation =
        strcmp(line->operation, "notify") == 0 ? HD_OPERATION_CONDITION_NOTIFY : HD_OPERATION_CONDITION_NOTIFY_ALL;
    event.operation = (struct hd_event_operation){.at_ns = reader->now_ns,
                                                  .object = object_named(reader, thread, line->argument),
                                                  .site = site_of(reader, thread, operation, line->location)};
    add(reader, thread, event);
  } else if (strcmp(line->operation, "begin") != 0 && strcmp(line->operation, "end") != 0) {
    reader->left_out_count++;
  }
  thread->last_ns = reader->now_ns;
}

/* Locks that a thread takes while it holds them: such a trace is of re-entrant locks. */
static void find_reentrant(Reader *reader, GPtrArray *lines) {
  for (guint i = 0; i < lines->len; i++) {
    const Line *line = lines->pdata[i];
    gboolean acquires = strcmp(line->operation, "acq") == 0;
    if (!acquires && strcmp(line->operation, "rel") != 0) continue;
    Thread *thread = thread_named(reader, line->thread);
    guint depth = hold_depth(thread, line->argument);
    if (acquires && depth) g_hash_table_add(reader->reentrant, line->argument);
    g_hash_table_insert(thread->depths, line->argument, GUINT_TO_POINTER(acquires ? depth + 1 : depth ? depth - 1 : 0));
  }
  g_hash_table_remove_all(reader->threads);
}

/* A thread that waits for nothing ends behind its last line, the first one at the end of all. */
static void end_threads(Reader *reader) {
  GHashTableIter iterator;
  gpointer value;
  gboolean waiting = FALSE;
  g_hash_table_iter_init(&iterator, reader->threads);
  while (g_hash_table_iter_next(&iterator, NULL, &value)) {
    Thread *thread = value;
    if (!thread->begun) continue;
    if (thread->requested) {
      waiting = TRUE;
      add_wait(reader, thread, object_named(reader, thread, thread->requested), thread->requested_site, thread->requested_ns,
               HD_LOG_OPEN_NS);
    } else if (thread->number != PROCESS) {
      HdEvent event = {.id = HD_EVENT_THREAD_END};
      event.thread_end = (struct hd_event_thread_end){.at_ns = thread->last_ns + 1};
      add(reader, thread, event);
    }
  }
  HdEvent event = {.id = HD_EVENT_PROCESS_END};
  event.process_end = (struct hd_event_process_end){.at_ns = reader->now_ns + LINE_NS};
  g_hash_table_iter_init(&iterator, reader->threads);
  while (!waiting && g_hash_table_iter_next(&iterator, NULL, &value))
    if (((Thread *)value)->number == PROCESS) add(reader, value, event);
}

static GPtrArray *read_lines(char *content) {
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
  char *state = NULL;
  for (char *text = strtok_r(content, "\r\n", &state); text; text = strtok_r(NULL, "\r\n", &state)) {
    if (*text == '#' || *g_strstrip(text) == 0) continue;
    Line line;
    if (split_line(text, &line))
      g_ptr_array_add(lines, g_memdup2(&line, sizeof line));
    else if (lines->len == 0)
      return NULL;
    else
      g_ptr_array_add(lines, g_memdup2(&(Line){"", "", "", ""}, sizeof line));
  }
  return lines->len ? g_steal_pointer(&lines) : NULL;
}

HdLog *hd_std_text_load(const char *path, GError **error) {
  g_autoptr(GError) reason = NULL;
  g_autofree char *content = hd_bounded_file_read(path, TEXT_BYTES_MAX, NULL, &reason);
  if (!content) {
    g_set_error_literal(error, HD_LOAD_ERROR, HD_LOAD_ERROR_NOT_FOUND, reason->message);
    return NULL;
  }
  g_autoptr(GPtrArray) lines = read_lines(content);
  if (!lines) {
    g_set_error(error, HD_LOAD_ERROR, HD_LOAD_ERROR_NOT_A_TRACE, "%s: neither a recording nor a trace", path);
    return NULL;
  }
  Reader reader = {.writer = hd_log_writer_new(), .file = g_path_get_basename(path)};
  reader.threads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, thread_free);
  reader.objects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  reader.reentrant = g_hash_table_new(g_str_hash, g_str_equal);
  reader.sites = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  find_reentrant(&reader, lines);
  guint bad_count = 0;
  for (guint i = 0; i < lines->len; i++) {
    const Line *line = lines->pdata[i];
    if (*line->thread)
      read_line(&reader, line);
    else
      bad_count++;
  }
  end_threads(&reader);
  HdLog *log = hd_log_writer_end(reader.writer);
  log->info->path = g_strdup(path);
  log->info->program = g_strdup(reader.file);
  log->info->foreign = TRUE;
  hd_info_note(log->info, "A text without times: every line stands for a microsecond.");
  if (reader.left_out_count) hd_info_note(log->info, "%" G_GUINT64_FORMAT " accesses of variables were left out.", reader.left_out_count);
  if (bad_count) hd_info_damage(log->info, "%u lines could not be read.", bad_count);
  g_hash_table_unref(reader.threads);
  g_hash_table_unref(reader.objects);
  g_hash_table_unref(reader.reentrant);
  g_hash_table_unref(reader.sites);
  g_free(reader.file);
  return log;
}
