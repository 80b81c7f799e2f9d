/* Traces of LTTng's own liblttng-ust-pthread-wrapper: mutexes only, as requests, acquisitions, tries and unlocks. With the contexts vpid
 * and vtid every thread is an emitter; without them nobody knows who did it, and only the objects can be counted. */
#include "foreign-reader.h"
#include "foreign.h"
#include "recording-info.h"
#include <string.h>

#define WAIT_MIN_NS 1000 /* from request to acquisition of a mutex that another thread held */
#define PREFIX "lttng_ust_pthread:"

enum { SITE_ACQUIRE = 1, SITE_TRY, SITE_RELEASE, SITE_REACQUIRE, SITE_RERELEASE };

typedef struct {
  guint32 number, sequence, process;
  guint64 requested_mutex, requested_ns; /* 0: it asks for none */
  gboolean requested_held;
} Thread;

typedef struct {
  guint32 process; /* mutexes of different processes are different */
  guint64 address;
} MutexKey;

typedef struct {
  MutexKey key;
  Thread *holder; /* NULL free */
  guint depth;
  Thread *late; /* its unlock is still to come, but the mutex was seen taken already */
  guint late_count;
} Mutex;

typedef struct {
  HdLogWriter *writer;
  GHashTable *threads;   /* vpid << 32 | vtid -> Thread */
  GHashTable *processes; /* vpid -> number of its first thread */
  GHashTable *mutexes;
  gboolean actors_known;
  guint64 known_count, other_count;
  guint64 first_ns, last_ns;
} Reader;

static guint mutex_hash(gconstpointer key) {
  const MutexKey *mutex = key;
  guint64 address = mutex->address;
  return g_int64_hash(&address) ^ mutex->process * 31;
}

static gboolean mutex_equal(gconstpointer a, gconstpointer b) {
  const MutexKey *first = a, *second = b;
  return first->process == second->process && first->address == second->address;
}

static void add(Reader *reader, Thread *thread, HdEvent event) {
  event.common.emitter = thread->number;
  event.common.sequence = event.common.at_ns == HD_LOG_OPEN_NS ? 0 : ++thread->sequence;
  hd_log_writer_add(reader->writer, &event);
}

static void define_site(Reader *reader, Thread *thread, guint32 site, enum hd_operation operation, guint64 at_ns) {
  HdEvent event = {.id = HD_EVENT_CODE_SITE};
  event.code_site = (struct hd_event_code_site){.at_ns = at_ns, .site = site, .operation = operation};
  add(reader, thread, event);
}

static Thread *thread_of(Reader *reader, guint32 process_id, guint32 thread_id, guint64 at_ns) {
  guint64 key = (guint64)process_id << 32 | thread_id;
  Thread *thread = g_hash_table_lookup(reader->threads, &key);
  if (thread) return thread;
  thread = g_new0(Thread, 1);
  thread->number = g_hash_table_size(reader->threads) + 1;
  g_hash_table_insert(reader->threads, g_memdup2(&key, sizeof key), thread);
  thread->process = GPOINTER_TO_UINT(g_hash_table_lookup(reader->processes, GUINT_TO_POINTER(process_id)));
  gboolean new_process = thread->process == 0;
  if (new_process) {
    thread->process = thread->number;
    g_hash_table_insert(reader->processes, GUINT_TO_POINTER(process_id), GUINT_TO_POINTER(thread->process));
    HdEvent event = {.id = HD_EVENT_PROCESS_BEGIN};
    g_autofree char *program = process_id ? g_strdup_printf("process %u", process_id) : g_strdup("unknown process");
    event.process_begin = (struct hd_event_process_begin){
        .at_ns = at_ns, .process = thread->process, .process_id = process_id, .schema_version = HD_SCHEMA_VERSION, .program = program};
    add(reader, thread, event);
  }
  HdEvent event = {.id = HD_EVENT_THREAD_BEGIN};
  event.thread_begin = (struct hd_event_thread_begin){.at_ns = at_ns, .process = thread->process, .thread_id = thread_id};
  add(reader, thread, event);
  event = (HdEvent){.id = HD_EVENT_ACTOR_NAME};
  event.actor_name = (struct hd_event_actor_name){.at_ns = at_ns, .actor = thread->number, .name = "unknown threads"};
  if (thread_id == 0) add(reader, thread, event);
  if (thread->number > 1) return thread;
  define_site(reader, thread, SITE_ACQUIRE, HD_OPERATION_LOCK_ACQUIRE, at_ns);
  define_site(reader, thread, SITE_TRY, HD_OPERATION_LOCK_TRY, at_ns);
  define_site(reader, thread, SITE_RELEASE, HD_OPERATION_LOCK_RELEASE, at_ns);
  define_site(reader, thread, SITE_REACQUIRE, HD_OPERATION_RLOCK_ACQUIRE, at_ns);
  define_site(reader, thread, SITE_RERELEASE, HD_OPERATION_RLOCK_RELEASE, at_ns);
  return thread;
}

static Mutex *mutex_of(Reader *reader, guint32 process, guint64 address) {
  MutexKey key = {process, address};
  Mutex *mutex = g_hash_table_lookup(reader->mutexes, &key);
  if (!mutex) {
    mutex = g_new0(Mutex, 1);
    mutex->key = key;
    g_hash_table_insert(reader->mutexes, &mutex->key, mutex);
  }
  return mutex;
}

static void add_release(Reader *reader, Mutex *mutex, guint64 at_ns) {
  HdEvent event = {.id = HD_EVENT_RELEASED};
  event.released =
      (struct hd_event_released){.at_ns = at_ns, .object = mutex->key.address, .site = mutex->depth > 1 ? SITE_RERELEASE : SITE_RELEASE};
  add(reader, mutex->holder, event);
  if (--mutex->depth == 0) mutex->holder = NULL;
}

static void acquired(Reader *reader, Thread *thread, Mutex *mutex, gboolean tried, guint64 at_ns) {
  gboolean held_by_other = mutex->holder && (mutex->holder != thread || !reader->actors_known);
  gboolean waited = thread->requested_ns && thread->requested_mutex == mutex->key.address && (thread->requested_held || held_by_other);
  if (held_by_other) { /* unlocks are stamped late: the holder had let it go before, and its own event is still to come */
    mutex->late = mutex->holder;
    mutex->late_count = mutex->depth;
    while (mutex->holder) add_release(reader, mutex, at_ns - 1);
  }
  if (waited && at_ns - thread->requested_ns >= WAIT_MIN_NS) {
    HdEvent event = {.id = HD_EVENT_WAIT};
    event.wait =
        (struct hd_event_wait){.at_ns = at_ns, .object = mutex->key.address, .begin_ns = thread->requested_ns, .site = SITE_ACQUIRE};
    add(reader, thread, event);
  }
  thread->requested_ns = 0;
  mutex->holder = thread;
  mutex->depth++;
  HdEvent event = {.id = HD_EVENT_ACQUIRED};
  event.acquired = (struct hd_event_acquired){.at_ns = at_ns,
                                              .object = mutex->key.address,
                                              .site = mutex->depth > 1 ? SITE_REACQUIRE
                                                      : tried          ? SITE_TRY
                                                                       : SITE_ACQUIRE};
  add(reader, thread, event);
}

static void unlocked(Reader *reader, Thread *thread, Mutex *mutex, guint64 at_ns) {
  if (mutex->late == thread && mutex->late_count) {
    mutex->late_count--;
    return;
  }
  if (mutex->holder == thread) add_release(reader, mutex, at_ns);
}

static guint64 number(const HdForeignClass *class, const HdForeignValue *values, const char *name, gboolean *present) {
  int index = hd_foreign_field(class, name);
  *present = index >= 0 && (values[index].kind == 'u' || values[index].kind == 'i');
  return *present ? values[index].number : 0;
}

static void read_event(const HdForeignClass *class, guint64 stamp_ns, const HdForeignValue *values, gpointer data) {
  Reader *reader = data;
  gboolean pid_known, tid_known, known, status_known;
  guint64 address = number(class, values, "mutex", &known), status = number(class, values, "status", &status_known);
  if (!g_str_has_prefix(class->name, PREFIX) || !known || address == 0) {
    reader->other_count++;
    return;
  }
  const char *kind = class->name + strlen(PREFIX);
  guint32 process_id = number(class, values, "vpid", &pid_known), thread_id = number(class, values, "vtid", &tid_known);
  if (!tid_known) reader->actors_known = FALSE;
  reader->known_count++;
  if (!reader->first_ns) reader->first_ns = stamp_ns;
  reader->last_ns = stamp_ns;
  Thread *thread = thread_of(reader, process_id, tid_known ? thread_id : 0, stamp_ns);
  Mutex *mutex = mutex_of(reader, thread->process, address);
  if (strcmp(kind, "pthread_mutex_lock_req") == 0) {
    thread->requested_mutex = address;
    thread->requested_ns = tid_known ? stamp_ns : 0;
    thread->requested_held = mutex->holder && mutex->holder != thread;
  } else if (strcmp(kind, "pthread_mutex_lock_acq") == 0) {
    if (status == 0) acquired(reader, thread, mutex, FALSE, stamp_ns);
    thread->requested_ns = 0;
  } else if (strcmp(kind, "pthread_mutex_trylock") == 0 && status == 0) {
    acquired(reader, thread, mutex, TRUE, stamp_ns);
  } else if (strcmp(kind, "pthread_mutex_unlock") == 0 && status == 0) {
    unlocked(reader, thread, mutex, stamp_ns);
  }
}

/* Who still asks for a mutex at the end waits for it. */
static void end_threads(Reader *reader) {
  GHashTableIter iterator;
  gpointer value;
  g_hash_table_iter_init(&iterator, reader->threads);
  while (g_hash_table_iter_next(&iterator, NULL, &value)) {
    Thread *thread = value;
    if (!thread->requested_ns) continue;
    HdEvent event = {.id = HD_EVENT_WAIT};
    event.wait = (struct hd_event_wait){
        .at_ns = HD_LOG_OPEN_NS, .object = thread->requested_mutex, .begin_ns = thread->requested_ns, .site = SITE_ACQUIRE};
    add(reader, thread, event);
  }
}

HdLog *hd_foreign_load(const char *path, HdProgress progress, gpointer user_data, GError **error) {
  Reader reader = {.writer = hd_log_writer_new(), .actors_known = TRUE};
  reader.threads = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  reader.processes = g_hash_table_new(NULL, NULL);
  reader.mutexes = g_hash_table_new_full(mutex_hash, mutex_equal, NULL, g_free);
  HdForeignResult result;
  gboolean ran = hd_foreign_run(path, read_event, &reader, &result, progress, user_data, error);
  if (ran) end_threads(&reader);
  g_autoptr(HdLog) log = hd_log_writer_end(reader.writer);
  HdLogInfo *info = log->info;
  info->path = g_strdup(path);
  info->foreign = TRUE;
  info->actors_known = reader.actors_known;
  info->started_ns = reader.first_ns;
  info->ended_ns = reader.last_ns;
  if (ran && result.clock_offset_ns > 0) info->started_realtime_ns = result.clock_offset_ns + reader.first_ns;
  g_hash_table_unref(reader.threads);
  g_hash_table_unref(reader.processes);
  g_hash_table_unref(reader.mutexes);
  if (!ran) return NULL;
  g_autofree char *problem = result.problem;
  if (reader.known_count == 0) {
    g_set_error(error, HD_LOAD_ERROR, problem ? HD_LOAD_ERROR_DAMAGED : HD_LOAD_ERROR_NOT_A_TRACE, "%s: %s", path,
                problem ? problem : "a trace without events that Heddle understands (its own, or lttng_ust_pthread:*)");
    return NULL;
  }
  hd_info_note(info, "Not recorded by Heddle: only the mutexes that LTTng's pthread wrapper saw are known, and no source lines.");
  if (!reader.actors_known)
    hd_info_note(info, "The trace has no thread ids (context vtid): objects are counted, but who waited for whom is not known.");
  if (reader.other_count) hd_info_note(info, "%" G_GUINT64_FORMAT " events of other kinds were left out.", reader.other_count);
  if (problem) hd_info_damage(info, "%s: what comes later is missing.", problem);
  return g_steal_pointer(&log);
}
